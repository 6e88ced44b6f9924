// SPDX-License-Identifier: Apache-2.0
// A process that writes the log gets SIGKILL at each stage of a round, and the next one goes on: every event one leaf,
// every number once, and what was published stays the past of what is published.
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <random>

#include "app/tlog/tiles_of.h"
#include "base/fault_points.h"
#include "logged_store.h"
#include "tests/support/cycles.h"

namespace suyuan::storage {
namespace {

using tlog::HashKind;

const std::vector<std::string> kStages = {"log.signed",        "log.advanced", "log.tile",
                                          "log.tiles_durable", "log.cosigned", "log.checkpoint",
                                          "log.published",     "log.synced",   "log.durable"};
std::string stage_to_die_at;
std::atomic<int> times_left = 0;

void reached(std::string_view stage) {
  if (stage == stage_to_die_at && --times_left == 0) ::kill(::getpid(), SIGKILL);
}

class LogKilled : public testing::Test {
 protected:
  std::unique_ptr<LoggedStore> open() {
    return std::make_unique<LoggedStore>(engine_, folder_.path() / "data", folder_.path() / "log", clock_, &keys_);
  }

  // Captures, and makes rounds until it dies; 0 when the stage was not reached so often.
  int be_killed(int first) {
    const pid_t child = ::fork();
    if (child == 0) {
      const auto it = open();
      for (int round = 0; round < 3; ++round) {
        it->capture(first + 100 * round, 20 + 30 * round, 31 + round % 2);
        it->act("between");
        armed_fault_hook = reached;
        if (!it->settle().empty()) ::_exit(2);
        armed_fault_hook = nullptr;
      }
      ::_exit(0);
    }
    int status = 0;
    ::waitpid(child, &status, 0);
    return status;
  }

  tlog::Checkpoint published(HashKind tree) {
    const auto folder = make_log_folder(folder_.path() / "log");
    const std::string note = (*folder)->published()->of(tree);
    return note.empty() ? tlog::Checkpoint{} : *tlog::checkpoint_of(tlog::note_of(note)->text);
  }

  void expect_one_history(LoggedStore& it, const std::map<HashKind, tlog::Checkpoint>& seen) {
    const auto events = static_cast<std::uint64_t>(number_in(*it.store, "SELECT count(*) FROM event"));
    const auto acts = static_cast<std::uint64_t>(number_in(*it.store, "SELECT count(*) FROM audit_entry"));
    EXPECT_EQ(it.size(), events + acts);
    EXPECT_EQ(number_in(*it.store, "SELECT coalesce(sum(count), 0) FROM tlog_run"),
              static_cast<std::int64_t>(it.size()));
    EXPECT_EQ(number_in(*it.store, "SELECT coalesce(sum(count), 0) FROM tlog_submitter"),
              static_cast<std::int64_t>(events));
    for (const auto& [tree, before] : seen) {
      if (before.size == 0) continue;
      TilesOf tiles(*it.files, tree);
      tlog::TileNodes nodes(tree, it.size(), tiles);
      EXPECT_EQ(*tlog::root_of(tree, nodes, before.size), before.root) << "what was published is not its past";
    }
  }

  Folder folder_;
  ManualClock clock_{parse_instant("2026-11-21T00:00:00Z")->at};
  OwnKeys keys_;
  Engine engine_ = sqlite("sqlite", {});
};

// shows: T9, T10
TEST_F(LogKilled, at_any_stage_makes_no_leaf_twice_and_no_second_history) {
  const int count = test::cycles("SUYUAN_TEST_KILLS", 54);
  std::mt19937 random(20261121);
  std::map<std::string, int> killed;
  for (int cycle = 0; cycle < count; ++cycle) {
    stage_to_die_at = kStages[static_cast<std::size_t>(cycle) % kStages.size()];
    times_left = 1 + static_cast<int>(random() % (stage_to_die_at == "log.tile" ? 8 : 3));
    const int status = be_killed(1 + cycle * 1000);
    const bool is_killed = WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL;
    ASSERT_TRUE(is_killed || status == 0) << stage_to_die_at << ": ended with " << status;
    if (is_killed) ++killed[stage_to_die_at];
    std::map<HashKind, tlog::Checkpoint> seen;
    for (const HashKind tree : tlog::kTrees) seen[tree] = published(tree);
    const auto it = open();
    ASSERT_EQ(it->settle(), "") << "after a kill at " << stage_to_die_at;
    ASSERT_NO_FATAL_FAILURE(expect_one_history(*it, seen)) << "after a kill at " << stage_to_die_at;
  }
  std::printf("killed at, of %d cycles:\n", count);
  for (const std::string& stage : kStages) std::printf("  %-20s %d\n", stage.c_str(), killed[stage]);
  for (const std::string& stage : kStages) EXPECT_GT(killed[stage], 0) << "no process was killed at: " << stage;
}

}  // namespace
}  // namespace suyuan::storage
