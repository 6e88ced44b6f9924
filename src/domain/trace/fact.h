// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <span>
#include <string_view>

#include "domain/trace/stored_event.h"

// What an event says about where things are: all that a recall reads of it, and little else, for there may be millions.
namespace suyuan::trace {

enum class Movement : std::uint8_t {  // business steps that move goods
  kNone = 0,
  kShipping = 1,
  kDeparting = 2,
  kTransporting = 3,
  kReceiving = 4,
  kArriving = 5,
  kAccepting = 6,
  kRetailSelling = 7,
};
Movement movement_of(std::string_view biz_step);  // canonical Web URI

struct Fact {
  EventSeq seq;
  EventType type;
  Action action;
  Instant time;
  Movement movement = Movement::kNone;
  bool counts = true;  // false: an error declaration, or declared wrong
  std::span<const Link> links;
};

inline Fact fact_of(const StoredEvent& event) {
  return {event.seq,
          event.type,
          event.action,
          event.time,
          movement_of(event.biz_step),
          !event.is_declaration && !event.declared_wrong,
          event.links};
}

// What one object is to one event.
struct Posting {
  ObjectId object;
  EventSeq seq;
  Role role;
  friend auto operator<=>(const Posting&, const Posting&) = default;
};

}  // namespace suyuan::trace
