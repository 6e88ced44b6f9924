// SPDX-License-Identifier: Apache-2.0
// Work that one of several servers does at a time, on every engine.
#include <gtest/gtest.h>

#include <atomic>
#include <thread>

#include "adapters/records/lease_store.h"
#include "store_rows.h"
#include "store_under_test.h"

namespace suyuan::storage {
namespace {

class Leases : public testing::TestWithParam<Engine> {
 protected:
  void SetUp() override {
    auto opened = GetParam().open(folder_.path(), clock_);
    ASSERT_TRUE(opened.ok()) << opened.error().text;
    store_ = std::move(*opened);
    ASSERT_TRUE(store_->records()
                    .write([](sql::Connection& c) { return c.execute("CREATE TABLE tally (n BIGINT NOT NULL)"); })
                    .ok());
  }
  Instant at(int seconds) { return clock_.now() + std::chrono::seconds(seconds); }
  // What a holder does: it writes only while the work is its own.
  Status note(Store& store, const Lease& lease, std::int64_t number) {
    return store.records().write([&](sql::Connection& connection) -> Status {
      if (auto ours = LeaseStore::confirm(connection, lease); !ours) return ours;
      return (*connection.prepare("INSERT INTO tally VALUES ($1)"))->bind(1, number).run();
    });
  }
  std::int64_t notes() { return number_in(*store_, "SELECT count(*) FROM tally"); }

  Folder folder_;
  ManualClock clock_{parse_instant("2026-11-21T00:00:00Z")->at};
  std::unique_ptr<Store> store_;
};

INSTANTIATE_TEST_SUITE_P(Engines, Leases,
                         testing::ValuesIn(with_citus({sqlite("sqlite", {}), postgres("postgres", {})})),
                         [](const auto& it) { return it.param.name; });

TEST_P(Leases, one_holds_the_work_until_its_time_is_over_or_it_gives_it_back) {
  LeaseStore leases(store_->records());
  const auto first = *leases.take("log", "a", at(0), at(10));
  ASSERT_TRUE(first.has_value());
  EXPECT_EQ(first->epoch, 1);
  EXPECT_FALSE(leases.take("log", "b", at(9), at(19))->has_value());
  EXPECT_TRUE(leases.take("timers", "b", at(9), at(19))->has_value()) << "other work";
  EXPECT_TRUE(leases.renew(*first, at(20)).ok());
  EXPECT_FALSE(leases.take("log", "b", at(15), at(25))->has_value());
  const auto second = *leases.take("log", "b", at(21), at(30));
  ASSERT_TRUE(second.has_value());
  EXPECT_EQ(second->epoch, 2);
  EXPECT_TRUE(leases.release(*first).ok()) << "it was lost: nothing happens";
  EXPECT_TRUE(note(*store_, *second, 1).ok());
  EXPECT_TRUE(leases.release(*second).ok());
  EXPECT_EQ(leases.renew(*second, at(40)).error().code, "lease.lost");
  EXPECT_EQ(note(*store_, *second, 2).error().code, "lease.lost");
  EXPECT_EQ((*leases.take("log", "c", at(22), at(30)))->epoch, 3);
}

// shows: X3
// The holder is stopped; another takes over; the first wakes up and changes nothing.
TEST_P(Leases, who_was_taken_over_from_changes_nothing_when_it_wakes) {
  LeaseStore leases(store_->records());
  const auto first = *leases.take("log", "a", at(0), at(10));
  ASSERT_TRUE(note(*store_, *first, 1).ok());
  const auto second = *leases.take("log", "b", at(11), at(20));
  ASSERT_TRUE(second.has_value());
  EXPECT_EQ(note(*store_, *first, 2).error().code, "lease.lost");
  EXPECT_EQ(leases.renew(*first, at(30)).error().code, "lease.lost");
  EXPECT_TRUE(note(*store_, *second, 3).ok());
  EXPECT_EQ(notes(), 2);
}

// Two that never wait: each takes the work from the other as soon as it can. What both write is of one epoch at a time.
TEST_P(Leases, writes_of_two_holders_never_mix) {
  std::atomic<int> written = 0, lost = 0;
  std::vector<std::thread> threads;
  for (const char* name : {"a", "b"}) {
    threads.emplace_back([&, name] {
      LeaseStore leases(store_->records());
      for (int i = 0; i < 40; ++i) {
        const auto lease = leases.take("log", name, at(i), at(i) - std::chrono::seconds(1));  // over as it begins
        ASSERT_TRUE(lease.ok()) << lease.error().text;
        if (!*lease) continue;
        const Status done = note(*store_, **lease, (*lease)->epoch);
        ASSERT_TRUE(done.ok() || done.error().code == "lease.lost") << done.error().code << done.error().for_log;
        ++(done ? written : lost);
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(notes(), written);
  EXPECT_GT(written, 0);
}

}  // namespace
}  // namespace suyuan::storage
