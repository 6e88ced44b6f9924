// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <algorithm>
#include <string>
#include <string_view>

namespace suyuan {

inline constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";  // spreadsheets read 中文 by it

// Full-width ones count as formulas too: spreadsheets of China and Japan read them so.
inline bool begins_like_formula(std::string_view text) {
  text.remove_prefix(std::min(text.find_first_not_of(" \n"), text.size()));
  if (text.empty()) return false;
  if (std::string_view("=+-@\t\r").find(text.front()) != std::string_view::npos) return true;
  for (const std::string_view sign : {"＝", "＋", "－", "＠"})
    if (text.starts_with(sign)) return true;
  return false;
}

// RFC 4180, and no cell begins like a formula, not even behind blanks.
inline std::string csv_cell(std::string_view text) {
  std::string value;
  if (begins_like_formula(text)) value += '\'';
  value += text;
  if (value.find_first_of(",\"\r\n") == std::string::npos) return value;
  std::string quoted = "\"";
  for (const char c : value) quoted += c == '"' ? "\"\"" : std::string(1, c);
  return quoted + "\"";
}

}  // namespace suyuan
