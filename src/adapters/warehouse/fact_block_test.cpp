// SPDX-License-Identifier: Apache-2.0
#include "adapters/warehouse/fact_block.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <deque>
#include <vector>

#include "engine/runs/block.h"

namespace suyuan {
namespace {

// Nothing: it is damaged.
std::optional<std::vector<FactRow>> unpack(std::int64_t first, std::string_view data) {
  FactBlock block(first, data);
  std::vector<FactRow> facts;
  for (FactRow fact; block.next(fact);) facts.push_back(fact);
  if (block.is_damaged()) return std::nullopt;
  EXPECT_EQ(block.end(), first + static_cast<std::int64_t>(facts.size()));
  return facts;
}

// A block of these alone.
std::string packed(std::vector<FactRow> facts) {
  const std::size_t count = facts.size();
  const std::string too_long(2000, 'x');
  facts.push_back({facts.back().seq + 1, 1, 0, 1, too_long});
  const auto block = pack_facts(facts);
  EXPECT_TRUE(block && block->count == count);
  return block ? block->block : "";
}

TEST(FactBlock, is_stored_as_the_worked_example_says) {  // docs/formats/fact-blocks.md
  const std::string one("\x01\x01\x0a", 3), other("\x01\x07\x08", 3);
  const std::vector<FactRow> facts = {{5, 0x11, 2000, 3, one}, {6, 0x21, 1900, 0, other}, {7, 0x121, 1900, 200, ""}};
  const std::string body("\x03\x11\x03\x08\x03\x01\x01\x0a\x21\x00\x8d\x03\x03\x01\x07\x08\xa1\x02\xc8\x01\x00\x00",
                         22);
  EXPECT_EQ(packed(facts), runs::sealed(body));
  EXPECT_EQ(unpack(5, runs::sealed(body)), facts);
}

TEST(FactBlock, has_room_for_a_thousand_bytes) {
  const std::string links(96, 'x');
  const FactRow of_a_hundred{1, 1, 0, 1, links};
  EXPECT_FALSE(pack_facts(std::vector(10, of_a_hundred)));
  EXPECT_EQ(pack_facts(std::vector(11, of_a_hundred))->count, 10U);
  EXPECT_EQ(pack_facts(std::vector(40, of_a_hundred))->count, 10U);
  const std::string most(900, 'x'), more(901, 'x');
  EXPECT_EQ(links_in_block(most), most);
  EXPECT_EQ(links_in_block(more), "");
  EXPECT_EQ(pack_facts(std::vector(2, FactRow{1, 0x121, INT64_MAX / 4, 1LL << 40U, most}))->count, 1U);
}

RC_GTEST_PROP(FactBlock, comes_back_as_it_went_in, (std::int64_t first)) {
  const auto links =
      *rc::gen::scale(20, rc::gen::container<std::vector<std::string>>(rc::gen::arbitrary<std::string>()));
  std::vector<FactRow> facts;
  for (const std::string& each : links) {
    facts.push_back({1 + (first & 0xFFFFFF) + static_cast<std::int64_t>(facts.size()), *rc::gen::inRange(0, 600),
                     *rc::gen::inRange<std::int64_t>(-(1LL << 60U), 1LL << 60U),
                     *rc::gen::inRange<std::int64_t>(0, 1LL << 40U), links_in_block(each)});
  }
  std::vector<FactRow> found;
  std::deque<std::string> blocks;  // in which their links are
  std::span<const FactRow> rest(facts);
  while (const auto block = pack_facts(rest)) {
    RC_ASSERT(block->count > 0U);
    const auto some = unpack(rest.front().seq, blocks.emplace_back(block->block));
    RC_ASSERT(some.has_value());
    found.insert(found.end(), some->begin(), some->end());
    rest = rest.subspan(block->count);
  }
  RC_ASSERT(std::equal(found.begin(), found.end(), facts.begin()));
  RC_ASSERT(found.size() + rest.size() == facts.size());
}

// Whatever a disk made of it: damaged, or read to its end.
RC_GTEST_PROP(FactBlock, that_is_bent_does_no_harm, (std::string body, std::string links)) {
  static_cast<void>(unpack(1, body));
  static_cast<void>(unpack(1, runs::sealed(body)));
  const std::vector<FactRow> facts = {{1, 0x11, 1000, 3, links}, {2, 0x11, INT64_MAX / 4, 3, links}};
  const std::string whole = packed(facts), inner = whole.substr(4);
  for (std::size_t size = 0; size < whole.size(); ++size) RC_ASSERT(!unpack(1, whole.substr(0, size)));
  for (std::size_t size = 0; size < inner.size(); ++size) RC_ASSERT(!unpack(1, runs::sealed(inner.substr(0, size))));
  RC_ASSERT(!unpack(1, runs::sealed(inner + "x")));
  RC_ASSERT(!unpack(INT64_MAX - 1, whole));
  RC_ASSERT(!unpack(0, whole));
}

}  // namespace
}  // namespace suyuan
