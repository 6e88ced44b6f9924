// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>

#include "engine/digest/sha256.h"

namespace suyuan {

inline std::string digest_of(std::string_view text) {
  const Sha256 digest = sha256(text);
  return {digest.begin(), digest.end()};
}

inline std::string subject_digest(const std::string& issuer, const std::string& subject) {
  return digest_of(issuer + '\0' + subject);
}

}  // namespace suyuan
