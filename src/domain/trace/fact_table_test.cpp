// SPDX-License-Identifier: Apache-2.0
#include "domain/trace/fact_table.h"

#include <gtest/gtest.h>

namespace suyuan::trace {
namespace {

Link link(std::int64_t object, Role role) { return {ObjectId(object), role, {}, "", false}; }

Link amount(std::int64_t object, Role role, std::int64_t many, std::string uom) {
  return {ObjectId(object), role, Decimal(many), std::move(uom), true};
}

Fact fact(std::int64_t seq, std::span<const Link> links, bool counts = true) {
  return {EventSeq(seq),
          EventType::kTransformation,
          Action::kNone,
          Instant(std::chrono::seconds(seq)),
          Movement::kNone,
          counts,
          links};
}

std::vector<Link> said_of(const FactTable& table, std::size_t at, std::int64_t object) {
  std::vector<Link> memory = {link(99, Role::kSubject), link(98, Role::kSubject), link(97, Role::kSubject),
                              link(96, Role::kSubject), link(95, Role::kSubject), link(94, Role::kSubject)};
  const auto links = table.fact_of(at, ObjectId(object), memory).links;
  std::size_t said = 0;
  table.each_said_of(at, ObjectId(object), [&](ObjectId of, Role role) {
    EXPECT_EQ(std::pair(of, role), std::pair(links[said].object, links[said].role));
    ++said;
  });
  EXPECT_EQ(said, links.size());
  return {links.begin(), links.end()};
}

class FactTableTest : public testing::Test {
 protected:
  FactTableTest() {
    table_.add(fact(1, one_));
    table_.add(fact(2, other_, false));
  }
  // An object twice, amounts before and behind, what is no goods in between.
  std::vector<Link> one_ = {amount(9, Role::kInput, 7, "KGM"), link(50, Role::kBizLocation), link(3, Role::kOutput),
                            amount(9, Role::kOutput, 2, "LTR"), link(60, Role::kDestinationOwner)};
  std::vector<Link> other_ = {link(9, Role::kSubject), amount(4, Role::kSubject, 1, "KGM"),
                              link(70, Role::kTransformation)};
  FactTable table_;
};

TEST_F(FactTableTest, says_of_an_object_its_own_links_and_those_of_no_goods) {
  EXPECT_EQ(said_of(table_, 0, 9), (std::vector{one_[0], one_[3], one_[1], one_[4]}));
  EXPECT_EQ(said_of(table_, 0, 3), (std::vector{one_[2], one_[1], one_[4]}));
  EXPECT_EQ(said_of(table_, 0, 4), (std::vector{one_[1], one_[4]}));
  EXPECT_EQ(said_of(table_, 1, 4), (std::vector{other_[1], other_[2]}));
}

TEST_F(FactTableTest, knows_the_roles_that_are_of_no_goods) {
  EXPECT_FALSE(table_.names(0, Role::kTransformation));
  EXPECT_TRUE(table_.names(1, Role::kTransformation));
}

TEST_F(FactTableTest, keeps_what_it_knows_while_it_grows) {
  constexpr std::int64_t kMany = 400'000;  // beyond the first page of each of its parts
  const std::vector<Link> before = said_of(table_, 0, 9);
  for (std::int64_t seq = 3; seq <= kMany; ++seq)
    table_.add(fact(seq, std::vector{amount(seq, Role::kInput, seq, "KGM")}));
  EXPECT_EQ(said_of(table_, 0, 9), before);
  EXPECT_EQ(table_.head(0).seq, 1);
  EXPECT_FALSE(table_.head(1).counts);
  for (std::int64_t seq = 3; seq <= kMany; seq += 999) {
    EXPECT_EQ(table_.head(static_cast<std::size_t>(seq - 1)).seq, seq);
    EXPECT_EQ(said_of(table_, static_cast<std::size_t>(seq - 1), seq),
              (std::vector{amount(seq, Role::kInput, seq, "KGM")}));
  }
  int goods = 0;
  table_.each_goods(0, [&](ObjectId, Role, bool) { ++goods; });
  EXPECT_EQ(goods, 3);
}

TEST(FactTable, finds_one_of_very_many) {
  std::vector<Link> links;
  for (int i = 0; i < 1000; ++i)
    links.push_back(amount(i * 7919 % 1000 + 1, Role::kSubject, i, i % 2 == 0 ? "" : "KGM"));
  FactTable table;
  table.add(fact(1, links));
  for (const Link& each : links) EXPECT_EQ(said_of(table, 0, each.object.value()), std::vector{each});
}

}  // namespace
}  // namespace suyuan::trace
