// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "domain/codes/identity.h"
#include "domain/trace/stored_event.h"

// The walk through the chain: pure, asks for histories and is given them. Semantics, rule by rule: docs/trace.md.
namespace suyuan::trace {

enum class Direction : std::uint8_t { kBack = 1, kForward = 2, kBoth = 3 };

// A stretch of time [from, until); kInstantMin / kInstantMax where it is open.
struct Window {
  Instant from = kInstantMin, until = kInstantMax;
  friend auto operator<=>(const Window&, const Window&) = default;
};

enum class Reach : std::uint8_t {  // strongest first: a node keeps the strongest
  kStart = 1,
  kGoods = 2,    // itself a source (back) or affected (forward)
  kLotOf = 3,    // the lot of a traced item: only what is recorded on the lot itself counts (back)
  kCarrier = 4,  // carried or contained it for a while; not affected itself
};

struct Bounds {  // of the start's material inside a node; absent where units do not compare
  std::optional<Decimal> least, most;
  std::string uom;
  friend bool operator==(const Bounds&, const Bounds&) = default;
};

struct NodeState {
  Reach reach = Reach::kGoods;
  bool back = false, forward = false;  // in which direction it was reached; a start is both
  std::vector<Window> windows;         // when it matters, disjoint, ascending
  std::optional<Bounds> amount;        // forward, lots and quantities only
  int distance = 0;                    // least number of edges from a start
  friend bool operator==(const NodeState&, const NodeState&) = default;
};

enum class EdgeKind : std::uint8_t {
  kContained = 1,   // child -> parent, packed with an AggregationEvent
  kAssociated = 2,  // child -> parent, installed with an AssociationEvent
  kInput = 3,       // object -> process
  kOutput = 4,      // process -> object
  kMember = 5,      // class -> lot, lot or class -> item
};

// Always upstream -> downstream in goods. A transformation is a node of its own (its process), so n inputs and m
// outputs are n + m edges. `process` is the smallest seq of the transformation's events; kInput has no `to`, kOutput no
// `from`.
struct Edge {
  EdgeKind kind;
  std::optional<ObjectId> from, to;
  std::optional<EventSeq> process;
  Window window;  // containment and association: while it held; input and output: the event's time twice
  std::vector<EventSeq> because;  // the events that say so, by seq
  std::optional<Decimal> amount;  // that went in / came out
  std::string uom;
  friend bool operator==(const Edge&, const Edge&) = default;
};

struct Holder {
  ObjectId object;                // whose goods
  std::optional<ObjectId> party;  // who holds it: possessing or owning party
  std::optional<ObjectId> place;  // last known business location or read point
  Instant since;
  EventSeq because;
  bool in_transit = false;        // shipped to `party`, not yet received
  std::optional<Decimal> amount;  // of a lot or class; for one item nothing
  std::string uom;
  friend bool operator==(const Holder&, const Holder&) = default;
};

struct Missing {
  enum class Kind : std::uint8_t {
    kNeverReceived = 1,  // shipped, no event at the destination afterwards
    kNoSource = 2,       // goods that appear without commissioning or transformation
    kUnknownLot = 3,     // lot- or class-level events that cannot be told apart by item
    kTooMuchOut = 4,     // a lot of which more left than came
    kNoInputs = 5,       // a transformationID with outputs and no inputs, or the reverse
  };
  Kind kind;
  ObjectId object;
  std::optional<EventSeq> because;
  friend auto operator<=>(const Missing&, const Missing&) = default;
};

}  // namespace suyuan::trace
