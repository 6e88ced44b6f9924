// SPDX-License-Identifier: Apache-2.0
#include "adapters/warehouse/store_state.h"

#include <fmt/format.h>

#include <charconv>
#include <thread>

#include "adapters/warehouse/damaged.h"
#include "base/text.h"

namespace suyuan {

namespace {

constexpr std::int64_t kLock = 7306090002;

Error held(const std::string& where, Holding holding) {
  return {ErrorKind::kBusy, "store.in_use",
          holding == Holding::kShared
              ? fmt::format("The {} is being moved by another process. Wait until it has ended, then open the store "
                            "that it names.",
                            where)
              : fmt::format("The {} is in use: a server or another program holds it open. Stop every `suyuan` that "
                            "works on it, then move it.",
                            where)};
}

std::int64_t number(std::string_view text) {
  std::int64_t value = 0;
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value;
}

// By itself: in one statement with a table of a cluster, the lock might be taken by another session.
std::string lock_query(Holding holding) {
  return fmt::format("SELECT pg_try_advisory_lock{}({})", holding == Holding::kShared ? "_shared" : "", kLock);
}

}  // namespace

Result<StoreState> read_state(sql::Connection& connection) {
  auto query = connection.prepare("SELECT name, state, other, place, since FROM store_state WHERE id = 1");
  if (!query) return std::move(query.error());
  const sql::Reset reset(**query);
  auto row = (*query)->step();
  if (!row) return std::move(row.error());
  if (!*row) return damaged_store("the table store_state is empty");
  const sql::Statement& at = **query;
  return StoreState{std::string(at.text(0)), static_cast<StoreState::Use>(at.integer(1)), std::string(at.text(2)),
                    std::string(at.text(3)), Instant(std::chrono::microseconds(at.integer(4)))};
}

Status write_state(sql::Connection& connection, const StoreState& state) {
  auto update =
      connection.prepare("UPDATE store_state SET state = $1, other = $2, place = $3, since = $4 WHERE id = 1");
  if (!update) return std::move(update.error());
  (*update)->bind(1, static_cast<std::int64_t>(state.use)).bind(2, std::string_view(state.other));
  (*update)->bind(3, std::string_view(state.place)).bind(4, std::int64_t{state.since.time_since_epoch().count()});
  return (*update)->run();
}

Status judge_state(const StoreState& state, std::string_view where) {
  switch (state.use) {
    case StoreState::Use::kOpen:
      return Done{};
    case StoreState::Use::kFilling:
    case StoreState::Use::kFilled:
      return Error{ErrorKind::kBusy, "store.unfinished",
                   fmt::format("The {} is the target of a move that has not ended: it may lack records of the {}. Give "
                               "the same `suyuan move` again and it goes on from where it stopped, or delete this one.",
                               where, state.place)};
    case StoreState::Use::kMoved:
      return Error{ErrorKind::kBusy, "store.moved",
                   fmt::format("The {} was moved to the {} at {} and is closed. Name that one; this one can be kept "
                               "as a copy of that time, or deleted.",
                               where, state.place, format_instant(state.since))};
  }
  return damaged_store("the table store_state has an unknown state");
}

sql::ConnectRule hold_rule(const std::string& where, Holding holding) {
  return {{lock_query(holding)}, [where, holding](const std::vector<std::string>& answers) -> Status {
            if (answers[0] == "t") return Done{};
            return held(where, holding);
          }};
}

Status hold(sql::PostgresConnection& connection, const sql::ConnectRule& rule) {
  constexpr int kTries = 30;
  for (int i = 1;; ++i) {
    Status kept = connection.keep(rule);
    if (kept || kept.error().code != "store.in_use" || i == kTries) return kept;
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
  }
}

sql::ConnectRule open_rule(const std::string& where, const std::string& settings) {
  return {{settings + lock_query(Holding::kShared),
           "SELECT state || chr(10) || since || chr(10) || place FROM store_state WHERE id = 1"},
          [where](const std::vector<std::string>& answers) -> Status {
            if (answers[0] != "t") return held(where, Holding::kShared);
            const auto lines = split(answers[1], '\n');
            if (lines.size() < 3) return damaged_store("the table store_state is broken");
            StoreState state;
            state.use = static_cast<StoreState::Use>(number(lines[0]));
            state.since = Instant(std::chrono::microseconds(number(lines[1])));
            state.place = lines[2];
            return judge_state(state, where);
          }};
}

}  // namespace suyuan
