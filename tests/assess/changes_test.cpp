// SPDX-License-Identifier: Apache-2.0
// What a proposal says would change the grade is done to the document; and a step less is done, too.
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "assessing.h"
#include "engine/stats/rational.h"

namespace suyuan::assess {
namespace {

using stats::Rational;

std::string text_at(const Json& value, std::string_view pointer) {
  const Json* found = at_pointer(value, pointer);
  return found == nullptr ? "" : found->text;
}

Rational number_at(const Json& value, std::string_view pointer) {
  auto number = stats::parse_rational(text_at(value, pointer));
  return number ? *number : Rational(0);
}

Json number(const Rational& value) { return Json::of_text(stats::decimal_text(value)); }

// Counts are numbers, never texts.
Json put(const std::string& kind, const Rational& value) {
  return kind == "severity" || kind == "failed" || kind == "event" ? Json::number(stats::to_text(value))
                                                                   : number(value);
}

// The least step of a field; of a decimal that replaces an unreadable bound, one of its last digit.
Rational step_of(const Json& document, const Json& factor, const std::string& at, const std::string& to) {
  const std::string kind = text_at(factor, "/kind");
  if (kind == "indicator") {
    const auto& systems = assessment::policy_book().systems;
    const auto& system = systems[text_at(document, "/domain") == "industrial" ? 0 : 1];
    return system.indicators[system.index_of(text_at(factor, "/of"))].step;
  }
  if (kind == "residue") return number_at(document, at.substr(0, at.rfind('/')) + "/limit") / 100;
  if (kind != "probability") return 1;
  Rational step = 1;
  for (std::size_t i = to.find('.') + 1; i < to.size(); ++i) step /= 10;
  return step;
}

struct Tried {
  int changes = 0;
  std::string wrong;  // the first that did not go as told
};

void expect(Tried& tried, const Json& document, const std::string& at, const Json& value, char grade) {
  const char found = grade_of(changed(document, at, value));
  if (found != grade && tried.wrong.empty())
    tried.wrong = fmt::format("{} = {}: {} expected, {} found", at, value.text, grade, found);
}

void try_change(Tried& tried, const Json& document, const Json& factor, const Json& change, char base) {
  const std::string kind = text_at(factor, "/kind"), at = text_at(change, "/at"), to = text_at(change, "/to"),
                    edge = text_at(change, "/edge");
  const char grade = text_at(change, "/grade")[0];
  ++tried.changes;
  if (kind == "market" || kind == "previous") {
    expect(tried, document, at, Json::of_text(to), grade);
  } else if (kind == "event_more") {
    Json event = Json::object();
    event.add("what", Json::of_text("x"));
    event.add("severity", Json::number(std::string_view("4")));
    event.add("verification", Json::of_text("confirmed"));
    const char found = grade_of(changed(document, at, event));
    if (found != grade && tried.wrong.empty()) tried.wrong = "one more event";
  } else if (edge == "above") {
    expect(tried, document, at, put(kind, *stats::parse_rational(to)), base);
    expect(tried, document, at,
           Json::of_text(stats::to_text(*stats::parse_rational(to) + Rational(1, 1'000'000'000'000))), grade);
  } else if (edge == "atOrBelow") {
    expect(tried, document, at, put(kind, *stats::parse_rational(to)), grade);
    expect(tried, document, at,
           Json::of_text(stats::to_text(*stats::parse_rational(to) + Rational(1, 1'000'000'000'000))), base);
  } else {
    const Rational value = *stats::parse_rational(to), now = number_at(document, at);
    const Rational step = step_of(document, factor, at, to),
                   less = value > now ? Rational(value - step) : Rational(value + step);
    expect(tried, document, at, put(kind, value), grade);
    const bool past = value > now ? less < now : less > now;
    expect(tried, document, at, put(kind, past ? now : less), base);
  }
}

Tried try_all(const Json& document) {
  auto assessed = assess_document(document);
  if (!assessed)
    return {0, assessed.error().text + (assessed.error().findings.empty() ? "" : assessed.error().findings[0].text)};
  const Json result = assessment_result(*assessed);
  Tried tried;
  for (const Json& factor : at_pointer(result, "/proposal/factors")->items)
    for (const Json& change : factor.find("changes")->items)
      try_change(tried, document, factor, change, text_at(result, "/proposal/grade")[0]);
  return tried;
}

// shows: X2, R9
TEST(Changes, of_the_fixtures_go_exactly_as_told) {
  for (const char* name : {"lamp.json", "strawberry.json"}) {
    const Tried tried = try_all(fixture(name));
    EXPECT_GT(tried.changes, 5) << name;
    EXPECT_EQ(tried.wrong, "") << name;
  }
}

std::string drawn(std::initializer_list<const char*> texts) {
  return *rc::gen::elementOf(std::vector<std::string>(texts.begin(), texts.end()));
}

Json drawn_document() {
  const bool lamp = *rc::gen::arbitrary<bool>();
  Json document = fixture(lamp ? "lamp.json" : "strawberry.json");
  const auto set = [&](const std::string& at, Json value) { document = changed(document, at, std::move(value)); };
  const auto between = [](int least, int most) { return *rc::gen::inRange(least, most + 1); };
  const std::string probabilities[] = {drawn({"1/4", "1/50", "1/1000", "0.3", "1"}),
                                       drawn({"1/7", "1/10", "1/333", "1e-5"})};
  const std::string scenario = "/hazards/0/scenarios/0";
  if (lamp) {
    set(scenario + "/steps/0/probability", Json::of_text(probabilities[0]));
    set(scenario + "/severity/health", Json::number(between(1, 4)));
    set("/hazards/0/scenarios/1/severity/property", Json::number(between(1, 4)));
    set("/market/use", Json::of_text(drawn({"public", "few_customers", "own_use"})));
    set("/events/0/severity", Json::number(between(1, 4)));
  } else {
    set(scenario + "/severity/health", Json::number(between(1, 4)));
    set("/residues/2/measured", Json::number(between(0, 3)));
  }
  set(scenario + "/steps/1/probability", Json::of_text(probabilities[1]));
  set("/inspections/samples/1/failed", Json::number(between(0, 30)));
  const char letter = lamp ? 'C' : 'A';
  set(fmt::format("/index/values/{}1/value", letter), Json::number(between(lamp ? 1 : 0, 4)));
  set(fmt::format("/index/values/{}2/value", letter), Json::number(between(1, lamp ? 600 : 4)));
  set(fmt::format("/index/values/{}3/value", letter), Json::number(between(0, 120)));
  set("/previous/colour", Json::of_text(drawn({"none", "blue", "yellow", "orange", "red"})));
  return document;
}

// shows: X2
RC_GTEST_PROP(ChangesProperty, go_exactly_as_told_and_a_step_less_does_not, ()) {
  const Json document = drawn_document();
  const Tried tried = try_all(document);
  if (!tried.wrong.empty()) RC_FAIL(tried.wrong + "\n" + json_text(document));
}

// shows: W5, X2
RC_GTEST_PROP(ReplayProperty, is_the_same_to_the_last_digit, ()) {
  auto assessed = assess_document(drawn_document());
  RC_ASSERT(assessed.ok());
  const auto kept = read_json(json_text(assessment_result(*assessed)));
  RC_ASSERT(kept.ok());
  const auto replayed = replay_assessment(*kept);
  RC_ASSERT(replayed.ok());
  RC_ASSERT(replayed->differences.empty());
}

// shows: X2
TEST(Replay, sees_one_changed_digit) {
  const Json kept = assessment_result(*assess_document(fixture("lamp.json")));
  std::string share = text_at(kept, "/inspections/0/share");
  share.back() = share.back() == '1' ? '2' : '1';
  const auto replayed = replay_assessment(changed(kept, "/inspections/0/share", Json::number(share)));
  ASSERT_TRUE(replayed.ok());
  EXPECT_EQ(replayed->differences, std::vector<std::string>{"/inspections/0/share"});
  EXPECT_EQ(replay_assessment(fixture("lamp.json")).error().code, "assessment.no_result");
  EXPECT_EQ(replay_assessment(changed(kept, "/policy/matrix", Json::of_text("eu-rapex@7"))).error().code,
            "policy.no_such_version");
}

TEST(Replay, takes_the_versions_that_were_used) {
  const Json kept = assessment_result(
      *assess_document(changed(fixture("lamp.json"), "/policy/matrix", Json::of_text("gb-t-22760-letters@1"))));
  EXPECT_EQ(text_at(kept, "/policy/matrix"), "gb-t-22760-letters@1");
  EXPECT_TRUE(replay_assessment(kept)->differences.empty());
}

}  // namespace
}  // namespace suyuan::assess
