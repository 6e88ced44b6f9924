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

class SqliteRows : public testing::Test {
 protected:
  void SetUp() override {
    ASSERT_TRUE(db_->execute("CREATE TABLE t (n INTEGER PRIMARY KEY, words TEXT, bytes BLOB) STRICT; INSERT INTO t "
                             "VALUES (5, 'five', x'05'), (1, 'one', x'0100'), (9, '', x''), (7, 'seven', NULL)")
                    .ok());
  }
  Status rows(std::int64_t first, std::int64_t last, const TakeRow& take) {
    return each_row(*db_, {"n, words, bytes", "t", "n", first, last}, take);
  }
  std::string between(std::int64_t first, std::int64_t last) {
    std::string all;
    EXPECT_TRUE(rows(first, last, [&](const Row& row) -> Status {
                  all += std::to_string(row.integer(0)) + std::string(row.text(1)) +
                         std::to_string(row.bytes(2).size()) + " ";
                  return Done{};
                }).ok());
    return all;
  }
  std::unique_ptr<Connection> db_ = *open_sqlite(":memory:", Mode::kWrite);
};

TEST_F(SqliteRows, of_a_range_come_by_their_number) {
  EXPECT_EQ(between(1, 9), "1one2 5five1 7seven0 90 ");
  EXPECT_EQ(between(2, 7), "5five1 7seven0 ");
  EXPECT_EQ(between(2, 4), "");
  EXPECT_EQ(between(9, 1), "");
}

TEST_F(SqliteRows, end_with_an_error_of_who_takes_them_or_with_what_it_throws) {
  int taken = 0;
  const auto stop = [&](const Row& row) -> Status {
    ++taken;
    if (row.integer(0) == 5) return Error{ErrorKind::kCorrupt, "store.damaged", "Enough."};
    return Done{};
  };
  EXPECT_EQ(rows(1, 9, stop).error().code, "store.damaged");
  EXPECT_EQ(taken, 2);
  EXPECT_THROW(static_cast<void>(rows(1, 9, [](const Row&) -> Status { throw std::bad_alloc(); })), std::bad_alloc);
  EXPECT_EQ(between(1, 5), "1one2 5five1 ");  // and again
  EXPECT_EQ(each_row(*db_, {"absent", "t", "n", 1, 2}, stop).error().code, "sql.statement");
}

// Who takes a row may ask for others.
TEST_F(SqliteRows, may_be_read_while_others_are) {
  std::string all;
  ASSERT_TRUE(rows(5, 7, [&](const Row& row) -> Status {
                Statement* count = *db_->prepare("SELECT count(*) FROM t WHERE n < $1");
                const Reset reset(*count);
                count->bind(1, row.integer(0));
                EXPECT_TRUE(*count->step());
                all += std::to_string(count->integer(0)) + "before" + std::string(row.text(1)) + " ";
                return Done{};
              }).ok());
  EXPECT_EQ(all, "1beforefive 2beforeseven ");
}

// Nobody calls it from a statement of their own.
TEST_F(SqliteRows, are_handed_out_by_each_row_alone) {
  auto* statement = *db_->prepare("SELECT hand_out(1, n) FROM t");
  EXPECT_EQ(statement->step().error().code, "sql.statement");
}

}  // namespace
}  // namespace suyuan::sql
