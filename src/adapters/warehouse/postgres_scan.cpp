// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "adapters/warehouse/postgres_group.h"
#include "adapters/warehouse/postgres_reads.h"
#include "adapters/warehouse/sent_by.h"

// Scans in record order and in the order of event times. The server leaves out what columns can tell; the namings are
// judged here, by the links.
namespace suyuan {

namespace {

using sql::PostgresStatement;
using trace::StoredEvent;
using Numbers = std::vector<std::int64_t>;

constexpr std::size_t kSortedInMemory = 20'000;  // events of a naming that are put into the order of time at once
constexpr std::int64_t kBlock = 1 << 16;

std::int64_t micros(Instant at) { return at.time_since_epoch().count(); }

// Columns against $5…$12; no list: all.
constexpr std::string_view kPasses =
    "(cardinality($5::bigint[]) = 0 OR (kind & 15) = ANY($5)) AND (cardinality($6::bigint[]) = 0 OR (kind >> 4 & 15) = "
    "ANY($6)) AND (cardinality($7::bigint[]) = 0 OR biz_step = ANY($7)) AND (cardinality($8::bigint[]) = 0 OR "
    "disposition = ANY($8)) AND time >= $9 AND time < $10 AND recorded >= $11 AND recorded < $12";

// Where naming shows nobody more events, the server leaves out what others sent in.
std::string passes_text(const Warehouse::Filter& filter) {
  std::string text(kPasses);
  if (filter.seen && filter.seen->named.empty()) text += " AND " + postgres_sent_by(13);
  return text;
}

const Warehouse::Filter::Naming& narrowest(const Warehouse::Filter& filter) {
  return *std::min_element(filter.naming.begin(), filter.naming.end(),
                           [](const auto& a, const auto& b) { return a.objects.size() < b.objects.size(); });
}

struct FilterColumns {
  Numbers types, actions, steps, dispositions;
  std::int64_t time_from, time_until, recorded_from, recorded_until;
  std::optional<SentBy> senders;

  FilterColumns(const Warehouse::Filter& filter, Numbers step_terms, Numbers disposition_terms)
      : steps(std::move(step_terms)),
        dispositions(std::move(disposition_terms)),
        time_from(filter.time_from ? micros(*filter.time_from) : INT64_MIN),
        time_until(filter.time_until ? micros(*filter.time_until) : INT64_MAX),
        recorded_from(filter.recorded_from ? micros(*filter.recorded_from) : INT64_MIN),
        recorded_until(filter.recorded_until ? micros(*filter.recorded_until) : INT64_MAX) {
    for (const trace::EventType type : filter.types) types.push_back(static_cast<std::int64_t>(type));
    for (const trace::Action action : filter.actions) actions.push_back(static_cast<std::int64_t>(action));
    if (filter.seen && filter.seen->named.empty()) senders.emplace(*filter.seen);
  }
  void bind(PostgresStatement& s) const {
    s.bind_list(5, types).bind_list(6, actions).bind_list(7, steps).bind_list(8, dispositions);
    s.bind(9, time_from).bind(10, time_until).bind(11, recorded_from).bind(12, recorded_until);
    if (senders) senders->bind(s, 13);
  }
};

}  // namespace

// Of words that no event has there is no number: nothing passes.
Result<Numbers> PostgresReads::terms_of(const std::vector<std::string>& texts) {
  Numbers terms;
  if (texts.empty()) return terms;
  std::vector<std::string> keys;
  for (const std::string& text : texts) keys.push_back(index_key(text));
  auto done = postgres_rows(
      connection_, "SELECT term FROM term_key WHERE key = ANY($1)",
      [&](PostgresStatement& s) { s.bind_list(1, std::span<const std::string>(keys)); },
      [&](const sql::Statement& row) -> Status {
        terms.push_back(row.integer(0));
        return Done{};
      });
  if (!done) return std::move(done.error());
  if (std::find(texts.begin(), texts.end(), "") != texts.end()) terms.push_back(0);
  if (terms.empty()) terms.push_back(-1);
  return terms;
}

// Block by block: one shard answers.
Result<PostgresReads::Candidates> PostgresReads::by_number(const Scan& scan, const Place& after, std::size_t count) {
  auto steps = terms_of(scan.filter.biz_steps);
  if (!steps) return std::move(steps.error());
  auto dispositions = terms_of(scan.filter.dispositions);
  if (!dispositions) return std::move(dispositions.error());
  const FilterColumns columns(scan.filter, std::move(*steps), std::move(*dispositions));
  const std::int64_t near = scan.descending ? after.seq - 1 : after.seq + 1;
  Candidates found;
  if (near < 1 || near > scan.upto.value()) {
    found.reached = after;
    found.is_end = true;
    return found;
  }
  const std::int64_t block = near / kBlock, span = static_cast<std::int64_t>(count) - 1;
  const std::int64_t low = scan.descending ? std::max({near - span, block * kBlock, std::int64_t{1}}) : near;
  const std::int64_t high =
      scan.descending ? near : std::min({near + span, block * kBlock + kBlock - 1, scan.upto.value()});
  found.reached = {after.time, scan.descending ? low : high};
  found.is_end = scan.descending ? low == 1 : high == scan.upto.value();
  auto done = postgres_rows(
      connection_,
      std::string("SELECT seq FROM event WHERE block = $1 AND seq BETWEEN $2 AND $3 AND ") + passes_text(scan.filter) +
          " ORDER BY CASE WHEN $4 = 1 THEN -seq ELSE seq END",
      [&](PostgresStatement& s) {
        s.bind(1, block).bind(2, low).bind(3, high).bind(4, std::int64_t{scan.descending});
        columns.bind(s);
      },
      [&](const sql::Statement& row) -> Status {
        found.seqs.push_back(row.integer(0));
        return Done{};
      });
  if (!done) return std::move(done.error());
  return found;
}

Result<PostgresReads::Candidates> PostgresReads::by_time(const Scan& scan, const Place& after, std::size_t count) {
  auto steps = terms_of(scan.filter.biz_steps);
  if (!steps) return std::move(steps.error());
  auto dispositions = terms_of(scan.filter.dispositions);
  if (!dispositions) return std::move(dispositions.error());
  const FilterColumns columns(scan.filter, std::move(*steps), std::move(*dispositions));
  const std::string head =
      "SELECT time, seq, CASE WHEN seq <= $3 AND " + passes_text(scan.filter) + " THEN 1 ELSE 0 END FROM event ";
  Candidates found;
  found.reached = after;
  std::size_t looked = 0;
  auto done = postgres_rows(
      connection_,
      head + (scan.descending ? "WHERE (time, seq) < ($1, $2) ORDER BY time DESC, seq DESC LIMIT $4"
                              : "WHERE (time, seq) > ($1, $2) ORDER BY time, seq LIMIT $4"),
      [&](PostgresStatement& s) {
        s.bind(1, micros(after.time)).bind(2, after.seq).bind(3, scan.upto.value());
        s.bind(4, static_cast<std::int64_t>(count));
        columns.bind(s);
      },
      [&](const sql::Statement& row) -> Status {
        ++looked;
        const std::int64_t time = row.integer(0);
        found.is_end = found.is_end || (scan.descending ? time < columns.time_from : time >= columns.time_until);
        if (found.is_end) return Done{};
        found.reached = {Instant(std::chrono::microseconds(time)), row.integer(1)};
        if (row.integer(2) != 0) found.seqs.push_back(row.integer(1));
        return Done{};
      });
  if (!done) return std::move(done.error());
  found.is_end = found.is_end || looked < count;
  return found;
}

Result<PostgresReads::Candidates> PostgresReads::by_naming(const Scan& scan, const Place& after, std::size_t count) {
  const auto& naming = narrowest(scan.filter);
  Numbers objects, roles;
  for (const trace::ObjectId object : naming.objects) objects.push_back(object.value());
  for (const trace::Role role : naming.roles) roles.push_back(static_cast<std::int64_t>(role));
  Candidates found;
  auto done = postgres_rows(
      connection_,
      "SELECT DISTINCT seq FROM posting WHERE " + postgres_is_one_of(objects.size()) +
          " AND (cardinality($2::bigint[]) = 0 OR role = ANY($2)) AND seq <= $3 AND " +
          (scan.descending ? "seq < $4 ORDER BY seq DESC LIMIT $5" : "seq > $4 ORDER BY seq LIMIT $5"),
      [&](PostgresStatement& s) {
        s.bind_list(1, objects).bind_list(2, roles).bind(3, scan.upto.value()).bind(4, after.seq);
        s.bind(5, static_cast<std::int64_t>(count));
      },
      [&](const sql::Statement& row) -> Status {
        found.seqs.push_back(row.integer(0));
        return Done{};
      });
  if (!done) return std::move(done.error());
  found.is_end = found.seqs.size() < count;
  found.reached = found.seqs.empty() ? after : Place{after.time, found.seqs.back()};
  return found;
}

Result<std::optional<std::vector<Warehouse::Place>>> PostgresReads::places_of_naming(const Scan& scan) {
  Scan by_record = scan;
  by_record.descending = false;
  auto named = by_naming(by_record, Place{}, kSortedInMemory + 1);
  if (!named) return std::move(named.error());
  if (named->seqs.size() > kSortedInMemory) return std::optional<std::vector<Place>>();
  std::vector<Place> places;
  auto done = postgres_rows(
      connection_,
      "SELECT e.time, e.seq FROM unnest($1::bigint[]) AS w (seq) JOIN event e ON e.block = w.seq >> 16 AND e.seq = "
      "w.seq",
      [&](PostgresStatement& s) { s.bind_list(1, named->seqs); },
      [&](const sql::Statement& row) -> Status {
        places.push_back({Instant(std::chrono::microseconds(row.integer(0))), row.integer(1)});
        return Done{};
      });
  if (!done) return std::move(done.error());
  std::sort(places.begin(), places.end(), [&](const Place& a, const Place& b) {
    const auto first = std::pair(a.time, a.seq), second = std::pair(b.time, b.seq);
    return scan.descending ? second < first : first < second;
  });
  return std::optional(std::move(places));
}

// The first record at or after this moment; record times never decrease.
Result<std::int64_t> PostgresReads::first_recorded(Instant at, std::int64_t upto) {
  std::int64_t low = 1, high = upto + 1;
  while (low < high) {
    const std::int64_t middle = low + (high - low) / 2;
    std::int64_t recorded = 0;
    auto done = postgres_rows(
        connection_, "SELECT recorded FROM event WHERE block = $1 AND seq = $2",
        [&](PostgresStatement& s) { s.bind(1, middle / kBlock).bind(2, middle); },
        [&](const sql::Statement& row) -> Status {
          recorded = row.integer(0);
          return Done{};
        });
    if (!done) return std::move(done.error());
    if (recorded < micros(at))
      low = middle + 1;
    else
      high = middle;
  }
  return low;
}

// Reads candidates until the page is full or enough was looked at.
template <class Next>
Result<Warehouse::ScanPage> PostgresReads::collect(const Scan& scan, Place at, Next next) {
  Warehouse::ScanPage page;
  std::size_t looked = 0, count = std::max<std::size_t>(64, scan.limit + 1);
  while (looked < scan.look_at) {
    Result<Candidates> some = next(at, count);
    if (!some) return std::move(some.error());
    auto read = events(some->seqs, scan.upto.value());
    if (!read) return std::move(read.error());
    for (StoredEvent& event : *read) {
      if (page.events.size() == scan.limit) return page;
      page.next = Place{event.time, event.seq.value()};
      if (passes(scan.filter, event)) page.events.push_back(std::move(event));
    }
    looked += count;
    at = some->reached;
    page.next = at;
    if (some->is_end) {
      page.next.reset();
      return page;
    }
    if (page.events.size() == scan.limit) return page;
    count = std::min<std::size_t>(count * 4, 16'384);
  }
  return page;
}

Result<Warehouse::ScanPage> PostgresReads::scan(const Scan& scan) {
  const Warehouse::Filter& filter = scan.filter;
  const bool is_by_time = scan.order == Warehouse::Order::kTime, is_naming = !filter.naming.empty();
  Place at = scan.after.value_or(scan.descending ? Place{kInstantMax, INT64_MAX} : Place{kInstantMin, 0});
  if (!is_by_time) {
    if (scan.descending) at.seq = std::min(at.seq, scan.upto.value() + 1);
    if (filter.recorded_from && !scan.descending) {
      auto first = first_recorded(*filter.recorded_from, scan.upto.value());
      if (!first) return std::move(first.error());
      at.seq = std::max(at.seq, *first - 1);
    }
    return collect(scan, at, [&](const Place& after, std::size_t count) {
      return is_naming ? by_naming(scan, after, count) : by_number(scan, after, count);
    });
  }
  if (is_naming) {
    auto places = places_of_naming(scan);
    if (!places) return std::move(places.error());
    if (*places) {
      std::size_t done = 0;
      const auto is_after = [&](const Place& a) {
        const auto first = std::pair(at.time, at.seq), second = std::pair(a.time, a.seq);
        return scan.descending ? second < first : first < second;
      };
      while (done < (*places)->size() && !is_after((**places)[done])) ++done;
      return collect(scan, at, [&](const Place& after, std::size_t count) -> Result<Candidates> {
        Candidates some{{}, after, false};
        for (; done < (*places)->size() && some.seqs.size() < count; ++done) {
          some.reached = (**places)[done];
          some.seqs.push_back(some.reached.seq);
        }
        some.is_end = done == (*places)->size();
        return some;
      });
    }
  }
  if (!scan.descending && filter.time_from && at.time < *filter.time_from)
    at = {*filter.time_from - std::chrono::microseconds(1), INT64_MAX};
  if (scan.descending && filter.time_until && at.time >= *filter.time_until) at = {*filter.time_until, 0};
  return collect(scan, at, [&](const Place& after, std::size_t count) { return by_time(scan, after, count); });
}

}  // namespace suyuan
