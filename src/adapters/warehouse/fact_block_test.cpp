// SPDX-License-Identifier: Apache-2.0
#include "adapters/warehouse/fact_block.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

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

TEST(FactBlock, is_stored_as_the_worked_example_says) {  // docs/formats/fact-blocks.md
  const std::string one("\x01\x01\x0a", 3), other("\x01\x07\x08", 3);
  const std::vector<FactRow> facts = {{5, 0x11, 1000, 3, one}, {6, 0x21, 900, 0, other}, {7, 0x121, 900, 200, ""}};
  const std::string body("\x03\x11\x03\xd0\x0f\x03\x01\x01\x0a\x21\x00\xc7\x01\x03\x01\x07\x08\xa1\x02\xc8\x01\x00\x00",
                         23);
  EXPECT_EQ(pack_facts(facts), runs::sealed(body));
  EXPECT_EQ(unpack(5, runs::sealed(body)), facts);
}

TEST(FactBlock, is_full_at_about_a_thousand_bytes) {
  const std::string links(92, 'x');
  std::vector<FactRow> facts(9, {1, 1, 1, 1, links});
  EXPECT_EQ(full_block(facts), 0U);
  facts.resize(30, facts.front());
  EXPECT_EQ(full_block(facts), 10U);
  EXPECT_EQ(links_in_block(std::string_view(std::string(1000, 'x'))).size(), 1000U);
  EXPECT_EQ(links_in_block(std::string_view(std::string(1001, 'x'))).size(), 0U);
}

RC_GTEST_PROP(FactBlock, comes_back_as_it_went_in, (std::int64_t first)) {
  const auto links = *rc::gen::container<std::vector<std::string>>(rc::gen::arbitrary<std::string>());
  std::vector<FactRow> facts;
  for (const std::string& each : links) {
    facts.push_back({(first & 0xFFFFFF) + static_cast<std::int64_t>(facts.size()), *rc::gen::inRange(0, 600),
                     *rc::gen::inRange<std::int64_t>(-(1LL << 61U), 1LL << 61U),
                     *rc::gen::inRange<std::int64_t>(0, 1LL << 40U), each});
  }
  if (facts.empty()) return;
  RC_ASSERT(unpack(facts.front().seq, pack_facts(facts)) == facts);
}

// Whatever a disk made of it: damaged, or read to its end.
RC_GTEST_PROP(FactBlock, that_is_bent_does_no_harm, (std::string body, std::string links)) {
  static_cast<void>(unpack(1, body));
  static_cast<void>(unpack(1, runs::sealed(body)));
  const std::vector<FactRow> facts = {{1, 0x11, 1000, 3, links}, {2, 0x11, INT64_MAX / 2, 3, links}};
  const std::string whole = pack_facts(facts), inner = whole.substr(4);
  for (std::size_t size = 0; size < whole.size(); ++size) RC_ASSERT(!unpack(1, whole.substr(0, size)));
  for (std::size_t size = 0; size < inner.size(); ++size) RC_ASSERT(!unpack(1, runs::sealed(inner.substr(0, size))));
  RC_ASSERT(!unpack(1, runs::sealed(inner + "x")));
}

}  // namespace
}  // namespace suyuan
