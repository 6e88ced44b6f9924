// SPDX-License-Identifier: Apache-2.0
#include "app/trace/recall.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/unordered/unordered_flat_map.hpp>
#include <deque>
#include <future>
#include <set>

#include "app/identity/scoped_warehouse.h"
#include "app/trace/load.h"
#include "domain/trace/reach.h"
#include "domain/trace/recall.h"

namespace suyuan {

namespace {

using trace::ObjectId;

constexpr std::size_t kStep = 50'000;  // objects that are worked on in one go: their rows stay in the caches

// What must be read of objects before a recall can say which events it needs.
struct Named {
  std::span<const ObjectId> objects;
  std::vector<codes::Level> levels;
  std::vector<trace::Posting> postings;
};

Result<Named> named_by(Warehouse& warehouse, std::span<const ObjectId> objects, trace::EventSeq upto) {
  auto levels = warehouse.levels(objects);
  if (!levels) return std::move(levels.error());
  auto postings = warehouse.postings(objects, upto);
  if (!postings) return std::move(postings.error());
  return Named{objects, std::move(*levels), std::move(*postings)};
}

Status settle(Warehouse& warehouse, trace::EventSeq upto, trace::Chain& chain, trace::Recall& recall) {
  recall.take();
  const trace::Recall::Ask ask = recall.settle();
  if (auto loaded = load_chain(warehouse, ask.whole, upto, chain); !loaded) return loaded;
  auto classes = warehouse.classes(ask.outline);
  if (!classes) return std::move(classes.error());
  auto outline_levels = warehouse.levels(ask.outline);
  if (!outline_levels) return std::move(outline_levels.error());
  for (std::size_t i = 0; i < ask.outline.size(); ++i)
    chain.add(ask.outline[i], (*outline_levels)[i], (*classes)[i], {}, {});
  for (const ObjectId of_class : ask.classes) {
    auto members = members_of(warehouse, of_class);
    if (!members) return std::move(members.error());
    recall.take_members(of_class, *members);
  }
  return Done{};
}

}  // namespace

// While one slice of the objects is settled, the next is looked up.
Status find_all(Warehouse& warehouse, trace::EventSeq upto, trace::Chain& chain, trace::Recall& recall) {
  for (auto wanted = recall.advance(); !wanted.empty(); wanted = recall.advance()) {
    std::span<const ObjectId> rest = wanted;
    const auto slice = [&] {
      const auto some = rest.first(std::min(kStep, rest.size()));
      rest = rest.subspan(some.size());
      return some;
    };
    for (auto named = named_by(warehouse, slice(), upto);;) {
      if (!named) return std::move(named.error());
      auto read = warehouse.facts(recall.know(named->objects, named->levels, named->postings), upto, recall.tables());
      if (!read) return read;
      std::future<Result<Named>> next;
      if (!rest.empty())
        next = std::async(std::launch::async, [&, some = slice()] { return named_by(warehouse, some, upto); });
      auto settled = settle(warehouse, upto, chain, recall);
      if (!settled) return settled;  // which waits for the other
      if (!next.valid()) break;
      named = next.get();
    }
  }
  return Done{};
}

namespace {

// Adds up what the recall found.
class Account {
 public:
  Account(RecallAnswer& answer, const std::function<void(const RecallLine&)>& each) : answer_(answer), each_(each) {}

  trace::Recall::Visitor visitor() {
    return {[this](ObjectId object, codes::Level level, bool has_ended) { begin(object, level, has_ended); },
            [this](const trace::Holder& holder) { hold(holder); },
            [this](const trace::Missing& missing) { miss(missing); },
            [this](ObjectId, ObjectId who, bool is_party) {
              ++known_[{who, is_party}].objects;
            }};
  }

  // What another share of the same recall came to.
  void add(Account&& other) {
    park();
    other.park();
    answer_.items += other.answer_.items;
    answer_.lots += other.answer_.lots;
    answer_.classes += other.answer_.classes;
    answer_.others += other.answer_.others;
    answer_.ended += other.answer_.ended;
    waiting_.insert(waiting_.end(), other.waiting_.begin(), other.waiting_.end());
    for (RecallHolding& holding : other.holdings_) {
      RecallHolding& mine = holding_of(holding.party, holding.place, holding.in_transit);
      if (mine.items + mine.lots == 0)
        mine = std::move(holding);
      else
        unite(mine, holding);
    }
    for (const auto& [who, known] : other.known_) {
      Known& mine = known_[who];
      mine.objects += known.objects;
      mine.holds_now = mine.holds_now || known.holds_now;
    }
    for (const auto& [why, theirs] : other.unknown_) {
      auto& unknown = unknown_.try_emplace(why, RecallAnswer::Unknown{why, 0, {}}).first->second;
      unknown.objects += theirs.objects;
      const std::size_t room = answer_.request.limit - unknown.some.size();
      unknown.some.insert(unknown.some.end(), theirs.some.begin(),
                          theirs.some.begin() + static_cast<std::ptrdiff_t>(std::min(room, theirs.some.size())));
    }
  }

  void conclude() {
    park();
    std::sort(waiting_.begin(), waiting_.end(),
              [](const Open& a, const Open& b) { return a.line.object < b.line.object; });
    for (const Open& open : waiting_) finish(open);
    answer_.holdings.reserve(holdings_.size());
    for (RecallHolding& holding : holdings_) answer_.holdings.push_back(std::move(holding));
    answer_.holdings_total = answer_.holdings.size();
    std::sort(answer_.holdings.begin(), answer_.holdings.end(), [](const auto& a, const auto& b) {
      return std::tuple(-a.items, -a.lots, a.party, a.place, a.in_transit) <
             std::tuple(-b.items, -b.lots, b.party, b.place, b.in_transit);
    });
    list_who_to_tell();
    for (auto& [why, unknown] : unknown_) answer_.unknown.push_back(std::move(unknown));
    cut();
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
    RecallHolding& holding = holding_of(holder.party, holder.place, holder.in_transit);
    if (holding.items + holding.lots == 0) holding.since_first = holding.since_last = holder.since;
    holding.since_first = std::min(holding.since_first, holder.since);
    holding.since_last = std::max(holding.since_last, holder.since);
    ++(is_item ? holding.items : holding.lots);
    if (!is_item) add_amount(holding, holder);
    if (holder.party) known_[{*holder.party, true}].holds_now = true;
    if (holder.place) known_[{*holder.place, false}].holds_now = true;
    if (each_) {
      RecallLine line = open.line;
      line.holder = holder;
      each_(line);
    }
  }
  RecallHolding& holding_of(std::optional<ObjectId> party, std::optional<ObjectId> place, bool in_transit) {
    const auto [at, is_new] =
        holding_at_.try_emplace({party ? party->value() : 0, place ? place->value() : 0, in_transit}, holdings_.size());
    if (!is_new) return holdings_[at->second];
    RecallHolding& holding = holdings_.emplace_back();
    holding.party = party;
    holding.place = place;
    holding.in_transit = in_transit;
    return holding;
  }
  static void add_amount(RecallHolding& holding, const trace::Holder& holder) {
    const auto sum = holder.amount ? suyuan::add(holding.amounts[holder.uom], *holder.amount) : std::nullopt;
    if (sum)
      holding.amounts[holder.uom] = *sum;
    else
      ++holding.lots_of_unknown_amount;
  }
  static void unite(RecallHolding& holding, const RecallHolding& other) {
    holding.items += other.items;
    holding.lots += other.lots;
    holding.lots_of_unknown_amount += other.lots_of_unknown_amount;
    holding.since_first = std::min(holding.since_first, other.since_first);
    holding.since_last = std::max(holding.since_last, other.since_last);
    bool fits = true;
    for (const auto& [uom, amount] : other.amounts) {
      const auto sum = suyuan::add(holding.amounts[uom], amount);
      if (sum) holding.amounts[uom] = *sum;
      fits = fits && sum.has_value();
    }
    // No number holds the sum: what is left out of it is not known.
    if (!fits) holding.lots_of_unknown_amount += other.lots - other.lots_of_unknown_amount;
  }
  void miss(const trace::Missing& missing) {
    if (missing.kind == trace::Missing::Kind::kNeverReceived)
      note(RecallAnswer::Unknown::Why::kNeverReceived, missing.object);
    if (missing.kind == trace::Missing::Kind::kTooMuchOut)
      note(RecallAnswer::Unknown::Why::kTooMuchOut, missing.object);
  }
  void note(RecallAnswer::Unknown::Why why, ObjectId object) {
    auto& unknown = unknown_.try_emplace(why, RecallAnswer::Unknown{why, 0, {}}).first->second;
    ++unknown.objects;
    if (unknown.some.size() < answer_.request.limit) unknown.some.push_back(object);
  }
  void finish(const Open& open) {
    if (open.is_held) return;
    if (open.line.level == codes::Level::kItem && !open.line.has_ended)
      note(RecallAnswer::Unknown::Why::kNoHolder, open.line.object);
    if (each_) each_(open.line);
  }

  // Parties; and places of which no holding names the party.
  void list_who_to_tell() {
    std::set<ObjectId> of_a_party;
    for (const RecallHolding& holding : answer_.holdings) {
      if (holding.party && holding.place) of_a_party.insert(*holding.place);
    }
    for (const auto& [who, known] : known_) {
      if (who.is_party || !of_a_party.contains(who.id))
        answer_.to_tell.push_back({who.id, who.is_party, known.objects, known.holds_now});
    }
    answer_.to_tell_total = answer_.to_tell.size();
    std::sort(answer_.to_tell.begin(), answer_.to_tell.end(), [](const auto& a, const auto& b) {
      return std::tuple(!a.holds_now, -a.objects, !a.is_party, a.who) <
             std::tuple(!b.holds_now, -b.objects, !b.is_party, b.who);
    });
  }
  void cut() {
    const std::size_t limit = answer_.request.limit;
    answer_.holdings.resize(std::min(limit, answer_.holdings.size()));
    if (answer_.to_tell.size() > limit)
      answer_.to_tell.erase(answer_.to_tell.begin() + static_cast<std::ptrdiff_t>(limit), answer_.to_tell.end());
  }

  struct Key {
    std::int64_t party, place;  // 0: none
    bool in_transit;
    bool operator==(const Key&) const = default;
    friend std::size_t hash_value(const Key& key) {
      std::size_t hash = 0;
      boost::hash_combine(hash, key.party);
      boost::hash_combine(hash, key.place * 2 + (key.in_transit ? 1 : 0));
      return hash;
    }
  };
  struct Who {
    ObjectId id;
    bool is_party;
    bool operator==(const Who&) const = default;
    friend std::size_t hash_value(const Who& who) {
      return boost::hash_value(who.id.value() * 2 + (who.is_party ? 1 : 0));
    }
  };
  struct Known {
    std::int64_t objects = 0;
    bool holds_now = false;
  };
  RecallAnswer& answer_;
  const std::function<void(const RecallLine&)>& each_;
  std::optional<Open> current_;
  std::vector<Open> waiting_;
  boost::unordered_flat_map<ObjectId, std::size_t, std::hash<ObjectId>> waiting_at_;
  std::deque<RecallHolding> holdings_;
  boost::unordered_flat_map<Key, std::size_t> holding_at_;
  boost::unordered_flat_map<Who, Known> known_;
  std::map<RecallAnswer::Unknown::Why, RecallAnswer::Unknown> unknown_;
};

// In two shares at once, unless somebody wants the things in their order.
void account_for(const trace::Recall& found, RecallAnswer& answer, const std::function<void(const RecallLine&)>& each) {
  Account account(answer, each);
  if (each) {
    found.visit(account.visitor());
    account.conclude();
    return;
  }
  RecallAnswer of_second;
  of_second.request = answer.request;
  Account second(of_second, each);
  auto visited = std::async(std::launch::async, [&] { found.visit(second.visitor(), 1, 2); });
  found.visit(account.visitor(), 0, 2);
  visited.get();
  account.add(std::move(second));
  account.conclude();
}

Status add_names(RecallAnswer& answer, Warehouse& warehouse) {
  std::set<ObjectId> named;
  for (const RecallHolding& holding : answer.holdings) {
    if (holding.party) named.insert(*holding.party);
    if (holding.place) named.insert(*holding.place);
  }
  for (const RecallAnswer::Told& told : answer.to_tell) named.insert(told.who);
  for (const RecallAnswer::Unknown& unknown : answer.unknown) named.insert(unknown.some.begin(), unknown.some.end());
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
