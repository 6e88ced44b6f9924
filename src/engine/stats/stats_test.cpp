// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <cmath>
#include <random>
#include <vector>

#include "engine/stats/charts.h"
#include "engine/stats/discovery.h"
#include "engine/stats/disproportion.h"
#include "engine/stats/distributions.h"
#include "engine/stats/ebgm.h"
#include "engine/stats/farrington.h"
#include "engine/stats/gamma_poisson.h"
#include "engine/stats/scan.h"

namespace suyuan::stats {
namespace {

// Counts that rise and fall with the year, from a fixed seed.
std::vector<double> seasonal(std::size_t weeks, unsigned seed) {
  std::mt19937_64 random(seed);
  std::vector<double> y;
  for (std::size_t week = 0; week < weeks; ++week) {
    const double mean = 4 + 3 * std::sin(static_cast<double>(week) / 52 * 6.283185307);
    double left = static_cast<double>(random() >> 11) * 0x1p-53, mass = std::exp(-mean), count = 0;
    for (; left >= mass; mass *= mean / ++count) left -= mass;
    y.push_back(count);
  }
  return y;
}

TEST(Distributions, quantiles_are_the_smallest_count_that_reaches_the_probability) {
  for (const double mean : {0.0, 0.01, 0.7, 3.0, 40.0, 900.0, 20000.0}) {
    for (const double p : {0.001, 0.5, 0.95, 0.999, 1 - 1e-12}) {
      const auto k = poisson_quantile(p, mean);
      EXPECT_GE(1 - poisson_upper(k + 1, mean), p - 1e-13) << mean << " " << p;
      EXPECT_TRUE(k == 0 || 1 - poisson_upper(k, mean) < p + 1e-13) << mean << " " << p;
      for (const double dispersion : {1.0, 1.2, 7.0}) {
        const auto wide = overdispersed_quantile(p, mean, dispersion);
        EXPECT_GE(1 - overdispersed_upper(wide + 1, mean, dispersion), p - 1e-13) << mean << " " << dispersion;
        EXPECT_TRUE(wide == 0 || 1 - overdispersed_upper(wide, mean, dispersion) < p + 1e-13) << mean;
      }
    }
  }
  EXPECT_NEAR(normal_quantile(0.999), 3.090232306167813, 1e-12);
  EXPECT_NEAR(student_t_two_sided(2.0859634, 20), 0.05, 1e-8);
}

TEST(Charts, a_flat_baseline_alarms_on_two_counts_but_not_on_one) {
  std::vector<double> y(10, 0);
  y.back() = 1;
  EXPECT_EQ(ears(y, 9, {}).verdict, Verdict::kQuiet);
  y.back() = 2;
  EXPECT_EQ(ears(y, 9, {}).verdict, Verdict::kAlarm);
  EXPECT_TRUE(std::isinf(ears(y, 9, {.sd_min = 0}).score)) << "no floor: any rise is infinitely unusual";
}

TEST(Charts, too_little_history_is_said) {
  const std::vector<double> y(400, 1);
  EXPECT_EQ(ears(y, 8, {}).verdict, Verdict::kTooLittle);
  EXPECT_EQ(ears(y, 9, {}).verdict, Verdict::kQuiet);
  EXPECT_EQ(ears_c3(y, 10, {}, 2).reading.verdict, Verdict::kTooLittle);
  EXPECT_EQ(ears_c3(y, 11, {}, 2).reading.verdict, Verdict::kQuiet);
  EXPECT_EQ(bayes(y, 57, {.years = 1}, 0.05).verdict, Verdict::kTooLittle);
  EXPECT_EQ(bayes(y, 58, {.years = 1}, 0.05).verdict, Verdict::kQuiet);
  Farrington farrington;
  EXPECT_EQ(farrington_begins({}), 263U);
  EXPECT_EQ(farrington.judge(y, 262, {}).reading.verdict, Verdict::kTooLittle);
  EXPECT_EQ(farrington.judge(y, 263, {.recent_sum = 4}).reading.verdict, Verdict::kQuiet);
}

TEST(Charts, what_came_before_decides_so_a_shifted_series_gives_shifted_readings) {
  const auto y = seasonal(320, 7);
  const std::vector<double> shifted = [&] {
    std::vector<double> later = {3, 5};
    later.insert(later.end(), y.begin(), y.end());
    return later;
  }();
  Farrington farrington;
  const FarringtonOptions flexible{.years = 3,
                                   .seasons = 10,
                                   .excluded = 26,
                                   .weights_threshold = 2.58,
                                   .trend_p = 1,
                                   .two_sided = false,
                                   .bound = FarringtonBound::kPlugin};
  const auto same = [](const Reading& a, const Reading& b) {
    return a.verdict == b.verdict && a.expected == b.expected && a.upper == b.upper && a.score == b.score;
  };
  int fitted = 0;
  for (std::size_t t = 170; t < y.size(); ++t) {
    EXPECT_TRUE(same(ears(y, t, {}), ears(shifted, t + 2, {})));
    EXPECT_TRUE(same(ears_c3(y, t, {}, 2).reading, ears_c3(shifted, t + 2, {}, 2).reading));
    EXPECT_TRUE(same(bayes(y, t, {.years = 2}, 0.05), bayes(shifted, t + 2, {.years = 2}, 0.05)));
    const auto here = farrington.judge(y, t, flexible), there = farrington.judge(shifted, t + 2, flexible);
    EXPECT_TRUE(same(here.reading, there.reading)) << t;
    fitted += here.fitted;
  }
  EXPECT_GT(fitted, 100);
}

TEST(Charts, the_cusum_reference_and_the_transformed_count) {
  EXPECT_NEAR(poisson_cusum_reference(2, 4), 2 / std::log(2.0), 1e-12);
  EXPECT_EQ(cusum_step(1, 0, 2), 0);
  EXPECT_NEAR(rossi(4, 4), 0, 1e-12);
  EXPECT_NEAR(rossi(9, 4), (9 - 12 + 12) / 4.0, 1e-12);
}

TEST(Charts, the_tail_without_overdispersion_is_the_bayes_predictive) {
  EXPECT_NEAR(predictive_tail(3, 1, 41, 1), negative_binomial_upper(3, 1.5, 41.0 / 42), 1e-15);
  EXPECT_GT(predictive_tail(3, 1, 41, 2), predictive_tail(3, 1, 41, 1)) << "a livelier past makes it less unusual";
  EXPECT_EQ(predictive_tail(0, 1, 41, 1), 1);
}

TEST(LogLinear, one_group_is_the_mean_and_leverages_add_up_to_the_parameters) {
  std::vector<Observation> rows;
  const auto y = seasonal(30, 3);
  double sum = 0;
  for (std::size_t i = 0; i < y.size(); ++i) {
    rows.push_back({y[i], static_cast<double>(i), static_cast<std::uint32_t>(i % 3)});
    sum += y[i];
  }
  LogLinear model;
  std::vector<Observation> alike = rows;
  for (auto& row : alike) row.group = 0;
  ASSERT_TRUE(model.fit(alike, 1, false, {}));
  EXPECT_NEAR(std::exp(model.predict(0, 7)), sum / 30, 1e-9);
  EXPECT_NEAR(model.predict_variance(0, 7), 1 / sum, 1e-6) << "weights of the last step but one";
  ASSERT_TRUE(model.fit(rows, 3, true, {}));
  double leverage = 0, fitted = 0;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    leverage += model.leverage(i);
    fitted += model.fitted(i);
  }
  EXPECT_NEAR(leverage, 4, 1e-9);
  EXPECT_NEAR(fitted, sum, 1e-6) << "the score equations hold";
  EXPECT_FALSE(model.fit(std::span(rows).first(4), 3, true, {})) << "as many parameters as rows";
}

TEST(Farrington, a_past_without_any_count_expects_half_of_one) {
  std::vector<double> y(300, 0);
  y[298] = 3, y[299] = 2;
  Farrington farrington;
  const auto seen = farrington.judge(y, 299, {.years = 3});
  EXPECT_TRUE(seen.fitted);
  EXPECT_EQ(seen.reading.verdict, Verdict::kAlarm);
  EXPECT_NEAR(seen.reading.expected, 0.5 / 21, 1e-12);
  y[298] = 2;
  EXPECT_EQ(farrington.judge(y, 299, {.years = 3}).reading.verdict, Verdict::kQuiet) << "four counts in four weeks";
}

TEST(Farrington, a_season_without_any_count_has_no_upper_limit_of_its_mean) {
  std::vector<double> y(170, 0);
  for (std::size_t week = 20; week < y.size(); ++week) y[week] = week % 52 < 20 ? 0 : 40;
  y[165] = 7;
  Farrington farrington;
  FarringtonOptions options{
      .years = 3, .seasons = 10, .excluded = 26, .weights_threshold = 2.58, .trend_p = 1, .two_sided = false};
  options.bound = FarringtonBound::kMuan;
  const auto muan = farrington.judge(y, 165, options);
  EXPECT_TRUE(muan.fitted);
  EXPECT_TRUE(std::isinf(muan.reading.upper));
  EXPECT_EQ(muan.reading.verdict, Verdict::kQuiet);
  options.bound = FarringtonBound::kPlugin;
  EXPECT_EQ(farrington.judge(y, 165, options).reading.upper, 0);
}

TEST(Distributions, quantiles_of_large_means_are_found_without_adding_up_everything_below) {
  for (const double mean : {900.0, 1100.0, 1e6, 1e9, 1e10}) {
    for (const double dispersion : {1.0, 3.0, 1e3, 1e6}) {
      const std::int64_t k = overdispersed_quantile(0.995, mean, dispersion);
      EXPECT_LE(overdispersed_upper(k + 1, mean, dispersion), 0.005 + 1e-9) << mean << " " << dispersion;
      EXPECT_GT(overdispersed_upper(k, mean, dispersion), 0.005 - 1e-9) << mean << " " << dispersion;
    }
  }
}

// Numbers of a matrix program that shares nothing with ours.
TEST(Farrington, the_flexible_form_on_a_made_up_series) {
  std::vector<double> y;
  for (int i = 0; i < 200; ++i) y.push_back((i * 7 % 11) + i / 52 + (i == 20 || i == 70 ? 30 : 0));
  Farrington farrington;
  FarringtonOptions options{
      .years = 3, .seasons = 10, .excluded = 26, .weights_threshold = 2.58, .trend_p = 1, .two_sided = false};
  const auto ten = farrington.judge(y, 180, options);
  EXPECT_NEAR(ten.reading.expected, 7.740010, 1e-5);
  EXPECT_NEAR(ten.dispersion, 1.811790, 1e-4);
  EXPECT_NEAR(ten.reading.upper, 18.664568, 1e-3);
  options.seasons = 9;  // 45 weeks in 8 groups: the first five are longer
  const auto nine = farrington.judge(y, 180, options);
  EXPECT_NEAR(nine.reading.expected, 7.584582, 1e-5);
  EXPECT_NEAR(nine.dispersion, 1.813943, 1e-4);
  EXPECT_NEAR(nine.reading.upper, 18.407062, 1e-3);
}

// The formulas by worked examples, so that they are held without any public data.
TEST(WorkedExamples, charts) {
  EXPECT_NEAR(ewma_upper(2, 1, {}), 2.848528, 1e-6);
  EXPECT_NEAR(ewma_upper(2, 7, {}), 3.382765, 1e-6);
  EXPECT_EQ(bayes_reading(3, 3, 6, 0.05).upper, 2) << "quantile of NB(3.5, 6/7)";
  EXPECT_EQ(bayes_reading(3, 6, 6, 0.05).upper, 3);
  EXPECT_EQ(bayes_reading(3, 8, 6, 0.05).upper, 4) << "with 9 in place of 8.5 it would be the same, with 6.5 not";
  const std::vector<double> y = {1, 2, 3, 2, 1, 2, 3, 2, 2, 5, 5, 5};
  double sum = 0;
  for (const std::size_t t : {9U, 10U, 11U}) sum += std::max(0.0, ears(y, t, {}).score - 1);
  EXPECT_GT(sum, 2);
  EXPECT_NEAR(ears_c3(y, 11, {}, 2).reading.score, sum, 1e-12);
}

TEST(WorkedExamples, pairs_units_and_areas) {
  const Table2x2 table{15, 185, 300, 19500};
  EXPECT_NEAR(prr(table).value, 4.95, 1e-9);
  EXPECT_NEAR(ror(table).value, 5.270270, 1e-6);
  EXPECT_NEAR(ror(table).low, 3.076190, 1e-6);
  EXPECT_NEAR(chi_squared(table, true), 41.970153, 1e-6);
  EXPECT_NEAR(information_component(15, 3.15).low, 1.215325, 1e-6);
  EXPECT_NEAR(information_component_exact(15, 3.15).low, 1.264577, 1e-6);
  EXPECT_NEAR(bcpnn(table).low, 1.137014, 1e-6);
  EXPECT_NEAR(ebgm({15, 3.15}, {}).value, 4.506088, 1e-6);
  EXPECT_NEAR(ebgm({15, 3.15}, {}).low, 2.854723, 1e-6);
  const std::vector<double> x = {4, 2, 9, 3, 1, 5}, e = {5.2, 3.1, 8.4, 1.2, 2.6, 0.8};
  const GammaPrior prior = marshall_prior(x, e);
  EXPECT_NEAR(prior.shape, 1.398118, 1e-6);
  EXPECT_NEAR(prior.rate, 1.240829, 1e-6);
  EXPECT_NEAR(eb_poisson_score(21, 6), 11.308022, 1e-6);
  EXPECT_NEAR(pb_poisson_score(21, 12, 24), 7.593048, 1e-6);
}

TEST(Discovery, adjusted_tails_of_a_worked_example) {
  const std::vector<double> tails = {0.01, 0.04, 0.03, 0.005};
  const auto adjusted = adjusted_tails(tails);
  EXPECT_NEAR(adjusted[0], 0.02, 1e-15);
  EXPECT_NEAR(adjusted[1], 0.04, 1e-15);
  EXPECT_NEAR(adjusted[2], 0.04, 1e-15);
  EXPECT_NEAR(adjusted[3], 0.02, 1e-15);
  EXPECT_NEAR(adjusted_tails(tails, 8)[3], 0.04, 1e-15) << "four more tests with a tail of 1";
}

TEST(Disproportion, a_pair_that_nothing_else_shares_has_an_infinite_ratio) {
  const Table2x2 table{3, 2, 0, 95};
  EXPECT_TRUE(std::isinf(prr(table).value));
  EXPECT_TRUE(std::isinf(ror(table).value));
  EXPECT_EQ(prr(table).low, 0) << "and no interval";
  EXPECT_EQ(prr({0, 5, 3, 92}).value, 0);
  EXPECT_EQ(chi_squared({0, 0, 3, 92}, true), 0);
}

TEST(Ebgm, shrinks_towards_one_the_less_was_seen) {
  const GpsPrior prior;
  EXPECT_LT(ebgm({1, 0.01}, prior).value, 100);
  EXPECT_GT(ebgm({100, 1}, prior).value, 80);
  const Ebgm seen = ebgm({5, 1}, prior);
  EXPECT_LT(seen.low, seen.value);
  EXPECT_LT(seen.value, seen.high);
}

TEST(GammaPoisson, units_that_do_not_differ_share_one_rate) {
  const std::vector<double> x = {2, 4}, e = {1, 2};
  const GammaPrior prior = marshall_prior(x, e);
  EXPECT_EQ(prior.between, 0);
  const GammaPosterior unit = posterior(prior, 2, 1);
  EXPECT_EQ(unit.mean, 2);
  EXPECT_EQ(next_quantile(unit, 1, 0.99), poisson_quantile(0.99, 2));
  EXPECT_EQ(next_upper(unit, 1, 3), poisson_upper(3, 2));
}

class Scan : public testing::Test {
 protected:
  // Five areas on a line, the last one far away; four periods; three counts a period everywhere.
  Scan() : places_{{0, 0, 1}, {0, 1, 1}, {0, 2, 1}, {0, 3, 1}, {0, 60, 1}}, zones_(nearest_zones(places_, 0.5)) {
    counts_.assign(20, 3), baselines_.assign(20, 3);
  }
  ScanInput input() const { return {counts_, baselines_, 5}; }
  std::vector<Place> places_;
  std::vector<std::vector<std::uint32_t>> zones_;
  std::vector<double> counts_, baselines_;
};

TEST_F(Scan, zones_are_neighbours_up_to_half_of_the_population_and_each_is_there_once) {
  const std::vector<std::vector<std::uint32_t>> expected = {{0}, {0, 1}, {1}, {2}, {1, 2}, {3}, {2, 3}, {4}, {3, 4}};
  EXPECT_EQ(zones_, expected);
}

TEST_F(Scan, finds_a_planted_cluster_with_its_place_and_duration) {
  for (const std::size_t cell : {1U, 2U, 6U, 7U}) counts_[cell] = 9;  // areas 1 and 2 in the two newest periods
  for (const auto kind : {ScanKind::kExpectation, ScanKind::kPopulation}) {
    const ScanCluster found = most_likely_cluster(input(), zones_, kind);
    EXPECT_EQ(zones_[found.zone], (std::vector<std::uint32_t>{1, 2}));
    EXPECT_EQ(found.duration, 2U);
    EXPECT_EQ(found.count, 36);
    const ScanSimulation worth = simulate_scan(input(), zones_, kind, found.score, 0.05, 99, 1);
    EXPECT_EQ(worth.tail, 0.01);
    EXPECT_LT(worth.critical, found.score);
    EXPECT_EQ(worth.critical, simulate_scan(input(), zones_, kind, found.score, 0.05, 99, 1).critical);
    EXPECT_EQ(simulate_scan(input(), zones_, kind, worth.critical, 0.05, 99, 1).tail, 0.06) << "at it: not enough";
    EXPECT_EQ(simulate_scan(input(), zones_, kind, std::nextafter(worth.critical, 1e9), 0.05, 99, 1).tail, 0.05);
  }
}

TEST_F(Scan, nothing_unusual_has_a_large_tail) {
  counts_[3] = 5;
  const ScanCluster found = most_likely_cluster(input(), zones_, ScanKind::kExpectation);
  EXPECT_GT(simulate_scan(input(), zones_, ScanKind::kExpectation, found.score, 0.05, 99, 1).tail, 0.3);
  counts_.assign(20, 2);
  EXPECT_EQ(most_likely_cluster(input(), zones_, ScanKind::kExpectation).duration, 0U) << "all below the baseline";
  counts_.assign(20, 6);
  EXPECT_EQ(most_likely_cluster(input(), zones_, ScanKind::kPopulation).duration, 0U) << "risen everywhere alike";
}

}  // namespace
}  // namespace suyuan::stats
