// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <functional>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "adapters/warehouse/move_side.h"
#include "domain/trace/stored_event.h"
#include "engine/runs/run.h"

// What the tables of PostgreSQL by which things are looked up hold, made from the tables that hold the truth.
namespace suyuan {

struct EventKeys {
  std::int64_t seq = 0;
  bool is_declaration = false;
  std::string id;                                               // of event_id: SHA-256 of the event id
  std::vector<std::pair<std::int64_t, std::int64_t>> postings;  // (object, role), each once, ascending
  std::vector<trace::Link> links;
};
// `row`: the columns of the table event as move_tables has them. Errors: kCorrupt "store.damaged".
Result<EventKeys> event_keys(const sql::Statement& row);

bool names_a_lot(const std::vector<trace::Link>& links);
// (lot, item) of an event that names a lot: lot_members. The objects are there.
Result<runs::Part> lot_members_of(MoveSide& side, const std::vector<trace::Link>& links);

// (class, object) of every object that has a class. Within a transaction.
class ClassMembers {
 public:
  explicit ClassMembers(MoveSide& side) : side_(side) {}
  Status each(const std::function<Status(const runs::Entry&)>& take);

 private:
  Result<std::int64_t> object_of(const std::string& key);
  MoveSide& side_;
  std::unordered_map<std::string, std::int64_t> classes_;
};

}  // namespace suyuan
