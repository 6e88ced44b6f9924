// SPDX-License-Identifier: Apache-2.0
// PostgreSQL goes away while a COMMIT is on its way: killed with all its processes, or our connection ended, or the
// answer lost. The sender is told that nobody knows, sends again with the same event ids, and there is one event.
#include <gtest/gtest.h>

#include <atomic>
#include <condition_variable>
#include <cstdio>
#include <mutex>
#include <random>
#include <thread>

#include "../storage/store_under_test.h"
#include "sent.h"
#include "tests/support/cycles.h"

namespace suyuan::crash {
namespace {

using sql::Fault;
using sql::Moment;
using testing_support::PostgresServer;

class Postgres : public testing::Test {
 protected:
  static constexpr int kThreads = 3;

  std::unique_ptr<Store> open(sql::Faults faults = {}) {
    PostgresWarehouseOptions options;
    options.patience = std::chrono::milliseconds(0);  // each loss reaches the sender
    options.connection.faults = std::move(faults);
    auto opened = open_postgres_warehouse(url_, clock_, options);
    EXPECT_TRUE(opened.ok()) << opened.error().text;
    return opened ? std::move(*opened) : nullptr;
  }
  Result<CaptureOutcome> capture(Store& store, int number) {
    return capture_document(at_this_machine(), document(number), {}, read_epcis, store, clock_);
  }

  // Several threads send until `harm`, which is begun by the nth COMMIT, has done its work and somebody has noticed.
  void send_until_harmed(int cycle, int commits, const std::function<void()>& harm) {
    std::atomic<int> left = commits;
    std::atomic<bool> is_due = false, is_over = false;
    auto store = open([&](std::string_view command, Moment moment) {
      if (command == "COMMIT" && moment == Moment::kBefore && --left == 0) is_due = true;
      return Fault::kNone;
    });
    ASSERT_NE(store, nullptr);
    std::vector<std::thread> threads;
    for (int t = 0; t < kThreads; ++t) {
      threads.emplace_back([&, t] {
        for (int i = 0; !is_over && i < 100; ++i) {
          const int number = (cycle * kThreads + t) * 100 + i;
          const auto outcome = capture(*store, number);
          const std::lock_guard lock(mutex_);
          if (outcome) {
            EXPECT_EQ(outcome->accepted, events_in(number));
            acknowledged_.push_back(number);
            continue;
          }
          EXPECT_EQ(outcome.error().code, "store.unreachable") << outcome.error().text;
          open_.push_back(number);
          return;
        }
      });
    }
    while (!is_due) std::this_thread::yield();
    harm();
    is_over = true;
    for (std::thread& each : threads) each.join();
  }

  // What was acknowledged is there; what was not is whole or absent, and there once when it was sent again.
  void expect_once() {
    auto store = open();
    ASSERT_NE(store, nullptr);
    for (const int number : acknowledged_) {
      for (int i = 0; i < events_in(number); ++i)
        ASSERT_TRUE((*store->find_event(event_id(number, i), false)).has_value()) << "lost: " << number;
      events_ += events_in(number);
    }
    for (const int number : open_) {
      const auto again = capture(*store, number);
      ASSERT_TRUE(again.ok()) << again.error().text;
      ASSERT_TRUE(again->accepted == 0 || again->duplicates == 0) << "half there: " << number;
      ASSERT_EQ(again->accepted + again->duplicates, events_in(number));
      ++(again->accepted == 0 ? committed_ : not_committed_);
      events_ += events_in(number);
    }
    ASSERT_EQ(*store->settled(), events_);
    ASSERT_EQ(store->counts()->events, events_);
    acknowledged_.clear();
    open_.clear();
  }

  void expect_unknown_outcomes(const char* what, int count) {
    std::printf("%s: %d times; outcomes that nobody knew: %d had been committed, %d had not\n", what, count, committed_,
                not_committed_);
    EXPECT_GT(committed_ + not_committed_, 0);
  }

  const std::string url_ = PostgresServer::own().fresh_database();
  SystemClock clock_;
  std::mutex mutex_;
  std::vector<int> acknowledged_, open_;
  std::int64_t events_ = 0;
  int committed_ = 0, not_committed_ = 0;
};

// shows: T10
TEST_F(Postgres, killed_in_the_middle_of_a_commit_a_document_sent_again_counts_once) {
  const int count = test::cycles("SUYUAN_TEST_POSTGRES_KILLS", 20);
  std::mt19937 random(20261121);
  ASSERT_TRUE((*sql::open_postgres(url_))->execute("CHECKPOINT").ok());  // making the tables is not recovered each time
  for (int cycle = 0; cycle < count; ++cycle) {
    send_until_harmed(cycle, 1 + static_cast<int>(random() % 12), [&] {
      std::this_thread::sleep_for(std::chrono::microseconds(random() % 1500));
      PostgresServer::own().kill();
    });
    PostgresServer::own().start();
    ASSERT_NO_FATAL_FAILURE(expect_once()) << "cycle " << cycle;
  }
  expect_unknown_outcomes("PostgreSQL killed", count);
}

TEST_F(Postgres, ending_our_connection_in_the_middle_of_a_commit_a_document_sent_again_counts_once) {
  const int count = 2 * test::cycles("SUYUAN_TEST_POSTGRES_KILLS", 20);
  std::mt19937 random(20261121);
  for (int cycle = 0; cycle < count; ++cycle) {
    auto other = sql::open_postgres(url_);
    ASSERT_TRUE(other.ok());
    auto end = (*other)->prepare(
        "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE datname = current_database() AND "
        "application_name = 'suyuan' AND pid <> pg_backend_pid()");
    ASSERT_TRUE(end.ok());
    send_until_harmed(cycle, 1 + static_cast<int>(random() % 12), [&] {
      std::this_thread::sleep_for(std::chrono::microseconds(random() % 600));
      ASSERT_TRUE((*end)->run().ok());
    });
    ASSERT_NO_FATAL_FAILURE(expect_once()) << "cycle " << cycle;
  }
  expect_unknown_outcomes("connections ended", count);
}

TEST_F(Postgres, a_lost_answer_to_a_commit_means_that_all_of_it_is_there_when_it_is_sent_again) {
  std::atomic<bool> is_armed = false;
  auto store = open([&](std::string_view command, Moment moment) {
    const bool is_lost = is_armed && command == "COMMIT" && moment == Moment::kAfter;
    return is_lost ? Fault::kCut : Fault::kNone;
  });
  ASSERT_NE(store, nullptr);
  for (int number = 0; number < 20; ++number) {
    is_armed = true;
    const auto lost = capture(*store, number);
    is_armed = false;
    ASSERT_FALSE(lost.ok());
    EXPECT_EQ(lost.error().code, "store.unreachable");
    const auto again = capture(*store, number);
    ASSERT_TRUE(again.ok()) << again.error().text;
    EXPECT_EQ(again->duplicates, events_in(number));
    EXPECT_EQ(again->accepted, 0);
    events_ += events_in(number);
  }
  EXPECT_EQ(*store->settled(), events_);
}

}  // namespace
}  // namespace suyuan::crash
