// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include "adapters/warehouse/move_to.h"
#include "adapters/warehouse/sqlite_file.h"

namespace suyuan {

namespace {

// The lookups are runs, made from the tables when the store is opened.
class SqliteMoveWriter final : public MoveWriter {
 public:
  explicit SqliteMoveWriter(MoveSide& side) : side_(side) {}

  Status put(const MoveTable& table, const sql::Statement& row) override {
    if (auto begun = begin(); !begun) return begun;
    std::string places;
    for (std::size_t i = 1; i <= table.columns.size(); ++i) places += fmt::format("{}${}", i == 1 ? "" : ", ", i);
    auto insert =
        side_.connection().prepare(fmt::format("INSERT INTO {} ({}) VALUES ({})", table.name, table.names(), places));
    if (!insert) return std::move(insert.error());
    for (std::size_t i = 0; i < table.columns.size(); ++i) {
      const int from = static_cast<int>(i), to = from + 1;
      switch (table.columns[i].kind) {
        case MoveColumn::Kind::kInt16:
        case MoveColumn::Kind::kInt32:
        case MoveColumn::Kind::kInt64:
          (*insert)->bind(to, row.integer(from));
          break;
        case MoveColumn::Kind::kText:
        case MoveColumn::Kind::kWords:
          (*insert)->bind(to, row.bytes(from));
          break;
        default:
          (*insert)->bind_bytes(to, row.bytes(from));
      }
    }
    return (*insert)->run();
  }

  Status commit(const MoveTable&) override {
    if (!std::exchange(is_open_, false)) return Done{};
    return side_.connection().execute("COMMIT");
  }

  Status clear(const MoveTable& table) override {
    if (auto begun = begin(); !begun) return begun;
    return side_.connection().execute(fmt::format("DELETE FROM {}", table.name));
  }

  Status finish() override { return Done{}; }

  Status check() override {
    auto checks = check_sqlite_file(side_.folder(), side_.connection(), false);
    if (!checks) return std::move(checks.error());
    for (const LookupCheck& each : *checks)
      if (!each.is_same) return move_differs("a lookup", side_.place());
    return Done{};
  }

 private:
  Status begin() {
    if (std::exchange(is_open_, true)) return Done{};
    return side_.connection().execute("BEGIN IMMEDIATE");
  }

  MoveSide& side_;
  bool is_open_ = false;
};

}  // namespace

std::unique_ptr<MoveWriter> move_to_sqlite(MoveSide& side) { return std::make_unique<SqliteMoveWriter>(side); }

std::unique_ptr<MoveWriter> MoveWriter::into(MoveSide& side) {
  return side.postgres() == nullptr ? move_to_sqlite(side) : move_to_postgres(side);
}

Error move_differs(std::string_view what, const std::string& place) {
  return {
      ErrorKind::kConflict, "move.differs",
      fmt::format("The copy is not what it was made from: {} differs in the {}. Nothing was closed; the store that was "
                  "to be moved is as it was. Delete the copy and begin again; if it differs again, check disk and "
                  "memory of both machines.",
                  what, place)};
}

}  // namespace suyuan
