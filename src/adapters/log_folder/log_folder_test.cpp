// SPDX-License-Identifier: Apache-2.0
#include "adapters/log_folder/log_folder.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <fstream>
#include <set>
#include <sstream>
#include <thread>

namespace suyuan {
namespace {

namespace fs = std::filesystem;
using tlog::HashKind;

class LogFolderOnDisk : public testing::Test {
 protected:
  LogFolderOnDisk() {
    std::string name = (fs::temp_directory_path() / "suyuan-log-XXXXXX").string();
    outer_ = ::mkdtemp(name.data());
    path_ = outer_ / "log";
  }
  ~LogFolderOnDisk() override { fs::remove_all(outer_); }

  std::unique_ptr<LogFolder> open() {
    auto folder = make_log_folder(path_);
    EXPECT_TRUE(folder.ok()) << folder.error().text;
    return std::move(*folder);
  }
  static Checkpoints notes_at(std::uint64_t size) {
    return {fmt::format("sha256 {}\n", size), fmt::format("sm3 {}\n", size)};
  }
  static std::string entry(std::uint64_t i) { return fmt::format("entry {}", i); }

  void grow_to(LogFolder& folder, std::uint64_t size, bool is_durable = true) {
    while (growth_.size() < size) ASSERT_TRUE(growth_.add(entry(growth_.size())).ok());
    const auto written = folder.write(growth_.take_tiles());
    ASSERT_TRUE(written.ok()) << written.error().text;
    const auto published = folder.publish(notes_at(size));
    ASSERT_TRUE(published.ok()) << published.error().text;
    if (!is_durable) return;
    const auto durable = folder.make_durable();
    ASSERT_TRUE(durable.ok()) << durable.error().text;
  }
  std::set<std::string> files() const {
    std::set<std::string> found;
    for (const auto& each : fs::recursive_directory_iterator(path_)) {
      if (!each.is_directory()) found.insert(each.path().lexically_relative(path_).string());
    }
    return found;
  }
  static std::string contents(const fs::path& file) {
    std::ostringstream text;
    text << std::ifstream(file, std::ios::binary).rdbuf();
    return text.str();
  }
  static void write(const fs::path& file, std::string_view bytes) { std::ofstream(file, std::ios::binary) << bytes; }

  fs::path outer_, path_;
  tlog::Growth growth_;
};

TEST_F(LogFolderOnDisk, has_the_layout_of_tlog_tiles_twice_and_everybody_may_read_it) {
  const mode_t mask = ::umask(0077);
  auto folder = open();
  EXPECT_EQ(*folder->published(), Checkpoints());
  grow_to(*folder, 20);
  grow_to(*folder, 300);
  ::umask(mask);
  const std::set<std::string> expected = {".durable",           "checkpoint",           "tile/0/000",
                                          "tile/0/001.p/44",    "tile/1/000.p/1",       "tile/entries/000",
                                          "sm3/checkpoint",     "sm3/tile/0/000",       "sm3/tile/0/001.p/44",
                                          "sm3/tile/1/000.p/1", "tile/entries/001.p/44"};
  EXPECT_EQ(files(), expected);
  EXPECT_FALSE(fs::exists(path_ / "tile/0/000.p"));  // no folder is left of what a whole tile made needless
  EXPECT_EQ(*folder->published(), notes_at(300));
  for (const auto& each : fs::recursive_directory_iterator(path_)) {
    const auto rights = static_cast<unsigned>(each.status().permissions());
    EXPECT_EQ(rights, each.is_directory() ? 0755U : 0644U) << each.path();
  }
  EXPECT_EQ(static_cast<unsigned>(fs::status(path_).permissions()), 0755U);
}

TEST_F(LogFolderOnDisk, gives_the_first_of_the_narrowest_tile_that_has_them) {
  auto folder = open();
  std::map<std::uint64_t, std::string> bundles, hashes;
  for (const std::uint64_t size : {3, 90, 200, 256, 257}) {
    ASSERT_NO_FATAL_FAILURE(grow_to(*folder, size));
    std::string bundle;
    for (std::uint64_t width = 1; width <= std::min<std::uint64_t>(size, 256); ++width) {
      tlog::add_entry(bundle, entry(width - 1));
      ASSERT_EQ(*folder->tile(HashKind::kSha256, {-1, 0, width}), bundle) << width << " of " << size;
      ASSERT_EQ(*folder->tile(HashKind::kSm3, {-1, 0, width}), bundle);
      for (const HashKind tree : tlog::kTrees) {
        const auto tile = folder->tile(tree, {0, 0, width});
        ASSERT_EQ(tile->size(), width * 32);
        const tlog::Hash last = tlog::leaf_hash(tree, entry(width - 1));
        ASSERT_EQ(tile->substr(tile->size() - 32), std::string(last.begin(), last.end()));
      }
    }
    if (size < 256) {
      const auto beyond = folder->tile(HashKind::kSha256, {0, 0, size + 1});
      ASSERT_FALSE(beyond.ok());
      EXPECT_EQ(beyond.error().code, "log.no_tile");
      EXPECT_NE(beyond.error().text.find(fmt::format("tile/0/000.p/{}", size + 1)), std::string::npos);
    }
  }
  EXPECT_EQ(folder->tile(HashKind::kSm3, {2, 0, 1}).error().code, "log.no_tile");
}

TEST_F(LogFolderOnDisk, who_reads_changes_nothing_and_who_writes_removes_what_was_left) {
  grow_to(*open(), 5);
  write(path_ / ".new/file", "half");
  const auto before = files();
  {
    auto folder = open();
    EXPECT_TRUE(folder->tile(HashKind::kSha256, {0, 0, 5}).ok());
    EXPECT_EQ(folder->published()->sha256, "sha256 5\n");
    EXPECT_EQ(files(), before);
    grow_to(*folder, 6);
  }
  EXPECT_FALSE(fs::exists(path_ / ".new/file"));
  EXPECT_TRUE(fs::exists(path_ / "tile/0/000.p/6"));
  EXPECT_FALSE(fs::exists(path_ / "tile/0/000.p/5"));
}

TEST_F(LogFolderOnDisk, without_the_first_checkpoint_begins_anew) {
  grow_to(*open(), 300);
  fs::remove(path_ / "checkpoint");
  auto folder = open();
  EXPECT_EQ(*folder->published(), Checkpoints());
  growth_ = tlog::Growth();
  grow_to(*folder, 1);
  EXPECT_EQ(files(), (std::set<std::string>{".durable", "checkpoint", "sm3/checkpoint", "tile/0/000.p/1",
                                            "tile/entries/000.p/1", "sm3/tile/0/000.p/1"}));
}

TEST_F(LogFolderOnDisk, can_be_cleared_and_made_again) {
  auto folder = open();
  grow_to(*folder, 300);
  ASSERT_TRUE(folder->clear().ok());
  EXPECT_EQ(files(), std::set<std::string>{".durable"});
  EXPECT_EQ(contents(path_ / ".durable"), "0\n");
  EXPECT_EQ(*folder->published(), Checkpoints());
  growth_ = tlog::Growth();
  grow_to(*folder, 2);
  EXPECT_TRUE(fs::exists(path_ / "sm3/tile/0/000.p/2"));
}

TEST_F(LogFolderOnDisk, is_written_by_one_at_a_time_and_the_other_is_told) {
  auto one = open(), other = open();
  grow_to(*one, 1);
  const auto refused = other->publish({"a", "b"});
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().code, "log.folder_in_use");
  EXPECT_EQ(other->published()->sha256, "sha256 1\n");
  one.reset();
  EXPECT_TRUE(other->publish({"a", "b"}).ok());
}

TEST_F(LogFolderOnDisk, says_which_file_and_what_the_system_said_and_stops) {
  auto folder = open();
  grow_to(*folder, 1);
  fs::remove_all(path_ / "tile/0");
  write(path_ / "tile/0", "a file");
  const auto failed = folder->write({{HashKind::kSha256, {0, 1, 1}, std::string(32, 'x')}});
  ASSERT_FALSE(failed.ok());
  EXPECT_EQ(failed.error().code, "log.disk");
  EXPECT_NE(failed.error().text.find(path_.string() + "/tile/0"), std::string::npos) << failed.error().text;
  EXPECT_NE(failed.error().text.find("Not a directory"), std::string::npos) << failed.error().text;
  fs::remove(path_ / "tile/0");
  for (const auto& again :
       {folder->write({}), folder->publish({"a", "b"}), folder->make_durable(), folder->distrust(), folder->clear()}) {
    ASSERT_FALSE(again.ok());
    EXPECT_EQ(again.error().text, failed.error().text);
  }
  EXPECT_EQ(folder->published()->sha256, "sha256 1\n");  // reading goes on
}

TEST_F(LogFolderOnDisk, follows_no_link_and_waits_for_no_pipe) {
  auto folder = open();
  grow_to(*folder, 3);
  const fs::path secret = outer_ / "secret";
  write(secret, std::string(32, 's'));
  fs::remove(path_ / "tile/0/000.p/3");
  fs::create_symlink(secret, path_ / "tile/0/000.p/1");
  EXPECT_EQ(folder->tile(HashKind::kSha256, {0, 0, 1}).error().code, "log.disk");
  fs::remove(path_ / "tile/0/000.p/1");
  ASSERT_EQ(::mkfifo((path_ / "tile/0/000.p/1").c_str(), 0644), 0);
  EXPECT_EQ(folder->tile(HashKind::kSha256, {0, 0, 1}).error().code, "log.disk");
  fs::create_directories(outer_ / "elsewhere/0/000.p");
  write(outer_ / "elsewhere/0/000.p/1", std::string(32, 's'));
  fs::remove_all(path_ / "tile");
  fs::create_symlink(outer_ / "elsewhere", path_ / "tile");
  EXPECT_FALSE(folder->tile(HashKind::kSha256, {0, 0, 1}).ok());
  EXPECT_FALSE(folder->write({{HashKind::kSha256, {0, 0, 2}, std::string(64, 'x')}}).ok());
  EXPECT_FALSE(fs::exists(outer_ / "elsewhere/0/000.p/2"));
}

TEST_F(LogFolderOnDisk, removes_no_file_that_a_link_in_it_names) {
  grow_to(*open(), 3);
  fs::create_directories(outer_ / "elsewhere");
  write(outer_ / "elsewhere/kept", "kept");
  fs::create_symlink(outer_ / "elsewhere", path_ / "tile/x999");
  ASSERT_TRUE(open()->clear().ok());
  EXPECT_EQ(files(), std::set<std::string>{".durable"});
  EXPECT_EQ(contents(outer_ / "elsewhere/kept"), "kept");
}

TEST_F(LogFolderOnDisk, names_a_damaged_tile) {
  auto folder = open();
  grow_to(*folder, 300);
  fs::resize_file(path_ / "sm3/tile/0/000", 8191);
  fs::resize_file(path_ / "tile/entries/001.p/44", 20);
  for (const std::uint64_t width : {7, 256}) {
    const auto damaged = folder->tile(HashKind::kSm3, {0, 0, width});
    ASSERT_FALSE(damaged.ok());
    EXPECT_EQ(damaged.error().kind, ErrorKind::kCorrupt);
    EXPECT_NE(damaged.error().text.find("sm3/tile/0/000 is damaged"), std::string::npos) << damaged.error().text;
  }
  EXPECT_EQ(folder->tile(HashKind::kSha256, {-1, 1, 44}).error().code, "log.tile");
  EXPECT_TRUE(folder->tile(HashKind::kSha256, {0, 0, 256}).ok());
}

TEST_F(LogFolderOnDisk, keeps_narrower_tiles_until_wider_ones_are_durable) {
  auto folder = open();
  grow_to(*folder, 20);
  while (growth_.size() < 300) ASSERT_TRUE(growth_.add(entry(growth_.size())).ok());
  ASSERT_TRUE(folder->write(growth_.take_tiles()).ok());
  ASSERT_TRUE(folder->publish(notes_at(300)).ok());
  EXPECT_EQ(*folder->sound(), notes_at(300)) << "as long as this process is there";
  for (const char* each : {"tile/0/000", "tile/0/000.p/20", "sm3/tile/0/000.p/20", "tile/entries/000.p/20"})
    EXPECT_TRUE(fs::exists(path_ / each)) << each;
  EXPECT_EQ(contents(path_ / ".durable"), "10\nsha256 20\nsm3 20\n");
  EXPECT_EQ(*open()->sound(), notes_at(20));
  EXPECT_EQ(*open()->published(), notes_at(300));
  ASSERT_TRUE(folder->make_durable().ok());
  EXPECT_FALSE(fs::exists(path_ / "tile/0/000.p"));
  EXPECT_EQ(*open()->sound(), notes_at(300));
  const auto written = fs::last_write_time(path_ / ".durable");
  ASSERT_TRUE(folder->make_durable().ok());
  EXPECT_EQ(fs::last_write_time(path_ / ".durable"), written) << "there was nothing new";
}

TEST_F(LogFolderOnDisk, relies_on_nothing_where_the_mark_is_damaged_and_on_what_was_published_without_one) {
  grow_to(*open(), 300);
  for (const std::string_view damaged : {"", "x", "5", "-1\nabc", "90\nsha256 300\nsm3 300\n", "\n", "0\n"}) {
    write(path_ / ".durable", damaged);
    EXPECT_EQ(*open()->sound(), Checkpoints()) << damaged;
  }
  fs::remove(path_ / ".durable");
  EXPECT_EQ(*open()->sound(), notes_at(300)) << "an earlier program wrote it";
  EXPECT_FALSE(fs::exists(path_ / ".durable"));
  ASSERT_TRUE(open()->write({}).ok());
  EXPECT_EQ(contents(path_ / ".durable"), "11\nsha256 300\nsm3 300\n");
  fs::remove(path_ / "checkpoint");
  EXPECT_EQ(*open()->sound(), Checkpoints()) << "all of it will be taken away";
}

TEST_F(LogFolderOnDisk, shows_what_was_durable_in_the_place_of_a_torn_checkpoint) {
  grow_to(*open(), 5);
  for (const std::string& torn : {std::string(), std::string(9, '\0') + "\n", std::string(512, 's')}) {
    write(path_ / "checkpoint", torn);
    EXPECT_EQ(*open()->published(), notes_at(5));
  }
  write(path_ / "checkpoint", "sha256 6");
  EXPECT_EQ(open()->published()->sha256, "sha256 6") << "no cut does that, and whoever verifies is to see it";
  write(path_ / "checkpoint", "");
  fs::remove(path_ / ".durable");
  EXPECT_EQ(*open()->published(), Checkpoints());
}

TEST_F(LogFolderOnDisk, gives_out_nothing_torn) {
  auto folder = open();
  grow_to(*folder, 90);
  grow_to(*folder, 200);
  const std::string whole = contents(path_ / "tile/0/000.p/200"), bundle = contents(path_ / "tile/entries/000.p/200");
  const auto torn = [](std::string bytes, std::size_t at) { return bytes.replace(at, 512, std::string(512, '\0')); };
  fs::create_directories(path_ / "tile/0/000.p");
  write(path_ / "tile/0/000.p/90", torn(whole.substr(0, 90 * 32), 1024));
  EXPECT_EQ(*folder->tile(HashKind::kSha256, {0, 0, 90}), whole.substr(0, 90 * 32)) << "a wider one has them";
  for (std::size_t at = 0; at + 512 <= whole.size(); at += 512) {
    write(path_ / "tile/0/000.p/200", torn(whole, at));
    EXPECT_EQ(folder->tile(HashKind::kSha256, {0, 0, 90}).error().code, "log.tile") << at;
    EXPECT_EQ(folder->tile(HashKind::kSha256, {0, 0, 200}).error().code, "log.tile") << at;
  }
  for (std::size_t at = 0; at + 512 <= bundle.size(); ++at) {
    write(path_ / "tile/entries/000.p/200", torn(bundle, at));
    EXPECT_EQ(folder->tile(HashKind::kSha256, {-1, 0, 200}).error().code, "log.tile") << at;
  }
}

TEST_F(LogFolderOnDisk, needs_a_folder_that_is_there) {
  for (const fs::path& wrong : {outer_ / "none/log", fs::path("/")}) {
    const auto folder = make_log_folder(wrong);
    ASSERT_FALSE(folder.ok()) << wrong;
    EXPECT_EQ(folder.error().code, "log.disk");
  }
  fs::create_directory(outer_ / "elsewhere");
  fs::create_directory_symlink(outer_ / "elsewhere", path_);  // the operator's link is followed
  grow_to(*open(), 1);
  EXPECT_TRUE(fs::exists(outer_ / "elsewhere/checkpoint"));
}

TEST_F(LogFolderOnDisk, is_read_while_it_is_written) {
  auto folder = open();
  grow_to(*folder, 1);
  std::atomic<std::uint64_t> size = 1;
  std::atomic<int> reads = 0;
  std::thread reader([&] {
    for (std::uint64_t at = 0; at < 600; ++reads) {
      at = size;
      for (const HashKind tree : tlog::kTrees) {
        for (std::uint64_t index = 0; index * 256 < at; ++index) {
          const std::uint64_t width = std::min<std::uint64_t>(256, at - index * 256);
          const auto tile = folder->tile(tree, {0, index, width});
          EXPECT_TRUE(tile.ok()) << tile.error().text;
          EXPECT_TRUE(folder->tile(tree, {-1, index, 1 + width / 2}).ok());
        }
      }
    }
  });
  for (std::uint64_t next = 2; next <= 600; next += next < 250 || next > 260 ? 7 : 1) {
    grow_to(*folder, next, next % 5 == 0);
    size = next;
  }
  grow_to(*folder, 600);
  size = 600;
  reader.join();
  EXPECT_GT(reads, 0);
}

}  // namespace
}  // namespace suyuan
