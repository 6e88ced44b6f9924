// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <algorithm>
#include <functional>
#include <memory>
#include <span>

#include "base/result.h"
#include "engine/runs/block.h"
#include "engine/runs/bloom.h"

// Sorted runs: an index in immutable pieces. The newest entries lie in memory as sorted parts; now and then parts
// become a run, whose blocks lie in somebody's store, and runs of one level become one of the next. What a run keeps in
// memory is the first key of each block and a filter. Log-structured merge, O'Neil et al. 1996.
namespace suyuan::runs {

using Part = std::vector<Entry>;  // ascending, each once

struct Run {
  std::uint64_t id = 0;
  int level = 0;
  std::uint64_t count = 0;            // entries
  std::uint64_t keys = 0;             // distinct ones
  std::uint64_t base = 0;             // no value is smaller
  std::vector<std::uint64_t> fences;  // first key of each block
  Bloom bloom;
};

// Where blocks lie. The text lives until the next call. Errors: those of the store; kCorrupt when there is no block.
class BlockSource {
 public:
  virtual ~BlockSource() = default;
  virtual Result<std::string_view> block(std::uint64_t run, std::size_t number) = 0;
};

// What an index holds at one moment. Never changes, and may be read by many at once.
struct Snapshot {
  std::vector<std::shared_ptr<const Part>> parts;
  std::vector<std::shared_ptr<const Run>> runs;

  bool has_entries() const {  // a run may have none
    return std::any_of(parts.begin(), parts.end(), [](const auto& each) { return !each->empty(); }) ||
           std::any_of(runs.begin(), runs.end(), [](const auto& each) { return each->count > 0; });
  }
};

// Errors of all: those of the source; kCorrupt "store.lookup_damaged" for a block that its checksum or its form gives
// away.

// Appends the values of a key, each once within a part or run.
void find_in_parts(std::span<const std::shared_ptr<const Part>> parts, std::uint64_t key,
                   std::vector<std::uint64_t>& values);
Status find_in_runs(std::span<const std::shared_ptr<const Run>> runs, std::uint64_t key, BlockSource& source,
                    std::vector<std::uint64_t>& values);
Status find(const Snapshot& snapshot, std::uint64_t key, BlockSource& source, std::vector<std::uint64_t>& values);
// The entries of many keys (ascending, each once), ascending, each once. Decodes every block once.
Result<Part> find_many(const Snapshot& snapshot, std::span<const std::uint64_t> keys, BlockSource& source);
// The first `limit` entries between `after` and `end` (both left out), ascending, or descending when `end` is the
// lesser. Each once.
Result<Part> next_entries(const Snapshot& snapshot, Entry after, Entry end, std::size_t limit, BlockSource& source);

// Goes through everything in a snapshot, ascending, each entry once.
class Merge {
 public:
  Merge(Snapshot snapshot, BlockSource& source);
  ~Merge();
  Merge(Merge&&) noexcept;
  // The next entries, some thousand; none at the end.
  Status next(Part& some);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

// Writes one run with everything in the snapshot. `put` takes its blocks in order, then those of its fences and filter;
// it may wait, and answers false to give up. Nothing: given up. Errors: as above.
using PutBlock = std::function<bool(std::string)>;
Result<std::optional<Run>> build_run(const Snapshot& snapshot, std::uint64_t id, int level, BlockSource& source,
                                     const PutBlock& put);
// Reads fences and filter back, from the blocks after the `blocks` ones with entries.
Status read_tail(Run& run, std::size_t blocks, std::size_t tail_blocks, BlockSource& source);

}  // namespace suyuan::runs
