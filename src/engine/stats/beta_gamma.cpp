// SPDX-License-Identifier: Apache-2.0
#include "engine/stats/beta_gamma.h"

#include <algorithm>
#include <boost/math/quadrature/gauss_kronrod.hpp>
#include <boost/math/special_functions/beta.hpp>
#include <boost/math/special_functions/gamma.hpp>
#include <cmath>
#include <limits>

namespace suyuan::stats::bayes {

namespace {

namespace bm = boost::math;
namespace bp = boost::math::policies;

// No promotion to long double: its width differs between machines. Errors become NaN, which the callers look for.
using Policy =
    bp::policy<bp::promote_double<false>, bp::domain_error<bp::ignore_error>, bp::pole_error<bp::ignore_error>,
               bp::overflow_error<bp::ignore_error>, bp::evaluation_error<bp::ignore_error>>;
constexpr Policy kPolicy{};
constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

bool positive(double value) { return std::isfinite(value) && value > 0; }
bool inside(double p) { return p > 0 && p < 1; }

// The least whole number that is `reached`, which must stay so from there on.
template <class Reached>
double least(Reached reached) {
  constexpr double kGiveUp = 1e15;
  double below = -1, above = 1;
  while (!reached(above)) {
    below = above;
    above *= 2;
    if (above > kGiveUp) return kNaN;
  }
  while (above - below > 1) {
    const double middle = std::floor((below + above) / 2);
    (reached(middle) ? above : below) = middle;
  }
  return above;
}

}  // namespace

double beta_cdf(double alpha, double beta, double x) {
  if (!positive(alpha) || !positive(beta) || std::isnan(x)) return kNaN;
  return bm::ibeta(alpha, beta, std::clamp(x, 0.0, 1.0), kPolicy);
}

double beta_sf(double alpha, double beta, double x) {
  if (!positive(alpha) || !positive(beta) || std::isnan(x)) return kNaN;
  return bm::ibetac(alpha, beta, std::clamp(x, 0.0, 1.0), kPolicy);
}

double beta_quantile(double alpha, double beta, double p) {
  if (!positive(alpha) || !positive(beta) || !inside(p)) return kNaN;
  return bm::ibeta_inv(alpha, beta, p, kPolicy);
}

double gamma_sf(double shape, double rate, double x) {
  if (!positive(shape) || !positive(rate) || std::isnan(x)) return kNaN;
  return bm::gamma_q(shape, rate * std::max(x, 0.0), kPolicy);
}

double gamma_quantile(double shape, double rate, double p) {
  if (!positive(shape) || !positive(rate) || !inside(p)) return kNaN;
  return bm::gamma_p_inv(shape, p, kPolicy) / rate;
}

double poisson_cdf(double mean, double count) {
  if (!positive(mean) || std::isnan(count)) return kNaN;
  return count < 0 ? 0 : bm::gamma_q(std::floor(count) + 1, mean, kPolicy);
}

double negative_binomial_quantile(double size, double prob, double p) {
  if (!positive(size) || !inside(prob) || !inside(p)) return kNaN;
  return least([&](double count) { return beta_cdf(size, count + 1, prob) >= p; });
}

double poisson_quantile(double mean, double p) {
  if (!positive(mean) || !inside(p)) return kNaN;
  return least([&](double count) { return poisson_cdf(mean, count) >= p; });
}

// Over the ranks of the first distribution: what is integrated stays between 0 and 1, however narrow or steep it is.
double beta_greater(double alpha1, double beta1, double alpha2, double beta2) {
  if (!positive(alpha1) || !positive(beta1) || !positive(alpha2) || !positive(beta2)) return kNaN;
  constexpr unsigned kDepth = 12;
  constexpr double kTolerance = 1e-10;
  const auto below = [&](double rank) {
    if (!inside(rank)) return rank <= 0 ? 0.0 : 1.0;
    return beta_cdf(alpha2, beta2, beta_quantile(alpha1, beta1, rank));
  };
  return bm::quadrature::gauss_kronrod<double, 31>::integrate(below, 0.0, 1.0, kDepth, kTolerance);
}

}  // namespace suyuan::stats::bayes
