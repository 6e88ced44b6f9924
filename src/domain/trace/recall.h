// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "domain/trace/fact_table.h"
#include "domain/trace/reach.h"

// Everything that a start affected: the forward walk of docs/trace.md §5 and the holders of §6 and §7, for millions of
// objects. Objects that were never packed and took part in no process of several events are worked out in bulk, from
// postings and facts; the others walk (walk.h) over a chain. Both together give exactly what the walk alone would.
namespace suyuan::trace {

class Recall {
 public:
  // What belongs to so many objects still fits the caches.
  static constexpr std::size_t kPiece = 50'000;

  // `chain`: where the caller puts what settle() asks for. `piece`: so many objects are handed out at most.
  Recall(std::vector<ObjectId> starts, std::optional<Instant> at, const Chain& chain, std::size_t piece = kPiece);
  ~Recall();
  Recall(const Recall&) = delete;
  Recall& operator=(const Recall&) = delete;

  // To go on from what was found before: more goods to start from, and what is known and not gone into again.
  void reach(ObjectId object, const Window& goods);
  void leave_out(Walk::Known known);

  // A piece of the objects that must be known next, ascending. A frontier is handed out once it is whole; but one whose
  // objects are found in their order as it is found, so that many are looked up meanwhile. Empty: what was handed out
  // must be settled first; when all of it is, everything is found.
  std::vector<ObjectId> advance();
  std::size_t piece() const;
  // Some of these objects, until they are settled.
  struct Slice {
    struct Part {
      std::span<const EventSeq> events;
      FactTable* facts;  // where the facts of these go, in their order, and no others
      std::size_t size;  // that the table has then
    };
    std::vector<Part> parts;  // what must be read; by different threads, if they like

   private:
    friend class Recall;
    struct Node {
      std::uint32_t at;
      bool walks;  // a posting alone says so
    };
    struct Place {
      std::uint32_t node, roles;
      std::int64_t seq;
      std::size_t slot;  // of the number of its fact
    };
    std::vector<EventSeq> events;    // ascending
    std::vector<std::size_t> slots;  // of theirs
    std::vector<Node> nodes;
    std::vector<Place> places;  // by node
  };
  // `objects`: one answer of advance(), in the order of these. Levels by `objects`; all postings of these objects,
  // ascending. What is known may be settled later, but in that order; the parts of others may be read meanwhile.
  Slice know(std::span<const ObjectId> objects, std::span<const codes::Level> levels,
             std::span<const Posting> postings);

  struct Ask {
    std::vector<ObjectId> whole;    // the whole history of these must go into the chain
    std::vector<ObjectId> outline;  // of these only level and class (Chain::add without events)
    std::vector<ObjectId> classes;  // the members of these lots and classes: take_members
  };
  // After its facts.
  Ask settle(const Slice& slice);
  void take_members(ObjectId of_class, std::span<const ObjectId> members);

  // What was found. Requires: advance() answered nothing.
  struct Visitor {
    // `has_ended`: an item that is no more.
    std::function<void(ObjectId object, codes::Level level, bool has_ended)> affected;
    std::function<void(const Holder& holder)> holder;
    std::function<void(const Missing& missing)> missing;
    // A party or place that had the object at some time, each once for an object. `is_party`: else a place.
    std::function<void(ObjectId object, ObjectId party_or_place, bool is_party)> had;
  };
  // Of several shares, each thing is in one, with all that is said of it; two shares may be visited at once.
  void visit(const Visitor& visitor, std::size_t share = 0, std::size_t shares = 1) const;
  // Everything that was reached as goods or carrier, with its windows.
  void each_reached(const std::function<void(ObjectId object, codes::Level level, const Reached& reached)>& take) const;
  std::size_t carriers() const;  // boxes and the like that carried affected goods

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace suyuan::trace
