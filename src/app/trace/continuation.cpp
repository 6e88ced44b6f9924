// SPDX-License-Identifier: Apache-2.0
#include "app/trace/continuation.h"

#include <fmt/format.h>

#include <charconv>

#include "app/identity/token_seal.h"
#include "base/text.h"

namespace suyuan {

namespace {

std::string list_of(const TraceRequest& request) {
  std::string text = fmt::format("trace|{}|{}", static_cast<int>(request.direction),
                                 request.at ? request.at->time_since_epoch().count() : -1);
  for (const codes::Identity& id : request.start) text += fmt::format("|{}:{}", static_cast<int>(id.scheme), id.key);
  return text;
}

template <class Number>
bool read_number(std::string_view text, Number& number) {
  const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), number);
  return failed == std::errc() && end == text.data() + text.size() && number >= 0;
}

}  // namespace

Result<std::string> write_continuation(const Granted& permit, const TraceRequest& request, Continuation place,
                                       Warehouse& warehouse) {
  const auto seal = TokenSeal::of(permit, warehouse);
  if (!seal) return seal.error();
  return seal->seal(list_of(request), fmt::format("{}.{}", place.upto, place.given));
}

Result<Continuation> read_continuation(const Granted& permit, const TraceRequest& request, Warehouse& warehouse) {
  const auto seal = TokenSeal::of(permit, warehouse);
  if (!seal) return seal.error();
  const auto text = seal->open(list_of(request), request.continuation);
  const auto parts = split(text.value_or(""), '.');
  Continuation place;
  if (text && parts.size() == 2 && read_number(parts[0], place.upto) && read_number(parts[1], place.given))
    return place;
  return Error{ErrorKind::kInvalid, "trace.continuation",
               "The continuation token is damaged, or belongs to another request. Ask again without it, with the same "
               "codes, direction and time."};
}

}  // namespace suyuan
