// SPDX-License-Identifier: Apache-2.0
#include "app/query/cursor.h"

#include <fmt/format.h>

#include <algorithm>
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

std::string write_cursor(const Cursor& cursor, std::string_view question) {
  const std::string body =
      fmt::format("1.{}.{}.{}.{}.{}", short_digest(question), cursor.place.time.time_since_epoch().count(),
                  cursor.place.seq, cursor.upto, cursor.given);
  const std::string sealed = body + "." + short_digest(body);
  return base64url(std::span(reinterpret_cast<const std::uint8_t*>(sealed.data()), sealed.size()));
}

Result<Cursor> read_cursor(std::string_view token, std::string_view question) {
  const auto bytes = token.size() > 400 ? std::nullopt : from_base64url(token);
  const std::string text = bytes ? std::string(bytes->begin(), bytes->end()) : std::string();
  const auto parts = split(text, '.');
  Cursor cursor;
  std::int64_t time = 0;
  const std::size_t seal = text.rfind('.');
  const bool shaped = parts.size() == 7 && parts[0] == "1" && read_number(parts[2], time) &&
                      read_number(parts[3], cursor.place.seq) && read_number(parts[4], cursor.upto) &&
                      read_number(parts[5], cursor.given) &&
                      short_digest(std::string_view(text).substr(0, seal)) == parts[6];
  const bool in_bounds = cursor.upto >= 0 && cursor.given >= 0 && cursor.place.seq >= 0 &&
                         time >= kInstantMin.time_since_epoch().count() &&
                         time <= kInstantMax.time_since_epoch().count();
  if (!shaped || !in_bounds)  // anybody can write a seal, so the numbers are looked at too
    return damaged_cursor();
  if (parts[1] != short_digest(question))
    return refuse(
        "nextPageToken belongs to another question. Follow the Link header as it is, with the same "
        "parameters, or ask for the first page again.");
  cursor.place.time = Instant(std::chrono::microseconds(time));
  return cursor;
}

}  // namespace suyuan
