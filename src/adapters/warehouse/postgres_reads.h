// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <shared_mutex>
#include <unordered_map>

#include "adapters/sql/postgres.h"
#include "app/ports/log_store.h"
#include "app/ports/warehouse.h"

namespace suyuan {

// The words that events repeat, by number. Any thread.
class PostgresTerms {
 public:
  // Makes these known. Errors: kCorrupt "store.damaged" when one is missing.
  Status load(std::vector<std::int64_t> terms, sql::PostgresConnection& connection);
  std::string text(std::int64_t term);  // known

 private:
  std::shared_mutex mutex_;
  std::unordered_map<std::int64_t, std::string> texts_{{0, ""}};
};

// Reads events and objects through one connection. No snapshot is needed: everything only grows, and what is asked says
// up to which record.
class PostgresReads {
 public:
  PostgresReads(sql::PostgresConnection& connection, PostgresTerms& terms) : connection_(connection), terms_(terms) {}

  Result<std::vector<std::optional<trace::ObjectId>>> find(std::span<const codes::Identity> ids);
  Result<std::vector<codes::Identity>> describe(std::span<const trace::ObjectId> objects);
  Result<std::vector<trace::ObjectId>> members(trace::ObjectId of_class, std::int64_t after, std::size_t limit);
  Result<Warehouse::Page> history(std::span<const trace::ObjectId> objects, std::span<const trace::Role> roles,
                                  std::int64_t upto, std::int64_t after, std::size_t limit);
  // In that order. Declarations above `upto` do not count.
  Result<std::vector<trace::StoredEvent>> events(std::span<const std::int64_t> seqs, std::int64_t upto);
  Result<std::optional<std::int64_t>> find_event(std::string_view id, bool declaration);
  Result<Warehouse::ScanPage> scan(const Warehouse::Scan& scan);
  Result<Warehouse::KnownPage> known(Warehouse::Resource resource, std::int64_t after, std::size_t limit);
  Result<std::int64_t> settled();
  Result<std::vector<EventDigest>> digests(std::int64_t after, std::size_t limit);
  Result<std::vector<trace::EventSeq>> events_of(const std::string& job);

 private:
  using Place = Warehouse::Place;
  using Scan = Warehouse::Scan;
  struct Candidates {
    std::vector<std::int64_t> seqs;  // that may pass, in the order of the scan
    Place reached;
    bool is_end = false;
  };

  Status mark_wrong(std::vector<trace::StoredEvent>& events, std::int64_t upto);
  Result<std::vector<std::int64_t>> terms_of(const std::vector<std::string>& texts);
  Result<Candidates> by_number(const Scan& scan, const Place& after, std::size_t count);
  Result<Candidates> by_time(const Scan& scan, const Place& after, std::size_t count);
  Result<Candidates> by_naming(const Scan& scan, const Place& after, std::size_t count);
  // Every event of the narrowest naming, in the order of time; nothing when they are too many for that.
  Result<std::optional<std::vector<Place>>> places_of_naming(const Scan& scan);
  Result<std::int64_t> first_recorded(Instant at, std::int64_t upto);
  template <class Next>
  Result<Warehouse::ScanPage> collect(const Scan& scan, Place at, Next next);

  sql::PostgresConnection& connection_;
  PostgresTerms& terms_;
};

// Keeps those that one of the senders sent in. Asked apart: on Citus the tables are distributed differently.
Status keep_only_from(sql::PostgresConnection& connection, const Seen& senders, std::vector<std::int64_t>& submissions);

// Postings of the objects of $1. Those of one object the index gives in order, so that no more are read than wanted;
// those of several are all read and sorted.
inline std::string postgres_is_one_of(std::size_t objects) {
  return objects == 1 ? "obj = ($1::bigint[])[1]" : "obj = ANY($1)";
}

// Runs a query, handing each row to `take`.
template <class Bind, class Take>
Status postgres_rows(sql::PostgresConnection& connection, std::string_view query, Bind bind, Take take) {
  auto statement = connection.statement(query);
  if (!statement) return std::move(statement.error());
  const sql::Reset reset(**statement);
  bind(**statement);
  for (;;) {
    auto row = (*statement)->step();
    if (!row) return std::move(row.error());
    if (!*row) return Done{};
    if (Status taken = take(static_cast<const sql::Statement&>(**statement)); !taken) return taken;
  }
}

}  // namespace suyuan
