// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "engine/runs/run.h"

namespace suyuan::runs {

// An index that grows: parts in memory, merged like a binary counter, and runs. One thread changes it; `snapshot` is
// taken by that thread and then read by anybody.
class Index {
 public:
  // `entries` in any order.
  void add(Part entries);
  // Merges parts of like size, so that they stay few. Once after some that were added. False: nothing to do.
  bool merge_parts();
  std::size_t hot() const;  // entries in memory that no run is being made of
  // Takes the hot parts aside for a run; they stay visible until `install`.
  Snapshot freeze();
  // A run takes the place of what it was made of.
  void install(const Snapshot& made_of, std::shared_ptr<const Run> run);
  void add_run(std::shared_ptr<const Run> run) { runs_.push_back(std::move(run)); }
  // Runs of one level that should become one of the next; none: no level has `fan_in` of them that nobody merges.
  Snapshot mergeable(std::size_t fan_in);

  Snapshot snapshot() const;
  const std::vector<std::shared_ptr<const Run>>& runs() const { return runs_; }
  void clear();

 private:
  std::vector<std::shared_ptr<const Part>> hot_, frozen_;
  std::vector<std::shared_ptr<const Run>> runs_, merging_;
};

}  // namespace suyuan::runs
