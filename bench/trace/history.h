// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "context.h"

namespace suyuan::bench {

// History of `count` things of the world, each from its identity to its events, in process. Answers the latencies.
Latencies histories(Warehouse& warehouse, const World& world, std::size_t count, std::uint64_t seed);

}  // namespace suyuan::bench
