// SPDX-License-Identifier: Apache-2.0
#include "app/trace/recall.h"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <boost/unordered/unordered_flat_map.hpp>
#include <future>
#include <memory>
#include <set>

#include "app/identity/scoped_warehouse.h"
#include "app/trace/load.h"
#include "domain/trace/numbering.h"
#include "domain/trace/reach.h"
#include "domain/trace/recall.h"

namespace suyuan {

namespace {

using trace::ObjectId;

constexpr std::size_t kShares = 64;    // of what was found, as two threads add it up
constexpr std::size_t kTogether = 64;  // that are counted together

// Adds up what the recall found.
class Account {
 public:
  Account(RecallAnswer& answer, const std::function<void(const RecallLine&)>& each) : answer_(answer), each_(each) {}

  trace::Recall::Visitor visitor() {
    return {[this](ObjectId object, codes::Level level, bool has_ended) { begin(object, level, has_ended); },
            [this](const trace::Holder& holder) { hold(holder); },
            [this](const trace::Missing& missing) { miss(missing); },
            [this](ObjectId, ObjectId who, bool is_party) { have(who, is_party); }};
  }

  // What another share of the same recall came to.
  void add(Account&& other) {
    count();
    other.count();
    park();
    other.park();
    answer_.items += other.answer_.items;
    answer_.lots += other.answer_.lots;
    answer_.classes += other.answer_.classes;
    answer_.others += other.answer_.others;
    answer_.ended += other.answer_.ended;
    waiting_.insert(waiting_.end(), other.waiting_.begin(), other.waiting_.end());
    for (const Held& theirs : other.held_) held_[held_at(theirs.key)].add(theirs);
    for (const auto& [key, theirs] : other.amounts_) amounts_[key].add(theirs);
    for (const Known& theirs : other.known_) {
      Known& mine = known(theirs.id);
      mine.as_party.objects += theirs.as_party.objects;
      mine.as_place.objects += theirs.as_place.objects;
    }
    for (const auto& [why, theirs] : other.unknown_) {
      auto& unknown = unknown_.try_emplace(why, RecallAnswer::Unknown{why, 0, {}}).first->second;
      unknown.objects += theirs.objects;
      for (const auto& thing : theirs.some) keep_least(unknown.some, thing);
    }
  }

  void conclude() {
    count();
    park();
    std::sort(waiting_.begin(), waiting_.end(),
              [](const Open& a, const Open& b) { return a.line.object < b.line.object; });
    for (const Open& open : waiting_) finish(open);
    list_holdings();
    list_who_to_tell();
    for (auto& [why, unknown] : unknown_) {
      std::sort_heap(unknown.some.begin(), unknown.some.end(), is_before);
      answer_.unknown.push_back(std::move(unknown));
    }
  }

 private:
  struct Open {
    RecallLine line;
    bool is_held = false;
  };

  // Holders of an object follow it at once, or, of those that were walked, after all of them.
  void begin(ObjectId object, codes::Level level, bool has_ended) {
    switch (level) {
      case codes::Level::kItem:
        ++answer_.items;
        break;
      case codes::Level::kLot:
        ++answer_.lots;
        break;
      case codes::Level::kClass:
        ++answer_.classes;
        break;
      default:
        ++answer_.others;
    }
    answer_.ended += has_ended ? 1 : 0;
    park();
    current_ = Open{{object, level, std::nullopt, has_ended}, false};
  }
  // An object that has its holder is done with; the others wait, since the walked ones get theirs late.
  void park() {
    if (current_ && !current_->is_held) {
      waiting_at_.emplace(current_->line.object, waiting_.size());
      waiting_.push_back(*current_);
    }
    current_.reset();
  }
  void hold(const trace::Holder& holder) {
    const bool is_current = current_ && current_->line.object == holder.object;
    Open& open = is_current ? *current_ : waiting_[waiting_at_.at(holder.object)];
    open.is_held = true;
    const bool is_item = open.line.level == codes::Level::kItem;
    const Key key{holder.party ? holder.party->value() : 0, holder.place ? holder.place->value() : 0,
                  holder.in_transit};
    holdings_.push_back({place_of(holder.party   ? *holder.party
                                  : holder.place ? *holder.place
                                                 : holder.object),
                         {key, is_item ? 1 : 0, is_item ? 0 : 1, holder.since, holder.since}});
    if (holdings_.size() == kTogether) count();
    if (!is_item) amounts_[key].add(holder);
    if (each_) {
      RecallLine line = open.line;
      line.holder = holder;
      each_(line);
    }
  }
  void have(ObjectId who, bool is_party) {
    had_.push_back({place_of(who), is_party});
    if (had_.size() == kTogether) count();
  }
  // Who is met lies anywhere in tables that no cache holds: some are counted together, so that their memory comes while
  // others are looked up.
  void count() {
    for (const auto& [at, is_party] : had_) (is_party ? known_[at].as_party : known_[at].as_place).objects += 1;
    for (const auto& [at, held] : holdings_) {
      const std::uint32_t last = known_[at].last_held;
      if (last < held_.size()) __builtin_prefetch(&held_[last]);
    }
    for (const auto& [at, held] : holdings_) {
      std::uint32_t& last = known_[at].last_held;
      if (last >= held_.size() || held_[last].key != held.key) last = held_at(held.key);
      held_[last].add(held);
    }
    had_.clear();
    holdings_.clear();
  }
  void miss(const trace::Missing& missing) {
    if (missing.kind == trace::Missing::Kind::kNeverReceived)
      note(RecallAnswer::Unknown::Why::kNeverReceived, {missing.object});
    if (missing.kind == trace::Missing::Kind::kTooMuchOut)
      note(RecallAnswer::Unknown::Why::kTooMuchOut, {missing.object});
    if (missing.kind != trace::Missing::Kind::kNoHolder) return;
    note(RecallAnswer::Unknown::Why::kNoHolder, {missing.object, missing.last});
    const bool is_current = current_ && current_->line.object == missing.object;
    Open& open = is_current ? *current_ : waiting_[waiting_at_.at(missing.object)];
    open.line.last = missing.last;
    if (open.is_held && each_) each_(open.line);  // where the rest of it is
  }
  // What is missing of one thing for one reason comes together: shipments of a lot to two places, say.
  void note(RecallAnswer::Unknown::Why why, const RecallAnswer::Unknown::Thing& thing) {
    if (std::exchange(noted_, std::pair(why, thing.object)) == std::pair(why, thing.object)) return;
    auto& unknown = unknown_.try_emplace(why, RecallAnswer::Unknown{why, 0, {}}).first->second;
    ++unknown.objects;
    keep_least(unknown.some, thing);
  }
  // Those that are listed are the same ones whichever thread met them: `some` is a heap of the least.
  using Things = std::vector<RecallAnswer::Unknown::Thing>;
  static bool is_before(const Things::value_type& a, const Things::value_type& b) { return a.object < b.object; }
  void keep_least(Things& some, const Things::value_type& thing) const {
    if (some.size() == answer_.request.limit) {
      if (!is_before(thing, some.front())) return;
      std::pop_heap(some.begin(), some.end(), is_before);
      some.pop_back();
    }
    some.push_back(thing);
    std::push_heap(some.begin(), some.end(), is_before);
  }
  void finish(const Open& open) {
    if (!open.is_held && each_) each_(open.line);
  }

  // To those that the answer has room for, in order.
  template <class Row, class IsBefore>
  void cut(std::vector<Row>& rows, IsBefore is_before) const {
    const auto listed = rows.begin() + static_cast<std::ptrdiff_t>(std::min(answer_.request.limit, rows.size()));
    std::partial_sort(rows.begin(), listed, rows.end(), is_before);
    rows.erase(listed, rows.end());
  }
  void list_holdings() {
    answer_.holdings_total = held_.size();
    for (const Held& held : held_) {
      if (held.key.party != 0) known(ObjectId(held.key.party)).as_party.holds_now = true;
      if (held.key.place != 0) known(ObjectId(held.key.place)).as_place.holds_now = true;
      if (held.key.party != 0 && held.key.place != 0) known(ObjectId(held.key.place)).is_of_a_party = true;
    }
    cut(held_, [](const Held& a, const Held& b) {
      return std::tuple(-a.items, -a.lots, a.key) < std::tuple(-b.items, -b.lots, b.key);
    });
    for (const Held& held : held_) {
      const auto amounts = amounts_.find(held.key);
      answer_.holdings.push_back({object_of(held.key.party), object_of(held.key.place), held.key.in_transit, held.items,
                                  held.lots, amounts == amounts_.end() ? Units() : amounts->second.by_unit,
                                  amounts == amounts_.end() ? 0 : amounts->second.unknown, held.since_first,
                                  held.since_last});
    }
  }
  // Parties; and places of which no holding names the party.
  void list_who_to_tell() {
    for (const Known& each : known_) {
      if (const Known::As& as = each.as_party; as.objects > 0 || as.holds_now)
        answer_.to_tell.push_back({each.id, true, as.objects, as.holds_now});
      if (const Known::As& as = each.as_place; (as.objects > 0 || as.holds_now) && !each.is_of_a_party)
        answer_.to_tell.push_back({each.id, false, as.objects, as.holds_now});
    }
    answer_.to_tell_total = answer_.to_tell.size();
    cut(answer_.to_tell, [](const auto& a, const auto& b) {
      return std::tuple(!a.holds_now, -a.objects, !a.is_party, a.who) <
             std::tuple(!b.holds_now, -b.objects, !b.is_party, b.who);
    });
  }

  using Units = std::map<std::string, Decimal>;
  struct Key {
    std::int64_t party, place;  // 0: none
    bool in_transit;
    auto operator<=>(const Key&) const = default;
    friend std::size_t hash_value(const Key& key) {
      std::size_t hash = 0;
      boost::hash_combine(hash, key.party);
      boost::hash_combine(hash, key.place * 2 + (key.in_transit ? 1 : 0));
      return hash;
    }
  };
  struct Held {
    Key key;
    std::int64_t items = 0, lots = 0;
    Instant since_first = kInstantMax, since_last = kInstantMin;
    void add(const Held& other) {
      items += other.items;
      lots += other.lots;
      since_first = std::min(since_first, other.since_first);
      since_last = std::max(since_last, other.since_last);
    }
  };
  struct alignas(32) Known {  // a party or a place
    struct As {
      std::uint32_t objects = 0;
      bool holds_now = false;
    };
    ObjectId id;
    As as_party = {}, as_place = {};
    bool is_of_a_party = false;
    std::uint32_t last_held = UINT32_MAX;  // of `held_`: mostly it is the same again
  };
  Known& known(ObjectId id) { return known_[place_of(id)]; }
  std::uint32_t place_of(ObjectId id) {  // in `known_`
    std::uint32_t& at = known_at_.at(id.value());
    if (at == trace::Numbering::kNone) {
      at = static_cast<std::uint32_t>(known_.size());
      known_.push_back({id});
    }
    __builtin_prefetch(&known_[at]);
    return at;
  }
  std::uint32_t held_at(const Key& key) {
    const auto [at, is_new] = held_at_.try_emplace(key, static_cast<std::uint32_t>(held_.size()));
    if (is_new) held_.push_back({key});
    return at->second;
  }
  struct Amounts {  // of lots
    Units by_unit;
    std::int64_t lots = 0, unknown = 0;
    void add(const trace::Holder& holder) {
      const auto sum = holder.amount ? suyuan::add(by_unit[holder.uom], *holder.amount) : std::nullopt;
      if (sum) by_unit[holder.uom] = *sum;
      unknown += sum ? 0 : 1;
      ++lots;
    }
    void add(const Amounts& other) {
      bool fits = true;
      for (const auto& [uom, amount] : other.by_unit) {
        const auto sum = suyuan::add(by_unit[uom], amount);
        if (sum) by_unit[uom] = *sum;
        fits = fits && sum.has_value();
      }
      // No number holds the sum: what is left out of it is not known.
      unknown += fits ? other.unknown : other.lots;
      lots += other.lots;
    }
  };
  static std::optional<ObjectId> object_of(std::int64_t number) {
    return number == 0 ? std::nullopt : std::optional(ObjectId(number));
  }
  RecallAnswer& answer_;
  const std::function<void(const RecallLine&)>& each_;
  std::optional<Open> current_;
  std::vector<Open> waiting_;
  boost::unordered_flat_map<ObjectId, std::size_t, std::hash<ObjectId>> waiting_at_;
  std::vector<Held> held_;
  boost::unordered_flat_map<Key, std::uint32_t> held_at_;
  boost::unordered_flat_map<Key, Amounts> amounts_;
  std::vector<Known> known_;
  trace::Numbering known_at_;
  struct Had {
    std::uint32_t at;  // in `known_`
    bool is_party;
  };
  struct Holding {
    std::uint32_t at;
    Held held;
  };
  std::vector<Had> had_;  // that are not counted yet
  std::vector<Holding> holdings_;
  std::map<RecallAnswer::Unknown::Why, RecallAnswer::Unknown> unknown_;
  std::optional<std::pair<RecallAnswer::Unknown::Why, ObjectId>> noted_;  // last
};

// In two shares at once, unless somebody wants the things in their order.
void account_for(const trace::Recall& found, RecallAnswer& answer, const std::function<void(const RecallLine&)>& each) {
  Account account(answer, each);
  if (each) {
    found.visit(account.visitor());
    account.conclude();
    return;
  }
  struct Share {
    Share(const RecallRequest& request, const std::function<void(const RecallLine&)>& take) : account(answer, take) {
      answer.request = request;
    }
    RecallAnswer answer;
    Account account;
  };
  std::atomic<std::size_t> next = 0;
  const auto visit_some = [&](Account& by) {
    for (std::size_t share = next++; share < kShares; share = next++) found.visit(by.visitor(), share, kShares);
  };
  auto visited = std::async(std::launch::async, [&] {  // with memory of its own: both count at every thing
    auto second = std::make_unique<Share>(answer.request, each);
    visit_some(second->account);
    return second;
  });
  visit_some(account);
  account.add(std::move(visited.get()->account));
  account.conclude();
}

Status add_names(RecallAnswer& answer, Warehouse& warehouse) {
  std::set<ObjectId> named;
  for (const RecallHolding& holding : answer.holdings) {
    if (holding.party) named.insert(*holding.party);
    if (holding.place) named.insert(*holding.place);
  }
  for (const RecallAnswer::Told& told : answer.to_tell) named.insert(told.who);
  for (const RecallAnswer::Unknown& unknown : answer.unknown) {
    for (const auto& [object, last] : unknown.some) {
      named.insert(object);
      if (last) named.insert(last->place);
    }
  }
  auto names = names_of(warehouse, named);
  if (!names) return std::move(names.error());
  answer.names = std::move(*names);
  return Done{};
}

}  // namespace

namespace {

// Of width chain, as traces are (trace.cpp).
Status judge_chains(const RecallRequest& request, const std::vector<std::optional<ObjectId>>& starts,
                    trace::EventSeq upto, Warehouse& warehouse, ScopedEvents& seen) {
  for (std::size_t i = 0; i < starts.size(); ++i) {
    if (!starts[i]) return unknown_code(request.start[i]);
    trace::Chain chain(request.at);
    trace::Recall found({*starts[i]}, request.at, chain);
    if (auto done = find_all(warehouse, upto, chain, found); !done) return done;
    ScopedEvents::Reached reached;
    found.each_reached([&](ObjectId object, codes::Level, const trace::Reached& how) {
      const trace::Windows windows = how.moving();
      reached[object].assign(windows.all().begin(), windows.all().end());
    });
    auto theirs = seen.touches(reached);
    if (!theirs) return std::move(theirs.error());
    if (!*theirs) return unknown_code(request.start[i]);
  }
  return Done{};
}

}  // namespace

Result<RecallAnswer> recall(const Permit<identity::Act::kRecallRead>& permit, const RecallRequest& request,
                            Warehouse& whole, const std::function<void(const RecallLine&)>& each) {
  if (request.limit < 1 || request.limit > 100'000)
    return Error{ErrorKind::kInvalid, "trace.limit",
                 fmt::format("The limit is {}; 1 to 100000 rows in one answer are allowed.", request.limit)};
  if (request.start.empty())
    return Error{ErrorKind::kInvalid, "trace.no_code", "No code was given. Name the code that is to be recalled."};
  auto settled = whole.settled();
  if (!settled) return std::move(settled.error());
  const trace::EventSeq upto(std::max<std::int64_t>(1, *settled));
  ScopedEvents seen(permit.scope(), whole);
  Warehouse& warehouse = seen.sees_chains() ? whole : seen.warehouse();
  if (seen.sees_chains()) {
    auto there = whole.find(request.start);
    if (!there) return std::move(there.error());
    if (auto theirs = judge_chains(request, *there, upto, whole, seen); !theirs) return std::move(theirs.error());
  }
  auto starts = find_starts(request.start, warehouse);
  if (!starts) return std::move(starts.error());
  trace::Chain chain(request.at);
  trace::Recall found(*starts, request.at, chain);
  if (auto done = find_all(warehouse, upto, chain, found); !done) return std::move(done.error());
  RecallAnswer answer;
  answer.request = request;
  if (permit.scope().is_everything()) answer.upto = *settled;
  answer.carriers = static_cast<std::int64_t>(found.carriers());
  account_for(found, answer, each);
  if (auto named = add_names(answer, seen.warehouse()); !named) return std::move(named.error());
  return answer;
}

}  // namespace suyuan
