// SPDX-License-Identifier: Apache-2.0
#include "domain/trace/holding.h"

#include <algorithm>
#include <tuple>

#include "domain/trace/units.h"
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

constexpr std::uint32_t bit(Role role) { return 1U << static_cast<unsigned>(role); }
constexpr std::uint32_t kGoods = (bit(Role::kOutput) << 1U) - 1;

std::optional<ObjectId> giver_in(const Fact& fact) {
  return first_of({object_in(fact, Role::kSourcePossessor), object_in(fact, Role::kSourceOwner)});
}

bool sends(Movement movement) { return movement == Movement::kShipping || movement == Movement::kDeparting; }

bool is_nothing(const std::optional<Decimal>& amount) { return amount && (amount->is_zero() || amount->is_negative()); }

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
  Roles roles(item_);
  for (const Link& link : fact.links) roles.add(link.object, link.role);
  take(fact, roles);
}

void ItemHolding::take(const Fact& fact, const Roles& first) {
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
  if (place_ != 0) {
    last_place_ = place_;
    last_place_at_ = fact.time;
  }
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
  const auto object = [](std::int64_t number) { return number == 0 ? std::nullopt : std::optional(ObjectId(number)); };
  if (last_ == 0) {
    missing.push_back({Missing::Kind::kNoHolder, item_, std::nullopt});
    return;
  }
  const EventSeq last(last_);
  const bool on_the_way = sends(movement_) || movement_ == Movement::kTransporting;
  const auto party = object(moved_on_ ? 0 : party_), place = object(place_);
  if (sends(movement_)) missing.push_back({Missing::Kind::kNeverReceived, item_, last});
  std::optional<Missing::LastPlace> last_place;
  if (last_place_ != 0) last_place = {ObjectId(last_place_), last_place_at_};
  if (party || place)
    holders.push_back({item_, party, place, since_, last, on_the_way, std::nullopt, ""});
  else
    missing.push_back({Missing::Kind::kNoHolder, item_, last, last_place});
}

// ---------------------------------------------------------------------------------------------------------------- lots

void LotHolding::conclude(std::vector<Holder>& holders, std::vector<Missing>& missing) const {
  const std::string uom = uom_.value_or("");
  for (const auto& [where, account] : accounts_) {
    if (is_nothing(account.balance)) continue;
    if (account.party || where.place)
      holders.push_back(
          {lot_, account.party, where.place, account.since, account.because, false, account.balance, uom});
    else
      missing.push_back({Missing::Kind::kNoHolder, lot_, account.because, last_place_});
  }
  if (!has_moved_ && last_) missing.push_back({Missing::Kind::kNoHolder, lot_, last_, last_place_});
  for (const auto& [to, shipments] : on_the_way_) {
    Amount all = Decimal();
    for (const Shipment& each : shipments) all = all && each.amount ? suyuan::add(*all, *each.amount) : std::nullopt;
    if (is_nothing(all)) continue;
    const Shipment& last = shipments.back();
    if (to.party || to.place) holders.push_back({lot_, to.party, to.place, last.at, last.seq, true, all, uom});
    missing.push_back({Missing::Kind::kNeverReceived, lot_, last.seq});
  }
  if (went_below_) missing.push_back({Missing::Kind::kTooMuchOut, lot_, went_below_});
}

LotHolding::Amount LotHolding::in_unit(const Amount& amount, const std::string& uom) {
  if (!uom_ && (amount || !uom.empty())) uom_ = uom;
  return amount ? converted(*amount, uom, *uom_) : std::nullopt;
}

// What this event says of the lot in one of these roles.
LotHolding::Amount LotHolding::amount_in(const Fact& fact, std::uint32_t roles) {
  Amount all = Decimal();
  for (const Link& link : fact.links) {
    if (link.object != lot_ || (bit(link.role) & roles) == 0) continue;
    const Amount one = in_unit(link.amount, link.uom);
    all = all && one ? suyuan::add(*all, *one) : std::nullopt;
  }
  return all;
}

LotHolding::Amount LotHolding::amount_of(std::span<const Packed> packed) {
  Amount all = Decimal();
  for (const Packed& each : packed) {
    const Amount one = in_unit(each.amount, each.uom);
    all = all && one ? suyuan::add(*all, *one) : std::nullopt;
  }
  return packed.empty() ? std::nullopt : all;
}

void LotHolding::change(Account& account, const Amount& amount, bool plus, const Fact& fact) {
  account.balance = account.balance && amount
                        ? (plus ? suyuan::add(*account.balance, *amount) : suyuan::subtract(*account.balance, *amount))
                        : std::nullopt;
  account.because = fact.seq;
  account.since = fact.time;
}

// Where it was taken from. When nobody said that any was brought here: from what the party has, else from what is at no
// named place, else from what was named last.
LotHolding::Accounts::iterator LotHolding::source_of(const Where& place, const Key& party) {
  const auto found = accounts_.find(place);
  if (found != accounts_.end()) return found;
  const auto rank = [&](const Accounts::value_type& each) {
    const auto& [where, account] = each;
    return std::tuple(party && account.party == party, !is_nothing(account.balance), where == Where{}, account.since,
                      account.because);
  };
  return std::max_element(accounts_.begin(), accounts_.end(),
                          [&](const auto& a, const auto& b) { return rank(a) < rank(b); });
}

// Whether it was taken from there and nowhere else.
bool LotHolding::is_sure(const Accounts::value_type& source, const Where& place, const Key& party) const {
  const auto& [where, account] = source;
  return where == place || where == Where{} || (party && account.party == party) ||
         std::none_of(accounts_.begin(), accounts_.end(),
                      [&](const auto& other) { return &other != &source && !is_nothing(other.second.balance); });
}

void LotHolding::give(const Key& place, const Amount& amount, const Fact& fact) {
  const Key party = giver_in(fact);
  const Where here = place ? Where{place, {}} : Where{{}, party};
  const auto found = source_of(here, party);
  if (found == accounts_.end()) {
    if (amount && !amount->is_zero()) went_below_ = fact.seq;
    return;
  }
  Account& account = found->second;
  change(account, is_sure(*found, here, party) ? amount : std::nullopt, false, fact);
  if (!account.balance || !account.balance->is_negative()) return;
  went_below_ = fact.seq;
  account.balance = Decimal();  // what came unrecorded is no debt that later goods pay
}

void LotHolding::get(const Key& place, const Amount& amount, const Fact& fact, const Key& sent_to) {
  const Key receiver = receiver_in(fact);
  Account& account = accounts_[place ? Where{place, {}} : Where{{}, first_of({receiver, sent_to})}];
  change(account, amount, true, fact);
  account.party = first_of({receiver, account.party, sent_to});
}

void LotHolding::list(const Ways::value_type& way, bool is_listed) {
  const auto& [to, shipments] = way;
  for (const Key& name : std::set<Key>{to.place, to.party, std::nullopt}) {
    Oldest oldest{name, shipments.front().at, shipments.front().seq, to};
    if (is_listed)
      oldest_.insert(std::move(oldest));
    else
      oldest_.erase(oldest);
  }
}

LotHolding::Ways::iterator LotHolding::oldest_to(const Key& name) {
  const auto found = oldest_.lower_bound({name, kInstantMin, EventSeq(1), {}});
  return found == oldest_.end() || found->name != name ? on_the_way_.end() : on_the_way_.find(found->to);
}

void LotHolding::send(const Amount& amount, const Fact& fact) {
  give(first_of({object_in(fact, Role::kSourceLocation), object_in(fact, Role::kReadPoint),
                 object_in(fact, Role::kBizLocation)}),
       amount, fact);
  const auto way =
      on_the_way_.try_emplace({object_in(fact, Role::kDestinationLocation), receiver_in(fact)}, Shipments()).first;
  way->second.push_back({amount, fact.time, fact.seq});
  if (way->second.size() == 1) list(*way, true);
}

// Takes an arrival from the oldest shipment that goes this way. False: all of it was found.
bool LotHolding::unload(Ways::iterator way, bool is_here, Amount& rest) {
  Amount& sent = way->second.front().amount;
  const bool is_whole = rest && sent && *sent <= *rest;
  if (is_whole)
    rest = suyuan::subtract(*rest, *sent);
  else if (rest && sent)
    sent = suyuan::subtract(*sent, *rest);
  else if (!is_here)
    sent.reset();  // where it was sent they may still wait for some
  if (is_whole || (is_here && !(rest && sent))) {
    list(*way, false);
    way->second.pop_front();
    if (way->second.empty())
      on_the_way_.erase(way);
    else
      list(*way, true);
  }
  return is_whole && !(rest && rest->is_zero());
}

void LotHolding::arrive(const Key& place, const Amount& amount, const Fact& fact) {
  const auto here = accounts_.find({place, {}});
  const Key party = first_of({receiver_in(fact), here == accounts_.end() ? std::nullopt : here->second.party});
  Key sent_to;
  Amount rest = amount;
  bool is_more = true;
  const auto look = [&](const Key& name) {
    for (auto way = oldest_to(name); is_more && way != on_the_way_.end(); way = oldest_to(name)) {
      const Where to = way->first;
      if (!sent_to && (!to.place || !place || to.place == place)) sent_to = to.party;
      is_more = unload(way, name || (!to.place && !to.party), rest);
    }
  };
  if (place) look(place);
  if (party) look(party);
  look(std::nullopt);  // the oldest, wherever it was sent
  get(place, amount, fact, sent_to);
}

void LotHolding::take(const Fact& fact, std::span<const Packed> packed) {
  const Key here = first_of({object_in(fact, Role::kBizLocation), object_in(fact, Role::kReadPoint)});
  const bool is_subject = fact.type == EventType::kObject && has_role(fact, lot_, Role::kSubject);
  const bool is_input = has_role(fact, lot_, Role::kInput), is_output = has_role(fact, lot_, Role::kOutput);
  const bool is_add = is_subject && fact.action == Action::kAdd;
  const bool is_taken = (is_subject && fact.action == Action::kDelete) || fact.movement == Movement::kRetailSelling;
  const bool is_arrival = is_among(fact.movement, {Movement::kReceiving, Movement::kArriving, Movement::kAccepting});
  last_ = fact.seq;
  const Key named = first_of({object_in(fact, Role::kBizLocation), object_in(fact, Role::kDestinationLocation), here});
  if (named) last_place_ = {*named, fact.time};
  has_moved_ = has_moved_ || is_input || is_output || is_add || is_taken || is_arrival || sends(fact.movement);
  if (is_input) give(here, amount_in(fact, bit(Role::kInput)), fact);
  if (is_output) get(here, amount_in(fact, bit(Role::kOutput)), fact);
  if (is_input || is_output) return;
  const bool is_named = std::any_of(fact.links.begin(), fact.links.end(),
                                    [&](const Link& link) { return link.object == lot_ && is_goods(link.role); });
  const Amount amount = is_named ? amount_in(fact, kGoods) : amount_of(packed);
  if (is_add) return get(here, amount, fact);
  if (is_taken) return give(here, amount, fact);
  if (sends(fact.movement)) return send(amount, fact);
  if (is_arrival) arrive(here, amount, fact);
}

}  // namespace suyuan::trace
