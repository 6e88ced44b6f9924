// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>

#include "app/identity/scoped_warehouse.h"
#include "app/query/hierarchy.h"
#include "app/query/query.h"
#include "base/text.h"

namespace suyuan {

namespace {

using trace::StoredEvent;

constexpr std::size_t kBatch = 256;         // candidates whose originals are read together
constexpr std::size_t kStrideMax = 16'384;  // events looked at in one step; the first step is small, for short answers

Error too_large(std::int64_t max) {
  return Error{
      ErrorKind::kTooLarge, "query.too_large",
      fmt::format("More than {} events match, which is maxEventCount. Narrow the query, or leave maxEventCount "
                  "out and follow the pages.",
                  max)};
}

Error too_complex(std::size_t most) {
  return Error{
      ErrorKind::kTooLarge, "query.too_complex",
      fmt::format("maxEventCount needs to go through more than {} events. Narrow the query with GE_eventTime and "
                  "LT_eventTime, or leave maxEventCount out and follow the pages.",
                  most)};
}

struct Match {
  StoredEvent event;
  std::optional<Warehouse::Original> original;  // when it was read to judge
};

// Goes through the store in the question's order and hands out matches one by one.
class Search {
 public:
  Search(const Question& question, QueryServices services, Presenter& presenter, Warehouse::Scan scan,
         const QueryLimits& limits)
      : question_(question), services_(services), presenter_(presenter), scan_(std::move(scan)), limits_(limits) {}

  // The next match; nothing when there is none, or none was found for what the search may cost (see is_cut).
  Result<std::optional<Match>> next() {
    while (place_ == matches_.size()) {
      if (ended_ || (looked_ >= limits_.look_at) || documents_ >= limits_.documents) return std::optional<Match>();
      if (auto done = fill(); !done) return std::move(done.error());
    }
    return std::optional(std::move(matches_[place_++]));
  }

  bool is_cut() const { return !ended_ && place_ == matches_.size(); }
  // Everything up to here was looked at, and every match handed out; nothing before the first.
  std::optional<Warehouse::Place> reached() const { return scan_.after; }

 private:
  Status fill() {
    matches_.clear();
    place_ = 0;
    if (question_.only) return fill_from(*question_.only);
    scan_.limit = kBatch;
    scan_.look_at = stride_;
    auto page = services_.warehouse.scan(scan_);
    if (!page) return std::move(page.error());
    const bool is_full = page->events.size() >= kBatch;  // then it did not look further
    looked_ += is_full ? kBatch : scan_.look_at;
    if (!is_full) stride_ = std::min(stride_ * 2, kStrideMax);
    if (auto done = judge_all(page->events); !done) return done;
    ended_ = !page->next;
    if (page->next) scan_.after = page->next;
    return Done{};
  }

  // The few events that an id names, in the order that was asked for.
  Status fill_from(std::vector<StoredEvent> events) {
    ended_ = true;
    const bool by_time = scan_.order == Warehouse::Order::kTime;
    const auto place = [&](const StoredEvent& event) {
      return std::pair(by_time ? event.time : kInstantMin, event.seq.value());
    };
    const auto before = [&](const StoredEvent& a, const StoredEvent& b) {
      return scan_.descending ? place(b) < place(a) : place(a) < place(b);
    };
    std::sort(events.begin(), events.end(), before);
    std::erase_if(events, [&](const StoredEvent& event) {
      if (event.seq > scan_.upto || !passes(scan_.filter, event)) return true;
      if (!scan_.after) return false;
      const auto after = std::pair(by_time ? scan_.after->time : kInstantMin, scan_.after->seq);
      return scan_.descending ? place(event) >= after : place(event) <= after;
    });
    const auto same = [](const StoredEvent& a, const StoredEvent& b) { return a.seq == b.seq; };
    events.erase(std::unique(events.begin(), events.end(), same), events.end());
    return judge_all(events);
  }

  Status judge_all(std::vector<StoredEvent>& events) {
    std::vector<Warehouse::Original> originals;
    if (question_.needs_document && !events.empty()) {
      std::vector<trace::EventSeq> seqs;
      for (const StoredEvent& event : events) seqs.push_back(event.seq);
      auto read = services_.warehouse.originals(seqs);
      if (!read) return std::move(read.error());
      originals = std::move(*read);
      documents_ += seqs.size();
    }
    for (std::size_t i = 0; i < events.size(); ++i) {
      if (auto done = judge(events[i], originals.empty() ? nullptr : &originals[i]); !done) return done;
    }
    return Done{};
  }

  Status judge(StoredEvent& event, Warehouse::Original* original) {
    if (original != nullptr) {
      auto tree = presenter_.tree(event, *original);
      if (!tree) return std::move(tree.error());
      auto read = trace::read_event(*tree, event.recorded);
      if (!read)
        return Error{ErrorKind::kCorrupt, "store.damaged",
                     fmt::format("The stored event {} is not sound any more. Stop the server and restore the last "
                                 "backup.",
                                 excerpt(event.id, 200)),
                     read.error().text};
      const bool fits = trace::matches(question_.query, {*read, event.recorded}, hierarchy_);
      if (stored_hierarchy_.failed()) return Error(*stored_hierarchy_.failed());
      if (!fits) return Done{};
    }
    Match match{std::move(event), std::nullopt};
    if (original != nullptr) match.original = std::move(*original);
    matches_.push_back(std::move(match));
    return Done{};
  }

  const Question& question_;
  QueryServices services_;
  Presenter& presenter_;
  Warehouse::Scan scan_;
  const QueryLimits& limits_;
  StoredHierarchy stored_hierarchy_{services_.warehouse};
  const trace::Hierarchy hierarchy_ = stored_hierarchy_.hierarchy();
  std::vector<Match> matches_;
  std::size_t place_ = 0, looked_ = 0, documents_ = 0, stride_ = kBatch;
  bool ended_ = false;
};

Warehouse::Scan scan_of(const Question& question, std::int64_t upto) {
  Warehouse::Scan scan{question.filter, question.order, question.descending, trace::EventSeq(upto), std::nullopt};
  return scan;
}

// One answer in the making.
class Asking {
 public:
  Asking(const Question& question, const Presentation& how, QueryServices services, const TokenSeal& seal,
         const QueryLimits& limits)
      : question_(question),
        how_(how),
        seal_(seal),
        services_(services),
        limits_(limits),
        presenter_(services.read, services.writer) {}

  Result<EventPage> page(const PageRequest& request) {
    asked_at_ = request.now;
    auto start = begin(request.token);
    if (!start) return std::move(start.error());
    if (question_.is_hopeless || start->upto == 0) return EventPage();
    if (question_.query.max_event_count && request.token.empty()) {
      if (auto counted = count(*start); !counted) return std::move(counted.error());
    }
    std::size_t most = std::min(std::max<std::size_t>(request.per_page, 1), limits_.per_page_max);
    if (question_.query.event_count_limit) {
      const std::int64_t left = *question_.query.event_count_limit - start->given;
      if (left <= 0) return EventPage();
      most = std::min(most, static_cast<std::size_t>(left));
    }
    return scanned_page(*start, request.token.empty(), most);
  }

 private:
  Result<Cursor> begin(const std::string& token) {
    auto settled = services_.warehouse.settled();
    if (!settled) return std::move(settled.error());
    if (!token.empty()) {
      auto cursor = read_cursor(seal_, token, question_.text, asked_at_);
      const bool is_ours = cursor && cursor->upto <= *settled && cursor->place.seq <= cursor->upto;
      return is_ours || !cursor ? std::move(cursor) : damaged_cursor();
    }
    Cursor start;
    start.upto = *settled;
    return start;
  }

  Status count(const Cursor& start) {
    QueryLimits limits = limits_;
    limits.look_at = limits.documents = limits_.count_at_most;
    Search search(question_, services_, presenter_, scan_of(question_, start.upto), limits);
    for (std::int64_t seen = 0;; ++seen) {
      auto match = search.next();
      if (!match) return std::move(match.error());
      if (!*match) return search.is_cut() ? Status(too_complex(limits_.count_at_most)) : Status(Done{});
      if (seen == *question_.query.max_event_count) return too_large(*question_.query.max_event_count);
    }
  }

  Result<EventPage> scanned_page(Cursor at, bool is_first, std::size_t most) {
    Warehouse::Scan scan = scan_of(question_, at.upto);
    if (!is_first) scan.after = at.place;
    Search search(question_, services_, presenter_, std::move(scan), limits_);
    std::vector<Match> matches;
    for (;;) {
      auto match = search.next();
      if (!match) return std::move(match.error());
      if (!*match) break;
      if (matches.size() == most) return finish(std::move(matches), at, true);
      matches.push_back(std::move(**match));
    }
    if (!search.is_cut()) return finish(std::move(matches), at, false);
    const auto reached = search.reached();
    auto page = finish(std::move(matches), at, false);
    if (!page) return page;
    at.given += static_cast<std::int64_t>(page->events.size());
    if (reached) at.place = *reached;
    page->next_token = write_cursor(seal_, at, question_.text, asked_at_);
    return page;
  }

  Result<EventPage> finish(std::vector<Match> matches, Cursor at, bool more) {
    EventPage page;
    at.given += static_cast<std::int64_t>(matches.size());
    if (!matches.empty()) at.place = {matches.back().event.time, matches.back().event.seq.value()};
    if (more && (!question_.query.event_count_limit || at.given < *question_.query.event_count_limit))
      page.next_token = write_cursor(seal_, at, question_.text, asked_at_);
    auto texts = texts_of(matches);
    if (!texts) return std::move(texts.error());
    page.events = std::move(*texts);
    return page;
  }

  Result<std::vector<std::string>> texts_of(std::vector<Match>& matches);

  friend Result<RecordPage> range_page(Asking& asking, const RecordRange& range, std::size_t events_max);

  const Question& question_;
  const Presentation& how_;
  const TokenSeal& seal_;
  QueryServices services_;
  const QueryLimits& limits_;
  Presenter presenter_;
  Instant asked_at_;
};

Result<std::vector<std::string>> Asking::texts_of(std::vector<Match>& matches) {
  std::vector<trace::EventSeq> missing;
  for (const Match& match : matches) {
    if (!match.original) missing.push_back(match.event.seq);
  }
  auto read = services_.warehouse.originals(missing);
  if (!read) return std::move(read.error());
  std::size_t next = 0;
  std::vector<std::string> texts;
  for (Match& match : matches) {
    if (!match.original) match.original = std::move((*read)[next++]);
    auto text = presenter_.text(match.event, *match.original, how_);
    if (!text) return std::move(text.error());
    texts.push_back(std::move(*text));
  }
  return texts;
}

Result<RecordPage> range_page(Asking& asking, const RecordRange& range, std::size_t events_max) {
  RecordPage page;
  page.reached = range.upto;
  if (asking.question_.is_hopeless || range.upto <= range.after) return page;
  Warehouse::Scan scan = scan_of(asking.question_, range.upto);
  scan.after = Warehouse::Place{kInstantMin, range.after};
  Search search(asking.question_, asking.services_, asking.presenter_, std::move(scan), asking.limits_);
  std::vector<Match> matches;
  for (;;) {
    auto match = search.next();
    if (!match) return std::move(match.error());
    if (!*match) break;
    if (matches.size() == events_max) {
      page.reached = matches.back().event.seq.value();
      break;
    }
    matches.push_back(std::move(**match));
  }
  if (page.reached == range.upto && search.is_cut())
    page.reached = search.reached() ? search.reached()->seq : range.after;
  if (!matches.empty()) {
    page.first = matches.front().event.seq.value();
    page.first_recorded = matches.front().event.recorded;
  }
  auto texts = asking.texts_of(matches);
  if (!texts) return std::move(texts.error());
  page.events = std::move(*texts);
  return page;
}

}  // namespace

Result<EventPage> run_query(const Permit<identity::Act::kEventRead>& permit, const QueryParameters& parameters,
                            const PageRequest& page, const Presentation& how, QueryServices services,
                            const QueryLimits& limits) {
  ScopedEvents seen(permit.scope(), services.warehouse);
  auto question = read_question(parameters, services.warehouse, seen.warehouse());
  if (!question) return std::move(question.error());
  const auto seal = TokenSeal::of(permit, services.warehouse);
  if (!seal) return seal.error();
  return Asking(*question, how, {seen.warehouse(), services.read, services.writer}, *seal, limits).page(page);
}

Result<RecordPage> run_query_on(const Permit<identity::Act::kEventRead>& permit, const QueryParameters& parameters,
                                const RecordRange& range, std::size_t events_max, const Presentation& how,
                                QueryServices services, const QueryLimits& limits) {
  ScopedEvents seen(permit.scope(), services.warehouse);
  auto question = read_question(parameters, services.warehouse, seen.warehouse());
  if (!question) return std::move(question.error());
  question->order = Warehouse::Order::kRecord;
  question->descending = false;
  if (range.recorded_from)
    question->filter.recorded_from =
        std::max(*range.recorded_from, question->filter.recorded_from.value_or(kInstantMin));
  const auto seal = TokenSeal::of(permit, services.warehouse);
  if (!seal) return seal.error();
  Asking asking(*question, how, {seen.warehouse(), services.read, services.writer}, *seal, limits);
  return range_page(asking, range, events_max);
}

Result<std::vector<std::string>> read_event_texts(const Permit<identity::Act::kEventRead>& permit, std::string_view id,
                                                  const Presentation& how, QueryServices services) {
  ScopedEvents seen(permit.scope(), services.warehouse);
  Presenter presenter(services.read, services.writer);
  std::vector<std::string> texts;
  for (const bool declaration : {false, true}) {
    const auto event = seen.warehouse().find_event(id, declaration);
    if (!event) return event.error();
    if (!*event) continue;
    const auto original = seen.warehouse().original((*event)->seq);
    if (!original) return original.error();
    auto text = presenter.text(**event, *original, how);
    if (!text) return std::move(text.error());
    texts.push_back(std::move(*text));
  }
  return texts;
}

}  // namespace suyuan
