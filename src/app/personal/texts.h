// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>

#include "app/operation/texts.h"
#include "app/personal/personal.h"

namespace suyuan {

// Behind what is wrong with a purpose or a reason.
inline constexpr std::string_view kSayWhatFor = "Say what for, for those who read it years later.";

inline std::string subject_text(const PersonalSubject& subject) {
  if (subject.person) return person_subject(*subject.person);
  return subject.code ? codes::canonical_uri(*subject.code) : subject.event_id;
}

}  // namespace suyuan
