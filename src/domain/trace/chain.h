// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <map>
#include <optional>
#include <set>
#include <span>
#include <unordered_map>
#include <vector>

#include "domain/trace/fact.h"
#include "domain/trace/link_index.h"
#include "domain/trace/walk.h"

namespace suyuan::trace {

// What is known of one object: everything that the store has on it.
struct ObjectRecord {
  codes::Level level = codes::Level::kItem;
  std::optional<ObjectId> of_class;  // codes::class_of
  std::vector<EventSeq> events;      // every event that names it, by (time, seq), wrong ones left out
  std::vector<EventSeq> wrong;       // declared wrong, and the declarations
  std::vector<ObjectId> members;     // of a class: its lots and items
  std::map<ObjectId, std::vector<EventSeq>> packed_in = {};  // by parent: the events that name it as a child
};

// Time in which a child was in or on a parent. docs/trace.md §2.
struct Stretch {
  Window window;
  std::vector<EventSeq> because;
};

// What was loaded of the chain, and what it says about containment, processes and membership. Grows; never forgets.
class Chain {
 public:
  // `at`: later events do not count.
  explicit Chain(std::optional<Instant> at) : at_(at) {}

  // Of an event that is known already nothing changes.
  void add_event(StoredEvent event);
  bool knows_event(EventSeq seq) const { return events_.contains(seq); }
  // `history`: all events that name it. Requires: they are known.
  void add(ObjectId object, codes::Level level, std::optional<ObjectId> of_class, std::span<const EventSeq> history,
           std::vector<ObjectId> members);
  bool knows(ObjectId object) const { return records_.contains(object); }
  const ObjectRecord& record(ObjectId object) const { return records_.at(object); }
  const StoredEvent& event(EventSeq seq) const { return events_.at(seq).event; }
  const LinkIndex& links(EventSeq seq) const { return events_.at(seq).links; }
  // What the event says of one object. Its links lie in `links` until the next call.
  Fact fact_about(EventSeq seq, ObjectId object, std::vector<Link>& links) const;

  struct Neighbour {
    ObjectId object;
    bool is_quantity;
    EdgeKind kind;  // kContained or kAssociated
    friend auto operator<=>(const Neighbour&, const Neighbour&) = default;
  };
  std::vector<Neighbour> parents(ObjectId child) const;
  std::vector<Neighbour> children(ObjectId parent) const;
  // Requires: both are known.
  std::vector<Stretch> stretches(ObjectId child, ObjectId parent, bool is_quantity, EdgeKind kind) const;

  // The processes in which it has a part: transformation events and transformation ids.
  struct Process {
    std::optional<ObjectId> id;  // of transformationID; its history must be known
    std::vector<EventSeq> events;
    EventSeq key() const { return *std::min_element(events.begin(), events.end()); }
  };
  // Transformation ids among them that are not known yet are put into `missing`.
  std::vector<Process> processes(ObjectId object, std::set<ObjectId>& missing) const;

  struct Part {
    ObjectId object;
    Instant time;
    EventSeq seq;
    std::optional<Decimal> amount;
    std::string uom;
  };
  std::vector<Part> parts(const Process& process, Role role) const;
  std::vector<Part> parts_of(const Process& process, Role role, ObjectId object) const;

  std::vector<ObjectId> lots_of(ObjectId item, std::set<ObjectId>& missing) const;  // named by events
  std::vector<ObjectId> items_of(ObjectId lot, std::set<ObjectId>& missing) const;

  // When an item ended: taken out of the world or used up. docs/trace.md §2.
  std::optional<EventSeq> end_of_life(ObjectId item) const;

 private:
  struct Known {
    StoredEvent event;
    LinkIndex links;
  };

  bool earlier(EventSeq a, EventSeq b) const;
  std::vector<EventSeq> unpack_alls(ObjectId parent, EventType type) const;
  bool ends_life(const StoredEvent& event, ObjectId item) const;
  std::vector<Stretch> item_stretches(ObjectId child, ObjectId parent, EventType type) const;
  std::vector<Stretch> lot_stretches(ObjectId child, ObjectId parent, EventType type) const;

  std::optional<Instant> at_;
  std::unordered_map<ObjectId, ObjectRecord> records_;
  std::unordered_map<EventSeq, Known> events_;
};

}  // namespace suyuan::trace
