// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <map>
#include <optional>
#include <set>
#include <span>
#include <vector>

#include "domain/trace/affected.h"
#include "domain/trace/chain.h"

// One new event, looked at once: does it touch what is affected, and what does it make affected? By the rules of
// docs/trace.md §5, at the state of the store with this event in it; how it stays exact: docs/trace.md §9.
namespace suyuan::trace {

// What the event may have taken back of what was said before.
enum class Recheck : std::uint8_t {
  kNone = 0,
  kMayShrink = 1,  // an event that came late, or at the same time as another: what is known may be too much
  kMayGrow = 2,    // one that was declared wrong, or a late one in amounts: something may be missing, walk again
};

struct Followed {
  std::vector<ObjectId> goods;              // affected things that the event names, ascending
  std::vector<ObjectId> carriers;           // those that carried affected things at the time, ascending
  std::map<ObjectId, Windows> newly;        // affected from now on: go on from these
  std::set<ObjectId> may_carry, processes;  // to be watched from now on
  Recheck recheck = Recheck::kNone;
};

// Whether anything of the event is watched; nearly no event is. `classes`: codes::class_of of each link, in order;
// empty when no class is affected.
bool touches(const StoredEvent& event, std::span<const std::optional<ObjectId>> classes, const Affected& affected);

// `wanted`: objects that the chain must know first; then what is answered is not complete. Of a lot or class the chain
// needs the events that it shares with other known objects only.
Followed follow(const StoredEvent& event, std::span<const std::optional<ObjectId>> classes, const Affected& affected,
                const Chain& chain, std::set<ObjectId>& wanted);

}  // namespace suyuan::trace
