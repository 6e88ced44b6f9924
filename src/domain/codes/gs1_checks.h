// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <optional>
#include <string>
#include <string_view>

// The checks that formats of application identifiers name (GS1 General Specifications §3, §7.9, §7.11, §7.12).
namespace suyuan::codes {

// The first character outside a set, or npos. N: digits; X: CSET 82; Y: CSET 39; Z: CSET 64 (base64url with padding).
std::size_t first_outside(char charset, std::string_view text);
std::string_view charset_name(char charset);

struct PartProblem {
  std::string code;  // "gs1.check_digit", "gs1.date", "gs1.value"
  std::string text;  // what was expected
};
// What the check called `name` ("csum", "yymmd0" …) finds wrong with a part of a value; nothing if it is sound.
std::optional<PartProblem> problem_with_part(std::string_view name, std::string_view part);

// The calendar year that a two-digit year means when the current year is `year`: from 49 years back to 50 ahead.
int full_year(int two_digits, int year);

}  // namespace suyuan::codes
