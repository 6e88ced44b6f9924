// SPDX-License-Identifier: Apache-2.0
// What a move copies is all there is: counts and roots are of the tables in its list alone, so a table or a column that
// is not there would be lost without a word.
#include "adapters/warehouse/move_tables.h"

#include <gtest/gtest.h>

#include <set>

#include "store_under_test.h"

namespace suyuan::storage {
namespace {

using Kind = MoveColumn::Kind;

struct Exception {
  std::string_view table;
  std::string_view column;  // "": all of them
  std::string_view reason;
};

constexpr Exception kOfSqlite[] = {
    {"schema_step", "", "what was done to make the tables: the new store has its own"},
    {"run", "", "lookups are made anew from the tables"},
    {"run_block", "", "the same"},
    {"fact_block", "", "the same"},
    {"lookup_secret", "", "of the hashes in the lookups: a store's own"},
    {"store_state", "", "says which store this is, and whether it may be used"},
};
constexpr Exception kOfPostgres[] = {
    {"schema_step", "", "what was done to make the tables: the new store has its own"},
    {"head", "", "where numbering stands: made from the tables by the last step"},
    {"commit_mark", "", "of connections that are open: nobody else's"},
    {"object_key", "", "what objects are looked up by: made with them"},
    {"term_key", "", "the same of terms"},
    {"submission_key", "", "the same of jobs"},
    {"event_id", "", "the same of events"},
    {"posting", "", "the same"},
    {"member", "", "the same of classes and lots"},
    {"event", "block", "seq >> 16: made with the row"},
    {"document", "block", "the same"},
    {"store_state", "", "says which store this is, and whether it may be used"},
};

struct Engine {
  bool is_postgres;
  std::span<const Exception> exceptions;

  std::string_view columns() const {  // table, column, type
    return is_postgres ? "SELECT c.table_name, c.column_name, c.data_type FROM information_schema.columns c JOIN "
                         "information_schema.tables t USING (table_schema, table_name) WHERE c.table_schema = "
                         "current_schema() AND t.table_type = 'BASE TABLE'"
                       : "SELECT m.name, c.name, c.type FROM sqlite_master m, pragma_table_info(m.name) c WHERE m.type "
                         "= 'table' AND m.name NOT LIKE 'sqlite~_%' ESCAPE '~'";
  }
  std::string_view type_of(Kind kind) const {
    switch (kind) {
      case Kind::kInt16:
        return is_postgres ? "smallint" : "INTEGER";
      case Kind::kInt32:
        return is_postgres ? "integer" : "INTEGER";
      case Kind::kInt64:
        return is_postgres ? "bigint" : "INTEGER";
      case Kind::kText:
        return is_postgres ? "bytea" : "TEXT";
      case Kind::kWords:
        return is_postgres ? "text" : "TEXT";
      default:
        return is_postgres ? "bytea" : "BLOB";
    }
  }
};

class MoveTables : public testing::TestWithParam<bool> {
 protected:
  // "table.column type" of a fresh store.
  void read() {
    auto opened = engine_.is_postgres ? open_postgres_warehouse(database_of(folder_.path()), clock_, {})
                                      : open_sqlite_warehouse(folder_.path(), clock_, {});
    ASSERT_TRUE(opened.ok()) << opened.error().text;
    const auto done = (*opened)->records().read([&](sql::Connection& connection) -> Status {
      sql::Statement* row = *connection.prepare(engine_.columns());
      while (*row->step()) {
        const std::string table(row->text(0));
        there_.insert(fmt::format("{}.{} {}", table, row->text(1), row->text(2)));
        columns_[table].insert(std::string(row->text(1)));
      }
      return Done{};
    });
    ASSERT_TRUE(done.ok()) << done.error().for_log;
  }

  const Engine engine_ = GetParam() ? Engine{true, kOfPostgres} : Engine{false, kOfSqlite};
  Folder folder_;
  SystemClock clock_;
  std::set<std::string> there_;
  std::map<std::string, std::set<std::string>> columns_;
};
INSTANTIATE_TEST_SUITE_P(Engines, MoveTables, testing::Bool(),
                         [](const auto& it) { return it.param ? "postgres" : "sqlite"; });

TEST_P(MoveTables, are_all_that_the_engine_has) {
  ASSERT_NO_FATAL_FAILURE(read());
  for (const MoveTable& table : move_tables()) {
    for (const MoveColumn& column : table.columns) {
      const std::string wanted = fmt::format("{}.{} {}", table.name, column.name, engine_.type_of(column.kind));
      EXPECT_EQ(there_.count(wanted), 1U) << wanted << " is moved, and the store has no such column";
      columns_[std::string(table.name)].erase(std::string(column.name));
    }
  }
  for (const Exception& each : engine_.exceptions) {
    auto& columns = columns_[std::string(each.table)];
    const std::size_t excused = each.column.empty() ? columns.size() : columns.erase(std::string(each.column));
    EXPECT_GT(excused, 0U) << each.table << "." << each.column << " is excused, and there is nothing to excuse";
    if (each.column.empty()) columns.clear();
  }
  for (const auto& [table, columns] : columns_) {
    for (const std::string& column : columns)
      ADD_FAILURE() << table << "." << column << " is not moved: name it in move_tables(), or here with the reason";
  }
}

// What docs/formats/move.md says of them, in the order in which they are hashed.
TEST(MoveTablesInWords, are_those_of_the_format) {
  std::ifstream file(std::string(SUYUAN_SOURCE_DIR) + "/docs/formats/move.md");
  std::vector<std::string> said, wanted;
  for (std::string line; std::getline(file, line);) {
    if (line.starts_with("| `")) said.push_back(line);
  }
  for (const MoveTable& table : move_tables()) {
    std::string names;
    for (const MoveColumn& column : table.columns) {
      names += fmt::format("{}{}{}", names.empty() ? "" : ", ", column.name,
                           column.kind == Kind::kFrame      ? " (unpacked)"
                           : column.kind == Kind::kOwnFrame ? " (unpacked: the event's own bytes)"
                                                            : "");
    }
    wanted.push_back(fmt::format("| `{}` | {} |", table.name, names));
  }
  EXPECT_EQ(said, wanted);
}

}  // namespace
}  // namespace suyuan::storage
