// SPDX-License-Identifier: Apache-2.0
#include "domain/trace/walk.h"

#include <algorithm>
#include <deque>
#include <set>
#include <unordered_set>

#include "domain/trace/amounts.h"
#include "domain/trace/holders.h"
#include "domain/trace/reach.h"

namespace suyuan::trace {

namespace {

// Edges that say the same are one, with united reasons.
class EdgeSet {
 public:
  void add(const Edge& edge) {
    const auto key = std::tuple(edge.kind, edge.from, edge.to, edge.process, edge.window.from, edge.window.until,
                                edge.because.empty() || edge.process ? edge.because : std::vector<EventSeq>{});
    const auto [at, fresh] = index_.try_emplace(key, edges_.size());
    if (fresh) {
      edges_.push_back(edge);
      return;
    }
    auto& because = edges_[at->second].because;
    std::vector<EventSeq> united;
    std::set_union(because.begin(), because.end(), edge.because.begin(), edge.because.end(),
                   std::back_inserter(united));
    because = std::move(united);
  }
  std::vector<Edge> take() {
    std::sort(edges_.begin(), edges_.end(), [](const Edge& a, const Edge& b) {
      return std::tuple(a.kind, a.from, a.to, a.process, a.window, a.because) <
             std::tuple(b.kind, b.from, b.to, b.process, b.window, b.because);
    });
    return std::move(edges_);
  }

 private:
  std::map<std::tuple<EdgeKind, std::optional<ObjectId>, std::optional<ObjectId>, std::optional<EventSeq>, Instant,
                      Instant, std::vector<EventSeq>>,
           std::size_t>
      index_;
  std::vector<Edge> edges_;
};

using StepsOf = std::vector<Step> (*)(const Chain&, ObjectId, const Reached&, std::set<ObjectId>&);

// One direction: windows grow until no rule adds to them.
class OneWay {
 public:
  OneWay(const std::vector<ObjectId>& starts, StepsOf rules, std::size_t nodes_max, const Chain& chain)
      : rules_(rules), nodes_max_(nodes_max), chain_(chain) {
    for (const ObjectId start : starts) {
      reached_[start].goods.add({kInstantMin, kInstantMax});
      enqueue(start);
    }
  }

  void advance(std::set<ObjectId>& wanted) {
    std::vector<ObjectId> waiting;
    while (!queue_.empty()) {
      const ObjectId node = queue_.front();
      queue_.pop_front();
      queued_.erase(node);
      std::set<ObjectId> missing;
      if (!chain_.knows(node)) {
        missing.insert(node);
      } else {
        for (const Step& step : rules_(chain_, node, reached_.at(node), missing)) apply(step);
      }
      if (missing.empty()) continue;
      wanted.insert(missing.begin(), missing.end());
      waiting.push_back(node);
    }
    for (const ObjectId node : waiting) enqueue(node);
  }

  // Every step that holds in the end.
  template <class Take>
  void each_step(Take take) const {
    std::set<ObjectId> missing;
    for (const auto& [node, reached] : reached_) {
      if (!chain_.knows(node)) continue;
      for (const Step& step : rules_(chain_, node, reached, missing)) {
        if (reached_.contains(step.to)) take(step);
      }
    }
  }

  bool reach(ObjectId object, const Window& goods) {
    if (!reached_[object].goods.add(goods)) return false;
    enqueue(object);
    return true;
  }
  void leave_out(Walk::Known known) { known_ = std::move(known); }
  const std::unordered_map<ObjectId, Reached>& reached() const { return reached_; }
  bool truncated() const { return truncated_; }

 private:
  void enqueue(ObjectId node) {
    if (queued_.insert(node).second) queue_.push_back(node);
  }
  void apply(const Step& step) {
    if (known_ && step.strength == Strength::kGoods && known_(step.to, step.window)) return;
    auto found = reached_.find(step.to);
    if (found == reached_.end()) {
      if (reached_.size() >= nodes_max_) {
        truncated_ = true;
        return;
      }
      found = reached_.try_emplace(step.to).first;
    }
    Reached& to = found->second;
    Windows& windows = step.strength == Strength::kGoods   ? to.goods
                       : step.strength == Strength::kLotOf ? to.lot_of
                                                           : to.carrier;
    if (windows.add(step.window)) enqueue(step.to);
  }

  StepsOf rules_;
  std::size_t nodes_max_;
  const Chain& chain_;
  std::unordered_map<ObjectId, Reached> reached_;
  std::deque<ObjectId> queue_;
  std::unordered_set<ObjectId> queued_;
  bool truncated_ = false;
  Walk::Known known_;
};

Reach strongest(const Reached& reached) {
  return !reached.goods.empty() ? Reach::kGoods : !reached.lot_of.empty() ? Reach::kLotOf : Reach::kCarrier;
}

// Least number of steps from a start, over the steps of both directions.
std::unordered_map<ObjectId, int> distances(const std::vector<ObjectId>& starts,
                                            const std::unordered_map<ObjectId, std::vector<ObjectId>>& next) {
  std::unordered_map<ObjectId, int> distance;
  std::deque<ObjectId> queue;
  for (const ObjectId start : starts) {
    if (distance.try_emplace(start, 0).second) queue.push_back(start);
  }
  while (!queue.empty()) {
    const ObjectId node = queue.front();
    queue.pop_front();
    const auto found = next.find(node);
    if (found == next.end()) continue;
    for (const ObjectId to : found->second) {
      if (distance.try_emplace(to, distance[node] + 1).second) queue.push_back(to);
    }
  }
  return distance;
}

}  // namespace

struct Walk::State {
  std::vector<ObjectId> starts;
  const Chain& chain;
  std::optional<OneWay> back, forward;
};

Walk::Walk(std::vector<ObjectId> starts, Direction direction, std::size_t nodes_max, const Chain& chain)
    : state_(new State{std::move(starts), chain, {}, {}}) {
  std::sort(state_->starts.begin(), state_->starts.end());
  if (direction != Direction::kForward) state_->back.emplace(state_->starts, back_steps, nodes_max, chain);
  if (direction != Direction::kBack) state_->forward.emplace(state_->starts, forward_steps, nodes_max, chain);
}

Walk::~Walk() = default;

std::vector<ObjectId> Walk::advance() {
  std::set<ObjectId> wanted;
  if (state_->back) state_->back->advance(wanted);
  if (state_->forward) {
    state_->forward->advance(wanted);
    if (wanted.empty()) holders_want(state_->chain, state_->forward->reached(), wanted);
  }
  return {wanted.begin(), wanted.end()};
}

bool Walk::reach(ObjectId object, const Window& goods) { return state_->forward->reach(object, goods); }
void Walk::leave_out(Known known) { state_->forward->leave_out(std::move(known)); }
const std::unordered_map<ObjectId, Reached>& Walk::reached() const { return state_->forward->reached(); }

WalkResult Walk::finish() {
  WalkResult result;
  EdgeSet edges;
  std::unordered_map<ObjectId, std::vector<ObjectId>> next;
  std::map<ObjectId, NodeState> nodes;
  const auto collect = [&](const OneWay& way, bool forward) {
    way.each_step([&](const Step& step) {
      next[step.from].push_back(step.to);
      for (const Edge& edge : step.edges) edges.add(edge);
    });
    for (const auto& [object, reached] : way.reached()) {
      NodeState& node = nodes[object];
      const bool fresh = !node.back && !node.forward;
      node.reach = fresh ? strongest(reached) : std::min(node.reach, strongest(reached));
      (forward ? node.forward : node.back) = true;
      Windows windows = reached.any();
      for (const Window& window : node.windows) windows.add(window);
      node.windows.assign(windows.all().begin(), windows.all().end());
    }
    result.truncated = result.truncated || way.truncated();
  };
  if (state_->back) collect(*state_->back, false);
  if (state_->forward) collect(*state_->forward, true);
  for (const ObjectId start : state_->starts) nodes[start].reach = Reach::kStart;

  const auto distance = distances(state_->starts, next);
  for (auto& [object, node] : nodes) {
    const auto found = distance.find(object);
    node.distance = found == distance.end() ? 0 : found->second;
    result.nodes.push_back({object, node});
  }
  std::stable_sort(result.nodes.begin(), result.nodes.end(),
                   [](const auto& a, const auto& b) { return a.state.distance < b.state.distance; });
  result.edges = edges.take();
  if (state_->forward) find_amounts(state_->chain, state_->starts, state_->forward->reached(), result);
  if (state_->forward) find_holders(state_->chain, state_->forward->reached(), result);
  if (state_->back) find_missing_sources(state_->chain, state_->back->reached(), result);
  std::sort(result.missing.begin(), result.missing.end());
  result.missing.erase(std::unique(result.missing.begin(), result.missing.end()), result.missing.end());

  std::set<EventSeq> events;
  for (const Edge& edge : result.edges) events.insert(edge.because.begin(), edge.because.end());
  for (const Holder& holder : result.holders) events.insert(holder.because);
  for (const Missing& missing : result.missing) {
    if (missing.because) events.insert(*missing.because);
  }
  for (const auto& node : result.nodes) {
    if (!state_->chain.knows(node.object)) continue;
    const auto& wrong = state_->chain.record(node.object).wrong;
    if (node.state.reach != Reach::kCarrier) events.insert(wrong.begin(), wrong.end());
  }
  result.events = {events.begin(), events.end()};
  return result;
}

}  // namespace suyuan::trace
