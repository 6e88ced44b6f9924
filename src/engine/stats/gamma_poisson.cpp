// SPDX-License-Identifier: Apache-2.0
#include "engine/stats/gamma_poisson.h"

#include <algorithm>

#include "base/check.h"
#include "engine/stats/distributions.h"

namespace suyuan::stats {

GammaPrior marshall_prior(std::span<const double> counts, std::span<const double> exposure) {
  CHECK(!counts.empty() && counts.size() == exposure.size());
  double count = 0, watched = 0;
  for (std::size_t i = 0; i < counts.size(); ++i) {
    CHECK(exposure[i] > 0 && counts[i] >= 0);
    count += counts[i];
    watched += exposure[i];
  }
  GammaPrior prior;
  prior.mean = count / watched;
  for (std::size_t i = 0; i < counts.size(); ++i) {
    const double away = counts[i] / exposure[i] - prior.mean;
    prior.weighted_variance += exposure[i] * away * away / watched;
  }
  prior.between = std::max(0.0, prior.weighted_variance - prior.mean * static_cast<double>(counts.size()) / watched);
  if (prior.between > 0) {
    prior.shape = prior.mean * prior.mean / prior.between;
    prior.rate = prior.mean / prior.between;
  }
  return prior;
}

GammaPosterior posterior(const GammaPrior& prior, double count, double exposure) {
  if (!(prior.between > 0)) return {0, 0, prior.mean};
  const double shape = prior.shape + count, rate = prior.rate + exposure;
  return {shape, rate, shape / rate};
}

std::int64_t next_quantile(const GammaPosterior& unit, double exposure, double p) {
  if (unit.shape == 0) return poisson_quantile(p, unit.mean * exposure);
  return negative_binomial_quantile(p, unit.shape, unit.rate / (unit.rate + exposure));
}

double next_upper(const GammaPosterior& unit, double exposure, std::int64_t k) {
  if (unit.shape == 0) return poisson_upper(k, unit.mean * exposure);
  return negative_binomial_upper(k, unit.shape, unit.rate / (unit.rate + exposure));
}

}  // namespace suyuan::stats
