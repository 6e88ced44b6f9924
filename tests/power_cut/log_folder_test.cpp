// SPDX-License-Identifier: Apache-2.0
// The power goes while the folder of a log is written, before any operation, on folders in memory that keep, drop or
// tear what was not synced; processes die and operations fail in between. Whatever was published is there, and every
// tile of it leads to its root, in both trees. The same with folders that are written wrongly has to be noticed.
#include <gtest/gtest.h>

#include <array>
#include <cstdio>

#include "adapters/log_folder/log_folder.h"
#include "folders.h"
#include "log_world.h"
#include "tests/support/cycles.h"

namespace suyuan::power {
namespace {

Judged judge(const Folders& left, const At& acknowledged, int last_log, std::mt19937& random) {
  auto folder = make_log_folder(std::make_shared<FoldersInMemory>(left), "log", "log", 1);
  if (!folder) return judged(Verdict::kDamaged, folder.error().text);
  return judge(**folder, files_of(left), acknowledged, last_log, random);
}

std::unique_ptr<Writer> writer_on(const std::shared_ptr<FoldersInMemory>& disk, bool is_early = false,
                                  unsigned threads = 1) {
  return std::make_unique<Writer>([disk, threads] { return make_log_folder(disk, "log", "log", threads); },
                                  [disk](const At& at) { disk->mark(mark_of(at)); }, is_early);
}

struct Series {
  Folders folders = empty_folders();
  At rows, acknowledged;
};

class LogFolderCut : public testing::Test {
 protected:
  std::uint64_t next_size(std::uint64_t size) {
    const std::array steps = {std::uint64_t{1}, std::uint64_t{1 + random_() % 20}, std::uint64_t{1 + random_() % 200},
                              kTileWidth - size % kTileWidth, std::uint64_t{300 + random_() % 300}};
    return size + steps[size > 800 ? 0 : random_() % steps.size()];
  }

  // One process after the other; most die or fail somewhere.
  void run(const std::shared_ptr<FoldersInMemory>& disk, At& rows, int rounds, bool is_quiet) {
    auto writer = writer_on(disk, is_early_, threads_);
    ASSERT_TRUE(writer->begin(rows));
    for (int round = 0; round < rounds; ++round) {
      if (!is_quiet && random_() % 4 != 0) disk->fail_at(disk->steps().size() + random_() % 60, random_() % 2 == 0);
      bool is_well = true;
      if (!is_quiet && (rows.size > 800 || random_() % 10 == 0)) {
        rows = {rows.log + 1, 0};
        is_well = writer->clear(rows);
      }
      rows.size = next_size(rows.size);
      is_well = is_well && writer->advance(rows);
      disk->fail_no_more();
      if (is_well) continue;
      ++failed_;
      ASSERT_GT(disk->failures(), 0);
      const std::size_t steps = disk->steps().size();
      writer->expect_no_more_writing();
      ASSERT_EQ(disk->steps().size(), steps);
      writer.reset();
      writer = writer_on(disk, is_early_, threads_);
      ASSERT_TRUE(writer->begin(rows));
    }
  }

  void expect_usable(const Folders& left, At rows) {
    const auto disk = std::make_shared<FoldersInMemory>(left);
    {
      const auto writer = writer_on(disk);
      ASSERT_TRUE(writer->begin(rows));
      rows.size += 3;
      ASSERT_TRUE(writer->advance(rows));
    }
    FolderCuts cuts(*disk, 0);
    const Folders after = cuts.at(cuts.size(), random_);
    const Judged found = judge(after, rows, rows.log, random_);
    ASSERT_EQ(found.verdict, Verdict::kWhole) << found.why;
    for (const auto& [path, bytes] : files_of(disk->now())) ASSERT_FALSE(path.starts_with("log/.new/")) << path;
  }

  void expect_run(Series& series) {
    const auto disk = std::make_shared<FoldersInMemory>(series.folders);
    const At before = series.acknowledged;
    ASSERT_NO_FATAL_FAILURE(run(disk, series.rows, 3, false));
    const auto seed = static_cast<unsigned>(random_());
    for (int pass = 0; pass < 2; ++pass) {
      FolderCuts cuts(*disk, seed);
      const std::size_t chosen = random_() % (cuts.size() + 1);
      for (std::size_t place = 0; place <= cuts.size(); ++place) {
        const Folders left = cuts.at(place, random_);
        const At acknowledged = cuts.mark() < 0 ? before : at_of(cuts.mark());
        const Judged found = judge(left, acknowledged, series.rows.log, random_);
        ++cuts_;
        const auto where = fmt::format("cut {} at step {} of {}, {} of log {} acknowledged", cuts_, place, cuts.size(),
                                       acknowledged.size, acknowledged.log);
        ASSERT_EQ(found.verdict, Verdict::kWhole) << found.why << "; " << where;
        if (found.published && mark_of(*found.published) > mark_of(acknowledged)) ++unacknowledged_there_;
        if (cuts_ % 10 == 0) {
          ASSERT_NO_FATAL_FAILURE(expect_usable(left, series.rows)) << where;
          ++used_;
        }
        if (pass == 1 && place == chosen) {
          series.folders = left;
          series.acknowledged = acknowledged;
        }
      }
    }
  }

  std::map<Verdict, int> verdicts_of(Wrong wrong) {
    std::map<Verdict, int> verdicts;
    const auto disk = std::make_shared<FoldersInMemory>(empty_folders(), wrong);
    At rows;
    run(disk, rows, 5, true);
    for (unsigned pass = 0; pass < 4; ++pass) {
      FolderCuts cuts(*disk, pass);
      for (std::size_t place = 0; place <= cuts.size(); ++place) {
        const Folders left = cuts.at(place, random_);
        ++verdicts[judge(left, cuts.mark() < 0 ? At() : at_of(cuts.mark()), 0, random_).verdict];
      }
    }
    return verdicts;
  }

  std::mt19937 random_{20261121};
  bool is_early_ = false;
  unsigned threads_ = 1;
  int cuts_ = 0, used_ = 0, unacknowledged_there_ = 0, failed_ = 0;
};

// shows: T9, T10
TEST_F(LogFolderCut, loses_nothing_published_and_shows_nothing_half) {
  constexpr int kRunsOfASeries = 5;
  const int wanted = test::cycles("SUYUAN_TEST_CUTS", 5000);
  const auto seed = static_cast<unsigned>(test::cycles("SUYUAN_TEST_SEED", 20261121));
  random_.seed(seed);
  Series series;
  for (int number = 0; cuts_ < wanted; ++number) {
    if (number % kRunsOfASeries == 0) series = {};
    ASSERT_NO_FATAL_FAILURE(expect_run(series)) << "seed " << seed << ", run " << number;
    ASSERT_FALSE(HasFailure()) << "seed " << seed << ", run " << number;
  }
  std::printf(
      "%d cuts, seed %u; after %d of them the folder was written on; after %d there was more than had been "
      "acknowledged; "
      "%d processes died or saw an operation fail\n",
      cuts_, seed, used_, unacknowledged_there_, failed_);
  EXPECT_GT(cuts_, 0);
  EXPECT_GT(used_, 0);
  EXPECT_GT(unacknowledged_there_, 0);
  EXPECT_GT(failed_, 0);
}

// In an order that no seed names.
TEST_F(LogFolderCut, of_several_threads_harms_nothing_either) {
  threads_ = 4;
  for (int run = 0; cuts_ < 1000; ++run) {
    Series series;
    ASSERT_NO_FATAL_FAILURE(expect_run(series)) << "run " << run;
    ASSERT_NO_FATAL_FAILURE(expect_run(series)) << "run " << run;
  }
  std::printf("%d cuts\n", cuts_);
}

TEST_F(LogFolderCut, goes_on_after_any_operation_that_failed_or_was_the_last) {
  int failed = 0;
  for (const bool is_dead : {false, true}) {
    for (std::size_t step = 0;; ++step) {
      const auto disk = std::make_shared<FoldersInMemory>(empty_folders());
      disk->fail_at(step, is_dead);
      At rows{0, 3};
      auto writer = writer_on(disk);
      bool is_well = writer->begin(rows);
      for (const At& next : {At{0, 300}, At{1, 20}, At{1, 256}}) {
        if (!is_well) break;
        is_well = (next.log == rows.log || writer->clear(next)) && writer->advance(next);
        rows = next;
      }
      if (disk->failures() == 0) break;  // there are not so many steps
      ++failed;
      const std::size_t steps = disk->steps().size();
      if (!is_well) writer->expect_no_more_writing();
      ASSERT_EQ(disk->steps().size(), steps) << step;
      disk->fail_no_more();
      writer.reset();
      const Judged found = judge(disk->now(), {}, 1, random_);
      ASSERT_EQ(found.verdict, Verdict::kWhole) << step << ": " << found.why;
      ASSERT_NO_FATAL_FAILURE(expect_usable(disk->now(), {1, 256})) << step;
    }
  }
  std::printf("%d operations failed or were the last of a process\n", failed);
  EXPECT_GT(failed, 200);
}

TEST_F(LogFolderCut, of_folders_written_wrongly_is_noticed) {
  struct Case {
    std::string_view name;
    Wrong wrong;
    bool is_early;
    bool is_noticed = true;
  };
  for (const Case& each :
       {Case{"as it is", Wrong::kNothing, false, false}, Case{"files not synced", Wrong::kNoFileSync, false},
        Case{"folders not synced", Wrong::kNoFolderSync, false},
        Case{"renamed before synced", Wrong::kRenameBeforeSync, false},
        Case{"a sync that lies", Wrong::kLyingSync, false}, Case{"published before tiles", Wrong::kNothing, true}}) {
    is_early_ = each.is_early;
    const auto verdicts = verdicts_of(each.wrong);
    int noticed = 0;
    std::printf("%-22s", std::string(each.name).c_str());
    for (const auto& [verdict, count] : verdicts) {
      std::printf(" %s %d", std::array{"whole", "lost", "half", "damaged"}[static_cast<std::size_t>(verdict)], count);
      noticed += verdict == Verdict::kWhole ? 0 : count;
    }
    std::printf("\n");
    if (each.is_noticed)
      EXPECT_GT(noticed, 10) << each.name;
    else
      EXPECT_EQ(noticed, 0) << each.name;
  }
}

}  // namespace
}  // namespace suyuan::power
