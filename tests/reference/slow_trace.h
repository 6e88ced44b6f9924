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

// Who holds an item: §6, items only.
struct ItemHolder {
  ObjectId object;
  std::optional<ObjectId> party, place;
  bool in_transit = false;
};

struct Answer {
  std::map<ObjectId, NodeState> nodes;
  std::vector<Edge> edges;          // without amounts; in no particular order, each once
  std::set<EventSeq> wrong;         // events declared wrong that name a node
  std::vector<ItemHolder> holders;  // of items, where a party or a place is known
};

// docs/trace.md §1-§5, and §6 for items, with all events up to `at`.
Answer slow_trace(const World& world, const std::vector<ObjectId>& starts, trace::Direction direction,
                  std::optional<Instant> at);

}  // namespace suyuan::reference
