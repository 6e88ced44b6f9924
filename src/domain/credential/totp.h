// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/time.h"

// One-time codes of authenticator apps: HOTP (RFC 4226) over time steps (RFC 6238) with SHA-1, 6 digits, 30 s.
namespace suyuan::credential {

inline constexpr std::size_t kTotpSecretBytes = 20;
inline constexpr int kTotpDigits = 6;

std::string hotp(std::string_view secret, std::uint64_t counter, int digits = kTotpDigits);
std::int64_t totp_step(Instant at);
// The step whose code this is, of now, the one before and the one after; only steps later than `used`, since a code
// counts once. Nothing: none of them.
std::optional<std::int64_t> matching_step(std::string_view secret, std::string_view code, Instant now,
                                          std::int64_t used);

std::string base32(std::string_view bytes);  // RFC 4648 without padding
// "otpauth://totp/Suyuan:login?secret=…&issuer=Suyuan", as apps read it.
std::string otpauth_uri(std::string_view login, std::string_view secret);

}  // namespace suyuan::credential
