// SPDX-License-Identifier: Apache-2.0
#include "app/query/cursor.h"

#include <fmt/format.h>

#include <charconv>

#include "base/text.h"
#include "engine/digest/sha256.h"

namespace suyuan {

namespace {

std::string short_digest(std::string_view text) {
  const Sha256 digest = sha256(text);
  return hex(std::span(digest).first(8));
}

bool read_number(std::string_view text, std::int64_t& number) {
  const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), number);
  return failed == std::errc() && end == text.data() + text.size();
}

Error refuse(std::string text) { return Error{ErrorKind::kInvalid, "query.cursor", std::move(text)}; }

}  // namespace

Error damaged_cursor() {
  return refuse("nextPageToken is damaged or not of this server. Ask for the first page again, without it.");
}

std::string write_page_token(const TokenSeal& seal, std::string_view list, std::string_view text, Instant now) {
  return seal.seal(list, fmt::format("{} {}", (now + kTokenGood).time_since_epoch().count(), text));
}

Result<std::string> read_page_token(const TokenSeal& seal, std::string_view list, std::string_view token, Instant now) {
  const auto text = seal.open(list, token);
  const std::size_t gap = text ? text->find(' ') : std::string::npos;
  std::int64_t micros = 0;
  if (gap == std::string::npos || !read_number(std::string_view(*text).substr(0, gap), micros)) return damaged_cursor();
  const Instant expires{std::chrono::microseconds(micros)};
  if (now < expires) return text->substr(gap + 1);
  return refuse(
      fmt::format("nextPageToken expired at {}, as GS1-Next-Page-Token-Expires said. Ask for the first page "
                  "again, without it.",
                  format_instant(expires)));
}

std::string write_cursor(const TokenSeal& seal, const Cursor& cursor, std::string_view question, Instant now) {
  return write_page_token(
      seal, "events",
      fmt::format("{}.{}.{}.{}.{}", short_digest(question), cursor.place.time.time_since_epoch().count(),
                  cursor.place.seq, cursor.upto, cursor.given),
      now);
}

Result<Cursor> read_cursor(const TokenSeal& seal, std::string_view token, std::string_view question, Instant now) {
  auto text = read_page_token(seal, "events", token, now);
  if (!text) return std::move(text.error());
  const auto parts = split(*text, '.');
  Cursor cursor;
  std::int64_t time = 0;
  const bool shaped = parts.size() == 5 && read_number(parts[1], time) && read_number(parts[2], cursor.place.seq) &&
                      read_number(parts[3], cursor.upto) && read_number(parts[4], cursor.given);
  if (!shaped) return damaged_cursor();
  if (parts[0] != short_digest(question))
    return refuse(
        "nextPageToken belongs to another question. Follow the Link header as it is, with the same "
        "parameters, or ask for the first page again.");
  cursor.place.time = Instant(std::chrono::microseconds(time));
  return cursor;
}

}  // namespace suyuan
