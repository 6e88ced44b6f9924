// SPDX-License-Identifier: Apache-2.0
#include "app/trace/continuation.h"

#include <fmt/format.h>

#include <charconv>

#include "base/text.h"
#include "engine/digest/sha256.h"

namespace suyuan {

namespace {

std::string seal(const TraceRequest& request, std::string_view body) {
  std::string text = fmt::format("{}|{}|{}", body, static_cast<int>(request.direction),
                                 request.at ? request.at->time_since_epoch().count() : -1);
  for (const codes::Identity& id : request.start) text += fmt::format("|{}:{}", static_cast<int>(id.scheme), id.key);
  const Sha256 digest = sha256(text);
  return hex(std::span(digest).first(8));
}

template <class Number>
bool read_number(std::string_view text, Number& number) {
  const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), number);
  return failed == std::errc() && end == text.data() + text.size() && number >= 0;
}

}  // namespace

std::string write_continuation(const TraceRequest& request, Continuation place) {
  const std::string body = fmt::format("1.{}.{}", place.upto, place.given);
  return body + "." + seal(request, body);
}

Result<Continuation> read_continuation(const TraceRequest& request) {
  const auto parts = split(request.continuation, '.');
  Continuation place;
  const bool shaped =
      parts.size() == 4 && parts[0] == "1" && read_number(parts[1], place.upto) && read_number(parts[2], place.given);
  if (shaped && seal(request, fmt::format("1.{}.{}", parts[1], parts[2])) == parts[3]) return place;
  return Error{ErrorKind::kInvalid, "trace.continuation",
               "The continuation token is damaged, or belongs to another request. Ask again without it, with the same "
               "codes, direction and time."};
}

}  // namespace suyuan
