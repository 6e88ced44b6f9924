// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string_view>

#include "engine/digest/sha256.h"

namespace suyuan {

// HMAC-SHA256 (RFC 2104, RFC 4231).
Sha256 hmac_sha256(std::string_view key, std::string_view text);
// HMAC-SHA1 (RFC 2202): for one-time codes (RFC 4226), which authenticator apps make with it.
std::array<std::uint8_t, 20> hmac_sha1(std::string_view key, std::string_view text);

}  // namespace suyuan
