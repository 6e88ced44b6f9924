// SPDX-License-Identifier: Apache-2.0
#include "domain/tlog/growth.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <random>

#include "base/fault_points.h"

namespace suyuan::tlog {
namespace {

std::vector<std::string> random_entries(std::size_t count, unsigned seed) {
  std::mt19937 random(seed);
  std::vector<std::string> entries(count);
  for (std::string& entry : entries) {
    entry.resize(random() % 50 == 0 ? 0 : random() % 60);
    for (char& each : entry) each = static_cast<char>(random() % 256);
  }
  return entries;
}

// Tiles by path, as a reader finds them.
struct Files {
  std::map<std::pair<HashKind, std::string>, std::string> by_path;

  void take(Growth& growth) {
    for (TileFile& file : growth.take_tiles()) {
      ASSERT_TRUE(file.tile.level >= 0 || file.tree == HashKind::kSha256) << "bundles belong to the first tree";
      const bool is_new = by_path.emplace(std::pair(file.tree, path_of(file.tile)), std::move(file.bytes)).second;
      ASSERT_TRUE(is_new) << path_of(file.tile) << " came twice";
    }
  }
};

struct FilesOfTree : TileSource {
  FilesOfTree(const Files& all, HashKind kind) : files(all), tree(kind) {}
  Result<std::string> tile(const Tile& wanted) override {
    const auto found = files.by_path.find({tree, path_of(wanted)});
    if (found == files.by_path.end()) return Error{ErrorKind::kNotFound, "log.no_tile", path_of(wanted)};
    return found->second;
  }
  const Files& files;
  HashKind tree;
};

Result<Growth> go_on(const Files& files, std::uint64_t size) {
  FilesOfTree sha256(files, HashKind::kSha256), sm3(files, HashKind::kSm3);
  return Growth::from(size, sha256, sm3);
}

// Every tile of a tree of this size, worked out from the entries with nothing but Frontier, and the roots.
struct Plain {
  Files files;
  std::vector<std::array<Hash, 2>> roots;  // by size

  Plain(const std::vector<std::string>& entries, const std::vector<std::uint64_t>& sizes) {
    std::array<std::map<int, std::vector<Hash>>, 2> nodes;
    std::array frontiers = {Frontier(kTrees[0]), Frontier(kTrees[1])};
    roots.push_back({empty_root(kTrees[0]), empty_root(kTrees[1])});
    for (const std::string& entry : entries) {
      for (std::size_t t = 0; t < 2; ++t) {
        frontiers[t].append(leaf_hash(kTrees[t], entry), [&](unsigned level, std::uint64_t, const Hash& hash) {
          if (level % 8 == 0) nodes[t][static_cast<int>(level / 8)].push_back(hash);
        });
      }
      const bool is_wanted = std::find(sizes.begin(), sizes.end(), frontiers[0].size()) != sizes.end();
      roots.push_back(is_wanted ? std::array{frontiers[0].root(), frontiers[1].root()} : std::array<Hash, 2>());
    }
    for (const std::uint64_t size : sizes) add(entries, nodes, size);
  }

 private:
  void add(const std::vector<std::string>& entries, std::array<std::map<int, std::vector<Hash>>, 2>& nodes,
           std::uint64_t size) {
    for (const Tile& tile : tiles_since(0, size)) {
      for (std::size_t t = 0; t < 2; ++t) {
        if (tile.level < 0 && t == 1) continue;
        std::string& bytes = files.by_path[{kTrees[t], path_of(tile)}];
        bytes.clear();
        for (std::uint64_t i = tile.index * kTileWidth; i < tile.index * kTileWidth + tile.width; ++i) {
          if (tile.level < 0)
            add_entry(bytes, entries[i]);
          else
            bytes.append(nodes[t][tile.level][i].begin(), nodes[t][tile.level][i].end());
        }
      }
    }
  }
};

void expect_tiles_of(const Files& files, std::uint64_t size, const Plain& plain) {
  for (const Tile& tile : tiles_since(0, size)) {
    for (const HashKind tree : kTrees) {
      if (tile.level < 0 && tree == HashKind::kSm3) continue;
      const std::pair where(tree, path_of(tile));
      ASSERT_TRUE(files.by_path.contains(where)) << where.second << " is missing at " << size;
      ASSERT_TRUE(files.by_path.at(where) == plain.files.by_path.at(where)) << where.second << " at " << size;
    }
  }
  for (std::size_t t = 0; t < 2; ++t) {
    FilesOfTree source(files, kTrees[t]);
    TileNodes nodes(kTrees[t], size, source);
    ASSERT_EQ(*root_of(kTrees[t], nodes, size), plain.roots[size][t]) << size;
  }
}

// The entries in parts that end at these sizes; after each a new Growth goes on, or the same one.
void expect_grows(const std::vector<std::string>& entries, const std::vector<std::uint64_t>& ends, bool is_anew,
                  const Plain& plain) {
  Files files;
  Growth growth;
  for (const std::uint64_t end : ends) {
    while (growth.size() < end) ASSERT_TRUE(growth.add(entries[growth.size()]).ok());
    ASSERT_EQ(growth.root(HashKind::kSha256), plain.roots[end][0]) << end;
    ASSERT_EQ(growth.root(HashKind::kSm3), plain.roots[end][1]) << end;
    ASSERT_NO_FATAL_FAILURE(files.take(growth));
    ASSERT_TRUE(growth.take_tiles().empty());
    ASSERT_NO_FATAL_FAILURE(expect_tiles_of(files, end, plain));
    if (!is_anew) continue;
    auto again = go_on(files, end);
    ASSERT_TRUE(again.ok()) << again.error().text;
    growth = std::move(*again);
    ASSERT_EQ(growth.size(), end);
  }
}

TEST(Growth, makes_the_same_tiles_and_roots_in_whatever_parts_entries_come) {
  constexpr std::uint64_t kSize = 1400;
  const auto entries = random_entries(kSize, 1);
  std::vector<std::uint64_t> all(kSize + 1);
  for (std::uint64_t i = 0; i <= kSize; ++i) all[i] = i;
  const Plain plain(entries, all);
  std::mt19937 random(20261121);
  for (int round = 0; round < 30; ++round) {
    std::vector<std::uint64_t> ends;
    const std::uint64_t largest = 1 + random() % (round % 3 == 0 ? 10 : 600);
    for (std::uint64_t at = 0; at < kSize;)
      ends.push_back(at = std::min<std::uint64_t>(kSize, at + random() % (largest + 1)));
    ASSERT_NO_FATAL_FAILURE(expect_grows(entries, ends, round % 2 == 0, plain)) << "round " << round;
  }
}

TEST(Growth, goes_on_where_tiles_and_levels_end) {
  const std::vector<std::uint64_t> sizes = {0, 1, 255, 256, 257, 511, 512, 65'279, 65'280, 65'535, 65'536, 65'537};
  const auto entries = random_entries(sizes.back(), 2);
  const Plain plain(entries, sizes);
  expect_grows(entries, sizes, true, plain);
  expect_grows(entries, {sizes.back()}, false, plain);
}

TEST(Growth, gives_each_full_tile_once_and_open_ones_when_they_grew) {
  Growth growth;
  EXPECT_TRUE(growth.take_tiles().empty());
  const auto entries = random_entries(600, 3);
  for (const std::string& entry : entries) ASSERT_TRUE(growth.add(entry).ok());
  std::map<std::pair<int, bool>, int> seen;  // level, whether full
  for (const TileFile& file : growth.take_tiles()) {
    ++seen[{file.tile.level, file.tile.width == kTileWidth}];
    EXPECT_EQ(file.tile.width, file.tile.width == kTileWidth ? 256 : file.tile.level == 1 ? 2 : 88);
  }
  const std::map<std::pair<int, bool>, int> expected = {
      {{-1, true}, 2}, {{-1, false}, 1}, {{0, true}, 4}, {{0, false}, 2}, {{1, false}, 2}};
  EXPECT_EQ(seen, expected);
  ASSERT_TRUE(growth.add("one more").ok());
  EXPECT_EQ(growth.take_tiles().size(), 3u);  // the bundle and two leaves' tiles: no level above grew
}

TEST(Growth, takes_no_entry_that_no_bundle_holds) {
  Growth growth;
  EXPECT_TRUE(growth.add(std::string(kEntryBytes, 'x')).ok());
  EXPECT_EQ(growth.add(std::string(kEntryBytes + 1, 'x')).error().code, "log.entry");
  EXPECT_EQ(growth.size(), 1u);
}

std::string entry_of_faulty_memory;
void flip_a_bit(std::string_view point) {
  if (point == "log.leaf_hashed") entry_of_faulty_memory[3] ^= 4;
}

TEST(Growth, notices_a_bit_that_flips_between_two_readings) {
  Growth growth, sound;
  for (Growth* each : {&growth, &sound}) ASSERT_TRUE(each->add("before").ok());
  entry_of_faulty_memory = "an entry";
  armed_fault_hook = flip_a_bit;
  const auto added = growth.add(entry_of_faulty_memory);
  armed_fault_hook = nullptr;
  ASSERT_FALSE(added.ok());
  EXPECT_EQ(added.error().code, "log.bit_flip");
  EXPECT_EQ(growth.size(), 1u);
  for (Growth* each : {&growth, &sound}) ASSERT_TRUE(each->add("after").ok());
  EXPECT_EQ(growth.root(HashKind::kSha256), sound.root(HashKind::kSha256));
  EXPECT_EQ(growth.take_tiles(), sound.take_tiles());
}

TEST(Growth, refuses_to_go_on_from_damaged_tiles) {
  const auto entries = random_entries(300, 4);
  const Plain plain(entries, {300});
  ASSERT_TRUE(go_on(plain.files, 300).ok());
  for (const auto& [where, bytes] : plain.files.by_path) {
    Files files = plain.files;
    files.by_path.erase(where);
    const bool is_needed = where.second.find(".p/") != std::string::npos;
    EXPECT_EQ(go_on(files, 300).ok(), !is_needed) << where.second;  // full ones are not read again
    if (!is_needed) continue;
    files.by_path[where] = bytes.substr(1);
    const auto shorter = go_on(files, 300);
    ASSERT_FALSE(shorter.ok()) << where.second;
    EXPECT_EQ(shorter.error().kind, ErrorKind::kCorrupt);
  }
  Files files = plain.files;
  files.by_path[{HashKind::kSha256, "tile/entries/001.p/44"}].back() ^= 1;
  const auto changed = go_on(files, 300);
  ASSERT_FALSE(changed.ok());
  EXPECT_EQ(changed.error().code, "log.tile");
  EXPECT_NE(changed.error().text.find("entry 299"), std::string::npos) << changed.error().text;
}

}  // namespace
}  // namespace suyuan::tlog
