// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <span>
#include <vector>

// Weights of indicators, from judgements (AHP) or from data (entropy, CRITIC), and what is made of them.
namespace suyuan::stats::weighting {

using Table = std::vector<std::vector<double>>;  // rows of equal length; an indicator is a column

struct Ahp {
  std::vector<double> weights;  // the principal eigenvector, sums to 1
  double lambda_max = 0, consistency_index = 0, random_index = 0;
  double consistency_ratio = 0;  // 0 of one or two indicators, which cannot contradict each other
};
// By power iteration. Requires: square, every entry > 0, and an entry of `random_index` for its size (first: size 1).
Ahp ahp(const Table& judgements, std::span<const double> random_index);

// Where a value stands between the ends of its range, cut to 0..1; turned round when less is worse. Requires: min <
// max.
double normalised(double value, double min, double max, bool higher_is_worse);

// Of normalised values (0..1). A column that is the same in every row tells nothing: its weight is 0. All weights are 0
// when every column is so, or when there are fewer than two rows.
std::vector<double> entropy_weights(const Table& rows);
std::vector<double> entropies(const Table& rows);  // of each column, 1 when constant
std::vector<double> critic_weights(const Table& rows);

// Both sum to 1 when a and b do. All 0 when no indicator has weight in both.
std::vector<double> mean_weights(std::span<const double> a, std::span<const double> b);
std::vector<double> product_weights(std::span<const double> a, std::span<const double> b);

double weighted_sum(std::span<const double> weights, std::span<const double> values);
// Nemerow's index of ratios measured / limit: the root of the mean of the squares of their maximum and their mean.
double nemerow(std::span<const double> ratios);

}  // namespace suyuan::stats::weighting
