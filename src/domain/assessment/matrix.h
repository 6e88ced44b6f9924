// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "domain/assessment/policy.h"

// The level of a probability and a severity, and how far each may move before the level changes. All of it exact.
// Source: guidelines of Decision (EU) 2019/417; the table is policy (risk-matrices.csv).
namespace suyuan::assessment {

// The band of a probability: bounds are strict, 1/10 itself is not above 1/10. Requires: 0 <= probability <= 1.
std::size_t band_of(const MatrixProfile& profile, const Rational& probability);
Level level_of(const MatrixProfile& profile, const Rational& probability, std::size_t severity);  // severity 1..4

// The nearest probability at which the level becomes another one.
struct Edge {
  Rational bound;   // up: the probability must exceed it; down: it must be at or below it
  Rational factor;  // bound / probability; 0 of a probability of 0
  Level level = Level::kLow;
};

// What becomes of the level when one of the steps is ten times as likely (at most 1), or a tenth.
struct StepShift {
  Level times_10 = Level::kLow, by_10 = Level::kLow;
};

struct Sensitivity {
  std::optional<Edge> up, down;  // none: no probability changes the level that way
  Level times_10 = Level::kLow, by_10 = Level::kLow;
  std::optional<Level> severity_more, severity_less;  // none: there is no severity beyond
  std::vector<StepShift> steps;
  bool is_robust = false;  // no change by ten times, a tenth, or a severity more or less
};

Rational product_of(std::span<const Rational> steps);

// Requires: steps in 0..1, severity 1..4.
Sensitivity sensitivity_of(const MatrixProfile& profile, std::span<const Rational> steps, std::size_t severity);

}  // namespace suyuan::assessment
