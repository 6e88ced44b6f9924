// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "domain/assessment/average.h"
#include "domain/assessment/index.h"
#include "domain/assessment/input.h"
#include "domain/assessment/matrix.h"

// From one document and the policy rows to a proposed grade with its reasons. A model proposes; a named person decides.
namespace suyuan::assessment {

struct ScenarioRisk {
  std::size_t hazard = 0, scenario = 0;  // in the input
  std::vector<Rational> steps;           // with the estimates put in
  Rational probability;
  std::size_t severity = 0;  // the greatest of all interests: the level rises with it
  Level level = Level::kLow;
  bool has_estimate = false;          // a step is taken from the moving average
  std::optional<Level> level_at_q95;  // with the 95 % quantile in its place
  Sensitivity sensitivity;
};

struct Reason {
  std::string code;  // stable: "matrix.level", "index.colour", "floor.severity_4", "downgrade.own_use" …
  Grade grade = Grade::kA;
};

// Only that which a grade follows from.
struct Decision {
  std::vector<ScenarioRisk> scenarios;  // in document order
  std::size_t governing = 0;            // the one with the highest level, then the highest probability
  std::map<std::string, double> calculated;
  Index index;
  std::size_t confirmed_severity_4 = 0;  // linked events and failed samples
  std::vector<Reason> reasons;
  Grade before_downgrade = Grade::kA, grade = Grade::kA;
};

// One change of one field, everything else as it is, and the grade that follows.
struct Change {
  enum class Edge { kExactly, kAbove, kAtOrBelow };
  std::string at;     // JSON pointer into the document
  std::string value;  // a number, a fraction, a word; of an added event: its severity
  Edge edge = Edge::kExactly;
  Grade grade = Grade::kA;
};

struct Factor {
  std::string
      kind;  // "probability", "severity", "indicator", "failed", "event", "event_more", "market", "residue", "previous"
  Words name;
  std::string value, source;
  std::string unit;  // key of an indicator, or ""
  std::optional<double> weight, points;
  std::vector<Change> changes;  // none: no change of this alone changes the grade
};

struct Parts {  // 000 6.2.1
  bool causes = false, requirements = false, hazards = false, scope = false, events = false;
  bool all() const { return causes && requirements && hazards && scope && events; }
};

struct Proposal {
  Decision decision;
  std::vector<Share> shares;
  std::optional<Rate> rate;
  std::vector<Factor> factors;
  Parts parts;
  bool is_robust =
      false;  // no scenario's shift by ten, a tenth or a severity, and no q95, changes the level of the product
  bool needs_panel = false;   // not robust: an expert panel decides
  bool is_tolerable = false;  // 可容许风险: lowest grade, robustly low in every scenario, no signal
  bool is_signal = false;
};

// Errors: kInvalid "assessment.refused" with findings.
Result<Decision> decide(const Input& input, const Policy& policy);
Result<Proposal> propose(const Input& input, const Policy& policy);

// factors.cpp: every input that the grade hangs on, with the least change of it that changes the grade.
std::vector<Factor> factors_of(const Input& input, const Policy& policy, const Decision& decision);

}  // namespace suyuan::assessment
