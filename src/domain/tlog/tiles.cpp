// SPDX-License-Identifier: Apache-2.0
#include "domain/tlog/tiles.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "base/text.h"

namespace suyuan::tlog {

namespace {

constexpr std::size_t kTilesKept = 64;

std::string number_path(std::uint64_t number) {
  std::string path = fmt::format("{:03}", number % 1000);
  for (number /= 1000; number > 0; number /= 1000) path = fmt::format("x{:03}/", number % 1000) + path;
  return path;
}

// How many nodes of level 8 L a tree of this size has.
std::uint64_t nodes_at(int level, std::uint64_t size) {
  return level <= 0 ? size : level >= kLevelsOfTiles ? 0 : size >> (8U * static_cast<unsigned>(level));
}

std::uint64_t width_at(int level, std::uint64_t index, std::uint64_t size) {
  const std::uint64_t nodes = nodes_at(level, size), before = index * kTileWidth;
  return nodes <= before ? 0 : std::min(kTileWidth, nodes - before);
}

template <class Number>
bool read_number(std::string_view text, Number& number) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc() && end == text.data() + text.size() && !text.empty();
}

}  // namespace

std::string path_of(const Tile& tile) {
  std::string path = tile.level < 0 ? "tile/entries/" : fmt::format("tile/{}/", tile.level);
  path += number_path(tile.index);
  if (tile.width < kTileWidth) path += fmt::format(".p/{}", tile.width);
  return path;
}

std::optional<Tile> tile_of_path(std::string_view path) {
  constexpr std::size_t kLongest = 64;
  if (path.size() > kLongest) return std::nullopt;
  auto parts = split(path, '/');
  if (parts.size() < 3 || parts[0] != "tile") return std::nullopt;
  Tile tile;
  if (parts[1] == "entries")
    tile.level = -1;
  else if (!read_number(parts[1], tile.level) || tile.level < 0 || tile.level >= kLevelsOfTiles)
    return std::nullopt;
  std::string digits;
  for (std::size_t i = 2; i < parts.size(); ++i) {
    std::string_view part = parts[i];
    if (i + 2 == parts.size() && part.ends_with(".p")) {
      if (!read_number(parts[i + 1], tile.width)) return std::nullopt;
      parts.pop_back();
      part.remove_suffix(2);
    }
    if (part.starts_with('x')) part.remove_prefix(1);
    digits += part;
  }
  if (!read_number(digits, tile.index) || tile.width == 0 || tile.width > kTileWidth) return std::nullopt;
  if (path_of(tile) != path) return std::nullopt;  // one spelling each
  return tile;
}

std::vector<Tile> tiles_since(std::uint64_t before, std::uint64_t size) {
  std::vector<Tile> tiles;
  for (int level = -1; level < kLevelsOfTiles && nodes_at(level, size) > 0; ++level) {
    const std::uint64_t had = nodes_at(level, before), has = nodes_at(level, size);
    for (std::uint64_t index = had / kTileWidth; index * kTileWidth < has && has > had; ++index)
      tiles.push_back({level, index, width_at(level, index, size)});
  }
  return tiles;
}

bool has_tile(std::uint64_t size, const Tile& tile) {
  return tile.width > 0 && width_at(tile.level, tile.index, size) >= tile.width;
}

void add_entry(std::string& bundle, std::string_view entry) {
  CHECK(entry.size() <= kEntryBytes);
  bundle += static_cast<char>(entry.size() >> 8U);
  bundle += static_cast<char>(entry.size() & 0xFFU);
  bundle += entry;
}

std::optional<std::vector<std::string_view>> entries_of(std::string_view bundle, std::uint64_t width) {
  std::vector<std::string_view> entries;
  while (!bundle.empty()) {
    if (bundle.size() < 2) return std::nullopt;
    const std::size_t bytes =
        static_cast<std::size_t>(static_cast<unsigned char>(bundle[0])) << 8U | static_cast<unsigned char>(bundle[1]);
    bundle.remove_prefix(2);
    if (bundle.size() < bytes) return std::nullopt;
    entries.push_back(bundle.substr(0, bytes));
    bundle.remove_prefix(bytes);
  }
  if (entries.size() != width) return std::nullopt;
  return entries;
}

Result<const std::string*> TileNodes::read(int level, std::uint64_t index) {
  const auto found = std::find_if(kept_.begin(), kept_.end(),
                                  [&](const Kept& each) { return each.level == level && each.index == index; });
  if (found != kept_.end()) return &found->bytes;
  const Tile wanted{level, index, width_at(level, index, size_)};
  auto bytes = tiles_.tile(wanted);
  if (!bytes) return std::move(bytes.error());
  if (bytes->size() != wanted.width * sizeof(Hash)) {
    return Error{ErrorKind::kCorrupt, "log.tile_length",
                 fmt::format("{} has {} bytes instead of {}. suyuan verify says what else is wrong.", path_of(wanted),
                             bytes->size(), wanted.width * sizeof(Hash))};
  }
  if (kept_.size() == kTilesKept) kept_.erase(kept_.begin());
  kept_.push_back({level, index, std::move(*bytes)});
  return &kept_.back().bytes;
}

// A node between the levels of tiles is worked out from the tile below it.
Result<Hash> TileNodes::node(unsigned level, std::uint64_t index) {
  const int tile_level = static_cast<int>(level / 8);
  const unsigned above = level % 8;
  const std::uint64_t first = index << above;
  CHECK(first + (std::uint64_t{1} << above) <= nodes_at(tile_level, size_));
  auto bytes = read(tile_level, first / kTileWidth);
  if (!bytes) return std::move(bytes.error());
  Frontier below(kind_);
  for (std::uint64_t i = 0; i < std::uint64_t{1} << above; ++i) {
    Hash hash;
    const char* at = (*bytes)->data() + (first % kTileWidth + i) * sizeof(Hash);
    std::copy(at, at + sizeof(Hash), reinterpret_cast<char*>(hash.data()));
    below.append(hash);
  }
  return below.root();
}

}  // namespace suyuan::tlog
