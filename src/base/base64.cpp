// SPDX-License-Identifier: Apache-2.0
#include "base/base64.h"

#include <algorithm>

#include "base/text.h"

namespace suyuan {

std::string base64_digits(std::string_view bytes, std::string_view letters) {
  std::string text((bytes.size() * 4 + 2) / 3, '=');
  char* at = text.data();
  for (; !bytes.empty(); bytes.remove_prefix(std::min<std::size_t>(3, bytes.size()))) {
    const std::size_t count = std::min<std::size_t>(3, bytes.size());
    std::uint32_t bits = 0;
    for (std::size_t i = 0; i < 3; ++i) bits = bits << 8U | (i < count ? static_cast<std::uint8_t>(bytes[i]) : 0U);
    for (unsigned i = 0; i <= count; ++i) *at++ = letters[bits >> (18U - 6U * i) & 63U];
  }
  return text;
}

std::string base64(std::string_view bytes) {
  constexpr std::string_view kLetters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string text = base64_digits(bytes, kLetters);
  text.append((4 - text.size() % 4) % 4, '=');
  return text;
}

std::optional<std::string> from_base64(std::string_view text) {
  if (text.size() % 4 != 0 || text.find_first_of("-_") != std::string_view::npos) return std::nullopt;
  std::string url(text);
  for (int i = 0; i < 2 && url.ends_with('='); ++i) url.pop_back();
  std::replace(url.begin(), url.end(), '+', '-');
  std::replace(url.begin(), url.end(), '/', '_');
  const auto bytes = from_base64url(url);
  if (!bytes) return std::nullopt;
  return std::string(bytes->begin(), bytes->end());
}

}  // namespace suyuan
