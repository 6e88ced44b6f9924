// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <unordered_map>

#include "domain/trace/reach.h"

namespace suyuan::trace {

// How much of the starts' material each lot of a forward walk contains: docs/trace.md §8. Puts Bounds into the nodes of
// `result`; a lot whose amounts are not all known in one unit gets none.
void find_amounts(const Chain& chain, const std::vector<ObjectId>& starts,
                  const std::unordered_map<ObjectId, Reached>& reached, WalkResult& result);

}  // namespace suyuan::trace
