// SPDX-License-Identifier: Apache-2.0
#include "domain/assessment/proposal.h"

#include <fmt/format.h>

#include <algorithm>

namespace suyuan::assessment {

namespace {

std::string series_of(Sampling sampling) { return fmt::format("inspections.{}", key(sampling)); }

// The estimates that steps and indicators may be taken from, and their 95 % quantiles.
struct Estimates {
  std::map<std::string, double> mean, q95;
};

Estimates estimates_of(const Input& input, const Policy& policy) {
  Estimates estimates;
  for (const Sampling sampling : {Sampling::kRandom, Sampling::kTargeted}) {
    const auto share = share_of(input, policy.average, sampling, false);
    if (!share) continue;
    estimates.mean[series_of(sampling)] = share->posterior.mean;
    estimates.q95[series_of(sampling)] = share->posterior.q95;
  }
  if (const auto residues = residues_of(input, policy.system)) estimates.mean["residues"] = residues->index;
  return estimates;
}

std::vector<Rational> steps_of(const Scenario& scenario, const std::map<std::string, double>& estimates,
                               std::vector<Finding>& findings) {
  std::vector<Rational> steps;
  for (const Step& step : scenario.steps) {
    const auto found = estimates.find(series_of(step.from));
    if (step.probability) {
      steps.push_back(*step.probability);
    } else if (found != estimates.end()) {
      steps.push_back(stats::exactly(found->second));
    } else {
      findings.push_back(
          {step.path + "/from", "assessment.no_series",
           fmt::format("The step is to be taken from {}, of which the document has no sample in the window. Give the "
                       "samples, or a probability with its source.",
                       series_of(step.from))});
      steps.emplace_back(0);
    }
  }
  return steps;
}

bool has_estimate(const Scenario& scenario) {
  return std::any_of(scenario.steps.begin(), scenario.steps.end(), [](const Step& step) { return !step.probability; });
}

ScenarioRisk risk_of(const Scenario& scenario, const Policy& policy, const Estimates& estimates,
                     std::vector<Finding>& findings) {
  ScenarioRisk risk;
  risk.steps = steps_of(scenario, estimates.mean, findings);
  risk.probability = product_of(risk.steps);
  risk.severity = *std::max_element(scenario.severity.begin(), scenario.severity.end());
  risk.level = level_of(policy.matrix, risk.probability, risk.severity);
  risk.has_estimate = has_estimate(scenario);
  if (!risk.has_estimate || !findings.empty()) return risk;
  risk.level_at_q95 = level_of(policy.matrix, product_of(steps_of(scenario, estimates.q95, findings)), risk.severity);
  return risk;
}

std::size_t severity_4_cases(const Input& input) {
  std::size_t cases = 0;
  for (const LinkedEvent& event : input.events)
    if (event.severity == kSeverities && event.verification == "confirmed") ++cases;
  if (input.inspections)
    for (const Sample& sample : input.inspections->samples) {
      const bool known = !input.known_on || !sample.recorded_on || *sample.recorded_on <= *input.known_on;
      if (known && sample.on <= input.as_of) cases += sample.severity_4;
    }
  return cases;
}

std::size_t governing_of(const std::vector<ScenarioRisk>& risks) {
  std::size_t governing = 0;
  for (std::size_t i = 1; i < risks.size(); ++i) {
    const bool higher =
        risks[i].level > risks[governing].level ||
        (risks[i].level == risks[governing].level && risks[i].probability > risks[governing].probability);
    if (higher) governing = i;
  }
  return governing;
}

void grade(Decision& decision, const Input& input, const Policy& policy) {
  const Level level = decision.scenarios[decision.governing].level;
  auto& reasons = decision.reasons;
  reasons.push_back({"matrix.level", policy.matrix.levels[static_cast<std::size_t>(level)].grade});
  reasons.push_back({"index.colour", policy.table.of(decision.index.colour)});
  if (level == Level::kSerious) reasons.push_back({"floor.matrix_serious", policy.table.floor_matrix_serious});
  if (decision.confirmed_severity_4 > 0) reasons.push_back({"floor.severity_4", policy.table.floor_severity_4});
  for (const Reason& reason : reasons) decision.before_downgrade = std::max(decision.before_downgrade, reason.grade);
  decision.grade = decision.before_downgrade;
  for (const GradeTable::Downgrade& rule : policy.table.downgrades) {
    if (rule.from != decision.before_downgrade || rule.use != input.use) continue;
    const bool barred = decision.confirmed_severity_4 > 0 && rule.to < policy.table.floor_severity_4;
    reasons.push_back({barred ? "downgrade.barred" : fmt::format("downgrade.{}", key(input.use)),
                       barred ? decision.before_downgrade : rule.to});
    if (!barred) decision.grade = rule.to;
  }
}

// Whether the level of the product stays when any one scenario is shifted.
bool is_robust(const Decision& decision) {
  const Level product = decision.scenarios[decision.governing].level;
  for (std::size_t i = 0; i < decision.scenarios.size(); ++i) {
    const ScenarioRisk& risk = decision.scenarios[i];
    Level others = Level::kLow;
    for (std::size_t j = 0; j < decision.scenarios.size(); ++j)
      if (j != i) others = std::max(others, decision.scenarios[j].level);
    const auto stays = [&](Level shifted) { return std::max(others, shifted) == product; };
    const Sensitivity& shift = risk.sensitivity;
    if (!stays(shift.times_10) || !stays(shift.by_10) || !stays(shift.severity_more.value_or(risk.level)) ||
        !stays(shift.severity_less.value_or(risk.level)) || !stays(risk.level_at_q95.value_or(risk.level)))
      return false;
  }
  return true;
}

Parts parts_of(const Input& input) {
  return {!input.causes.empty(), !input.requirements.empty(), !input.hazards.empty(), !input.scope.empty(),
          input.events_examined};
}

}  // namespace

Result<Decision> decide(const Input& input, const Policy& policy) {
  Decision decision;
  const Estimates estimates = estimates_of(input, policy);
  decision.calculated = estimates.mean;
  std::vector<Finding> findings;
  for (std::size_t h = 0; h < input.hazards.size(); ++h)
    for (std::size_t s = 0; s < input.hazards[h].scenarios.size(); ++s) {
      decision.scenarios.push_back(risk_of(input.hazards[h].scenarios[s], policy, estimates, findings));
      decision.scenarios.back().hazard = h;
      decision.scenarios.back().scenario = s;
    }
  auto index = index_of(input, policy.system, estimates.mean);
  if (!index) findings.insert(findings.end(), index.error().findings.begin(), index.error().findings.end());
  if (!findings.empty())
    return Error{ErrorKind::kInvalid,
                 "assessment.refused",
                 fmt::format("The grade cannot be calculated ({} finding{}). Correct the document and start again.",
                             findings.size(), findings.size() == 1 ? "" : "s"),
                 {},
                 std::move(findings)};
  decision.governing = governing_of(decision.scenarios);
  decision.index = std::move(*index);
  decision.confirmed_severity_4 = severity_4_cases(input);
  grade(decision, input, policy);
  return decision;
}

Result<Proposal> propose(const Input& input, const Policy& policy) {
  auto decision = decide(input, policy);
  if (!decision) return std::move(decision.error());
  for (ScenarioRisk& risk : decision->scenarios)
    risk.sensitivity = sensitivity_of(policy.matrix, risk.steps, risk.severity);
  Proposal proposal;
  proposal.shares = shares_of(input, policy.average);
  proposal.rate = rate_of(input, policy.average);
  proposal.factors = factors_of(input, policy, *decision);
  proposal.parts = parts_of(input);
  proposal.is_robust = is_robust(*decision);
  proposal.needs_panel = !proposal.is_robust;
  proposal.is_signal =
      (proposal.rate && proposal.rate->is_signal) ||
      std::any_of(proposal.shares.begin(), proposal.shares.end(), [](const Share& share) { return share.is_signal; });
  const bool all_low = std::all_of(decision->scenarios.begin(), decision->scenarios.end(),
                                   [](const ScenarioRisk& risk) { return risk.level == Level::kLow; });
  proposal.is_tolerable = decision->grade <= policy.table.tolerable && all_low && proposal.is_robust &&
                          !proposal.is_signal && decision->confirmed_severity_4 == 0;
  proposal.decision = std::move(*decision);
  return proposal;
}

}  // namespace suyuan::assessment
