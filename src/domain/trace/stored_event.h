// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/decimal.h"
#include "base/id.h"
#include "base/time.h"
#include "domain/identity/actor.h"
#include "domain/trace/event.h"

// An event as the warehouse gives it back to the walk: interned ids, only what tracing needs.
namespace suyuan::trace {

using ObjectId = Id<struct ObjectKind>;    // dense, given out by the warehouse
using EventSeq = Id<struct EventSeqKind>;  // record order, given out by the warehouse

struct Link {
  ObjectId object;
  Role role;
  std::optional<Decimal> amount;
  std::string uom;
  bool is_quantity = false;
  friend bool operator==(const Link&, const Link&) = default;
};

struct StoredEvent {
  EventSeq seq;
  EventType type;
  Action action;
  Instant time;
  std::chrono::minutes offset;
  Instant recorded;
  std::string id;        // event id text
  std::string biz_step;  // canonical Web URI or ""
  std::string disposition;
  std::vector<Link> links;      // in the order of Event::objects
  bool is_declaration = false;  // this row is an error declaration (it repeats the erroneous event)
  bool declared_wrong = false;  // some error declaration repeats this event's id: it counts for nothing, but is listed
  OrgId org{1};                 // who sent it in,
  Jurisdiction place{};         // and from where
  friend bool operator==(const StoredEvent&, const StoredEvent&) = default;
};

}  // namespace suyuan::trace
