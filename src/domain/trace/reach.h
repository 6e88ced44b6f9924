// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <functional>
#include <map>
#include <set>
#include <unordered_map>
#include <vector>

#include "domain/trace/chain.h"
#include "domain/trace/windows.h"

namespace suyuan::trace {

// What one direction of the walk knows about a node.
struct Reached {
  Windows goods, lot_of, carrier;

  Windows moving() const {  // goods or carrier
    Windows both = goods;
    both.add(carrier);
    return both;
  }
  Windows any() const {
    Windows all = moving();
    all.add(lot_of);
    return all;
  }
};

enum class Strength { kGoods, kLotOf, kCarrier };

// One application of a rule of docs/trace.md §5: `to` is reached from `from` in a window, along edges.
struct Step {
  ObjectId from, to;
  Strength strength;
  Window window;
  std::vector<Edge> edges;
};

// The rules that start at one node, forward or back. Objects that must be loaded first go into `missing`, and then the
// steps are not complete. Requires: the node is known to the chain.
std::vector<Step> forward_steps(const Chain& chain, ObjectId node, const Reached& reached, std::set<ObjectId>& missing);
std::vector<Step> back_steps(const Chain& chain, ObjectId node, const Reached& reached, std::set<ObjectId>& missing);

}  // namespace suyuan::trace
