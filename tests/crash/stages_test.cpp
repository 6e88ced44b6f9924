// SPDX-License-Identifier: Apache-2.0
// A process that captures from several threads is killed at every stage of a commit: the moments that the writer names,
// and each write and sync of its files. What it acknowledged is there, once and whole; what it did not is whole or
// absent; the lookups are what the tables say; a document that is sent again counts once.
#include <gtest/gtest.h>
#include <sys/wait.h>

#include <atomic>
#include <csignal>
#include <cstdio>
#include <map>
#include <random>
#include <thread>

#include "../storage/store_under_test.h"
#include "base/fault_points.h"
#include "sent.h"
#include "system_calls.h"
#include "tests/support/cycles.h"

namespace suyuan::crash {
namespace {

constexpr int kThreads = 3, kEach = 12, kStages = 16;
const std::array<std::string, kStages> kAllStages = {
    "taken",     "begun",           "recorded",   "blocks of a run written",
    "run ended", "ready to commit", "log write",  "log wrote",
    "log sync",  "log synced",      "committed",  "visible",
    "answered",  "closing",         "file write", "file sync"};

// Of the child. It dies when it reaches the stage for the nth time.
std::string stage_to_die_at;
std::atomic<int> times_left = 0;

void reached(std::string_view stage) {
  if (stage == stage_to_die_at && --times_left == 0) ::kill(::getpid(), SIGKILL);
}

OnFile dying() {
  const auto name = [](std::string_view file, std::string_view log, std::string_view data) {
    return file.ends_with("-wal") ? log : data;
  };
  OnFile watch;
  watch.before = [name](Call call, std::string_view file) {
    if (call == Call::kWrite) reached(name(file, "log write", "file write"));
    if (call == Call::kSync) reached(name(file, "log sync", "file sync"));
    return 0;
  };
  watch.after = [name](Call call, std::string_view file) {
    if (call == Call::kWrite) reached(name(file, "log wrote", ""));
    if (call == Call::kSync) reached(name(file, "log synced", ""));
  };
  return watch;
}

Result<CaptureOutcome> capture(Store& store, Clock& clock, int number) {
  return capture_document(at_this_machine(), document(number), {}, read_epcis, store, clock);
}

int number_of(int cycle, int thread, int i) { return cycle * 1000 + thread * 100 + i; }

// Ends by SIGKILL, or with 0 when the stage was not reached so often.
[[noreturn]] void be_killed(const std::filesystem::path& folder, int cycle, int acknowledged) {
  watch_files(dying());
  armed_fault_hook = reached;
  SystemClock clock;
  {
    auto store = open_sqlite_warehouse(folder, clock, storage::small_runs());
    if (!store) ::_exit(1);
    std::vector<std::thread> threads;
    for (int t = 0; t < kThreads; ++t) {
      threads.emplace_back([&, t] {
        for (int i = 0; i < kEach; ++i) {
          const int number = number_of(cycle, t, i);
          auto outcome = capture(**store, clock, number);
          if (!outcome || outcome->accepted != events_in(number)) ::_exit(2);
          if (::write(acknowledged, &number, sizeof number) != sizeof number) ::_exit(3);
        }
      });
    }
    for (std::thread& each : threads) each.join();
  }
  ::_exit(0);
}

class Stages : public testing::Test {
 protected:
  void fresh() {
    folder_.emplace();
    events_ = submissions_ = 0;
  }

  // The exit status, and how many documents of each thread were acknowledged.
  int run(int cycle, std::array<int, kThreads>& acknowledged) {
    int ends[2];
    if (::pipe(ends) != 0) throw std::runtime_error("no pipe");
    const pid_t child = ::fork();
    if (child == 0) {
      ::close(ends[0]);
      be_killed(folder_->path(), cycle, ends[1]);
    }
    ::close(ends[1]);
    acknowledged.fill(0);
    for (int number = 0; ::read(ends[0], &number, sizeof number) == sizeof number;)
      ++acknowledged[static_cast<std::size_t>(number % 1000 / 100)];
    ::close(ends[0]);
    int status = 0;
    ::waitpid(child, &status, 0);
    return status;
  }

  int events_there(Store& store, int number) {
    int there = 0;
    for (int i = 0; i < events_in(number); ++i) {
      auto found = store.find_event(event_id(number, i), false);
      EXPECT_TRUE(found.ok()) << found.error().text;
      there += found.ok() && found->has_value() ? 1 : 0;
    }
    return there;
  }

  void expect_sent_again_counts_once(Store& store, int number, bool was_there) {
    const auto again = capture(store, clock_, number);
    ASSERT_TRUE(again.ok()) << again.error().text;
    EXPECT_EQ(again->accepted, was_there ? 0 : events_in(number)) << number;
    EXPECT_EQ(again->duplicates, was_there ? events_in(number) : 0) << number;
    const auto bytes = store.document(again->job);
    ASSERT_TRUE(bytes.ok()) << bytes.error().text;
    EXPECT_EQ(*bytes, document(number));
    ++submissions_;
    events_ += again->accepted;
  }

  // Of one thread: all that was acknowledged, and the next one, which may have been on its way.
  void expect_whole(Store& store, int cycle, int thread, int acknowledged) {
    for (int i = 0; i < acknowledged; ++i) {
      const int number = number_of(cycle, thread, i);
      ASSERT_EQ(events_there(store, number), events_in(number)) << "acknowledged and lost: " << number;
      events_ += events_in(number);
      ++submissions_;
    }
    if (acknowledged > 0) expect_sent_again_counts_once(store, number_of(cycle, thread, acknowledged - 1), true);
    if (acknowledged == kEach) return;
    const int next = number_of(cycle, thread, acknowledged), there = events_there(store, next);
    ASSERT_TRUE(there == 0 || there == events_in(next)) << "half visible: " << next;
    if (there > 0) {
      ++unknown_there_;
      ++submissions_;
      events_ += there;
    }
    expect_sent_again_counts_once(store, next, there > 0);
    if (acknowledged + 1 < kEach) {
      EXPECT_EQ(events_there(store, number_of(cycle, thread, acknowledged + 1)), 0);
    }
  }

  void expect_store(int cycle, const std::array<int, kThreads>& acknowledged) {
    {
      auto store = open_sqlite_warehouse(folder_->path(), clock_, storage::small_runs());
      ASSERT_TRUE(store.ok()) << store.error().text;
      for (int t = 0; t < kThreads; ++t)
        ASSERT_NO_FATAL_FAILURE(expect_whole(**store, cycle, t, acknowledged[static_cast<std::size_t>(t)]));
      const auto counts = (*store)->counts();
      ASSERT_TRUE(counts.ok());
      ASSERT_EQ(counts->events, events_) << "more or fewer than were sent";
      ASSERT_EQ(counts->submissions, submissions_);
    }
    const auto checks = check_sqlite_lookups(folder_->path(), false);
    ASSERT_TRUE(checks.ok()) << checks.error().text;
    for (const LookupCheck& each : *checks)
      ASSERT_TRUE(each.is_same) << "lookup " << each.name << ": " << each.found << " of " << each.expected;
  }

  SystemClock clock_;
  std::optional<storage::Folder> folder_;
  std::int64_t events_ = 0, submissions_ = 0;
  int unknown_there_ = 0;
};

// shows: T10
TEST_F(Stages, a_process_killed_at_any_stage_of_a_commit_loses_nothing_and_shows_nothing_half) {
  constexpr int kOfAFolder = 2 * kStages;
  const int count = test::cycles("SUYUAN_TEST_KILLS", 200);
  std::mt19937 random(20261121);
  std::map<std::string, int> killed;
  for (int cycle = 0; cycle < count; ++cycle) {
    if (cycle % kOfAFolder == 0) fresh();
    stage_to_die_at = kAllStages[static_cast<std::size_t>(cycle % kStages)];
    const bool is_once = stage_to_die_at == "closing" || stage_to_die_at == "file sync";
    times_left = is_once ? 1 : 1 + static_cast<int>(random() % (cycle % kOfAFolder < kStages ? 4 : 12));
    const std::string what = fmt::format("cycle {}: \"{}\", time {}", cycle, stage_to_die_at, times_left.load());
    std::array<int, kThreads> acknowledged{};
    const int status = run(cycle, acknowledged);
    const bool is_killed = WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL;
    ASSERT_TRUE(is_killed || status == 0) << what << ": ended with " << status;
    if (is_killed) ++killed[stage_to_die_at];
    ASSERT_NO_FATAL_FAILURE(expect_store(cycle, acknowledged)) << what;
    ASSERT_FALSE(HasFailure()) << what;
  }
  std::printf("killed at, of %d cycles (documents that were not acknowledged and are there: %d):\n", count,
              unknown_there_);
  for (const std::string& stage : kAllStages) std::printf("  %-24s %d\n", stage.c_str(), killed[stage]);
  if (count < kOfAFolder) return;
  for (const std::string& stage : kAllStages) EXPECT_GT(killed[stage], 0) << "no process was killed at: " << stage;
}

}  // namespace
}  // namespace suyuan::crash
