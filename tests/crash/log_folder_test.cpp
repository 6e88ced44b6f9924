// SPDX-License-Identifier: Apache-2.0
// A process that writes the folder of a log is killed at every stage. What it published is there with all its tiles,
// and the next process goes on.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <csignal>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "../power_cut/log_world.h"
#include "adapters/log_folder/log_folder.h"
#include "base/fault_points.h"
#include "tests/support/cycles.h"

namespace suyuan::crash {
namespace {

namespace fs = std::filesystem;
using power::At;
using power::Writer;

const std::array<std::string, 6> kAllStages = {"log.tile",      "log.tiles_durable", "log.checkpoint",
                                               "log.published", "log.synced",        "log.durable"};

// Of the child. It dies when it reaches the stage for the nth time.
std::string stage_to_die_at;
std::atomic<int> times_left = 0;

void reached(std::string_view stage) {
  if (stage == stage_to_die_at && --times_left == 0) ::kill(::getpid(), SIGKILL);
}

class LogFolderKilled : public testing::Test {
 protected:
  LogFolderKilled() {
    // What a killed process wrote is there without any sync: memory will do, and is quicker.
    const fs::path memory = "/dev/shm";
    std::string name = ((fs::is_directory(memory) ? memory : fs::temp_directory_path()) / "suyuan-log-XXXXXX").string();
    outer_ = ::mkdtemp(name.data());
  }
  ~LogFolderKilled() override { fs::remove_all(outer_); }

  fs::path path() const { return outer_ / "log"; }
  std::map<std::string, std::string> files() const {
    std::map<std::string, std::string> found;
    for (const auto& each : fs::recursive_directory_iterator(path())) {
      if (each.is_directory()) continue;
      std::ostringstream text;
      text << std::ifstream(each.path(), std::ios::binary).rdbuf();
      found["log/" + each.path().lexically_relative(path()).string()] = text.str();
    }
    return found;
  }
  Writer writer(Writer::Tell tell = [](const power::Told&) {}) const {
    return Writer([this] { return make_log_folder(path()); }, std::move(tell), false);
  }

  // Tells what it acknowledged, and ends by SIGKILL, or with 0 when the stage was not reached so often.
  [[noreturn]] void be_killed(At rows, int acknowledged) const {
    const auto tell = [&](const power::Told& told) {
      const std::int64_t mark = power::mark_of(told.published);
      if (::write(acknowledged, &mark, sizeof mark) != sizeof mark) ::_exit(3);
    };
    armed_fault_hook = reached;
    Writer writing = writer(tell);
    if (!writing.begin(rows)) ::_exit(1);
    for (const std::uint64_t step : {7, 100, 1, 180}) {
      rows.size += step;
      if (!writing.advance(rows) || !writing.settle()) ::_exit(2);
    }
    ::_exit(0);
  }

  int run(const At& rows, At& acknowledged) const {
    int ends[2];
    if (::pipe(ends) != 0) throw std::runtime_error("no pipe");
    const pid_t child = ::fork();
    if (child == 0) {
      ::close(ends[0]);
      be_killed(rows, ends[1]);
    }
    ::close(ends[1]);
    for (std::int64_t mark = 0; ::read(ends[0], &mark, sizeof mark) == sizeof mark;) acknowledged = power::at_of(mark);
    ::close(ends[0]);
    int status = 0;
    ::waitpid(child, &status, 0);
    return status;
  }

  void expect_whole(const At& acknowledged, const std::string& what) {
    const auto folder = make_log_folder(path());
    ASSERT_TRUE(folder.ok()) << folder.error().text;
    const auto found = power::judge(**folder, files(), acknowledged, acknowledged.log, random_);
    ASSERT_EQ(found.verdict, power::Verdict::kWhole) << found.why << "; " << what;
    if (found.published && found.published->size > acknowledged.size) ++unacknowledged_there_;
  }

  fs::path outer_;
  std::mt19937 random_{20261121};
  int unacknowledged_there_ = 0;
};

// shows: T9, T10
TEST_F(LogFolderKilled, at_any_stage_has_all_that_it_published) {
  const int count = test::cycles("SUYUAN_TEST_KILLS", 200);
  std::map<std::string, int> killed;
  At rows, acknowledged;
  for (int cycle = 0; cycle < count; ++cycle) {
    if (rows.size > 900) {
      rows = {rows.log + 1, 1};
      ASSERT_TRUE(writer().begin(rows));  // clears what is of the log before
      acknowledged = rows;
    }
    stage_to_die_at = kAllStages[static_cast<std::size_t>(cycle) % kAllStages.size()];
    times_left = 1 + static_cast<int>(random_() % (stage_to_die_at == "log.tile" ? 20 : 5));
    const std::string what = fmt::format("cycle {}: \"{}\"", cycle, stage_to_die_at);
    const int status = run(rows, acknowledged);
    const bool is_killed = WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL;
    ASSERT_TRUE(is_killed || status == 0) << what << ": ended with " << status;
    if (is_killed) ++killed[stage_to_die_at];
    ASSERT_NO_FATAL_FAILURE(expect_whole(acknowledged, what));
    rows = {rows.log, rows.size + 288};  // as far as the rows had come
    if (cycle % 3 != 0) continue;
    ASSERT_TRUE(writer().begin(rows)) << what;
    acknowledged = rows;
    ASSERT_NO_FATAL_FAILURE(expect_whole(acknowledged, what + ", gone on"));
  }
  std::printf("killed at, of %d cycles (checkpoints that were not acknowledged and are there: %d):\n", count,
              unacknowledged_there_);
  for (const std::string& stage : kAllStages) std::printf("  %-24s %d\n", stage.c_str(), killed[stage]);
  for (const std::string& stage : kAllStages) EXPECT_GT(killed[stage], 0) << "no process was killed at: " << stage;
}

}  // namespace
}  // namespace suyuan::crash
