// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace suyuan {

// The first byte that is not well-formed UTF-8 (RFC 3629: no surrogates, no overlong forms), or npos.
std::size_t first_bad_utf8(std::string_view text);
inline bool is_utf8(std::string_view text) { return first_bad_utf8(text) == std::string_view::npos; }

// Text as a person meant it: full-width ASCII (U+FF01..FF5E) and the ideographic space become ASCII, zero-width
// characters, soft hyphens, direction marks and BOMs vanish, outer blanks go. Letters O and l stay letters.
std::string fold_text(std::string_view text);

std::string_view trim(std::string_view text);  // ASCII blanks at both ends
std::vector<std::string_view> split(std::string_view text, char separator);
std::string ascii_lower(std::string_view text);
bool is_all_digits(std::string_view text);  // false for ""

// The candidate that is nearest in spelling (at most a third of its letters away), or "" when none is.
std::string_view nearest(std::string_view wanted, std::span<const std::string_view> candidates);

// At most `bytes` bytes of text for a message, cut at a character, with "…" when something was cut; control characters
// shown as \xNN, so that input cannot forge a log line.
std::string excerpt(std::string_view text, std::size_t bytes = 80);

std::string hex(std::span<const std::uint8_t> bytes);        // lower case
std::string json_pointer_token(std::string_view member);     // "a/b~" -> "a~1b~0"
std::string base64url(std::span<const std::uint8_t> bytes);  // no padding
std::optional<std::vector<std::uint8_t>> from_base64url(std::string_view text);

}  // namespace suyuan
