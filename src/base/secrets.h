// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>
#include <string_view>

namespace suyuan {

// The text with the passwords of addresses like postgresql://user:password@host/db?password=… as "***". What may be
// part of a password is hidden too: up to the last @.
std::string without_passwords(std::string_view text);

}  // namespace suyuan
