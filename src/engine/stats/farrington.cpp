// SPDX-License-Identifier: Apache-2.0
#include "engine/stats/farrington.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "base/check.h"
#include "engine/stats/distributions.h"

namespace suyuan::stats {

namespace {

constexpr double kMeanMost = 1e10;  // counts a period; no count is greater than a tenth of it

struct Prediction {
  double mean, dispersion;
  double eta_variance;  // dispersion counted
};

double tail_of(const FarringtonOptions& options) { return options.two_sided ? options.alpha / 2 : options.alpha; }

// Upper bound on the scale y^power, back on the scale of counts.
double normal_bound(const Prediction& at, double power, const FarringtonOptions& options) {
  const double tau = at.dispersion + at.eta_variance * at.mean;  // Var(mean) / mean by the delta method
  const double slope = power * std::pow(at.mean, power - 1);
  const double deviation = std::sqrt(slope * slope * at.mean * tau);
  return std::pow(std::pow(at.mean, power) + normal_quantile(1 - tail_of(options)) * deviation, 1 / power);
}

double upper_of(const Prediction& at, const FarringtonOptions& options) {
  const double p = 1 - tail_of(options);
  switch (options.bound) {
    case FarringtonBound::kTwoThirds:
      return normal_bound(at, 2.0 / 3, options);
    case FarringtonBound::kHalf:
      return normal_bound(at, 0.5, options);
    case FarringtonBound::kLinear:
      return normal_bound(at, 1, options);
    case FarringtonBound::kPlugin:
      return static_cast<double>(overdispersed_quantile(p, at.mean, at.dispersion));
    case FarringtonBound::kMuan: {
      const double high = at.mean * std::exp(normal_quantile(p) * std::sqrt(at.eta_variance));
      // A season without any count has a mean that nothing bounds from above.
      if (!(high < kMeanMost)) return std::numeric_limits<double>::infinity();
      return static_cast<double>(overdispersed_quantile(p, high, at.dispersion));
    }
  }
  return 0;
}

// Standardised residual on the 2/3 scale (Anscombe).
double anscombe(double y, double mean, double dispersion, double leverage) {
  const double raw = 1.5 * (std::pow(y, 2.0 / 3) * std::pow(mean, -1.0 / 6) - std::sqrt(mean));
  return raw / std::sqrt(dispersion * (1 - leverage));
}

double score_of(double y, double expected, double upper) {
  return upper > expected ? (y - expected) / (upper - expected) : y > upper ? 2 : 0;
}

}  // namespace

std::size_t farrington_begins(const FarringtonOptions& options) {
  return options.years * options.period + options.half_window;
}

// The season of t is the last group: the windows around the same period of earlier years. What lies between two windows
// is cut into the other groups, the first ones longer by one where it does not divide.
void Farrington::collect(std::span<const double> y, std::size_t t, const FarringtonOptions& options) {
  const std::size_t window = 2 * options.half_window + 1, between = options.period - window;
  const std::size_t last = t - std::max(options.excluded, options.half_window) - 1;
  const auto own = static_cast<std::uint32_t>(options.seasons - 1);
  rows_.clear();
  same_season_ = 0;
  const auto add = [&](std::size_t index, std::uint32_t group) {
    if (index > last) return;
    rows_.push_back({y[index], static_cast<double>(index) - static_cast<double>(t), group});
    if (group == own) ++same_season_;
  };
  for (std::size_t year = options.years; year >= 1; --year) {
    std::size_t index = t - year * options.period - options.half_window;
    for (std::size_t i = 0; i < window; ++i) add(index++, own);
    for (std::uint32_t group = 0; group < own; ++group) {
      const std::size_t length = between / own + (group < between % own ? 1 : 0);
      for (std::size_t i = 0; i < length; ++i) add(index++, group);
    }
  }
}

bool Farrington::fit(const FarringtonOptions& options, bool trend) {
  if (!model_.fit(rows_, options.seasons, trend, {})) return false;
  dispersion_ = std::max(model_.dispersion(), 1.0);
  if (!options.reweighted) return true;
  weights_.resize(rows_.size());
  double sum = 0;
  for (std::size_t i = 0; i < rows_.size(); ++i) {
    const double residual = anscombe(rows_[i].y, model_.fitted(i), dispersion_, model_.leverage(i));
    weights_[i] = residual > options.weights_threshold ? 1 / (residual * residual) : 1;
    sum += weights_[i];
  }
  for (double& weight : weights_) weight *= static_cast<double>(rows_.size()) / sum;
  if (!model_.fit(rows_, options.seasons, trend, weights_)) return false;
  dispersion_ = std::max(model_.dispersion(), 1.0);
  return true;
}

// The dispersion that the slope is judged with.
double Farrington::fit_variance(const FarringtonOptions& options) const {
  return options.working_variance && options.reweighted ? model_.working_variance() : model_.dispersion();
}

// No count at all in the references: nothing to fit. Half a count in all of them is assumed (Jeffreys).
FarringtonReading Farrington::without_references(double y, const FarringtonOptions& options) const {
  FarringtonReading answer;
  const double mean = 0.5 / static_cast<double>(rows_.size());
  const auto upper = static_cast<double>(poisson_quantile(1 - tail_of(options), mean));
  answer.reading = {y > upper ? Verdict::kAlarm : Verdict::kQuiet, mean, upper, score_of(y, mean, upper)};
  answer.tail = poisson_upper(static_cast<std::int64_t>(y), mean);
  answer.fitted = true;
  return answer;
}

FarringtonReading Farrington::judge(std::span<const double> y, std::size_t t, const FarringtonOptions& options) {
  CHECK(t < y.size() && options.years >= 1 && options.seasons >= 1 && (options.seasons == 1 || options.years >= 2));
  CHECK(options.period > 2 * options.half_window + options.seasons && options.recent_periods >= 1);
  if (t < farrington_begins(options)) return {};
  double recent = 0;
  for (std::size_t i = 0; i < std::min(options.recent_periods, t + 1); ++i) recent += y[t - i];
  FarringtonReading answer;
  answer.reading.verdict = Verdict::kQuiet;
  if (recent < options.recent_sum) return answer;
  collect(y, t, options);
  double most = 0;
  for (const Observation& row : rows_) most = std::max(most, row.y);
  if (most == 0) return without_references(y[t], options);
  bool trend = options.years >= 3 && fit(options, true);
  if (trend)
    trend = model_.slope_p(fit_variance(options)) < options.trend_p &&
            std::exp(model_.predict(options.seasons - 1, 0)) <= most;
  if (!trend && !fit(options, false)) return {};
  const std::size_t season = options.seasons - 1;
  const double of_fit = options.working_variance ? fit_variance(options) : dispersion_;
  const Prediction at{std::exp(model_.predict(season, 0)), dispersion_, of_fit * model_.predict_variance(season, 0)};
  const double upper = upper_of(at, options);
  answer.fitted = true;
  answer.trend = trend;
  answer.dispersion = dispersion_;
  answer.reading = {y[t] > upper ? Verdict::kAlarm : Verdict::kQuiet, at.mean, upper, score_of(y[t], at.mean, upper)};
  // A season without any count fits a mean of nearly nothing; a tail by it would claim more than was seen.
  const double at_least = std::max(at.mean, 0.5 / static_cast<double>(same_season_));
  answer.tail = overdispersed_upper(static_cast<std::int64_t>(y[t]), at_least, dispersion_);
  return answer;
}

}  // namespace suyuan::stats
