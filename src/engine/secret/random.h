// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>
#include <string_view>

namespace suyuan {

// From the operating system's generator.
std::string random_bytes(std::size_t count);
// 256 bits as 43 characters of base64url: nobody guesses it, and no two are alike.
std::string random_token();

// In a time that does not tell where they differ. Of different lengths: false.
bool same_secret(std::string_view a, std::string_view b);

}  // namespace suyuan
