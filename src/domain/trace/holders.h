// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <set>
#include <unordered_map>

#include "domain/trace/reach.h"

namespace suyuan::trace {

// Who holds the goods of a forward walk (docs/trace.md §6), and what is missing of it (§7).
void find_holders(const Chain& chain, const std::unordered_map<ObjectId, Reached>& reached, WalkResult& result);
// Objects whose history find_holders needs and the chain does not have.
void holders_want(const Chain& chain, const std::unordered_map<ObjectId, Reached>& reached, std::set<ObjectId>& wanted);

// The events that moved an object: its own and its carriers', while it was with them. By (time, seq).
std::vector<EventSeq> moves_of(const Chain& chain, ObjectId object);

// An item that is no more: taken out of the world, or used up, by itself or inside a carrier.
bool has_ended(const Chain& chain, ObjectId item);

// Goods of a back walk that come from nowhere, and processes without inputs or outputs (§7).
void find_missing_sources(const Chain& chain, const std::unordered_map<ObjectId, Reached>& reached, WalkResult& result);

}  // namespace suyuan::trace
