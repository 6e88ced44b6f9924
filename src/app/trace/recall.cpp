// SPDX-License-Identifier: Apache-2.0
#include "app/trace/recall.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <unordered_map>

#include "app/trace/load.h"
#include "domain/trace/recall.h"

namespace suyuan {

using trace::ObjectId;

Status find_all(Warehouse& warehouse, trace::EventSeq upto, trace::Chain& chain, trace::Recall& recall) {
  for (auto wanted = recall.advance(); !wanted.empty(); wanted = recall.advance()) {
    auto levels = warehouse.levels(wanted);
    if (!levels) return std::move(levels.error());
    auto postings = warehouse.postings(wanted, upto);
    if (!postings) return std::move(postings.error());
    const auto seqs = recall.know(wanted, *levels, *postings);
    auto read = warehouse.facts(seqs, upto, [&](const trace::Fact& fact) { recall.take(fact); });
    if (!read) return read;
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
              ++had_[{who, is_party}];
            }};
  }

  void conclude() {
    for (const auto& [object, line] : open_) finish(line);
    open_.clear();
    for (auto& [key, holding] : holdings_) answer_.holdings.push_back(std::move(holding));
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
    open_.emplace(object, Open{{object, level, std::nullopt, has_ended}, false});
    if (open_.size() > 1 && last_) close(*last_);
    last_ = object;
  }
  // An object that has its holder is done with; the others wait, since the walked ones get theirs late.
  void close(ObjectId object) {
    const auto found = open_.find(object);
    if (found != open_.end() && found->second.is_held) open_.erase(found);
  }
  void hold(const trace::Holder& holder) {
    Open& open = open_.at(holder.object);
    open.is_held = true;
    const bool is_item = open.line.level == codes::Level::kItem;
    RecallHolding& holding = holdings_[{holder.party, holder.place, holder.in_transit}];
    if (holding.items + holding.lots == 0) {
      holding.party = holder.party;
      holding.place = holder.place;
      holding.in_transit = holder.in_transit;
      holding.since_first = holding.since_last = holder.since;
    }
    holding.since_first = std::min(holding.since_first, holder.since);
    holding.since_last = std::max(holding.since_last, holder.since);
    ++(is_item ? holding.items : holding.lots);
    if (!is_item) add_amount(holding, holder);
    if (holder.party) holds_.insert({*holder.party, true});
    if (holder.place) holds_.insert({*holder.place, false});
    if (each_) {
      RecallLine line = open.line;
      line.holder = holder;
      each_(line);
    }
  }
  static void add_amount(RecallHolding& holding, const trace::Holder& holder) {
    const auto sum = holder.amount ? add(holding.amounts[holder.uom], *holder.amount) : std::nullopt;
    if (sum)
      holding.amounts[holder.uom] = *sum;
    else
      ++holding.lots_of_unknown_amount;
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
    for (const auto& who : holds_) had_.try_emplace(who, 0);
    for (const auto& [who, objects] : had_) {
      const bool holds_now = holds_.contains(who);
      if (who.second || !of_a_party.contains(who.first))
        answer_.to_tell.push_back({who.first, who.second, objects, holds_now});
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

  using Key = std::tuple<std::optional<ObjectId>, std::optional<ObjectId>, bool>;
  RecallAnswer& answer_;
  const std::function<void(const RecallLine&)>& each_;
  std::map<ObjectId, Open> open_;
  std::optional<ObjectId> last_;
  std::map<Key, RecallHolding> holdings_;
  std::map<std::pair<ObjectId, bool>, std::int64_t> had_;
  std::set<std::pair<ObjectId, bool>> holds_;
  std::map<RecallAnswer::Unknown::Why, RecallAnswer::Unknown> unknown_;
};

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

Result<RecallAnswer> recall(const Actor&, const RecallRequest& request, Warehouse& warehouse,
                            const std::function<void(const RecallLine&)>& each) {
  if (request.limit < 1 || request.limit > 100'000)
    return Error{ErrorKind::kInvalid, "trace.limit",
                 fmt::format("The limit is {}; 1 to 100000 rows in one answer are allowed.", request.limit)};
  if (request.start.empty())
    return Error{ErrorKind::kInvalid, "trace.no_code", "No code was given. Name the code that is to be recalled."};
  auto settled = warehouse.settled();
  if (!settled) return std::move(settled.error());
  auto starts = find_starts(request.start, warehouse);
  if (!starts) return std::move(starts.error());
  trace::Chain chain(request.at);
  trace::Recall found(*starts, request.at, chain);
  const trace::EventSeq upto(std::max<std::int64_t>(1, *settled));
  if (auto done = find_all(warehouse, upto, chain, found); !done) return std::move(done.error());
  RecallAnswer answer;
  answer.request = request;
  answer.upto = *settled;
  answer.carriers = static_cast<std::int64_t>(found.carriers());
  Account account(answer, each);
  found.visit(account.visitor());
  account.conclude();
  if (auto named = add_names(answer, warehouse); !named) return std::move(named.error());
  return answer;
}

}  // namespace suyuan
