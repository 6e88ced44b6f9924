// SPDX-License-Identifier: Apache-2.0
// Expected figures: computed once with numpy from the same formulas, tolerance 1e-6.
#include "engine/stats/weighting.h"

#include <gmock/gmock.h>

namespace suyuan::stats::weighting {

namespace {

using testing::DoubleNear;
using testing::Each;
using testing::ElementsAre;

constexpr double kTolerance = 1e-6;
const std::vector<double> kRandom = {0, 0, .58, .90, 1.12, 1.24, 1.32, 1.41, 1.45, 1.49};
auto near(double value) { return DoubleNear(value, kTolerance); }

Table scaled(const Table& rows) {
  Table result = rows;
  for (std::size_t j = 0; j < rows[0].size(); ++j) {
    double min = rows[0][j], max = min;
    for (const auto& row : rows) min = std::min(min, row[j]), max = std::max(max, row[j]);
    for (auto& row : result) row[j] = normalised(row[j], min, max, true);
  }
  return result;
}

const Table kRows = scaled({{4, 120, 35, 60}, {2, 300, 80, 20}, {3, 45, 10, 90}, {1, 500, 55, 35}, {4, 80, 5, 75}});

}  // namespace

TEST(Ahp, weights_of_consistent_judgements) {
  const Ahp result =
      ahp({{1, 2, 3, 5}, {1 / 2., 1, 2, 3}, {1 / 3., 1 / 2., 1, 2}, {1 / 5., 1 / 3., 1 / 2., 1}}, kRandom);
  EXPECT_NEAR(result.lambda_max, 4.014521, kTolerance);
  EXPECT_NEAR(result.consistency_ratio, 0.005378, kTolerance);
  EXPECT_THAT(result.weights, ElementsAre(near(.482886), near(.271974), near(.156990), near(.088150)));
}

TEST(Ahp, judgements_that_contradict_each_other_have_a_large_ratio) {
  const Ahp result =
      ahp({{1, 3, 1 / 5., 4}, {1 / 3., 1, 2, 1 / 2.}, {5, 1 / 2., 1, 3}, {1 / 4., 2, 1 / 3., 1}}, kRandom);
  EXPECT_NEAR(result.lambda_max, 5.610352, kTolerance);
  EXPECT_NEAR(result.consistency_ratio, 0.596427, kTolerance);
}

TEST(Ahp, one_or_two_indicators_cannot_contradict) {
  EXPECT_THAT(ahp({{1}}, kRandom).weights, ElementsAre(1));
  EXPECT_THAT(ahp({{1, 3}, {1 / 3., 1}}, kRandom).weights, ElementsAre(near(.75), near(.25)));
  EXPECT_EQ(ahp({{1, 3}, {1 / 3., 1}}, kRandom).consistency_ratio, 0);
}

TEST(Weights, by_entropy_and_by_critic) {
  EXPECT_THAT(entropies(kRows), ElementsAre(near(.814656), near(.648772), near(.709193), near(.789906)));
  EXPECT_THAT(entropy_weights(kRows), ElementsAre(near(.178649), near(.338542), near(.280303), near(.202506)));
  EXPECT_THAT(critic_weights(kRows), ElementsAre(near(.255116), near(.248460), near(.244864), near(.251560)));
}

TEST(Weights, combined_and_summed) {
  const std::vector<double> judged = {.482886, .271974, .156990, .088150}, entropy = entropy_weights(kRows);
  const auto half = mean_weights(judged, entropy), product = product_weights(judged, entropy);
  EXPECT_THAT(half, ElementsAre(near(.330767), near(.305258), near(.218646), near(.145328)));
  EXPECT_THAT(product, ElementsAre(near(.359151), near(.383329), near(.183202), near(.074318)));
  EXPECT_NEAR(100 * weighted_sum(half, kRows[0]), 55.158777, 1e-4);
  EXPECT_NEAR(100 * weighted_sum(product, kRows[4]), 44.702990, 1e-4);
}

TEST(Weights, a_constant_column_has_none_and_does_not_move_the_others) {
  Table rows = kRows;
  for (auto& row : rows) row.push_back(0.3);
  for (const auto& [with, without] : {std::pair(entropy_weights(rows), entropy_weights(kRows)),
                                      std::pair(critic_weights(rows), critic_weights(kRows))}) {
    EXPECT_EQ(with.back(), 0);
    for (std::size_t j = 0; j < without.size(); ++j) EXPECT_DOUBLE_EQ(with[j], without[j]);
  }
  EXPECT_THAT(entropy_weights({{1, 2}, {1, 2}}), Each(0));
  EXPECT_THAT(critic_weights({{1, 2}}), Each(0));
}

TEST(Nemerow, weighs_the_worst_ratio_like_their_mean) {
  EXPECT_NEAR(nemerow(std::vector<double>{0.4, 0.9, 1.6, 0.2}), 1.257105, kTolerance);
}

}  // namespace suyuan::stats::weighting
