// SPDX-License-Identifier: Apache-2.0
// The lookups are written in slices: no COMMIT of a store at work carries more of them than it is allowed.
#include <gtest/gtest.h>

#include "base/fault_points.h"
#include "random_world.h"

namespace suyuan::storage {
namespace {

constexpr std::size_t kBlocks = 4, kBytes = 2500;

// What each COMMIT did to run_block, as triggers wrote it down. Read at every moment between which there is at most one
// COMMIT, in the thread that writes.
struct Slices {
  std::unique_ptr<sql::Connection> connection;
  std::int64_t last = 0;
  std::int64_t commits = 0, inserted = 0, deleted = 0, most = 0;
  std::vector<std::string> wrong;

  void read() {
    sql::Statement* row =
        *connection->prepare("SELECT id, bytes FROM slice WHERE id > $1 ORDER BY id");  // bytes: -1 for a deletion
    row->bind(1, last);
    std::int64_t blocks = 0, bytes = 0, last_block = 0;
    while (*row->step()) {
      last = row->integer(0);
      ++blocks;
      if (row->integer(1) < 0) {
        ++deleted;
        continue;
      }
      ++inserted;
      last_block = row->integer(1);
      bytes += last_block;
    }
    if (blocks == 0) return;
    ++commits;
    most = std::max(most, blocks);
    // The last block may go over the bytes: else a block larger than that would never be written.
    if (blocks > static_cast<std::int64_t>(kBlocks) || bytes - last_block >= static_cast<std::int64_t>(kBytes))
      wrong.push_back(fmt::format("{} blocks, {} bytes, the last of {}", blocks, bytes, last_block));
  }
};
Slices* watched = nullptr;

class LookupSlices : public testing::Test {
 protected:
  ~LookupSlices() override {
    store_.reset();
    armed_fault_hook = nullptr;
    watched = nullptr;
  }
  void open() {
    store_.reset();
    SqliteWarehouseOptions options;
    options.lookups = {
        .spill = 120, .fan_in = 3, .blocks_per_commit = kBlocks, .bytes_per_commit = kBytes, .blocks_waiting = 16};
    auto opened = open_sqlite_warehouse(folder_.path(), clock_, options);
    ASSERT_TRUE(opened.ok()) << opened.error().text;
    store_ = std::move(*opened);
  }
  void watch() {
    auto connection = sql::open_sqlite(folder_.path() / "suyuan.db", sql::Mode::kWrite);
    ASSERT_TRUE(
        (*connection)
            ->execute("CREATE TABLE slice (id INTEGER PRIMARY KEY, bytes INTEGER);"
                      "CREATE TRIGGER slice_in AFTER INSERT ON run_block BEGIN INSERT INTO slice (bytes) VALUES "
                      "(length(NEW.data)); END;"
                      "CREATE TRIGGER slice_out AFTER DELETE ON run_block BEGIN INSERT INTO slice (bytes) VALUES "
                      "(-1); END")
            .ok());
    slices_.connection = std::move(*connection);
    watched = &slices_;
    armed_fault_hook = [](std::string_view point) {
      if (point == "begun" || point == "blocks of a run written" || point == "committed") watched->read();
    };
  }
  void tell(int documents) {
    for (int i = 0; i < documents; ++i)
      ASSERT_TRUE(
          capture_document(at_this_machine(), items_document(next_ += 7, 7), {}, read_epcis, *store_, clock_).ok());
  }

  Folder folder_;
  ManualClock clock_{parse_instant("2026-11-21T00:00:00Z")->at};
  std::unique_ptr<Store> store_;
  Slices slices_;
  int next_ = 0;
};

TEST_F(LookupSlices, are_as_small_as_is_said) {
  ASSERT_NO_FATAL_FAILURE(open());
  watch();
  ASSERT_NO_FATAL_FAILURE(tell(400));
  ASSERT_GT(store_->writer_use().merges, 10U);
  auto connection = sql::open_sqlite(folder_.path() / "suyuan.db", sql::Mode::kWrite);
  ASSERT_TRUE(
      (*connection)  // and all of them are made anew
          ->execute("UPDATE run_block SET data = CAST(substr(data, 1, 20) || x'ff' || substr(data, 22) AS BLOB) "
                    "WHERE id & 16777215 < (SELECT blocks FROM run WHERE run.id = run_block.id >> 24)")
          .ok());
  ASSERT_NO_FATAL_FAILURE(tell(200));
  store_.reset();
  for (const std::string& wrong : slices_.wrong) ADD_FAILURE() << wrong;
  EXPECT_EQ(slices_.most, static_cast<std::int64_t>(kBlocks));
  EXPECT_GT(slices_.commits, 300);
  EXPECT_GT(slices_.inserted, 500);
  EXPECT_GT(slices_.deleted, 200);
}

}  // namespace
}  // namespace suyuan::storage
