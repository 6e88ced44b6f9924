// SPDX-License-Identifier: Apache-2.0
// The power goes while the store writes, on a disk in memory that keeps, drops or tears what was not synced. The store
// is opened on what is left: nothing acknowledged is missing, nothing is half there, nothing is damaged. The same with
// settings that are known to be wrong has to be noticed, or the test would be worth nothing.
#include <gtest/gtest.h>
#include <sqlite3.h>

#include <array>
#include <atomic>
#include <cstdio>
#include <fstream>
#include <map>
#include <random>
#include <thread>

#include "../crash/sent.h"
#include "../storage/store_under_test.h"
#include "adapters/warehouse/sqlite_file.h"
#include "disk.h"
#include "tests/support/cycles.h"

namespace suyuan::power {
namespace {

using crash::document;
using crash::events_in;

enum class Verdict { kWhole, kLost, kHalf, kDamaged };

struct Judged {
  Verdict verdict = Verdict::kWhole;
  std::string why = {};
  std::set<std::int64_t> there = {};  // documents
};
Judged damaged(std::string why) { return {Verdict::kDamaged, std::move(why), {}}; }

std::string job_of(std::int64_t number) { return fmt::format("job-{}", number); }

// Each row of a query, by its numbers; an error ends it.
template <class Take>
Status rows(sql::Connection& connection, std::string_view query, Take take) {
  auto statement = connection.prepare(query);
  if (!statement) return std::move(statement.error());
  const sql::Reset reset(**statement);
  for (;;) {
    auto row = (*statement)->step();
    if (!row) return std::move(row.error());
    if (!*row) return Done{};
    take(**statement);
  }
}

class PowerCut : public testing::Test {
 protected:
  Result<CaptureOutcome> capture(Store& store, std::int64_t number) {
    SystemClock clock;
    const CaptureOptions options{.proceed = false, .public_id = job_of(number)};
    return capture_document(at_this_machine(), document(static_cast<int>(number)), options, read_epcis, store, clock);
  }

  // An empty store of that page size, as SQLite makes it.
  Image of_page_size(int size) {
    Disk disk({});
    disk.mount();
    sqlite3* connection = nullptr;
    EXPECT_EQ(sqlite3_open("suyuan.db", &connection), SQLITE_OK);
    sqlite3_exec(connection, fmt::format("PRAGMA page_size = {}; PRAGMA journal_mode = WAL", size).c_str(), nullptr,
                 nullptr, nullptr);
    sqlite3_close(connection);
    std::mt19937 random(1);
    Cuts cuts(disk, 1);
    return cuts.at(cuts.size(), random);
  }

  // Captures from two threads, and ends in order: all that the disk was asked to do is kept, with a mark for each
  // document that was acknowledged.
  void run(Disk& disk, int first, int each) {
    disk.mount();
    auto store = open_sqlite_warehouse(folder_.path(), clock_, storage::small_runs());
    ASSERT_TRUE(store.ok()) << store.error().text << " " << store.error().for_log;
    std::vector<std::thread> threads;
    for (int t = 0; t < 2; ++t) {
      threads.emplace_back([&, t] {
        for (int i = 0; i < each; ++i) {
          const int number = first + t * each + i;
          if (capture(**store, number)) disk.mark(number);
        }
      });
    }
    for (std::thread& thread : threads) thread.join();
  }

  // As the store opens it, by plain SQL.
  Judged judge(const Image& image, const std::set<std::int64_t>& acknowledged) {
    Disk disk(image);
    disk.mount();
    auto connection = open_sqlite_file(folder_.path());
    if (!connection) return damaged(connection.error().text + " " + connection.error().for_log);
    Judged judged;
    std::string integrity;
    Status done =
        rows(**connection, "PRAGMA integrity_check(1)", [&](const sql::Statement& row) { integrity = row.text(0); });
    if (done && integrity != "ok") return damaged(integrity);
    std::int64_t events = 0, last = 0;
    if (done)
      done = rows(**connection,
                  "SELECT s.public_id, s.accepted, (SELECT count(*) FROM event e JOIN document d ON d.seq = e.seq "
                  "WHERE e.submission = s.id) FROM submission s",
                  [&](const sql::Statement& row) {
                    const std::int64_t number = std::stoll(std::string(row.text(0).substr(4)));
                    judged.there.insert(number);
                    events += row.integer(1);
                    if (row.integer(1) == row.integer(2) && row.integer(1) == events_in(static_cast<int>(number)))
                      return;
                    judged.verdict = Verdict::kHalf;
                    judged.why = fmt::format("{} has {} events of {}", row.text(0), row.integer(2), row.integer(1));
                  });
    if (done)
      done = rows(**connection, "SELECT coalesce(max(seq), 0) FROM event",
                  [&](const sql::Statement& row) { last = row.integer(0); });
    if (!done) return damaged(done.error().text + " " + done.error().for_log);
    if (judged.verdict == Verdict::kWhole && last != events)
      judged = {Verdict::kHalf, fmt::format("{} events, the last is {}", events, last), judged.there};
    for (const std::int64_t each : acknowledged) {
      if (!judged.there.contains(each)) return {Verdict::kLost, fmt::format("{} was acknowledged", each), judged.there};
    }
    return judged;
  }

  // As its clients see it: bytes, a second sending, and lookups.
  void expect_usable(const Image& image, const std::set<std::int64_t>& there, int next) {
    Disk disk(image);
    disk.mount();
    {
      auto store = open_sqlite_warehouse(folder_.path(), clock_, storage::small_runs());
      ASSERT_TRUE(store.ok()) << store.error().text;
      for (const std::int64_t each : there) {
        const int number = static_cast<int>(each);
        const auto bytes = (*store)->document(job_of(number));
        ASSERT_TRUE(bytes.ok()) << bytes.error().text;
        ASSERT_EQ(*bytes, document(number));
        for (int i = 0; i < events_in(number); ++i)
          ASSERT_TRUE((*store)->find_event(crash::event_id(number, i), false)->has_value()) << number;
      }
      for (const int number : {there.empty() ? next : static_cast<int>(*there.rbegin()), next}) {
        const auto again = capture_document(at_this_machine(), document(number), {}, read_epcis, **store, clock_);
        ASSERT_TRUE(again.ok()) << again.error().text;
        ASSERT_EQ(again->duplicates, there.contains(number) ? events_in(number) : 0) << number;
        ASSERT_EQ(again->accepted,
                  there.contains(number) || (there.empty() && again->accepted == 0) ? 0 : events_in(number));
        if (there.empty()) break;
      }
    }
    const auto checks = check_sqlite_lookups(folder_.path(), false);
    ASSERT_TRUE(checks.ok()) << checks.error().text;
    for (const LookupCheck& each : *checks) ASSERT_TRUE(each.is_same) << each.name;
  }

  std::string save(const Image& image) {
    static int count = 0;
    const auto folder = std::filesystem::temp_directory_path() / fmt::format("suyuan-cut-{}-{}", ::getpid(), ++count);
    std::filesystem::create_directories(folder);
    for (const auto& [name, bytes] : image) std::ofstream(folder / name, std::ios::binary) << bytes;
    return folder.string();
  }

  // One run of the store and some cuts of it. What one of them left is what the next run begins with.
  struct Series {
    Image image;
    std::set<std::int64_t> acknowledged;  // of the runs before
    int next = 1;                         // document
  };
  void expect_runs(int cuts_wanted, unsigned seed);
  // What cuts leave on a disk of this setting, cut until the verdict came often enough or could not be had.
  std::map<Verdict, int> verdicts_of(Setting setting, Verdict expected);

  storage::Folder folder_;
  SystemClock clock_;
  int cuts_ = 0, opened_ = 0, unacknowledged_there_ = 0;
};

std::vector<std::size_t> places(std::size_t size, std::size_t count, std::mt19937& random) {
  std::vector<std::size_t> all(count);
  for (std::size_t& each : all) each = random() % (size + 1);
  std::sort(all.begin(), all.end());
  return all;
}

void PowerCut::expect_runs(int cuts_wanted, unsigned seed) {
  constexpr std::size_t kCutsOfARun = 50;
  constexpr std::array kPages = {512, 1024, 4096, 8192, 65536};
  constexpr std::array kCheckpoints = {1, 7, 50, 1000};
  std::mt19937 random(seed);
  Series series;
  for (int run_number = 0; cuts_ < cuts_wanted; ++run_number) {
    if (run_number % 6 == 0) series = {};
    if (run_number % 12 == 6) series.image = of_page_size(kPages[random() % kPages.size()]);
    Disk disk(series.image, Setting::kAsItIs, kCheckpoints[random() % kCheckpoints.size()]);
    const int each = 2 + static_cast<int>(random() % 12);
    ASSERT_NO_FATAL_FAILURE(run(disk, series.next, each));
    const int next = series.next + 2 * each;
    Cuts cuts(disk, seed);
    const std::set<std::int64_t> before = series.acknowledged;
    const std::size_t chosen = random() % kCutsOfARun;
    std::size_t number = 0;
    for (const std::size_t place : places(cuts.size(), kCutsOfARun, random)) {
      const Image left = cuts.at(place, random);
      std::set<std::int64_t> acknowledged = before;
      acknowledged.insert(cuts.marks().begin(), cuts.marks().end());
      const Judged judged = judge(left, acknowledged);
      ++cuts_;
      const std::string where =
          fmt::format("seed {}, run {}, cut {} at operation {} of {}", seed, run_number, number, place, cuts.size());
      ASSERT_EQ(judged.verdict, Verdict::kWhole) << judged.why << "; " << where << "; kept in " << save(left);
      unacknowledged_there_ += judged.there.size() > acknowledged.size() ? 1 : 0;
      if (number % 10 == 0) {
        ASSERT_NO_FATAL_FAILURE(expect_usable(left, judged.there, next)) << where << "; kept in " << save(left);
        ++opened_;
      }
      if (number++ == chosen) {
        series.image = left;
        series.acknowledged = judged.there;  // what was seen may not vanish either
      }
    }
    series.next = next;
  }
}

constexpr int kEnough = 10;

std::map<Verdict, int> PowerCut::verdicts_of(Setting setting, Verdict expected) {
  constexpr int kCutsMost = 3000;
  std::map<Verdict, int> verdicts;
  std::mt19937 random(20261121);
  for (int done = 0; verdicts[expected] <= kEnough && done < kCutsMost;) {
    Image begin;
    {
      Disk disk({});
      run(disk, 1, 3);
      Cuts cuts(disk, 0);
      begin = cuts.at(cuts.size(), random);
    }
    Disk disk(begin, setting, 20);
    run(disk, 100, 10);
    Cuts cuts(disk, static_cast<unsigned>(done));
    for (const std::size_t place : places(cuts.size(), 50, random)) {
      const Image left = cuts.at(place, random);
      ++verdicts[judge(left, cuts.marks()).verdict];
      ++done;
    }
  }
  return verdicts;
}

// shows: T10
TEST_F(PowerCut, loses_nothing_acknowledged_and_damages_nothing) {
  const int wanted = test::cycles("SUYUAN_TEST_CUTS", 5000);
  const auto seed = static_cast<unsigned>(test::cycles("SUYUAN_TEST_SEED", 20261121));
  expect_runs(wanted, seed);
  std::printf(
      "%d cuts, seed %u; after %d of them the store was opened and used; after %d there was more than had been "
      "acknowledged\n",
      cuts_, seed, opened_, unacknowledged_there_);
  EXPECT_GT(unacknowledged_there_, 0);
}

TEST_F(PowerCut, of_wrong_settings_is_noticed) {
  const std::array settings = {std::tuple("synchronous NORMAL", Setting::kSynchronousNormal, Verdict::kLost),
                               std::tuple("synchronous OFF", Setting::kSynchronousOff, Verdict::kDamaged),
                               std::tuple("a sync that lies", Setting::kLyingSync, Verdict::kLost)};
  for (const auto& [name, setting, expected] : settings) {
    const std::map<Verdict, int> verdicts = verdicts_of(setting, expected);
    EXPECT_GT(verdicts.at(expected), kEnough) << name;
    std::printf("%-20s", name);
    for (const auto& [verdict, count] : verdicts)
      std::printf(" %s %d", std::array{"whole", "lost", "half", "damaged"}[static_cast<std::size_t>(verdict)], count);
    std::printf("\n");
  }
}

TEST_F(PowerCut, cannot_come_to_a_store_without_a_write_ahead_log) {
  Disk disk({}, Setting::kNoSharedMemory);
  disk.mount();
  const auto store = open_sqlite_warehouse(folder_.path(), clock_, {});
  ASSERT_FALSE(store.ok());
  EXPECT_EQ(store.error().code, "store.not_durable");
}

}  // namespace
}  // namespace suyuan::power
