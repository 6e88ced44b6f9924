// SPDX-License-Identifier: Apache-2.0
#include "engine/stats/ebgm.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <tuple>

#include "base/check.h"
#include "engine/stats/distributions.h"

namespace suyuan::stats {

namespace {

using Point = std::array<double, 5>;

constexpr double kGain = 1e-5;  // of a logarithm of a likelihood

Point point_of(const GpsPrior& prior) {
  return {std::log(prior.shape1), std::log(prior.rate1), std::log(prior.shape2), std::log(prior.rate2),
          std::log(prior.share1 / (1 - prior.share1))};
}
GpsPrior prior_of(const Point& point) {
  return {std::exp(point[0]), std::exp(point[1]), std::exp(point[2]), std::exp(point[3]),
          1 / (1 + std::exp(-point[4]))};
}

// ln of the negative binomial probability of n, without the part of n alone.
double log_marginal(double n, double gamma_ratio, double expected, double shape, double rate) {
  return gamma_ratio + shape * std::log(rate / (rate + expected)) + n * std::log(expected / (rate + expected));
}

// The same given that n is 1 or more; exact where P(0) is nearly 1.
double log_positive(double n, double gamma_ratio, double expected, double shape, double rate) {
  return log_marginal(n, gamma_ratio, expected, shape, rate) -
         std::log(-std::expm1(log_marginal(0, 0, expected, shape, rate)));
}

// ln of Gamma(shape + n) / Gamma(shape) for n = 0 .. last.
std::vector<double> gamma_ratios(double shape, std::int64_t last) {
  std::vector<double> ratios(static_cast<std::size_t>(last) + 1, 0);
  for (std::size_t n = 1; n < ratios.size(); ++n)
    ratios[n] = ratios[n - 1] + std::log(shape + static_cast<double>(n) - 1);
  return ratios;
}

class Simplex {
 public:
  Simplex(std::span<const PairCount> pairs, const Point& start) : pairs_(pairs) {
    for (std::size_t i = 0; i < corners_.size(); ++i) {
      corners_[i].at = start;
      if (i > 0) corners_[i].at[i - 1] += kStep;
      corners_[i].value = value(corners_[i].at);
    }
  }

  Point search() {
    for (int step = 0; step < kStepsMax; ++step) {
      std::stable_sort(corners_.begin(), corners_.end(),
                       [](const auto& x, const auto& y) { return x.value < y.value; });
      if (corners_.back().value - corners_.front().value < kClose) break;
      move_worst();
    }
    return std::min_element(corners_.begin(), corners_.end(),
                            [](const auto& x, const auto& y) { return x.value < y.value; })
        ->at;
  }

 private:
  struct Corner {
    Point at{};
    double value = 0;
  };
  static constexpr double kStep = 0.4, kClose = 1e-7;
  static constexpr int kStepsMax = 800;

  double value(const Point& at) const { return gps_minus_log_likelihood(pairs_, prior_of(at)); }
  // On the line from the worst corner through the middle of the others; 1 is the mirror image.
  Corner along(const Point& middle, double factor) const {
    Corner corner;
    for (std::size_t i = 0; i < middle.size(); ++i)
      corner.at[i] = middle[i] + factor * (middle[i] - corners_.back().at[i]);
    corner.value = value(corner.at);
    return corner;
  }
  void move_worst() {
    Point middle{};
    for (std::size_t c = 0; c + 1 < corners_.size(); ++c)
      for (std::size_t i = 0; i < middle.size(); ++i) middle[i] += corners_[c].at[i] / 5;
    Corner& worst = corners_.back();
    const Corner mirrored = along(middle, 1);
    if (mirrored.value < corners_.front().value) {
      const Corner farther = along(middle, 2);
      worst = farther.value < mirrored.value ? farther : mirrored;
    } else if (mirrored.value < corners_[4].value) {
      worst = mirrored;
    } else {
      const Corner nearer = along(middle, mirrored.value < worst.value ? 0.5 : -0.5);
      if (nearer.value < std::min(worst.value, mirrored.value)) {
        worst = nearer;
      } else {
        shrink();
      }
    }
  }
  void shrink() {
    for (std::size_t c = 1; c < corners_.size(); ++c) {
      for (std::size_t i = 0; i < 5; ++i) corners_[c].at[i] = (corners_[c].at[i] + corners_[0].at[i]) / 2;
      corners_[c].value = value(corners_[c].at);
    }
  }

  std::span<const PairCount> pairs_;
  std::array<Corner, 6> corners_;
};

}  // namespace

double gps_minus_log_likelihood(std::span<const PairCount> pairs, const GpsPrior& prior) {
  std::int64_t most = 0;
  for (const PairCount& pair : pairs) most = std::max(most, pair.observed);
  const auto first = gamma_ratios(prior.shape1, most), second = gamma_ratios(prior.shape2, most);
  std::vector<double> factorial = gamma_ratios(1, most);
  double sum = 0;
  for (const PairCount& pair : pairs) {
    CHECK(pair.observed >= 1 && pair.expected > 0);
    const auto index = static_cast<std::size_t>(pair.observed);
    const double n = static_cast<double>(pair.observed), e = pair.expected;
    const double left = log_positive(n, first[index], e, prior.shape1, prior.rate1);
    const double right = log_positive(n, second[index], e, prior.shape2, prior.rate2);
    const double top = std::max(left, right);
    const double seen =
        top + std::log(prior.share1 * std::exp(left - top) + (1 - prior.share1) * std::exp(right - top));
    sum += pair.weight * (seen - factorial[index]);
  }
  return std::isfinite(sum) ? -sum : 1e300;
}

std::vector<PairCount> squash(std::vector<PairCount> pairs, std::int64_t observed, std::size_t bin, std::size_t keep) {
  CHECK(bin >= 1);
  std::stable_sort(pairs.begin(), pairs.end(), [&](const PairCount& x, const PairCount& y) {
    return std::tuple(x.observed != observed, x.observed, x.expected) <
           std::tuple(y.observed != observed, y.observed, y.expected);
  });
  const auto end = static_cast<std::size_t>(
      std::find_if(pairs.begin(), pairs.end(), [&](const PairCount& each) { return each.observed != observed; }) -
      pairs.begin());
  if (end <= keep) return pairs;
  std::vector<PairCount> points;
  for (std::size_t first = 0; first < end - keep; first += bin) {
    PairCount point{observed, 0, 0};
    for (std::size_t i = first; i < std::min(first + bin, end - keep); ++i) {
      point.expected += pairs[i].weight * pairs[i].expected;
      point.weight += pairs[i].weight;
    }
    point.expected /= point.weight;
    points.push_back(point);
  }
  points.insert(points.end(), pairs.begin() + static_cast<std::ptrdiff_t>(end - keep), pairs.end());
  return points;
}

GpsPrior fit_gps_prior(std::span<const PairCount> pairs, const GpsPrior& start) {
  CHECK(pairs.size() >= 5);
  Point best = point_of(start);
  double value = gps_minus_log_likelihood(pairs, start);
  // A simplex can fold up before the valley's end; a fresh one around its end goes on, until that gains nothing.
  for (int again = 0; again < 4; ++again) {
    best = Simplex(pairs, best).search();
    const double now = gps_minus_log_likelihood(pairs, prior_of(best));
    if (value - now < kGain) break;
    value = now;
  }
  return prior_of(best);
}

Ebgm ebgm(const PairCount& pair, const GpsPrior& prior) {
  const double n = static_cast<double>(pair.observed), e = pair.expected;
  const auto ratio = [&](double shape) { return log_gamma(shape + n) - log_gamma(shape); };
  const double left = std::log(prior.share1) + log_marginal(n, ratio(prior.shape1), e, prior.shape1, prior.rate1);
  const double right = std::log1p(-prior.share1) + log_marginal(n, ratio(prior.shape2), e, prior.shape2, prior.rate2);
  Ebgm answer{};
  answer.share1 = 1 / (1 + std::exp(right - left));
  const double q = answer.share1;
  const double s1 = prior.shape1 + n, r1 = prior.rate1 + e, s2 = prior.shape2 + n, r2 = prior.rate2 + e;
  answer.value = std::exp(q * (digamma(s1) - std::log(r1)) + (1 - q) * (digamma(s2) - std::log(r2)));
  const auto quantile = [&](double p) {
    double low = std::min(gamma_quantile(p, s1, r1), gamma_quantile(p, s2, r2));
    double high = std::max(gamma_quantile(p, s1, r1), gamma_quantile(p, s2, r2));
    for (int step = 0; step < 200 && high - low > 1e-12 * high; ++step) {
      const double middle = low + (high - low) / 2;
      (q * gamma_cdf(middle, s1, r1) + (1 - q) * gamma_cdf(middle, s2, r2) < p ? low : high) = middle;
    }
    return high;
  };
  answer.low = quantile(0.05);
  answer.high = quantile(0.95);
  return answer;
}

}  // namespace suyuan::stats
