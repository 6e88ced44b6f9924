// SPDX-License-Identifier: Apache-2.0
// What only the SQLite engine has: its file, its schema, its queue.
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <fstream>
#include <numeric>
#include <sstream>
#include <thread>

#include "adapters/sql/sql.h"
#include "adapters/warehouse/migrations.h"
#include "store_under_test.h"

namespace suyuan::storage {
namespace {

std::string contents(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream bytes;
  bytes << file.rdbuf();
  return bytes.str();
}

std::vector<std::string> objects_of(sql::Connection& connection) {
  std::vector<std::string> all;
  sql::Statement* query = *connection.prepare(
      "SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL AND name <> 'schema_step' ORDER BY name");
  while (*query->step()) all.emplace_back(query->text(0));
  return all;
}

TEST(SqliteSchema, replaying_every_step_gives_the_current_schema) {
  auto replayed = sql::open_sqlite(":memory:", sql::Mode::kWrite);
  ASSERT_TRUE(migrate(**replayed).ok());
  auto current = sql::open_sqlite(":memory:", sql::Mode::kWrite);
  ASSERT_TRUE((*current)
                  ->execute(contents(std::filesystem::path(SUYUAN_SOURCE_DIR) / "schema" / "current" / "sqlite.sql"))
                  .ok());
  EXPECT_EQ(objects_of(**replayed), objects_of(**current));
}

TEST(SqliteSchema, a_newer_store_is_refused) {
  Folder folder;
  ManualClock clock(parse_instant("2026-11-21T00:00:00Z")->at);
  ASSERT_TRUE(open_sqlite_warehouse(folder.path(), clock, {}).ok());
  {
    auto connection = sql::open_sqlite(folder.path() / "suyuan.db", sql::Mode::kWrite);
    ASSERT_TRUE((*connection)->execute("INSERT INTO schema_step VALUES (999, 'from-the-future', '')").ok());
  }
  const auto opened = open_sqlite_warehouse(folder.path(), clock, {});
  ASSERT_FALSE(opened.ok());
  EXPECT_EQ(opened.error().code, "store.newer");
}

// Learnt beside the writer, which goes on; what was compressed before and after is read alike, also later.
TEST(SqliteStore, a_dictionary_is_learnt_while_documents_come) {
  Folder folder;
  ManualClock clock(parse_instant("2026-11-21T00:00:00Z")->at);
  std::vector<std::pair<std::string, std::string>> documents;  // job, text
  {
    auto store = *open_sqlite_warehouse(folder.path(), clock, {});
    auto reader = *sql::open_sqlite(folder.path() / "suyuan.db", sql::Mode::kRead);
    const auto learnt = [&] {
      sql::Statement* query = *reader->prepare("SELECT count(*) FROM zstd_dictionary");
      const sql::Reset reset(*query);
      return *query->step() && query->integer(0) == 1;
    };
    int first = 0;
    for (const int events : {1999, 1, 1}) {
      EXPECT_FALSE(first < 2000 && learnt());
      const std::string text = items_document(first, events);
      documents.emplace_back(capture_document(at_this_machine(), text, {}, read_epcis, *store, clock)->job, text);
      first += events;
    }
    for (int i = 0; i < 600 && !learnt(); ++i) std::this_thread::sleep_for(std::chrono::milliseconds(50));
    ASSERT_TRUE(learnt());
    const std::string text = items_document(first, 50);
    documents.emplace_back(capture_document(at_this_machine(), text, {}, read_epcis, *store, clock)->job, text);
    for (const auto& [job, expected] : documents) EXPECT_EQ(*store->document(job), expected);
  }
  auto again = *open_sqlite_warehouse(folder.path(), clock, {});
  for (const auto& [job, text] : documents) EXPECT_EQ(*again->document(job), text);
}

// However many come at once, none waits for the commit of all of them.
// shows: X3
TEST(SqliteStore, documents_that_wait_together_are_committed_in_several_groups) {
  constexpr int kDocuments = 60, kEvents = 200;
  Folder folder;
  ManualClock clock(parse_instant("2026-11-21T00:00:00Z")->at);
  auto store = *open_sqlite_warehouse(folder.path(), clock, {});
  std::vector<std::string> texts;
  for (int i = 0; i < kDocuments; ++i) texts.push_back(items_document(i * kEvents, kEvents));
  std::vector<std::thread> senders;
  for (const std::string& text : texts)
    senders.emplace_back(
        [&] { EXPECT_TRUE(capture_document(at_this_machine(), text, {}, read_epcis, *store, clock).ok()); });
  for (std::thread& sender : senders) sender.join();
  EXPECT_EQ(store->counts()->events, kDocuments * kEvents);
  const Warehouse::WriterUse use = store->writer_use();
  EXPECT_GE(std::accumulate(use.commits.begin(), use.commits.end(), std::uint64_t{0}),
            static_cast<std::uint64_t>(kDocuments * kEvents / (2000 + kEvents)));
}

TEST(SqliteStore, a_file_of_something_else_is_refused) {
  Folder folder;
  ManualClock clock(parse_instant("2026-11-21T00:00:00Z")->at);
  std::ofstream(folder.path() / "suyuan.db") << std::string(4096, 'x');
  const auto opened = open_sqlite_warehouse(folder.path(), clock, {});
  ASSERT_FALSE(opened.ok());
  EXPECT_EQ(opened.error().code, "store.not_a_database");
}

TEST(SqliteStore, a_folder_that_cannot_be_made_is_named) {
  Folder folder;
  ManualClock clock(parse_instant("2026-11-21T00:00:00Z")->at);
  std::ofstream(folder.path() / "file") << "x";
  const auto opened = open_sqlite_warehouse(folder.path() / "file" / "store", clock, {});
  ASSERT_FALSE(opened.ok());
  EXPECT_EQ(opened.error().code, "store.open");
}

TEST(SqliteStore, one_server_holds_a_folder) {
  Folder folder;
  ManualClock clock(parse_instant("2026-11-21T00:00:00Z")->at);
  const auto first = open_sqlite_warehouse(folder.path(), clock, {});
  const auto second = open_sqlite_warehouse(folder.path(), clock, {});
  ASSERT_FALSE(second.ok());
  EXPECT_EQ(second.error().code, "store.in_use");
  EXPECT_NE(second.error().text.find(std::to_string(::getpid())), std::string::npos) << second.error().text;
}

TEST(SqliteStore, a_full_queue_answers_busy_and_stores_nothing_of_it) {
  Folder folder;
  ManualClock clock(parse_instant("2026-11-21T00:00:00Z")->at);
  auto store = open_sqlite_warehouse(folder.path(), clock,
                                     {.queue_documents_max = 1, .queue_bytes_max = 1U << 20U, .readers = 1});
  ASSERT_TRUE(store.ok());
  std::atomic<int> accepted = 0, busy = 0;
  std::vector<std::thread> threads;
  for (int t = 0; t < 12; ++t) {
    threads.emplace_back([&, t] {
      for (int i = 0; i < 20; ++i) {
        auto outcome =
            capture_document(at_this_machine(), items_document(1000 * t + i, 1), {}, read_epcis, **store, clock);
        if (outcome)
          ++accepted;
        else if (outcome.error().code == "store.busy")
          ++busy;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(accepted + busy, 240);
  EXPECT_GT(busy, 0);
  EXPECT_EQ(*(*store)->settled(), accepted);
}

TEST(SqliteStore, a_damaged_original_is_found_and_named) {
  Folder folder;
  ManualClock clock(parse_instant("2026-11-21T00:00:00Z")->at);
  std::string job;
  {
    auto store = open_sqlite_warehouse(folder.path(), clock, {});
    job = capture_document(at_this_machine(), items_document(1, 2), {}, read_epcis, **store, clock)->job;
  }
  {
    auto connection = sql::open_sqlite(folder.path() / "suyuan.db", sql::Mode::kWrite);
    ASSERT_TRUE(
        (*connection)->execute("UPDATE document SET z = (SELECT z FROM document WHERE seq = 1) WHERE seq = 2").ok());
    ASSERT_TRUE((*connection)->execute("UPDATE event SET links = x'ff' WHERE seq = 1").ok());
  }
  auto store = open_sqlite_warehouse(folder.path(), clock, {});
  EXPECT_EQ((*store)->document(job).error().code, "store.damaged");
  EXPECT_EQ((*store)->events(std::vector{trace::EventSeq(1)}, trace::EventSeq(INT64_MAX)).error().code,
            "store.damaged");
}

}  // namespace
}  // namespace suyuan::storage
