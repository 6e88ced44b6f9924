// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstddef>
#include <span>
#include <vector>

#include "engine/stats/loglinear.h"
#include "engine/stats/reading.h"

// Outbreak detection by regression on the same season of earlier years. Farrington et al. 1996, and its flexible form
// by Noufaily et al. 2013. Weekly counts, oldest first, none missing.
namespace suyuan::stats {

enum class FarringtonBound {
  kTwoThirds,  // normal on the scale y^(2/3), with the variance of the fit
  kHalf,       // normal on the scale y^(1/2)
  kLinear,     // normal on the scale of counts
  kPlugin,     // quantile of the negative binomial at the fitted mean
  kMuan,       // the same at the upper bound of the fitted mean
};

struct FarringtonOptions {
  std::size_t years = 5;
  std::size_t half_window = 3;  // periods on each side of the same period of an earlier year
  std::size_t seasons = 1;      // levels of season: 1 uses the windows alone (1996), 10 all periods (2013)
  std::size_t excluded = 0;     // periods before now that are no reference (2013: 26)
  std::size_t period = 52;
  double weights_threshold = 1;  // residuals above it are weighted down (2013: 2.58)
  double trend_p = 0.05;         // a trend stays when its p is below; 1: always
  double alpha = 0.01;
  bool two_sided = true;  // the bound is the quantile 1 - alpha/2 (1996), else 1 - alpha (2013)
  bool reweighted = true;
  // What the numbers of surveillance 1.20.3 show for its flexible form, there to compare with it: the variances of the
  // slope and of the fitted mean count, in place of the dispersion, the mean square of the working residuals, or
  // without reweighting the dispersion as it comes, below 1, too. Its bounds are too low, its trends too many.
  bool working_variance = false;
  FarringtonBound bound = FarringtonBound::kTwoThirds;
  double recent_sum = 5;           // fewer counts than this in
  std::size_t recent_periods = 4;  // so many periods, the current one among them, are never an alarm
};

struct FarringtonReading {
  Reading reading;  // score: (y - expected) / (upper - expected), on the scale of counts
  double dispersion = 1;
  double tail = 1;  // P(Y >= y) by the negative binomial at the fitted mean
  bool trend = false;
  bool fitted = false;  // false: too few recent counts to matter, so nothing was computed
};

// The smallest t that has all its references.
std::size_t farrington_begins(const FarringtonOptions& options);

// Judges y[t]. Keeps its workspace, so one of these serves a whole run.
// Too little: t < farrington_begins, or the regression did not converge. Requires years >= 2 with more than one season.
class Farrington {
 public:
  FarringtonReading judge(std::span<const double> y, std::size_t t, const FarringtonOptions& options);

 private:
  void collect(std::span<const double> y, std::size_t t, const FarringtonOptions& options);
  bool fit(const FarringtonOptions& options, bool trend);
  double fit_variance(const FarringtonOptions& options) const;
  FarringtonReading without_references(double y, const FarringtonOptions& options) const;

  std::vector<Observation> rows_;
  std::vector<double> weights_;
  LogLinear model_;
  double dispersion_ = 1;
  std::size_t same_season_ = 0;  // rows in the season of t
};

}  // namespace suyuan::stats
