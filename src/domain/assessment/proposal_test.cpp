// SPDX-License-Identifier: Apache-2.0
#include "domain/assessment/proposal.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace suyuan::assessment {

namespace {

Policy policy(Domain domain = Domain::kIndustrial) {
  return *choose_policy(policy_book(), {}, domain, *parse_day("2026-06-30"));
}

Scenario scenario(std::string_view probability, std::size_t severity) {
  Scenario one;
  one.name = "fall";
  one.users = "adults";
  one.path = "/hazards/0/scenarios/0";
  Step step;
  step.what = "breaks";
  step.path = one.path + "/steps/0";
  step.probability = *stats::parse_rational(probability);
  one.steps = {step};
  one.severity[0] = severity;
  return one;
}

// An index of about 10, and one scenario.
Input chair(std::string_view probability, std::size_t severity) {
  Input input;
  input.as_of = *parse_day("2026-06-30");
  input.hazards = {{"breaks", "safety", {scenario(probability, severity)}}};
  for (const auto& [key, number] :
       std::initializer_list<std::pair<const char*, long long>>{{"C1", 1}, {"C2", 50}, {"C3", 50}, {"C4", 10}}) {
    IndicatorValue value;
    value.value = number;
    value.path = std::string("/index/values/") + key;
    input.index.values[key] = value;
  }
  return input;
}

char grade(const Input& input) { return letter(decide(input, policy())->grade); }

std::vector<std::string> reasons(const Input& input) {
  std::vector<std::string> codes;
  const auto decision = *decide(input, policy());
  for (const Reason& reason : decision.reasons) codes.push_back(reason.code);
  return codes;
}

LinkedEvent death(std::string_view verification) {
  LinkedEvent event;
  event.severity = 4;
  event.verification = std::string(verification);
  return event;
}

using Codes = std::vector<std::string>;

}  // namespace

// shows: R9
TEST(Grade, is_the_higher_one_of_matrix_and_index) {
  EXPECT_EQ(grade(chair("1/1000000", 2)), 'A');
  EXPECT_EQ(grade(chair("1/1000", 2)), 'B');
  EXPECT_EQ(grade(chair("1/500", 2)), 'C');
  EXPECT_EQ(grade(chair("1/50", 2)), 'D');
  Input input = chair("1/1000000", 2);
  input.index.values["C1"].value = 4;
  input.index.values["C4"].value = 100;
  EXPECT_EQ(grade(input), 'C') << "the index alone is orange";
  EXPECT_EQ(reasons(input), (Codes{"matrix.level", "index.colour"}));
}

// shows: R6
TEST(Grade, the_product_has_the_level_of_its_worst_scenario) {
  Input input = chair("1/1000000", 1);
  input.hazards[0].scenarios.push_back(scenario("1/500", 2));
  input.hazards.push_back({"pinches", "performance", {scenario("1/10000", 2)}});
  const auto decision = *decide(input, policy());
  EXPECT_EQ(decision.governing, 1U);
  EXPECT_EQ(letter(decision.grade), 'C');
  EXPECT_EQ(decision.scenarios[2].hazard, 1U);
}

// shows: R6
TEST(Grade, the_interest_that_suffers_most_decides) {
  Input input = chair("1/500", 1);
  EXPECT_EQ(grade(input), 'A');
  input.hazards[0].scenarios[0].severity[1] = 3;  // property
  EXPECT_EQ(grade(input), 'D');
}

// shows: W6
TEST(Grade, a_confirmed_case_of_severity_4_leaves_nothing_below_orange) {
  Input input = chair("1/1000000", 2);
  input.events = {death("unverified"), death("refuted"), death("partly")};
  EXPECT_EQ(grade(input), 'A');
  input.events.push_back(death("confirmed"));
  EXPECT_EQ(grade(input), 'C');
  EXPECT_EQ(reasons(input).back(), "floor.severity_4");
}

// shows: R9
TEST(Grade, own_use_and_few_customers_lower_what_table_1_says_and_no_more) {
  Input c = chair("1/500", 2), d = chair("1/50", 2);
  c.use = d.use = MarketUse::kOwnUse;
  EXPECT_EQ(grade(c), 'B');
  EXPECT_EQ(reasons(c).back(), "downgrade.own_use");
  EXPECT_EQ(grade(d), 'D') << "table 1 lowers D for few specific customers only";
  c.use = d.use = MarketUse::kFewCustomers;
  EXPECT_EQ(grade(c), 'C');
  EXPECT_EQ(grade(d), 'C');
}

TEST(Grade, a_downgrade_is_barred_by_a_confirmed_case_of_severity_4) {
  Input input = chair("1/500", 2);
  input.use = MarketUse::kOwnUse;
  input.events = {death("confirmed")};
  EXPECT_EQ(grade(input), 'C');
  EXPECT_EQ(reasons(input).back(), "downgrade.barred");
}

TEST(Grade, agricultural_products_know_no_downgrade) {
  Input input = chair("1/500", 2);
  input.domain = Domain::kAgricultural;
  input.use = MarketUse::kOwnUse;
  input.index.values.clear();
  for (const auto* key : {"A1", "A2", "A3", "A4", "A5"}) input.index.values[key].value = 1;
  EXPECT_EQ(letter(decide(input, policy(Domain::kAgricultural))->grade), 'C');
}

// shows: R6
TEST(Proposal, a_risk_is_tolerable_when_it_is_low_and_stays_low) {
  const auto low = *propose(chair("1/100000000", 2), policy());
  EXPECT_TRUE(low.is_robust);
  EXPECT_TRUE(low.is_tolerable);
  const auto edge = *propose(chair("1/20000", 2), policy());
  EXPECT_EQ(letter(edge.decision.grade), 'A');
  EXPECT_FALSE(edge.is_robust) << "ten times as likely is medium";
  EXPECT_TRUE(edge.needs_panel);
  EXPECT_FALSE(edge.is_tolerable);
}

// shows: X2
TEST(Proposal, is_not_robust_when_the_upper_end_of_an_estimate_has_another_level) {
  Input input = chair("1/50", 3);
  Scenario& fall = input.hazards[0].scenarios[0];
  Step estimated;
  estimated.path = fall.path + "/steps/1";
  fall.steps.push_back(estimated);
  EXPECT_EQ(decide(input, policy()).error().findings.at(0).code, "assessment.no_series");
  Sample sample;
  sample.on = *parse_day("2026-06-01");
  sample.passed = 105;
  sample.failed = 10;
  input.inspections.emplace().samples = {sample};
  Group group{"chairs", {}};
  group.units.assign(8, {125, 2, false});
  input.inspections->groups = {group};
  const auto proposal = *propose(input, policy());
  const ScenarioRisk& risk = proposal.decision.scenarios[0];
  EXPECT_EQ(letter(risk.level), 'H');
  EXPECT_EQ(letter(*risk.level_at_q95), 'S');
  EXPECT_FALSE(proposal.is_robust);
}

}  // namespace suyuan::assessment
