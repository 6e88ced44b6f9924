// SPDX-License-Identifier: Apache-2.0
// Methods on single series against what R's surveillance 1.20.3 and an independent program computed. Tolerance 1e-4
// where the regression is iterated (R stops by the same rule, but weights by the last step but one), 1e-6 elsewhere.
#include "engine/stats/charts.h"
#include "engine/stats/farrington.h"
#include "risk_data.h"

namespace suyuan::stats {
namespace {

// The 312 weeks of salmonella agona; index 0 is week t = 1 of the tables.
std::vector<double> agona() { return test::column(test::risk_table("salmonella_agona_1990_1995.csv"), "observed"); }

FarringtonOptions flexible(FarringtonBound bound, double trend_p) {
  return {.years = 3,
          .seasons = 10,
          .excluded = 26,
          .weights_threshold = 2.58,
          .trend_p = trend_p,
          .alpha = 0.01,
          .two_sided = false,
          .working_variance = true,
          .bound = bound};
}
FarringtonOptions classic() { return {.years = 3}; }

// Compares a method's bounds and alarms on t = 209..312 with two columns of the table of R.
template <class Judge>
void compare_with_r(const std::string& upper_name, const std::string& alarm_name, double tolerance, Judge&& judge) {
  const CsvTable expected = test::risk_table("expected_surveillance_agona.csv");
  const auto upper = test::column(expected, upper_name), alarm = test::column(expected, alarm_name);
  const auto t = test::column(expected, "t");
  const auto y = agona();
  ASSERT_EQ(upper.size(), 104U);
  std::size_t compared = 0;
  for (std::size_t i = 0; i < t.size(); ++i) {
    const Reading reading = judge(y, static_cast<std::size_t>(t[i]) - 1);
    EXPECT_EQ(reading.verdict == Verdict::kAlarm, alarm[i] == 1) << upper_name << " t=" << t[i];
    if (std::isnan(upper[i]) || upper[i] == 0) continue;  // R writes these where too few recent counts matter
    EXPECT_NEAR(reading.upper, upper[i], tolerance * std::max(1.0, upper[i])) << upper_name << " t=" << t[i];
    ++compared;
  }
  EXPECT_GT(compared, 80U);
}

// shows: X7
TEST(SeriesVectors, ears_c1_and_c2_have_the_bounds_of_the_package) {
  NEEDS_RISK_DATA("expected_surveillance_agona.csv");
  compare_with_r("ears_C1_upper", "ears_C1_alarm", 1e-6,
                 [](const auto& y, std::size_t t) { return ears(y, t, {.guard = 0, .sd_min = 0}); });
  compare_with_r("ears_C2_upper", "ears_C2_alarm", 1e-6,
                 [](const auto& y, std::size_t t) { return ears(y, t, {.sd_min = 0}); });
}

TEST(SeriesVectors, ears_c2_and_c3_have_the_scores_and_the_number_of_alarms) {
  NEEDS_RISK_DATA("test_vectors.json");
  const auto vectors = test::risk_vectors();
  const auto& given = vectors.at("ears_c2_c3_agona");
  const auto y = agona();
  const auto c2 = test::numbers(given.at("C2")), c3 = test::numbers(given.at("C3"));
  const auto literature = test::numbers(given.at("U3_literature"));
  const EarsOptions options;
  for (std::size_t i = 0; i < c2.size(); ++i) {
    const std::size_t t = 280 + i;
    const Reading today = ears(y, t, options);
    const EarsC3 sum = ears_c3(y, t, options, 2);
    EXPECT_NEAR(today.score, c2[i], 1e-6);
    EXPECT_NEAR(sum.reading.score, c3[i], 1e-6);
    EXPECT_EQ(sum.reading.verdict == Verdict::kAlarm, test::number(given.at("C3_alarm_gt_2").as_array()[i]) == 1);
    EXPECT_EQ(sum.reading.verdict == Verdict::kAlarm, y[t] > sum.reading.upper) << "the bound says the same";
    const double sd = (today.upper - today.expected) / options.z;
    EXPECT_NEAR(std::max(0.0, today.expected + sd * (1.959964 - sum.carried)), literature[i], 1e-5);
  }
  int c2_alarms = 0, c3_alarms = 0;
  for (std::size_t t = 29; t < 312; ++t) {
    c2_alarms += ears(y, t, options).verdict == Verdict::kAlarm;
    c3_alarms += ears_c3(y, t, options, 2).reading.verdict == Verdict::kAlarm;
  }
  EXPECT_EQ(c2_alarms, 19);
  EXPECT_EQ(c3_alarms, 57);
}

TEST(SeriesVectors, ears_c1_of_eight_counts) {
  NEEDS_RISK_DATA("test_vectors.json");
  const auto vectors = test::risk_vectors();
  const auto& given = vectors.at("ears_c1");
  auto y = test::numbers(given.at("baseline"));
  y.push_back(test::number(given.at("y")));
  const Reading reading = ears(y, 7, {.guard = 0});
  EXPECT_NEAR(reading.expected, test::number(given.at("mean")), 1e-6);
  EXPECT_NEAR(reading.score, test::number(given.at("C1")), 1e-6);
  EXPECT_NEAR(reading.upper, test::number(given.at("U_alpha0001")), 1e-6);
  EXPECT_NEAR(ears(y, 7, {.guard = 0, .z = 3}).upper, test::number(given.at("U_classic_3sd")), 1e-6);
}

TEST(SeriesVectors, bayes_has_the_bounds_of_the_package) {
  NEEDS_RISK_DATA("expected_surveillance_agona.csv");
  const std::vector<std::pair<std::string, BayesReference>> presets = {
      {"bayes1", {.years = 0, .half_width = 6}},
      {"bayes2", {.years = 1, .half_width = 6}},
      {"bayes3", {.years = 2, .half_width = 4, .this_year = false}}};
  for (const auto& [name, reference] : presets) {
    compare_with_r(name + "_upper", name + "_alarm", 0,
                   [&](const auto& y, std::size_t t) { return bayes(y, t, reference, 0.05); });
  }
}

TEST(SeriesVectors, poisson_cusum_and_ewma_step_by_step) {
  NEEDS_RISK_DATA("test_vectors.json");
  const auto vectors = test::risk_vectors();
  const auto& cusum = vectors.at("cusum_poisson");
  const double reference = poisson_cusum_reference(2, 4);
  EXPECT_NEAR(reference, test::number(cusum.at("k")), 1e-5);
  const std::vector<double> x = {1, 3, 2, 5, 6, 2, 7, 1};
  const auto sums = test::numbers(cusum.at("S"));
  double sum = 0;
  for (std::size_t i = 0; i < x.size(); ++i) EXPECT_NEAR(sum = cusum_step(sum, x[i], reference), sums[i], 1e-5);
  double z = 2;
  std::size_t steps = 0;
  for (const auto& step : vectors.at("ewma_poisson").at("steps").as_array()) {
    z = 0.2 * test::number(step.at("x")) + 0.8 * z;
    const double upper = ewma_upper(2, ++steps, {});
    EXPECT_NEAR(z, test::number(step.at("z")), 1e-6);
    EXPECT_NEAR(upper, test::number(step.at("ucl")), 1e-6);
    EXPECT_EQ(z > upper, step.at("alarm").as_bool());
  }
}

TEST(SeriesVectors, the_standardised_cusum_of_the_package) {
  NEEDS_RISK_DATA("expected_surveillance_agona.csv");
  const CsvTable expected = test::risk_table("expected_surveillance_agona.csv");
  const auto sums = test::column(expected, "cusum_std"), alarms = test::column(expected, "cusum_alarm");
  const auto y = agona();
  double mean = 0, sum = 0;
  for (std::size_t t = 0; t < 208; ++t) mean += y[t] / 208;
  for (std::size_t i = 0; i < sums.size(); ++i) {
    sum = cusum_step(sum, (y[208 + i] - mean) / std::sqrt(mean), 1.04);
    EXPECT_NEAR(sum, sums[i], 1e-5) << i;
    EXPECT_EQ(sum >= 2.26, alarms[i] == 1) << i;
  }
}

// shows: X7
TEST(SeriesVectors, farrington_has_the_bounds_the_trends_and_the_alarms_of_the_package) {
  NEEDS_RISK_DATA("expected_surveillance_agona.csv");
  Farrington farrington;
  compare_with_r("farrington_b3w3_a01_upper", "farrington_alarm", 1e-4,
                 [&](const auto& y, std::size_t t) { return farrington.judge(y, t, classic()).reading; });
  const auto vectors = test::risk_vectors();
  const auto& given = vectors.at("farrington_agona");
  const auto y = agona();
  const auto at = [&](const char* name, std::size_t i) { return test::number(given.at(name).as_array()[i]); };
  for (std::size_t i = 0; i < 10; ++i) {
    const std::size_t t = 302 + i;
    auto options = classic();
    const auto reading = farrington.judge(y, t, options);
    EXPECT_EQ(reading.trend, at("trend_23", i) == 1);
    EXPECT_NEAR(reading.reading.upper, at("upper_23", i), 1e-4);
    EXPECT_NEAR(reading.reading.expected, at("mu0_23", i), 1e-4);
    EXPECT_NEAR(reading.dispersion, at("phi_23", i), 1e-4);
    options.bound = FarringtonBound::kLinear;
    EXPECT_NEAR(farrington.judge(y, t, options).reading.upper, at("upper_power_none", i), 1e-4);
    options = classic();
    options.reweighted = false;
    EXPECT_NEAR(farrington.judge(y, t, options).reading.upper, at("upper_noreweight", i), 1e-4);
  }
}

// shows: X7
TEST(SeriesVectors, flexible_farrington_has_the_bounds_and_alarms_of_the_package) {
  NEEDS_RISK_DATA("expected_surveillance_agona.csv");
  Farrington farrington;
  const std::vector<std::pair<std::string, FarringtonBound>> bounds = {
      {"delta", FarringtonBound::kTwoThirds}, {"nbPlugin", FarringtonBound::kPlugin}, {"muan", FarringtonBound::kMuan}};
  for (const auto& [name, bound] : bounds) {
    compare_with_r("flex_" + name + "_upper", "flex_" + name + "_alarm", 1e-4,
                   [&](const auto& y, std::size_t t) { return farrington.judge(y, t, flexible(bound, 1)).reading; });
  }
  const CsvTable expected = test::risk_table("expected_surveillance_agona.csv");
  const auto mean = test::column(expected, "flex_expected");
  const auto y = agona();
  for (std::size_t i = 0; i < mean.size(); ++i) {
    if (std::isnan(mean[i])) continue;
    const auto reading = farrington.judge(y, 208 + i, flexible(FarringtonBound::kPlugin, 1));
    EXPECT_NEAR(reading.reading.expected, mean[i], 1e-4 * std::max(1.0, mean[i])) << 209 + i;
  }
}

}  // namespace
}  // namespace suyuan::stats
