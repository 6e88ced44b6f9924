// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstddef>
#include <span>

#include "engine/stats/reading.h"

// Control charts of counts, one a period, oldest first, none missing. Each function judges y[t] by what came before it;
// nothing is allocated. Counts are whole numbers held in double.
namespace suyuan::stats {

// EARS C1 (guard 0) and C2 (guard 2). Alarm when (y - mean) / max(sd, sd_min) > z, strictly.
// Source: Hutwagner et al. 2003; sd_min by Burkom: a flat baseline does not alarm on one case.
struct EarsOptions {
  std::size_t baseline = 7;       // periods; at least 2
  std::size_t guard = 2;          // periods between baseline and now
  double z = 3.0902323061678132;  // upper 0.001 of the normal distribution
  double sd_min = 0.5;            // 0: none, then a flat baseline makes the score infinite
};
// Too little: fewer than baseline + guard periods before t.
Reading ears(std::span<const double> y, std::size_t t, const EarsOptions& options);

// EARS C3: sum over t-2..t of max(0, C2 - 1), alarm above `limit`. `upper` is the count from which it would alarm.
// Source: Hutwagner et al. 2003. The package surveillance 1.20.3 leaves today's C2 out of its C3; this does not.
struct EarsC3 {
  Reading reading;
  double carried = 0;  // the share of t-2 and t-1 in the score
};
EarsC3 ears_c3(std::span<const double> y, std::size_t t, const EarsOptions& c2, double limit);

// The reference value of the Poisson CUSUM that is optimal between two means. Requires 0 < mean_in < mean_out.
// Source: Lucas 1985: (m1 - m0) / (ln m1 - ln m0).
double poisson_cusum_reference(double mean_in, double mean_out);
// S = max(0, S + x - k).
double cusum_step(double sum, double x, double reference);
// Rossi's transformation to a nearly normal variate of mean 0 and deviation 1 (Rossi et al. 1999).
double rossi(double x, double mean);

// EWMA of Poisson counts: z = lambda x + (1 - lambda) z, from z = mean.
struct EwmaOptions {
  double lambda = 0.2;
  double limit = 3;  // deviations of z
};
// The bound of z after `steps` >= 1 counts. Source: Borror et al. 1998.
double ewma_upper(double mean, std::size_t steps, const EwmaOptions& options);

// Bayes subsystem: the negative binomial predictive bound of the next count after counts that sum to `sum` in `periods`
// periods, with Jeffreys' prior. Source: Riebler 2004 (algo.bayes). `upper` is the quantile 1 - alpha.
Reading bayes_reading(double y, double sum, std::size_t periods, double alpha);

// Reference values of the Bayes subsystem: the `half_width` periods before t when `this_year`, and those within
// `half_width` of the same period of each of `years` years back. `period`: periods a year.
struct BayesReference {
  std::size_t years = 0, half_width = 6, period = 52;
  bool this_year = true;
};
// Too little: t is too early for these references.
Reading bayes(std::span<const double> y, std::size_t t, const BayesReference& reference, double alpha);

// How unusual it is that the next `ahead` periods together have y or more, after counts of `sum` in `periods` periods
// with this dispersion (variance by mean; at least 1): by a negative binomial with the mean ahead (sum + 1/2) / periods
// and the variance mean (dispersion + ahead / periods). With dispersion 1 it is the Bayes subsystem's predictive.
// Requires periods, ahead >= 1.
double predictive_tail(double y, double sum, std::size_t periods, double dispersion, std::size_t ahead = 1);

}  // namespace suyuan::stats
