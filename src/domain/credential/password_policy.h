// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <chrono>
#include <cstdint>
#include <optional>
#include <string_view>

#include "base/result.h"
#include "base/time.h"

namespace suyuan::credential {

enum class PasswordProfile : std::uint8_t {
  kAsvs5,  // OWASP ASVS 5.0 §6.2: length and no common ones; no classes, no forced change
  kMlps3,  // GB/T 22239-2019 8.1.4.1 a: also three of four classes, new every 90 days, none of the last five
};
inline constexpr std::size_t kPasswordCharactersMin = 8;
inline constexpr std::size_t kPasswordBytesMax = 512;
inline constexpr std::size_t kPasswordHistory = 5;
inline constexpr std::chrono::hours kMlps3Age{90 * 24};

// Whose password it is to be; "" where it is not known.
struct PasswordOwner {
  std::string_view login = {}, name = {}, organisation = {};
};

// Errors: kInvalid "password.refused"; its findings: "password.too_short", "password.too_long", "password.not_text",
// "password.common", "password.simple" (a run or a repetition), "password.personal" (holds login, name or
// organisation), "password.classes". The texts never hold the password.
Status judge_password(PasswordProfile profile, std::string_view password, const PasswordOwner& owner);

// Whether it must be changed before anything else.
bool is_too_old(PasswordProfile profile, Instant set_at, Instant now);

// In the compiled-in list of passwords that are tried first; letters' case does not count.
bool is_common_password(std::string_view password);
std::size_t common_passwords();  // how many

}  // namespace suyuan::credential
