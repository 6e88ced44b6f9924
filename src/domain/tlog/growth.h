// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <array>
#include <string>
#include <vector>

#include "domain/tlog/tiles.h"

namespace suyuan::tlog {

inline constexpr std::array kTrees = {HashKind::kSha256, HashKind::kSm3};

// A file of a log: entry bundles are the same for both trees, and belong to the first.
struct TileFile {
  HashKind tree = HashKind::kSha256;
  Tile tile;
  std::string bytes;
  friend bool operator==(const TileFile&, const TileFile&) = default;
};

// Both trees of a log while entries are added, and the tiles that this makes.
class Growth {
 public:
  // Of a log of that size, from the tiles of its two trees. Whoever calls compares the roots: a tile of other hashes is
  // another tree. Errors: those of the sources; kCorrupt "log.tile_length"; kCorrupt "log.tile" where the entry bundle
  // that goes on is none, or holds other entries than the tree of SHA-256.
  static Result<Growth> from(std::uint64_t size, TileSource& sha256, TileSource& sm3);
  Growth() : Growth(Frontier(HashKind::kSha256), Frontier(HashKind::kSm3)) {}  // of an empty log

  std::uint64_t size() const { return frontiers_[0].size(); }
  Hash root(HashKind tree) const { return frontiers_[tree == HashKind::kSm3 ? 1 : 0].root(); }

  // Each leaf is hashed twice. Errors: kInternal "log.bit_flip" when the two differ (nothing was added); kInvalid
  // "log.entry" for more than kEntryBytes.
  Status add(std::string_view entry);
  // The tiles that grew since the last call, as they are now; each of 256 comes once for ever.
  std::vector<TileFile> take_tiles();

 private:
  Growth(Frontier sha256, Frontier sm3) : frontiers_{std::move(sha256), std::move(sm3)} {}
  struct Open {  // the tile of a level that is not full
    std::uint64_t index = 0, width = 0;
    std::string bytes;
    bool is_new = false;
  };
  Open& open_at(HashKind tree, int level) { return open_[tree == HashKind::kSm3][static_cast<std::size_t>(level + 1)]; }
  Status load_open(HashKind tree, std::uint64_t size, TileSource& tiles);
  void grew(HashKind tree, int level);

  std::array<Frontier, 2> frontiers_;
  std::array<std::array<Open, kLevelsOfTiles + 1>, 2>
      open_;  // by tree and level + 1; of entries the first tree's alone
  std::vector<TileFile> full_;
};

}  // namespace suyuan::tlog
