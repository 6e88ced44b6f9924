// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string_view>

namespace suyuan::codes {

// Country codes of ISO 3166-1, as numbers ("156") and letters ("CN").
bool is_country_number(std::string_view three_digits);
bool is_country_letters(std::string_view two_letters);
// Currency codes of ISO 4217 as numbers ("156").
bool is_currency_number(std::string_view three_digits);

}  // namespace suyuan::codes
