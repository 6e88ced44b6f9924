// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <map>
#include <random>
#include <set>

#include "engine/runs/index.h"

namespace suyuan::runs {
namespace {

class Blocks final : public BlockSource {
 public:
  std::map<std::pair<std::uint64_t, std::size_t>, std::string> blocks;

  Result<std::string_view> block(std::uint64_t run, std::size_t number) override {
    const auto found = blocks.find({run, number});
    if (found == blocks.end()) return Error{ErrorKind::kCorrupt, "store.lookup_damaged", "no such block"};
    return std::string_view(found->second);
  }
  // Builds a run and reads its tail back, as a store does after a restart.
  std::shared_ptr<const Run> build(const Snapshot& snapshot, std::uint64_t id, int level) {
    std::size_t count = 0;
    auto built = build_run(snapshot, id, level, *this, [&](std::string block) {
      blocks[{id, count++}] = std::move(block);
      return true;
    });
    EXPECT_TRUE(built.ok() && built->has_value());
    const std::size_t data = (*built)->fences.size();
    auto again = std::make_shared<Run>(Run{id, level, (*built)->count, (*built)->keys, (*built)->base, {}, Bloom()});
    EXPECT_TRUE(read_tail(*again, data, count - data, *this).ok());
    EXPECT_EQ(again->fences, (*built)->fences);
    return again;
  }
};

std::vector<std::uint64_t> values_of(const std::set<Entry>& model, std::uint64_t key) {
  std::vector<std::uint64_t> values;
  for (auto at = model.lower_bound({key, 0}); at != model.end() && at->key == key; ++at) values.push_back(at->value);
  return values;
}

class World {
 public:
  explicit World(unsigned seed, std::uint64_t keys, std::uint64_t values)
      : random_(seed), keys_(keys), values_(values) {}

  void grow() {
    Part batch;
    for (std::size_t i = random_() % 400; i > 0; --i)
      batch.push_back({1 + random_() % (keys_ - 1), random_() % values_});
    model.insert(batch.begin(), batch.end());
    index.add(std::move(batch));
    if (random_() % 3 != 0) index.merge_parts();
    if (index.hot() > 900) {
      const Snapshot frozen = index.freeze();
      index.install(frozen, blocks.build(frozen, next_run_++, 0));
    }
    if (const Snapshot merged = index.mergeable(3); !merged.runs.empty())
      index.install(merged, blocks.build(merged, next_run_++, merged.runs[0]->level + 1));
  }

  std::set<Entry> model;
  Index index;
  Blocks blocks;

 private:
  std::mt19937_64 random_;
  std::uint64_t keys_, values_, next_run_ = 1;
};

void agree(World& world, std::mt19937_64& random, std::uint64_t keys) {
  const Snapshot snapshot = world.index.snapshot();
  std::set<std::uint64_t> asked;
  for (int i = 0; i < 40; ++i) {
    const std::uint64_t key = random() % (keys + 5);
    asked.insert(key);
    std::vector<std::uint64_t> values;
    ASSERT_TRUE(find(snapshot, key, world.blocks, values).ok());
    std::sort(values.begin(), values.end());
    values.erase(std::unique(values.begin(), values.end()), values.end());
    ASSERT_EQ(values, values_of(world.model, key)) << key;
  }
  const std::vector<std::uint64_t> list(asked.begin(), asked.end());
  Part expected;
  for (const std::uint64_t key : list) {
    for (const std::uint64_t value : values_of(world.model, key)) expected.push_back({key, value});
  }
  ASSERT_EQ(*find_many(snapshot, list, world.blocks), expected);

  const Entry from{random() % keys, random() % 100};
  Part up(world.model.upper_bound(from), world.model.end());
  up.resize(std::min<std::size_t>(up.size(), 25));
  ASSERT_EQ(*next_entries(snapshot, from, kLastEntry, 25, world.blocks), up);
  const Entry end{from.key + random() % 3, random() % 100};
  Part between;
  if (from < end) between.assign(world.model.upper_bound(from), world.model.lower_bound(end));
  if (end < from)
    between.assign(std::make_reverse_iterator(world.model.lower_bound(from)),
                   std::make_reverse_iterator(world.model.upper_bound(end)));
  if (from != end) {
    between.resize(std::min<std::size_t>(between.size(), 25));
    ASSERT_EQ(*next_entries(snapshot, from, end, 25, world.blocks), between);
  }
  Part down(std::make_reverse_iterator(world.model.lower_bound(from)), world.model.rend());
  down.resize(std::min<std::size_t>(down.size(), 25));
  ASSERT_EQ(*next_entries(snapshot, from, kFirstEntry, 25, world.blocks), down);
}

TEST(Runs, random_worlds_agree_with_a_set) {
  struct Shape {
    std::uint64_t keys, values;
  };
  for (const Shape shape :
       {Shape{50, 100'000}, Shape{100'000, 100}, Shape{UINT64_MAX, UINT64_MAX}, Shape{2000, 2000}}) {
    std::mt19937_64 random(7);
    World world(static_cast<unsigned>(shape.keys), shape.keys, shape.values);
    for (int round = 0; round < 60; ++round) {
      world.grow();
      ASSERT_NO_FATAL_FAILURE(agree(world, random, std::min<std::uint64_t>(shape.keys, UINT64_MAX - 9)));
    }
    EXPECT_GT(world.index.runs().size(), 0U);
    Merge merge(world.index.snapshot(), world.blocks);
    Part all, some;
    do {
      ASSERT_TRUE(merge.next(some).ok());
      all.insert(all.end(), some.begin(), some.end());
    } while (!some.empty());
    EXPECT_EQ(all, Part(world.model.begin(), world.model.end()));
  }
}

TEST(Runs, parts_in_memory_stay_few) {
  Index index;
  for (std::uint64_t i = 0; i < 1000; ++i) {
    index.add({{i * 7 % 1000, i}});
    index.merge_parts();
    EXPECT_LE(index.snapshot().parts.size(), 10U);
  }
  EXPECT_FALSE(index.merge_parts());
  Blocks none;
  for (std::uint64_t key = 0; key < 1000; ++key) {
    std::vector<std::uint64_t> values;
    ASSERT_TRUE(find(index.snapshot(), key, none, values).ok());
    EXPECT_EQ(values.size(), 1U) << key;
  }
}

TEST(Runs, a_damaged_block_is_found_whatever_bit_it_is) {
  Blocks blocks;
  Index index;
  Part entries;
  for (std::uint64_t i = 0; i < 2000; ++i) entries.push_back({i * 3, i});
  index.add(entries);
  const Snapshot frozen = index.freeze();
  const auto run = blocks.build(frozen, 1, 0);
  const Snapshot snapshot{{}, {run}};
  for (auto& [place, block] : blocks.blocks) {
    for (std::size_t bit = 0; bit < block.size() * 8; bit += 97) {
      block[bit / 8] = static_cast<char>(block[bit / 8] ^ 1 << bit % 8);
      if (place.second < run->fences.size()) {
        std::vector<std::uint64_t> values;
        const Status found = find(snapshot, run->fences[place.second] + 3, blocks, values);
        ASSERT_FALSE(found.ok()) << "block " << place.second << ", bit " << bit;
        ASSERT_EQ(found.error().code, "store.lookup_damaged");
      } else {
        runs::Run again{1, 0, run->count, run->keys, run->base, {}, Bloom()};
        ASSERT_FALSE(read_tail(again, run->fences.size(), blocks.blocks.size() - run->fences.size(), blocks).ok());
      }
      block[bit / 8] = static_cast<char>(block[bit / 8] ^ 1 << bit % 8);
    }
  }
}

TEST(Runs, bytes_of_anything_are_refused_or_read) {
  std::mt19937 random(3);
  for (int i = 0; i < 2000; ++i) {
    std::string bytes(random() % 60, '\0');
    for (char& c : bytes) c = static_cast<char>(random());
    Part entries;
    EXPECT_FALSE(read_block(bytes, 0, entries));
    read_block(sealed(bytes), 0, entries);
  }
}

TEST(Runs, a_build_that_is_given_up_leaves_nothing) {
  Blocks blocks;
  Index index;
  Part entries;
  for (std::uint64_t i = 0; i < 5000; ++i) entries.push_back({i, i});
  index.add(entries);
  const auto built = build_run(index.freeze(), 1, 0, blocks, [](const std::string&) { return false; });
  ASSERT_TRUE(built.ok());
  EXPECT_FALSE(built->has_value());
  EXPECT_EQ(index.snapshot().parts.size(), 1U);
}

TEST(Bloom, never_denies_what_it_was_given_and_seldom_agrees_to_the_rest) {
  Bloom bloom(10'000);
  for (std::uint64_t i = 0; i < 10'000; ++i) bloom.add(i * 7);
  int wrong = 0;
  for (std::uint64_t i = 0; i < 70'000; ++i) {
    if (i % 7 == 0)
      ASSERT_TRUE(bloom.may_have(i));
    else
      wrong += bloom.may_have(i) ? 1 : 0;
  }
  EXPECT_LT(wrong, 60'000 / 50);
}

}  // namespace
}  // namespace suyuan::runs
