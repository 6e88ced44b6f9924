// SPDX-License-Identifier: Apache-2.0
#pragma once

// Beta, gamma and negative binomial distributions by Boost.Math, in double precision: the same build gives the same
// digits. Outside of the stated ranges the answer is NaN.
namespace suyuan::stats::bayes {

double beta_cdf(double alpha, double beta, double x);        // P(X <= x), alpha, beta > 0; x is cut to [0, 1]
double beta_sf(double alpha, double beta, double x);         // P(X > x), exact in the far tail, too
double beta_quantile(double alpha, double beta, double p);   // 0 < p < 1
double gamma_sf(double shape, double rate, double x);        // P(X > x), shape, rate > 0
double gamma_quantile(double shape, double rate, double p);  // 0 < p < 1
double poisson_cdf(double mean, double count);               // P(X <= count), mean > 0

// The least count c with P(X <= c) >= p. Negative binomial of `size` > 0 and 0 < `prob` < 1: mean size (1 - prob) /
// prob.
double negative_binomial_quantile(double size, double prob, double p);
double poisson_quantile(double mean, double p);

// P(X1 > X2) of two independent beta distributions.
double beta_greater(double alpha1, double beta1, double alpha2, double beta2);

}  // namespace suyuan::stats::bayes
