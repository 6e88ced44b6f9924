// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "app/assessment/assess.h"

namespace suyuan {

namespace {

using namespace assessment;

// Counts up when the same input and policy are meant to give other figures than before.
constexpr int kCalculation = 1;

Json text(std::string_view value) { return Json::of_text(value); }
Json letter_of(Grade grade) { return text(std::string(1, letter(grade))); }
Json letter_of(Level level) { return text(std::string(1, letter(level))); }

Json words(const Words& words) {
  Json json = Json::object();
  json.add("zh", text(words.zh));
  json.add("en", text(words.en));
  return json;
}

Json numbers(const std::vector<double>& values) {
  Json list = Json::list();
  for (const double value : values) list.items.push_back(Json::number(value));
  return list;
}

Json texts(const std::vector<std::string>& values) {
  Json list = Json::list();
  for (const std::string& value : values) list.items.push_back(text(value));
  return list;
}

Json policy_json(const Policy& policy) {
  Json json = Json::object();
  json.add("matrix", text(policy.matrix.id()));
  json.add("indexSystem", text(policy.system.id()));
  json.add("gradeTable", text(policy.table.id()));
  json.add("movingAverage", text(policy.average.id()));
  json.add("edition", text(policy.matrix.edition));
  json.add("conformityClaimed", Json::boolean(false));
  return json;
}

Json edge_json(const std::optional<Edge>& edge, bool up, bool exact) {
  if (!edge) return {};
  Json json = Json::object();
  json.add(up ? "above" : "atOrBelow", text(stats::to_text(edge->bound)));
  json.add("factor", exact ? text(stats::to_text(edge->factor)) : Json::number(stats::to_double(edge->factor)));
  json.add("level", letter_of(edge->level));
  return json;
}

Json sensitivity_json(const Sensitivity& shift, bool exact) {
  Json json = Json::object();
  json.add("up", edge_json(shift.up, true, exact));
  json.add("down", edge_json(shift.down, false, exact));
  json.add("times10", letter_of(shift.times_10));
  json.add("by10", letter_of(shift.by_10));
  json.add("severityMore", shift.severity_more ? letter_of(*shift.severity_more) : Json());
  json.add("severityLess", shift.severity_less ? letter_of(*shift.severity_less) : Json());
  Json steps = Json::list();
  for (const StepShift& step : shift.steps) {
    Json each = Json::object();
    each.add("times10", letter_of(step.times_10));
    each.add("by10", letter_of(step.by_10));
    steps.items.push_back(std::move(each));
  }
  json.add("steps", std::move(steps));
  json.add("robust", Json::boolean(shift.is_robust));
  return json;
}

Json scenario_json(const Assessed& assessed, const ScenarioRisk& risk) {
  const Hazard& hazard = assessed.input.hazards[risk.hazard];
  const Scenario& scenario = hazard.scenarios[risk.scenario];
  Json json = Json::object();
  json.add("at", text(scenario.path));
  json.add("hazard", text(hazard.name));
  json.add("kind", text(hazard.kind));
  json.add("scenario", text(scenario.name));
  json.add("users", text(scenario.users));
  json.add("probability", risk.has_estimate ? Json::number(stats::to_double(risk.probability))
                                            : text(stats::to_text(risk.probability)));
  json.add("severity", Json::number(risk.severity));
  Json interests = Json::object();
  for (std::size_t i = 0; i < kInterests; ++i)
    if (scenario.severity[i] > 0)
      interests.add(key(static_cast<Interest>(i)),
                    letter_of(level_of(assessed.policy.matrix, risk.probability, scenario.severity[i])));
  json.add("levels", std::move(interests));
  json.add("level", letter_of(risk.level));
  if (risk.level_at_q95) json.add("levelAtQ95", letter_of(*risk.level_at_q95));
  json.add("sensitivity", sensitivity_json(risk.sensitivity, !risk.has_estimate));
  return json;
}

// The highest level of each group of users, in the order in which the document names them.
Json users_json(const Assessed& assessed) {
  Json json = Json::object();
  std::vector<std::pair<std::string, Level>> groups;
  for (const ScenarioRisk& risk : assessed.proposal.decision.scenarios) {
    const std::string& users = assessed.input.hazards[risk.hazard].scenarios[risk.scenario].users;
    auto found = std::find_if(groups.begin(), groups.end(), [&](const auto& group) { return group.first == users; });
    if (found == groups.end()) found = groups.insert(groups.end(), {users, risk.level});
    found->second = std::max(found->second, risk.level);
  }
  for (const auto& [users, level] : groups) json.add(users, letter_of(level));
  return json;
}

Json matrix_json(const Assessed& assessed) {
  const Decision& decision = assessed.proposal.decision;
  const ScenarioRisk& governing = decision.scenarios[decision.governing];
  Json json = Json::object();
  json.add("level", letter_of(governing.level));
  json.add("governing", text(assessed.input.hazards[governing.hazard].scenarios[governing.scenario].path));
  json.add("byUsers", users_json(assessed));
  Json scenarios = Json::list();
  for (const ScenarioRisk& risk : decision.scenarios) scenarios.items.push_back(scenario_json(assessed, risk));
  json.add("scenarios", std::move(scenarios));
  return json;
}

Json prior_json(const Share& share) {
  const stats::bayes::BetaPrior& prior = share.prior;
  Json json = Json::object();
  json.add("group", share.prior_of.empty() ? Json() : text(share.prior_of));
  json.add("units", Json::number(prior.units));
  json.add("tested", Json::number(prior.tested));
  json.add("share", Json::number(prior.mean));
  json.add("between", Json::number(prior.between));
  json.add("within", Json::number(prior.within));
  json.add("size", Json::number(prior.size));
  json.add("correlation", Json::number(prior.correlation));
  json.add("strength", Json::number(prior.strength));
  json.add("alpha", Json::number(prior.alpha));
  json.add("beta", Json::number(prior.beta));
  return json;
}

Json share_json(const Share& share) {
  Json json = Json::object();
  json.add("sampling", text(key(share.sampling)));
  json.add("samples", Json::number(share.samples));
  json.add("passed", Json::number(share.passed));
  json.add("failed", Json::number(share.failed));
  json.add("notJudged", Json::number(share.not_judged));
  Json left_out = Json::object();
  left_out.add("later", Json::number(share.later));
  left_out.add("notYetKnown", Json::number(share.unknown));
  left_out.add("beforeWindow", Json::number(share.older));
  json.add("leftOut", std::move(left_out));
  json.add("testedWeighted", Json::number(share.tested_weighted));
  json.add("failedWeighted", Json::number(share.failed_weighted));
  json.add("prior", prior_json(share));
  const auto& posterior = share.posterior;
  for (const auto& [name, value] :
       {std::pair("alpha", posterior.alpha), std::pair("beta", posterior.beta), std::pair("share", posterior.mean),
        std::pair("sd", posterior.sd), std::pair("q05", posterior.q05), std::pair("q50", posterior.q50),
        std::pair("q95", posterior.q95), std::pair("pull", posterior.pull),
        std::pair("aboveGroup", posterior.above_group), std::pair("aboveThreshold", posterior.above_threshold)})
    json.add(name, Json::number(value));
  json.add("rising", share.trend ? Json::number(*share.trend) : Json());
  json.add("evidence", text(share.evidence));
  json.add("cappedByFewTests", Json::boolean(share.is_capped));
  json.add("signal", Json::boolean(share.is_signal));
  return json;
}

Json rate_json(const Rate& rate, const Reports& reports) {
  Json json = Json::object();
  json.add("exposureUnit", text(reports.exposure_unit));
  json.add("months", Json::number(rate.months));
  json.add("confirmed", Json::number(rate.confirmed));
  json.add("partly", Json::number(rate.partly));
  json.add("unverified", Json::number(rate.unverified));
  json.add("exposureWeighted", Json::number(rate.exposure_weighted));
  json.add("countWeighted", Json::number(rate.count_weighted));
  Json prior = Json::object();
  prior.add("rate", Json::number(rate.prior.mean));
  prior.add("variance", Json::number(rate.prior.variance));
  prior.add("spread", Json::number(rate.prior.spread));
  prior.add("shape", Json::number(rate.prior.shape));
  prior.add("inverseScale", Json::number(rate.prior.rate));
  json.add("prior", std::move(prior));
  json.add("rate", Json::number(rate.posterior.mean));
  json.add("q05", Json::number(rate.posterior.q05));
  json.add("q95", Json::number(rate.posterior.q95));
  json.add("aboveThreshold", Json::number(rate.posterior.above_threshold));
  json.add("nextExposure", Json::number(rate.next_exposure));
  json.add("nextBound", Json::number(rate.posterior.next_bound));
  json.add("evidence", text(rate.evidence));
  json.add("cappedByFewTests", Json::boolean(rate.is_capped));
  json.add("signal", Json::boolean(rate.is_signal));
  return json;
}

Json index_json(const Assessed& assessed) {
  const Index& index = assessed.proposal.decision.index;
  Json json = Json::object();
  json.add("value", Json::number(index.value));
  json.add("colour", text(key(index.colour)));
  json.add("colourByValue", text(key(index.by_value)));
  json.add("heldByHysteresis", Json::boolean(index.is_held));
  json.add("weighting", text(key(index.weighting)));
  if (index.ahp) {
    Json ahp = Json::object();
    ahp.add("lambdaMax", Json::number(index.ahp->lambda_max));
    ahp.add("consistencyIndex", Json::number(index.ahp->consistency_index));
    ahp.add("randomIndex", Json::number(index.ahp->random_index));
    ahp.add("consistencyRatio", Json::number(index.ahp->consistency_ratio));
    ahp.add("weights", numbers(index.ahp->weights));
    json.add("ahp", std::move(ahp));
  }
  if (!index.by_data.empty()) json.add("weightsByData", numbers(index.by_data));
  Json indicators = Json::list();
  for (const WeighedIndicator& each : index.indicators) {
    Json one = Json::object();
    one.add("key", text(assessed.policy.system.indicators[each.at].key));
    one.add("value", Json::number(each.value));
    one.add("from", each.from.empty() ? Json() : text(each.from));
    one.add("place", Json::number(each.place));
    one.add("weight", Json::number(each.weight));
    one.add("points", Json::number(each.points));
    indicators.items.push_back(std::move(one));
  }
  json.add("indicators", std::move(indicators));
  json.add("leftOut", texts(index.left_out));
  json.add("constant", texts(index.constant));
  if (index.residues) {
    Json residues = Json::object();
    residues.add("nemerow", Json::number(index.residues->index));
    residues.add("rating", words(index.residues->rating));
    residues.add("ratios", numbers(index.residues->ratios));
    json.add("residues", std::move(residues));
  }
  return json;
}

Json factor_json(const Factor& factor) {
  Json json = Json::object();
  json.add("kind", text(factor.kind));
  json.add("name", words(factor.name));
  json.add("of", text(factor.unit));
  json.add("value", text(factor.value));
  json.add("source", text(factor.source));
  if (factor.weight) json.add("weight", Json::number(*factor.weight));
  if (factor.points) json.add("points", Json::number(*factor.points));
  Json changes = Json::list();
  for (const Change& change : factor.changes) {
    Json each = Json::object();
    each.add("at", text(change.at));
    each.add("to", text(change.value));
    each.add("edge", text(change.edge == Change::Edge::kExactly ? "exactly"
                          : change.edge == Change::Edge::kAbove ? "above"
                                                                : "atOrBelow"));
    each.add("grade", letter_of(change.grade));
    changes.items.push_back(std::move(each));
  }
  json.add("changes", std::move(changes));
  return json;
}

Json supervision_json(const GradeTable& table, Grade grade) {
  const GradeTable::Row& row = table.rows[static_cast<std::size_t>(grade)];
  Json json = Json::object();
  json.add("ratio", Json::number(stats::decimal_text(row.ratio)));
  json.add("checksAYear", Json::number(stats::decimal_text(row.checks_a_year)));
  json.add("onSite", text(row.on_site));
  json.add("words", words(row.mode));
  Json exceptions = Json::list();
  if (row.on_site == "exceptions")
    for (const GradeTable::Exception& each : table.exceptions) exceptions.items.push_back(text(each.key));
  json.add("exceptions", std::move(exceptions));
  return json;
}

Json parts_json(const Parts& parts) {
  Json json = Json::object();
  json.add("causes", Json::boolean(parts.causes));
  json.add("requirements", Json::boolean(parts.requirements));
  json.add("hazards", Json::boolean(parts.hazards));
  json.add("scope", Json::boolean(parts.scope));
  json.add("events", Json::boolean(parts.events));
  return json;
}

Json proposal_json(const Assessed& assessed) {
  const Proposal& proposal = assessed.proposal;
  const Decision& decision = proposal.decision;
  const GradeTable::Row& row = assessed.policy.table.rows[static_cast<std::size_t>(decision.grade)];
  Json json = Json::object();
  json.add("grade", letter_of(decision.grade));
  json.add("words", words(row.words));
  json.add("colour", text(key(row.colour)));
  json.add("beforeDowngrade", letter_of(decision.before_downgrade));
  json.add("supervision", supervision_json(assessed.policy.table, decision.grade));
  Json reasons = Json::list();
  for (const Reason& reason : decision.reasons) {
    Json each = Json::object();
    each.add("code", text(reason.code));
    each.add("grade", letter_of(reason.grade));
    reasons.items.push_back(std::move(each));
  }
  json.add("reasons", std::move(reasons));
  json.add("confirmedSeverity4", Json::number(decision.confirmed_severity_4));
  json.add("tolerable", Json::boolean(proposal.is_tolerable));
  json.add("robust", Json::boolean(proposal.is_robust));
  json.add("panelNeeded", Json::boolean(proposal.needs_panel));
  json.add("signal", Json::boolean(proposal.is_signal));
  json.add("parts", parts_json(proposal.parts));
  Json factors = Json::list();
  for (const Factor& factor : proposal.factors) factors.items.push_back(factor_json(factor));
  json.add("factors", std::move(factors));
  return json;
}

}  // namespace

Json assessment_result(const Assessed& assessed) {
  Json json = Json::object();
  json.add("format", text("suyuan.assessment-result/1"));
  json.add("calculation", Json::number(kCalculation));
  json.add("policy", policy_json(assessed.policy));
  json.add("proposal", proposal_json(assessed));
  json.add("matrix", matrix_json(assessed));
  if (!assessed.proposal.shares.empty()) {
    Json shares = Json::list();
    for (const Share& share : assessed.proposal.shares) shares.items.push_back(share_json(share));
    json.add("inspections", std::move(shares));
  }
  if (assessed.proposal.rate) json.add("reports", rate_json(*assessed.proposal.rate, *assessed.input.reports));
  json.add("index", index_json(assessed));
  json.add("input", assessed.document);
  return json;
}

}  // namespace suyuan
