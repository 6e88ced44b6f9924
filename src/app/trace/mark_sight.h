// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <set>
#include <span>
#include <vector>

#include "app/identity/scoped_warehouse.h"
#include "domain/codes/identity.h"

namespace suyuan {

// The store as the organisation of a mark sees it (docs/who-sees-what.md). Made for one look; one thread.
class MarkSight {
 public:
  MarkSight(const identity::Scope& scope, Warehouse& whole) : seen_(scope, whole), whole_(whole) {}

  // Where a mark walks: of width chain through the whole store, from those of its codes that are theirs.
  Warehouse& warehouse() { return seen_.sees_chains() ? whole_ : seen_.warehouse(); }
  // Those of the codes that the walk may begin with. `theirs` remembers codes whose chain reached the scope;
  // `thorough` walks for the others too, beside those that an event within the scope names.
  Result<std::vector<codes::Identity>> starts(std::span<const codes::Identity> codes, std::int64_t upto, bool thorough,
                                              std::set<codes::Identity>& theirs);
  // The record as a mark may look at it, if it may.
  Result<std::optional<trace::StoredEvent>> see(const trace::StoredEvent& event) {
    return seen_.sees_chains() ? Result(std::optional(event)) : seen_.see(event);
  }

 private:
  ScopedEvents seen_;
  Warehouse& whole_;
};

}  // namespace suyuan
