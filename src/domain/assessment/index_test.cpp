// SPDX-License-Identifier: Apache-2.0
#include "domain/assessment/index.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace suyuan::assessment {

namespace {

const IndexSystem& system_of(std::size_t i = 0) { return policy_book().systems[i]; }

IndicatorValue value(long long number) {
  IndicatorValue one;
  one.value = number;
  return one;
}

Input lamp() {
  Input input;
  input.index.values = {{"C1", value(3)}, {"C2", value(250)}, {"C3", value(50)}, {"C4", value(50)}};
  return input;
}

std::vector<std::string> codes(const Result<Index>& index) {
  std::vector<std::string> all;
  if (!index)
    for (const Finding& finding : index.error().findings) all.push_back(finding.path + " " + finding.code);
  return all;
}

Index index(const Input& input) { return *index_of(input, system_of(), {}); }

}  // namespace

// shows: W6, R9
TEST(CompositeIndex, is_the_weighted_sum_of_places_in_fixed_ranges) {
  const Index result = index(lamp());
  ASSERT_EQ(result.indicators.size(), 4U);
  EXPECT_NEAR(result.indicators[0].weight, 0.482886, 1e-6);
  EXPECT_NEAR(result.indicators[0].place, 2 / 3., 1e-12);
  EXPECT_NEAR(result.value, 100 * (0.482886 * 2 / 3 + (1 - 0.482886) / 2), 1e-4);
  EXPECT_EQ(result.colour, Colour::kYellow);
  EXPECT_EQ(result.left_out, (std::vector<std::string>{"C5", "C6", "C7"}));
  double sum = 0;
  for (const auto& each : result.indicators) sum += each.points;
  EXPECT_NEAR(sum, result.value, 1e-6);
}

TEST(CompositeIndex, does_not_move_when_another_product_is_compared) {
  Input input = lamp();
  const double before = index(input).value;
  input.index.compared = {{{"C1", 1}, {"C2", 2}, {"C3", 3}, {"C4", 4}}};
  EXPECT_EQ(index(input).value, before) << "weights by judgement, ranges by policy";
}

TEST(CompositeIndex, values_beyond_the_range_count_as_its_ends) {
  Input input = lamp();
  input.index.values["C2"] = value(500);
  const double end = index(input).value;
  input.index.values["C2"] = value(1'000'000);
  EXPECT_EQ(index(input).value, end);
}

// shows: W6
TEST(CompositeIndex, unknown_is_not_nothing) {
  Input input = lamp();
  input.index.values.erase("C3");
  input.index.values["C9"] = value(1);
  EXPECT_EQ(codes(index_of(input, system_of(), {})),
            (std::vector<std::string>{" assessment.unknown_indicator", "/index/values/C3 assessment.missing"}));
}

TEST(CompositeIndex, a_calculated_value_needs_its_series) {
  Input input = lamp();
  IndicatorValue from;
  from.from = "inspections.random";
  from.path = "/index/values/C5";
  input.index.values["C5"] = from;
  EXPECT_EQ(codes(index_of(input, system_of(), {})),
            (std::vector<std::string>{"/index/values/C5/from assessment.no_series"}));
  const auto found = index_of(input, system_of(), {{"inspections.random", 0.1}});
  ASSERT_TRUE(found);
  EXPECT_EQ(found->indicators[4].place, 0.5);
}

// shows: W6
TEST(CompositeIndex, judgements_of_experts_replace_those_of_the_system_unless_they_contradict) {
  Input input = lamp();
  const Rational one = 1, two = 2, half(1, 2);
  input.index.judgements = Judgements{{"C4", "C3", "C2", "C1"}, {4, std::vector<Rational>(4, one)}};
  for (const auto& each : index(input).indicators) EXPECT_NEAR(each.weight, 0.25, 1e-12);
  auto& table = input.index.judgements->table;
  table = {{1, 3, Rational(1, 5), 4},
           {Rational(1, 3), 1, 2, half},
           {5, half, 1, 3},
           {Rational(1, 4), two, Rational(1, 3), 1}};
  EXPECT_EQ(codes(index_of(input, system_of(), {})),
            (std::vector<std::string>{"/index/judgements assessment.inconsistent"}));
  input.index.judgements->indicators[0] = "C5";
  EXPECT_EQ(codes(index_of(input, system_of(), {})),
            (std::vector<std::string>{"/index/judgements assessment.missing"}));
}

// shows: W6
TEST(CompositeIndex, weights_by_data_need_products_that_differ) {
  Input input = lamp();
  const auto row = [](long long c1, long long c2, long long c3, long long c4) {
    return std::map<std::string, Rational>{{"C1", c1}, {"C2", c2}, {"C3", c3}, {"C4", c4}};
  };
  for (const Weighting weighting : {Weighting::kEntropy, Weighting::kCritic, Weighting::kMean, Weighting::kProduct}) {
    input.index.weighting = weighting;
    input.index.compared = {row(4, 120, 35, 60), row(2, 300, 80, 60), row(3, 45, 10, 60)};
    const Index result = index(input);
    double sum = 0;
    for (const auto& each : result.indicators) sum += each.weight;
    EXPECT_NEAR(sum, 1, 1e-12);
    EXPECT_EQ(result.constant, std::vector<std::string>{"C4"});
    input.index.compared = {row(4, 120, 35, 60)};
    EXPECT_EQ(codes(index_of(input, system_of(), {})),
              std::vector<std::string>{"/index/compared assessment.too_little_data"});
    input.index.compared = {{{"C1", 4}, {"C2", 3}, {"C4", 1}}, row(1, 2, 3, 4)};
    EXPECT_EQ(codes(index_of(input, system_of(), {})),
              std::vector<std::string>{"/index/compared/0/C3 assessment.missing"});
  }
}

// shows: W6, W7
TEST(CompositeIndex, colours_begin_at_their_threshold_and_stay_for_five_points) {
  const auto colour = [](double index, std::optional<Colour> previous) {
    return colour_with_hysteresis(system_of(), index, previous);
  };
  EXPECT_EQ(colour(80, {}), Colour::kRed);
  EXPECT_EQ(colour(79.999, {}), Colour::kOrange);
  EXPECT_EQ(colour(60, {}), Colour::kOrange);
  EXPECT_EQ(colour(40, {}), Colour::kYellow);
  EXPECT_EQ(colour(20, {}), Colour::kBlue);
  EXPECT_EQ(colour(19.999, {}), Colour::kNone);
  EXPECT_EQ(colour(75.001, Colour::kRed), Colour::kRed);
  EXPECT_EQ(colour(75, Colour::kRed), Colour::kOrange);
  EXPECT_EQ(colour(56, Colour::kRed), Colour::kOrange) << "from red past orange: orange is held by its own five points";
  EXPECT_EQ(colour(41, Colour::kRed), Colour::kYellow);
  EXPECT_EQ(colour(81, Colour::kBlue), Colour::kRed) << "upward at once";
  EXPECT_EQ(colour(5, Colour::kNone), Colour::kNone);
}

TEST(CompositeIndex, residues_are_rated_by_nemerow) {
  Input input;
  const auto residue = [](long long measured, long long limit) {
    Residue one;
    one.measured = Rational(measured, 10);
    one.limit = limit;
    return one;
  };
  EXPECT_FALSE(residues_of(input, system_of(1)));
  input.residues = {residue(4, 1), residue(18, 2), residue(16, 1), residue(2, 1)};
  const auto residues = residues_of(input, system_of(1));
  EXPECT_NEAR(residues->index, 1.257105, 1e-6);
  EXPECT_EQ(residues->rating.en, "slight");
}

}  // namespace suyuan::assessment
