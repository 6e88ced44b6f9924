// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <fmt/format.h>

#include <algorithm>
#include <string>

#include "base/result.h"
#include "base/text.h"

namespace suyuan {

inline std::size_t characters_of(std::string_view text) {
  return static_cast<std::size_t>(
      std::count_if(text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80; }));
}

// What people wrote, trimmed: UTF-8 of so many characters, without a zero. `what`: "The reason"; `advice`: a sentence.
inline Result<std::string> text_between(const std::string& given, std::size_t least, std::size_t most,
                                        std::string_view code, std::string_view what, std::string_view advice) {
  std::string text(trim(given));
  const std::size_t characters = characters_of(text);
  if (is_utf8(text) && characters >= least && characters <= most && text.find('\0') == std::string::npos) return text;
  return Error{ErrorKind::kInvalid, std::string(code),
               fmt::format("{} has {} characters; {} to {} of UTF-8 text are wanted. {}", what, characters, least, most,
                           advice)};
}

}  // namespace suyuan
