// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <span>
#include <vector>

// Empirical Bayes geometric mean of observed by expected counts: the gamma-Poisson shrinker with a prior that is a
// mixture of two gamma distributions, learnt from all pairs at once. Source: DuMouchel 1999.
namespace suyuan::stats {

struct GpsPrior {
  double shape1 = 0.2, rate1 = 0.1, shape2 = 2, rate2 = 4;
  double share1 = 1.0 / 3;  // of the first gamma distribution
};

struct PairCount {
  std::int64_t observed;  // >= 1: pairs that nobody reported are left out, and the likelihood knows it
  double expected;        // > 0
  double weight = 1;      // how many such pairs there are
};

// Fewer points that are as likely: of the pairs observed `observed` times all but the `keep` with the greatest expected
// counts are replaced, `bin` neighbours by one of their mean expected count. Source: DuMouchel and Pregibon 2001. The
// order of the answer depends on the values only.
std::vector<PairCount> squash(std::vector<PairCount> pairs, std::int64_t observed, std::size_t bin, std::size_t keep);

// -ln of the likelihood of counts that are known to be 1 or more: each of the two distributions is cut there, as in
// openEBGM.
double gps_minus_log_likelihood(std::span<const PairCount> pairs, const GpsPrior& prior);

// The prior under which these pairs are most likely, searched by Nelder and Mead's simplex from `start` in a fixed
// order of steps. `pairs` has 5 or more.
GpsPrior fit_gps_prior(std::span<const PairCount> pairs, const GpsPrior& start = {});

struct Ebgm {
  double share1;            // weight of the first gamma distribution afterwards
  double value, low, high;  // EBGM, and the 5 % and 95 % quantiles (EB05, EB95)
};
Ebgm ebgm(const PairCount& pair, const GpsPrior& prior);

}  // namespace suyuan::stats
