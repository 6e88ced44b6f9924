// SPDX-License-Identifier: Apache-2.0
// A backup never makes a second history: its log goes on after what was published, or stands still.
#include "adapters/warehouse/backup_store.h"
#include "app/tlog/tiles_of.h"
#include "logged_store.h"

namespace suyuan::storage {
namespace {

using tlog::HashKind;

class Restored : public testing::Test {
 protected:
  // Five events, a backup, five more that somebody has receipts of.
  void SetUp() override {
    LoggedStore it(engine_, at("data"), at("log"), clock_, &keys_);
    it.capture(1, 5, 31);
    ASSERT_EQ(it.settle(), "");
    BackupOptions options;
    options.erasures = [](sql::Database&, KeyEraser&) { return Result<std::string>("{\"erasures\":[]}"); };
    const auto backup = backup_store(at("data"), at("backup"), clock_, options);
    ASSERT_TRUE(backup.ok()) << backup.error().text;
    it.capture(6, 5, 31);
    it.act("late");
    ASSERT_EQ(it.settle(), "");
    published_ = *it.files->published();
    RestoreOptions restore;
    restore.settle = [](const BackupManifest&, sql::Database& records, KeyEraser&) { return stand_still(records); };
    const auto restored = restore_store(at("backup"), at("restored"), clock_, restore);
    ASSERT_TRUE(restored.ok()) << restored.error().text;
    EXPECT_TRUE(restored->has_log);
  }
  std::filesystem::path at(const char* name) const { return folder_.path() / name; }
  tlog::Checkpoint published(HashKind tree) const {
    return *tlog::checkpoint_of(tlog::note_of(published_.of(tree))->text);
  }

  Folder folder_;
  ManualClock clock_{parse_instant("2026-11-21T00:00:00Z")->at};
  OwnKeys keys_;
  Engine engine_ = sqlite("sqlite", {});
  Checkpoints published_;
};

// shows: T9, T10
TEST_F(Restored, the_log_goes_on_after_what_was_published) {
  LoggedStore it(engine_, at("restored"), at("log"), clock_, &keys_);
  it.capture(100, 2, 31);
  it.capture(200, 1, 32);
  ASSERT_EQ(it.settle(), "");
  EXPECT_EQ(it.size(), 14U) << "five events, six leaves without rows, three events";
  EXPECT_EQ(it.state().standing, LogStanding::kGrows);
  for (const HashKind tree : tlog::kTrees) {
    const auto before = published(tree);
    TilesOf tiles(*it.files, tree);
    tlog::TileNodes nodes(tree, 14, tiles);
    EXPECT_EQ(*tlog::root_of(tree, nodes, before.size), before.root) << "what others saw is the past of what is now";
  }
  const auto counts = it.records->counts(1, {OrgId(31), OrgId(32)});
  EXPECT_EQ(counts->at(OrgId(31)), 12U) << "ten numbers were given before";
  EXPECT_EQ(counts->at(OrgId(32)), 1U);

  const auto made = files_under(at("log"));
  const auto again = make_log_folder(at("elsewhere"));
  LogServices services = it.services(nullptr);
  Sequencer follower({*it.records, services.events, **again, clock_, {}, services.origin});
  ASSERT_TRUE(follower.round().ok());
  ASSERT_TRUE((*again)->make_durable().ok());
  EXPECT_EQ(files_under(at("elsewhere")), made) << "and it can be made again without the lost rows";
}

TEST_F(Restored, without_the_published_folder_nothing_is_signed) {
  LoggedStore it(engine_, at("restored"), at("new"), clock_, &keys_);
  it.capture(100, 2, 31);
  EXPECT_EQ(it.settle(), "log.restored");
  EXPECT_EQ(it.files->published()->sha256, "");
  EXPECT_EQ(it.size(), 5U);
}

TEST_F(Restored, a_folder_that_was_changed_is_not_gone_on_from) {
  std::ofstream(at("log") / "tile" / "entries" / "000.p" / "11", std::ios::trunc) << "nonsense";
  LoggedStore it(engine_, at("restored"), at("log"), clock_, &keys_);
  EXPECT_NE(it.settle(), "");
  EXPECT_EQ(it.size(), 5U);
  EXPECT_EQ(*it.files->published(), published_);
}

TEST_F(Restored, somebody_elses_folder_is_not_gone_on_from) {
  OwnKeys others;
  {
    LoggedStore other(engine_, at("other"), at("other-log"), clock_, &others);
    other.capture(1, 20, 31);
    ASSERT_EQ(other.settle(), "");
  }
  LoggedStore it(engine_, at("restored"), at("other-log"), clock_, &keys_);
  EXPECT_EQ(it.settle(), "log.restored") << "its checkpoint is signed by other keys";
  EXPECT_EQ(it.size(), 5U);
}

}  // namespace
}  // namespace suyuan::storage
