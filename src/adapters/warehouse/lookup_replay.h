// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <map>

#include "adapters/warehouse/lookup_keys.h"
#include "adapters/warehouse/lookups.h"
#include "domain/trace/stored_event.h"

namespace suyuan {

// Where the runs of each lookup end: what came later is in the tables alone.
struct LookupsUpto {
  std::map<Lookup, std::int64_t> event, object;  // 0, or missing: nothing is in runs
};

// Goes through the tables and makes the entries that the lookups have of them, after `from`: objects, then members,
// then events. `flush` takes what is pending, now and then, with the last event and object that were read.
class LookupReplay {
 public:
  using Flush = std::function<Status(PendingEntries& pending, std::int64_t event, std::int64_t object)>;
  // `lookups` answers which object a class is: what `flush` took must be in it.
  LookupReplay(const Lookups& lookups, sql::Connection& connection, LookupsUpto from, Flush flush)
      : lookups_(lookups), connection_(connection), from_(std::move(from)), flush_(std::move(flush)) {}
  Status run();

 private:
  struct EventRow;
  bool wants(Lookup which, std::int64_t event) { return event > from_.event[which]; }
  Status objects();
  Status members();
  Status events();
  Status add(const EventRow& event);
  Status add_lot_members(const std::vector<trace::Link>& links);
  Result<codes::Identity> identity(std::int64_t object);
  Status flush_if_many(std::int64_t event, std::int64_t object);

  const Lookups& lookups_;
  sql::Connection& connection_;
  LookupsUpto from_;
  Flush flush_;
  std::int64_t last_object_ = 0;
  std::optional<LookupKeys> keys_;
  PendingEntries pending_;
  std::size_t count_ = 0;
};

}  // namespace suyuan
