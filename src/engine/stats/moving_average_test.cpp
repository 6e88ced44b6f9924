// SPDX-License-Identifier: Apache-2.0
// Expected figures: computed once with numpy and scipy from the same formulas, tolerance 1e-6 or a millionth part.
#include "engine/stats/moving_average.h"

#include <gtest/gtest.h>

#include <cmath>

#include "engine/stats/beta_gamma.h"

namespace suyuan::stats::bayes {

namespace {

constexpr double kTolerance = 1e-6;

std::vector<UnitCount> units(std::initializer_list<std::pair<double, double>> counts) {
  std::vector<UnitCount> all;
  for (const auto& [tested, failed] : counts) all.push_back({tested, failed, false});
  return all;
}

const std::vector<UnitCount> kEven =
    units({{200, 2}, {150, 3}, {80, 0}, {320, 6}, {60, 1}, {110, 5}, {90, 1}, {40, 0}});
const std::vector<UnitCount> kUneven =
    units({{100, 2}, {120, 15}, {80, 1}, {150, 4}, {60, 9}, {200, 3}, {90, 0}, {70, 6}});

}  // namespace

TEST(MovingAverage, weights_halve_with_every_half_life) {
  const auto weights = halving_weights(7, 3);
  EXPECT_DOUBLE_EQ(weights[0], 1);
  EXPECT_DOUBLE_EQ(weights[3], 0.5);
  EXPECT_DOUBLE_EQ(weights[6], 0.25);
  EXPECT_NEAR(weights[1], 0.793701, kTolerance);
  EXPECT_DOUBLE_EQ(linear_weights(4)[3], 0.25);
  EXPECT_DOUBLE_EQ(uniform_weights(4)[3], 1);
}

TEST(MovingAverage, prior_of_units_that_differ_by_chance_is_as_strong_as_it_may_be) {
  const auto prior = beta_prior(kEven, {});
  ASSERT_TRUE(prior);
  EXPECT_NEAR(prior->between, 0.019854, kTolerance);
  EXPECT_NEAR(prior->within, 0.016845, kTolerance);
  EXPECT_NEAR(prior->size, 123.238095, kTolerance);
  EXPECT_NEAR(prior->correlation, 0.001447, kTolerance);
  EXPECT_DOUBLE_EQ(prior->strength, 200);
  EXPECT_NEAR(prior->alpha, 3.428571, kTolerance);
}

TEST(MovingAverage, the_same_raw_share_is_worth_more_with_more_tests) {
  const auto prior = beta_prior(kUneven, {});
  ASSERT_TRUE(prior);
  EXPECT_NEAR(prior->strength, 17.171449, 1e-4);
  const auto fewer = beta_posterior(*prior, 60, 9, 2), more = beta_posterior(*prior, 120, 15, 2);
  EXPECT_NEAR(fewer.mean, 0.126854, kTolerance);
  EXPECT_NEAR(more.mean, 0.115108, kTolerance);
  EXPECT_NEAR(fewer.above_threshold, 0.820828, kTolerance);
  EXPECT_GT(fewer.pull, more.pull);
}

TEST(MovingAverage, prior_needs_enough_units_tests_and_repeats) {
  EXPECT_FALSE(beta_prior(units({{100, 1}, {100, 2}, {100, 1}, {100, 0}}), {}));
  EXPECT_FALSE(beta_prior(units({{9, 1}, {10, 2}, {10, 1}, {10, 0}, {10, 0}}), {}));
  EXPECT_FALSE(beta_prior(std::vector<UnitCount>(60, {1, 0, false}), {}));
  EXPECT_FALSE(beta_prior({}, {}));
}

TEST(MovingAverage, a_group_without_any_failure_still_gives_a_share_above_nothing) {
  const auto none = beta_prior(units({{20, 0}, {20, 0}, {20, 0}, {20, 0}, {20, 0}}), {});
  ASSERT_TRUE(none);
  EXPECT_DOUBLE_EQ(none->mean, 0.5 / 101);
  const auto all = beta_prior(units({{20, 20}, {20, 20}, {20, 20}, {20, 20}, {20, 20}}), {});
  ASSERT_TRUE(all);
  EXPECT_DOUBLE_EQ(all->mean, 1 - 0.5 / 101);
}

TEST(MovingAverage, an_asked_unit_that_is_too_much_of_its_group_is_left_out) {
  auto with = kEven;
  with.push_back({1000, 300, true});
  EXPECT_DOUBLE_EQ(beta_prior(with, {})->mean, beta_prior(kEven, {})->mean);
  with.back() = {100, 30, true};
  EXPECT_GT(beta_prior(with, {})->mean, beta_prior(kEven, {})->mean);
}

TEST(MovingAverage, posterior_of_a_weighted_series) {
  const auto posterior = beta_posterior(*beta_prior(kEven, {}), 114.536984, 10.782912, 2);
  EXPECT_NEAR(posterior.mean, 0.045182, kTolerance);
  EXPECT_NEAR(posterior.sd, 0.011693, kTolerance);
  EXPECT_NEAR(posterior.q05, 0.027725, kTolerance);
  EXPECT_NEAR(posterior.q50, 0.044221, kTolerance);
  EXPECT_NEAR(posterior.q95, 0.065922, kTolerance);
  EXPECT_NEAR(posterior.pull, 0.635855, kTolerance);
  EXPECT_NEAR(posterior.above_group, 0.999025, kTolerance);
  EXPECT_NEAR(posterior.above_threshold, 0.823563, kTolerance);
  EXPECT_NEAR(beta_greater(14.211483, 300.325501, 3.428571, 216.571429), 0.980424, kTolerance);
}

TEST(BetaGreater, of_two_like_distributions_is_a_half_and_turns_round) {
  EXPECT_NEAR(beta_greater(2, 30, 2, 30), 0.5, 1e-9);
  EXPECT_NEAR(beta_greater(0.3, 4, 40, 900) + beta_greater(40, 900, 0.3, 4), 1, 1e-8);
  EXPECT_TRUE(std::isnan(beta_greater(0, 1, 1, 1)));
}

TEST(MovingAverage, rates_of_reports_are_pulled_to_the_rate_of_all) {
  const std::vector<UnitRate> all = {{5.2, 4}, {3.1, 2}, {8.4, 9}, {1.2, 3}, {2.6, 1}, {0.8, 5}};
  const auto prior = gamma_prior(all);
  EXPECT_NEAR(prior.mean, 1.126761, kTolerance);
  EXPECT_NEAR(prior.shape, 1.398118, kTolerance);
  EXPECT_NEAR(prior.rate, 1.240829, kTolerance);
  const auto posterior = gamma_posterior(prior, all.back(), 2, 0.8, 0.99);
  EXPECT_NEAR(posterior.mean, 3.135058, kTolerance);
  EXPECT_NEAR(posterior.q05, 1.409988, kTolerance);
  EXPECT_NEAR(posterior.q95, 5.412244, kTolerance);
  EXPECT_NEAR(posterior.above_threshold, 0.744091, kTolerance);
  EXPECT_EQ(posterior.next_bound, 8);
}

TEST(MovingAverage, rates_that_differ_by_chance_only_are_one_rate) {
  const auto prior = gamma_prior(std::vector<UnitRate>{{10, 10}, {20, 20}, {5, 5}});
  ASSERT_TRUE(prior.is_flat());
  const auto posterior = gamma_posterior(prior, {10, 10}, 2, 10, 0.99);
  EXPECT_EQ(posterior.mean, 1);
  EXPECT_EQ(posterior.next_bound, 18);  // Poisson with mean 10
}

TEST(BetaGamma, quantiles_of_counts_are_the_least_that_reach) {
  EXPECT_EQ(poisson_quantile(10, 0.5), 10);
  EXPECT_EQ(poisson_quantile(1e-9, 0.99), 0);
  EXPECT_EQ(negative_binomial_quantile(1, 0.5, 0.5), 0);
  EXPECT_EQ(negative_binomial_quantile(1, 0.5, 0.75), 1);
  EXPECT_TRUE(std::isnan(negative_binomial_quantile(-1, 0.5, 0.5)));
}

}  // namespace suyuan::stats::bayes
