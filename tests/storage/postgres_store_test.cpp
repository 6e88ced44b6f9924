// SPDX-License-Identifier: Apache-2.0
// What only the PostgreSQL engine has: its schema, several servers on one database, broken connections, a server that
// is killed.
#include <gtest/gtest.h>
#include <sys/wait.h>

#include <array>
#include <atomic>
#include <csignal>
#include <fstream>
#include <random>
#include <set>
#include <sstream>
#include <thread>

#include "adapters/warehouse/postgres_schema.h"
#include "store_under_test.h"

namespace suyuan::storage {
namespace {

using sql::Fault;
using sql::Moment;
using testing_support::PostgresServer;

std::string contents(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream bytes;
  bytes << file.rdbuf();
  return bytes.str();
}

std::unique_ptr<sql::PostgresConnection> connect(const std::string& url) {
  auto opened = sql::open_postgres(url);
  CHECK(opened.ok());
  return std::move(*opened);
}

std::vector<std::string> texts(sql::PostgresConnection& connection, const std::string& query) {
  std::vector<std::string> all;
  sql::Statement* statement = *connection.prepare(query);
  for (;;) {
    auto row = statement->step();
    EXPECT_TRUE(row.ok()) << row.error().for_log;
    if (!row.ok() || !*row) return all;
    all.emplace_back(statement->text(0));
  }
}

std::int64_t count(const std::string& url, const std::string& table) {
  return std::stoll(texts(*connect(url), "SELECT count(*) FROM " + table).at(0));
}

// Columns, defaults, keys, checks and indexes of every table.
std::vector<std::string> catalog(sql::PostgresConnection& connection) {
  return texts(
      connection,
      "SELECT table_name || '.' || column_name || ' ' || data_type || ' ' || is_nullable || ' ' || "
      "coalesce(column_default, '') FROM information_schema.columns WHERE table_schema = 'public' AND table_name "
      "<> 'schema_step' UNION ALL SELECT indexdef FROM pg_indexes WHERE schemaname = 'public' AND tablename <> "
      "'schema_step' UNION ALL SELECT conrelid::regclass || ' ' || conname || ' ' || pg_get_constraintdef(oid) "
      "FROM pg_constraint WHERE connamespace = 'public'::regnamespace AND conrelid::regclass::text <> "
      "'schema_step' ORDER BY 1");
}

// ------------------------------------------------------------------------------------------------------------ schema

TEST(PostgresSchema, replaying_every_step_gives_the_current_schema) {
  auto replayed = connect(PostgresServer::own().fresh_database());
  ASSERT_TRUE(migrate_postgres(*replayed).ok());
  auto current = connect(PostgresServer::own().fresh_database());
  ASSERT_TRUE(
      current->execute(contents(std::filesystem::path(SUYUAN_SOURCE_DIR) / "schema" / "current" / "postgres.sql"))
          .ok());
  EXPECT_EQ(catalog(*replayed), catalog(*current));
  EXPECT_GT(catalog(*current).size(), 80U);
}

// Citus refuses a unique key without the distribution column, foreign keys across and triggers; so do we, on any
// server.
std::vector<std::string> refused_by_citus(sql::PostgresConnection& connection) {
  std::map<std::string, std::string> columns;
  for (const auto& [table, column] : postgres_distribution()) columns.emplace(table, column);
  std::vector<std::string> defects;
  for (const std::string& table :
       texts(connection,
             "SELECT relname::text FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN "
             "('r', 'p') ORDER BY 1"))
    if (!columns.contains(table)) defects.push_back(table + ": says nowhere where its rows live");
  for (const std::string& key : texts(
           connection,
           "SELECT i.indrelid::regclass || ' ' || a.attnames FROM pg_index i, LATERAL (SELECT string_agg(attname, ',') "
           "|| ',' AS attnames FROM pg_attribute WHERE attrelid = i.indrelid AND attnum = ANY(i.indkey)) a WHERE "
           "i.indisunique AND i.indrelid IN (SELECT oid FROM pg_class WHERE relnamespace = 'public'::regnamespace)")) {
    const std::string table = key.substr(0, key.find(' ')), column = columns[table];
    if (!column.empty() && ("," + key.substr(key.find(' ') + 1)).find("," + column + ",") == std::string::npos)
      defects.push_back(table + ": a unique key without the distribution column " + column);
  }
  for (const std::string& other :
       texts(connection,
             "SELECT tgrelid::regclass || ': a trigger' FROM pg_trigger WHERE NOT tgisinternal AND "
             "tgrelid <> 'audit_entry'::regclass UNION ALL "  // of the coordinator alone
             "SELECT conrelid::regclass || ': a foreign key' FROM pg_constraint WHERE contype = 'f' AND "
             "connamespace = 'public'::regnamespace UNION ALL SELECT relname || ': unlogged' FROM pg_class "
             "WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' AND relpersistence <> 'p'"))
    defects.push_back(other);
  return defects;
}

TEST(PostgresSchema, holds_nothing_that_citus_refuses) {
  auto connection = connect(PostgresServer::own().fresh_database());
  ASSERT_TRUE(migrate_postgres(*connection).ok());
  EXPECT_EQ(refused_by_citus(*connection), std::vector<std::string>());
  ASSERT_TRUE(connection
                  ->execute("CREATE UNIQUE INDEX wrong ON event (seq); CREATE UNLOGGED TABLE homeless (a bigint); "
                            "CREATE TRIGGER wrong BEFORE UPDATE ON event FOR EACH ROW EXECUTE FUNCTION "
                            "suppress_redundant_updates_trigger(); "
                            "ALTER TABLE mark ADD CONSTRAINT wrong FOREIGN KEY (id) REFERENCES mark (id)")
                  .ok());
  EXPECT_EQ(refused_by_citus(*connection),
            (std::vector<std::string>{"homeless: says nowhere where its rows live",
                                      "event: a unique key without the distribution column block", "event: a trigger",
                                      "mark: a foreign key", "homeless: unlogged"}));
}

// A database that has Citus as far as our start can tell. The stand-in moves no row; it keeps the rules of Citus for
// the two calls (docs.citusdata.com, "Create and distribute tables" and the limits of distributed tables): each table
// once, every unique key with the column, no trigger and no foreign key on what is distributed. Real shards are for
// SUYUAN_TEST_CITUS.
std::string database_with_stand_in() {
  const std::string url = PostgresServer::own().fresh_database();
  auto connection = connect(url);
  const Status made = connection->execute(R"(
SET allow_system_table_mods = on;
INSERT INTO pg_extension (oid, extname, extowner, extnamespace, extrelocatable, extversion)
  SELECT 999999, 'citus', nspowner, oid, false, '0' FROM pg_namespace WHERE nspname = 'pg_catalog';
CREATE SCHEMA stand_in;
CREATE TABLE pg_catalog.pg_dist_partition (logicalrelid regclass PRIMARY KEY, partmethod "char" NOT NULL, partkey text);
CREATE TABLE stand_in.broken (relation text);
CREATE FUNCTION pg_catalog.create_distributed_table(of regclass, by text, shard_count int) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (SELECT FROM stand_in.broken WHERE relation = of::text) THEN
    RAISE EXCEPTION 'no worker answers for %', of;
  END IF;
  IF EXISTS (SELECT FROM pg_dist_partition WHERE logicalrelid = of) THEN
    RAISE EXCEPTION 'table % is already distributed', of;
  END IF;
  IF NOT EXISTS (SELECT FROM pg_attribute WHERE attrelid = of AND attname = by AND attnum > 0) THEN
    RAISE EXCEPTION 'column % of % does not exist', by, of;
  END IF;
  IF EXISTS (SELECT FROM pg_index i WHERE i.indrelid = of AND i.indisunique AND NOT EXISTS (
      SELECT FROM pg_attribute a WHERE a.attrelid = of AND a.attnum = ANY (i.indkey) AND a.attname = by)) THEN
    RAISE EXCEPTION 'cannot create constraint on %: no partition column', of;
  END IF;
  IF EXISTS (SELECT FROM pg_trigger WHERE tgrelid = of AND NOT tgisinternal) OR
     EXISTS (SELECT FROM pg_constraint WHERE conrelid = of AND contype = 'f') THEN
    RAISE EXCEPTION 'triggers and foreign keys are not supported on %', of;
  END IF;
  INSERT INTO pg_dist_partition VALUES (of, 'h', by);
END $$;
CREATE FUNCTION pg_catalog.citus_add_local_table_to_metadata(of regclass) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (SELECT FROM pg_dist_partition WHERE logicalrelid = of) THEN
    RAISE EXCEPTION 'table % is already a Citus table', of;
  END IF;
  INSERT INTO pg_dist_partition VALUES (of, 'n', NULL);
END $$)");
  CHECK(made.ok());
  return url;
}

std::vector<std::string> distributed(sql::PostgresConnection& connection) {
  return texts(connection,
               "SELECT logicalrelid || ' ' || coalesce(partkey, '') FROM pg_dist_partition ORDER BY "
               "logicalrelid::text COLLATE \"C\"");
}

std::vector<std::string> all_as_distributed() {
  std::vector<std::string> all;
  for (const auto& [table, column] : postgres_distribution()) all.push_back(fmt::format("{} {}", table, column));
  std::sort(all.begin(), all.end());
  return all;
}

// shows: X8
TEST(PostgresSchema, with_citus_every_table_is_distributed_once_by_its_column) {
  const std::string url = database_with_stand_in();
  auto connection = connect(url);
  for (int start = 0; start < 2; ++start) {
    const Status migrated = migrate_postgres(*connection);
    ASSERT_TRUE(migrated.ok()) << migrated.error().for_log;
    EXPECT_EQ(distributed(*connection), all_as_distributed());
  }
}

TEST(PostgresSchema, with_citus_a_start_that_broke_off_is_gone_on_with) {
  const std::string url = database_with_stand_in();
  auto connection = connect(url);
  ASSERT_TRUE(connection->execute("INSERT INTO stand_in.broken VALUES ('event_id')").ok());
  EXPECT_FALSE(migrate_postgres(*connection).ok());
  const auto some = distributed(*connection);
  EXPECT_FALSE(some.empty());
  EXPECT_LT(some.size(), all_as_distributed().size());
  ASSERT_TRUE(connection->execute("DELETE FROM stand_in.broken").ok());
  auto next = connect(url);  // another server: the first must not hold its lock
  ASSERT_TRUE(migrate_postgres(*next).ok());
  EXPECT_EQ(distributed(*next), all_as_distributed());
}

TEST(PostgresSchema, with_citus_servers_that_start_together_distribute_once) {
  const std::string url = database_with_stand_in();
  std::vector<std::thread> servers;
  std::atomic<int> ready = 0;
  for (int i = 0; i < 4; ++i) {
    servers.emplace_back([&] {
      auto connection = connect(url);
      const Status migrated = migrate_postgres(*connection);
      EXPECT_TRUE(migrated.ok()) << migrated.error().for_log;
      ready += migrated.ok() ? 1 : 0;
    });
  }
  for (std::thread& server : servers) server.join();
  EXPECT_EQ(ready, 4);
  EXPECT_EQ(distributed(*connect(url)), all_as_distributed());
}

TEST(PostgresSchema, is_distributed_on_the_cluster_that_SUYUAN_TEST_CITUS_names) {
  if (citus_dsn().empty()) GTEST_SKIP() << "SUYUAN_TEST_CITUS names no cluster";
  const Folder folder;
  auto connection = connect(citus_schema_of(citus_dsn(), folder.path()));
  ASSERT_TRUE(migrate_postgres(*connection).ok());
  ASSERT_TRUE(*has_citus(*connection));
  for (const auto& [table, column] : postgres_distribution()) {
    const auto how =
        texts(*connection, fmt::format("SELECT partmethod::text FROM pg_dist_partition WHERE logicalrelid = "
                                       "'{}'::regclass",
                                       table));
    EXPECT_EQ(how, std::vector<std::string>{column.empty() ? "n" : "h"}) << table;
  }
}

// --------------------------------------------------------------------------------------------------- stores and faults

class PostgresStore : public testing::Test {
 protected:
  static PostgresWarehouseOptions quick(sql::Faults faults = {}) {
    PostgresWarehouseOptions options;
    options.readers = 1;
    options.connection.idle_ms = 400;
    options.connection.lock_ms = 200;
    options.connection.faults = std::move(faults);
    return options;
  }
  std::unique_ptr<Store> open(const PostgresWarehouseOptions& options = quick()) {
    auto opened = open_postgres_warehouse(url_, clock_, options);
    EXPECT_TRUE(opened.ok()) << opened.error().text << opened.error().for_log;
    return std::move(*opened);
  }
  Result<CaptureOutcome> capture(Warehouse& store, const std::string& document) {
    return capture_document(at_this_machine(), document, {}, read_epcis, store, clock_);
  }
  std::size_t events_of(Warehouse& store, int serial) {
    const codes::Identity id = item(serial);
    const auto found = store.find(std::span(&id, 1));
    if (!found.ok() || !(*found)[0]) return 0;
    return store.history(std::span(&*(*found)[0], 1), {}, trace::EventSeq(INT64_MAX), 0, 1000)->events.size();
  }
  static void pause() { std::this_thread::sleep_for(std::chrono::milliseconds(1)); }
  // Every table says the same: what one of them has, the others have.
  void expect_whole() {
    const std::int64_t events = count(url_, "event");
    EXPECT_EQ(count(url_, "document"), events);
    EXPECT_EQ(count(url_, "event_id"), events);
    EXPECT_EQ(count(url_, "object"), count(url_, "object_key"));
    EXPECT_EQ(count(url_, "submission"), count(url_, "submission_key"));
    EXPECT_EQ(texts(*connect(url_), "SELECT event || ' ' || object || ' ' || submission FROM head").at(0),
              texts(*connect(url_),
                    "SELECT (SELECT coalesce(max(seq), 0) FROM event) || ' ' || (SELECT coalesce(max(obj), 0) FROM "
                    "object) || ' ' || (SELECT coalesce(max(id), 0) FROM submission)")
                  .at(0));
    EXPECT_EQ(texts(*connect(url_), "SELECT coalesce(max(seq), 0)::text FROM event").at(0), std::to_string(events));
    EXPECT_EQ(count(url_, "posting WHERE seq > (SELECT event FROM head)"), 0);
  }

  const std::string url_ = PostgresServer::own().fresh_database();
  ManualClock clock_{parse_instant("2026-11-21T00:00:00Z")->at};
};

TEST_F(PostgresStore, a_newer_store_is_refused) {
  open();
  ASSERT_TRUE(connect(url_)->execute("INSERT INTO schema_step VALUES (999, 'from-the-future', '')").ok());
  const auto opened = open_postgres_warehouse(url_, clock_, {});
  ASSERT_FALSE(opened.ok());
  EXPECT_EQ(opened.error().code, "store.newer");
}

TEST_F(PostgresStore, a_user_without_rights_is_told_which) {
  auto connection = connect(url_);
  const std::string user = "weak_" + std::to_string(::getpid());
  ASSERT_TRUE(connection->execute("CREATE ROLE " + user + " LOGIN; REVOKE CREATE ON SCHEMA public FROM public").ok());
  std::string url = url_;
  const auto opened = open_postgres_warehouse(url.replace(url.find("user=suyuan"), 11, "user=" + user), clock_, {});
  ASSERT_FALSE(opened.ok());
  EXPECT_EQ(opened.error().code, "store.rights") << opened.error().for_log;
}

TEST_F(PostgresStore, keys_and_words_of_any_length_and_character_are_kept) {
  auto store = open();
  const std::string name(1500, 'x');
  const std::string step = "https://example.org/step/" + std::string(1500, 's');
  std::string document = items_document(1, 1);
  document.replace(document.find("https://id.gs1.org/01/06901234567892/21/1"), 41, "urn:example:" + name);
  document.replace(document.find("\"commissioning\""), 15, "\"" + step + "\"");
  const auto outcome = capture(*store, document);
  ASSERT_TRUE(outcome.ok());
  ASSERT_EQ(outcome->accepted, 1) << outcome->findings.at(0).text;
  const codes::Identity id{codes::Scheme::kUri, "urn:example:" + name};
  const auto found = store->find(std::span(&id, 1));
  ASSERT_TRUE((*found)[0].has_value());
  EXPECT_EQ(store->describe(std::span(&*(*found)[0], 1))->at(0), id);
  EXPECT_EQ(store->events(std::vector{trace::EventSeq(1)}, trace::EventSeq(INT64_MAX))->at(0).biz_step, step);
}

TEST_F(PostgresStore, dictionaries_are_learnt_and_shared) {
  auto first = open(), second = open();
  for (int i = 0; i < 5; ++i) ASSERT_TRUE(capture(*first, items_document(1000 * i, 500)).ok());
  EXPECT_EQ(count(url_, "zstd_dictionary"), 1);
  const auto late = capture(*first, items_document(9000, 3));
  EXPECT_EQ(*second->document(late->job), items_document(9000, 3));  // made with a dictionary that it never loaded
  EXPECT_TRUE(second->original(trace::EventSeq(2503)).ok());
}

// Two servers write to one database, in turn; both number into one dense order.
TEST_F(PostgresStore, two_servers_number_densely_together) {
  auto first = open(), second = open();
  std::vector<std::thread> threads;
  for (Store* store : {first.get(), second.get()}) {
    for (int t = 0; t < 2; ++t) {
      threads.emplace_back([this, store, base = 10'000 * (t + 1) + (store == first.get() ? 0 : 100'000)] {
        // The same items from both, now and then: whoever is first stores them.
        for (int i = 0; i < 20; ++i)
          EXPECT_TRUE(capture(*store, items_document(i % 4 == 0 ? 500 + i : base + 3 * i, 3)).ok());
      });
    }
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(*first->settled(), *second->settled());
  EXPECT_EQ(*first->settled(), count(url_, "event"));
  EXPECT_EQ(*first->settled(), 4 * 15 * 3 + 15);
  for (int i = 0; i < 20; i += 4) EXPECT_EQ(events_of(*second, 500 + i), 1U);
  expect_whole();
}

// shows: X3
// A server is stopped in the middle of its transaction, at each of its commands. Another takes over; the first wakes
// up, what it had written is gone, and its own submission is stored once.
TEST_F(PostgresStore, a_stopped_server_is_taken_over_from_and_changes_nothing_when_it_wakes) {
  open();
  const std::vector<std::pair<std::string, Moment>> places = {
      {"SELECT event, object", Moment::kBefore}, {"SELECT event, object", Moment::kAfter},
      {"COPY event_id", Moment::kBefore},        {"COPY posting", Moment::kAfter},
      {"UPDATE head", Moment::kAfter},           {"COMMIT", Moment::kBefore}};
  for (const auto& [where, when] : places) {
    std::atomic<bool> is_armed = false, is_stopped = false, may_wake = false;
    auto stopped = open(quick([&, command_of = where, moment_of = when](std::string_view command, Moment moment) {
      if (moment == moment_of && command.starts_with(command_of) && is_armed.exchange(false)) {
        is_stopped = true;
        while (!may_wake) pause();
      }
      return Fault::kNone;
    }));
    is_armed = true;
    auto other = open();
    static int serial = 0;
    const int mine = serial += 10, theirs = serial += 10;
    std::thread sleeper([&] {
      const auto outcome = capture(*stopped, items_document(mine, 2));
      ASSERT_TRUE(outcome.ok()) << outcome.error().text;
      EXPECT_EQ(outcome->accepted, 2);
    });
    while (!is_stopped) pause();
    const std::int64_t before = *other->settled();
    const auto outcome = capture(*other, items_document(theirs, 2));
    EXPECT_TRUE(outcome.ok()) << where << ": " << outcome.error().text;
    EXPECT_EQ(*other->settled(), before + 2) << where;
    EXPECT_EQ(events_of(*other, mine), 0U) << where;
    may_wake = true;
    sleeper.join();
    EXPECT_EQ(*other->settled(), before + 4) << where;
    EXPECT_EQ(events_of(*other, mine), 1U) << where;
    expect_whole();
  }
}

// The same with a whole process, stopped wherever it is: in the middle of COPY too.
TEST_F(PostgresStore, a_stopped_process_holds_nobody_up) {
  auto store = open();
  const pid_t child = ::fork();
  if (child == 0) {
    auto own = open_postgres_warehouse(url_, clock_, quick());
    for (int i = 0; own; ++i) static_cast<void>(capture(**own, items_document(1'000'000 + 300 * i, 300)));
    ::_exit(0);
  }
  std::mt19937 random(20261121);
  for (int round = 0; round < 12; ++round) {
    const std::int64_t before = *store->settled();
    while (*store->settled() < before + 300) pause();  // the child writes
    std::this_thread::sleep_for(std::chrono::microseconds(random() % 20'000));
    ::kill(child, SIGSTOP);
    const auto outcome = capture(*store, items_document(10 * round, 3));
    ::kill(child, SIGCONT);
    ASSERT_TRUE(outcome.ok()) << outcome.error().text;
    EXPECT_EQ(outcome->accepted, 3);
  }
  ::kill(child, SIGKILL);
  ::waitpid(child, nullptr, 0);
  for (int round = 0; round < 12; ++round) EXPECT_EQ(events_of(*store, 10 * round), 1U);
  EXPECT_EQ(capture(*store, items_document(900, 1))->accepted, 1);
  expect_whole();
  EXPECT_EQ(*store->settled() % 300, 37);
}

// Each command of an append, one after the other: it never arrives, its answer never arrives, or it is refused. Nothing
// is half there; what was acknowledged is there once, and so is what is sent again.
class PostgresFaults : public PostgresStore {
 protected:
  // `extra`: of every event. `known`: so many of the three events are stored already. What was hit, in words.
  std::string hits_of(const std::string& extra, int known) {
    open();
    std::string all;
    for (const auto& [fault, when] : {std::pair(Fault::kCut, Moment::kBefore), std::pair(Fault::kCut, Moment::kAfter),
                                      std::pair(Fault::kRefuse, Moment::kBefore)}) {
      std::string hit = "-";
      int n = 0;
      while (!hit.empty() && !HasFailure()) {
        hit = hit_at(++n, fault, when, extra, known);
        all += hit + "\n";
      }
      EXPECT_GT(n, 12);
    }
    expect_whole();
    return all;
  }

 private:
  std::string hit_at(int n, Fault fault, Moment when, const std::string& extra, int known) {
    std::atomic<int> seen = 0;
    std::atomic<bool> is_armed = false;
    std::string hit;
    auto store = open(quick([&](std::string_view command, Moment moment) {
      if (!is_armed || moment != when || ++seen != n) return Fault::kNone;
      hit = command;
      return fault;
    }));
    serial_ += 10;
    const auto document = [&](int count) { return items_document(serial_, count, extra); };
    const auto said = [](const Result<CaptureOutcome>& o) {
      return o.ok() ? fmt::format("{} new, {} known", o->accepted, o->duplicates) : o.error().code;
    };
    if (known > 0) {
      EXPECT_TRUE(capture(*open(), document(known)).ok());
    }
    is_armed = true;
    const auto outcome = capture(*store, document(3));
    is_armed = false;
    const std::string at = fmt::format("fault {} at command {}: {}", static_cast<int>(fault), n, hit);
    // What cannot be rolled back goes with its connection.
    const bool is_refused = fault == Fault::kRefuse && !hit.empty() && hit != "ROLLBACK";
    EXPECT_EQ(said(outcome), is_refused ? "store.disk" : fmt::format("{} new, {} known", 3 - known, known)) << at;
    const int there = outcome.ok() ? 3 : known;
    for (int i = 0; i < 3; ++i) EXPECT_EQ(events_of(*store, serial_ + i), i < there ? 1U : 0U) << at;
    expect_whole();
    EXPECT_EQ(said(capture(*store, document(3))), fmt::format("{} new, {} known", 3 - there, there)) << at;
    for (int i = 0; i < 3; ++i) EXPECT_EQ(events_of(*store, serial_ + i), 1U) << at;
    return hit;
  }
  int serial_ = 0;
};

TEST_F(PostgresFaults, at_any_command_leave_all_or_nothing) {
  const std::string hits = hits_of(R"(,"readPoint":{"id":"https://id.gs1.org/414/6901234000009"})", 0);
  for (const char* command : {"COPY event ", "COPY event_id ", "COPY posting ", "COPY object ", "COMMIT"})
    EXPECT_NE(hits.find(command), std::string::npos) << command << "\n" << hits;
}

// COPY finds that some of them are known: the transaction begins anew and looks first.
TEST_F(PostgresFaults, in_the_second_attempt_leave_all_or_nothing) {
  const std::string hits = hits_of("", 2);
  EXPECT_NE(hits.find("ROLLBACK"), std::string::npos) << hits;
}

TEST_F(PostgresFaults, among_the_members_of_a_lot_leave_all_or_nothing) {
  const std::string lot = R"(,"quantityList":[{"epcClass":"https://id.gs1.org/01/06901234567892/10/L1","quantity":3}])";
  const std::string hits = hits_of(lot + R"(,"ilmd":{"cbvmda:lotNumber":"L1"})", 0);
  EXPECT_NE(hits.find("INSERT INTO member "), std::string::npos) << hits;
  EXPECT_EQ(texts(*connect(url_), "SELECT count(*) - count(DISTINCT (class, obj)) FROM member").at(0), "0");
}

// Work on the records: done once, whatever happens to its commands.
TEST_F(PostgresStore, work_on_records_is_done_once_whatever_breaks) {
  open();
  ASSERT_TRUE(connect(url_)->execute("CREATE TABLE tally (n bigint NOT NULL); INSERT INTO tally VALUES (0)").ok());
  std::int64_t expected = 0;
  for (const Moment when : {Moment::kBefore, Moment::kAfter}) {
    int last = 1;
    for (int n = 1; n <= last; ++n) {
      std::atomic<int> seen = 0;
      std::atomic<bool> is_armed = false;
      auto store = open(quick([&](std::string_view, Moment moment) {
        return is_armed && moment == when && ++seen == n ? Fault::kCut : Fault::kNone;
      }));
      is_armed = true;
      const Status done = store->records().write(
          [](sql::Connection& connection) { return connection.execute("UPDATE tally SET n = n + 1"); });
      is_armed = false;
      ASSERT_TRUE(done.ok()) << done.error().for_log;
      last = std::max(last, seen.load());
      ++expected;
      EXPECT_EQ(texts(*connect(url_), "SELECT n FROM tally").at(0), std::to_string(expected)) << "command " << n;
    }
  }
}

TEST_F(PostgresStore, work_that_meets_other_work_is_repeated_and_reading_writes_nothing) {
  auto store = open();
  ASSERT_TRUE(connect(url_)->execute("CREATE TABLE tally (n bigint NOT NULL); INSERT INTO tally VALUES (0)").ok());
  const auto add = [](sql::Connection& connection) -> Status {
    sql::Statement* query = *connection.prepare("SELECT n FROM tally");
    auto row = query->step();
    if (!row) return std::move(row.error());
    const std::int64_t n = query->integer(0);
    query->reset();
    return (*connection.prepare("UPDATE tally SET n = $1"))->bind(1, n + 1).run();
  };
  auto second = open();
  std::vector<std::thread> threads;
  for (Store* each : {store.get(), second.get()})
    threads.emplace_back([&, each] {
      for (int i = 0; i < 50; ++i) EXPECT_TRUE(each->records().write(add).ok());
    });
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(texts(*connect(url_), "SELECT n FROM tally").at(0), "100");
  EXPECT_FALSE(store->records().read(add).ok());
  EXPECT_EQ(texts(*connect(url_), "SELECT n FROM tally").at(0), "100");
}

// The server gets SIGKILL while many write, and comes back; nobody is told of it.
TEST_F(PostgresStore, a_killed_server_loses_nothing_acknowledged_and_repeats_nothing) {
  PostgresWarehouseOptions options = quick();
  options.patience = std::chrono::minutes(2);  // recovery takes its time
  auto store = open(options);
  ASSERT_TRUE(connect(url_)->execute("CHECKPOINT").ok());  // what other tests left is not recovered
  std::atomic<int> acknowledged = 0;
  std::atomic<bool> is_over = false;
  std::vector<std::thread> threads;
  constexpr int kThreads = 4;
  std::array<std::vector<int>, kThreads> mine;
  for (int t = 0; t < kThreads; ++t) {
    threads.emplace_back([&, t] {
      for (int i = 0; !is_over; ++i) {
        const int first = 100'000 * (t + 1) + 3 * i;
        const auto outcome = capture(*store, items_document(first, 3));
        ASSERT_TRUE(outcome.ok()) << outcome.error().text;
        EXPECT_EQ(outcome->accepted, 3) << "a repeat was taken for a duplicate";
        mine[static_cast<std::size_t>(t)].push_back(first);
        ++acknowledged;
      }
    });
  }
  for (int round = 1; round <= 3; ++round) {
    while (acknowledged < 40 * round) pause();
    PostgresServer::own().kill();
    PostgresServer::own().start();
  }
  const int before = acknowledged;
  while (acknowledged < before + 20) pause();
  is_over = true;
  for (std::thread& thread : threads) thread.join();
  for (const std::vector<int>& each : mine)
    for (const int first : each)
      for (int i = 0; i < 3; ++i) ASSERT_EQ(events_of(*store, first + i), 1U);
  EXPECT_EQ(*store->settled(), 3 * acknowledged);
  expect_whole();
}

TEST_F(PostgresStore, a_server_that_stays_away_is_named) {
  PostgresWarehouseOptions options = quick();
  options.patience = std::chrono::milliseconds(100);
  auto store = open(options);
  PostgresServer::own().kill();
  const auto refused = capture(*store, items_document(1, 1));
  const auto asked = store->settled();
  PostgresServer::own().start();
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().code, "store.unreachable");
  EXPECT_EQ(refused.error().kind, ErrorKind::kBusy);
  EXPECT_EQ(asked.error().code, "store.unreachable");
  EXPECT_EQ(capture(*store, items_document(1, 1))->accepted, 1);
}

}  // namespace
}  // namespace suyuan::storage
