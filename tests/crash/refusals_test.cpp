// SPDX-License-Identifier: Apache-2.0
// What a store that cannot write says, what it leaves behind, and how it goes on when it can again.
#include <grp.h>
#include <gtest/gtest.h>
#include <sys/wait.h>

#include <atomic>
#include <mutex>
#include <thread>

#include "../storage/store_under_test.h"
#include "sent.h"
#include "system_calls.h"

namespace suyuan::crash {
namespace {

// Armed, it fails the calls that `fails` names with that errno.
struct Harm {
  std::atomic<int> error = 0;
  std::atomic<int> calls_until = 0;  // so many more work
  std::atomic<int> calls_failing = 0;
  std::atomic<int> met = 0;
  std::function<bool(Call)> fails = [](Call) { return true; };

  void arm(int with, int from, int count) {
    met = 0;
    calls_until = from;
    calls_failing = count;
    error = with;
  }
  void lift() { error = 0; }
  int before(Call call) {
    if (error == 0 || !fails(call)) return 0;
    if (calls_until-- > 0 || calls_failing-- <= 0) return 0;
    ++met;
    return error;
  }
};

class Refusals : public testing::Test {
 protected:
  static constexpr int kForEver = 1 << 30;

  void open() {
    store_.reset();
    auto opened = open_sqlite_warehouse(folder_.path(), clock_, storage::small_runs());
    ASSERT_TRUE(opened.ok()) << opened.error().text;
    store_ = std::move(*opened);
  }
  void watch() {
    watch_files({[this](Call call, std::string_view) { return harm_.before(call); }, nullptr});
  }
  ~Refusals() override {
    store_.reset();
    watch_files({});
  }
  Result<CaptureOutcome> capture(int number) {
    return capture_document(at_this_machine(), document(number), {}, read_epcis, *store_, clock_);
  }
  void expect_captured(int number) {
    const auto outcome = capture(number);
    ASSERT_TRUE(outcome.ok()) << outcome.error().text << " " << outcome.error().for_log;
    ASSERT_EQ(outcome->accepted, events_in(number)) << number;
    events_ += outcome->accepted;
  }
  void expect_there(int number, bool is_there) {
    for (int i = 0; i < events_in(number); ++i) {
      const auto found = store_->find_event(event_id(number, i), false);
      ASSERT_TRUE(found.ok()) << found.error().text;
      ASSERT_EQ(found->has_value(), is_there) << number;
    }
  }
  void expect_sound() {
    ASSERT_EQ(store_->counts()->events, events_);
    store_.reset();
    const auto checks = check_sqlite_lookups(folder_.path(), false);
    ASSERT_TRUE(checks.ok()) << checks.error().text;
    for (const LookupCheck& each : *checks) ASSERT_TRUE(each.is_same) << each.name;
    ASSERT_NO_FATAL_FAILURE(open());
    ASSERT_EQ(store_->counts()->events, events_);
  }
  // Several documents at once, while calls fail from the nth on; all of them again when nothing fails.
  void expect_all_or_nothing(int first, int error, int from, int count) {
    constexpr int kTogether = 4;
    std::array<bool, kTogether> taken{};
    harm_.arm(error, from, count);
    std::vector<std::thread> threads;
    for (int t = 0; t < kTogether; ++t)
      threads.emplace_back([&, t] { taken[static_cast<std::size_t>(t)] = capture(first + t).ok(); });
    for (std::thread& each : threads) each.join();
    harm_.lift();
    for (int t = 0; t < kTogether; ++t) {
      const bool was_taken = taken[static_cast<std::size_t>(t)];
      ASSERT_NO_FATAL_FAILURE(expect_there(first + t, was_taken)) << first + t;
      const auto again = capture(first + t);
      ASSERT_TRUE(again.ok()) << again.error().text << " " << again.error().for_log;
      ASSERT_EQ(again->duplicates, was_taken ? events_in(first + t) : 0);
      ASSERT_EQ(again->accepted, was_taken ? 0 : events_in(first + t));
      events_ += events_in(first + t);
    }
  }

  storage::Folder folder_;
  ManualClock clock_{parse_instant("2026-11-21T00:00:00Z")->at};
  Harm harm_;
  std::unique_ptr<Store> store_;
  std::int64_t events_ = 0;
};

// shows: T10
TEST_F(Refusals, a_full_disk_is_named_reading_goes_on_and_so_does_writing_when_there_is_room) {
  watch();
  open();
  for (int number = 0; number < 20; ++number) ASSERT_NO_FATAL_FAILURE(expect_captured(number));
  harm_.fails = [](Call call) { return call == Call::kWrite; };
  harm_.arm(ENOSPC, 0, kForEver);
  for (int number = 20; number < 25; ++number) {
    const auto refused = capture(number);
    ASSERT_FALSE(refused.ok());
    EXPECT_EQ(refused.error().code, "store.disk");
    EXPECT_NE(refused.error().text.find("The disk is full"), std::string::npos) << refused.error().text;
    ASSERT_NO_FATAL_FAILURE(expect_there(number, false));
  }
  const Status refused = store_->records().write([](sql::Connection& c) { return c.execute("DELETE FROM lease"); });
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().code, "store.disk");
  for (int number = 0; number < 20; ++number) ASSERT_NO_FATAL_FAILURE(expect_there(number, true));
  harm_.lift();
  for (int number = 20; number < 25; ++number) ASSERT_NO_FATAL_FAILURE(expect_captured(number));
  ASSERT_NO_FATAL_FAILURE(expect_sound());
}

// A run of a lookup waits to be written while nobody sends anything.
TEST_F(Refusals, a_full_disk_is_not_asked_again_and_again) {
  watch();
  open();
  harm_.fails = [](Call call) { return call == Call::kWrite; };
  for (int number = 0; harm_.met == 0 && number < 200; ++number) {
    ASSERT_NO_FATAL_FAILURE(expect_captured(number));
    harm_.arm(ENOSPC, 0, kForEver);
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
    if (harm_.met == 0) harm_.lift();
  }
  ASSERT_GT(harm_.met, 0) << "nothing waited to be written";
  std::this_thread::sleep_for(std::chrono::milliseconds(300));
  EXPECT_LT(harm_.met, 50);
  harm_.lift();
  ASSERT_NO_FATAL_FAILURE(expect_captured(900));
  ASSERT_NO_FATAL_FAILURE(expect_sound());
}

// shows: T10
TEST_F(Refusals, a_write_or_a_sync_that_fails_anywhere_leaves_all_or_nothing) {
  watch();
  open();
  harm_.fails = [](Call call) { return call == Call::kWrite || call == Call::kSync; };
  int first = 0;
  for (const int error : {ENOSPC, EIO}) {
    for (int from = 0; from < 40; ++from) {
      const int count = from % 2 == 0 ? 1 : kForEver;
      ASSERT_NO_FATAL_FAILURE(expect_all_or_nothing(first, error, from, count)) << "call " << from << " " << error;
      first += 10;
    }
    ASSERT_NO_FATAL_FAILURE(expect_sound());
  }
}

TEST_F(Refusals, a_read_that_fails_anywhere_leaves_all_or_nothing) {
  watch();
  open();
  for (int number = 0; number < 40; ++number) ASSERT_NO_FATAL_FAILURE(expect_captured(number));
  harm_.fails = [](Call call) { return call == Call::kRead; };
  int met = 0;
  for (int from = 0; from < 20; ++from) {
    ASSERT_NO_FATAL_FAILURE(open());  // nothing is in memory
    ASSERT_NO_FATAL_FAILURE(expect_all_or_nothing(1000 + 10 * from, EIO, from, 1)) << "read " << from;
    met += harm_.met;
  }
  EXPECT_GT(met, 0);
  ASSERT_NO_FATAL_FAILURE(expect_sound());
}

// An error of the disk within a transaction makes SQLite end the whole transaction by itself: what waits behind it in
// the same group must not be written as if nothing had been.
TEST_F(Refusals, a_transaction_that_sqlite_ends_by_itself_takes_its_whole_group_along) {
  open();
  std::atomic<bool> is_held = true;
  std::array<Status, 2> works = {Done{}, Done{}};
  std::array<bool, 2> taken = {true, true};
  const auto settle_down = [] { std::this_thread::sleep_for(std::chrono::milliseconds(50)); };
  std::vector<std::thread> threads;
  threads.emplace_back([&] {  // holds the writer up until the others wait
    works[0] = store_->records().write([&](sql::Connection&) -> Status {
      while (is_held) std::this_thread::yield();
      return Done{};
    });
  });
  settle_down();
  threads.emplace_back([&] { taken[0] = capture(1).ok(); });
  settle_down();
  threads.emplace_back([&] {
    works[1] = store_->records().write([](sql::Connection& connection) -> Status {
      static_cast<void>(connection.execute("ROLLBACK"));
      return Error{ErrorKind::kInternal, "store.disk", "as SQLite does at SQLITE_IOERR"};
    });
  });
  settle_down();
  threads.emplace_back([&] { taken[1] = capture(2).ok(); });
  settle_down();
  is_held = false;
  for (std::thread& each : threads) each.join();
  EXPECT_TRUE(works[0].ok());
  EXPECT_FALSE(works[1].ok());
  for (const int number : {1, 2}) {
    if (taken[static_cast<std::size_t>(number - 1)])
      events_ += events_in(number);
    else
      expect_captured(number);
  }
  ASSERT_NO_FATAL_FAILURE(expect_sound());
}

// The answer of opening the store as somebody who is not root, in a process of its own.
std::string answer_of_a_weak_user(const std::filesystem::path& folder) {
  int ends[2];
  if (::pipe(ends) != 0) throw std::runtime_error("no pipe");
  const pid_t child = ::fork();
  if (child == 0) {
    if (::getuid() == 0 && (::setgroups(0, nullptr) != 0 || ::setgid(65534) != 0 || ::setuid(65534) != 0)) ::_exit(1);
    SystemClock clock;
    const auto opened = open_sqlite_warehouse(folder, clock, {});
    const std::string said = opened.ok() ? "opened" : opened.error().code + ": " + opened.error().text;
    ::_exit(::write(ends[1], said.data(), said.size()) < 0 ? 1 : 0);
  }
  ::close(ends[1]);
  std::string said(2000, '\0');
  const auto size = ::read(ends[0], said.data(), said.size());
  said.resize(size > 0 ? static_cast<std::size_t>(size) : 0);
  ::close(ends[0]);
  ::waitpid(child, nullptr, 0);
  return said;
}

TEST_F(Refusals, a_folder_or_file_that_may_only_be_read_is_named) {
  namespace fs = std::filesystem;
  open();
  ASSERT_NO_FATAL_FAILURE(expect_captured(1));
  store_.reset();
  const fs::perms reading = fs::perms::owner_read | fs::perms::group_read | fs::perms::others_read;
  const fs::perms entering = fs::perms::owner_exec | fs::perms::group_exec | fs::perms::others_exec;
  for (const auto& each : fs::directory_iterator(folder_.path())) fs::permissions(each.path(), reading);
  fs::permissions(folder_.path(), reading | entering);
  EXPECT_EQ(answer_of_a_weak_user(folder_.path()).find("store.disk: The folder \""), 0U);
  fs::permissions(folder_.path(), fs::perms::all);
  fs::permissions(folder_.path() / "suyuan.lock", fs::perms::all);
  const std::string said = answer_of_a_weak_user(folder_.path());
  EXPECT_EQ(said.find("store.disk: The file \""), 0U) << said;
  open();
  EXPECT_EQ(store_->counts()->events, events_);
}

// shows: R1
TEST_F(Refusals, a_clock_that_goes_backwards_takes_no_record_time_back) {
  open();
  const Instant noon = clock_.now();
  for (int number = 0; number < 6; ++number) {
    if (number == 2) clock_.set(noon - std::chrono::hours(30));
    if (number == 4) open();  // also over a restart
    if (number == 5) clock_.set(noon + std::chrono::seconds(1));
    const auto outcome = capture(number);
    ASSERT_TRUE(outcome.ok()) << outcome.error().text;
    EXPECT_EQ((*store_->job(outcome->job))->created, number == 5 ? noon + std::chrono::seconds(1) : noon) << number;
  }
}

}  // namespace
}  // namespace suyuan::crash
