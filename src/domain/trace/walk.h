// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <unordered_map>
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

// How much of the start's material is inside a lot: at least and at most, of what came out of it or was commissioned.
struct Bounds {
  Decimal least, most, of;
  std::string uom;
  friend bool operator==(const Bounds&, const Bounds&) = default;
};

struct NodeState {
  Reach reach = Reach::kGoods;
  bool back = false, forward = false;  // in which direction it was reached; a start is both
  std::vector<Window> windows;         // when it matters, disjoint, ascending
  std::optional<Bounds> amount;        // forward, lots whose amounts are all known in one unit
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
    kTooMuchOut = 4,     // a lot of which more left than came
    kNoInputs = 5,       // a transformationID with outputs and no inputs, or the reverse
    kNoHolder = 6,       // goods of which no event says who has them or where they are
  };
  Kind kind;
  ObjectId object;
  std::optional<EventSeq> because;
  struct LastPlace {
    ObjectId place;
    Instant at;
    friend auto operator<=>(const LastPlace&, const LastPlace&) = default;
  };
  std::optional<LastPlace> last = {};  // kNoHolder: the last place that an event named, and when
  friend auto operator<=>(const Missing&, const Missing&) = default;
};

struct WalkResult {
  struct Node {
    ObjectId object;
    NodeState state;
  };
  std::vector<Node> nodes;  // by distance, then by object id
  std::vector<Edge> edges;
  std::vector<Holder> holders;  // of the forward walk
  std::vector<Missing> missing;
  std::vector<EventSeq> events;  // that edges, holders and missing name, and wrong ones about nodes
  bool truncated = false;        // nodes_max was reached: windows are a lower bound
};

class Chain;
struct Reached;

// Asks for what it needs until it needs nothing more:
//   Walk walk(starts, direction, nodes_max, chain);
//   for (auto wanted = walk.advance(); !wanted.empty(); wanted = walk.advance()) load each into the chain;
//   auto result = walk.finish();
class Walk {
 public:
  Walk(std::vector<ObjectId> starts, Direction direction, std::size_t nodes_max, const Chain& chain);
  ~Walk();
  Walk(const Walk&) = delete;
  Walk& operator=(const Walk&) = delete;

  // Walks as far as the chain is known; answers the objects that must be loaded before it can go on. Empty: done.
  std::vector<ObjectId> advance();
  // What was asked for and never loaded counts as unknown: the result is then a lower bound.
  WalkResult finish();

  // For a recall, which walks forward. More goods to go on from; false when they are known already.
  bool reach(ObjectId object, const Window& goods);
  // Steps to goods that are known already are not taken.
  using Known = std::function<bool(ObjectId object, const Window& goods)>;
  void leave_out(Known known);
  const std::unordered_map<ObjectId, Reached>& reached() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace suyuan::trace
