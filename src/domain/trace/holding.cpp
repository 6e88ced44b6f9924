// SPDX-License-Identifier: Apache-2.0
#include "domain/trace/holding.h"

#include <algorithm>
#include <array>

#include "domain/trace/vocabulary.h"

namespace suyuan::trace {

namespace {

std::optional<ObjectId> object_in(const Fact& fact, Role role) {
  for (const Link& link : fact.links) {
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

bool has_role(const Fact& fact, ObjectId object, Role role) {
  return std::any_of(fact.links.begin(), fact.links.end(),
                     [&](const Link& link) { return link.object == object && link.role == role; });
}

std::optional<ObjectId> receiver_in(const Fact& fact) {
  return first_of({object_in(fact, Role::kDestinationPossessor), object_in(fact, Role::kDestinationOwner)});
}

// The first object of each role, and what one object is to the event: in one pass, for millions of them.
class Roles {
 public:
  Roles(const Fact& fact, ObjectId object) {
    for (const Link& link : fact.links) {
      const std::uint32_t role = bit(link.role);
      if ((seen_ & role) == 0) first_[static_cast<std::size_t>(link.role)] = link.object.value();
      seen_ |= role;
      if (link.object == object) of_object_ |= role;
    }
  }
  bool has(Role role) const { return (of_object_ & bit(role)) != 0; }
  std::int64_t operator[](Role role) const {  // 0: none
    return (seen_ & bit(role)) == 0 ? 0 : first_[static_cast<std::size_t>(role)];
  }

 private:
  static constexpr std::size_t kRoles = static_cast<std::size_t>(Role::kMemberLot) + 1;
  static std::uint32_t bit(Role role) { return 1U << static_cast<unsigned>(role); }

  std::uint32_t seen_ = 0, of_object_ = 0;
  std::array<std::int64_t, kRoles> first_;  // of the roles seen
};

bool sends(Movement movement) { return movement == Movement::kShipping || movement == Movement::kDeparting; }

bool is_among(Movement movement, std::initializer_list<Movement> some) {
  return std::find(some.begin(), some.end(), movement) != some.end();
}

}  // namespace

Movement movement_of(std::string_view biz_step) {
  static constexpr std::string_view kWords[] = {"shipping", "departing", "transporting",  "receiving",
                                                "arriving", "accepting", "retail_selling"};
  const std::string_view word = bare_word(biz_step);
  const auto* found = std::find(std::begin(kWords), std::end(kWords), word);
  return found == std::end(kWords) ? Movement::kNone : static_cast<Movement>(found - std::begin(kWords) + 1);
}

void ItemHolding::take(const Fact& fact) {
  const Roles first(fact, item_);
  const bool is_subject = fact.type == EventType::kObject && first.has(Role::kSubject);
  if (fact.action == Action::kDelete && is_subject) ended_ = true;
  if (fact.type == EventType::kTransformation && first.has(Role::kInput)) ended_ = true;
  if ((fact.action == Action::kAdd && is_subject) || first.has(Role::kOutput))
    ended_ = false;  // it begins anew; rework in one report, too
  last_ = fact.seq.value();
  since_ = fact.time;
  movement_ = fact.movement;
  const std::int64_t location = first[Role::kBizLocation], destination = first[Role::kDestinationLocation];
  place_ = location != 0 ? location : destination != 0 ? destination : first[Role::kReadPoint];
  const std::int64_t possessor = first[Role::kDestinationPossessor];
  // The party of the last event that names a destination, unless the goods went on to a second place since.
  if (const std::int64_t named = possessor != 0 ? possessor : first[Role::kDestinationOwner]; named != 0) {
    party_ = named;
    first_place_ = 0;
    moved_on_ = false;
  } else if (location != 0) {
    moved_on_ = moved_on_ || (first_place_ != 0 && first_place_ != location);
    if (first_place_ == 0) first_place_ = location;
  }
}

void ItemHolding::conclude(std::vector<Holder>& holders, std::vector<Missing>& missing) const {
  if (last_ == 0) return;
  const auto object = [](std::int64_t number) { return number == 0 ? std::nullopt : std::optional(ObjectId(number)); };
  const EventSeq last(last_);
  const bool on_the_way = sends(movement_) || movement_ == Movement::kTransporting;
  const auto party = object(moved_on_ ? 0 : party_), place = object(place_);
  if (party || place) holders.push_back({item_, party, place, since_, last, on_the_way, std::nullopt, ""});
  if (sends(movement_)) missing.push_back({Missing::Kind::kNeverReceived, item_, last});
}

// ---------------------------------------------------------------------------------------------------------------- lots

void LotHolding::conclude(std::vector<Holder>& holders, std::vector<Missing>& missing) const {
  for (const auto& [place, account] : places_) add_holder(place, account, false, holders);
  for (const auto& [destination, account] : on_the_way_) {
    if (add_holder(destination, account, true, holders))
      missing.push_back({Missing::Kind::kNeverReceived, lot_, account.because});
  }
  if (went_below_) missing.push_back({Missing::Kind::kTooMuchOut, lot_, went_below_});
}

bool LotHolding::add_holder(const Key& place, const Account& account, bool in_transit,
                            std::vector<Holder>& holders) const {
  if (account.balance && (account.balance->is_zero() || account.balance->is_negative())) return false;
  if (account.party || place)
    holders.push_back({lot_, account.party, place, account.since, account.because, in_transit, account.balance, uom_});
  return true;
}

// What this event says of the lot: its own amount, or the packed amount when a carrier moved.
std::optional<Decimal> LotHolding::amount_in(const Fact& fact) {
  for (const Link& link : fact.links) {
    if (link.object != lot_ || link.role > Role::kOutput) continue;
    if (uom_.empty() && !link.uom.empty()) uom_ = link.uom;
    return link.uom == uom_ ? link.amount : std::nullopt;
  }
  return std::nullopt;
}

void LotHolding::change(Account& account, const std::optional<Decimal>& amount, bool plus, const Fact& fact) {
  account.balance = account.balance && amount
                        ? (plus ? suyuan::add(*account.balance, *amount) : suyuan::subtract(*account.balance, *amount))
                        : std::nullopt;
  account.because = fact.seq;
  account.since = fact.time;
}

LotHolding::Accounts::iterator LotHolding::latest() {
  return std::max_element(places_.begin(), places_.end(), [](const auto& a, const auto& b) {
    return std::pair(a.second.since, a.second.because) < std::pair(b.second.since, b.second.because);
  });
}

void LotHolding::give(const Key& place, const std::optional<Decimal>& amount, const Fact& fact) {
  auto found = places_.find(place);
  if (found == places_.end()) found = latest();  // nobody said that it was brought here
  if (found == places_.end()) return;
  change(found->second, amount, false, fact);
  if (found->second.balance && found->second.balance->is_negative()) went_below_ = fact.seq;
  if (!amount) places_.erase(found);  // all of it, as far as anybody said
}

void LotHolding::get(const Key& place, const std::optional<Decimal>& amount, const Fact& fact) {
  Account& account = places_[place];
  change(account, amount, true, fact);
  account.party = first_of({receiver_in(fact), account.party});
}

void LotHolding::send(const std::optional<Decimal>& amount, const Fact& fact) {
  give(first_of({object_in(fact, Role::kSourceLocation), object_in(fact, Role::kReadPoint),
                 object_in(fact, Role::kBizLocation)}),
       amount, fact);
  Account& account = on_the_way_[first_of({object_in(fact, Role::kDestinationLocation), receiver_in(fact)})];
  change(account, amount, true, fact);
  account.party = receiver_in(fact);
}

void LotHolding::arrive(const Key& place, const std::optional<Decimal>& amount, const Fact& fact) {
  auto way = on_the_way_.find(place);
  if (way == on_the_way_.end()) way = on_the_way_.begin();
  std::optional<ObjectId> party;
  if (way != on_the_way_.end()) {
    party = way->second.party;
    change(way->second, amount, false, fact);
    if (!amount || !way->second.balance || way->second.balance->is_negative() || way->second.balance->is_zero())
      on_the_way_.erase(way);
  }
  get(place, amount, fact);
  if (party && !places_[place].party) places_[place].party = party;
}

void LotHolding::take(const Fact& fact) {
  const Key here = first_of({object_in(fact, Role::kBizLocation), object_in(fact, Role::kReadPoint)});
  const auto amount = amount_in(fact);
  const bool is_subject = fact.type == EventType::kObject && has_role(fact, lot_, Role::kSubject);
  if (has_role(fact, lot_, Role::kOutput) || (fact.action == Action::kAdd && is_subject))
    return get(here, amount, fact);
  if (has_role(fact, lot_, Role::kInput) || (fact.action == Action::kDelete && is_subject) ||
      fact.movement == Movement::kRetailSelling)
    return give(here, amount, fact);
  if (sends(fact.movement)) return send(amount, fact);
  if (is_among(fact.movement, {Movement::kReceiving, Movement::kArriving, Movement::kAccepting}))
    arrive(here, amount, fact);
}

}  // namespace suyuan::trace
