// SPDX-License-Identifier: Apache-2.0
#include "engine/stats/distributions.h"

#include <boost/math/distributions/normal.hpp>
#include <boost/math/distributions/students_t.hpp>
#include <boost/math/special_functions/beta.hpp>
#include <boost/math/special_functions/digamma.hpp>
#include <boost/math/special_functions/gamma.hpp>
#include <boost/math/special_functions/trigamma.hpp>
#include <cmath>
#include <limits>

#include "base/check.h"

namespace suyuan::stats {

namespace {

namespace bm = boost::math;
// No long double inside: its width differs between machines, and the last digit would, too.
using Double =
    bm::policies::policy<bm::policies::promote_double<false>, bm::policies::overflow_error<bm::policies::ignore_error>>;

// Sums probabilities from 0 upwards; the usual counts are small. Below this log of P(0) the sum would begin at nothing.
constexpr double kLogSmallest = -600;
// And beyond this reach, the mean and a deviation, there would be too many of them.
constexpr double kReachOfSums = 1000;

// Of a mean so large, nothing that double can show lies further away than this; the series of Boost would not end.
constexpr double kMeanLarge = 1e4, kDeviationsAll = 40;

template <class Upper>
std::int64_t search_quantile(double p, double start, Upper&& upper) {
  std::int64_t low = -1, high = static_cast<std::int64_t>(start) + 1;  // P(X <= low) < p <= P(X <= high)
  const auto reached = [&](std::int64_t k) { return 1 - upper(k + 1) >= p; };
  while (!reached(high)) {
    low = high;
    high *= 2;
  }
  while (high - low > 1) {
    const std::int64_t middle = low + (high - low) / 2;
    (reached(middle) ? high : low) = middle;
  }
  return high;
}

// `p0`: P(X = 0); `next(k)`: P(X = k + 1) / P(X = k).
template <class Next>
std::int64_t sum_quantile(double p, double p0, Next&& next) {
  double mass = p0, sum = p0;
  std::int64_t k = 0;
  // Once the terms no longer move the sum, rounding alone keeps it below p.
  while (sum < p && sum + mass * 0x1p-6 > sum) {
    mass *= next(static_cast<double>(k));
    sum += mass;
    ++k;
  }
  return k;
}

}  // namespace

double normal_quantile(double p) {
  CHECK(p > 0 && p < 1);
  return bm::quantile(bm::normal_distribution<double, Double>(), p);
}

double normal_upper(double z) {
  if (std::isinf(z)) return z > 0 ? 0 : 1;
  return bm::cdf(bm::complement(bm::normal_distribution<double, Double>(), z));
}

double student_t_two_sided(double t, double degrees) {
  CHECK(degrees > 0);
  if (std::isinf(t)) return 0;
  return 2 * bm::cdf(bm::complement(bm::students_t_distribution<double, Double>(degrees), std::abs(t)));
}

double gamma_cdf(double x, double shape, double rate) {
  CHECK(shape > 0 && rate > 0);
  return x <= 0 ? 0 : bm::gamma_p(shape, x * rate, Double());
}

double gamma_quantile(double p, double shape, double rate) {
  CHECK(p > 0 && p < 1 && shape > 0 && rate > 0);
  return bm::gamma_p_inv(shape, p, Double()) / rate;
}

double log_gamma(double x) { return bm::lgamma(x, Double()); }
double digamma(double x) { return bm::digamma(x, Double()); }
double trigamma(double x) { return bm::trigamma(x, Double()); }

double poisson_upper(std::int64_t k, double mean) {
  CHECK(mean >= 0);
  if (k <= 0) return 1;
  const double count = static_cast<double>(k), away = count - mean;
  if (mean > kMeanLarge && std::abs(away) > kDeviationsAll * std::sqrt(mean)) return away > 0 ? 0 : 1;
  return mean == 0 ? 0 : bm::gamma_p(count, mean, Double());
}

double negative_binomial_upper(std::int64_t k, double size, double prob) {
  CHECK(size > 0 && prob > 0 && prob <= 1);
  if (k <= 0) return 1;
  return prob == 1 ? 0 : bm::ibeta(static_cast<double>(k), size, 1 - prob, Double());
}

std::int64_t poisson_quantile(double p, double mean) {
  CHECK(p > 0 && p < 1 && mean >= 0);
  if (-mean < kLogSmallest) return search_quantile(p, mean, [&](std::int64_t k) { return poisson_upper(k, mean); });
  return sum_quantile(p, std::exp(-mean), [&](double k) { return mean / (k + 1); });
}

std::int64_t negative_binomial_quantile(double p, double size, double prob) {
  CHECK(p > 0 && p < 1 && size > 0 && prob > 0 && prob <= 1);
  const double log_first = size * std::log(prob), mean = size * (1 - prob) / prob;
  if (log_first < kLogSmallest || mean + std::sqrt(mean / prob) > kReachOfSums) {
    return search_quantile(p, mean, [&](std::int64_t k) { return negative_binomial_upper(k, size, prob); });
  }
  return sum_quantile(p, std::exp(log_first), [&](double k) { return (k + size) / (k + 1) * (1 - prob); });
}

double overdispersed_upper(std::int64_t k, double mean, double dispersion) {
  if (dispersion <= 1 || mean == 0) return poisson_upper(k, mean);
  return negative_binomial_upper(k, mean / (dispersion - 1), 1 / dispersion);
}

std::int64_t overdispersed_quantile(double p, double mean, double dispersion) {
  if (dispersion <= 1 || mean == 0) return poisson_quantile(p, mean);
  return negative_binomial_quantile(p, mean / (dispersion - 1), 1 / dispersion);
}

}  // namespace suyuan::stats
