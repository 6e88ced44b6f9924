// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <algorithm>
#include <array>
#include <charconv>
#include <optional>
#include <string>
#include <string_view>

#include "base/base64.h"
#include "base/text.h"

// How the texts of a log write numbers and hashes: one spelling each. For sources of this folder.
namespace suyuan::tlog {

template <std::size_t N>
std::string base64_of(const std::array<std::uint8_t, N>& bytes) {
  return base64({reinterpret_cast<const char*>(bytes.data()), N});
}

template <std::size_t N>
bool read_base64(std::string_view text, std::array<std::uint8_t, N>& bytes) {
  const auto read = from_base64(text);
  if (!read || read->size() != N) return false;
  std::copy(read->begin(), read->end(), reinterpret_cast<char*>(bytes.data()));
  return true;
}

// Digits without a sign and without zeros in front.
inline bool read_count(std::string_view text, std::uint64_t& count) {
  if (!is_all_digits(text) || (text.size() > 1 && text.front() == '0')) return false;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), count);
  return error == std::errc() && end == text.data() + text.size();
}

// The next line, without its end; nothing when none ends.
inline std::optional<std::string_view> take_line(std::string_view& rest) {
  const std::size_t end = rest.find('\n');
  if (end == std::string_view::npos) return std::nullopt;
  const std::string_view line = rest.substr(0, end);
  rest.remove_prefix(end + 1);
  return line;
}

}  // namespace suyuan::tlog
