// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "domain/tlog/merkle.h"

// How a log lies in files: C2SP tlog-tiles. A hash tile of level L holds 256 nodes of tree level 8 L; an entry bundle
// holds 256 entries, each behind its length in two bytes. The last of each may be partial, with 1 … 255 of them.
namespace suyuan::tlog {

inline constexpr std::uint64_t kTileWidth = 256;
inline constexpr int kLevelsOfTiles = 8;            // of hashes: 2^64 leaves
inline constexpr std::size_t kEntryBytes = 65'535;  // at most

struct Tile {
  int level = 0;  // -1: an entry bundle
  std::uint64_t index = 0;
  std::uint64_t width = kTileWidth;  // 1 … 256
  friend bool operator==(const Tile&, const Tile&) = default;
};

// "tile/0/x001/x234/067", "tile/1/000.p/17", "tile/entries/003".
std::string path_of(const Tile& tile);
// Nothing: not the one path that path_of() gives a tile.
std::optional<Tile> tile_of_path(std::string_view path);

// The hash tiles and entry bundles of a tree with so many leaves that the tree of `before` had not, or had narrower.
std::vector<Tile> tiles_since(std::uint64_t before, std::uint64_t size);

// Whether a tree of this size has the tile, or a wider one that begins with it.
bool has_tile(std::uint64_t size, const Tile& tile);

void add_entry(std::string& bundle, std::string_view entry);  // requires: at most kEntryBytes
// Nothing: not exactly `width` entries.
std::optional<std::vector<std::string_view>> entries_of(std::string_view bundle, std::uint64_t width);

// Reads tiles. Errors: those of where they lie; kCorrupt for a tile that is missing or has another length.
class TileSource {
 public:
  virtual ~TileSource() = default;
  virtual Result<std::string> tile(const Tile& tile) = 0;
};

// The nodes of a tree of this size, from its tiles; keeps the tiles that it has read.
class TileNodes : public NodeSource {
 public:
  TileNodes(HashKind kind, std::uint64_t size, TileSource& tiles) : kind_(kind), size_(size), tiles_(tiles) {}
  Result<Hash> node(unsigned level, std::uint64_t index) override;

 private:
  Result<const std::string*> read(int level, std::uint64_t index);

  struct Kept {
    int level;
    std::uint64_t index;
    std::string bytes;
  };
  HashKind kind_;
  std::uint64_t size_;
  TileSource& tiles_;
  std::vector<Kept> kept_;
};

}  // namespace suyuan::tlog
