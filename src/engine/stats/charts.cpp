// SPDX-License-Identifier: Apache-2.0
#include "engine/stats/charts.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>

#include "base/check.h"
#include "engine/stats/distributions.h"

namespace suyuan::stats {

namespace {

struct Moments {
  double mean, sd;
};

Moments moments(std::span<const double> y) {
  double sum = 0, squares = 0;
  for (const double count : y) sum += count;
  const double mean = sum / static_cast<double>(y.size());
  for (const double count : y) squares += (count - mean) * (count - mean);
  return {mean, std::sqrt(squares / static_cast<double>(y.size() - 1))};
}

double standardised(double y, double mean, double sd) {
  if (sd > 0) return (y - mean) / sd;
  return y > mean ? std::numeric_limits<double>::infinity() : 0;
}

}  // namespace

Reading ears(std::span<const double> y, std::size_t t, const EarsOptions& options) {
  CHECK(options.baseline >= 2 && t < y.size());
  if (t < options.baseline + options.guard) return {};
  const auto [mean, raw] = moments(y.subspan(t - options.guard - options.baseline, options.baseline));
  const double sd = std::max(raw, options.sd_min);
  const double score = standardised(y[t], mean, sd);
  return {score > options.z ? Verdict::kAlarm : Verdict::kQuiet, mean, mean + options.z * sd, score};
}

EarsC3 ears_c3(std::span<const double> y, std::size_t t, const EarsOptions& c2, double limit) {
  EarsC3 answer;
  if (t < c2.baseline + c2.guard + 2) return answer;
  for (const std::size_t back : {2U, 1U}) answer.carried += std::max(0.0, ears(y, t - back, c2).score - 1);
  const Reading today = ears(y, t, c2);
  const double score = answer.carried + std::max(0.0, today.score - 1);
  const double sd = (today.upper - today.expected) / c2.z;
  // What the days before carry can alone be above the limit; then the lowest count alarms.
  const double upper = answer.carried > limit ? -1 : today.expected + sd * (1 + limit - answer.carried);
  answer.reading = {score > limit ? Verdict::kAlarm : Verdict::kQuiet, today.expected, upper, score};
  return answer;
}

double poisson_cusum_reference(double mean_in, double mean_out) {
  CHECK(mean_in > 0 && mean_out > mean_in);
  return (mean_out - mean_in) / (std::log(mean_out) - std::log(mean_in));
}

double cusum_step(double sum, double x, double reference) { return std::max(0.0, sum + x - reference); }

double rossi(double x, double mean) {
  CHECK(mean > 0);
  return (x - 3 * mean + 2 * std::sqrt(x * mean)) / (2 * std::sqrt(mean));
}

double ewma_upper(double mean, std::size_t steps, const EwmaOptions& options) {
  const double keep = std::pow(1 - options.lambda, 2 * static_cast<double>(steps));
  return mean + options.limit * std::sqrt(mean * options.lambda / (2 - options.lambda) * (1 - keep));
}

Reading bayes_reading(double y, double sum, std::size_t periods, double alpha) {
  CHECK(periods >= 1);
  const double n = static_cast<double>(periods);
  const auto upper = static_cast<double>(negative_binomial_quantile(1 - alpha, sum + 0.5, n / (n + 1)));
  const double tail = predictive_tail(y, sum, periods, 1);
  return {y > upper ? Verdict::kAlarm : Verdict::kQuiet, (sum + 0.5) / n, upper, 1 - tail};
}

Reading bayes(std::span<const double> y, std::size_t t, const BayesReference& reference, double alpha) {
  CHECK(t < y.size() && reference.half_width >= 1);
  const std::size_t reach = reference.years * reference.period + reference.half_width;
  if (t < reach || (reference.years == 0 && !reference.this_year)) return {};
  double sum = 0;
  std::size_t periods = 0;
  const auto add = [&](std::size_t first, std::size_t count) {
    for (const double value : y.subspan(first, count)) sum += value;
    periods += count;
  };
  if (reference.this_year) add(t - reference.half_width, reference.half_width);
  for (std::size_t year = 1; year <= reference.years; ++year)
    add(t - year * reference.period - reference.half_width, 2 * reference.half_width + 1);
  return bayes_reading(y[t], sum, periods, alpha);
}

double predictive_tail(double y, double sum, std::size_t periods, double dispersion, std::size_t ahead) {
  CHECK(periods >= 1 && ahead >= 1);
  if (y <= 0) return 1;
  const double share = static_cast<double>(ahead) / static_cast<double>(periods);
  const double ratio = std::max(1.0, dispersion) + share;
  return negative_binomial_upper(static_cast<std::int64_t>(std::ceil(y)), share * (sum + 0.5) / (ratio - 1), 1 / ratio);
}

}  // namespace suyuan::stats
