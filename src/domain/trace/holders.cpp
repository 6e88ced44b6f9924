// SPDX-License-Identifier: Apache-2.0
#include "domain/trace/holders.h"

#include <algorithm>
#include <map>

#include "domain/trace/vocabulary.h"

namespace suyuan::trace {

namespace {

bool is_step(const StoredEvent& event, std::initializer_list<std::string_view> words) {
  const std::string_view word = bare_word(event.biz_step);
  return std::find(words.begin(), words.end(), word) != words.end();
}

std::optional<ObjectId> object_in(const StoredEvent& event, Role role) {
  for (const Link& link : event.links) {
    if (link.role == role) return link.object;
  }
  return std::nullopt;
}

std::optional<ObjectId> first_of(std::initializer_list<std::optional<ObjectId>> choices) {
  for (const auto& choice : choices) {
    if (choice) return choice;
  }
  return std::nullopt;
}

bool names_goods(const StoredEvent& event, ObjectId object) {
  return std::any_of(event.links.begin(), event.links.end(),
                     [&](const Link& link) { return link.object == object && link.role <= Role::kOutput; });
}

// The events that move an object: its own, and its carriers' while it was with them. By (time, seq).
struct Movement {
  std::vector<EventSeq> events;
  bool used_up_inside = false;  // a carrier was an input while it was in it
};

class Mover {
 public:
  explicit Mover(const Chain& chain) : chain_(chain) {}

  Movement movement(ObjectId object) {
    Movement movement;
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

  void follow(ObjectId carrier, Window window, int depth, ObjectId object, Movement& movement,
              std::set<EventSeq>& seen) {
    if (depth > kNestingMax || !chain_.knows(carrier)) return;
    for (const EventSeq seq : chain_.record(carrier).events) {
      const StoredEvent& event = chain_.event(seq);
      if (event.time < window.from || event.time > window.until || !names_goods(event, carrier)) continue;
      seen.insert(seq);
      if (carrier != object && event.type == EventType::kTransformation &&
          Chain::has_role(event, carrier, Role::kInput))
        movement.used_up_inside = true;
    }
    for (const Chain::Neighbour& parent : chain_.parents(carrier)) {
      if (!chain_.knows(parent.object)) continue;
      for (const Stretch& stretch : chain_.stretches(carrier, parent.object, parent.is_quantity, parent.kind)) {
        if (auto both = overlap(stretch.window, window))
          follow(parent.object, *both, depth + 1, object, movement, seen);
      }
    }
  }

  const Chain& chain_;
};

// The party of the last event that names a destination, unless the goods went on to a second place since.
std::optional<ObjectId> party_of(const Chain& chain, const std::vector<EventSeq>& events) {
  std::optional<ObjectId> party;
  std::set<ObjectId> places;
  for (const EventSeq seq : events) {
    const StoredEvent& event = chain.event(seq);
    if (auto named =
            first_of({object_in(event, Role::kDestinationPossessor), object_in(event, Role::kDestinationOwner)})) {
      party = named;
      places.clear();
    } else if (auto place = object_in(event, Role::kBizLocation)) {
      places.insert(*place);
    }
  }
  return places.size() > 1 ? std::nullopt : party;
}

void hold_item(const Chain& chain, ObjectId item, WalkResult& result) {
  Movement movement = Mover(chain).movement(item);
  if (movement.used_up_inside || chain.end_of_life(item) || movement.events.empty()) return;
  const StoredEvent& last = chain.event(movement.events.back());
  Holder holder{item,
                party_of(chain, movement.events),
                first_of({object_in(last, Role::kBizLocation), object_in(last, Role::kDestinationLocation),
                          object_in(last, Role::kReadPoint)}),
                last.time,
                last.seq,
                is_step(last, {"shipping", "departing", "transporting"}),
                std::nullopt,
                ""};
  if (holder.party || holder.place) result.holders.push_back(holder);
  if (is_step(last, {"shipping", "departing"}))
    result.missing.push_back({Missing::Kind::kNeverReceived, item, last.seq});
}

// Amounts of a lot by place, and on the way.
class Ledger {
 public:
  Ledger(const Chain& chain, ObjectId lot) : chain_(chain), lot_(lot) {}

  void run() {
    const Movement movement = Mover(chain_).movement(lot_);
    for (const EventSeq seq : movement.events) take(chain_.event(seq));
  }

  void conclude(WalkResult& result) const {
    for (const auto& [place, account] : places_) add_holder(place, account, false, result);
    for (const auto& [destination, account] : on_the_way_) {
      if (add_holder(destination, account, true, result))
        result.missing.push_back({Missing::Kind::kNeverReceived, lot_, account.because});
    }
    if (went_below_) result.missing.push_back({Missing::Kind::kTooMuchOut, lot_, went_below_});
  }

 private:
  struct Account {
    std::optional<Decimal> balance = Decimal();  // nothing: not known
    EventSeq because{1};
    Instant since{};
    std::optional<ObjectId> party;
  };
  using Key = std::optional<ObjectId>;

  bool add_holder(const Key& place, const Account& account, bool in_transit, WalkResult& result) const {
    if (account.balance && (account.balance->is_zero() || account.balance->is_negative())) return false;
    Holder holder{lot_,
                  in_transit ? account.party : std::nullopt,
                  place,
                  account.since,
                  account.because,
                  in_transit,
                  account.balance,
                  uom_};
    if (!in_transit) holder.party = account.party;
    if (holder.party || holder.place) result.holders.push_back(holder);
    return true;
  }

  // What this event says of the lot: its own amount, or the packed amount when a carrier moved.
  std::optional<Decimal> amount_of(const StoredEvent& event) {
    for (const Link& link : event.links) {
      if (link.object != lot_ || link.role > Role::kOutput) continue;
      if (uom_.empty() && !link.uom.empty()) uom_ = link.uom;
      return link.uom == uom_ ? link.amount : std::nullopt;
    }
    return std::nullopt;
  }

  static void change(Account& account, const std::optional<Decimal>& amount, bool plus, const StoredEvent& event) {
    account.balance = account.balance && amount ? (plus ? suyuan::add(*account.balance, *amount)
                                                        : suyuan::subtract(*account.balance, *amount))
                                                : std::nullopt;
    account.because = event.seq;
    account.since = event.time;
  }

  void give(const Key& place, const std::optional<Decimal>& amount, const StoredEvent& event) {
    auto found = places_.find(place);
    if (found == places_.end()) found = latest();  // nobody said that it was brought here
    if (found == places_.end()) return;
    change(found->second, amount, false, event);
    if (found->second.balance && found->second.balance->is_negative()) went_below_ = event.seq;
    if (!amount) places_.erase(found);  // all of it, as far as anybody said
  }

  std::map<Key, Account>::iterator latest() {
    return std::max_element(places_.begin(), places_.end(), [](const auto& a, const auto& b) {
      return std::pair(a.second.since, a.second.because) < std::pair(b.second.since, b.second.because);
    });
  }

  void get(const Key& place, const std::optional<Decimal>& amount, const StoredEvent& event) {
    Account& account = places_[place];
    change(account, amount, true, event);
    account.party = first_of(
        {object_in(event, Role::kDestinationPossessor), object_in(event, Role::kDestinationOwner), account.party});
  }

  void arrive(const Key& place, const std::optional<Decimal>& amount, const StoredEvent& event) {
    auto way = on_the_way_.find(place);
    if (way == on_the_way_.end()) way = on_the_way_.begin();
    std::optional<ObjectId> party;
    if (way != on_the_way_.end()) {
      party = way->second.party;
      change(way->second, amount, false, event);
      if (!amount || !way->second.balance || way->second.balance->is_negative() || way->second.balance->is_zero())
        on_the_way_.erase(way);
    }
    get(place, amount, event);
    if (party && !places_[place].party) places_[place].party = party;
  }

  void take(const StoredEvent& event) {
    const Key here = first_of({object_in(event, Role::kBizLocation), object_in(event, Role::kReadPoint)});
    const auto amount = amount_of(event);
    const bool is_subject = Chain::has_role(event, lot_, Role::kSubject);
    if (Chain::has_role(event, lot_, Role::kOutput) ||
        (event.type == EventType::kObject && event.action == Action::kAdd && is_subject))
      return get(here, amount, event);
    if (Chain::has_role(event, lot_, Role::kInput) ||
        (event.type == EventType::kObject && event.action == Action::kDelete && is_subject) ||
        is_step(event, {"retail_selling"}))
      return give(here, amount, event);
    if (is_step(event, {"shipping", "departing"})) {
      give(first_of({object_in(event, Role::kSourceLocation), object_in(event, Role::kReadPoint),
                     object_in(event, Role::kBizLocation)}),
           amount, event);
      const Key destination =
          first_of({object_in(event, Role::kDestinationLocation), object_in(event, Role::kDestinationPossessor),
                    object_in(event, Role::kDestinationOwner)});
      Account& account = on_the_way_[destination];
      change(account, amount, true, event);
      account.party =
          first_of({object_in(event, Role::kDestinationPossessor), object_in(event, Role::kDestinationOwner)});
      return;
    }
    if (is_step(event, {"receiving", "arriving", "accepting"})) arrive(here, amount, event);
  }

  const Chain& chain_;
  ObjectId lot_;
  std::string uom_;
  std::map<Key, Account> places_, on_the_way_;
  std::optional<EventSeq> went_below_;
};

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
      case codes::Level::kClass: {
        Ledger ledger(chain, node.object);
        ledger.run();
        ledger.conclude(result);
        break;
      }
      default:
        break;
    }
  }
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
      has_origin = has_origin || Chain::has_role(event, object, Role::kOutput) ||
                   Chain::has_role(event, object, Role::kMemberLot) ||
                   (event.type == EventType::kObject && event.action == Action::kAdd &&
                    Chain::has_role(event, object, Role::kSubject));
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
