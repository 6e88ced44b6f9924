// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "base/text.h"
#include "domain/assessment/input.h"
#include "domain/assessment/reader.h"

namespace suyuan::assessment {

namespace {

constexpr std::array<std::string_view, kInterests> kInterestKeys = {"health", "property", "environment", "other"};
constexpr std::size_t kListMax = 10'000;
constexpr std::size_t kStepsMax = 20;
// What is searched for changes, one by one: more than any assessment has, and few enough to be searched in seconds.
constexpr std::size_t kHazardsMax = 50, kAllStepsMax = 400, kEventsMax = 200, kResiduesMax = 100, kSamplesMax = 5000;

Sampling sampling_of(std::string_view word) { return word == "targeted" ? Sampling::kTargeted : Sampling::kRandom; }

Step read_step(const Place& at) {
  Step step;
  step.path = at.path();
  if (!at.is_object({"what", "probability", "from", "source"})) return step;
  step.what = at.member("what").text(true);
  step.source = at.member("source").text();
  const Place probability = at.member("probability"), from = at.member("from");
  if (probability.is_there() == from.is_there()) {
    at.find("assessment.step",
            "A step has either a probability or the series that it is taken from (from: "
            "inspections.random or inspections.targeted). Give exactly one of them.");
  } else if (from.is_there()) {
    const std::string word = from.one_of({"inspections.random", "inspections.targeted"}, "inspections.random");
    step.from = sampling_of(word.substr(word.find('.') + 1));
  } else {
    step.probability = probability.probability();
  }
  return step;
}

void read_severity(const Place& at, Scenario& scenario) {
  if (!at.is_object({kInterestKeys[0], kInterestKeys[1], kInterestKeys[2], kInterestKeys[3]})) return;
  bool any = false;
  for (std::size_t i = 0; i < kInterests; ++i) {
    const Place each = at.member(kInterestKeys[i]);
    if (!each.is_there()) continue;
    any = true;
    scenario.severity[i] = each.count();
    if (scenario.severity[i] < 1 || scenario.severity[i] > kSeverities)
      each.find("assessment.severity", fmt::format("The severity is {}; 1, 2, 3 or 4 is expected.", each.seen()));
  }
  if (!any)
    at.find("assessment.severity",
            "No interest has a severity. Give health, property, environment or other a level of 1 to 4.");
}

Scenario read_scenario(const Place& at) {
  Scenario scenario;
  scenario.path = at.path();
  if (!at.is_object({"name", "users", "scene", "steps", "severity", "source"})) return scenario;
  scenario.name = at.member("name").text(true);
  scenario.users = at.member("users").text();
  scenario.scene = at.member("scene").text();
  scenario.source = at.member("source").text();
  for (const Place& step : at.member("steps").items(1, kStepsMax)) scenario.steps.push_back(read_step(step));
  read_severity(at.member("severity"), scenario);
  return scenario;
}

Hazard read_hazard(const Place& at) {
  Hazard hazard;
  if (!at.is_object({"name", "kind", "scenarios"})) return hazard;
  hazard.name = at.member("name").text(true);
  hazard.kind = at.member("kind").one_of({"safety", "performance"}, "safety");
  for (const Place& each : at.member("scenarios").items(1, kHazardsMax))
    hazard.scenarios.push_back(read_scenario(each));
  return hazard;
}

LinkedEvent read_event(const Place& at) {
  LinkedEvent event;
  event.path = at.path();
  if (!at.is_object({"what", "on", "severity", "verification", "source"})) return event;
  event.what = at.member("what").text(true);
  at.member("on").day(false);
  event.source = at.member("source").text();
  event.verification = at.member("verification").one_of({"confirmed", "partly", "unverified", "refuted"}, "unverified");
  event.severity = at.member("severity").count();
  if (event.severity < 1 || event.severity > kSeverities)
    at.member("severity")
        .find("assessment.severity",
              fmt::format("The severity is {}; 1, 2, 3 or 4 is expected.", at.member("severity").seen()));
  return event;
}

Sample read_sample(const Place& at) {
  Sample sample;
  sample.path = at.path();
  if (!at.is_object({"on", "recordedOn", "passed", "failed", "notJudged", "severity4", "sampling", "source"}))
    return sample;
  sample.on = at.member("on").day(true).value_or(CivilDay());
  sample.recorded_on = at.member("recordedOn").day(false);
  sample.passed = at.member("passed").count();
  sample.failed = at.member("failed").count();
  sample.not_judged = at.member("notJudged").count();
  sample.severity_4 = at.member("severity4").count();
  sample.sampling = sampling_of(at.member("sampling").one_of({"random", "targeted"}, "random"));
  sample.source = at.member("source").text();
  if (sample.severity_4 > sample.failed)
    at.member("severity4")
        .find("assessment.more_than_failed",
              fmt::format("severity4 is {} of {} failed. Count those of severity 4 among the failed.",
                          sample.severity_4, sample.failed));
  return sample;
}

Group read_group(const Place& at) {
  Group group;
  if (!at.is_object({"name", "units"})) return group;
  group.name = at.member("name").text(true);
  const Place units = at.member("units");
  if (units.is_there() && units.value()->kind == Json::Kind::kList && units.value()->items.empty()) {
    units.find("assessment.empty_category",
               fmt::format("The category \"{}\" has no units. Leave it out, or give the counts of its units.",
                           excerpt(group.name)));
    return group;
  }
  for (const Place& each : units.items(1, kListMax)) {
    if (!each.is_object({"name", "tested", "failed", "asked"})) continue;
    each.member("name").text();
    const std::size_t tested = each.member("tested").count(), failed = each.member("failed").count();
    if (failed > tested)
      each.member("failed").find("assessment.more_than_tested",
                                 fmt::format("{} failed of {} tested. Correct one of the two.", failed, tested));
    const bool asked = each.member("asked").truth();
    group.units.push_back({static_cast<double>(tested), static_cast<double>(failed), asked});
  }
  return group;
}

Inspections read_inspections(const Place& at) {
  Inspections inspections;
  if (!at.is_object({"samples", "groups"})) return inspections;
  for (const Place& each : at.member("samples").items(1, kSamplesMax)) inspections.samples.push_back(read_sample(each));
  for (const Place& each : at.member("groups").items(0, 20)) inspections.groups.push_back(read_group(each));
  return inspections;
}

const Rational kAmountMax = Rational(1'000'000'000'000);

void read_report_months(const Place& at, Reports& reports) {
  std::set<CivilDay> seen;
  for (const Place& each : at.items(1, 240)) {
    if (!each.is_object({"month", "exposure", "confirmed", "partly", "unverified", "severity4"})) continue;
    ReportMonth month;
    month.month = each.member("month").month().value_or(CivilDay());
    if (!seen.insert(month.month).second)
      each.member("month").find("assessment.twice", fmt::format("{} stands here twice. Add the two up in one entry.",
                                                                each.member("month").seen()));
    const Place exposure = each.member("exposure");
    month.exposure = exposure.number(0, kAmountMax).value_or(1);
    if (month.exposure == 0)
      exposure.find("assessment.exposure",
                    "The exposure is 0: there is no rate without one. Leave the month out, or use "
                    "disproportionality (suyuan backtest), which needs no exposure.");
    month.confirmed = each.member("confirmed").count();
    month.partly = each.member("partly").count();
    month.unverified = each.member("unverified").count();
    month.severity_4 = each.member("severity4").count();
    reports.months.push_back(month);
  }
}

Reports read_reports(const Place& at) {
  Reports reports;
  if (!at.is_object({"exposureUnit", "months", "units", "nextExposure"})) return reports;
  reports.exposure_unit = at.member("exposureUnit").text(true);
  read_report_months(at.member("months"), reports);
  double sum = 0;
  for (const Place& each : at.member("units").items(1, kListMax)) {
    if (!each.is_object({"name", "exposure", "count"})) continue;
    each.member("name").text();
    const auto exposure = each.member("exposure").number(0, kAmountMax),
               count = each.member("count").number(0, kAmountMax);
    if (exposure && *exposure == 0)
      each.member("exposure").find("assessment.exposure", "The exposure is 0: leave the unit out.");
    reports.units.push_back({stats::to_double(exposure.value_or(1)), stats::to_double(count.value_or(0))});
    sum += reports.units.back().count;
  }
  if (!reports.units.empty() && sum == 0)
    at.member("units").find("assessment.empty_category",
                            "No unit of the category has a report: there is no rate to compare "
                            "with. Take a larger category, or leave reports out.");
  if (at.member("nextExposure").is_there()) reports.next_exposure = at.member("nextExposure").number(0, kAmountMax);
  if (reports.next_exposure && *reports.next_exposure == 0)
    at.member("nextExposure").find("assessment.exposure", "The exposure is 0: leave it out.");
  return reports;
}

Residue read_residue(const Place& at) {
  Residue residue;
  residue.path = at.path();
  if (!at.is_object({"item", "measured", "limit", "unit", "source"})) return residue;
  residue.item = at.member("item").text(true);
  residue.unit = at.member("unit").text(true);
  residue.source = at.member("source").text();
  residue.measured = at.member("measured").number(0, kAmountMax).value_or(0);
  residue.limit = at.member("limit").number(0, kAmountMax).value_or(1);
  if (residue.limit == 0)
    at.member("limit").find("assessment.limit",
                            "The limit is 0: there is no ratio to it. For what must not be found at all, "
                            "write a hazard with its scenario instead.");
  return residue;
}

IndicatorValue read_indicator(const Place& at) {
  IndicatorValue value;
  value.path = at.path();
  if (!at.is_object({"value", "from", "source"})) return value;
  value.source = at.member("source").text();
  const Place number = at.member("value"), from = at.member("from");
  if (number.is_there() == from.is_there())
    at.find("assessment.step",
            "An indicator has either a value or what it is calculated from (from: inspections.random, "
            "inspections.targeted, residues). Give exactly one of them.");
  else if (from.is_there())
    value.from = from.one_of({"inspections.random", "inspections.targeted", "residues"}, "residues");
  else
    value.value = number.number(-kAmountMax, kAmountMax).value_or(0);
  return value;
}

std::optional<Judgements> read_judgements(const Place& at) {
  if (!at.is_there()) return std::nullopt;
  Judgements judgements;
  if (!at.is_object({"indicators", "table"})) return judgements;
  for (const Place& each : at.member("indicators").items(1, 10)) judgements.indicators.push_back(each.text(true));
  const std::size_t n = judgements.indicators.size();
  for (const Place& row : at.member("table").items(n, n)) {
    judgements.table.emplace_back();
    for (const Place& cell : row.items(n, n)) {
      const auto value = cell.number(Rational(1, 9), 9);
      judgements.table.back().push_back(value.value_or(1));
    }
    judgements.table.back().resize(n, 1);
  }
  judgements.table.resize(n, std::vector<Rational>(n, 1));
  for (std::size_t i = 0; i < n; ++i)
    for (std::size_t j = 0; j <= i; ++j)
      if (judgements.table[i][j] * judgements.table[j][i] != 1)
        at.member("table")
            .member(fmt::format("{}", i))
            .member(fmt::format("{}", j))
            .find("assessment.not_reciprocal",
                  fmt::format("{} against {} is {}, and the other way round {}: one is 1 divided by the other. Correct "
                              "one of them.",
                              excerpt(judgements.indicators[i], 40), excerpt(judgements.indicators[j], 40),
                              stats::to_text(judgements.table[i][j]), stats::to_text(judgements.table[j][i])));
  return judgements;
}

IndexInput read_index(const Place& at) {
  IndexInput index;
  if (!at.is_object({"values", "judgements", "compared", "weighting"})) return index;
  for (const Place& each : at.member("values").members()) index.values.emplace(each.name(), read_indicator(each));
  index.judgements = read_judgements(at.member("judgements"));
  for (const Place& row : at.member("compared").items(0, kListMax)) {
    index.compared.emplace_back();
    for (const Place& cell : row.members())
      if (cell.name() != "name")
        index.compared.back().emplace(cell.name(), cell.number(-kAmountMax, kAmountMax).value_or(0));
  }
  if (at.member("weighting").is_there())
    index.weighting =
        weighting_of(at.member("weighting").one_of({"ahp", "entropy", "critic", "mean", "product"}, "ahp"));
  return index;
}

void read_what(const Place& at, Input& input) {
  at.member("format").one_of({kInputFormat}, "");
  input.domain =
      domain_of(at.member("domain").one_of({"industrial", "agricultural"}, "")).value_or(Domain::kIndustrial);
  input.as_of = at.member("asOf").day(true).value_or(CivilDay());
  input.known_on = at.member("knownOn").day(false);
  if (const Place product = at.member("product"); product.is_object({"name", "category", "unit"})) {
    input.product = product.member("name").text(true);
    input.category = product.member("category").text();
    input.unit = product.member("unit").text();
  }
  if (const Place policy = at.member("policy");
      policy.is_there() && policy.is_object({"matrix", "indexSystem", "gradeTable", "movingAverage"}))
    input.policy = {policy.member("matrix").text(), policy.member("indexSystem").text(),
                    policy.member("gradeTable").text(), policy.member("movingAverage").text()};
  input.causes = at.member("causes").text();
  for (const Place& each : at.member("requirements").items(0, 100)) input.requirements.push_back(each.text(true));
  input.scope = at.member("scope").text();
}

void read_facts(const Place& at, Input& input) {
  for (const Place& each : at.member("hazards").items(1, kHazardsMax)) input.hazards.push_back(read_hazard(each));
  std::size_t steps = 0;
  for (const Hazard& hazard : input.hazards)
    for (const Scenario& scenario : hazard.scenarios) steps += scenario.steps.size();
  if (steps > kAllStepsMax)
    at.member("hazards").find(
        "assessment.length",
        fmt::format("The scenarios have {} steps in all; at most {} are read. Keep the scenarios that matter, or "
                    "assess the hazards one by one.",
                    steps, kAllStepsMax));
  input.events_examined = at.member("events").is_there();
  for (const Place& each : at.member("events").items(0, kEventsMax)) input.events.push_back(read_event(each));
  if (const Place market = at.member("market"); market.is_there() && market.is_object({"use", "source"})) {
    input.use = use_of(market.member("use").one_of({"public", "few_customers", "own_use"}, "public"))
                    .value_or(MarketUse::kPublic);
    input.use_source = market.member("source").text();
  }
  if (at.member("inspections").is_there()) input.inspections = read_inspections(at.member("inspections"));
  if (at.member("reports").is_there()) input.reports = read_reports(at.member("reports"));
  for (const Place& each : at.member("residues").items(0, kResiduesMax)) input.residues.push_back(read_residue(each));
  input.index = read_index(at.member("index"));
  if (const Place previous = at.member("previous"); previous.is_there() && previous.is_object({"colour", "source"}))
    input.previous = colour_of(previous.member("colour").one_of({"none", "blue", "yellow", "orange", "red"}, ""));
}

}  // namespace

std::string_view key(Interest interest) { return kInterestKeys[static_cast<std::size_t>(interest)]; }
std::string_view key(Sampling sampling) { return sampling == Sampling::kRandom ? "random" : "targeted"; }

Result<Input> read_input(const Json& document) {
  std::vector<Finding> findings;
  Input input;
  const Place at(&document, "", findings);
  if (at.is_object({"format", "product", "domain", "asOf", "knownOn", "policy", "causes", "requirements", "scope",
                    "hazards", "events", "market", "inspections", "reports", "residues", "index", "previous"})) {
    read_what(at, input);
    read_facts(at, input);
  }
  if (findings.empty()) return input;
  return Error{ErrorKind::kInvalid,
               "assessment.refused",
               fmt::format("The assessment has {} finding{}; nothing was calculated. Correct {} and start again.",
                           findings.size(), findings.size() == 1 ? "" : "s", findings.size() == 1 ? "it" : "them"),
               {},
               std::move(findings)};
}

}  // namespace suyuan::assessment
