// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "adapters/sql/sql.h"

namespace suyuan::sql {
namespace {

TEST(Sqlite, parameters_are_numbers_in_any_order_and_may_repeat) {
  auto db = open_sqlite(":memory:", Mode::kWrite);
  ASSERT_TRUE(db.ok());
  Statement* statement = *(*db)->prepare("SELECT $2, $1, $2, '$3'");
  statement->bind(1, std::int64_t{10}).bind(2, std::int64_t{20});
  ASSERT_TRUE(*statement->step());
  EXPECT_EQ(statement->integer(0), 20);
  EXPECT_EQ(statement->integer(1), 10);
  EXPECT_EQ(statement->integer(2), 20);
  EXPECT_EQ(statement->text(3), "$3");
}

TEST(Sqlite, a_broken_rule_is_a_conflict) {
  auto db = open_sqlite(":memory:", Mode::kWrite);
  ASSERT_TRUE((*db)->execute("CREATE TABLE t (a INTEGER PRIMARY KEY) STRICT; INSERT INTO t VALUES (1)").ok());
  Statement* insert = *(*db)->prepare("INSERT INTO t VALUES ($1)");
  insert->bind(1, std::int64_t{1});
  auto again = insert->step();
  ASSERT_FALSE(again.ok());
  EXPECT_EQ(again.error().kind, ErrorKind::kConflict);
}

TEST(Sqlite, empty_text_and_bytes_are_not_null) {
  auto db = open_sqlite(":memory:", Mode::kWrite);
  Statement* select = *(*db)->prepare("SELECT $1 IS NULL, $2 IS NULL");
  select->bind(1, std::string_view()).bind_bytes(2, std::string_view());
  ASSERT_TRUE(*select->step());
  EXPECT_EQ(select->integer(0), 0);
  EXPECT_EQ(select->integer(1), 0);
}

}  // namespace
}  // namespace suyuan::sql
