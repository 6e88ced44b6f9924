// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <optional>
#include <span>
#include <string_view>
#include <vector>

// Moving weighted averages by Bayes' theorem: a share of failures (beta and binomial) and a rate of reports (gamma and
// Poisson), each pulled towards what its group of units shows, the more the less is known of the unit itself.
// Every sum runs in the order of its input, so that the same input gives the same digits.
namespace suyuan::stats::bayes {

// Weights of periods, the newest first. Each at most 1: old observations count for less, never for more than they are.
std::vector<double> halving_weights(std::size_t periods, double half_life);  // 2^(-j / half_life)
std::vector<double> linear_weights(std::size_t periods);                     // (periods - j) / periods
std::vector<double> uniform_weights(std::size_t periods);

struct UnitCount {
  double tested = 0;
  double failed = 0;      // 0 .. tested
  bool is_asked = false;  // the unit whose posterior is wanted
};

struct PriorRules {
  std::size_t least_units = 5;
  double least_tested = 50;
  double correlation_min = 1e-4, correlation_max = 0.5;
  double strength_min = 2, strength_max = 200;
  double asked_share_max = 0.3;  // an asked unit that is more of its group than this is left out of the prior
};

struct BetaPrior {
  double alpha = 0, beta = 0;
  double strength = 0;  // alpha + beta: as many tests as the group speaks for
  double mean = 0;      // share of failures of the group, moved off 0 and 1
  // How it was found (one-way analysis of variance); zero of a prior that was given.
  std::size_t units = 0;
  double tested = 0, between = 0, within = 0, size = 0, correlation = 0;
};

// std::nullopt: too few units or tests, or no spread inside the units (one test each): ask a larger group.
std::optional<BetaPrior> beta_prior(std::span<const UnitCount> units, const PriorRules& rules);
BetaPrior given_beta_prior(double alpha, double beta);

struct BetaPosterior {
  double alpha = 0, beta = 0;
  double mean = 0, sd = 0, q05 = 0, q50 = 0, q95 = 0;
  double pull = 0;             // share of the prior in the mean, 0..1
  double above_group = 0;      // P(share > the group's)
  double above_threshold = 0;  // P(share > ratio times the group's)
};
BetaPosterior beta_posterior(const BetaPrior& prior, double tested, double failed, double ratio);

struct UnitRate {
  double exposure = 0;  // > 0
  double count = 0;     // >= 0
};

// Marshall's estimator. `spread` 0: the units differ no more than chance lets them; each then has the mean.
struct GammaPrior {
  double mean = 0, variance = 0, spread = 0;
  double shape = 0, rate = 0;  // 0 when spread is 0
  bool is_flat() const { return spread == 0; }
};
// Requires: at least one unit, some count.
GammaPrior gamma_prior(std::span<const UnitRate> units);

struct GammaPosterior {
  double mean = 0, q05 = 0, q95 = 0;
  double above_threshold = 0;  // P(rate > ratio times the mean of the units)
  double next_bound = 0;       // the count that the next period exceeds with a chance of at most 1 - level
};
GammaPosterior gamma_posterior(const GammaPrior& prior, UnitRate unit, double ratio, double next_exposure,
                               double level);

}  // namespace suyuan::stats::bayes
