// SPDX-License-Identifier: Apache-2.0
#include "domain/assessment/matrix.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <cmath>

namespace suyuan::assessment {

namespace {

const MatrixProfile& profile() { return policy_book().matrices.front(); }
Rational p(std::string_view text) { return *stats::parse_rational(text); }
std::vector<Rational> steps(std::initializer_list<std::string_view> texts) {
  std::vector<Rational> all;
  for (const auto text : texts) all.push_back(p(text));
  return all;
}
char level(std::initializer_list<std::string_view> texts, std::size_t severity) {
  return letter(level_of(profile(), product_of(steps(texts)), severity));
}

}  // namespace

// shows: R9
TEST(Matrix, has_all_32_cells_with_strict_bounds) {
  struct Row {
    std::string_view at_top, just_inside, levels;  // the greatest probability of the band; one just above its bound
  };
  constexpr Row kRows[] = {{"1", "500001/1000000", "HSSS"},
                           {"1/2", "100001/1000000", "MSSS"},
                           {"1/10", "10001/1000000", "MSSS"},
                           {"1/100", "1001/1000000", "LHSS"},
                           {"1/1000", "101/1000000", "LMHS"},
                           {"1/10000", "11/1000000", "LLMH"},
                           {"1/100000", "1000001/1000000000000", "LLLM"},
                           {"1/1000000", "0", "LLLL"}};
  std::size_t band = 0;
  for (const Row& row : kRows) {
    EXPECT_EQ(band_of(profile(), p(row.at_top)), band) << row.at_top;
    EXPECT_EQ(band_of(profile(), p(row.just_inside)), band) << row.just_inside;
    for (std::size_t severity = 1; severity <= kSeverities; ++severity)
      EXPECT_EQ(letter(level_of(profile(), p(row.at_top), severity)), row.levels[severity - 1])
          << row.at_top << " severity " << severity;
    ++band;
  }
}

// shows: R9
TEST(Matrix, multiplies_steps_without_rounding) {
  EXPECT_EQ(level({"1/10", "1/10"}, 2), 'H') << "in doubles 0.1 * 0.1 is above 1/100, and the level S";
  EXPECT_EQ(level({"1/10"}, 2), 'S');
  EXPECT_EQ(level({"1/2"}, 1), 'M');
  EXPECT_EQ(level({"51/100"}, 1), 'H');
  EXPECT_EQ(level({"1/10000"}, 4), 'H');
  EXPECT_EQ(level({"1/1000000"}, 4), 'L');
  EXPECT_EQ(level({"1/999999"}, 4), 'M');
}

// A folding chair breaks, the worked example of the EU guidelines.
TEST(Matrix, judges_the_folding_chair_as_published) {
  EXPECT_EQ(level({"1", "1/50", "1/10", "1"}, 1), 'L');
  EXPECT_EQ(level({"1", "1/50", "1/10", "1"}, 2), 'H');
}

// With r = severity + log10 p: S above 0, H above -1, M above -2; severity 1 has a row of its own.
RC_GTEST_PROP(MatrixProperty, follows_the_order_of_magnitude, ()) {
  const auto numerator = *rc::gen::inRange<long long>(1, 1'000'000), scale = *rc::gen::inRange<long long>(0, 3);
  Rational probability(numerator, 1'000'000);
  for (long long i = 0; i < scale; ++i) probability /= 10;
  const auto severity = *rc::gen::inRange<std::size_t>(2, 5);
  Rational shifted = probability;  // 10^r
  for (std::size_t i = 0; i < severity; ++i) shifted *= 10;
  const char expected = shifted > 1 ? 'S' : shifted > Rational(1, 10) ? 'H' : shifted > Rational(1, 100) ? 'M' : 'L';
  RC_ASSERT(letter(level_of(profile(), probability, severity)) == expected);
}

// shows: X2
TEST(Sensitivity, says_how_far_each_input_may_move) {
  const auto chair = sensitivity_of(profile(), steps({"1", "1/50", "1/10", "1"}), 2);
  EXPECT_EQ(chair.up->bound, p("1/100"));
  EXPECT_EQ(chair.up->factor, 5);
  EXPECT_EQ(letter(chair.up->level), 'S');
  EXPECT_EQ(chair.down->bound, p("1/1000"));
  EXPECT_EQ(chair.down->factor, p("1/2"));
  EXPECT_EQ(letter(chair.down->level), 'M');
  EXPECT_EQ(letter(chair.times_10), 'S');
  EXPECT_EQ(letter(chair.by_10), 'M');
  EXPECT_EQ(letter(*chair.severity_more), 'S');
  EXPECT_EQ(letter(*chair.severity_less), 'L');
  EXPECT_FALSE(chair.is_robust);
  ASSERT_EQ(chair.steps.size(), 4U);
  EXPECT_EQ(letter(chair.steps[0].times_10), 'H') << "a step of 1 cannot become likelier";
  EXPECT_EQ(letter(chair.steps[1].times_10), 'S');
}

TEST(Sensitivity, knows_what_nothing_can_change) {
  const auto deadly = sensitivity_of(profile(), steps({"1/2"}), 4);
  EXPECT_FALSE(deadly.up);
  EXPECT_EQ(deadly.down->bound, p("1/10000"));
  EXPECT_TRUE(deadly.is_robust) << "S at 1, at 1/20 and at severity 3";
  const auto never = sensitivity_of(profile(), steps({"0"}), 2);
  EXPECT_EQ(letter(never.times_10), 'L');
  EXPECT_EQ(never.up->bound, p("1/10000"));
  EXPECT_EQ(never.up->factor, 0);
  EXPECT_FALSE(never.down);
}

// Exactly at an edge the level is still the old one; anything beyond has the new one.
RC_GTEST_PROP(SensitivityProperty, edges_are_where_the_level_changes, ()) {
  const Rational a(*rc::gen::inRange<long long>(1, 10'000), 10'000), b(*rc::gen::inRange<long long>(1, 1000), 100'000);
  const auto severity = *rc::gen::inRange<std::size_t>(1, 5);
  const auto shift = sensitivity_of(profile(), std::vector<Rational>{a, b}, severity);
  const Rational product = a * b, little = Rational(1'000'001, 1'000'000);
  const Level here = level_of(profile(), product, severity);
  if (shift.up) {
    RC_ASSERT(level_of(profile(), shift.up->bound, severity) == here);
    RC_ASSERT(level_of(profile(), shift.up->bound * little, severity) == shift.up->level);
  }
  if (shift.down) {
    RC_ASSERT(level_of(profile(), shift.down->bound, severity) == shift.down->level);
    RC_ASSERT(level_of(profile(), shift.down->bound * little, severity) == here);
  }
}

}  // namespace suyuan::assessment
