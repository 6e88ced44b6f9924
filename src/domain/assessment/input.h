// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <array>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/json.h"
#include "base/result.h"
#include "domain/assessment/policy.h"

// What one assessment is made from (docs/formats/assessment.md). Everything carries the JSON pointer of where it
// stands, so that a result can say which field to change.
namespace suyuan::assessment {

enum class Interest { kHealth, kProperty, kEnvironment, kOther };  // 人身健康, 财产, 环境, 其他公共利益
inline constexpr std::size_t kInterests = 4;
std::string_view key(Interest interest);

enum class Sampling { kRandom, kTargeted };  // kept apart: targeted samples fail more often than the market does
std::string_view key(Sampling sampling);

struct Step {
  std::string what, source, path;
  std::optional<Rational> probability;  // 0..1; none: `from` the moving average
  Sampling from = Sampling::kRandom;
};

struct Scenario {
  std::string name, users, scene, source, path;
  std::vector<Step> steps;                         // at least one; each on the condition of those before it
  std::array<std::size_t, kInterests> severity{};  // 1..4; 0: this interest is not touched
};

struct Hazard {
  std::string name, kind;  // "safety" or "performance": the two halves of the definition of risk
  std::vector<Scenario> scenarios;
};

struct LinkedEvent {
  std::string what, source, path, verification;  // confirmed, partly, unverified, refuted
  std::size_t severity = 1;
};

struct Sample {
  CivilDay on;
  std::optional<CivilDay> recorded_on;
  std::size_t passed = 0, failed = 0, not_judged = 0, severity_4 = 0;  // not judged (不作判定) counts in neither
  Sampling sampling = Sampling::kRandom;
  std::string source, path;
};

struct Group {
  std::string name;
  std::vector<stats::bayes::UnitCount> units;
};

struct Inspections {
  std::vector<Sample> samples;
  std::vector<Group> groups;  // up the tree of categories, the nearest first
};

struct ReportMonth {
  CivilDay month;  // its first day
  Rational exposure;
  std::size_t confirmed = 0, partly = 0, unverified = 0, severity_4 = 0;
};

struct Reports {
  std::string exposure_unit;
  std::vector<ReportMonth> months;
  std::vector<stats::bayes::UnitRate> units;  // of the category over the same months, this one among them
  std::optional<Rational> next_exposure;
};

struct Residue {
  std::string item, unit, source, path;
  Rational measured, limit;
};

struct IndicatorValue {
  Rational value;
  std::string source, path;
  std::optional<std::string> from;  // "inspections.random", "inspections.targeted", "residues": calculated
};

struct Judgements {
  std::vector<std::string> indicators;
  std::vector<std::vector<Rational>> table;
};

struct IndexInput {
  std::map<std::string, IndicatorValue> values;
  std::optional<Judgements> judgements;                   // of experts, in place of the system's
  std::vector<std::map<std::string, Rational>> compared;  // other products, for weights by data
  std::optional<Weighting> weighting;
  std::string path = "/index";
};

struct Input {
  std::string product, category, unit;  // unit: 同一信息, same commodity and brand, maker or consignor
  Domain domain = Domain::kIndustrial;
  CivilDay as_of;
  std::optional<CivilDay> known_on;  // what was recorded later is left out
  PolicyChoice policy;
  std::string causes, scope;
  std::vector<std::string> requirements;  // laws and standards
  std::vector<Hazard> hazards;
  std::vector<LinkedEvent> events;
  bool events_examined = false;  // the document has the list, be it empty: it was looked for some
  MarketUse use = MarketUse::kPublic;
  std::string use_source;
  std::optional<Inspections> inspections;
  std::optional<Reports> reports;
  std::vector<Residue> residues;
  IndexInput index;
  std::optional<Colour> previous;  // colour of the last assessment
};

inline constexpr std::string_view kInputFormat = "suyuan.assessment/1";

// Judges the document. Errors: kInvalid "assessment.refused" with every finding, in document order.
Result<Input> read_input(const Json& document);

}  // namespace suyuan::assessment
