// SPDX-License-Identifier: Apache-2.0
// The power goes: what the folder of the log had published and not synced may be torn, old or missing. The next process
// makes it again from the rows, and begins where the folder says that all of it was durable.
#include <gtest/gtest.h>

#include <random>
#include <thread>

#include "adapters/sequencing/log_thread.h"
#include "app/tlog/tiles_of.h"
#include "base/fault_points.h"
#include "logged_store.h"

namespace suyuan::storage {
namespace {

namespace fs = std::filesystem;
using tlog::HashKind;
using Files = std::map<std::string, std::string>;

void put_file(const fs::path& file, const std::string& bytes) {
  fs::create_directories(file.parent_path());
  std::ofstream(file, std::ios::binary | std::ios::trunc) << bytes;
}

fs::path hooked_mark;
std::string mark_at_first_tile;
void reached(std::string_view point) {
  if (point != "log.tile" || !mark_at_first_tile.empty()) return;
  std::ifstream file(hooked_mark, std::ios::binary);
  mark_at_first_tile.assign(std::istreambuf_iterator<char>(file), {});
}

class LogAfterPowerCut : public testing::Test {
 protected:
  static constexpr const char* kBelow = "tile/entries/000";  // is not read when the log goes on from beyond it

  LogAfterPowerCut() {
    auto it = open("log");
    it->capture(1, 300, 31);
    EXPECT_EQ(it->settle(), "");
    durable_ = files_under(at("log"));
    fs::copy(at("data"), at("older"), fs::copy_options::recursive);
    for (int i = 0; i < 3; ++i) {
      it->capture(1000 + 100 * i, 80, 32);
      it->act("between");
      while (*it->sequencer->round()) {
      }
    }
    published_ = files_under(at("log"));
    EXPECT_EQ(published_.at(".durable"), durable_.at(".durable"));
    it.reset();
    it = open("elsewhere");
    EXPECT_EQ(it->settle(), "");
    whole_ = files_under(at("elsewhere"));
    EXPECT_TRUE(whole_.at("checkpoint") == published_.at("checkpoint"));
  }
  std::unique_ptr<LoggedStore> open(const fs::path& log, const char* data = "data") {
    return std::make_unique<LoggedStore>(engine_, at(data), at(log), clock_, &keys_);
  }
  fs::path at(const fs::path& name) const { return folder_.path() / name; }
  void put(const char* log, const Files& files) const {
    fs::remove_all(at(log));
    for (const auto& [path, bytes] : files) put_file(at(log) / path, bytes);
  }
  // What was not synced, as chance will have it.
  Files cut() {
    Files left = durable_;
    for (const auto& [path, bytes] : published_) {
      if (durable_.contains(path) && durable_.at(path) == bytes) continue;
      std::string torn = bytes;
      switch (random_() % 5) {
        case 0:
          left[path] = bytes;
          break;
        case 1:
          break;  // as it was, or missing
        case 2:
          left[path] = "";
          break;
        case 3:
          left[path] = bytes.substr(0, bytes.size() / 2);
          break;
        default:
          for (std::size_t i = 0; i < std::min<std::size_t>(512, torn.size()); ++i) torn[i] = '\0';
          left[path] = torn;
      }
    }
    return left;
  }

  Folder folder_;
  ManualClock clock_{parse_instant("2026-11-21T00:00:00Z")->at};
  OwnKeys keys_;
  Engine engine_ = sqlite("sqlite", {});
  Files durable_, published_, whole_;  // the folder when it was durable, with more, and as it has to become
  std::mt19937 random_{20261121};
};

TEST_F(LogAfterPowerCut, makes_what_was_torn_again_and_goes_on) {
  for (int i = 0; i < 20; ++i) {
    Files left = cut();
    left.erase(kBelow);
    put("cut", left);
    const auto it = open("cut");
    ASSERT_EQ(it->settle(), "") << i;
    Files now = files_under(at("cut"));
    EXPECT_FALSE(now.contains(kBelow)) << "it began before what was durable";
    now[kBelow] = whole_.at(kBelow);
    ASSERT_TRUE(now == whole_) << i;
  }
  put("cut", cut());
  const auto it = open("cut");
  it->capture(5000, 40, 33);
  ASSERT_EQ(it->settle(), "");
  for (const HashKind tree : tlog::kTrees) {
    const auto checkpoint = tlog::checkpoint_of(tlog::note_of((*it->files->published()).of(tree))->text);
    EXPECT_EQ(checkpoint->size, 583U);
    TilesOf tiles(*it->files, tree);
    tlog::TileNodes nodes(tree, 583, tiles);
    EXPECT_EQ(*tlog::root_of(tree, nodes, 583), checkpoint->root);
  }
}

TEST_F(LogAfterPowerCut, begins_where_it_is_safe_when_the_mark_says_nothing_good) {
  const auto begins_below = [&](Files files) {
    files.erase(kBelow);
    put("cut", files);
    const auto it = open("cut");
    EXPECT_EQ(it->settle(), "");
    Files now = files_under(at("cut"));
    const bool is_below = now.contains(kBelow);
    now[kBelow] = whole_.at(kBelow);
    EXPECT_TRUE(now == whole_);
    return is_below;
  };
  Files files = published_;
  EXPECT_FALSE(begins_below(files));
  files[".durable"] = "0\n";
  EXPECT_TRUE(begins_below(files)) << "nothing was durable";
  files[".durable"] = published_.at(".durable");
  files[".durable"][40] ^= 1;
  EXPECT_TRUE(begins_below(files)) << "nobody signed it";
  files[".durable"] =
      fmt::format("{}\n{}{}", files.at("sm3/checkpoint").size(), files.at("sm3/checkpoint"), files.at("checkpoint"));
  EXPECT_TRUE(begins_below(files)) << "the trees in each other's place";
  files = whole_;
  files.erase(".durable");
  EXPECT_FALSE(begins_below(files)) << "of an earlier program, which had all of it on the disk";
  files[".durable"] = whole_.at(".durable");
  for (const char* each : {"checkpoint", "sm3/checkpoint"}) files[each] = durable_.at(each);
  EXPECT_FALSE(begins_below(files)) << "older checkpoints than the mark";
  for (const char* each : {"checkpoint", "sm3/checkpoint"}) files[each] = "";
  EXPECT_FALSE(begins_below(files)) << "torn ones";
}

TEST_F(LogAfterPowerCut, a_mark_beyond_the_store_is_an_older_store) {
  Files files = whole_;
  for (const char* each : {"checkpoint", "sm3/checkpoint"}) files[each] = durable_.at(each);
  put("cut", files);
  const auto it = open("cut", "older");
  EXPECT_EQ(it->settle(), "log.ahead");
  EXPECT_TRUE(files_under(at("cut")) == files);
}

// A tile that goes on from what is durable is damaged, so that all of it is made again: unsynced, over what was synced.
TEST_F(LogAfterPowerCut, takes_back_what_was_durable_before_it_is_replaced) {
  Files files = whole_;
  std::string& damaged = files.at("sm3/tile/0/002.p/31");
  damaged.resize(damaged.size() - 1);
  put("cut", files);
  hooked_mark = at("cut") / ".durable";
  mark_at_first_tile.clear();
  const auto it = open("cut");
  armed_fault_hook = reached;
  const std::string settled = it->settle();
  armed_fault_hook = nullptr;
  EXPECT_EQ(settled, "");
  EXPECT_EQ(mark_at_first_tile, "0\n");
  EXPECT_TRUE(files_under(at("cut")) == whole_);
}

// A folder whose disk fails when it is asked to sync.
class Unsynced final : public LogFolder {
 public:
  explicit Unsynced(LogFolder& whole) : whole_(whole) {}
  Result<Checkpoints> published() override { return whole_.published(); }
  Result<Checkpoints> sound() override { return whole_.sound(); }
  Result<std::string> tile(HashKind tree, const tlog::Tile& tile) override { return whole_.tile(tree, tile); }
  Status write(const std::vector<tlog::TileFile>& tiles) override { return whole_.write(tiles); }
  Status publish(const Checkpoints& checkpoints) override { return whole_.publish(checkpoints); }
  Status make_durable() override {
    ++asked;
    return Error{ErrorKind::kInternal, "log.disk", "the disk is at its end"};
  }
  Status distrust() override { return whole_.distrust(); }
  Status clear() override { return whole_.clear(); }
  std::atomic<int> asked = 0;

 private:
  LogFolder& whole_;
};

// As whoever opens the folder anew finds it.
Checkpoints sound_in(const fs::path& log) { return *(*make_log_folder(log))->sound(); }

template <class Condition>
bool comes_true(Condition condition) {
  for (int i = 0; i < 1000; ++i, std::this_thread::sleep_for(std::chrono::milliseconds(20)))
    if (condition()) return true;
  return false;
}

TEST_F(LogAfterPowerCut, the_thread_makes_durable_what_it_published_while_it_runs_and_when_it_ends) {
  const auto it = open("log");
  SilentLog quiet;
  const auto is_durable = [&] { return sound_in(at("log")) == *it->files->published(); };
  {
    const auto thread = start_sequencing(it->services(&keys_), quiet);
    EXPECT_TRUE(comes_true([&] { return !(*it->files->published()).sha256.empty() && is_durable(); }));
    it->capture(6000, 10, 33);
    EXPECT_TRUE(comes_true([&] { return it->size() == 553; }));
  }
  EXPECT_TRUE(is_durable());
}

TEST_F(LogAfterPowerCut, a_sync_that_failed_stops_the_log) {
  const auto it = open("log");
  SilentLog quiet;
  Unsynced folder(*it->files);
  LogServices own = it->services(&keys_);
  const auto thread =
      start_sequencing({own.store, own.events, folder, own.clock, own.signers, own.origin, own.cosigning}, quiet);
  ASSERT_TRUE(comes_true([&] { return thread->stopped_by() == "log.disk"; }));
  const auto size = it->size();
  it->capture(6000, 10, 33);
  std::this_thread::sleep_for(std::chrono::milliseconds(2500));  // longer than a rest after an error
  EXPECT_EQ(it->size(), size);
  EXPECT_EQ(folder.asked, 1);
  EXPECT_EQ(thread->stopped_by(), "log.disk");
}

}  // namespace
}  // namespace suyuan::storage
