// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>

// Quantiles, tails and special functions, in double throughout: the same arguments give the same last digit. Boost.Math
// is seen in the source only. `p` is a probability inside 0..1, both ends excluded.
namespace suyuan::stats {

double normal_quantile(double p);
double normal_upper(double z);                          // P(Z > z)
double student_t_two_sided(double t, double degrees);   // P(|T| > |t|)
double gamma_cdf(double x, double shape, double rate);  // P(X <= x)
double gamma_quantile(double p, double shape, double rate);
double log_gamma(double x);
double digamma(double x);
double trigamma(double x);

// P(X >= k), k >= 0.
double poisson_upper(std::int64_t k, double mean);
// Number of failures before `size` successes, each of probability `prob`; mean size (1 - prob) / prob. `size` is any
// positive number.
double negative_binomial_upper(std::int64_t k, double size, double prob);

// The smallest k with P(X <= k) >= p.
std::int64_t poisson_quantile(double p, double mean);
std::int64_t negative_binomial_quantile(double p, double size, double prob);

// Negative binomial by mean and dispersion (variance = dispersion * mean); a dispersion of 1 or less is Poisson.
// Source: Noufaily et al. 2013: size = mean / (dispersion - 1), prob = 1 / dispersion.
double overdispersed_upper(std::int64_t k, double mean, double dispersion);
std::int64_t overdispersed_quantile(double p, double mean, double dispersion);

}  // namespace suyuan::stats
