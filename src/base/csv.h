// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>
#include <string_view>

namespace suyuan {

inline constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";  // spreadsheets read 中文 by it

// RFC 4180, and no cell begins like a formula, not even behind blanks.
inline std::string csv_cell(std::string_view text) {
  std::string value;
  const std::size_t first = text.find_first_not_of(" \n");
  if (first != std::string_view::npos && std::string_view("=+-@\t\r").find(text[first]) != std::string_view::npos)
    value += '\'';
  value += text;
  if (value.find_first_of(",\"\r\n") == std::string::npos) return value;
  std::string quoted = "\"";
  for (const char c : value) quoted += c == '"' ? "\"\"" : std::string(1, c);
  return quoted + "\"";
}

}  // namespace suyuan
