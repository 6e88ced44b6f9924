// SPDX-License-Identifier: Apache-2.0
#include "domain/trace/recall.h"

#include <algorithm>
#include <memory>
#include <tuple>
#include <unordered_map>
#include <unordered_set>

#include "base/paged.h"
#include "domain/trace/fact_table.h"
#include "domain/trace/frontier.h"
#include "domain/trace/holders.h"
#include "domain/trace/holding.h"
#include "domain/trace/numbering.h"
#include "domain/trace/who_had.h"
#include "domain/trace/windows.h"

namespace suyuan::trace {

namespace {

constexpr std::size_t kNodesMax = SIZE_MAX / 2;

constexpr std::uint32_t bit(Role role) { return 1U << static_cast<unsigned>(role); }
constexpr std::uint32_t kGoods = (bit(Role::kOutput) << 1U) - 1;

constexpr std::uint32_t kHasNoPlace = Numbering::kNone - 1;  // yet, instead of a fact

// Facts lie in tables, for some are added while others are looked at. A fact is a row of one of them.
constexpr unsigned kRowBits = 17;
constexpr std::size_t kRowsMax = std::size_t{1} << kRowBits;
constexpr std::size_t kEnoughForTwo = 4096;  // from so many on two threads may read

enum class Way : std::uint8_t { kAsked, kBulk, kWalk };  // how an object is worked out

struct Entry {
  ObjectId object;
  Instant from{};                      // kSince: its goods count from then on
  std::uint32_t first = 0, count = 0;  // of `of_node`: its events, by (time, seq)
  codes::Level level = codes::Level::kItem;
  Way way = Way::kAsked;
  enum class Goods : std::uint8_t { kNone, kSince, kWindows } goods = Goods::kNone;  // kWindows: see `windows`
  bool is_queued : 1 = false, wants_members : 1 = false;
};

void sort_together(std::vector<EventSeq>& events, std::vector<std::size_t>& slots) {
  if (std::is_sorted(events.begin(), events.end())) return;
  std::vector<std::pair<EventSeq, std::size_t>> both;
  both.reserve(events.size());
  for (std::size_t i = 0; i < events.size(); ++i) both.emplace_back(events[i], slots[i]);
  std::sort(both.begin(), both.end());
  for (std::size_t i = 0; i < events.size(); ++i) std::tie(events[i], slots[i]) = both[i];
}

struct Scratch {  // what every node needs anew, in memory that stays
  std::vector<Link> links;
  WhoHad had;
  std::vector<Holder> holders;
  std::vector<Missing> missing;
};

}  // namespace

struct Recall::State {
  State(std::optional<Instant> at, const Chain& of, std::size_t piece)
      : as_of(at), chain(of), walk({}, Direction::kForward, kNodesMax, of), frontier(piece) {}

  std::optional<Instant> as_of;
  const Chain& chain;
  Walk walk;

  Paged<Entry> nodes;
  std::unordered_map<ObjectId, Windows> windows;  // of the few nodes whose goods are not one window without end
  Numbering index;                                // of objects, in `nodes`
  std::vector<std::uint32_t> queue;               // bulk nodes whose windows grew
  struct {
    std::uint32_t node = 0, next = 0, end = 0;  // from next to end of `of_node`
  } spreading;                                  // what is left to do for the one that was taken from the queue
  Frontier frontier;
  std::unordered_set<ObjectId> wanted_by_walk;
  std::unordered_map<ObjectId, std::vector<ObjectId>> members;

  std::vector<std::unique_ptr<FactTable>> tables;
  std::size_t open = 0;  // slices
  Numbering fact_of_seq;
  struct OfNode {
    std::uint32_t fact, roles;  // what the object is to it
  };
  Paged<OfNode> of_node;
  std::vector<OfNode> of_one;   // of the node that is being placed
  std::vector<bool> is_spread;  // by fact: its outputs are reached

  Walk::Known is_known = {};

  std::uint32_t node_of(ObjectId object) {
    std::uint32_t& at = index.at(object.value());
    if (at != Numbering::kNone) return at;
    at = static_cast<std::uint32_t>(nodes.size());
    nodes.push_back({.object = object});
    return at;
  }

  const FactTable& table_of(std::uint32_t fact) const { return *tables[fact >> kRowBits]; }
  static std::size_t row_of(std::uint32_t fact) { return fact & (kRowsMax - 1); }
  const FactTable::Head& head(std::uint32_t fact) const { return table_of(fact).head(row_of(fact)); }

  Windows goods_of(const Entry& node) const {
    if (node.goods == Entry::Goods::kWindows) return windows.at(node.object);
    Windows one;
    if (node.goods == Entry::Goods::kSince) one.add({node.from, kInstantMax});
    return one;
  }
  bool add_goods(Entry& node, const Window& goods) {  // false: nothing was new
    if (goods.until == kInstantMax && node.goods != Entry::Goods::kWindows) {
      if (node.goods == Entry::Goods::kSince && node.from <= goods.from) return false;
      node.goods = Entry::Goods::kSince;
      node.from = goods.from;
      return true;
    }
    if (node.goods != Entry::Goods::kWindows) windows.insert_or_assign(node.object, goods_of(node));
    node.goods = Entry::Goods::kWindows;
    return windows.at(node.object).add(goods);
  }
  bool add_goods(Entry& node, const Windows& goods) {
    bool grown = false;
    for (const Window& window : goods.all()) grown = add_goods(node, window) || grown;
    return grown;
  }
  bool has_goods_at(const Entry& node, Instant at) const {
    return node.goods == Entry::Goods::kSince ? node.from <= at : goods_of(node).holds(at);
  }

  void reach(ObjectId object, const Window& goods) {
    if (is_known && is_known(object, goods)) return;
    start(object, goods);
  }
  void start(ObjectId object, const Window& goods) {
    const std::size_t before = nodes.size();
    const std::uint32_t at = node_of(object);
    if (at == before) frontier.add(object);
    Entry& node = nodes[at];
    if (node.way == Way::kWalk) {
      walk.reach(object, goods);
    } else if (add_goods(node, goods) && node.way == Way::kBulk) {
      enqueue(at);
    }
  }
  void enqueue(std::uint32_t at) {
    if (nodes[at].is_queued) return;
    nodes[at].is_queued = true;
    queue.push_back(at);
  }

  template <class Take>
  void each_fact(const Entry& node, Take take) const {
    for (std::uint32_t i = 0; i < node.count; ++i) {
      const OfNode& each = of_node[std::size_t{node.first} + i];
      take(each.fact, each.roles);
    }
  }

  void spread();
  bool is_spread_out() const { return queue.empty() && spreading.next == spreading.end; }
  void begin_spreading();
  bool ask_walk();
  void outputs_of(std::uint32_t fact, Instant time);
  std::vector<ObjectId> members_of(const Entry& node) const;
  bool counts(const FactTable::Head& fact) const { return fact.counts && (!as_of || fact.time <= *as_of); }
  void divide(Slice& slice);
  void place(const Slice::Node& of, std::span<const Slice::Place> places, Ask& ask);
  void visit_bulk(const Entry& node, Scratch& scratch, const Visitor& visitor) const;
  void visit_walked(const Visitor& visitor) const;
};

Recall::Recall(std::vector<ObjectId> starts, std::optional<Instant> at, const Chain& chain, std::size_t piece)
    : state_(new State(at, chain, piece)) {
  for (const ObjectId start : starts) state_->reach(start, {kInstantMin, kInstantMax});
}

Recall::~Recall() = default;

void Recall::reach(ObjectId object, const Window& goods) { state_->start(object, goods); }

void Recall::leave_out(Walk::Known known) {
  state_->is_known = known;
  state_->walk.leave_out(std::move(known));
}

void Recall::each_reached(const std::function<void(ObjectId, codes::Level, const Reached&)>& take) const {
  for (std::size_t i = 0; i < state_->nodes.size(); ++i) {
    const Entry& node = state_->nodes[i];
    if (node.way == Way::kBulk && node.goods != Entry::Goods::kNone)
      take(node.object, node.level, {state_->goods_of(node), {}, {}});
  }
  for (const auto& [object, reached] : state_->walk.reached()) {
    const std::uint32_t found = state_->index.find(object.value());
    if (found != Numbering::kNone && state_->nodes[found].way == Way::kWalk)
      take(object, state_->nodes[found].level, reached);
  }
}

std::size_t Recall::piece() const { return state_->frontier.piece(); }

std::size_t Recall::carriers() const {
  std::size_t count = 0;
  for (const auto& [object, reached] : state_->walk.reached()) count += reached.goods.empty() ? 1 : 0;
  return count;
}

std::vector<ObjectId> Recall::advance() {
  State& s = *state_;
  for (;;) {
    if (auto some = s.frontier.hand_out(); !some.empty()) return some;
    s.spread();
    if (s.frontier.begin(s.is_spread_out())) continue;
    if (!s.frontier.is_settled()) return {};
    const bool grown = s.ask_walk();
    if (!s.frontier.has_found() && !grown) return {};
  }
}

// Until nothing is left, or a piece of a frontier is found.
void Recall::State::spread() {
  while (!frontier.has_piece()) {
    if (spreading.next == spreading.end) {
      if (queue.empty()) return;
      begin_spreading();
      continue;
    }
    const OfNode of = of_node[spreading.next++];
    const FactTable::Head& fact = head(of.fact);
    if (fact.type == EventType::kTransformation && (of.roles & bit(Role::kInput)) != 0 &&
        has_goods_at(nodes[spreading.node], fact.time))
      outputs_of(of.fact, fact.time);
  }
}

void Recall::State::begin_spreading() {
  const std::uint32_t at = queue.back();
  queue.pop_back();
  Entry& node = nodes[at];
  node.is_queued = false;
  spreading = {at, node.first, node.first + node.count};
  if (!node.wants_members) return;
  const Windows goods = goods_of(node);  // `reach` may widen them
  for (const ObjectId member : members_of(node)) {
    for (const Window& window : goods.all()) reach(member, window);
  }
}

// What the walk wants to know is found, and what it reached of the objects that it does not walk itself is reached here
// too; true when that was new.
bool Recall::State::ask_walk() {
  const std::vector<ObjectId> wanted = walk.advance();
  wanted_by_walk = {wanted.begin(), wanted.end()};
  for (const ObjectId object : wanted) {
    const std::uint32_t known = index.find(object.value());
    if (known == Numbering::kNone) {
      node_of(object);
      frontier.add(object);
    } else if (nodes[known].way == Way::kBulk) {
      frontier.add(object);  // worked out already, but the chain has no outline of it
    }
  }
  bool grown = false;
  for (const auto& [object, reached] : walk.reached()) {
    const std::uint32_t known = index.find(object.value());
    if (known == Numbering::kNone || nodes[known].way == Way::kWalk) continue;
    Entry& node = nodes[known];
    if (!add_goods(node, reached.goods) || node.way != Way::kBulk) continue;
    enqueue(known);
    grown = true;
  }
  return grown;
}

Recall::Slice Recall::know(std::span<const ObjectId> objects, std::span<const codes::Level> levels,
                           std::span<const Posting> postings) {
  State& s = *state_;
  Slice slice;
  slice.nodes.reserve(objects.size());
  slice.places.reserve(postings.size());
  auto posting = postings.begin();
  for (std::size_t i = 0; i < objects.size(); ++i) {
    const std::uint32_t at = s.index.find(objects[i].value());
    bool is_walked = false;
    const bool is_new = s.nodes[at].way == Way::kAsked;
    s.nodes[at].level = levels[i];
    for (; posting != postings.end() && posting->object <= objects[i]; ++posting) {
      const Role role = posting->role;
      if (posting->object != objects[i] || !is_new) continue;
      is_walked = is_walked || role == Role::kParent || role == Role::kChild || role == Role::kTransformation;
      if (role > Role::kOutput && role != Role::kMemberLot) continue;
      if (slice.places.empty() || slice.places.back().node != at || slice.places.back().seq != posting->seq.value())
        slice.places.push_back({at, 0, posting->seq.value(), 0});
      slice.places.back().roles |= bit(role);
    }
    slice.nodes.push_back({at, is_walked});
    if (!is_walked) continue;
    while (!slice.places.empty() && slice.places.back().node == at)
      slice.places.pop_back();  // the chain has its events
  }
  for (Slice::Place& each : slice.places) {
    each.slot = s.fact_of_seq.slot_of(each.seq);
    if (s.fact_of_seq[each.slot] != Numbering::kNone) continue;
    s.fact_of_seq[each.slot] = kHasNoPlace;
    slice.events.emplace_back(each.seq);
    slice.slots.push_back(each.slot);
  }
  sort_together(slice.events, slice.slots);
  s.divide(slice);
  ++s.open;
  return slice;
}

// Says where the facts will be.
void Recall::State::divide(Slice& slice) {
  const std::size_t count = slice.events.size();
  if (count == 0) return;
  const std::size_t parts = count < kEnoughForTwo ? 1 : std::max<std::size_t>(2, (count + kRowsMax - 1) / kRowsMax);
  for (std::size_t i = 0; i < parts; ++i) {
    const std::size_t first = count * i / parts, size = count * (i + 1) / parts - first;
    // Of small slices many go into one table; but nobody fills one that somebody looks at.
    const bool goes_on = parts == 1 && open == 0 && !tables.empty() && tables.back()->size() + size <= kRowsMax;
    if (!goes_on) tables.push_back(std::make_unique<FactTable>());
    CHECK(tables.size() < std::size_t{1} << (32 - kRowBits));
    FactTable& table = *tables.back();
    auto fact = static_cast<std::uint32_t>((tables.size() - 1) << kRowBits | table.size());
    slice.parts.push_back({std::span(slice.events).subspan(first, size), &table, table.size() + size});
    for (std::size_t event = first; event < first + size; ++event) fact_of_seq[slice.slots[event]] = fact++;
  }
}

Recall::Ask Recall::settle(const Slice& slice) {
  State& s = *state_;
  Ask ask;
  for (const Slice::Part& part : slice.parts) CHECK(part.facts->size() == part.size);
  std::span<const Slice::Place> rest = slice.places;
  for (const Slice::Node& node : slice.nodes) {
    std::size_t count = 0;
    while (count < rest.size() && rest[count].node == node.at) ++count;
    s.place(node, rest.first(count), ask);
    rest = rest.subspan(count);
  }
  s.frontier.settle(slice.nodes.size());
  --s.open;
  return ask;
}

// Decides how a node is worked out, and puts its facts in order.
void Recall::State::place(const Slice::Node& of, std::span<const Slice::Place> places, Ask& ask) {
  Entry& node = nodes[of.at];
  if (node.way == Way::kBulk) {
    ask.outline.push_back(node.object);
    return;
  }
  bool is_walked = of.walks, names_items = false;
  of_one.clear();
  for (const Slice::Place& each : places) {
    const std::uint32_t fact = fact_of_seq[each.slot];
    CHECK(head(fact).seq == each.seq);
    if (!counts(head(fact))) continue;
    is_walked = is_walked || (head(fact).type == EventType::kTransformation &&
                              table_of(fact).names(row_of(fact), Role::kTransformation));
    names_items = names_items || (each.roles & bit(Role::kMemberLot)) != 0;
    of_one.push_back({fact, each.roles});
  }
  if (is_walked) {
    node.way = Way::kWalk;
    ask.whole.push_back(node.object);
    for (const Window& window : goods_of(node).all()) walk.reach(node.object, window);
    node.goods = Entry::Goods::kNone;
    return;
  }
  node.way = Way::kBulk;
  const auto by_time = [&](const OfNode& a, const OfNode& b) {
    const FactTable::Head &one = head(a.fact), &other = head(b.fact);
    return std::pair(one.time, one.seq) < std::pair(other.time, other.seq);
  };
  if (!std::is_sorted(of_one.begin(), of_one.end(), by_time)) std::sort(of_one.begin(), of_one.end(), by_time);
  node.first = static_cast<std::uint32_t>(of_node.size());
  node.count = static_cast<std::uint32_t>(of_one.size());
  for (const OfNode& each : of_one) of_node.push_back(each);
  node.wants_members = node.level == codes::Level::kClass || (node.level == codes::Level::kLot && names_items);
  if (node.wants_members) ask.classes.push_back(node.object);
  if (wanted_by_walk.contains(node.object)) ask.outline.push_back(node.object);
  if (node.goods != Entry::Goods::kNone) enqueue(of.at);
}

void Recall::take_members(ObjectId of_class, std::span<const ObjectId> all) {
  state_->members[of_class].assign(all.begin(), all.end());
}

// What an event's transformation made of its inputs: F4, in one event.
void Recall::State::outputs_of(std::uint32_t fact, Instant time) {
  if (is_spread.size() <= fact) is_spread.resize(tables.size() << kRowBits);
  if (is_spread[fact]) return;  // another input reached them
  is_spread[fact] = true;
  table_of(fact).each_goods(row_of(fact), [&](ObjectId object, Role role, bool) {
    if (role == Role::kOutput) reach(object, {time, kInstantMax});
  });
}

// F1: of a lot, the new items of its own class in the events that name it; of a class all.
std::vector<ObjectId> Recall::State::members_of(const Entry& node) const {
  const auto known = members.find(node.object);
  if (known == members.end()) return {};
  if (node.level == codes::Level::kClass) return known->second;
  std::vector<ObjectId> named, both;
  each_fact(node, [&](std::uint32_t fact, std::uint32_t roles) {
    if ((roles & bit(Role::kMemberLot)) == 0) return;
    table_of(fact).each_goods(row_of(fact), [&](ObjectId object, Role role, bool is_quantity) {
      const bool is_new = role == Role::kSubject || role == Role::kOutput;
      if (is_new && !is_quantity) named.push_back(object);
    });
  });
  std::sort(named.begin(), named.end());
  named.erase(std::unique(named.begin(), named.end()), named.end());
  std::set_intersection(named.begin(), named.end(), known->second.begin(), known->second.end(),
                        std::back_inserter(both));
  return both;
}

// ---------------------------------------------------------------------------------------------------------------
// answer

void Recall::visit(const Visitor& visitor, std::size_t share, std::size_t shares) const {
  Scratch scratch;
  const std::size_t all = state_->nodes.size();
  for (std::size_t i = all * share / shares; i < all * (share + 1) / shares; ++i) {
    const Entry& node = state_->nodes[i];
    if (node.way == Way::kBulk && node.goods != Entry::Goods::kNone) state_->visit_bulk(node, scratch, visitor);
  }
  if (share + 1 == shares) state_->visit_walked(visitor);
}

void Recall::State::visit_bulk(const Entry& node, Scratch& scratch, const Visitor& visitor) const {
  const bool is_lot = node.level == codes::Level::kLot || node.level == codes::Level::kClass;
  ItemHolding item(node.object);
  std::optional<LotHolding> lot;
  if (is_lot) lot.emplace(node.object);
  scratch.had.clear();
  each_fact(node, [&](std::uint32_t at, std::uint32_t roles) {
    if ((roles & kGoods) == 0) return;
    if (is_lot) {
      const Fact fact = table_of(at).fact_of(row_of(at), node.object, scratch.links);
      lot->take(fact);
      scratch.had.add(fact);
      return;
    }
    Roles said(node.object);
    table_of(at).each_said_of(row_of(at), node.object, [&](ObjectId object, Role role) {
      said.add(object, role);
      scratch.had.add(object, role);
    });
    if (node.level == codes::Level::kItem) item.take(table_of(at).without_links(row_of(at)), said);
  });
  scratch.had.each([&](ObjectId who, bool is_party) { visitor.had(node.object, who, is_party); });
  visitor.affected(node.object, node.level, item.has_ended());
  scratch.holders.clear();
  scratch.missing.clear();
  if (is_lot)
    lot->conclude(scratch.holders, scratch.missing);
  else if (node.level == codes::Level::kItem && !item.has_ended())
    item.conclude(scratch.holders, scratch.missing);
  for (const Holder& holder : scratch.holders) visitor.holder(holder);
  for (const Missing& each : scratch.missing) visitor.missing(each);
}

void Recall::State::visit_walked(const Visitor& visitor) const {
  WalkResult result;
  WhoHad had;
  std::vector<Link> links;
  std::unordered_map<ObjectId, Reached> reached;
  for (const auto& [object, state] : walk.reached()) {
    const std::uint32_t known = index.find(object.value());
    if (state.goods.empty() || known == Numbering::kNone || nodes[known].way != Way::kWalk) continue;
    result.nodes.push_back({object, NodeState{}});
    reached.emplace(object, state);
  }
  std::sort(result.nodes.begin(), result.nodes.end(), [](const auto& a, const auto& b) { return a.object < b.object; });
  for (const auto& node : result.nodes) {
    const codes::Level level = chain.record(node.object).level;
    visitor.affected(node.object, level, level == codes::Level::kItem && has_ended(chain, node.object));
    had.clear();
    for (const EventSeq seq : moves_of(chain, node.object)) had.add(chain.fact_about(seq, node.object, links));
    had.each([&](ObjectId who, bool is_party) { visitor.had(node.object, who, is_party); });
  }
  find_holders(chain, reached, result);
  for (const Holder& holder : result.holders) visitor.holder(holder);
  std::sort(result.missing.begin(), result.missing.end());
  result.missing.erase(std::unique(result.missing.begin(), result.missing.end()), result.missing.end());
  for (const Missing& missing : result.missing) visitor.missing(missing);
}

}  // namespace suyuan::trace
