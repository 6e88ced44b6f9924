// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string_view>

namespace suyuan::codes {

// The GS1 check digit ('0'..'9') of a key whose last place is the check digit: weights 3, 1, 3 … going left from the
// place before it. Requires: digits only, at least one. Source: GS1 General Specifications §7.9.
constexpr char gs1_check_digit(std::string_view key) {
  int sum = 0;
  int weight = 3;
  for (std::size_t i = key.size() - 1; i-- > 0;) {
    sum += (key[i] - '0') * weight;
    weight = 4 - weight;
  }
  return static_cast<char>('0' + (10 - sum % 10) % 10);
}

constexpr bool gs1_check_digit_fits(std::string_view key) { return gs1_check_digit(key) == key.back(); }

}  // namespace suyuan::codes
