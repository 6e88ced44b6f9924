// SPDX-License-Identifier: Apache-2.0
// The power goes while files of evidence are written, before any operation, on folders in memory that keep, drop or
// tear what was not synced. Whatever was acknowledged is there and whole, and nothing has the name of a file and is not
// it. Folders that are written wrongly have to be noticed.
#include <gtest/gtest.h>

#include <cstdio>

#include "adapters/clock/system_clock.h"
#include "adapters/evidence_files/evidence_folder.h"
#include "folders.h"
#include "tests/support/cycles.h"

namespace suyuan::power {
namespace {

struct Judged {
  int lost = 0, torn = 0;
};

class EvidenceCut : public testing::Test {
 protected:
  std::unique_ptr<EvidenceFiles> files_on(const std::shared_ptr<FoldersInMemory>& disk) {
    return make_evidence_folder(disk, "evidence", "evidence", clock_);
  }
  std::string bytes() {
    std::string all(1 + random_() % 3000, '\0');
    for (char& c : all) c = static_cast<char>(random_());
    return all;
  }
  // `acknowledged`: so many of `names`.
  Judged judge(const Folders& left, const std::vector<Sha256>& names, std::size_t acknowledged) {
    Judged found;
    const auto files = files_on(std::make_shared<FoldersInMemory>(left));
    for (std::size_t i = 0; i < acknowledged; ++i) {
      const auto kept = files->read(names[i]);
      if (!kept || !*kept)
        ++found.lost;
      else if (sha256(**kept) != names[i])
        ++found.torn;
    }
    const auto all = files->names();
    EXPECT_TRUE(all.ok());
    for (const Sha256& name : *all) {
      const auto kept = files->read(name);
      if (kept && *kept && sha256(**kept) != name) ++found.torn;
    }
    return found;
  }
  // Some files, a process or two that dies; every cut of it.
  Judged cut(Wrong wrong, bool may_fail) {
    Judged all;
    const auto disk = std::make_shared<FoldersInMemory>(empty_folders(), wrong);
    std::vector<Sha256> names;
    for (int process = 0; process < 3; ++process) {
      const auto files = files_on(disk);
      if (may_fail && random_() % 2 == 0) disk->fail_at(disk->steps().size() + random_() % 40, random_() % 2 == 0);
      for (int i = 0; i < 3; ++i) {
        const auto put = files->put(bytes());
        if (!put) {
          EXPECT_EQ(put.error().code, "evidence.disk");
          ++failed_;
          continue;
        }
        names.push_back(*put);
        disk->mark(static_cast<std::int64_t>(names.size()));
      }
      disk->fail_no_more();
    }
    FolderCuts cuts(*disk, static_cast<unsigned>(random_()));
    for (std::size_t place = 0; place <= cuts.size(); ++place) {
      const Folders left = cuts.at(place, random_);
      const Judged found = judge(left, names, cuts.mark() < 0 ? 0 : static_cast<std::size_t>(cuts.mark()));
      all.lost += found.lost;
      all.torn += found.torn;
      ++cuts_;
      if (cuts_ % 20 != 0) continue;
      const auto again = std::make_shared<FoldersInMemory>(left);
      EXPECT_TRUE(files_on(again)->put("more").ok()) << "it can be written on";
      ++used_;
    }
    return all;
  }

  SystemClock clock_;
  std::mt19937 random_{20261122};
  int cuts_ = 0, failed_ = 0, used_ = 0;
};

// shows: T10
TEST_F(EvidenceCut, loses_nothing_acknowledged_and_shows_nothing_half) {
  const int wanted = test::cycles("SUYUAN_TEST_CUTS", 5000);
  const auto seed = static_cast<unsigned>(test::cycles("SUYUAN_TEST_SEED", 20261122));
  random_.seed(seed);
  while (cuts_ < wanted) {
    const Judged found = cut(Wrong::kNothing, true);
    ASSERT_EQ(found.lost, 0) << "seed " << seed << ", cut " << cuts_;
    ASSERT_EQ(found.torn, 0) << "seed " << seed << ", cut " << cuts_;
    ASSERT_FALSE(HasFailure());
  }
  std::printf("%d cuts, seed %u; %d files were refused, %d times the folder was written on\n", cuts_, seed, failed_,
              used_);
  EXPECT_GT(failed_, 0);
  EXPECT_GT(used_, 0);
}

TEST_F(EvidenceCut, of_folders_written_wrongly_is_noticed) {
  for (const auto& [name, wrong] :
       {std::pair{"files not synced", Wrong::kNoFileSync}, std::pair{"folders not synced", Wrong::kNoFolderSync},
        std::pair{"renamed before synced", Wrong::kRenameBeforeSync},
        std::pair{"a sync that lies", Wrong::kLyingSync}}) {
    Judged all;
    for (int run = 0; run < 10; ++run) {
      const Judged found = cut(wrong, false);
      all.lost += found.lost;
      all.torn += found.torn;
    }
    std::printf("%-22s lost %d torn %d\n", name, all.lost, all.torn);
    EXPECT_GT(all.lost + all.torn, 0) << name;
  }
}

}  // namespace
}  // namespace suyuan::power
