// SPDX-License-Identifier: Apache-2.0
#include "domain/assessment/average.h"

#include <gtest/gtest.h>

namespace suyuan::assessment {

namespace {

const AverageRules& rules() { return policy_book().averages.front(); }
CivilDay day(std::string_view text) { return *parse_day(text); }

Sample sample(std::string_view on, std::size_t passed, std::size_t failed, Sampling sampling = Sampling::kRandom) {
  Sample one;
  one.on = day(on);
  one.passed = passed;
  one.failed = failed;
  one.sampling = sampling;
  return one;
}

// Twelve months that end in June 2026; figures computed once with scipy.
Input twelve_months() {
  constexpr std::size_t kTested[] = {20, 15, 30, 25, 10, 20, 18, 22, 30, 12, 25, 40};
  constexpr std::size_t kFailed[] = {0, 0, 1, 0, 0, 1, 0, 1, 2, 1, 3, 6};
  constexpr std::string_view kDays[] = {"2025-07-31", "2025-08-01", "2025-09-15", "2025-10-15",
                                        "2025-11-15", "2025-12-31", "2026-01-01", "2026-02-15",
                                        "2026-03-15", "2026-04-15", "2026-05-31", "2026-06-01"};
  Input input;
  input.as_of = day("2026-06-30");
  input.inspections.emplace();
  for (std::size_t i = 0; i < 12; ++i)
    input.inspections->samples.push_back(sample(kDays[i], kTested[i] - kFailed[i], kFailed[i]));
  Group group{"lamps", {}};
  for (const auto& [tested, failed] : std::initializer_list<std::pair<double, double>>{
           {200, 2}, {150, 3}, {80, 0}, {320, 6}, {60, 1}, {110, 5}, {90, 1}, {40, 0}})
    group.units.push_back({tested, failed, false});
  input.inspections->groups.push_back(group);
  return input;
}

Share random_share(const Input& input) { return *share_of(input, rules(), Sampling::kRandom, true); }

}  // namespace

// shows: W5
TEST(MovingAverageOfInspections, weighs_twelve_calendar_months_against_the_category) {
  const Share share = random_share(twelve_months());
  EXPECT_NEAR(share.tested_weighted, 114.536984, 1e-6);
  EXPECT_NEAR(share.failed_weighted, 10.782912, 1e-6);
  EXPECT_NEAR(share.posterior.mean, 0.045182, 1e-6);
  EXPECT_NEAR(share.posterior.q95, 0.065922, 1e-6);
  EXPECT_NEAR(share.posterior.above_threshold, 0.823563, 1e-6);
  EXPECT_EQ(share.evidence, "medium");
  EXPECT_FALSE(share.is_signal);
  EXPECT_EQ(share.prior_of, "lamps");
  EXPECT_FALSE(share.trend) << "nothing was tested before the window";
}

// shows: W5, R14
TEST(MovingAverageOfInspections, what_was_not_judged_counts_in_neither) {
  Input input = twelve_months();
  const Share before = random_share(input);
  for (Sample& each : input.inspections->samples) each.not_judged = 1000;
  const Share after = random_share(input);
  EXPECT_EQ(after.posterior.mean, before.posterior.mean);
  EXPECT_EQ(after.not_judged, 12000U);
}

// shows: W5
TEST(MovingAverageOfInspections, targeted_samples_stay_apart) {
  Input input = twelve_months();
  const Share before = random_share(input);
  input.inspections->samples.push_back(sample("2026-06-10", 0, 50, Sampling::kTargeted));
  EXPECT_EQ(random_share(input).posterior.mean, before.posterior.mean);
  const auto shares = shares_of(input, rules());
  ASSERT_EQ(shares.size(), 2U);
  EXPECT_GT(shares[1].posterior.mean, shares[0].posterior.mean);
  EXPECT_TRUE(shares[1].is_signal);
}

// shows: W5, X2
TEST(MovingAverageOfInspections, what_came_late_counts_from_when_it_was_known) {
  Input input = twelve_months();
  const Share at_the_time = random_share(input);
  Sample late = sample("2026-04-20", 10, 10);
  late.recorded_on = day("2026-08-01");
  input.inspections->samples.push_back(late);
  input.known_on = day("2026-06-30");
  const Share as_known = random_share(input);
  EXPECT_EQ(as_known.posterior.mean, at_the_time.posterior.mean);
  EXPECT_EQ(as_known.unknown, 1U);
  input.known_on = day("2026-08-01");
  EXPECT_GT(random_share(input).posterior.mean, at_the_time.posterior.mean);
  EXPECT_EQ(random_share(input).unknown, 0U);
}

TEST(MovingAverageOfInspections, leaves_out_what_is_later_or_before_and_says_so) {
  Input input = twelve_months();
  const Share before = random_share(input);
  input.inspections->samples.push_back(sample("2026-07-01", 0, 9));
  input.inspections->samples.push_back(sample("2024-01-01", 0, 9));
  input.inspections->samples.push_back(sample("2025-06-30", 100, 0));  // the window before
  const Share after = random_share(input);
  EXPECT_EQ(after.posterior.mean, before.posterior.mean);
  EXPECT_EQ(after.later, 1U);
  EXPECT_EQ(after.older, 2U);
  ASSERT_TRUE(after.trend);
  EXPECT_GT(*after.trend, 0.9) << "6 of 40 now, none of 100 then";
}

TEST(MovingAverageOfInspections, an_empty_window_is_no_estimate) {
  Input input = twelve_months();
  input.as_of = day("2025-06-30");
  EXPECT_FALSE(share_of(input, rules(), Sampling::kRandom, true));
  EXPECT_TRUE(shares_of(Input{}, rules()).empty());
}

TEST(MovingAverageOfInspections, the_prior_comes_from_the_nearest_group_that_says_enough) {
  Input input = twelve_months();
  input.inspections->groups.insert(input.inspections->groups.begin(), Group{"too few", {{10, 1, false}}});
  EXPECT_EQ(random_share(input).prior_of, "lamps");
  input.inspections->groups.clear();
  const Share root = random_share(input);
  EXPECT_EQ(root.prior_of, "");
  EXPECT_EQ(root.prior.alpha, 1);
  EXPECT_EQ(root.prior.beta, 19);
}

TEST(MovingAverageOfInspections, few_tests_cap_the_evidence_and_severity_4_raises_a_signal) {
  Input input = twelve_months();
  input.inspections->samples = {sample("2026-06-01", 0, 4)};
  input.inspections->groups[0].units.assign(8, {1000, 1, false});
  const Share few = random_share(input);
  EXPECT_GT(few.posterior.above_threshold, 0.99);
  EXPECT_EQ(few.evidence, "medium");
  EXPECT_TRUE(few.is_capped);
  input.inspections->samples = {sample("2026-06-01", 99, 1)};
  EXPECT_FALSE(random_share(input).is_signal);
  input.inspections->samples[0].severity_4 = 1;
  EXPECT_TRUE(random_share(input).is_signal);
}

// shows: W5
TEST(MovingAverageOfReports, counts_verified_ones_against_their_exposure) {
  Input input;
  input.as_of = day("2026-06-30");
  Reports reports;
  reports.units = {{5.2, 4}, {3.1, 2}, {8.4, 9}, {1.2, 3}, {2.6, 1}, {0.8, 5}};
  ReportMonth month;
  month.month = day("2026-06-01");
  month.exposure = Rational(8, 10);
  month.confirmed = 4;
  month.partly = 2;
  month.unverified = 100;
  reports.months = {month};
  input.reports = reports;
  const auto rate = rate_of(input, rules());
  ASSERT_TRUE(rate);
  EXPECT_EQ(rate->count_weighted, 5) << "partly confirmed ones count half, unverified ones not at all";
  EXPECT_NEAR(rate->posterior.mean, 3.135058, 1e-6);
  EXPECT_NEAR(rate->posterior.above_threshold, 0.744091, 1e-6);
  EXPECT_EQ(rate->posterior.next_bound, 8);
  EXPECT_EQ(rate->evidence, "weak");
  input.as_of = day("2026-05-31");
  EXPECT_FALSE(rate_of(input, rules())) << "no month in the window";
}

}  // namespace suyuan::assessment
