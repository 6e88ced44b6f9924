// SPDX-License-Identifier: Apache-2.0
#include "base/base64.h"

#include <algorithm>

#include "base/text.h"

namespace suyuan {

std::string base64(std::string_view bytes) {
  std::string text = base64url(std::span(reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size()));
  std::replace(text.begin(), text.end(), '-', '+');
  std::replace(text.begin(), text.end(), '_', '/');
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
