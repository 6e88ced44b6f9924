// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <span>

// Rates of units that are few and alike: each unit's rate is drawn from a gamma distribution that all units together
// tell. Source: Marshall 1991 (global empirical Bayes), negative binomial predictive.
namespace suyuan::stats {

struct GammaPrior {
  double mean = 0;               // of all units
  double weighted_variance = 0;  // of the raw rates
  double between = 0;            // variance between units; 0: they do not differ more than chance
  double shape = 0, rate = 0;    // only where between > 0
};

// `exposure`: how long or how much each unit was watched, > 0; `counts` as many. Requires one unit at least.
GammaPrior marshall_prior(std::span<const double> counts, std::span<const double> exposure);

// The next count of a unit: P(X <= next_quantile) >= p, and P(X >= k).
struct GammaPosterior {
  double shape = 0, rate = 0;  // of the unit's rate; shape 0: the rate is known to be `mean`
  double mean = 0;
};
GammaPosterior posterior(const GammaPrior& prior, double count, double exposure);
std::int64_t next_quantile(const GammaPosterior& unit, double exposure, double p);
double next_upper(const GammaPosterior& unit, double exposure, std::int64_t k);

}  // namespace suyuan::stats
