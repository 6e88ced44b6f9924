// SPDX-License-Identifier: Apache-2.0
#include "engine/stats/disproportion.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "engine/stats/distributions.h"

namespace suyuan::stats {

namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();
const double kZ = normal_quantile(0.975);

Estimate on_log_scale(double value, double deviation) {
  if (value == 0) return {0, 0, kInfinity};
  if (std::isinf(value)) return {value, 0, value};  // no count, no interval
  return {value, value * std::exp(-kZ * deviation), value * std::exp(kZ * deviation)};
}

}  // namespace

Estimate prr(const Table2x2& t) {
  const double value = t.c == 0 ? (t.a == 0 ? 0 : kInfinity) : t.a / (t.a + t.b) / (t.c / (t.c + t.d));
  return on_log_scale(value, std::sqrt(1 / t.a - 1 / (t.a + t.b) + 1 / t.c - 1 / (t.c + t.d)));
}

Estimate ror(const Table2x2& t) {
  const double value = t.b == 0 || t.c == 0 ? (t.a == 0 ? 0 : kInfinity) : t.a * t.d / (t.b * t.c);
  return on_log_scale(value, std::sqrt(1 / t.a + 1 / t.b + 1 / t.c + 1 / t.d));
}

double chi_squared(const Table2x2& t, bool yates) {
  const double margins = (t.a + t.b) * (t.c + t.d) * (t.a + t.c) * (t.b + t.d);
  if (!(margins > 0)) return 0;
  const double away = std::max(0.0, std::abs(t.a * t.d - t.b * t.c) - (yates ? t.total() / 2 : 0));
  return t.total() * away * away / margins;
}

Estimate information_component(double a, double expected) {
  const double value = std::log2((a + 0.5) / (expected + 0.5)), root = std::sqrt(a + 0.5);
  const double cube = root * (a + 0.5);
  return {value, value - 3.3 / root - 2 / cube, value + 2.4 / root - 0.5 / cube};
}

Estimate information_component_exact(double a, double expected) {
  const auto quantile = [&](double p) { return std::log2(gamma_quantile(p, a + 0.5, expected + 0.5)); };
  return {std::log2((a + 0.5) / (expected + 0.5)), quantile(0.025), quantile(0.975)};
}

Bcpnn bcpnn(const Table2x2& t) {
  const double n = t.total(), row = t.a + t.b, column = t.a + t.c;
  const double r1 = 1 + t.a, p1 = 1 + row, p2 = 1 + n - row, q1 = 1 + column, q2 = 1 + n - column;
  const double r2 = n - t.a - 1 + (2 + n) * (2 + n) / (q1 * p1);
  const double log2 = std::log(2.0);
  const double mean =
      (digamma(r1) - digamma(r1 + r2) - (digamma(p1) - digamma(p1 + p2)) - (digamma(q1) - digamma(q1 + q2))) / log2;
  const double variance =
      (trigamma(r1) - trigamma(r1 + r2) + trigamma(p1) - trigamma(p1 + p2) + trigamma(q1) - trigamma(q1 + q2)) /
      (log2 * log2);
  return {mean, variance, mean - kZ * std::sqrt(variance)};
}

}  // namespace suyuan::stats
