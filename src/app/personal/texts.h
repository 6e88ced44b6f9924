// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <fmt/format.h>

#include <algorithm>
#include <string>

#include "app/personal/personal.h"
#include "base/text.h"

namespace suyuan {

// Trimmed UTF-8 of so many characters.
inline Result<std::string> text_between(const std::string& given, std::size_t least, std::size_t most,
                                        std::string_view code, std::string_view name) {
  std::string text(trim(given));
  const auto characters = static_cast<std::size_t>(
      std::count_if(text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80; }));
  if (is_utf8(text) && characters >= least && characters <= most && text.find('\0') == std::string::npos) return text;
  return Error{ErrorKind::kInvalid, std::string(code),
               fmt::format("The {} has {} characters; {} to {} of UTF-8 text are wanted. Say what for, for those who "
                           "read it years later.",
                           name, characters, least, most)};
}

inline std::string subject_text(const PersonalSubject& subject) {
  if (subject.person) return person_subject(*subject.person);
  return subject.code ? codes::canonical_uri(*subject.code) : subject.event_id;
}

}  // namespace suyuan
