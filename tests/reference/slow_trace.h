// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <map>
#include <optional>
#include <set>
#include <vector>

#include "domain/trace/stored_event.h"
#include "domain/trace/walk.h"

// The meaning of docs/trace.md, written a second time: slow, over the whole world at once, rule by rule. It shares no
// code with src/domain/trace but the result types, so that both are wrong in the same way only if the page is.
namespace suyuan::reference {

using trace::Edge;
using trace::EventSeq;
using trace::NodeState;
using trace::ObjectId;
using trace::StoredEvent;

struct World {
  std::vector<StoredEvent> events;
  std::map<ObjectId, codes::Level> levels;  // of every object that is an item, a lot or a class
  std::map<ObjectId, ObjectId> product;     // the GTIN of a lot or of an item, by its code
};

// Who holds an item or some of a lot: §6.
struct Holder {
  ObjectId object;
  std::optional<ObjectId> party, place;
  bool in_transit = false;
  std::optional<Decimal> amount;  // of a lot
  std::string uom;
};

// §7, of the forward walk.
struct Account {
  std::set<ObjectId> ended, never_received, too_much_out, no_holder;
  std::map<ObjectId, ObjectId> last_place;                   // of what has no holder
  std::set<std::pair<ObjectId, bool>> to_tell, to_tell_now;  // a party, else a place
};

struct Answer {
  std::map<ObjectId, NodeState> nodes;
  std::vector<Edge> edges;      // without amounts; in no particular order, each once
  std::set<EventSeq> wrong;     // events declared wrong that name a node
  std::vector<Holder> holders;  // where a party or a place is known
  Account account;
};

// docs/trace.md §1-§7, without what §7 says of back walks and processes, with all events up to `at`.
Answer slow_trace(const World& world, const std::vector<ObjectId>& starts, trace::Direction direction,
                  std::optional<Instant> at);

}  // namespace suyuan::reference
