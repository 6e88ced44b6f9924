// SPDX-License-Identifier: Apache-2.0
#include "app/figures/figures.h"

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <map>

namespace suyuan {
namespace {

FiguresCell cell(std::string step, std::int32_t place, std::int64_t events, std::initializer_list<int> orgs) {
  FiguresCell made{std::move(step), place, events};
  for (const int org : orgs) made.organisations.insert(OrgId(org));
  return made;
}

const FiguresPeriod kPeriod{};

// shows: R1
TEST(Figures, a_small_cell_is_kept_back_and_another_with_it_so_that_the_total_does_not_tell) {
  const Figures figures =
      without_small_cells({cell("shipping", 440000, 50, {1, 2, 3}), cell("shipping", 110000, 7, {4}),
                           cell("receiving", 440000, 20, {1, 2, 3, 5})},
                          kPeriod);
  ASSERT_EQ(figures.cells.size(), 1U);
  EXPECT_EQ(figures.cells[0].events, 50) << "the smaller of the large ones is kept back, too";
  EXPECT_EQ(figures.other_events, 27);
  EXPECT_EQ(figures.events, 77);
  EXPECT_EQ(figures.organisations, 5);
  const std::string json = figures_json(figures);
  EXPECT_NE(json.find("其他 (少于 3 家)"), std::string::npos);
  EXPECT_EQ(json.find("110000"), std::string::npos) << json;
}

TEST(Figures, without_small_cells_nothing_is_kept_back) {
  const Figures figures =
      without_small_cells({cell("a", 440000, 5, {1, 2, 3}), cell("b", 440000, 4, {1, 2, 3})}, kPeriod);
  EXPECT_EQ(figures.cells.size(), 2U);
  EXPECT_FALSE(figures.other_events.has_value());
}

TEST(Figures, of_two_organisations_in_all_there_are_no_numbers) {
  const Figures figures = without_small_cells({cell("a", 440000, 5, {1, 2}), cell("b", 110000, 9, {2})}, kPeriod);
  EXPECT_TRUE(figures.cells.empty());
  EXPECT_FALSE(figures.events || figures.organisations || figures.other_events);
  EXPECT_TRUE(figures_json(figures).ends_with(R"("cells":[],"other":null,"events":null,"organisations":null})"));
}

// What anybody can compute is sums of shown cells taken from the total: a slow look at what is left.
// shows: R1
TEST(Figures, no_difference_of_what_is_shown_tells_of_fewer_than_three_organisations) {
  EXPECT_TRUE(rc::check([] {
    std::vector<FiguresCell> cells;
    std::int64_t total = 0;
    std::set<OrgId> everybody;
    for (int i = *rc::gen::inRange(0, 12); i > 0; --i) {
      FiguresCell made{fmt::format("s{}", i % 4), 110000 + i / 4 * 10000, *rc::gen::inRange(1, 40)};
      for (int n = *rc::gen::inRange(1, 6); n > 0; --n) made.organisations.insert(OrgId(*rc::gen::inRange(1, 8)));
      total += made.events;
      everybody.insert(made.organisations.begin(), made.organisations.end());
      cells.push_back(made);
    }
    std::map<std::pair<std::int32_t, std::string>, FiguresCell> truth;
    for (const FiguresCell& each : cells) truth[{each.place, each.step}] = each;
    const Figures figures = without_small_cells(cells, kPeriod);
    std::int64_t shown = 0;
    for (const FiguresCell& each : figures.cells) {
      RC_ASSERT(each.organisations.size() >= kFewestOrganisations);
      RC_ASSERT(each.events == (truth.at({each.place, each.step}).events));
      shown += each.events;
      truth.erase({each.place, each.step});
    }
    if (!figures.events) {
      RC_ASSERT(figures.cells.empty() && !figures.other_events && !figures.organisations);
      RC_ASSERT(everybody.size() < kFewestOrganisations);
      return;
    }
    RC_ASSERT(*figures.events == total);
    RC_ASSERT(*figures.organisations == static_cast<std::int64_t>(everybody.size()));
    RC_ASSERT(shown + figures.other_events.value_or(0) == total);
    if (truth.empty()) return;
    std::set<OrgId> left;
    for (const auto& [key, each] : truth) left.insert(each.organisations.begin(), each.organisations.end());
    RC_ASSERT(left.size() >= kFewestOrganisations);
    RC_ASSERT(truth.size() >= 2U || truth.begin()->second.organisations.size() >= kFewestOrganisations);
  }));
}

}  // namespace
}  // namespace suyuan
