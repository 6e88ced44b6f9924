// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <array>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "app/ports/log_folder.h"
#include "app/tlog/row_walk.h"

namespace suyuan {

using RootPair = std::array<tlog::Hash, 2>;  // of both trees

// Takes the leaves as the rows give them and holds them against the files of the log: entry bundles, and the hash tiles
// of every level of both trees. Where they differ it says which of them is the odd one, goes on with what the others
// agree on, and so keeps one change from showing as many. Memory: one tile of each level.
class LeafWalk {
 public:
  // `folder`: null for none. `in_files`: so many leaves have tiles. `sizes`: of which roots are wanted, ascending.
  LeafWalk(LogFolder* folder, std::uint64_t in_files, std::vector<std::uint64_t> sizes, LogFaults& faults);

  // What the leaf is, taken all together; nothing when nobody knows. Errors: kInternal "log.disk".
  Result<std::optional<std::string>> take(const LeafRow& row);

  // Nothing: that size was not asked for or not reached, or some leaf before it is known to nobody.
  std::optional<RootPair> root_at(std::uint64_t size) const;

 private:
  struct Cursor {  // a tile that is being gone over
    std::uint64_t index = UINT64_MAX;
    std::string bytes;  // "": there is none, and that was said
  };
  static std::size_t of(tlog::HashKind tree) { return tree == tlog::HashKind::kSm3 ? 1 : 0; }
  Cursor& cursor(tlog::HashKind tree, int level) { return cursors_[of(tree)][static_cast<std::size_t>(level + 1)]; }
  Status load(tlog::HashKind tree, int level, std::uint64_t tile);
  Result<std::optional<tlog::Hash>> stored(tlog::HashKind tree, int level, std::uint64_t node);
  Result<std::optional<std::string_view>> bundled(std::uint64_t leaf);
  std::optional<std::string> judge(const LeafRow& row, std::optional<std::string_view> bundled,
                                   const std::array<std::optional<tlog::Hash>, 2>& hashes);
  void say_row_changed(const LeafRow& row, std::string_view in_log);
  std::array<std::optional<tlog::Hash>, 2> settle(const LeafRow& row, const std::optional<std::string>& entry,
                                                  const std::array<std::optional<tlog::Hash>, 2>& hashes);
  Status append(tlog::HashKind tree, const std::optional<tlog::Hash>& leaf);
  Status compare_node(tlog::HashKind tree, unsigned level, std::uint64_t index, const tlog::Hash& hash);
  void say_tile(tlog::HashKind tree, int level, std::uint64_t node, std::string_view what);

  LogFolder* folder_;
  std::uint64_t in_files_;
  std::vector<std::uint64_t> sizes_;
  std::size_t next_size_ = 0;
  LogFaults& faults_;
  std::array<std::array<Cursor, tlog::kLevelsOfTiles + 1>, 2> cursors_;  // by tree and level + 1
  std::vector<std::string_view> bundle_;                                 // entries of the bundle's cursor
  std::array<tlog::Frontier, 2> frontiers_{tlog::Frontier(tlog::HashKind::kSha256),
                                           tlog::Frontier(tlog::HashKind::kSm3)};
  bool is_known_ = true;  // every leaf so far
  std::map<std::uint64_t, RootPair> roots_;
};

}  // namespace suyuan
