// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <optional>
#include <string>
#include <string_view>

// How values about a person are shown to those who may not see them. A value that is too short to hide anything behind
// a mask is hidden whole.
namespace suyuan::registry {

enum class PersonalKind {
  kName,
  kPhone,
  kEmail,
  kAddress,
  kCitizen,  // GB 11643-1999
  kOther,
};

std::optional<PersonalKind> personal_kind(std::string_view word);  // of the policy: "name", "phone" …

// "张三" -> "张*", "13800138000" -> "138****8000", "a.b@example.cn" -> "a***@example.cn", a citizen number ->
// "****************1X", an address to its county; "***" whatever is not of that shape.
std::string mask(PersonalKind kind, std::string_view value);

// GB 11643-1999: 18 characters, a province that there is, a day that there was, and the check character.
bool is_citizen_number(std::string_view text);
// A mobile number of 11 digits, with +86, blanks and hyphens or without: its 11 digits.
std::optional<std::string> mobile_number(std::string_view text);
// A citizen number or a mobile number.
std::optional<PersonalKind> looks_personal(std::string_view value);

// The text with the citizen numbers in it masked, and the mobile numbers that stand between quotation marks.
std::string without_numbers_of_people(std::string_view text);

}  // namespace suyuan::registry
