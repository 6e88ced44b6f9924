// SPDX-License-Identifier: Apache-2.0
// What src/adapters/sql/sql.h promises, of every engine.
#include <gtest/gtest.h>

#include "adapters/sql/postgres.h"
#include "tests/support/postgres_server.h"

namespace suyuan::sql {
namespace {

using testing_support::PostgresServer;

struct Engine {
  std::string name;
  std::unique_ptr<Connection> (*open)();
};

class Driver : public testing::TestWithParam<Engine> {
 protected:
  void SetUp() override { db_ = GetParam().open(); }
  void execute(const std::string& script) {
    const auto done = db_->execute(script);
    ASSERT_TRUE(done.ok()) << done.error().for_log;
  }
  Statement& statement(std::string_view text) { return **db_->prepare(text); }
  std::int64_t number(std::string_view text) {
    Statement& query = statement(text);
    const Reset reset(query);
    auto row = query.step();
    EXPECT_TRUE(row.ok() && *row) << (row.ok() ? "no row" : row.error().for_log);
    return row.ok() && *row ? query.integer(0) : -1;
  }

  std::unique_ptr<Connection> db_;
};

INSTANTIATE_TEST_SUITE_P(Engines, Driver,
                         testing::Values(Engine{"sqlite",
                                                [] { return std::move(*open_sqlite(":memory:", Mode::kWrite)); }},
                                         Engine{"postgres",
                                                [] {
                                                  return std::unique_ptr<Connection>(std::move(
                                                      *open_postgres(PostgresServer::own().fresh_database())));
                                                }}),
                         [](const auto& engine) { return engine.param.name; });

TEST_P(Driver, parameters_are_numbers_in_any_order_and_may_repeat) {
  Statement& query = statement("SELECT $2, $1, $2, '$3'");
  for (const std::int64_t first : {10, 30}) {
    query.bind(2, first + 1).bind(1, first);
    auto row = query.step();
    ASSERT_TRUE(row.ok()) << row.error().for_log;
    EXPECT_EQ(query.integer(0), first + 1);
    EXPECT_EQ(query.integer(1), first);
    EXPECT_EQ(query.integer(2), first + 1);
    EXPECT_EQ(query.text(3), "$3");
    EXPECT_FALSE(*query.step());
  }
}

TEST_P(Driver, the_same_text_is_the_same_statement_and_takes_other_types) {
  Statement* first = *db_->prepare("SELECT $1");
  EXPECT_EQ(first, *db_->prepare("SELECT $1"));
  first->bind(1, std::string_view("七"));
  ASSERT_TRUE(*first->step());
  EXPECT_EQ(first->text(0), "七");
  first->reset();
  first->bind(1, std::int64_t{7});
  ASSERT_TRUE(*first->step());
  EXPECT_EQ(first->integer(0), 7);
  EXPECT_EQ(first->text(0), "7");
}

TEST_P(Driver, numbers_of_64_bits_texts_and_bytes_come_back) {
  execute("CREATE TABLE t (a BIGINT NOT NULL, b TEXT NOT NULL)");
  std::string bytes;
  for (int i = 0; i < 256; ++i) bytes += static_cast<char>(i);
  Statement& insert = statement("INSERT INTO t VALUES ($1, $2)");
  for (const std::int64_t value : {INT64_MIN, std::int64_t{-1}, std::int64_t{0}, INT64_MAX})
    ASSERT_TRUE(insert.bind(1, value).bind(2, std::string_view("溯源 ' \" \\ $1")).run().ok());
  Statement& query = statement("SELECT a, b, $1 FROM t ORDER BY a");
  query.bind_bytes(1, bytes);
  for (const std::int64_t value : {INT64_MIN, std::int64_t{-1}, std::int64_t{0}, INT64_MAX}) {
    ASSERT_TRUE(*query.step());
    EXPECT_EQ(query.integer(0), value);
    EXPECT_EQ(query.text(1), "溯源 ' \" \\ $1");
    EXPECT_EQ(query.bytes(2), bytes);
  }
  EXPECT_FALSE(*query.step());
}

TEST_P(Driver, large_values_come_back) {
  const std::string text(3'000'000, 'x');
  std::string bytes(9'000'000, '\0');
  for (std::size_t i = 0; i < bytes.size(); i += 4097) bytes[i] = static_cast<char>(i);
  Statement& query = statement("SELECT $1, $2");
  query.bind(1, std::string_view(text)).bind_bytes(2, bytes);
  ASSERT_TRUE(*query.step());
  EXPECT_EQ(query.text(0), text);
  EXPECT_EQ(query.bytes(1), bytes);
}

TEST_P(Driver, empty_text_and_bytes_are_not_null) {
  Statement& query = statement("SELECT $1 IS NULL, $2 IS NULL, NULL");
  query.bind(1, std::string_view()).bind_bytes(2, std::string_view());
  ASSERT_TRUE(*query.step());
  EXPECT_EQ(query.integer(0), 0);
  EXPECT_EQ(query.integer(1), 0);
  EXPECT_EQ(query.integer(2), 0);
  EXPECT_EQ(query.text(2), "");
}

TEST_P(Driver, sums_and_counts_are_numbers) {
  execute("CREATE TABLE t (a BIGINT NOT NULL); INSERT INTO t VALUES (20000), (-120345), (1)");
  EXPECT_EQ(number("SELECT sum(a) FROM t"), -100'344);
  EXPECT_EQ(number("SELECT count(*) FROM t"), 3);
  EXPECT_EQ(number("SELECT coalesce(sum(a), 0) FROM t WHERE a = 5"), 0);
  EXPECT_EQ(number("SELECT sum(a) FROM t WHERE a = 20000"), 20'000);
}

TEST_P(Driver, a_broken_rule_is_a_conflict) {
  execute("CREATE TABLE t (a BIGINT PRIMARY KEY); INSERT INTO t VALUES (1)");
  auto again = statement("INSERT INTO t VALUES ($1)").bind(1, std::int64_t{1}).step();
  ASSERT_FALSE(again.ok());
  EXPECT_EQ(again.error().kind, ErrorKind::kConflict);
  EXPECT_EQ(again.error().code, "sql.constraint");
}

TEST_P(Driver, wrong_sql_is_our_own_mistake_and_breaks_nothing) {
  auto wrong = db_->prepare("SELEKT 1");
  const auto state = wrong.ok() ? (*wrong)->step() : Result<bool>(wrong.error());
  ASSERT_FALSE(state.ok());
  EXPECT_EQ(state.error().code, "sql.statement");
  EXPECT_EQ(db_->execute("SELEKT 1").error().code, "sql.statement");
  EXPECT_EQ(number("SELECT 5"), 5);
}

TEST_P(Driver, transactions_and_savepoints) {
  execute("CREATE TABLE t (a BIGINT PRIMARY KEY)");
  execute("BEGIN; INSERT INTO t VALUES (1)");
  execute("SAVEPOINT inner_part; INSERT INTO t VALUES (2)");
  execute("ROLLBACK TO inner_part; RELEASE inner_part");
  execute("COMMIT");
  EXPECT_EQ(number("SELECT sum(a) FROM t"), 1);
  execute("BEGIN; INSERT INTO t VALUES (3)");
  execute("ROLLBACK");
  EXPECT_EQ(number("SELECT sum(a) FROM t"), 1);
}

TEST_P(Driver, statements_live_side_by_side) {
  execute("CREATE TABLE t (a BIGINT PRIMARY KEY); INSERT INTO t VALUES (1), (2)");
  Statement& outer = statement("SELECT a FROM t ORDER BY a");
  std::int64_t sum = 0;
  while (*outer.step()) sum += outer.integer(0) * number("SELECT count(*) FROM t");
  EXPECT_EQ(sum, 6);
}

// ---------------------------------------------------------------------------------------------------- PostgreSQL only

TEST(Postgres, lists_are_parameters) {
  auto db = open_postgres(PostgresServer::own().fresh_database());
  PostgresStatement* query = *(*db)->statement(
      "SELECT a, b FROM unnest($1::bigint[], $2::bytea[]) WITH ORDINALITY AS u (a, b, n) ORDER BY n DESC");
  const std::vector<std::int64_t> numbers = {5, -7};
  const std::vector<std::string> bytes = {"", std::string("\0x", 2)};
  query->bind_list(1, numbers);
  query->bind_list(2, bytes);
  ASSERT_TRUE(*query->step());
  EXPECT_EQ(query->integer(0), -7);
  EXPECT_EQ(query->bytes(1), bytes[1]);
  query->reset();
  query->bind_list(1, std::span<const std::int64_t>());
  query->bind_list(2, std::span<const std::string>());
  EXPECT_FALSE(*query->step());
}

TEST(Postgres, copy_stores_rows_and_refuses_a_broken_rule) {
  auto db = open_postgres(PostgresServer::own().fresh_database());
  ASSERT_TRUE((*db)->execute("CREATE TABLE t (a bigint PRIMARY KEY, b smallint, c integer, d bytea)").ok());
  CopyRows rows;
  for (int i = 0; i < 5000; ++i) rows.row(4).int64(i).int16(-i % 100).int32(7).bytes(std::string(1000, '\0'));
  ASSERT_TRUE((*db)->copy("t (a, b, c, d)", rows).ok());
  Statement* sum = *(*db)->prepare("SELECT sum(a), min(b), sum(octet_length(d)) FROM t");
  ASSERT_TRUE(*sum->step());
  EXPECT_EQ(sum->integer(0), 5000 * 4999 / 2);
  EXPECT_EQ(sum->integer(1), -99);
  EXPECT_EQ(sum->integer(2), 5'000'000);
  EXPECT_EQ((*db)->copy("t (a, b, c, d)", rows).error().code, "sql.constraint");
  EXPECT_TRUE((*db)->execute("SELECT 1").ok());
}

TEST(Postgres, a_lost_connection_takes_its_transaction_along_and_comes_back) {
  Fault next = Fault::kNone;
  PostgresOptions options;
  options.faults = [&](std::string_view command, Moment moment) {
    return command.starts_with("INSERT") && moment == Moment::kBefore ? next : Fault::kNone;
  };
  auto db = open_postgres(PostgresServer::own().fresh_database(), options);
  ASSERT_TRUE((*db)->execute("CREATE TABLE t (a bigint)").ok());
  ASSERT_TRUE((*db)->execute("BEGIN").ok());
  next = Fault::kCut;
  EXPECT_EQ((*db)->execute("INSERT INTO t VALUES (1)").error().code, "store.unreachable");
  next = Fault::kNone;
  EXPECT_EQ((*db)->execute("INSERT INTO t VALUES (2)").error().code, "store.unreachable");
  EXPECT_FALSE((*db)->execute("COMMIT").ok());
  EXPECT_TRUE((*db)->execute("ROLLBACK").ok());
  EXPECT_TRUE((*db)->execute("INSERT INTO t VALUES (3)").ok());
  Statement* sum = *(*db)->prepare("SELECT sum(a) FROM t");
  ASSERT_TRUE(*sum->step());
  EXPECT_EQ(sum->integer(0), 3);
}

TEST(Postgres, a_commit_after_a_failed_statement_is_an_error) {
  auto db = open_postgres(PostgresServer::own().fresh_database());
  ASSERT_TRUE((*db)->execute("BEGIN").ok());
  EXPECT_FALSE((*db)->execute("SELEKT").ok());
  EXPECT_FALSE((*db)->execute("COMMIT").ok());
  EXPECT_TRUE((*db)->execute("SELECT 1").ok());
}

TEST(Postgres, a_restarted_server_is_found_again) {
  PostgresServer& server = PostgresServer::own();
  auto db = open_postgres(server.fresh_database());
  ASSERT_TRUE((*db)->execute("CREATE TABLE t (a bigint); INSERT INTO t VALUES (4)").ok());
  Statement* sum = *(*db)->prepare("SELECT sum(a) FROM t");
  ASSERT_TRUE(*sum->step());
  sum->reset();
  server.kill();
  EXPECT_EQ(sum->step().error().code, "store.unreachable");
  server.start();
  ASSERT_TRUE(*sum->step());
  EXPECT_EQ(sum->integer(0), 4);
}

TEST(Postgres, an_address_that_leads_nowhere_is_explained_without_its_password) {
  for (const auto& [url, code] : std::vector<std::pair<std::string, std::string>>{
           {"mysql://somewhere/db", "store.url"},
           {"postgresql://u:geheim@[::1/db", "store.url"},
           {"postgresql://u:geheim@127.0.0.1:1/db", "store.unreachable"},
           {PostgresServer::own().url("not_there"), "store.no_database"},
       }) {
    const auto opened = open_postgres(url);
    ASSERT_FALSE(opened.ok()) << url;
    EXPECT_EQ(opened.error().code, code) << url;
    EXPECT_EQ((opened.error().text + opened.error().for_log).find("geheim"), std::string::npos) << opened.error().text;
  }
}

TEST(Postgres, a_database_of_another_encoding_is_refused) {
  const auto opened =
      open_postgres(PostgresServer::own().fresh_database("ENCODING 'LATIN1' LC_COLLATE 'C' LC_CTYPE 'C'"));
  ASSERT_FALSE(opened.ok());
  EXPECT_EQ(opened.error().code, "store.encoding");
}

}  // namespace
}  // namespace suyuan::sql
