// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "base/text.h"
#include "domain/monitoring/area_scan.h"
#include "domain/monitoring/pairs.h"
#include "domain/monitoring/ranking.h"
#include "domain/monitoring/run.h"

namespace suyuan::monitoring {
namespace {

CivilDay day(std::string_view text) { return *parse_day(text); }
const CivilDay kFirst = day("2024-01-07");  // a Sunday

// One series of weekly counts that are known from the first week on.
Panel weekly(std::vector<std::vector<double>> series) {
  Panel panel{Period::kWeek, {"hazard"}, period_index(Period::kWeek, kFirst), 0, {}};
  for (auto& counts : series) {
    panel.periods = std::max(panel.periods, counts.size());
    panel.series.push_back({{std::string(1, static_cast<char>('a' + panel.series.size()))}, 0, 0, std::move(counts)});
  }
  return panel;
}

std::vector<double> flat(std::size_t weeks, double count) { return std::vector<double>(weeks, count); }

TEST(Periods, a_week_ends_on_sunday_and_a_month_on_its_last_day) {
  EXPECT_EQ(period_end(Period::kWeek, period_index(Period::kWeek, day("2024-01-01"))), kFirst);
  EXPECT_EQ(period_end(Period::kWeek, period_index(Period::kWeek, kFirst)), kFirst);
  EXPECT_EQ(period_index(Period::kWeek, day("2024-01-08")), period_index(Period::kWeek, kFirst) + 1);
  EXPECT_EQ(period_end(Period::kWeek, period_index(Period::kWeek, day("1969-12-29"))), day("1970-01-04"));
  EXPECT_EQ(period_end(Period::kMonth, period_index(Period::kMonth, day("2024-02-03"))), day("2024-02-29"));
  EXPECT_EQ(period_end(Period::kMonth, period_index(Period::kMonth, day("2023-12-31"))), day("2023-12-31"));
  EXPECT_EQ(period_end(Period::kDay, period_index(Period::kDay, kFirst)), kFirst);
}

TEST(Panels, events_are_counted_whatever_their_order_and_silence_is_zero) {
  std::vector<CountedEvent> events = {
      {day("2024-01-20"), {"a"}}, {day("2024-01-03"), {"b"}, 2}, {day("2024-01-21"), {"a"}}};
  const auto panel = panel_of_events(events, Period::kWeek, {"hazard"});
  ASSERT_TRUE(panel.ok());
  EXPECT_EQ(panel->periods, 3U);
  EXPECT_EQ(panel->series[0].counts, (std::vector<double>{0, 0, 2}));
  EXPECT_EQ(panel->series[0].first_seen, 2U) << "nobody knew of it before";
  EXPECT_EQ(panel->series[1].counts, (std::vector<double>{2, 0, 0}));
  std::reverse(events.begin(), events.end());
  EXPECT_EQ(panel_of_events(events, Period::kWeek, {"hazard"})->series[0].counts, panel->series[0].counts);
  EXPECT_EQ(panel_of_events({}, Period::kWeek, {}).error().code, "detection.empty");
}

TEST(Panels, a_mistyped_date_does_not_fill_the_memory) {
  std::vector<CountedEvent> events = {{day("0024-01-20"), {"a"}}};
  for (int i = 0; i < 1000; ++i) events.push_back({day("2024-01-20"), {std::to_string(i)}});
  EXPECT_EQ(panel_of_events(events, Period::kWeek, {"hazard"}).error().code, "detection.too_large");
}

TEST(Panels, events_of_one_period_add_up_to_a_number_that_can_be_counted) {
  std::vector<CountedEvent> events = {{day("2024-01-20"), {"a"}, 6e8}, {day("2024-01-20"), {"b"}, 6e8}};
  EXPECT_TRUE(panel_of_events(events, Period::kWeek, {"hazard"}).ok());
  events.push_back({day("2024-01-21"), {"a"}, 6e8});
  const auto refused = panel_of_events(events, Period::kWeek, {"hazard"});
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().code, "detection.count");
  EXPECT_NE(refused.error().text.find("a in the week to 2024-01-21"), std::string::npos) << refused.error().text;
}

// shows: X7
TEST(Panels, what_is_no_series_is_refused_line_by_line) {
  const std::vector<CountRow> rows = {{day("2024-01-07"), {"a"}, 1, 2},   {day("2024-01-14"), {"a"}, -1, 3},
                                      {day("2024-01-14"), {"a"}, 2, 4},   {day("2024-01-28"), {"a"}, 2, 5},
                                      {day("2024-02-04"), {"a"}, 1.5, 6}, {day("2024-02-11"), {"a"}, std::nan(""), 7}};
  auto refused = panel_of_counts(rows, Period::kWeek, {"hazard"});
  ASSERT_FALSE(refused.ok());
  std::string found;
  for (const Finding& finding : refused.error().findings) found += finding.path + " " + finding.code + "\n";
  EXPECT_EQ(found,
            "line 3 detection.count\nline 6 detection.count\nline 7 detection.count\n"
            "line 4 detection.duplicate\nline 5 detection.gap\n");
  EXPECT_NE(refused.error().findings[4].text.find("2024-01-21"), std::string::npos) << "names the missing week";
}

TEST(Panels, a_series_that_begins_later_is_unknown_before) {
  const std::vector<CountRow> rows = {
      {day("2024-01-07"), {"a"}, 1, 2}, {day("2024-01-14"), {"a"}, 1, 3}, {day("2024-01-14"), {"b"}, 4, 4}};
  const auto panel = panel_of_counts(rows, Period::kWeek, {"hazard"});
  ASSERT_TRUE(panel.ok());
  EXPECT_EQ(panel->series[1].known_from, 1U);
  EXPECT_EQ(panel->series[1].counts, std::vector<double>{4});
}

TEST(Policy, the_file_is_whole_and_each_wrong_row_is_named) {
  EXPECT_EQ(detection_policy().version, "2026-11-21.1");
  EXPECT_EQ(detection_policy().flexible.bound, stats::FarringtonBound::kPlugin);
  EXPECT_NEAR(detection_policy().ears.z, 3.0902323, 1e-7);
  const std::string text(detection_text());
  const auto refused = [&](const std::string& from, const std::string& to) {
    std::string changed = text;
    changed.replace(changed.find(from), from.size(), to);
    auto read = read_detection_policy(changed);
    return read ? std::string("read") : read.error().code + ": " + read.error().text;
  };
  EXPECT_EQ(refused("cusum,limit,5", "cusum,limit,6"), "read");
  EXPECT_NE(refused("cusum,limit,5", "cusum,limit,much").find("cusum.limit = much"), std::string::npos);
  EXPECT_NE(refused("ewma,lambda,0.2", "ewma,lambda,2").find("from 0.001 to 1"), std::string::npos);
  EXPECT_NE(refused("cusum,limit,5", "cusum,bound,5").find("\"cusum.bound\""), std::string::npos);
  EXPECT_NE(refused("cusum,limit,5", "cusum,ratio,5").find("twice"), std::string::npos);
  EXPECT_NE(refused("bayes,alpha,0.05,,default,Riebler 2004\n", "").find("lacks bayes.alpha"), std::string::npos);
  EXPECT_NE(refused("# version ", "# edition ").find("version"), std::string::npos);
  EXPECT_NE(refused(",default,Riebler", ",rumour,Riebler").find("standing"), std::string::npos);
}

TEST(Methods, names_lead_back_to_methods) {
  for (const Method method : all_methods()) EXPECT_EQ(method_of(method_name(method)), method);
  EXPECT_EQ(method_of("ears"), std::nullopt);
}

// Which method speaks after so many quiet weeks.
Method speaker(std::size_t weeks) {
  auto counts = flat(weeks, 1);
  counts.back() = 40;
  const Panel panel = weekly({counts, flat(weeks, 2), flat(weeks, 1)});
  const auto run = run_series(panel, Method::kAuto, detection_policy(), {});
  return run.alarms.empty() ? Method::kAuto : run.alarms.back().judged.method;
}

// shows: X7
TEST(Automatic, the_method_follows_from_the_length_of_history) {
  EXPECT_EQ(speaker(1), Method::kAuto) << "nothing to compare with";
  EXPECT_EQ(speaker(2), Method::kGammaPoisson);
  EXPECT_EQ(speaker(9), Method::kGammaPoisson);
  EXPECT_EQ(speaker(10), Method::kEarsC2);
  EXPECT_EQ(speaker(159), Method::kEarsC2);
  EXPECT_EQ(speaker(160), Method::kFarringtonFlexible);
}

TEST(Automatic, a_slow_rise_is_found_by_cusum) {
  auto counts = flat(60, 1);
  for (std::size_t week = 50; week < 60; ++week) counts[week] = 3;
  // Beside the doubled counts the weekly bound of C2 is 2.5 and rises with them; here only the sum is unusual.
  for (std::size_t week = 40; week < 50; week += 2) counts[week] = 3, counts[week + 1] = 0;
  DetectionPolicy policy = detection_policy();
  policy.ears.z = 100;
  const auto run = run_series(weekly({counts}), Method::kAuto, policy, {});
  ASSERT_FALSE(run.alarms.empty());
  EXPECT_EQ(run.alarms.front().judged.method, Method::kCusum);
  EXPECT_TRUE(run.alarms.front().judged.bounds_score);
  EXPECT_GT(run.alarms.front().judged.score, 5);
}

TEST(Runs, every_method_of_series_finds_an_outbreak_and_stays_quiet_before_it) {
  auto counts = flat(330, 2);
  for (std::size_t week = 0; week < counts.size(); week += 3) counts[week] = 3, counts[week + 1] = 1;
  for (std::size_t week = 320; week < 324; ++week) counts[week] = 15;
  const Panel panel = weekly({counts, flat(330, 1)});
  for (const Method method : all_methods()) {
    if (family_of(method) != Family::kSeries || method == Method::kAuto) continue;
    const auto run = run_series(panel, method, detection_policy(), {});
    ASSERT_FALSE(run.alarms.empty()) << method_name(method);
    EXPECT_GE(run.alarms.front().period, 320U) << method_name(method);
    EXPECT_LE(run.alarms.front().period, 321U) << method_name(method);
    EXPECT_EQ(run.tally.signalled, run.tally.held + run.tally.repeated + run.tally.raised);
  }
}

// shows: X7
TEST(Runs, input_that_comes_two_weeks_later_alarms_two_weeks_later) {
  auto counts = flat(40, 1);
  for (const std::size_t week : {12U, 25U, 33U}) counts[week] = 9;
  auto later = flat(2, 1);
  later.insert(later.end(), counts.begin(), counts.end());
  for (const Method method : {Method::kAuto, Method::kEarsC1, Method::kEarsC2, Method::kEarsC3, Method::kBayes1}) {
    const auto here = run_series(weekly({counts}), method, detection_policy(), {});
    const auto there = run_series(weekly({later}), method, detection_policy(), {});
    ASSERT_FALSE(here.alarms.empty()) << method_name(method);
    ASSERT_EQ(here.alarms.size(), there.alarms.size()) << method_name(method);
    for (std::size_t i = 0; i < here.alarms.size(); ++i) {
      EXPECT_EQ(here.alarms[i].period + 2, there.alarms[i].period);
      // CUSUM looks at the whole past, which is two weeks longer.
      if (method == Method::kAuto) continue;
      EXPECT_EQ(here.alarms[i].judged.score, there.alarms[i].judged.score);
      EXPECT_NE(here.alarms[i].inputs, there.alarms[i].inputs) << "another week is another input";
    }
  }
}

TEST(Runs, the_more_series_the_more_it_takes) {
  auto counts = flat(30, 0);
  counts[29] = 2;  // beyond the bound of C2, with a tail of 0.0005 after 27 quiet weeks
  EXPECT_EQ(run_series(weekly({counts}), Method::kEarsC2, detection_policy(), {}).tally.raised, 1U);
  std::vector<std::vector<double>> many(200, flat(30, 0));
  many.push_back(counts);
  const auto run = run_series(weekly(many), Method::kEarsC2, detection_policy(), {});
  EXPECT_EQ(run.tally.raised, 0U);
  EXPECT_EQ(run.tally.held, 1U);
  DetectionPolicy without = detection_policy();
  without.false_discovery = 1;
  EXPECT_EQ(run_series(weekly(many), Method::kEarsC2, without, {}).tally.raised, 1U);
}

TEST(Runs, an_alarm_within_four_periods_is_a_repeat) {
  auto counts = flat(40, 0);
  double count = 10;
  for (std::size_t week = 30; week < 36; ++week, count *= 4) counts[week] = count;
  const auto run = run_series(weekly({counts}), Method::kEarsC1, detection_policy(), {});
  ASSERT_EQ(run.alarms.size(), 2U);
  EXPECT_EQ(run.alarms[0].period, 30U);
  EXPECT_EQ(run.alarms[1].period, 35U);
  EXPECT_GE(run.tally.repeated, 1U);
}

TEST(Runs, alarms_inside_known_events_are_no_false_ones) {
  auto counts = flat(40, 1);
  counts[20] = counts[30] = 12;
  const Panel panel = weekly({counts});
  const std::vector<KnownEvent> known = {{"spring", {"a"}, panel.end_of(18), panel.end_of(22)}};
  const auto run = run_series(panel, Method::kEarsC2, detection_policy(), known);
  EXPECT_EQ(run.tally.raised, 2U);
  EXPECT_EQ(run.tally.calm_raised, 1U);
  EXPECT_EQ(run.tally.judged - run.tally.calm_judged, 5U);
  const auto found = detections(panel, run, known);
  ASSERT_EQ(found.size(), 1U);
  ASSERT_NE(found[0].first, nullptr);
  EXPECT_EQ(found[0].delay_periods, 2U);
}

// shows: X7
TEST(Alarms, each_says_what_was_seen_expected_and_allowed_and_which_input_it_had) {
  auto counts = flat(12, 1);
  counts[11] = 8;
  const auto run = run_series(weekly({counts}), Method::kEarsC2, detection_policy(), {});
  ASSERT_EQ(run.alarms.size(), 1U);
  const Alarm& alarm = run.alarms[0];
  EXPECT_EQ(
      sentence(alarm, Period::kWeek, true),
      "In the week to 2024-03-24: 8 reported for a, 1 expected, at most 2.55 by EARS C2 (score 14); adjusted for 1 "
      "series p = " +
          std::string("8.1e-05") + ".");
  EXPECT_TRUE(sentence(alarm, Period::kWeek, false)
                  .starts_with("截至 2024-03-24 的一周，a 报告 8 例，预期 1 例，EARS C2 上限 2.55 例"));
  EXPECT_EQ(alarm.inputs.size(), 64U);
  EXPECT_EQ(alarm.inputs, run_series(weekly({counts}), Method::kEarsC2, detection_policy(), {}).alarms[0].inputs);
  auto other = counts;
  other[0] = 2;
  EXPECT_NE(alarm.inputs, run_series(weekly({other}), Method::kEarsC2, detection_policy(), {}).alarms[0].inputs);
  DetectionPolicy policy = detection_policy();
  policy.rows[0].value = "8";
  EXPECT_NE(alarm.inputs, run_series(weekly({counts}), Method::kEarsC2, policy, {}).alarms[0].inputs);
}

TEST(Rankings, what_went_on_rising_comes_first) {
  auto blip = flat(60, 0), outbreak = flat(60, 0);
  blip[15] = 9;
  outbreak[30] = 9;
  for (std::size_t week = 31; week < 40; ++week) outbreak[week] = 20;
  const Panel panel = weekly({blip, outbreak});
  const auto run = run_series(panel, Method::kEarsC2, detection_policy(), {});
  const auto rises = rank_rises(panel, run);
  ASSERT_EQ(rises.size(), 2U);
  EXPECT_EQ(rises[0].alarm->parts, std::vector<std::string>{"b"});
  EXPECT_EQ(rises[0].alarm->period, 30U);
  EXPECT_EQ(rises[0].until, 9);
  EXPECT_EQ(rises[0].after, 180);
  EXPECT_EQ(rises[1].after, 0);
}

TEST(Pairs, a_pair_that_is_reported_together_too_often_is_told_once) {
  Panel panel{Period::kWeek, {"product", "hazard"}, 0, 16, {}};
  for (const char* product : {"chair", "kettle", "lamp", "toy"}) {
    for (const char* hazard : {"burn", "fall", "shock"}) {
      const bool together = std::string_view(product) == "kettle" && std::string_view(hazard) == "burn";
      panel.series.push_back({{product, hazard}, 0, 0, flat(16, together ? 12 : 3)});
    }
  }
  for (const Method method : {Method::kPrr, Method::kRor, Method::kIc, Method::kEbgm, Method::kPairs}) {
    DetectionPolicy policy = detection_policy();
    policy.eb05_min = 1;
    const auto run = run_pairs(panel, method, policy, {});
    ASSERT_FALSE(run.alarms.empty()) << method_name(method);
    EXPECT_EQ(run.alarms[0].parts, (std::vector<std::string>{"kettle", "burn"})) << method_name(method);
    EXPECT_EQ(run.alarms[0].count, 12.0 * static_cast<double>(run.alarms[0].period + 1));
    for (std::size_t i = 1; i < run.alarms.size(); ++i)
      EXPECT_NE(run.alarms[i].parts, run.alarms[0].parts) << method_name(method) << ": later ones are repeats";
    EXPECT_GE(run.tally.repeated, 2U) << method_name(method);
  }
}

TEST(Scans, neighbouring_areas_are_found_together) {
  Panel panel{Period::kWeek, {"hazard", "area"}, 0, 40, {}};
  Places places;
  for (int i = 0; i < 6; ++i) {
    const std::string name(1, static_cast<char>('A' + i));
    places[name] = {30, 110 + i * 1.0, 100};
    auto counts = flat(40, 1);
    if (i == 2 || i == 3) counts[38] = counts[39] = 7;
    panel.series.push_back({{"burn", name}, 0, 0, counts});
  }
  for (const Method method : {Method::kScanEb, Method::kScanPb}) {
    auto run = run_scan(panel, method, detection_policy(), 1, places, {});
    ASSERT_TRUE(run.ok());
    ASSERT_EQ(run->alarms.size(), 1U) << method_name(method);
    EXPECT_EQ(run->alarms[0].parts, (std::vector<std::string>{"burn", "C, D"}));
    EXPECT_EQ(run->alarms[0].period, 38U);
    EXPECT_GT(run->alarms[0].judged.score, run->alarms[0].judged.upper);
  }
  places.erase("F");
  EXPECT_EQ(run_scan(panel, Method::kScanEb, detection_policy(), 1, places, {}).error().code, "detection.areas");
}

}  // namespace
}  // namespace suyuan::monitoring
