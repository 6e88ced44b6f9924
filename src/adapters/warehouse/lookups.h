// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <array>
#include <atomic>
#include <condition_variable>
#include <deque>
#include <memory>
#include <mutex>
#include <thread>
#include <unordered_map>

#include "adapters/sql/sql.h"
#include "adapters/warehouse/pending_entries.h"
#include "engine/runs/index.h"

// What the SQLite store looks up by a random key: sorted runs, derived from the tables. docs/formats/runs.md.
namespace suyuan {

struct LookupOptions {
  std::size_t spill = 1U << 19U;             // entries of a lookup in memory that become a run
  std::size_t fan_in = 6;                    // runs of a level that become one of the next
  std::size_t blocks_per_commit = 256;       // so that a commit with them stays far below 100 ms
  std::size_t bytes_per_commit = 1U << 20U;  // the same: blocks with filters are larger
  std::size_t blocks_waiting = 2048;         // then the thread that builds waits for the writer
  std::size_t builds_waiting = 12;           // then large documents wait for the thread that builds
};

// Blocks by way of a connection.
class SqliteBlocks final : public runs::BlockSource {
 public:
  explicit SqliteBlocks(sql::Connection& connection) : connection_(connection) {}
  Result<std::string_view> block(std::uint64_t run, std::size_t number) override;

 private:
  sql::Connection& connection_;
  std::string bytes_;
};

// What every lookup holds at one moment.
struct LookupState {
  std::array<runs::Snapshot, kAllLookups.size()> of;
  const runs::Snapshot& operator[](Lookup which) const { return of[slot(which)]; }
};

// The lookups of one store. `state` may be taken by any thread; the rest belongs to the thread that writes.
class Lookups {
 public:
  explicit Lookups(const LookupOptions& options);
  ~Lookups();
  Lookups(const Lookups&) = delete;
  Lookups& operator=(const Lookups&) = delete;

  // Reads the runs and makes what the tables have after them. A damaged run is dropped with its lookup, which is then
  // made anew. `builder`: a connection of its own for the thread that makes runs. `wake`: there is something to write.
  Status open(sql::Connection& writer, std::unique_ptr<sql::Connection> builder, std::function<void()> wake);

  // Drops every run and makes all lookups again from the tables. Readers see the old ones until it is done.
  Status rebuild(sql::Connection& writer);
  // A merge met a damaged run, or a rebuild failed: nothing that asks the lookups may be stored before one has ended.
  bool must_rebuild() const { return is_damaged_ || !is_whole_; }

  std::shared_ptr<const LookupState> state() const;

  // After COMMIT: the entries become visible. Everything up to these numbers has been published.
  void publish(PendingEntries& pending, std::int64_t event, std::int64_t object);
  // After that, when nobody waits: keeps the parts in memory few.
  void merge_parts();
  Status find(Lookup which, std::uint64_t key, runs::BlockSource& source, std::vector<std::uint64_t>& values) const;

  // Within a transaction: writes some of the blocks that wait. After it: `written`.
  Status write_some(sql::Connection& connection);
  void written(bool is_committed);
  bool has_work() const;
  // Runs are asked for faster than they are made: entries pile up in memory. Any thread.
  bool is_behind() const;
  Status settle(sql::Connection& connection);  // writes all that waits, in transactions of its own
  // Since it was opened; merges count as runs too. Any thread.
  std::uint64_t runs_written() const { return runs_written_; }
  std::uint64_t runs_merged() const { return runs_merged_; }

 private:
  struct Build;

  runs::Index& index(Lookup which) { return indexes_[slot(which)]; }
  const runs::Index& index(Lookup which) const { return indexes_[slot(which)]; }
  Status read_runs(sql::Connection& connection);
  Status replay(sql::Connection& connection);
  Status drop(sql::Connection& connection, Lookup which);
  void forget(Lookup which);
  void bury(const std::shared_ptr<const runs::Run>& run);
  Status drop_orphans(sql::Connection& connection);
  void take(PendingEntries& pending, std::int64_t event, std::int64_t object);
  void refresh();
  void start_builds(std::int64_t event, std::int64_t object);
  bool has_builds() const;
  bool lags(Lookup which, std::int64_t event, std::int64_t object) const;
  void start(Lookup which, runs::Snapshot made_of, int level, std::int64_t event, std::int64_t object);
  void build_all();
  bool put(Build& build, std::string block);
  Status write_blocks(sql::Connection& connection, Build& build, std::size_t& budget);
  Status write_run(sql::Connection& connection, const Build& build);
  Status delete_dead(sql::Connection& connection, std::size_t budget);
  void install(const Build& build);
  void filter_again(Lookup which);

  LookupOptions options_;
  std::array<runs::Index, kAllLookups.size()> indexes_;
  std::array<runs::Snapshot, kAllLookups.size()> current_;  // of the indexes
  bool is_whole_ = false;                                   // readers are not shown what is not
  bool is_damaged_ = false;                                 // a merge met a damaged run, or a rebuild could not drop it
  std::array<runs::Bloom, kAllLookups.size()> in_memory_;   // of kObjectKey, kEventId: keys of the parts
  mutable std::mutex state_mutex_;
  std::shared_ptr<const LookupState> state_;
  std::unordered_map<std::uint64_t, std::pair<std::int64_t, std::int64_t>> upto_;  // by run: event, object
  std::array<std::pair<std::int64_t, std::int64_t>, kAllLookups.size()>
      covered_{};  // the same, of runs that were begun
  std::atomic<std::uint64_t> runs_written_ = 0, runs_merged_ = 0;
  std::uint64_t next_run_ = 1;

  struct Dead {
    std::weak_ptr<const runs::Run> run;
    std::uint64_t next_block, end;
  };
  std::vector<Dead> dead_;

  // Shared with the thread that builds.
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<std::unique_ptr<Build>> builds_;  // first in, first built, first written
  bool stopping_ = false;
  std::unique_ptr<sql::Connection> builder_connection_;
  std::function<void()> wake_;
  std::thread builder_;
};

}  // namespace suyuan
