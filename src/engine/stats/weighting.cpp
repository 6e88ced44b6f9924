// SPDX-License-Identifier: Apache-2.0
#include "engine/stats/weighting.h"

#include <algorithm>
#include <cmath>

#include "base/check.h"

namespace suyuan::stats::weighting {

namespace {

constexpr double kShift = 1e-4;  // keeps the logarithm of a column's least value finite

std::vector<double> scaled_to_one(std::vector<double> values) {
  double sum = 0;
  for (const double value : values) sum += value;
  for (double& value : values) value = sum > 0 ? value / sum : 0;
  return values;
}

std::size_t columns_of(const Table& rows) { return rows.empty() ? 0 : rows.front().size(); }

std::vector<double> column(const Table& rows, std::size_t j) {
  std::vector<double> values;
  for (const auto& row : rows) values.push_back(row[j]);
  return values;
}

bool is_constant(std::span<const double> values) {
  return std::all_of(values.begin(), values.end(), [&](double value) { return value == values.front(); });
}

double mean(std::span<const double> values) {
  double sum = 0;
  for (const double value : values) sum += value;
  return sum / static_cast<double>(values.size());
}

// Sum of the products of what two columns are away from their means.
double joint(std::span<const double> a, std::span<const double> b) {
  const double mean_a = mean(a), mean_b = mean(b);
  double sum = 0;
  for (std::size_t i = 0; i < a.size(); ++i) sum += (a[i] - mean_a) * (b[i] - mean_b);
  return sum;
}

}  // namespace

Ahp ahp(const Table& judgements, std::span<const double> random_index) {
  const std::size_t n = judgements.size();
  CHECK(n > 0 && n <= random_index.size());
  constexpr int kRoundsMax = 10'000;
  constexpr double kStill = 1e-15;
  Ahp result;
  result.weights.assign(n, 1 / static_cast<double>(n));
  for (int round = 0; round < kRoundsMax; ++round) {
    std::vector<double> next(n, 0);
    for (std::size_t i = 0; i < n; ++i)
      for (std::size_t j = 0; j < n; ++j) next[i] += judgements[i][j] * result.weights[j];
    result.lambda_max = 0;
    for (const double value : next) result.lambda_max += value;
    double moved = 0;
    for (std::size_t i = 0; i < n; ++i) {
      next[i] /= result.lambda_max;
      moved = std::max(moved, std::fabs(next[i] - result.weights[i]));
    }
    result.weights = std::move(next);
    if (moved < kStill) break;
  }
  result.random_index = random_index[n - 1];
  if (n < 2) return result;
  const auto size = static_cast<double>(n);
  result.consistency_index = (result.lambda_max - size) / (size - 1);
  result.consistency_ratio = result.random_index > 0 ? result.consistency_index / result.random_index : 0;
  return result;
}

double normalised(double value, double min, double max, bool higher_is_worse) {
  const double place = std::clamp((value - min) / (max - min), 0.0, 1.0);
  return higher_is_worse ? place : 1 - place;
}

std::vector<double> entropies(const Table& rows) {
  std::vector<double> result;
  for (std::size_t j = 0; j < columns_of(rows); ++j) {
    const auto values = column(rows, j);
    if (rows.size() < 2 || is_constant(values)) {
      result.push_back(1);
      continue;
    }
    double sum = 0, entropy = 0;
    for (const double value : values) sum += value + kShift;
    for (const double value : values) entropy -= (value + kShift) / sum * std::log((value + kShift) / sum);
    result.push_back(entropy / std::log(static_cast<double>(rows.size())));
  }
  return result;
}

std::vector<double> entropy_weights(const Table& rows) {
  std::vector<double> told = entropies(rows);
  for (double& each : told) each = 1 - each;
  return scaled_to_one(std::move(told));
}

std::vector<double> critic_weights(const Table& rows) {
  const std::size_t n = columns_of(rows);
  std::vector<std::vector<double>> columns;
  for (std::size_t j = 0; j < n; ++j) columns.push_back(column(rows, j));
  std::vector<double> told(n, 0);
  if (rows.size() < 2) return told;
  for (std::size_t j = 0; j < n; ++j) {
    if (is_constant(columns[j])) continue;
    const double own = std::sqrt(joint(columns[j], columns[j]));
    double conflict = 0;
    for (std::size_t k = 0; k < n; ++k) {
      if (k == j || is_constant(columns[k])) continue;
      conflict += 1 - joint(columns[j], columns[k]) / (own * std::sqrt(joint(columns[k], columns[k])));
    }
    told[j] = own * conflict;
  }
  return scaled_to_one(std::move(told));
}

std::vector<double> mean_weights(std::span<const double> a, std::span<const double> b) {
  CHECK(a.size() == b.size());
  std::vector<double> weights;
  for (std::size_t i = 0; i < a.size(); ++i) weights.push_back((a[i] + b[i]) / 2);
  return weights;
}

std::vector<double> product_weights(std::span<const double> a, std::span<const double> b) {
  CHECK(a.size() == b.size());
  std::vector<double> weights;
  for (std::size_t i = 0; i < a.size(); ++i) weights.push_back(a[i] * b[i]);
  return scaled_to_one(std::move(weights));
}

double weighted_sum(std::span<const double> weights, std::span<const double> values) {
  CHECK(weights.size() == values.size());
  double sum = 0;
  for (std::size_t i = 0; i < weights.size(); ++i) sum += weights[i] * values[i];
  return sum;
}

double nemerow(std::span<const double> ratios) {
  CHECK(!ratios.empty());
  const double most = *std::max_element(ratios.begin(), ratios.end()), average = mean(ratios);
  return std::sqrt((most * most + average * average) / 2);
}

}  // namespace suyuan::stats::weighting
