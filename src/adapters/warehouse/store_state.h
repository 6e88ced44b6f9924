// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <string>
#include <string_view>

#include "adapters/sql/postgres.h"
#include "base/time.h"

namespace suyuan {

// May this store be used? The row of the table store_state (schema/0004-leases-and-moves).
struct StoreState {
  enum class Use : std::int64_t { kOpen = 0, kFilling = 1, kFilled = 2, kMoved = 3 };
  std::string name;  // of this store
  Use use = Use::kOpen;
  std::string other, place;  // the store that it is filled from, or that it was moved to: its name, and where it is
  Instant since;
};

Result<StoreState> read_state(sql::Connection& connection);
Status write_state(sql::Connection& connection, const StoreState& state);

// `where`: this store, for people. Errors: kBusy "store.unfinished", "store.moved": a client may succeed elsewhere.
Status judge_state(const StoreState& state, std::string_view where);

// PostgreSQL: every connection to a store holds a lock of its session together with all others, so that a move, which
// takes it alone, meets no other program; and asks for the state after that.
enum class Holding { kShared, kAlone };
// Without the state, for a database whose tables may not be there yet. Errors, at keep and later: kBusy "store.in_use".
sql::ConnectRule hold_rule(const std::string& where, Holding holding);
// Keeps the rule, trying again for a moment: a program that was killed lets go once the server has noticed.
Status hold(sql::PostgresConnection& connection, const sql::ConnectRule& rule);
// With it. Errors: also those of judge_state. `settings`: statements that each connection begins with, or "".
sql::ConnectRule open_rule(const std::string& where, const std::string& settings);

}  // namespace suyuan
