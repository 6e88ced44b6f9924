// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <optional>
#include <string>
#include <string_view>

namespace suyuan::codes {

// "%2F" -> "/". std::nullopt when a % is not followed by two hexadecimal digits. "+" stays "+".
std::optional<std::string> percent_decode(std::string_view text);
// Everything but A-Z a-z 0-9 - . _ ~ becomes %HH, upper case (GS1 Digital Link §4).
std::string percent_encode(std::string_view text);

}  // namespace suyuan::codes
