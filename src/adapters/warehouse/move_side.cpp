// SPDX-License-Identifier: Apache-2.0
#include "adapters/warehouse/move_side.h"

#include <fmt/format.h>

#include "adapters/warehouse/damaged.h"
#include "adapters/warehouse/postgres_schema.h"
#include "adapters/warehouse/sqlite_file.h"

namespace suyuan {

namespace {

Error none(const std::string& place) {
  return {ErrorKind::kNotFound, "store.none",
          fmt::format("There is no {}. Name the store that is to be moved.", place)};
}

// Held alone from the first connect on. A second one means that somebody else may have come in between.
sql::ConnectRule alone_once(const std::string& place, const std::string& settings) {
  sql::ConnectRule rule = hold_rule(place, Holding::kAlone);
  rule.queries[0].insert(0, settings);
  const auto is_held = std::make_shared<bool>(false);  // rules are copied
  rule.judge = [place, judge = std::move(rule.judge), is_held](const std::vector<std::string>& answers) -> Status {
    if (*is_held) {
      return Error{ErrorKind::kBusy, "store.unreachable",
                   fmt::format("The connection to the {} was lost during the move. Nothing is closed and nothing is "
                               "lost; give the same command again.",
                               place)};
    }
    Status judged = judge(answers);
    *is_held = judged.ok();
    return judged;
  };
  return rule;
}

}  // namespace

Result<std::unique_ptr<MoveSide>> MoveSide::open(const StoreAddress& address, bool make) {
  auto side = std::make_unique<MoveSide>();
  side->folder_ = address.folder;
  const Status opened = address.url.empty() ? side->open_folder(make) : side->open_database(address.url, make);
  if (!opened) return Error(opened.error());
  return side;
}

Status MoveSide::open_folder(bool make) {
  place_ = sqlite_place(folder_);
  if (!make && !std::filesystem::exists(folder_ / "suyuan.db")) return none(place_);
  std::error_code failed;
  std::filesystem::create_directories(folder_, failed);
  if (failed)
    return Error{
        ErrorKind::kInternal, "store.open",
        fmt::format("The folder \"{}\" cannot be made: {}. Name another.", folder_.string(), failed.message())};
  auto lock = FolderLock::take(folder_);
  if (!lock) return std::move(lock.error());
  lock_ = std::move(*lock);
  auto connection = open_sqlite_file(folder_);
  if (!connection) return std::move(connection.error());
  sqlite_ = std::move(*connection);
  return Done{};
}

Status MoveSide::open_database(const std::string& url, bool make) {
  auto connection = sql::open_postgres(url, {.idle_ms = 0});
  if (!connection) return std::move(connection.error());
  postgres_ = std::move(*connection);
  place_ = postgres_->place();
  auto citus = has_citus(*postgres_);
  if (!citus) return std::move(citus.error());
  const auto rule = alone_once(place_, *citus ? "SET citus.multi_shard_modify_mode = 'sequential';" : "");
  if (auto held = hold(*postgres_, rule); !held) return held;
  if (!make) {
    auto there = has_store(*postgres_);
    if (!there) return std::move(there.error());
    if (!*there) return none(fmt::format("store in the {}", place_));
  }
  return migrate_postgres(*postgres_);
}

Status MoveSide::load_dictionaries() { return codec_.load(connection()); }

Status MoveSide::set_state(const StoreState& state) { return write_state(connection(), state); }

Result<std::int64_t> MoveSide::number(std::string_view query) {
  auto statement = connection().prepare(query);
  if (!statement) return std::move(statement.error());
  const sql::Reset reset(**statement);
  auto row = (*statement)->step();
  if (!row) return std::move(row.error());
  return *row ? (*statement)->integer(0) : 0;
}

Result<std::int64_t> MoveSide::last(const MoveTable& table) {
  const std::string_view key = table.columns[0].name;
  if (postgres() != nullptr && table.has_block)
    return number(fmt::format("SELECT {} FROM {} ORDER BY block DESC, {} DESC LIMIT 1", key, table.name, key));
  return number(fmt::format("SELECT coalesce(max({}), 0) FROM {}", key, table.name));
}

// ------------------------------------------------------------------------------------------------------------ reading

Result<MoveReader> MoveReader::open(MoveSide& side, const MoveTable& table, std::int64_t after) {
  const std::string_view key = table.columns[0].name;
  std::string query = fmt::format("SELECT {} FROM {}", table.names(), table.name);
  if (!table.is_numbered) {
    // By bytes on both engines: the order of texts is the database's own otherwise.
    query += " ORDER BY ";
    for (const MoveColumn& column : table.columns) {
      if (&column != &table.columns[0]) query += ", ";
      query += column.name;
      if (column.kind == MoveColumn::Kind::kWords)
        query += side.postgres() != nullptr ? " COLLATE \"C\"" : " COLLATE BINARY";
    }
  } else if (side.postgres() != nullptr && table.has_block) {
    query += fmt::format(" WHERE (block, {}) > ({}, {}) ORDER BY block, {}", key, after >> 16U, after, key);
  } else {
    query += fmt::format(" WHERE {} > {} ORDER BY {}", key, after, key);
  }
  return open(side, query);
}

Result<MoveReader> MoveReader::open(MoveSide& side, const std::string& query) {
  if (side.postgres() == nullptr) {
    auto statement = side.connection().prepare(query);
    if (!statement) return std::move(statement.error());
    (*statement)->reset();
    return MoveReader(*statement, false);
  }
  const std::string name = side.fresh_cursor();
  if (auto declared = side.connection().execute(fmt::format("DECLARE {} NO SCROLL CURSOR FOR {}", name, query));
      !declared)
    return Error(declared.error());
  auto fetch = side.connection().prepare(fmt::format("FETCH 500 FROM {}", name));
  if (!fetch) return std::move(fetch.error());
  return MoveReader(*fetch, true);
}

}  // namespace suyuan
