// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <shared_mutex>
#include <unordered_map>

#include "adapters/warehouse/declared_wrong.h"
#include "adapters/warehouse/fact_block.h"
#include "adapters/warehouse/lookup_keys.h"
#include "adapters/warehouse/lookups.h"
#include "app/ports/warehouse.h"

namespace suyuan {

// The words that events repeat, by number. Any thread.
class Terms {
 public:
  Result<std::string> text(std::int64_t term, sql::Connection& connection);
  Result<trace::Movement> movement(std::int64_t term, sql::Connection& connection);

 private:
  std::shared_mutex mutex_;
  std::unordered_map<std::int64_t, std::string> texts_;
  std::unordered_map<std::int64_t, trace::Movement> movements_;
};

// Reads events and objects of an SQLite store through one connection, as the lookups stand when it is made.
class EventReads {
 public:
  EventReads(sql::Connection& connection, const Lookups& lookups, const LookupKeys& keys, Terms& terms,
             DeclaredWrong& wrong)
      : connection_(connection),
        blocks_(connection),
        state_(lookups.state()),
        keys_(keys),
        terms_(terms),
        wrong_(wrong),
        any_declared_((*state_)[Lookup::kDeclared].has_entries()) {}

  Result<std::optional<trace::ObjectId>> find(const codes::Identity& id);
  Result<codes::Identity> describe(trace::ObjectId object);
  Result<std::vector<trace::ObjectId>> members(trace::ObjectId of_class, std::int64_t after, std::size_t limit);

  // The seqs of a page of the history, ascending, and whether there are more.
  struct Seqs {
    std::vector<trace::EventSeq> seqs;
    bool more = false;
  };
  Result<Seqs> history(std::span<const trace::ObjectId> objects, std::span<const trace::Role> roles, std::int64_t upto,
                       std::int64_t after, std::size_t limit);
  Result<std::vector<trace::Posting>> postings(std::span<const trace::ObjectId> objects, std::int64_t upto);
  Result<std::vector<codes::Level>> levels(std::span<const trace::ObjectId> objects);
  Status facts(std::span<const trace::EventSeq> seqs, std::int64_t upto, trace::FactTable& facts);
  // In that order; those of others than `senders`, if given, are left out. Declarations above `upto` do not count.
  Result<std::vector<trace::StoredEvent>> events(std::span<const trace::EventSeq> seqs, std::int64_t upto,
                                                 const Seen* senders = nullptr);
  Result<std::optional<trace::EventSeq>> find_event(std::string_view id, bool declaration, std::int64_t upto);
  Result<Warehouse::ScanPage> scan(const Warehouse::Scan& scan);
  Result<Warehouse::KnownPage> known(Warehouse::Resource resource, std::int64_t after, std::size_t limit);

 private:
  using Place = Warehouse::Place;
  Result<trace::StoredEvent> event_of_row(const sql::Row& row, std::int64_t upto);
  Status facts_in_rows(std::span<const trace::EventSeq> seqs, std::int64_t upto, trace::FactTable& facts);
  Status facts_in_blocks(std::span<const trace::EventSeq> seqs, std::int64_t upto,
                         std::span<const std::int64_t> maybe_wrong, trace::FactTable& facts);
  Result<DeclaredWrong::Seqs> maybe_wrong(std::size_t worth);
  Status add_fact(const FactRow& row, bool counts, trace::FactTable& facts);
  // Hands the rows of these events to `take`, in their order.
  Status each_row(std::string_view columns, std::span<const trace::EventSeq> seqs, const sql::TakeRow& take);
  Result<bool> is_declared_wrong(std::string_view id, std::int64_t upto);
  Result<Seqs> one_history(trace::ObjectId object, std::span<const trace::Role> roles, std::int64_t upto,
                           std::int64_t after, std::size_t limit);
  // What a scan looks at next, in its order.
  Result<std::vector<trace::EventSeq>> candidates(const Warehouse::Scan& scan, const Place& after, std::size_t count,
                                                  Place& reached, bool& is_end);
  Result<std::vector<trace::EventSeq>> by_naming(const Warehouse::Scan& scan, const Place& after, std::size_t count,
                                                 bool& is_end);
  Result<std::vector<trace::EventSeq>> by_time(const Warehouse::Scan& scan, const Place& after, std::size_t count,
                                               Place& reached, bool& is_end);
  std::vector<trace::EventSeq> by_number(const Warehouse::Scan& scan, const Place& after, std::size_t count);
  Result<std::int64_t> first_recorded(Instant at, std::int64_t upto);
  Result<Warehouse::ScanPage> scan_by_naming_and_time(const Warehouse::Scan& scan);

  sql::Connection& connection_;
  SqliteBlocks blocks_;
  std::shared_ptr<const LookupState> state_;
  const LookupKeys& keys_;
  Terms& terms_;
  DeclaredWrong& wrong_;
  bool any_declared_;            // else no event was declared wrong
  std::int64_t last_step_ = -1;  // business step of the last fact
  trace::Movement last_movement_ = trace::Movement::kNone;
};

}  // namespace suyuan
