// SPDX-License-Identifier: Apache-2.0
#include "domain/trace/holders.h"

#include <algorithm>
#include <map>
#include <utility>

#include "domain/trace/holding.h"
#include "domain/trace/units.h"

namespace suyuan::trace {

namespace {

// The events that move an object: its own, and its carriers' while it was with them. By (time, seq).
struct Moves {
  std::vector<EventSeq> events;
  bool used_up_inside = false;  // a carrier was an input while it was in it
  // Of a lot: its stays in boxes, and which of them an event of a carrier is about.
  struct Stay {
    Stretch stretch;
    bool is_quantity;
  };
  std::vector<Stay> stays;
  std::map<EventSeq, std::set<std::size_t>> moved_in;
};

class Mover {
 public:
  explicit Mover(const Chain& chain, bool is_lot = false) : chain_(chain), is_lot_(is_lot) {}

  Moves moves(ObjectId object) {
    Moves movement;
    std::set<EventSeq> seen;
    follow(object, {kInstantMin, kInstantMax}, 0, object, movement, seen);
    movement.events.assign(seen.begin(), seen.end());
    std::sort(movement.events.begin(), movement.events.end(), [&](EventSeq a, EventSeq b) {
      return std::pair(chain_.event(a).time, a) < std::pair(chain_.event(b).time, b);
    });
    return movement;
  }

 private:
  static constexpr int kNestingMax = 32;  // boxes in boxes; a cycle of boxes ends here

  void follow(ObjectId carrier, Window window, int depth, ObjectId object, Moves& movement, std::set<EventSeq>& seen) {
    if (depth > kNestingMax || !chain_.knows(carrier)) return;
    for (const EventSeq seq : chain_.record(carrier).events) {
      const StoredEvent& event = chain_.event(seq);
      if (event.time < window.from || event.time > window.until || !chain_.links(seq).names_goods(carrier)) continue;
      seen.insert(seq);
      if (is_lot_ && depth > 0) movement.moved_in[seq].insert(movement.stays.size() - 1);
      if (carrier != object && event.type == EventType::kTransformation && chain_.links(seq).has(carrier, Role::kInput))
        movement.used_up_inside = true;
    }
    for (const Chain::Neighbour& parent : chain_.parents(carrier)) {
      if (!chain_.knows(parent.object)) continue;
      for (const Stretch& stretch : chain_.stretches(carrier, parent.object, parent.is_quantity, parent.kind)) {
        const auto both = overlap(stretch.window, window);
        if (!both) continue;
        if (is_lot_ && depth == 0) movement.stays.push_back({stretch, parent.is_quantity});
        follow(parent.object, *both, depth + 1, object, movement, seen);
      }
    }
  }

  const Chain& chain_;
  bool is_lot_;
};

// How much of the lot was in the box then: §2, the running amount.
Packed packed_in(const Chain& chain, ObjectId lot, const Moves::Stay& stay, Instant at) {
  Packed packed{Decimal(), ""};
  bool is_first = true;
  for (const EventSeq seq : stay.stretch.because) {
    const StoredEvent& event = chain.event(seq);
    if (event.time > at || event.action == Action::kObserve) continue;
    chain.links(seq).each_of(lot, [&](const Link& link) {
      if (link.role != Role::kChild || link.is_quantity != stay.is_quantity) return;
      if (std::exchange(is_first, false)) packed.uom = link.uom;
      const auto amount = link.amount ? converted(*link.amount, link.uom, packed.uom) : std::nullopt;
      packed.amount = !packed.amount || !amount         ? std::nullopt
                      : event.action == Action::kDelete ? subtract(*packed.amount, *amount)
                                                        : add(*packed.amount, *amount);
    });
  }
  // Somebody saw some in it: what nobody packed is not nothing.
  if (packed.amount && (packed.amount->is_zero() || packed.amount->is_negative())) packed.amount.reset();
  return packed;
}

void hold_item(const Chain& chain, ObjectId item, WalkResult& result) {
  const Moves moves = Mover(chain).moves(item);
  if (moves.used_up_inside || chain.end_of_life(item)) return;
  ItemHolding holding(item);
  std::vector<Link> links;
  for (const EventSeq seq : moves.events) holding.take(chain.fact_about(seq, item, links));
  holding.conclude(result.holders, result.missing);
}

void hold_lot(const Chain& chain, ObjectId lot, WalkResult& result) {
  LotHolding holding(lot);
  std::vector<Link> links;
  const Moves moves = Mover(chain, true).moves(lot);
  std::vector<Packed> packed;
  for (const EventSeq seq : moves.events) {
    packed.clear();
    if (const auto moved = moves.moved_in.find(seq); moved != moves.moved_in.end()) {
      for (const std::size_t stay : moved->second)
        packed.push_back(packed_in(chain, lot, moves.stays[stay], chain.event(seq).time));
    }
    holding.take(chain.fact_about(seq, lot, links), packed);
  }
  holding.conclude(result.holders, result.missing);
}

}  // namespace

void holders_want(const Chain& chain, const std::unordered_map<ObjectId, Reached>& reached,
                  std::set<ObjectId>& wanted) {
  for (const auto& [object, state] : reached) {
    if (!chain.knows(object)) continue;
    for (const Chain::Neighbour& parent : chain.parents(object)) {
      if (!chain.knows(parent.object)) wanted.insert(parent.object);
    }
  }
}

void find_holders(const Chain& chain, const std::unordered_map<ObjectId, Reached>& reached, WalkResult& result) {
  for (const auto& node : result.nodes) {
    const auto found = reached.find(node.object);
    if (found == reached.end() || found->second.goods.empty() || !chain.knows(node.object)) continue;
    switch (chain.record(node.object).level) {
      case codes::Level::kItem:
        hold_item(chain, node.object, result);
        break;
      case codes::Level::kLot:
      case codes::Level::kClass:
        hold_lot(chain, node.object, result);
        break;
      default:
        break;
    }
  }
}

std::vector<EventSeq> moves_of(const Chain& chain, ObjectId object) { return Mover(chain).moves(object).events; }

bool has_ended(const Chain& chain, ObjectId item) {
  return chain.end_of_life(item).has_value() || Mover(chain).moves(item).used_up_inside;
}

void find_missing_sources(const Chain& chain, const std::unordered_map<ObjectId, Reached>& reached,
                          WalkResult& result) {
  std::set<ObjectId> unused;
  for (const auto& [object, state] : reached) {
    if (!chain.knows(object)) continue;
    const ObjectRecord& record = chain.record(object);
    const bool traced = record.level == codes::Level::kItem || record.level == codes::Level::kLot;
    bool has_origin = false;
    for (const EventSeq seq : record.events) {
      const StoredEvent& event = chain.event(seq);
      has_origin = has_origin || chain.links(seq).has(object, Role::kOutput) ||
                   chain.links(seq).has(object, Role::kMemberLot) ||
                   (event.type == EventType::kObject && event.action == Action::kAdd &&
                    chain.links(seq).has(object, Role::kSubject));
    }
    const bool is_box = !chain.children(object).empty();
    const bool has_lot = record.level == codes::Level::kItem && !chain.lots_of(object, unused).empty();
    if (traced && !state.goods.empty() && !has_origin && !is_box && !has_lot)
      result.missing.push_back({Missing::Kind::kNoSource, object, std::nullopt});
    for (const Chain::Process& process : chain.processes(object, unused)) {
      if (chain.parts(process, Role::kInput).empty() || chain.parts(process, Role::kOutput).empty())
        result.missing.push_back({Missing::Kind::kNoInputs, object, process.key()});
    }
  }
}

}  // namespace suyuan::trace
