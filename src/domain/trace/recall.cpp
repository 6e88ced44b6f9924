// SPDX-License-Identifier: Apache-2.0
#include "domain/trace/recall.h"

#include <algorithm>
#include <unordered_map>
#include <unordered_set>

#include "domain/trace/holders.h"
#include "domain/trace/holding.h"
#include "domain/trace/windows.h"

namespace suyuan::trace {

namespace {

constexpr std::size_t kNodesMax = SIZE_MAX / 2;

// Facts in little memory: a header each, links of eight bytes, amounts apart.
class FactTable {
 public:
  std::size_t size() const { return heads_.size(); }

  void add(const Fact& fact) {
    heads_.push_back({fact.seq.value(), fact.time, static_cast<std::uint32_t>(links_.size()),
                      static_cast<std::uint16_t>(fact.links.size()), fact.type, fact.action, fact.movement});
    for (const Link& link : fact.links) {
      if (link.amount || !link.uom.empty()) amounts_.emplace_back(links_.size(), Amount{link.amount, link.uom});
      links_.push_back(static_cast<std::uint64_t>(link.object.value()) << 6U | (link.is_quantity ? 32U : 0U) |
                       static_cast<std::uint64_t>(link.role));
    }
  }

  // The links lie in `links` until the next call.
  Fact fact(std::size_t at, std::vector<Link>& links) const {
    const Head& head = heads_[at];
    links.clear();
    auto amount = std::lower_bound(amounts_.begin(), amounts_.end(), head.links,
                                   [](const auto& each, std::size_t link) { return each.first < link; });
    for (std::size_t i = head.links; i < head.links + head.count; ++i) {
      links.push_back({object_at(i), role_at(i), {}, "", is_quantity_at(i)});
      if (amount != amounts_.end() && amount->first == i) {
        links.back().amount = amount->second.amount;
        links.back().uom = amount->second.uom;
        ++amount;
      }
    }
    return {EventSeq(head.seq), head.type, head.action, head.time, head.movement, true, links};
  }

  struct Head {
    std::int64_t seq;
    Instant time;
    std::uint32_t links;
    std::uint16_t count;
    EventType type;
    Action action;
    Movement movement;
  };
  const Head& head(std::size_t at) const { return heads_[at]; }
  ObjectId object_at(std::size_t link) const { return ObjectId(static_cast<std::int64_t>(links_[link] >> 6U)); }
  Role role_at(std::size_t link) const { return static_cast<Role>(links_[link] & 31U); }
  bool is_quantity_at(std::size_t link) const { return (links_[link] & 32U) != 0; }

  std::optional<ObjectId> object_with(std::size_t at, Role role) const {
    const Head& head = heads_[at];
    for (std::size_t i = head.links; i < head.links + head.count; ++i) {
      if (role_at(i) == role) return object_at(i);
    }
    return std::nullopt;
  }

 private:
  struct Amount {
    std::optional<Decimal> amount;
    std::string uom;
  };
  std::vector<Head> heads_;
  std::vector<std::uint64_t> links_;
  std::vector<std::pair<std::size_t, Amount>> amounts_;
};

enum class Way : std::uint8_t { kAsked, kBulk, kWalk };  // how an object is worked out

struct Entry {
  ObjectId object;
  codes::Level level = codes::Level::kItem;
  Way way = Way::kAsked;
  bool is_queued = false, wants_members = false;
  Windows goods;                     // of kBulk, and of kAsked
  std::size_t first = 0, count = 0;  // of `of_node`: its events, by (time, seq)
};

}  // namespace

struct Recall::State {
  std::optional<Instant> as_of;
  const Chain& chain;
  Walk walk;

  std::vector<Entry> nodes;
  std::unordered_map<ObjectId, std::uint32_t> index;
  std::vector<std::uint32_t> queue;  // bulk nodes whose windows grew
  std::vector<ObjectId> wanted, wanted_by_walk;
  std::unordered_map<ObjectId, std::vector<ObjectId>> members;

  FactTable facts;
  std::unordered_map<std::int64_t, std::uint32_t> fact_of_seq;  // UINT32_MAX: it does not count
  std::vector<std::uint32_t> of_node;

  // Between know() and settle().
  std::vector<std::uint32_t> fresh;
  std::vector<std::pair<std::uint32_t, std::int64_t>> postings;  // node, seq
  std::vector<bool> walks;                                       // by `fresh`: a posting alone says so

  Walk::Known is_known = {};

  std::uint32_t node_of(ObjectId object) {
    const auto [at, is_new] = index.try_emplace(object, static_cast<std::uint32_t>(nodes.size()));
    if (is_new) nodes.push_back({object, codes::Level::kItem, Way::kAsked, false, false, {}, 0, 0});
    return at->second;
  }

  void reach(ObjectId object, const Window& goods) {
    if (is_known && is_known(object, goods)) return;
    start(object, goods);
  }
  void start(ObjectId object, const Window& goods) {
    const auto found = index.find(object);
    if (found == index.end()) wanted.push_back(object);
    Entry& node = nodes[found == index.end() ? node_of(object) : found->second];
    if (node.way == Way::kWalk) {
      walk.reach(object, goods);
    } else if (node.goods.add(goods) && node.way == Way::kBulk) {
      enqueue(index[object]);
    }
  }
  void enqueue(std::uint32_t at) {
    if (nodes[at].is_queued) return;
    nodes[at].is_queued = true;
    queue.push_back(at);
  }

  template <class Take>
  void each_fact(const Entry& node, Take take) const {
    for (std::size_t i = node.first; i < node.first + node.count; ++i) take(of_node[i]);
  }

  bool names_goods(std::size_t fact, ObjectId object) const {
    const FactTable::Head& head = facts.head(fact);
    for (std::size_t i = head.links; i < head.links + head.count; ++i) {
      if (facts.object_at(i) == object && facts.role_at(i) <= Role::kOutput) return true;
    }
    return false;
  }
  bool has_role(std::size_t fact, ObjectId object, Role role) const {
    const FactTable::Head& head = facts.head(fact);
    for (std::size_t i = head.links; i < head.links + head.count; ++i) {
      if (facts.role_at(i) == role && facts.object_at(i) == object) return true;
    }
    return false;
  }

  void apply(std::uint32_t at);
  void outputs_of(std::size_t fact, Instant time);
  std::vector<ObjectId> members_of(const Entry& node) const;
  void place(std::uint32_t at, bool by_posting, std::size_t first, std::size_t last, Ask& ask,
             const std::unordered_set<ObjectId>& asked_by_walk);
  void visit_bulk(const Entry& node, const Visitor& visitor) const;
  void visit_walked(const Visitor& visitor) const;
  void visit_had(ObjectId object, std::span<const Fact> facts, const Visitor& visitor) const;
};

Recall::Recall(std::vector<ObjectId> starts, std::optional<Instant> at, const Chain& chain)
    : state_(new State{
          at, chain, Walk({}, Direction::kForward, kNodesMax, chain), {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}}) {
  for (const ObjectId start : starts) state_->reach(start, {kInstantMin, kInstantMax});
}

Recall::~Recall() = default;

void Recall::reach(ObjectId object, const Window& goods) { state_->start(object, goods); }

void Recall::leave_out(Walk::Known known) {
  state_->is_known = known;
  state_->walk.leave_out(std::move(known));
}

void Recall::each_reached(const std::function<void(ObjectId, codes::Level, const Reached&)>& take) const {
  for (const Entry& node : state_->nodes) {
    if (node.way == Way::kBulk && !node.goods.empty()) take(node.object, node.level, {node.goods, {}, {}});
  }
  for (const auto& [object, reached] : state_->walk.reached()) {
    const auto found = state_->index.find(object);
    if (found != state_->index.end() && state_->nodes[found->second].way == Way::kWalk)
      take(object, state_->nodes[found->second].level, reached);
  }
}

std::size_t Recall::facts() const { return state_->facts.size(); }

std::size_t Recall::carriers() const {
  std::size_t count = 0;
  for (const auto& [object, reached] : state_->walk.reached()) count += reached.goods.empty() ? 1 : 0;
  return count;
}

std::vector<ObjectId> Recall::advance() {
  State& s = *state_;
  for (;;) {
    while (!s.queue.empty()) {
      const std::uint32_t at = s.queue.back();
      s.queue.pop_back();
      s.nodes[at].is_queued = false;
      s.apply(at);
    }
    std::vector<ObjectId> wanted = std::exchange(s.wanted, {});
    s.wanted_by_walk = s.walk.advance();
    for (const ObjectId object : s.wanted_by_walk) {
      if (!s.index.contains(object)) {
        s.node_of(object);
        wanted.push_back(object);
      } else if (s.nodes[s.index[object]].way == Way::kBulk) {
        wanted.push_back(object);  // worked out already, but the chain has no outline of it
      }
    }
    // What the walk reached of the objects that it does not walk itself.
    bool grown = false;
    for (const auto& [object, reached] : s.walk.reached()) {
      const auto known = s.index.find(object);
      if (known == s.index.end() || s.nodes[known->second].way == Way::kWalk) continue;
      Entry& node = s.nodes[known->second];
      if (!node.goods.add(reached.goods) || node.way != Way::kBulk) continue;
      s.enqueue(known->second);
      grown = true;
    }
    std::sort(wanted.begin(), wanted.end());
    wanted.erase(std::unique(wanted.begin(), wanted.end()), wanted.end());
    if (!wanted.empty() || !grown) return wanted;
  }
}

std::vector<EventSeq> Recall::know(std::span<const ObjectId> objects, std::span<const codes::Level> levels,
                                   std::span<const Posting> postings) {
  State& s = *state_;
  s.fresh.clear();
  s.postings.clear();
  s.walks.clear();
  std::vector<std::int64_t> seqs;
  auto posting = postings.begin();
  for (std::size_t i = 0; i < objects.size(); ++i) {
    const std::uint32_t at = s.index.at(objects[i]);
    bool is_walked = false;
    const bool is_new = s.nodes[at].way == Way::kAsked;
    s.nodes[at].level = levels[i];
    for (; posting != postings.end() && posting->object <= objects[i]; ++posting) {
      const Role role = posting->role;
      if (posting->object != objects[i] || !is_new) continue;
      is_walked = is_walked || role == Role::kParent || role == Role::kChild || role == Role::kTransformation;
      if (role > Role::kOutput && role != Role::kMemberLot) continue;
      if (!s.postings.empty() && s.postings.back() == std::pair(at, posting->seq.value())) continue;
      s.postings.emplace_back(at, posting->seq.value());
    }
    s.fresh.push_back(at);
    s.walks.push_back(is_walked);
    if (!is_walked) continue;
    while (!s.postings.empty() && s.postings.back().first == at) s.postings.pop_back();  // the chain has its events
  }
  for (const auto& [node, seq] : s.postings) {
    if (!s.fact_of_seq.contains(seq)) seqs.push_back(seq);
  }
  std::sort(seqs.begin(), seqs.end());
  seqs.erase(std::unique(seqs.begin(), seqs.end()), seqs.end());
  s.fact_of_seq.reserve(s.fact_of_seq.size() + seqs.size());
  std::vector<EventSeq> ask;
  ask.reserve(seqs.size());
  for (const std::int64_t seq : seqs) ask.emplace_back(seq);
  return ask;
}

void Recall::take(const Fact& fact) {
  State& s = *state_;
  const bool counts = fact.counts && (!s.as_of || fact.time <= *s.as_of);
  s.fact_of_seq.emplace(fact.seq.value(), counts ? static_cast<std::uint32_t>(s.facts.size()) : UINT32_MAX);
  if (counts) s.facts.add(fact);
}

Recall::Ask Recall::settle() {
  State& s = *state_;
  Ask ask;
  const std::unordered_set<ObjectId> by_walk(s.wanted_by_walk.begin(), s.wanted_by_walk.end());
  std::size_t first = 0;
  for (std::size_t i = 0; i < s.fresh.size(); ++i) {
    std::size_t last = first;
    while (last < s.postings.size() && s.postings[last].first == s.fresh[i]) ++last;
    s.place(s.fresh[i], s.walks[i], first, last, ask, by_walk);
    first = last;
  }
  return ask;
}

// Decides how a node is worked out, and puts its facts in order.
void Recall::State::place(std::uint32_t at, bool by_posting, std::size_t first, std::size_t last, Ask& ask,
                          const std::unordered_set<ObjectId>& asked_by_walk) {
  Entry& node = nodes[at];
  if (node.way == Way::kBulk) {
    ask.outline.push_back(node.object);
    return;
  }
  bool is_walked = by_posting, names_items = false;
  node.first = of_node.size();
  for (std::size_t i = first; i < last; ++i) {
    const std::uint32_t fact = fact_of_seq.at(postings[i].second);
    if (fact == UINT32_MAX) continue;
    is_walked = is_walked || (facts.head(fact).type == EventType::kTransformation &&
                              facts.object_with(fact, Role::kTransformation).has_value());
    names_items = names_items || has_role(fact, node.object, Role::kMemberLot);
    of_node.push_back(fact);
  }
  if (is_walked) {
    of_node.resize(node.first);
    node.way = Way::kWalk;
    ask.whole.push_back(node.object);
    for (const Window& window : node.goods.all()) walk.reach(node.object, window);
    node.goods = {};
    return;
  }
  node.way = Way::kBulk;
  node.count = of_node.size() - node.first;
  std::sort(
      of_node.begin() + static_cast<std::ptrdiff_t>(node.first), of_node.end(), [&](std::uint32_t a, std::uint32_t b) {
        return std::pair(facts.head(a).time, facts.head(a).seq) < std::pair(facts.head(b).time, facts.head(b).seq);
      });
  node.wants_members = node.level == codes::Level::kClass || (node.level == codes::Level::kLot && names_items);
  if (node.wants_members) ask.classes.push_back(node.object);
  if (asked_by_walk.contains(node.object)) ask.outline.push_back(node.object);
  if (!node.goods.empty()) enqueue(at);
}

void Recall::take_members(ObjectId of_class, std::span<const ObjectId> all) {
  state_->members[of_class].assign(all.begin(), all.end());
}

// What an event's transformation made of its inputs: F4, in one event.
void Recall::State::outputs_of(std::size_t fact, Instant time) {
  const FactTable::Head head = facts.head(fact);
  for (std::size_t i = head.links; i < head.links + head.count; ++i) {
    if (facts.role_at(i) == Role::kOutput) reach(facts.object_at(i), {time, kInstantMax});
  }
}

// F1: of a lot, the new items of its own class in the events that name it; of a class all.
std::vector<ObjectId> Recall::State::members_of(const Entry& node) const {
  const auto known = members.find(node.object);
  if (known == members.end()) return {};
  if (node.level == codes::Level::kClass) return known->second;
  std::vector<ObjectId> named, both;
  each_fact(node, [&](std::size_t fact) {
    if (!has_role(fact, node.object, Role::kMemberLot)) return;
    const FactTable::Head& head = facts.head(fact);
    for (std::size_t i = head.links; i < head.links + head.count; ++i) {
      const bool is_new = facts.role_at(i) == Role::kSubject || facts.role_at(i) == Role::kOutput;
      if (is_new && !facts.is_quantity_at(i)) named.push_back(facts.object_at(i));
    }
  });
  std::sort(named.begin(), named.end());
  named.erase(std::unique(named.begin(), named.end()), named.end());
  std::set_intersection(named.begin(), named.end(), known->second.begin(), known->second.end(),
                        std::back_inserter(both));
  return both;
}

void Recall::State::apply(std::uint32_t at) {
  // `reach` adds nodes, which may move this one.
  const Entry node = nodes[at];
  if (node.wants_members) {
    for (const ObjectId member : members_of(node)) {
      for (const Window& window : node.goods.all()) reach(member, window);
    }
  }
  each_fact(node, [&](std::size_t fact) {
    const FactTable::Head head = facts.head(fact);
    if (head.type == EventType::kTransformation && node.goods.holds(head.time) &&
        has_role(fact, node.object, Role::kInput))
      outputs_of(fact, head.time);
  });
}

// ---------------------------------------------------------------------------------------------------------------
// answer

void Recall::visit(const Visitor& visitor) {
  for (const Entry& node : state_->nodes) {
    if (node.way == Way::kBulk && !node.goods.empty()) state_->visit_bulk(node, visitor);
  }
  state_->visit_walked(visitor);
}

void Recall::State::visit_bulk(const Entry& node, const Visitor& visitor) const {
  std::vector<Holder> holders;
  std::vector<Missing> missing;
  std::vector<Link> links;
  const bool is_lot = node.level == codes::Level::kLot || node.level == codes::Level::kClass;
  ItemHolding item(node.object);
  LotHolding lot(node.object);
  std::vector<ObjectId> parties, places;
  each_fact(node, [&](std::size_t at) {
    if (!names_goods(at, node.object)) return;
    const Fact fact = facts.fact(at, links);
    if (is_lot)
      lot.take(fact);
    else if (node.level == codes::Level::kItem)
      item.take(fact);
    visit_had(node.object, std::span(&fact, 1), Visitor{{}, {}, {}, [&](ObjectId, ObjectId who, bool is_party) {
                                                          (is_party ? parties : places).push_back(who);
                                                        }});
  });
  for (const bool is_party : {true, false}) {
    std::vector<ObjectId>& all = is_party ? parties : places;
    std::sort(all.begin(), all.end());
    all.erase(std::unique(all.begin(), all.end()), all.end());
    for (const ObjectId who : all) visitor.had(node.object, who, is_party);
  }
  visitor.affected(node.object, node.level, item.has_ended());
  if (is_lot)
    lot.conclude(holders, missing);
  else if (node.level == codes::Level::kItem && !item.has_ended())
    item.conclude(holders, missing);
  for (const Holder& holder : holders) visitor.holder(holder);
  for (const Missing& each : missing) visitor.missing(each);
}

void Recall::State::visit_had(ObjectId object, std::span<const Fact> some, const Visitor& visitor) const {
  for (const Fact& fact : some) {
    for (const Link& link : fact.links) {
      const bool is_party = link.role == Role::kSourceOwner || link.role == Role::kSourcePossessor ||
                            link.role == Role::kDestinationOwner || link.role == Role::kDestinationPossessor;
      if (is_party || link.role == Role::kBizLocation) visitor.had(object, link.object, is_party);
    }
  }
}

void Recall::State::visit_walked(const Visitor& visitor) const {
  WalkResult result;
  std::unordered_map<ObjectId, Reached> reached;
  for (const auto& [object, state] : walk.reached()) {
    const auto known = index.find(object);
    if (state.goods.empty() || known == index.end() || nodes[known->second].way != Way::kWalk) continue;
    result.nodes.push_back({object, NodeState{}});
    reached.emplace(object, state);
  }
  std::sort(result.nodes.begin(), result.nodes.end(), [](const auto& a, const auto& b) { return a.object < b.object; });
  for (const auto& node : result.nodes) {
    const codes::Level level = chain.record(node.object).level;
    visitor.affected(node.object, level, level == codes::Level::kItem && has_ended(chain, node.object));
    std::set<std::pair<ObjectId, bool>> had;
    for (const EventSeq seq : moves_of(chain, node.object)) {
      const Fact fact = fact_of(chain.event(seq));
      visit_had(node.object, std::span(&fact, 1),
                Visitor{{}, {}, {}, [&](ObjectId, ObjectId who, bool is_party) { had.emplace(who, is_party); }});
    }
    for (const auto& [who, is_party] : had) visitor.had(node.object, who, is_party);
  }
  find_holders(chain, reached, result);
  for (const Holder& holder : result.holders) visitor.holder(holder);
  std::sort(result.missing.begin(), result.missing.end());
  result.missing.erase(std::unique(result.missing.begin(), result.missing.end()), result.missing.end());
  for (const Missing& missing : result.missing) visitor.missing(missing);
}

}  // namespace suyuan::trace
