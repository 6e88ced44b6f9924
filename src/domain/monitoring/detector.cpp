// SPDX-License-Identifier: Apache-2.0
#include "domain/monitoring/detector.h"

#include <algorithm>
#include <cmath>

#include "base/check.h"
#include "engine/stats/charts.h"
#include "engine/stats/distributions.h"

namespace suyuan::monitoring {

namespace {

using stats::Verdict;

Judgement judgement(Method method, const stats::Reading& reading, double tail) {
  return {method, reading.verdict, reading.expected, reading.upper, reading.score, false, tail};
}

stats::BayesReference reference_of(Method method) {
  switch (method) {  // the presets of algo.bayes; their bounds agree with the package's
    case Method::kBayes1:
      return {.years = 0, .half_width = 6};
    case Method::kBayes2:
      return {.years = 1, .half_width = 6};
    default:
      return {.years = 2, .half_width = 4, .this_year = false};
  }
}

}  // namespace

// Moves the reference window on to period t: what lies between `guard` and `guard + periods` periods before it.
void SeriesDetector::roll(std::size_t t) {
  const auto& y = series_->counts;
  const std::size_t guard = policy_->reference_guard, width = policy_->reference_periods;
  if (t > 0) sum_before_ += y[t - 1];
  if (t <= guard) return;
  const double in = y[t - guard - 1];
  reference_.sum += in;
  reference_.squares += in * in;
  ++reference_.periods;
  if (t <= guard + width) return;
  const double out = y[t - guard - 1 - width];
  reference_.sum -= out;
  reference_.squares -= out * out;
  --reference_.periods;
}

double SeriesDetector::reference_mean() const {
  return (reference_.sum + 0.5) / static_cast<double>(reference_.periods);
}

// Of the last `periods` counts together, t among them.
double SeriesDetector::tail_of(std::size_t t, std::size_t periods) const {
  if (reference_.periods < policy_->reference_periods_min) return 1;
  double count = 0;
  for (std::size_t i = 0; i < std::min(periods, t + 1); ++i) count += series_->counts[t - i];
  const double n = static_cast<double>(reference_.periods), mean = reference_.sum / n;
  const double variance = n > 1 ? (reference_.squares - n * mean * mean) / (n - 1) : 0;
  const double dispersion = mean > 0 ? std::max(1.0, variance / mean) : 1;
  return stats::predictive_tail(count, reference_.sum, reference_.periods, dispersion, periods);
}

Judgement SeriesDetector::judge(std::size_t period, Method method, const stats::GammaPrior& siblings) {
  CHECK(period >= series_->known_from && period < series_->known_to());
  const std::size_t t = period - series_->known_from;
  roll(t);
  switch (method) {
    case Method::kAuto:
      return automatic(t, siblings);
    case Method::kEarsC1:
    case Method::kEarsC2:
    case Method::kEarsC3:
      return by_ears(t, method);
    case Method::kCusum:
      return by_cusum(t);
    case Method::kEwma:
      return by_ewma(t);
    case Method::kFarrington:
    case Method::kFarringtonFlexible:
      return by_farrington(t, method);
    case Method::kBayes1:
    case Method::kBayes2:
    case Method::kBayes3:
      return by_bayes(t, method);
    case Method::kGammaPoisson:
      return by_gamma(t, siblings);
    default:
      break;
  }
  CHECK(family_of(method) == Family::kSeries);
  return {};
}

// By length of history. CUSUM is kept up all the time, so that it knows what came before when its turn comes.
Judgement SeriesDetector::automatic(std::size_t t, const stats::GammaPrior& siblings) {
  const Judgement cumulated = by_cusum(t);
  if (t < policy_->auto_short) return by_gamma(t, siblings);
  const auto& flexible = policy_->flexible;
  if (weekly_ && t >= policy_->auto_long_years * flexible.period + flexible.half_window)
    return by_farrington(t, Method::kFarringtonFlexible);
  const Judgement today = by_ears(t, Method::kEarsC2);
  if (today.verdict == Verdict::kAlarm || cumulated.verdict != Verdict::kAlarm) return today;
  return cumulated;
}

Judgement SeriesDetector::by_ears(std::size_t t, Method method) {
  const std::span<const double> y(series_->counts);
  if (method == Method::kEarsC3) {
    const stats::Reading reading = stats::ears_c3(y, t, policy_->ears, policy_->ears_c3_limit).reading;
    return judgement(method, reading, reading.verdict == Verdict::kAlarm ? tail_of(t, 3) : 1);
  }
  const stats::Reading reading = stats::ears(y, t, method == Method::kEarsC1 ? policy_->ears_c1 : policy_->ears);
  return judgement(method, reading, reading.verdict == Verdict::kAlarm ? tail_of(t, 1) : 1);
}

Judgement SeriesDetector::by_farrington(std::size_t t, Method method) {
  const bool flexible = method == Method::kFarringtonFlexible;
  stats::FarringtonOptions options = flexible ? policy_->flexible : policy_->farrington;
  const std::size_t least = flexible ? policy_->flexible_years_min : policy_->farrington_years_min;
  if (t < least * options.period + options.half_window) return {method};
  options.years = std::min(options.years, (t - options.half_window) / options.period);
  const auto read = workspace_->judge(series_->counts, t, options);
  return judgement(method, read.reading, read.tail);
}

Judgement SeriesDetector::by_bayes(std::size_t t, Method method) {
  const stats::Reading reading = stats::bayes(series_->counts, t, reference_of(method), policy_->bayes_alpha);
  return judgement(method, reading, 1 - reading.score);
}

Judgement SeriesDetector::by_gamma(std::size_t t, const stats::GammaPrior& siblings) {
  Judgement answer{Method::kGammaPoisson};
  if (t == 0 || !(siblings.mean > 0)) return answer;
  const auto unit = stats::posterior(siblings, sum_before_, static_cast<double>(t));
  const double y = series_->counts[t];
  answer.expected = unit.mean;
  answer.upper = static_cast<double>(stats::next_quantile(unit, 1, 1 - policy_->gamma_alpha));
  answer.tail = stats::next_upper(unit, 1, static_cast<std::int64_t>(y));
  answer.score = 1 - answer.tail;
  answer.verdict = y > answer.upper ? Verdict::kAlarm : Verdict::kQuiet;
  return answer;
}

Judgement SeriesDetector::by_cusum(std::size_t t) {
  Judgement answer{Method::kCusum};
  if (reference_.periods < policy_->reference_periods_min) return answer;
  const double mean = reference_mean();
  const double raised = std::max(policy_->cusum_ratio * mean, mean + policy_->cusum_rise_min);
  cusum_ = stats::cusum_step(cusum_, series_->counts[t], stats::poisson_cusum_reference(mean, raised));
  cusum_run_ = cusum_ > 0 ? cusum_run_ + 1 : 0;
  answer.expected = mean;
  answer.upper = policy_->cusum_limit;
  answer.score = cusum_;
  answer.bounds_score = true;
  answer.verdict = cusum_ > policy_->cusum_limit ? Verdict::kAlarm : Verdict::kQuiet;
  if (answer.verdict != Verdict::kAlarm) return answer;
  // The run could have begun in any of its periods. After a signal it begins anew (Lucas 1985).
  answer.tail = std::min(1.0, tail_of(t, cusum_run_) * static_cast<double>(cusum_run_));
  cusum_ = 0;
  cusum_run_ = 0;
  return answer;
}

Judgement SeriesDetector::by_ewma(std::size_t t) {
  Judgement answer{Method::kEwma};
  if (reference_.periods < policy_->reference_periods_min) return answer;
  const double mean = reference_mean(), lambda = policy_->ewma.lambda;
  if (ewma_steps_ == 0) ewma_ = mean;
  ewma_ = lambda * series_->counts[t] + (1 - lambda) * ewma_;
  answer.expected = mean;
  answer.upper = stats::ewma_upper(mean, ++ewma_steps_, policy_->ewma);
  answer.score = ewma_;
  answer.bounds_score = true;
  answer.verdict = ewma_ > answer.upper ? Verdict::kAlarm : Verdict::kQuiet;
  if (answer.verdict == Verdict::kAlarm) answer.tail = tail_of(t, static_cast<std::size_t>(std::ceil(1 / lambda)));
  return answer;
}

}  // namespace suyuan::monitoring
