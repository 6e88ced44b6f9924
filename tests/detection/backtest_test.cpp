// SPDX-License-Identifier: Apache-2.0
// The verb behind `suyuan backtest`: our own small story, bad input, and the whole RASFF file.
#include "app/monitoring/backtest.h"

#include <algorithm>
#include <array>

#include "risk_data.h"

namespace suyuan {
namespace {

namespace json = boost::json;
using monitoring::Method;

std::string own(const std::string& name) {
  std::ifstream file(std::string(SUYUAN_SOURCE_DIR) + "/tests/detection/" + name, std::ios::binary);
  std::ostringstream bytes;
  bytes << file.rdbuf();
  return bytes.str();
}

Result<Backtest> ask(const std::string& table, const std::optional<std::string>& mapping,
                     std::vector<Method> methods = {Method::kAuto}) {
  BacktestRequest request;
  request.files = {{"table.csv", table}};
  if (mapping) request.mapping = NamedText{"mapping.json", *mapping};
  request.methods = std::move(methods);
  return backtest(at_this_machine(), request);
}

std::string refusal(const std::string& table, const std::optional<std::string>& mapping,
                    std::vector<Method> methods = {Method::kAuto}) {
  auto answer = ask(table, mapping, std::move(methods));
  return answer ? "answered" : answer.error().code;
}

// The kettles of stories/kettles.csv: reports by day, product and county; burns rise from 2026-03-30 on.
BacktestRequest kettles() {
  BacktestRequest request;
  request.files = {{"kettles.csv", own("stories/kettles.csv")}};
  request.mapping = NamedText{"kettles.json", own("stories/kettles.json")};
  request.known = NamedText{"kettles-known.csv", own("stories/kettles-known.csv")};
  request.methods = {Method::kAuto};
  return request;
}

// shows: X7
TEST(Backtest, a_rise_is_told_in_its_first_week_with_a_sentence_and_a_false_alarm_rate) {
  auto answer = backtest(at_this_machine(), kettles());
  ASSERT_TRUE(answer.ok()) << answer.error().text;
  EXPECT_EQ(answer->panel.series.size(), 3U);
  EXPECT_EQ(answer->intake.repeated, 1U) << "one number twice";
  const auto value = json::parse(backtest_json(*answer));
  const auto& run = value.at("runs").as_array()[0];
  const auto& first = run.at("alarms").as_array().at(0);
  EXPECT_EQ(first.at("parts").as_array()[0].as_string(), "电热水壶");
  EXPECT_EQ(first.at("parts").as_array()[1].as_string(), "烫伤");
  EXPECT_EQ(first.at("ends").as_string(), "2026-04-05");
  EXPECT_EQ(first.at("inputs").as_string().size(), 64U);
  EXPECT_EQ(run.at("events").as_array()[0].at("delayPeriods").to_number<int>(), 0);
  EXPECT_EQ(run.at("calm").at("falseAlarmRate").to_number<double>(), 0);
  EXPECT_GT(run.at("calm").at("judged").to_number<int>(), 30);
  const std::string text = backtest_text(*answer, 10, false);
  EXPECT_NE(text.find("截至 2026-04-05 的一周，电热水壶 × 烫伤 报告 6 例"), std::string::npos) << text;
  EXPECT_NE(backtest_text(*answer, 10, true).find("first alarm 2026-04-05, after 0 periods"), std::string::npos);
  const auto svg = backtest_svg(*answer, "", false);
  ASSERT_TRUE(svg.ok());
  EXPECT_NE(svg->find("电热水壶 × 烫伤"), std::string::npos);
  EXPECT_EQ(backtest_svg(*answer, "电饭锅 × 触电", false).error().code, "detection.series");
}

TEST(Backtest, the_example_of_the_documentation_is_what_the_program_says) {
  const auto answer = backtest(at_this_machine(), kettles());
  ASSERT_TRUE(answer.ok());
  EXPECT_NE(own("../../docs/formats/backtest.md").find(backtest_text(*answer, 20, true)), std::string::npos)
      << backtest_text(*answer, 20, true);
}

// shows: X7
TEST(Backtest, the_same_files_give_the_same_answer_to_the_last_digit) {
  auto request = kettles();
  for (const Method method : monitoring::all_methods())
    if (family_of(method) != monitoring::Family::kScan) request.methods.push_back(method);
  const std::string once = backtest_json(*backtest(at_this_machine(), request));
  EXPECT_EQ(once, backtest_json(*backtest(at_this_machine(), request)));
}

// shows: X7
TEST(Backtest, bad_input_is_refused_and_too_little_is_said) {
  EXPECT_EQ(refusal("date,count\n2026-01-04,1\n2026-01-11,-1\n", {}), "detection.count");
  EXPECT_EQ(refusal("date,count\n2026-01-04,1\n2026-01-11,nan\n", {}), "detection.count");
  EXPECT_EQ(refusal("date,count\n2026-01-04,1\n2026-01-11,two\n", {}), "detection.count");
  EXPECT_EQ(refusal("date,count\n2026-01-04,1\n2026-01-18,1\n", {}), "detection.gap");
  EXPECT_EQ(refusal("date,count\n2026-01-04,1\n2026-01-03,1\n", {}), "detection.duplicate");
  EXPECT_EQ(refusal("date,count\n2026-02-30,1\n", {}), "detection.date");
  EXPECT_EQ(refusal("date,count\n", {}), "detection.empty");
  EXPECT_EQ(refusal("day,count\n2026-01-04,1\n", {}), "detection.mapping");
  EXPECT_EQ(refusal("date,count\n1", {}), "csv.width");
  EXPECT_EQ(refusal("date,count\n2026-01-04,1\n", {}, {Method::kEbgm}), "detection.dimensions");
  EXPECT_EQ(refusal("date,count\n2026-01-04,1\n", {}, {Method::kScanEb}), "detection.dimensions");
  auto little = ask("date,count\n2026-01-04,1\n2026-01-11,9\n2026-01-18,9\n", {}, {Method::kEarsC2});
  ASSERT_TRUE(little.ok());
  EXPECT_EQ(little->runs[0].tally.too_little, 3U);
  EXPECT_EQ(little->runs[0].tally.judged, 0U);
}

TEST(Backtest, counts_of_events_are_whole_numbers_that_can_be) {
  const std::string mapping =
      R"({"kind":"events","date":{"column":"date"},"count":"n","by":[{"name":"product","column":"product"}]})";
  const auto with = [&](const std::string& count) {
    return refusal("date,n,product\n2026-01-04,1,lamp\n2026-01-05," + count + ",lamp\n", mapping);
  };
  EXPECT_EQ(with("0"), "answered");
  EXPECT_EQ(with("1000"), "answered");
  for (const char* count :
       {"-1", "1.5", "nan", "NaN", "-nan", "inf", "-inf", "1e300", "1e10", "", "two", "1 000", "0x10"})
    EXPECT_EQ(with(count), "detection.count") << count;
}

TEST(Backtest, series_with_anything_wrong_are_refused_with_the_line) {
  const auto told = [&](const std::string& lines) {
    auto answer = ask("date,count,product\n" + lines, {});
    return answer ? std::string("answered") : answer.error().code + ": " + answer.error().text;
  };
  EXPECT_EQ(told("2026-01-04,1,a\n2026-01-11,1,a\n2026-01-11,1,b\n"), "answered") << "b begins later";
  for (const auto& [lines, code, place] : std::vector<std::array<std::string, 3>>{
           {"2026-01-04,1,a\n2026-01-11,-3,a\n", "detection.count", "line 3"},
           {"2026-01-04,1,a\n2026-01-11,inf,a\n", "detection.count", "line 3"},
           {"2026-01-04,0.5,a\n", "detection.count", "line 2"},
           {"2026-01-04,1,a\n2026-01-25,1,a\n", "detection.gap", "2026-01-11"},
           {"2026-01-04,1,a\n2026-01-04,1,b\n2026-01-02,1,a\n", "detection.duplicate", "line 2"},
           {"2026-13-01,1,a\n", "detection.date", "2026-13-01"},
           {"2026-01-04,1\n", "csv.width", "Line 2"}}) {
    const std::string answer = told(lines);
    EXPECT_TRUE(answer.starts_with(code)) << answer;
    EXPECT_NE(answer.find(place), std::string::npos) << answer;
  }
}

// A series that never changes, or that is never anything, is judged: quiet, and not divided by its deviation of 0.
TEST(Backtest, a_constant_series_is_quiet_for_every_method) {
  for (const char* count : {"0", "7"}) {
    std::string table = "date,count\n";
    for (int week = 0; week < 280; ++week)
      table += format_day(CivilDay(std::chrono::days(18266 + 7 * week))) + "," + count + "\n";  // from 2020-01-05 on
    for (const Method method : monitoring::all_methods()) {
      if (family_of(method) != monitoring::Family::kSeries) continue;
      const auto answer = ask(table, {}, {method});
      ASSERT_TRUE(answer.ok()) << answer.error().text;
      const auto& tally = answer->runs[0].tally;
      EXPECT_EQ(tally.judged + tally.too_little, 280U) << method_name(method);
      // Units none of which has any count tell nothing about how units differ.
      const bool nothing = method == Method::kGammaPoisson && *count == '0';
      EXPECT_EQ(tally.judged > 100, !nothing) << method_name(method);
      EXPECT_EQ(tally.signalled, 0U) << method_name(method);
    }
  }
}

TEST(Backtest, files_of_known_events_and_of_areas_are_refused_with_the_line) {
  BacktestRequest request;
  request.files = {{"table.csv", "date,count,area\n2026-01-04,1,A\n2026-01-11,1,A\n"}};
  const auto told = [&](const std::string& known, const std::string& areas) {
    request.known = known.empty() ? std::nullopt : std::optional(NamedText{"known.csv", known});
    request.areas = NamedText{"areas.csv", areas};
    request.methods = {Method::kScanEb};
    auto answer = backtest(at_this_machine(), request);
    return answer ? std::string("answered") : answer.error().code + ": " + answer.error().text;
  };
  const std::string good = "area,latitude,longitude,population\nA,30,120,1000\n";
  EXPECT_EQ(told("", good), "answered");
  EXPECT_EQ(told("name,from,to\nx,2026-01-05,2026-01-05\n", good), "answered");
  for (const char* row : {"A,nan,120,1000", "A,91,120,1000", "A,30,-181,1000", "A,30,inf,1000", "A,30,120,-1",
                          "A,30,120,nan", "A,,120,1000", "A,30,120,1000\nA,31,120,1000", "B,30,120,1000"}) {
    const std::string answer = told("", "area,latitude,longitude,population\n" + std::string(row) + "\n");
    EXPECT_TRUE(answer.starts_with("detection.areas: ")) << row << ": " << answer;
  }
  EXPECT_TRUE(told("", "area,north,longitude\nA,30,120\n").starts_with("detection.areas: areas.csv"));
  for (const char* known : {"name,from,to\nx,2026-01-06,2026-01-05\n", "name,from,to\nx,2026-02-30,2026-03-05\n",
                            "name,from\nx,2026-01-05\n", "name,from,to,hazard\nx,2026-01-05,2026-01-05,burn\n"}) {
    EXPECT_TRUE(told(known, good).starts_with("detection.events: known.csv")) << known;
  }
}

TEST(Backtest, a_wrong_mapping_is_refused_with_its_member) {
  const std::string table = "when,what\n2026-01-04,a\n";
  const auto told = [&](const std::string& mapping) {
    auto answer = ask(table, mapping);
    return answer ? std::string("answered") : answer.error().code + ": " + answer.error().text;
  };
  EXPECT_EQ(told(R"({"kind":"events","date":{"column":"when"},"by":[{"name":"x","column":"what"}]})"), "answered");
  for (const auto& [mapping, expected] : std::vector<std::pair<std::string, std::string>>{
           {"{", "detection.mapping: mapping.json: The mapping, as a whole: it is not JSON"},
           {R"({"kind":"lists","date":{"column":"when"}})", "\"kind\" is"},
           {R"({"kind":"events"})", "\"date\" is missing"},
           {R"({"kind":"events","date":{"column":"when","like":"30.10"}})", "/date: \"like\" is \"30.10\""},
           {R"({"kind":"events","date":{"column":"when"},"by":[{"name":"x"}]})", "/by/0: \"column\" is missing"},
           {R"({"kind":"events","date":{"column":"when"},"per":"week"})", "\"per\" is not known here"},
           {R"({"kind":"series","date":{"column":"when"}})", "\"count\" is missing"},
           {R"({"kind":"series","date":{"column":"when"},"count":""})", "\"count\" is empty"},
           {R"({"kind":"events","date":{"column":"wen"}})",
            "detection.column: table.csv has no column \"wen\"; did you mean \"when\""}})
    EXPECT_NE(told(mapping).find(expected), std::string::npos) << told(mapping);
}

TEST(Backtest, dates_are_read_in_every_form_that_a_mapping_can_name) {
  for (const auto& [like, cell] :
       std::vector<std::pair<std::string, std::string>>{{"2024-10-30", "2026-03-05"},
                                                        {"Oct 30, 2024", "\"Mar 5, 2026\""},
                                                        {"30-10-2024", "05-03-2026 13:31:40"},
                                                        {"2024/10/30", "2026/3/5"}}) {
    const auto answer = ask("when\n" + cell + "\n",
                            R"({"kind":"events","period":"day","date":{"column":"when","like":")" + like + "\"}}");
    ASSERT_TRUE(answer.ok()) << like << ": " << answer.error().text;
    EXPECT_EQ(format_day(answer->panel.end_of(0)), "2026-03-05") << like;
    EXPECT_EQ(refusal("when\n30 Oct\n", R"({"kind":"events","date":{"column":"when","like":")" + like + "\"}}"),
              "detection.date");
  }
}

BacktestRequest rasff(std::vector<Method> methods) {
  BacktestRequest request;
  request.files = {{"rasff.csv", test::risk_text("rasff_2020-01_2024-10.csv")}};
  request.mapping = NamedText{"rasff.json", own("mappings/rasff.json")};
  request.methods = std::move(methods);
  return request;
}

// shows: X7
TEST(Rasff, ethylene_oxide_in_sesame_is_what_rose_most_and_alarms_by_2020_10_18) {
  NEEDS_RISK_DATA("rasff_2020-01_2024-10.csv");
  const auto answer = backtest(at_this_machine(), rasff({Method::kAuto, Method::kPairs}));
  ASSERT_TRUE(answer.ok()) << answer.error().text;
  EXPECT_GT(answer->panel.series.size(), 8000U);
  const auto rises = rank_rises(answer->panel, answer->runs[0]);
  ASSERT_FALSE(rises.empty());
  EXPECT_EQ(rises[0].alarm->parts,
            (std::vector<std::string>{"nuts, nut products and seeds", "ethylene oxide", "India"}));
  EXPECT_LE(format_day(rises[0].alarm->ends), "2020-10-18");
  EXPECT_GT(rises[0].after, 300);
  const auto cereals = std::find_if(rises.begin(), rises.end(), [](const auto& rise) {
    return rise.alarm->parts == std::vector<std::string>{"cereals and bakery products", "ethylene oxide", "Belgium"};
  });
  ASSERT_NE(cereals, rises.end());
  EXPECT_LE(format_day(cereals->alarm->ends), "2020-10-18");
  EXPECT_LT(answer->runs[0].tally.raised, 200U) << "over nearly five years and 8000 series";
  const auto& pairs = answer->runs[1].alarms;
  EXPECT_TRUE(std::any_of(pairs.begin(), pairs.end(), [](const auto& alarm) {
    return alarm.parts == std::vector<std::string>{"nuts, nut products and seeds", "ethylene oxide"} &&
           format_day(alarm.ends) < "2020-12-01";
  }));
}

TEST(Rasff, the_weekly_counts_of_ethylene_oxide_alarm_14_times_by_ears_c2) {
  NEEDS_RISK_DATA("rasff_ethylene_oxide_weekly.csv");
  const auto vectors = test::risk_vectors();
  const auto& given = vectors.at("rasff_backtest_ethylene_oxide").at("ears_c2");
  auto answer = ask(test::risk_text("rasff_ethylene_oxide_weekly.csv"), {}, {Method::kEarsC2});
  ASSERT_TRUE(answer.ok()) << answer.error().text;
  EXPECT_EQ(answer->runs[0].tally.signalled, 14U);
  const auto& first = answer->runs[0].alarms.at(0);
  EXPECT_EQ(format_day(first.ends), given.at("first_alarm_week_ending").as_string());
  EXPECT_EQ(first.count, 8);
  EXPECT_NEAR(first.judged.score, 15.71, 0.005);
}

}  // namespace
}  // namespace suyuan
