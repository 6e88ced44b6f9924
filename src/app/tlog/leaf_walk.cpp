// SPDX-License-Identifier: Apache-2.0
#include "app/tlog/leaf_walk.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"

namespace suyuan {

namespace {

using tlog::Hash;
using tlog::HashKind;
using tlog::kTileWidth;

constexpr int kBundles = -1;
constexpr std::string_view kMakeAnew =
    "Take the folder of the log away and start the server, which makes it again from the store; keep it, if somebody "
    "may have changed it on purpose.";

std::uint64_t nodes_at(int level, std::uint64_t size) {
  return level <= 0 ? size : size >> (8U * static_cast<unsigned>(level));
}

std::string file_of(HashKind tree, const tlog::Tile& tile) {
  return (tree == HashKind::kSm3 ? "sm3/" : "") + tlog::path_of(tile);
}

// A row that was changed may hold any number.
std::string shown(Instant at) {
  return at >= kInstantMin && at <= kInstantMax ? format_instant(at)
                                                : fmt::format("{} microseconds", at.time_since_epoch().count());
}

// Which words of two entries of one kind differ.
std::string difference(std::string_view row, std::string_view in_log) {
  const auto ours = tlog::entry_of(row), theirs = tlog::entry_of(in_log);
  if (!ours || !theirs || ours->index() != theirs->index()) return "the row gives another kind of entry";
  std::vector<std::string> all;
  if (const auto* a = std::get_if<tlog::EventEntry>(&*ours)) {
    const auto& b = std::get<tlog::EventEntry>(*theirs);
    if (a->commitment != b.commitment) all.emplace_back("its content hash, its id or its kind is another");
    if (a->submitter != b.submitter) all.emplace_back("another organisation sent it in");
    if (a->number != b.number) all.push_back(fmt::format("its number is {} instead of {}", a->number, b.number));
    if (a->recorded != b.recorded)
      all.push_back(fmt::format("it was recorded at {} instead of {}", shown(a->recorded), shown(b.recorded)));
  } else if (const auto* act = std::get_if<tlog::ActEntry>(&*ours)) {
    const auto& logged = std::get<tlog::ActEntry>(*theirs);
    if (act->at != logged.at)
      all.push_back(fmt::format("it is of {} instead of {}", shown(act->at), shown(logged.at)));
    else
      all.emplace_back("one of its fields is another");
  } else {
    all.emplace_back("the text that the store keeps of it is another");
  }
  std::string text;
  for (const std::string& each : all) text += (text.empty() ? "" : "; ") + each;
  return text;
}

}  // namespace

LeafWalk::LeafWalk(LogFolder* folder, std::uint64_t in_files, std::vector<std::uint64_t> sizes, LogFaults& faults)
    : folder_(folder), in_files_(folder == nullptr ? 0 : in_files), sizes_(std::move(sizes)), faults_(faults) {
  std::sort(sizes_.begin(), sizes_.end());
  sizes_.erase(std::unique(sizes_.begin(), sizes_.end()), sizes_.end());
}

// --------------------------------------------------------------------------------------------------------------- files

Status LeafWalk::load(HashKind tree, int level, std::uint64_t index) {
  Cursor& at = cursor(tree, level);
  if (at.index == index) return Done{};
  at = {index, ""};
  const tlog::Tile tile{level, index, std::min(kTileWidth, nodes_at(level, in_files_) - index * kTileWidth)};
  auto bytes = folder_->tile(tree, tile);
  if (!bytes && bytes.error().kind == ErrorKind::kInternal) return std::move(bytes.error());
  const bool is_whole = bytes && (level == kBundles || bytes->size() == tile.width * sizeof(Hash));
  if (is_whole) at.bytes = std::move(*bytes);
  if (level == kBundles) {
    auto entries = tlog::entries_of(at.bytes, is_whole ? tile.width : 0);
    if (entries && is_whole) {
      bundle_ = std::move(*entries);
      return Done{};
    }
    bundle_.clear();
    at.bytes.clear();
  } else if (is_whole) {
    return Done{};
  }
  const bool is_missing = !bytes && bytes.error().kind == ErrorKind::kNotFound;
  faults_.add(is_missing ? "verify.tile_missing" : "verify.tile", [&] {
    return fmt::format(
        "The file {} of the log {}. {}", file_of(tree, tile),
        is_missing ? "is missing"
                   : fmt::format("does not hold exactly {} {}", tile.width, level == kBundles ? "entries" : "hashes"),
        kMakeAnew);
  });
  return Done{};
}

// A node that is in a tile; nothing when it is in none.
Result<std::optional<Hash>> LeafWalk::stored(HashKind tree, int level, std::uint64_t node) {
  if (node >= nodes_at(level, in_files_)) return std::optional<Hash>();
  if (auto loaded = load(tree, level, node / kTileWidth); !loaded) return std::move(loaded.error());
  const std::string& bytes = cursor(tree, level).bytes;
  if (bytes.empty()) return std::optional<Hash>();
  Hash hash;
  const char* from = bytes.data() + node % kTileWidth * sizeof(Hash);
  std::copy(from, from + sizeof(Hash), reinterpret_cast<char*>(hash.data()));
  return std::optional(hash);
}

Result<std::optional<std::string_view>> LeafWalk::bundled(std::uint64_t leaf) {
  if (leaf >= in_files_) return std::optional<std::string_view>();
  if (auto loaded = load(HashKind::kSha256, kBundles, leaf / kTileWidth); !loaded) return std::move(loaded.error());
  if (bundle_.empty()) return std::optional<std::string_view>();
  return std::optional(bundle_[leaf % kTileWidth]);
}

// -------------------------------------------------------------------------------------------------------------- leaves

Result<std::optional<std::string>> LeafWalk::take(const LeafRow& row) {
  auto entry = bundled(row.leaf);
  if (!entry) return std::move(entry.error());
  std::array<std::optional<Hash>, 2> hashes;
  for (const HashKind tree : tlog::kTrees) {
    auto hash = stored(tree, 0, row.leaf);
    if (!hash) return std::move(hash.error());
    hashes[of(tree)] = *hash;
  }
  std::optional<std::string> judged = judge(row, *entry, hashes);
  const auto leaves = settle(row, judged, hashes);
  for (const HashKind tree : tlog::kTrees)
    if (auto appended = append(tree, leaves[of(tree)]); !appended) return std::move(appended.error());
  if (next_size_ < sizes_.size() && sizes_[next_size_] == row.leaf + 1) {
    if (is_known_) roots_[row.leaf + 1] = {frontiers_[0].root(), frontiers_[1].root()};
    ++next_size_;
  }
  return judged;
}

// Row and bundle: where they differ, the one that either tree knows is right.
std::optional<std::string> LeafWalk::judge(const LeafRow& row, std::optional<std::string_view> bundled,
                                           const std::array<std::optional<Hash>, 2>& hashes) {
  if (!row.entry || !bundled || *row.entry == *bundled)
    return row.entry ? row.entry : bundled ? std::optional(std::string(*bundled)) : std::nullopt;
  const auto is_known = [&](std::string_view entry) {
    return std::any_of(tlog::kTrees.begin(), tlog::kTrees.end(),
                       [&](HashKind tree) { return hashes[of(tree)] == tlog::leaf_hash(tree, entry); });
  };
  if (!is_known(*bundled) && is_known(*row.entry)) {
    faults_.add("verify.entry_changed", [&] {
      return fmt::format("Leaf {} is {} in the store and in the hash tiles, and another entry in the file {}. {}",
                         row.leaf, row.name(), tlog::path_of({kBundles, row.leaf / kTileWidth, kTileWidth}), kMakeAnew);
    });
    return row.entry;
  }
  say_row_changed(row, *bundled);
  return std::string(*bundled);
}

void LeafWalk::say_row_changed(const LeafRow& row, std::string_view in_log) {
  faults_.add("verify.row_changed", [&] {
    return fmt::format(
        "Leaf {} is {}, whose row in the store was changed since: {}. Keep the store as it is, for "
        "whoever looks into it, and restore the newest backup that agrees with the log (suyuan restore).",
        row.leaf, row.name(), difference(*row.entry, in_log));
  });
}

// The hashes to go on with. Where one tree alone has another hash, its tile is the odd one; where both have, what was
// signed may be that, and row and bundle are.
std::array<std::optional<Hash>, 2> LeafWalk::settle(const LeafRow& row, const std::optional<std::string>& entry,
                                                    const std::array<std::optional<Hash>, 2>& hashes) {
  if (!entry) return hashes;
  std::array<std::optional<Hash>, 2> leaves;
  int differing = 0;
  for (const HashKind tree : tlog::kTrees) {
    leaves[of(tree)] = tlog::leaf_hash(tree, *entry);
    if (hashes[of(tree)] && hashes[of(tree)] != leaves[of(tree)]) ++differing;
  }
  if (differing == 0) return leaves;
  if (differing == 2) {
    faults_.add("verify.leaf", [&] {
      return fmt::format(
          "Leaf {} is {}, and the hashes of leaf {} in both trees are of another entry: row and entry "
          "bundle were changed together, or the tiles of both trees. Compare the event with whoever "
          "has its receipt, and with a backup.",
          row.leaf, row.name(), row.leaf);
    });
    return hashes;
  }
  for (const HashKind tree : tlog::kTrees)
    if (hashes[of(tree)] && hashes[of(tree)] != leaves[of(tree)]) say_tile(tree, 0, row.leaf, "its entry gives");
  return leaves;
}

// --------------------------------------------------------------------------------------------------------------- trees

Status LeafWalk::append(HashKind tree, const std::optional<Hash>& leaf) {
  if (!leaf) is_known_ = false;
  Status done = Done{};
  frontiers_[of(tree)].append(leaf.value_or(Hash{}), [&](unsigned level, std::uint64_t index, const Hash& hash) {
    if (done && is_known_ && level > 0 && level % 8 == 0) done = compare_node(tree, level, index, hash);
  });
  return done;
}

Status LeafWalk::compare_node(HashKind tree, unsigned level, std::uint64_t index, const Hash& hash) {
  const int of_tiles = static_cast<int>(level / 8);
  if (of_tiles >= tlog::kLevelsOfTiles) return Done{};
  auto there = stored(tree, of_tiles, index);
  if (!there) return std::move(there.error());
  if (*there && **there != hash) say_tile(tree, of_tiles, index, "the tile below gives");
  return Done{};
}

void LeafWalk::say_tile(HashKind tree, int level, std::uint64_t node, std::string_view what) {
  faults_.add("verify.tile", [&] {
    return fmt::format(
        "Hash {} of the file {} of the log is not the one that {}. {}", node % kTileWidth,
        file_of(tree, {level, node / kTileWidth,
                       std::min(kTileWidth, nodes_at(level, in_files_) - node / kTileWidth * kTileWidth)}),
        what, kMakeAnew);
  });
}

std::optional<RootPair> LeafWalk::root_at(std::uint64_t size) const {
  if (size == 0) return RootPair{tlog::empty_root(HashKind::kSha256), tlog::empty_root(HashKind::kSm3)};
  const auto found = roots_.find(size);
  return found == roots_.end() ? std::nullopt : std::optional(found->second);
}

}  // namespace suyuan
