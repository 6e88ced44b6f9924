// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstddef>
#include <string>
#include <vector>

#include "domain/monitoring/detector.h"
#include "domain/monitoring/panel.h"
#include "domain/monitoring/policy.h"

namespace suyuan::monitoring {

// One alarm, with all that it takes to understand and to repeat it.
struct Alarm {
  Method asked = Method::kAuto;
  Judgement judged;
  std::vector<std::string> parts;  // of the series, the pair or the areas
  std::size_t period = 0;          // of the panel
  CivilDay ends;                   // its last day
  double count = 0;                // what was counted, in all periods that the judgement looks at
  double adjusted = 1;             // tail after the false discovery control; 1: there is none for this method
  std::size_t family = 0;          // how many series were judged in that period; 0: no such control
  std::size_t duration = 1;        // of scans: periods
  std::string inputs;              // inputs_hash()
};

// SHA-256 in hex over everything that the judgement of one series in one period was made of: version of the methods and
// of the policy with all its rows, the method asked for, the series, and its counts up to that period; of the
// gamma-Poisson method the prior too. Equal inputs, equal judgement.
std::string inputs_hash(const Panel& panel, const Series& series, std::size_t period, Method asked,
                        const DetectionPolicy& policy, const stats::GammaPrior& siblings);
// The same over counts of any kind, in this order: of pairs and areas.
std::string inputs_hash(const Panel& panel, const std::vector<std::string>& parts, std::size_t period, Method asked,
                        const DetectionPolicy& policy, std::span<const double> numbers);

// One sentence: what was seen, what was expected, where the bound is and by which method.
std::string sentence(const Alarm& alarm, Period period, bool english);
// A number of counts for people: whole, or with one to three digits.
std::string number_text(double value);

}  // namespace suyuan::monitoring
