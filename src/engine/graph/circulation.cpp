// SPDX-License-Identifier: Apache-2.0
#include "engine/graph/circulation.h"

#include <algorithm>
#include <deque>
#include <limits>

#include "base/check.h"

namespace suyuan {

namespace {

constexpr std::int64_t kEndless = std::numeric_limits<std::int64_t>::max() / 4;

// Maximum flow by blocking flows (Dinic).
class Residual {
 public:
  explicit Residual(int nodes) : first_(static_cast<std::size_t>(nodes), -1) {}

  // Returns the edge; its way back is the next one.
  int add(int from, int to, std::int64_t room, std::int64_t back = 0) {
    edges_.push_back({to, first_[index(from)], room});
    first_[index(from)] = static_cast<int>(edges_.size()) - 1;
    edges_.push_back({from, first_[index(to)], back});
    first_[index(to)] = static_cast<int>(edges_.size()) - 1;
    return static_cast<int>(edges_.size()) - 2;
  }
  std::int64_t room(int edge) const { return edges_[index(edge)].room; }
  void close(int edge) { edges_[index(edge)].room = edges_[index(edge) + 1].room = 0; }

  std::int64_t push(int source, int sink, std::int64_t at_most) {
    std::int64_t pushed = 0;
    while (pushed < at_most && level(source, sink)) {
      next_ = first_;
      while (const std::int64_t some = path(source, sink, at_most - pushed)) pushed += some;
    }
    return pushed;
  }

 private:
  struct Edge {
    int to, next;
    std::int64_t room;
  };
  static std::size_t index(int number) { return static_cast<std::size_t>(number); }

  bool level(int source, int sink) {
    depth_.assign(first_.size(), -1);
    depth_[index(source)] = 0;
    std::deque<int> queue = {source};
    while (!queue.empty()) {
      const int node = queue.front();
      queue.pop_front();
      for (int edge = first_[index(node)]; edge >= 0; edge = edges_[index(edge)].next) {
        const Edge& each = edges_[index(edge)];
        if (each.room == 0 || depth_[index(each.to)] >= 0) continue;
        depth_[index(each.to)] = depth_[index(node)] + 1;
        queue.push_back(each.to);
      }
    }
    return depth_[index(sink)] >= 0;
  }

  // One path of the level graph, found without recursion: chains may be as deep as the store is long.
  std::int64_t path(int source, int sink, std::int64_t limit) {
    std::vector<int> way;
    int node = source;
    while (node != sink) {
      int& edge = next_[index(node)];
      while (edge >= 0 &&
             (edges_[index(edge)].room == 0 || depth_[index(edges_[index(edge)].to)] != depth_[index(node)] + 1))
        edge = edges_[index(edge)].next;
      if (edge >= 0) {
        way.push_back(edge);
        node = edges_[index(edge)].to;
      } else if (way.empty()) {
        return 0;
      } else {
        depth_[index(node)] = -1;
        node = edges_[index(way.back() ^ 1)].to;
        way.pop_back();
      }
    }
    for (const int edge : way) limit = std::min(limit, edges_[index(edge)].room);
    for (const int edge : way) {
      edges_[index(edge)].room -= limit;
      edges_[index(edge ^ 1)].room += limit;
    }
    return limit;
  }

  std::vector<Edge> edges_;
  std::vector<int> first_, next_, depth_;
};

}  // namespace

int Circulation::add_node() { return nodes_++; }

int Circulation::add_arc(int from, int to, std::int64_t least, std::int64_t most) {
  CHECK(0 <= least && least <= most && from < nodes_ && to < nodes_);
  arcs_.push_back({from, to, least, most});
  return static_cast<int>(arcs_.size()) - 1;
}

std::optional<Circulation::Range> Circulation::range_of(int arc) const {
  const int source = nodes_, sink = nodes_ + 1;
  const auto feasible = [&](Residual& residual, std::vector<int>& edges) {
    std::vector<std::int64_t> owed(static_cast<std::size_t>(nodes_), 0);
    for (const Arc& each : arcs_) {
      edges.push_back(residual.add(each.from, each.to, each.most - each.least));
      owed[static_cast<std::size_t>(each.to)] += each.least;
      owed[static_cast<std::size_t>(each.from)] -= each.least;
    }
    std::int64_t needed = 0;
    for (int node = 0; node < nodes_; ++node) {
      const std::int64_t balance = owed[static_cast<std::size_t>(node)];
      if (balance > 0) residual.add(source, node, balance);
      if (balance < 0) residual.add(node, sink, -balance);
      needed += std::max<std::int64_t>(0, balance);
    }
    return residual.push(source, sink, kEndless) == needed;
  };
  const Arc& asked = arcs_[static_cast<std::size_t>(arc)];
  Range range{0, 0};
  for (const bool upwards : {false, true}) {
    Residual residual(nodes_ + 2);
    std::vector<int> edges;
    if (!feasible(residual, edges)) return std::nullopt;
    const int edge = edges[static_cast<std::size_t>(arc)];
    const std::int64_t flow = asked.most - residual.room(edge), free = residual.room(edge);
    residual.close(edge);
    if (upwards)
      range.most = flow + residual.push(asked.to, asked.from, free);
    else
      range.least = flow - residual.push(asked.from, asked.to, flow - asked.least);
  }
  return range;
}

}  // namespace suyuan
