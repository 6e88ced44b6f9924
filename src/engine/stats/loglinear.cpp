// SPDX-License-Identifier: Apache-2.0
#include "engine/stats/loglinear.h"

#include <algorithm>
#include <cmath>

#include "base/check.h"
#include "engine/stats/distributions.h"

namespace suyuan::stats {

namespace {

constexpr int kStepsMax = 25;
constexpr double kSmall = 1e-8;

}  // namespace

// One weighted least squares: the groups' means are taken out first, the slope is what is left.
void LogLinear::solve(std::span<const Observation> rows, bool trend) {
  std::fill(sum_weight_.begin(), sum_weight_.end(), 0.0);
  std::fill(mean_time_.begin(), mean_time_.end(), 0.0);
  std::fill(mean_response_.begin(), mean_response_.end(), 0.0);
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const double weight = step_weight_[i] = prior(i) * mu_[i];
    work_[i] = eta_[i] + (rows[i].y - mu_[i]) / mu_[i];
    const std::uint32_t group = rows[i].group;
    sum_weight_[group] += weight;
    mean_time_[group] += weight * rows[i].time;
    mean_response_[group] += weight * work_[i];
  }
  for (std::size_t group = 0; group < effect_.size(); ++group) {
    mean_time_[group] /= sum_weight_[group];
    mean_response_[group] /= sum_weight_[group];
  }
  double cross = 0;
  time_squares_ = 0;
  for (std::size_t i = 0; trend && i < rows.size(); ++i) {
    const double weight = step_weight_[i], away = rows[i].time - mean_time_[rows[i].group];
    time_squares_ += weight * away * away;
    cross += weight * away * (work_[i] - mean_response_[rows[i].group]);
  }
  slope_ = time_squares_ > 0 ? cross / time_squares_ : 0;
  for (std::size_t group = 0; group < effect_.size(); ++group)
    effect_[group] = mean_response_[group] - slope_ * mean_time_[group];
  for (std::size_t i = 0; i < rows.size(); ++i) {
    eta_[i] = effect_[rows[i].group] + slope_ * rows[i].time;
    mu_[i] = std::exp(eta_[i]);
  }
}

double LogLinear::deviance(std::span<const Observation> rows) const {
  double sum = 0;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const double y = rows[i].y;
    sum += prior(i) * (y == 0 ? mu_[i] : y * (std::log(y) - eta_[i]) - (y - mu_[i]));
  }
  return 2 * sum;
}

void LogLinear::spread(std::span<const Observation> rows) {
  double pearson = 0, working = 0;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const double residual = (rows[i].y - mu_[i]) / mu_[i];
    pearson += step_weight_[i] * residual * residual;
    working += prior(i) * residual * residual;
  }
  dispersion_ = pearson / degrees_;
  working_variance_ = working / degrees_;
}

bool LogLinear::fit(std::span<const Observation> rows, std::size_t groups, bool trend,
                    std::span<const double> weights) {
  CHECK(groups >= 1 && (weights.empty() || weights.size() == rows.size()));
  const std::size_t parameters = groups + (trend ? 1 : 0);
  if (rows.size() <= parameters) return false;
  rows_ = rows, weights_ = weights, trend_ = trend;
  degrees_ = static_cast<double>(rows.size() - parameters);
  for (auto* per_row : {&mu_, &eta_, &work_, &step_weight_}) per_row->resize(rows.size());
  for (auto* per_group : {&effect_, &sum_weight_, &mean_time_, &mean_response_}) per_group->resize(groups);
  for (std::size_t i = 0; i < rows.size(); ++i) {
    mu_[i] = rows[i].y + 0.1;
    eta_[i] = std::log(mu_[i]);
  }
  double before = deviance(rows);
  for (int step = 0; step < kStepsMax; ++step) {
    solve(rows, trend);
    const double now = deviance(rows);
    if (!std::isfinite(now)) return false;
    if (std::abs(now - before) < kSmall * (std::abs(now) + 0.1)) {
      spread(rows);
      return true;
    }
    before = now;
  }
  return false;
}

double LogLinear::leverage(std::size_t row) const {
  const Observation& seen = rows_[row];
  return step_weight_[row] * predict_variance(seen.group, seen.time);
}

double LogLinear::predict_variance(std::size_t group, double time) const {
  const double away = time - mean_time_[group];
  return 1 / sum_weight_[group] + (trend_ && time_squares_ > 0 ? away * away / time_squares_ : 0);
}

double LogLinear::slope_p(double variance) const {
  CHECK(trend_);
  const double deviation = std::sqrt(variance / time_squares_);
  if (!(time_squares_ > 0) || !(deviation > 0)) return 1;
  return student_t_two_sided(slope_ / deviation, degrees_);
}

}  // namespace suyuan::stats
