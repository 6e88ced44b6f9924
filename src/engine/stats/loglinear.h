// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <span>
#include <vector>

// Quasi-Poisson regression with a log link of counts on a factor and a straight line in time: eta = effect[group] +
// slope * time. Without a factor there is one group, so the effect is the intercept. The information matrix of such a
// model is an arrow, which is solved without matrices: 40 fits a millisecond, and nothing is allocated once the
// vectors have grown.
namespace suyuan::stats {

struct Observation {
  double y;             // the count, >= 0
  double time;          // any unit
  std::uint32_t group;  // 0 .. groups - 1
};

class LogLinear {
 public:
  // `weights`: one for each row, > 0; or none, which is 1 each. Requires a row of each group.
  // False: not converged within 25 steps, or fewer rows than parameters; then nothing below may be asked.
  // Method and stopping rule: iterated weighted least squares from y + 0.1, until the deviance changes by less than
  // 1e-8 of itself (McCullagh and Nelder 1989, 2.5).
  bool fit(std::span<const Observation> rows, std::size_t groups, bool trend, std::span<const double> weights);

  std::span<const double> fitted() const { return mu_; }
  double fitted(std::size_t row) const { return mu_[row]; }
  double leverage(std::size_t row) const;            // the diagonal of the hat matrix
  double dispersion() const { return dispersion_; }  // Pearson's chi squared by degrees of freedom, as it comes
  double working_variance() const { return working_variance_; }  // the same of (y - fitted) / fitted
  double degrees() const { return degrees_; }

  double slope() const { return slope_; }
  // Two-sided, by the t distribution with degrees(), `variance` being the dispersion. Requires a fit with trend. 1
  // where the slope cannot be told.
  double slope_p(double variance) const;
  // Of a new row: eta, and its variance for dispersion 1.
  double predict(std::size_t group, double time) const { return effect_[group] + slope_ * time; }
  double predict_variance(std::size_t group, double time) const;

 private:
  void solve(std::span<const Observation> rows, bool trend);
  double deviance(std::span<const Observation> rows) const;
  void spread(std::span<const Observation> rows);
  double prior(std::size_t row) const { return weights_.empty() ? 1 : weights_[row]; }

  std::span<const double> weights_;
  std::span<const Observation> rows_;  // during fit, and leverage
  std::vector<double> mu_, eta_, work_;
  std::vector<double> step_weight_;  // of the last least squares, from which all that is estimated beside mu_ comes
  std::vector<double> effect_, sum_weight_, mean_time_, mean_response_;
  double slope_ = 0, time_squares_ = 0, dispersion_ = 0, working_variance_ = 0, degrees_ = 0;
  bool trend_ = false;
};

}  // namespace suyuan::stats
