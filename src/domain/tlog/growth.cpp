// SPDX-License-Identifier: Apache-2.0
#include "domain/tlog/growth.h"

#include <fmt/format.h>

#include <utility>

#include "base/fault_points.h"

namespace suyuan::tlog {

namespace {

constexpr int kBundles = -1;

std::string_view bytes_of(const Hash& hash) { return {reinterpret_cast<const char*>(hash.data()), hash.size()}; }

Error damaged(HashKind tree, const Tile& tile, std::string_view why) {
  return {ErrorKind::kCorrupt, "log.tile",
          fmt::format("{}{} is damaged: {}. Take the folder of the log away, so that it is made again from the store.",
                      tree == HashKind::kSm3 ? "sm3/" : "", path_of(tile), why)};
}

// The entries of the bundle that is not full lead to the hashes beside them: what is damaged here would be in the
// full bundle for ever, and no root would tell.
Status check_bundle(const Tile& tile, std::string_view bundle, std::string_view hashes) {
  const auto entries = entries_of(bundle, tile.width);
  if (!entries) return damaged(HashKind::kSha256, tile, fmt::format("it does not hold exactly {} entries", tile.width));
  for (std::size_t i = 0; i < entries->size(); ++i) {
    const Hash leaf = leaf_hash(HashKind::kSha256, (*entries)[i]);
    if (hashes.substr(i * sizeof(Hash), sizeof(Hash)) != bytes_of(leaf)) {
      return damaged(HashKind::kSha256, tile,
                     fmt::format("entry {} has another hash than the tree says", tile.index * kTileWidth + i));
    }
  }
  return Done{};
}

}  // namespace

Status Growth::load_open(HashKind tree, std::uint64_t size, TileSource& tiles) {
  for (int level = tree == HashKind::kSha256 ? kBundles : 0; level < kLevelsOfTiles; ++level) {
    const std::uint64_t nodes = level <= 0 ? size : size >> (8U * static_cast<unsigned>(level));
    const Tile tile{level, nodes / kTileWidth, nodes % kTileWidth};
    open_at(tree, level).index = tile.index;
    if (tile.width == 0) continue;
    auto bytes = tiles.tile(tile);
    if (!bytes) return std::move(bytes.error());
    if (level != kBundles && bytes->size() != tile.width * sizeof(Hash))
      return damaged(tree, tile, fmt::format("it has {} bytes", bytes->size()));
    open_at(tree, level) = {tile.index, tile.width, std::move(*bytes), false};
  }
  return Done{};
}

Result<Growth> Growth::from(std::uint64_t size, TileSource& sha256, TileSource& sm3) {
  TileNodes first(HashKind::kSha256, size, sha256), second(HashKind::kSm3, size, sm3);
  auto one = frontier_of(HashKind::kSha256, first, size);
  if (!one) return std::move(one.error());
  auto other = frontier_of(HashKind::kSm3, second, size);
  if (!other) return std::move(other.error());
  Growth growth(std::move(*one), std::move(*other));
  if (auto loaded = growth.load_open(HashKind::kSha256, size, sha256); !loaded) return std::move(loaded.error());
  if (auto loaded = growth.load_open(HashKind::kSm3, size, sm3); !loaded) return std::move(loaded.error());
  if (size % kTileWidth != 0) {
    const Open& bundle = growth.open_at(HashKind::kSha256, kBundles);
    const Tile tile{kBundles, bundle.index, bundle.width};
    if (auto whole = check_bundle(tile, bundle.bytes, growth.open_at(HashKind::kSha256, 0).bytes); !whole)
      return std::move(whole.error());
  }
  return growth;
}

Status Growth::add(std::string_view entry) {
  if (entry.size() > kEntryBytes) {
    return Error{ErrorKind::kInvalid, "log.entry",
                 fmt::format("An entry of the log has {} bytes; at most {} fit.", entry.size(), kEntryBytes)};
  }
  const std::array leaves = {leaf_hash(HashKind::kSha256, entry), leaf_hash(HashKind::kSm3, entry)};
  fault_point("log.leaf_hashed");
  std::string& bundle = open_at(HashKind::kSha256, kBundles).bytes;
  const std::size_t before = bundle.size();
  add_entry(bundle, entry);
  // From where it will be published.
  const std::string_view added = std::string_view(bundle).substr(bundle.size() - entry.size());
  if (leaf_hash(HashKind::kSha256, added) != leaves[0] || leaf_hash(HashKind::kSm3, added) != leaves[1]) {
    bundle.resize(before);
    return Error{ErrorKind::kInternal, "log.bit_flip",
                 fmt::format("Entry {} of the log was hashed twice, with two results: the memory or the processor of "
                             "this machine is at fault. Nothing was signed. Test the memory, and use another machine.",
                             size())};
  }
  grew(HashKind::kSha256, kBundles);
  for (Frontier& frontier : frontiers_) {
    const HashKind tree = frontier.kind();
    frontier.append(leaves[tree == HashKind::kSm3 ? 1 : 0],
                    [this, tree](unsigned level, std::uint64_t, const Hash& hash) {
                      if (level % 8 != 0) return;
                      const int of_tiles = static_cast<int>(level / 8);
                      if (of_tiles == kLevelsOfTiles) return;  // the root of 2^64 leaves is in no tile
                      open_at(tree, of_tiles).bytes += bytes_of(hash);
                      grew(tree, of_tiles);
                    });
  }
  return Done{};
}

void Growth::grew(HashKind tree, int level) {
  Open& open = open_at(tree, level);
  open.is_new = true;
  if (++open.width < kTileWidth) return;
  std::string next;
  next.reserve(open.bytes.size());
  full_.push_back({tree, {level, open.index, kTileWidth}, std::exchange(open.bytes, std::move(next))});
  open = {open.index + 1, 0, std::move(open.bytes), false};
}

std::vector<TileFile> Growth::take_tiles() {
  std::vector<TileFile> tiles = std::exchange(full_, {});
  for (const HashKind tree : kTrees) {
    for (int level = kBundles; level < kLevelsOfTiles; ++level) {
      Open& open = open_at(tree, level);
      if (std::exchange(open.is_new, false)) tiles.push_back({tree, {level, open.index, open.width}, open.bytes});
    }
  }
  return tiles;
}

}  // namespace suyuan::tlog
