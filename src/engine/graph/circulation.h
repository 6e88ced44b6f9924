// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <optional>
#include <vector>

namespace suyuan {

// Flows that go round: every node gives on what it gets, every arc carries between its least and its most. Asked for
// the least and the most that one arc can carry over all flows that fit. Whole numbers; exact. Method: feasible
// circulation by maximum flow, then augmenting around the arc (Ahuja, Magnanti, Orlin: Network Flows, §6.7).
class Circulation {
 public:
  int add_node();
  // Requires: 0 <= least <= most. Returns the arc.
  int add_arc(int from, int to, std::int64_t least, std::int64_t most);

  struct Range {
    std::int64_t least, most;
  };
  // Nothing when no flow fits at all.
  std::optional<Range> range_of(int arc) const;

 private:
  struct Arc {
    int from, to;
    std::int64_t least, most;
  };
  int nodes_ = 0;
  std::vector<Arc> arcs_;
};

}  // namespace suyuan
