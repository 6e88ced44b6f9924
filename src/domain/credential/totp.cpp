// SPDX-License-Identifier: Apache-2.0
#include "domain/credential/totp.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/text.h"
#include "engine/digest/hmac.h"

namespace suyuan::credential {

namespace {

constexpr std::int64_t kStepSeconds = 30;

std::string percent_encoded(std::string_view text) {
  std::string out;
  for (const char c : text) {
    const bool plain = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-' ||
                       c == '.' || c == '_' || c == '~';
    if (plain)
      out.push_back(c);
    else
      out += fmt::format("%{:02X}", static_cast<unsigned char>(c));
  }
  return out;
}

// In a time that does not tell how much of it is right.
bool is_same(std::string_view a, std::string_view b) {
  unsigned different = a.size() == b.size() ? 0 : 1;
  for (std::size_t i = 0; i < std::min(a.size(), b.size()); ++i) different |= static_cast<unsigned>(a[i] ^ b[i]);
  return different == 0;
}

}  // namespace

std::string hotp(std::string_view secret, std::uint64_t counter, int digits) {
  std::string text(8, '\0');
  for (std::size_t i = 0; i < 8; ++i) text[i] = static_cast<char>(counter >> (56 - 8 * i));
  const auto mac = hmac_sha1(secret, text);
  const std::size_t offset = mac.back() & 0x0FU;
  std::uint32_t value = 0;
  for (std::size_t i = 0; i < 4; ++i) value = value << 8U | mac[offset + i];
  value &= 0x7FFFFFFFU;
  std::uint32_t modulus = 1;
  for (int i = 0; i < digits; ++i) modulus *= 10;
  return fmt::format("{:0{}}", value % modulus, digits);
}

std::int64_t totp_step(Instant at) {
  return std::chrono::floor<std::chrono::seconds>(at).time_since_epoch().count() / kStepSeconds;
}

std::optional<std::int64_t> matching_step(std::string_view secret, std::string_view code, Instant now,
                                          std::int64_t used) {
  std::optional<std::int64_t> found;
  const std::int64_t current = totp_step(now);
  for (const std::int64_t step : {current - 1, current, current + 1}) {
    if (is_same(hotp(secret, static_cast<std::uint64_t>(step)), code) && step > used && !found) found = step;
  }
  return found;
}

std::string base32(std::string_view bytes) {
  constexpr std::string_view kLetters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
  std::string out;
  std::uint32_t held = 0;
  int bits = 0;
  for (const char c : bytes) {
    held = held << 8U | static_cast<unsigned char>(c);
    for (bits += 8; bits >= 5; bits -= 5) out.push_back(kLetters[held >> (bits - 5) & 31U]);
  }
  if (bits > 0) out.push_back(kLetters[held << (5 - bits) & 31U]);
  return out;
}

std::string otpauth_uri(std::string_view login, std::string_view secret) {
  return fmt::format("otpauth://totp/Suyuan:{}?secret={}&issuer=Suyuan&algorithm=SHA1&digits={}&period={}",
                     percent_encoded(login), base32(secret), kTotpDigits, kStepSeconds);
}

}  // namespace suyuan::credential
