// SPDX-License-Identifier: Apache-2.0
// What a document can have wrong, each with the place and the code that it is told.
#include <fmt/format.h>

#include <algorithm>

#include "assessing.h"

namespace suyuan::assess {
namespace {

std::vector<Finding> findings_of(const Json& document) {
  auto assessed = assess_document(document);
  return assessed ? std::vector<Finding>() : assessed.error().findings;
}

struct Wrong {
  const char *at, *value, *found_at, *code;
};

constexpr Wrong kWrong[] = {
    {"/hazards/0/scenarios/0/steps/0/probability", "1.2", "/hazards/0/scenarios/0/steps/0/probability",
     "assessment.probability"},
    {"/hazards/0/scenarios/0/steps/0/probability", "\"120%\"", "/hazards/0/scenarios/0/steps/0/probability",
     "rational.not_a_number"},
    {"/hazards/0/scenarios/0/steps/0/probability", "-0.1", "/hazards/0/scenarios/0/steps/0/probability",
     "assessment.probability"},
    {"/hazards/0/scenarios/0/steps/0/probability", "\"1/0\"", "/hazards/0/scenarios/0/steps/0/probability",
     "rational.zero_denominator"},
    {"/hazards/0/scenarios/0/steps/0/probability", "1e400", "/hazards/0/scenarios/0/steps/0/probability",
     "rational.out_of_range"},
    {"/hazards/0/scenarios/0/steps/0/probability", "\"NaN\"", "/hazards/0/scenarios/0/steps/0/probability",
     "rational.not_a_number"},
    {"/hazards/0/scenarios/0/steps/0/probability", "\"Infinity\"", "/hazards/0/scenarios/0/steps/0/probability",
     "rational.not_a_number"},
    {"/hazards/0/scenarios/0/steps/0/probability", "[1]", "/hazards/0/scenarios/0/steps/0/probability",
     "assessment.kind"},
    {"/hazards/0/scenarios/0/steps/0/from", "\"inspections.random\"", "/hazards/0/scenarios/0/steps/0",
     "assessment.step"},
    {"/hazards/0/scenarios/0/severity/health", "5", "/hazards/0/scenarios/0/severity/health", "assessment.severity"},
    {"/hazards/0/scenarios/0/severity/health", "0", "/hazards/0/scenarios/0/severity/health", "assessment.severity"},
    {"/hazards/0/scenarios/0/severity", "{}", "/hazards/0/scenarios/0/severity", "assessment.severity"},
    {"/hazards/0/scenarios/0/steps", "[]", "/hazards/0/scenarios/0/steps", "assessment.length"},
    {"/hazards", "[]", "/hazards", "assessment.length"},
    {"/probability", "\"1/50\"", "/probability", "assessment.without_scenario"},
    {"/hazards/0/probability", "0.1", "/hazards/0/probability", "assessment.without_scenario"},
    {"/hazrds", "[]", "/hazrds", "assessment.unknown_field"},
    {"/format", "\"suyuan.assessment/9\"", "/format", "assessment.word"},
    {"/product/name", "\" \"", "/product/name", "assessment.text"},
    {"/asOf", "\"2026-02-30\"", "/asOf", "assessment.day"},
    {"/asOf", "null", "/asOf", "assessment.missing"},
    {"/domain", "\"food\"", "/domain", "assessment.word"},
    {"/events/0/severity", "9", "/events/0/severity", "assessment.severity"},
    {"/inspections/samples/0/failed", "-1", "/inspections/samples/0/failed", "assessment.count"},
    {"/inspections/samples/0/failed", "1.5", "/inspections/samples/0/failed", "assessment.count"},
    {"/inspections/samples/0/failed", "1e300", "/inspections/samples/0/failed", "assessment.count"},
    {"/inspections/samples/0/severity4", "1", "/inspections/samples/0/severity4", "assessment.more_than_failed"},
    {"/inspections/samples", "[]", "/inspections/samples", "assessment.length"},
    {"/inspections/groups/0/units", "[]", "/inspections/groups/0/units", "assessment.empty_category"},
    {"/inspections/groups/0/units/0/failed", "201", "/inspections/groups/0/units/0/failed",
     "assessment.more_than_tested"},
    {"/reports/months/1/month", "\"2026-04\"", "/reports/months/1/month", "assessment.twice"},
    {"/reports/months/1/month", "\"2026-13\"", "/reports/months/1/month", "assessment.day"},
    {"/reports/months/0/exposure", "0", "/reports/months/0/exposure", "assessment.exposure"},
    {"/reports/months/0/exposure", "-2", "/reports/months/0/exposure", "assessment.out_of_range"},
    {"/reports/units", R"([{"exposure": 2, "count": 0}])", "/reports/units", "assessment.empty_category"},
    {"/residues", R"([{"item": "Pb", "measured": 1, "limit": 0, "unit": "mg/kg"}])", "/residues/0/limit",
     "assessment.limit"},
    {"/index/values/C1", R"({"source": "x"})", "/index/values/C1", "assessment.step"},
    {"/index/values/C9", R"({"value": 1})", "/index/values/C9", "assessment.unknown_indicator"},
    {"/index/values/C7", R"({"from": "residues"})", "/index/values/C7/from", "assessment.no_series"},
    {"/index/values", "{}", "/index/values/C1", "assessment.missing"},
    {"/index/weighting", "\"entropy\"", "/index/compared", "assessment.too_little_data"},
    {"/index/judgements", R"({"indicators": ["C1", "C2"], "table": [[1, 2], [2, 1]]})", "/index/judgements/table/1/0",
     "assessment.not_reciprocal"},
    {"/index/judgements", R"({"indicators": ["C1", "C1"], "table": [[1, 1], [1, 1]]})",
     "/index/judgements/indicators/1", "assessment.twice"},
    {"/index/judgements", R"({"indicators": ["C1", "C8"], "table": [[1, 1], [1, 1]]})",
     "/index/judgements/indicators/1", "assessment.unknown_indicator"},
    {"/index", R"({"values": {"C1": {"value": 1}, "C2": {"value": 1}, "C3": {"value": 1}, "C4": {"value": 1}},
       "weighting": "critic", "compared": [{"C1": 1, "C2": 1, "C3": 1, "C4": 1, "X": 1}]})",
     "/index/compared/0/X", "assessment.unknown_indicator"},
    {"/index", R"({"values": {"C1": {"value": 1}, "C2": {"value": 1}, "C3": {"value": 1}, "C4": {"value": 1}},
       "weighting": "entropy", "compared": [{"C1": 1, "C2": 2, "C3": 3, "C4": 4}, {"C1": 1, "C2": 2, "C3": 3, "C4": 4}]})",
     "/index/compared", "assessment.too_little_data"},
    {"/inspections/groups/0/units/0/asked", "\"yes\"", "/inspections/groups/0/units/0/asked", "assessment.kind"},
    {"/index/judgements", R"({"indicators": ["C1"], "table": [[0]]})", "/index/judgements/table/0/0",
     "assessment.out_of_range"},
    {"/index/judgements",
     R"({"indicators": ["C1", "C2", "C3", "C4", "C5"], "table": [[1,9,"1/9",9,1],["1/9",1,9,1,1],[9,"1/9",1,1,1],["1/9",1,1,1,1],[1,1,1,1,1]]})",
     "/index/judgements", "assessment.inconsistent"},
};

// shows: W5, W6
TEST(BadInput, is_named_with_its_place) {
  for (const Wrong& wrong : kWrong) {
    const auto value = read_json(fmt::format("[{}]", wrong.value));
    ASSERT_TRUE(value.ok()) << wrong.value;
    const auto findings = findings_of(changed(fixture("lamp.json"), wrong.at, value->items[0]));
    const bool found = std::any_of(findings.begin(), findings.end(), [&](const Finding& each) {
      return each.path == wrong.found_at && each.code == wrong.code;
    });
    EXPECT_TRUE(found) << wrong.at << " = " << wrong.value << " got "
                       << (findings.empty() ? "no finding" : findings[0].path + " " + findings[0].code);
    for (const Finding& each : findings) EXPECT_GT(each.text.size(), 30U) << each.code << ": " << each.text;
  }
}

TEST(BadInput, more_scenarios_than_can_be_searched_are_refused) {
  Json document = fixture("lamp.json");
  const Json scenario = *at_pointer(document, "/hazards/0/scenarios/0");
  Json many = Json::list();
  for (int i = 0; i < 40; ++i) many.items.push_back(scenario);
  const Json enough = changed(document, "/hazards/0/scenarios", many);
  EXPECT_TRUE(findings_of(enough).empty());
  Json hazards = Json::list();
  for (int i = 0; i < 3; ++i) hazards.items.push_back(*at_pointer(enough, "/hazards/0"));
  const auto findings = findings_of(changed(document, "/hazards", hazards));
  ASSERT_EQ(findings.size(), 1U);
  EXPECT_EQ(findings[0].path + " " + findings[0].code, "/hazards assessment.length");
}

TEST(BadInput, is_told_all_at_once_in_document_order) {
  Json document = fixture("lamp.json");
  document = changed(document, "/asOf", Json());
  document = changed(document, "/hazards/0/scenarios/0/steps/3/probability", Json::number(std::string_view("7")));
  document = changed(document, "/inspections/samples/2/passed", Json::of_text("many"));
  const auto findings = findings_of(document);
  ASSERT_EQ(findings.size(), 3U);
  EXPECT_EQ(findings[0].path, "/asOf");
  EXPECT_EQ(findings[1].path, "/hazards/0/scenarios/0/steps/3/probability");
  EXPECT_EQ(findings[2].path, "/inspections/samples/2/passed");
}

// Any member that is replaced by something of another kind is refused or taken, never an abort.
TEST(BadInput, of_any_kind_in_any_place_ends_in_an_answer) {
  for (const char* name : {"lamp.json", "strawberry.json"}) {
    const Json document = fixture(name);
    std::vector<std::string> places;
    const auto walk = [&](const auto& self, const Json& value, const std::string& path) -> void {
      places.push_back(path);
      for (std::size_t i = 0; i < std::min<std::size_t>(value.items.size(), 2); ++i)
        self(self, value.items[i], fmt::format("{}/{}", path, i));
      for (const auto& [member, inner] : value.members) self(self, inner, path + "/" + member);
    };
    walk(walk, document, "");
    ASSERT_GT(places.size(), 50U);
    const Json bad[] = {Json(),
                        Json::of_text("x"),
                        Json::number(std::string_view("-1")),
                        Json::number(std::string_view("1e18")),
                        Json::list(),
                        Json::object(),
                        Json::boolean(true),
                        Json::of_text("")};
    for (const std::string& place : places)
      for (const Json& value : bad) {
        const auto assessed = assess_document(changed(document, place, value));
        EXPECT_TRUE(assessed.ok() || !assessed.error().text.empty()) << place;
      }
  }
}

std::string code_of(std::string_view bytes) {
  const auto read = read_json(bytes);
  return read ? "" : read.error().code;
}

TEST(BadInput, that_is_no_json_is_refused_before_it_is_read) {
  EXPECT_EQ(code_of(""), "document.empty");
  EXPECT_EQ(code_of("\xC0\xAF"), "document.not_utf8");
  EXPECT_EQ(code_of("{\"a\": NaN}"), "json.syntax");
  EXPECT_EQ(code_of("{\"a\": Infinity}"), "json.syntax");
  EXPECT_EQ(code_of("{\"a\": -Infinity}"), "json.syntax");
  EXPECT_EQ(code_of("{\"a\": 01}"), "json.syntax");
  EXPECT_EQ(code_of("{\"a\": 1.}"), "json.syntax");
  EXPECT_EQ(code_of("{\"a\": +1}"), "json.syntax");
  EXPECT_EQ(code_of("{\"a\": 1"), "json.syntax");
  EXPECT_EQ(code_of("{\"a\": 1} {}"), "json.syntax");
  EXPECT_EQ(code_of("7"), "json.syntax");
  EXPECT_EQ(code_of("{\"a\": 1, \"a\": 2}"), "json.duplicate_member");
  EXPECT_EQ(code_of("{\"a\":" + std::string(40, '[') + std::string(40, ']') + "}"), "json.too_deep");
  EXPECT_EQ(code_of("{\"a\":" + std::string(2'000'000, '[')), "json.too_deep");
  std::string many = "[0";
  for (int i = 0; i < 600'000; ++i) many += ",0";
  EXPECT_EQ(code_of(many + "]"), "json.too_many");
  EXPECT_EQ(code_of(std::string(std::size_t{17} << 20, ' ')), "document.too_large");
}

TEST(Json, keeps_the_digits_as_written) {
  const char* text = R"({"a": [0.10, 1e400, -0, 123456789012345678901234567890], "b/~": "zwei \"\\\u0001"})";
  const auto read = read_json(text);
  ASSERT_TRUE(read.ok());
  EXPECT_EQ(read->find("a")->items[0].text, "0.10");
  EXPECT_EQ(read->find("a")->items[3].text, "123456789012345678901234567890");
  EXPECT_EQ(at_pointer(*read, "/b~1~0")->text, "zwei \"\\\x01");
  const auto again = read_json(json_text(*read));
  ASSERT_TRUE(again.ok());
  EXPECT_TRUE(*again == *read);
  EXPECT_EQ(at_pointer(*read, "/a/9"), nullptr);
  EXPECT_EQ(with_value_at(*read, "/a/9", Json()).error().code, "json.pointer");
}

TEST(Json, prints_the_shortest_digits_that_read_back) {
  EXPECT_EQ(number_text(0.1), "0.1");
  EXPECT_EQ(number_text(-2), "-2");
  EXPECT_EQ(number_text(1e-7), "1e-07");
  EXPECT_EQ(number_text(0.04518215831847963), "0.04518215831847963");
  EXPECT_EQ(number_text(1e300), "1e+300");
}

}  // namespace
}  // namespace suyuan::assess
