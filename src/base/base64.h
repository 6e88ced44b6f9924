// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <optional>
#include <string>
#include <string_view>

namespace suyuan {

// RFC 4648 section 4, with padding.
std::string base64(std::string_view bytes);
// With these 64 letters and without padding.
std::string base64_digits(std::string_view bytes, std::string_view letters);
// Nothing for whatever base64() would not have written: one spelling per value, no blanks.
std::optional<std::string> from_base64(std::string_view text);

}  // namespace suyuan
