// SPDX-License-Identifier: Apache-2.0
// The power goes while the folder of a log is written, before any operation, on folders in memory that keep, drop or
// tear what was not synced; processes die and operations fail in between. Whatever was durable is there, every tile of
// it leads to its root, in both trees, and nothing torn is given out; and so is all that was published, where only the
// process died, or once the next one has gone through the rows. The same with folders that are written wrongly has to
// be noticed.
#include <gtest/gtest.h>

#include <array>
#include <atomic>
#include <cstdio>
#include <thread>

#include "adapters/log_folder/log_folder.h"
#include "folders.h"
#include "log_world.h"
#include "tests/support/cycles.h"

namespace suyuan::power {
namespace {

Judged judge(const Folders& left, const At& acknowledged, int last_log, std::mt19937& random) {
  auto folder = make_log_folder(std::make_shared<FoldersInMemory>(left), "log", "log");
  if (!folder) return judged(Verdict::kDamaged, folder.error().text);
  return judge(**folder, files_of(left), acknowledged, last_log, random);
}

Judged judge_after_cut(const Folders& left, const Told& told, std::mt19937& random) {
  auto folder = make_log_folder(std::make_shared<FoldersInMemory>(left), "log", "log");
  if (!folder) return judged(Verdict::kDamaged, folder.error().text);
  return judge_after_cut(**folder, files_of(left), told, random);
}

constexpr std::int64_t kMarks = 1'000'000'000;
std::int64_t mark_of(const Told& told) { return mark_of(told.published) * kMarks + mark_of(told.durable); }
// `before`: when nothing was said since.
Told told_by(std::int64_t mark, const Told& before = {}) {
  return mark < 0 ? before : Told{at_of(mark / kMarks), at_of(mark % kMarks)};
}

std::unique_ptr<Writer> writer_on(const std::shared_ptr<FoldersInMemory>& disk, bool is_early = false) {
  return std::make_unique<Writer>([disk] { return make_log_folder(disk, "log", "log"); },
                                  [disk](const Told& told) { disk->mark(mark_of(told)); }, is_early);
}

struct Series {
  Folders folders = empty_folders();
  At rows;
  Told told;
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
    auto writer = writer_on(disk, is_early_);
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
      if (is_quiet || random_() % 2 == 0) is_well = is_well && writer->settle();
      disk->fail_no_more();
      if (is_well) continue;
      ++failed_;
      ASSERT_GT(disk->failures(), 0);
      const std::size_t steps = disk->steps().size();
      writer->expect_no_more_writing();
      ASSERT_EQ(disk->steps().size(), steps);
      writer.reset();
      writer = writer_on(disk, is_early_);
      ASSERT_TRUE(writer->begin(rows));
    }
  }

  void expect_usable(const Folders& left, At rows) {
    const auto disk = std::make_shared<FoldersInMemory>(left);
    {
      const auto writer = writer_on(disk);
      ASSERT_TRUE(writer->begin(rows));
      auto again = make_log_folder(disk, "log", "log");
      const Judged found = judge_trees(**again, *(*again)->published(), files_of(disk->now()), rows, random_);
      ASSERT_EQ(found.verdict, Verdict::kWhole) << found.why << ", at once";
      rows.size += 3;
      ASSERT_TRUE(writer->advance(rows));
      ASSERT_TRUE(writer->settle());
    }
    FolderCuts cuts(*disk, 0);
    const Folders after = cuts.at(cuts.size(), random_);
    const Judged found = judge(after, rows, rows.log, random_);
    ASSERT_EQ(found.verdict, Verdict::kWhole) << found.why;
    for (const auto& [path, bytes] : files_of(disk->now())) ASSERT_FALSE(path.starts_with("log/.new/")) << path;
  }

  void expect_run(Series& series) {
    const auto disk = std::make_shared<FoldersInMemory>(series.folders);
    const Told before = series.told;
    ASSERT_NO_FATAL_FAILURE(run(disk, series.rows, 3, false));
    const auto seed = static_cast<unsigned>(random_());
    for (int pass = 0; pass < 2; ++pass) {
      FolderCuts cuts(*disk, seed);
      const std::size_t chosen = random_() % (cuts.size() + 1);
      for (std::size_t place = 0; place <= cuts.size(); ++place) {
        const Folders left = cuts.at(place, random_);
        const Told told = told_by(cuts.mark(), before);
        const Judged found = judge_after_cut(left, told, random_);
        ++cuts_;
        const auto where =
            fmt::format("cut {} at step {} of {}, {} of log {} published, {} of log {} durable", cuts_, place,
                        cuts.size(), told.published.size, told.published.log, told.durable.size, told.durable.log);
        ASSERT_EQ(found.verdict, Verdict::kWhole) << found.why << "; " << where;
        if (found.published && mark_of(*found.published) > mark_of(told.durable)) ++unacknowledged_there_;
        if (is_fresh_ && pass == 0) {
          const Judged kept = judge(cuts.kept(), told.published, series.rows.log, random_);
          ASSERT_EQ(kept.verdict, Verdict::kWhole) << kept.why << "; where the process is killed: " << where;
          ++kills_;
        }
        if (cuts_ % 10 == 0) {
          ASSERT_NO_FATAL_FAILURE(expect_usable(left, series.rows)) << where;
          ++used_;
        }
        if (pass == 1 && place == chosen) {
          series.folders = left;
          series.told = {told.durable, told.durable};
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
        const Told told = told_by(cuts.mark());
        const Verdict found = judge_after_cut(left, told, random_).verdict;
        ++verdicts[found == Verdict::kWhole ? judge(cuts.kept(), told.published, 0, random_).verdict : found];
      }
    }
    return verdicts;
  }

  std::mt19937 random_{20261121};
  bool is_early_ = false;
  bool is_fresh_ = true;  // the folder began empty: nothing in it was torn before
  int cuts_ = 0, kills_ = 0, used_ = 0, unacknowledged_there_ = 0, failed_ = 0;
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
    is_fresh_ = number % kRunsOfASeries == 0;
    ASSERT_NO_FATAL_FAILURE(expect_run(series)) << "seed " << seed << ", run " << number;
    ASSERT_FALSE(HasFailure()) << "seed " << seed << ", run " << number;
  }
  std::printf(
      "%d cuts, seed %u; after %d of them the folder was written on; after %d more was durable than had been said; %d "
      "kills without a cut; %d processes died or saw an operation fail\n",
      cuts_, seed, used_, unacknowledged_there_, kills_, failed_);
  EXPECT_GT(cuts_, 0);
  EXPECT_GT(kills_, 0);
  EXPECT_GT(used_, 0);
  EXPECT_GT(unacknowledged_there_, 0);
  EXPECT_GT(failed_, 0);
}

// One thread publishes, another makes it durable; in an order that no seed names.
TEST_F(LogFolderCut, while_more_is_published_harms_nothing_either) {
  for (int run = 0; cuts_ < 1000; ++run) {
    const auto disk = std::make_shared<FoldersInMemory>(empty_folders());
    std::atomic<std::uint64_t> published = 0, durable = 0;
    std::atomic<bool> is_over = false;
    Writer writer([disk] { return make_log_folder(disk, "log", "log"); },
                  [&](const Told& told) {
                    published = told.published.size;
                    disk->mark(mark_of(Told{{0, published}, {0, durable}}));
                  },
                  false);
    At rows{0, 1};
    ASSERT_TRUE(writer.begin(rows));
    std::thread other([&] {
      while (!is_over) {
        const std::uint64_t size = published;
        if (size == durable) continue;
        EXPECT_TRUE(writer.folder().make_durable().ok());
        durable = size;
        disk->mark(mark_of(Told{{0, published}, {0, durable}}));
      }
    });
    for (int i = 0; i < 6; ++i) {
      rows.size = next_size(rows.size);
      EXPECT_TRUE(writer.advance(rows));
    }
    is_over = true;
    other.join();
    FolderCuts cuts(*disk, 0);
    for (std::size_t place = 0; place <= cuts.size(); ++place, ++cuts_) {
      const Folders left = cuts.at(place, random_);
      const Judged found = judge_after_cut(left, told_by(cuts.mark()), random_);
      ASSERT_EQ(found.verdict, Verdict::kWhole) << found.why << "; run " << run << ", step " << place;
      if (cuts_ % 20 == 0) {
        ASSERT_NO_FATAL_FAILURE(expect_usable(left, rows)) << "run " << run << ", step " << place;
      }
    }
  }
  std::printf("%d cuts\n", cuts_);
}

// What the program before wrote has no mark, and was synced before it was published; what is written on top of it is
// not.
TEST_F(LogFolderCut, of_an_earlier_program_is_taken_as_it_was_published) {
  const At before{0, 300};
  const auto disk = std::make_shared<FoldersInMemory>(empty_folders());
  {
    const auto writer = writer_on(disk);
    ASSERT_TRUE(writer->begin(before));
  }
  Folders folders = disk->now();
  std::erase_if(folders.at(folders.at(0).names.at("log")).names,
                [](const auto& each) { return each.first == ".durable"; });
  const auto later = std::make_shared<FoldersInMemory>(folders);
  {
    auto folder = make_log_folder(later, "log", "log");
    EXPECT_EQ(said_by((*(*folder)->sound()).sm3, HashKind::kSm3)->size, before.size) << "whoever only reads it";
    EXPECT_TRUE(later->steps().empty());
    const auto writer = writer_on(later);
    ASSERT_TRUE(writer->begin({0, 400}));
    ASSERT_TRUE(writer->advance({0, 500}));
  }
  int as_before = 0, later_than = 0;
  for (unsigned pass = 0; pass < 20; ++pass) {
    FolderCuts cuts(*later, pass);
    for (std::size_t place = 0; place <= cuts.size(); ++place) {
      const Folders left = cuts.at(place, random_);
      Told told = told_by(cuts.mark(), {before, before});
      told.durable = before;
      const Judged found = judge_after_cut(left, told, random_);
      ASSERT_EQ(found.verdict, Verdict::kWhole) << found.why << "; step " << place;
      ++(found.published->size == before.size ? as_before : later_than);
    }
  }
  EXPECT_GT(as_before, 0);
  EXPECT_EQ(later_than, 0) << "nobody made more durable";
}

// Tiles below what is durable are replaced, as where a tile was damaged or an older store was put back.
TEST_F(LogFolderCut, that_is_made_again_from_the_beginning_is_not_relied_on_meanwhile) {
  const At rows{0, 300};
  const auto disk = std::make_shared<FoldersInMemory>(empty_folders());
  {
    const auto writer = writer_on(disk);
    ASSERT_TRUE(writer->begin(rows));
    ASSERT_TRUE(writer->settle());
  }
  tlog::Growth growth;
  while (growth.size() < rows.size) ASSERT_TRUE(growth.add(entry_of(0, growth.size())).ok());
  const auto tiles = growth.take_tiles();
  for (const bool is_told : {false, true}) {
    const auto again = std::make_shared<FoldersInMemory>(disk->now());
    auto folder = std::move(*make_log_folder(again, "log", "log"));
    if (is_told) {
      ASSERT_TRUE(folder->distrust().ok());
      EXPECT_EQ(*folder->sound(), Checkpoints());
    }
    ASSERT_TRUE(folder->write(tiles).ok());
    int harmed = 0;
    for (unsigned pass = 0; pass < 5; ++pass) {
      FolderCuts cuts(*again, pass);
      for (std::size_t place = 0; place <= cuts.size(); ++place)
        harmed += judge_after_cut(cuts.at(place, random_), {rows, {}}, random_).verdict == Verdict::kWhole ? 0 : 1;
    }
    if (is_told)
      EXPECT_EQ(harmed, 0);
    else
      EXPECT_GT(harmed, 0) << "whoever says nothing does harm";
  }
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
        is_well = (next.log == rows.log || writer->clear(next)) && writer->advance(next) && writer->settle();
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
        Case{"nothing synced but the mark", Wrong::kNoSyncAll, false},
        Case{"marked before synced", Wrong::kLateSyncAll, false}, Case{"a sync that lies", Wrong::kLyingSync, false},
        Case{"published before tiles", Wrong::kNothing, true}}) {
    is_early_ = each.is_early;
    const auto verdicts = verdicts_of(each.wrong);
    int noticed = 0;
    std::printf("%-28s", std::string(each.name).c_str());
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
