// SPDX-License-Identifier: Apache-2.0
#include "engine/stats/moving_average.h"

#include <algorithm>
#include <cmath>

#include "engine/stats/beta_gamma.h"

namespace suyuan::stats::bayes {

namespace {

struct Sums {
  std::size_t units = 0;
  double tested = 0, failed = 0, squares = 0;
};

// Without the asked unit when it is too much of its group.
std::vector<UnitCount> counted(std::span<const UnitCount> units, double asked_share_max) {
  double tested = 0;
  for (const UnitCount& unit : units) tested += unit.tested;
  std::vector<UnitCount> kept;
  for (const UnitCount& unit : units) {
    const bool too_much = unit.is_asked && unit.tested > asked_share_max * tested;
    if (unit.tested > 0 && !too_much) kept.push_back(unit);
  }
  return kept;
}

Sums sums_of(std::span<const UnitCount> units) {
  Sums sums;
  for (const UnitCount& unit : units) {
    ++sums.units;
    sums.tested += unit.tested;
    sums.failed += unit.failed;
    sums.squares += unit.tested * unit.tested;
  }
  return sums;
}

double off_the_ends(double share, double tested) {
  if (share <= 0) return 0.5 / (tested + 1);
  return share >= 1 ? 1 - 0.5 / (tested + 1) : share;
}

}  // namespace

std::vector<double> halving_weights(std::size_t periods, double half_life) {
  std::vector<double> weights(periods);
  for (std::size_t j = 0; j < periods; ++j) weights[j] = std::exp2(-static_cast<double>(j) / half_life);
  return weights;
}

std::vector<double> linear_weights(std::size_t periods) {
  std::vector<double> weights(periods);
  for (std::size_t j = 0; j < periods; ++j)
    weights[j] = static_cast<double>(periods - j) / static_cast<double>(periods);
  return weights;
}

std::vector<double> uniform_weights(std::size_t periods) { return std::vector<double>(periods, 1.0); }

std::optional<BetaPrior> beta_prior(std::span<const UnitCount> units, const PriorRules& rules) {
  const auto kept = counted(units, rules.asked_share_max);
  const Sums sums = sums_of(kept);
  const auto k = static_cast<double>(sums.units);
  if (sums.units < rules.least_units || sums.tested < rules.least_tested || sums.tested <= k || sums.units < 2)
    return std::nullopt;
  const double share = sums.failed / sums.tested;
  BetaPrior prior;
  for (const UnitCount& unit : kept) {
    const double own = unit.failed / unit.tested;
    prior.between += unit.tested * (own - share) * (own - share);
    prior.within += unit.tested * own * (1 - own);
  }
  prior.units = sums.units;
  prior.tested = sums.tested;
  prior.between /= k - 1;
  prior.within /= sums.tested - k;
  prior.size = (sums.tested - sums.squares / sums.tested) / (k - 1);
  const double all = prior.between + (prior.size - 1) * prior.within;
  const double raw = all > 0 ? (prior.between - prior.within) / all : 0;
  prior.correlation = std::clamp(raw, rules.correlation_min, rules.correlation_max);
  prior.strength = std::clamp(1 / prior.correlation - 1, rules.strength_min, rules.strength_max);
  prior.mean = off_the_ends(share, sums.tested);
  prior.alpha = prior.mean * prior.strength;
  prior.beta = (1 - prior.mean) * prior.strength;
  return prior;
}

BetaPrior given_beta_prior(double alpha, double beta) {
  BetaPrior prior;
  prior.alpha = alpha;
  prior.beta = beta;
  prior.strength = alpha + beta;
  prior.mean = alpha / prior.strength;
  return prior;
}

BetaPosterior beta_posterior(const BetaPrior& prior, double tested, double failed, double ratio) {
  BetaPosterior posterior;
  const double alpha = posterior.alpha = prior.alpha + failed;
  const double beta = posterior.beta = prior.beta + tested - failed;
  const double all = alpha + beta;
  posterior.mean = alpha / all;
  posterior.sd = std::sqrt(alpha * beta / (all * all * (all + 1)));
  posterior.q05 = beta_quantile(alpha, beta, 0.05);
  posterior.q50 = beta_quantile(alpha, beta, 0.50);
  posterior.q95 = beta_quantile(alpha, beta, 0.95);
  posterior.pull = prior.strength / (prior.strength + tested);
  posterior.above_group = beta_sf(alpha, beta, prior.mean);
  posterior.above_threshold = beta_sf(alpha, beta, ratio * prior.mean);
  return posterior;
}

GammaPrior gamma_prior(std::span<const UnitRate> units) {
  GammaPrior prior;
  double exposure = 0, count = 0;
  for (const UnitRate& unit : units) {
    exposure += unit.exposure;
    count += unit.count;
  }
  prior.mean = count / exposure;
  for (const UnitRate& unit : units) {
    const double apart = unit.count / unit.exposure - prior.mean;
    prior.variance += unit.exposure * apart * apart;
  }
  prior.variance /= exposure;
  prior.spread = std::max(prior.variance - prior.mean / (exposure / static_cast<double>(units.size())), 0.0);
  if (prior.is_flat()) return prior;
  prior.shape = prior.mean * prior.mean / prior.spread;
  prior.rate = prior.mean / prior.spread;
  return prior;
}

GammaPosterior gamma_posterior(const GammaPrior& prior, UnitRate unit, double ratio, double next_exposure,
                               double level) {
  if (prior.is_flat())
    return {prior.mean, prior.mean, prior.mean, ratio < 1 ? 1.0 : 0.0,
            poisson_quantile(prior.mean * next_exposure, level)};
  const double shape = prior.shape + unit.count, rate = prior.rate + unit.exposure;
  return {shape / rate, gamma_quantile(shape, rate, 0.05), gamma_quantile(shape, rate, 0.95),
          gamma_sf(shape, rate, ratio * prior.mean),
          negative_binomial_quantile(shape, rate / (rate + next_exposure), level)};
}

}  // namespace suyuan::stats::bayes
