// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "domain/assessment/input.h"
#include "engine/stats/weighting.h"

// 综合指数法: indicators on fixed ranges, weighted, to one index of 0..100 and a colour.
namespace suyuan::assessment {

struct WeighedIndicator {
  std::size_t at = 0;              // in the system
  Rational exact;                  // as given; the exact value of the bits when calculated
  double value = 0, place = 0;     // place: 0..1 within the reference range
  double weight = 0, points = 0;   // points: what it adds to the index
  std::string from, source, path;  // from: "" when given
};

struct Residues {
  double index = 0;  // Nemerow
  Words rating;
  std::vector<double> ratios;
};

struct Index {
  double value = 0;  // 0..100, rounded to six places
  Colour by_value = Colour::kNone;
  Colour colour = Colour::kNone;  // with hysteresis
  bool is_held = false;           // the colour of the last assessment stays although the value alone gives less
  std::vector<WeighedIndicator> indicators;
  std::vector<std::string> left_out;  // optional indicators without a value: the others share their weight
  std::vector<std::string> constant;  // without weight by data: the same in every product compared
  Weighting weighting = Weighting::kAhp;
  std::optional<stats::weighting::Ahp> ahp;
  std::vector<double> by_data;  // entropy or CRITIC weights, when those were asked for
  std::optional<Residues> residues;
};

std::optional<Residues> residues_of(const Input& input, const IndexSystem& system);

// What does not depend on values alone is judged first. Errors: kInvalid "assessment.refused" with findings: an unknown
// or missing indicator, contradictory judgements, nothing to compare with. `calculated`: values by what they come from
// ("inspections.random", …).
Result<Index> index_of(const Input& input, const IndexSystem& system, const std::map<std::string, double>& calculated);

// The colour of a value, and whether the last colour is kept for another while.
Colour colour_of_value(const IndexSystem& system, double value);
Colour colour_with_hysteresis(const IndexSystem& system, double value, std::optional<Colour> previous);

}  // namespace suyuan::assessment
