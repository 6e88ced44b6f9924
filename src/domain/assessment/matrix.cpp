// SPDX-License-Identifier: Apache-2.0
#include "domain/assessment/matrix.h"

#include <algorithm>

#include "base/check.h"

namespace suyuan::assessment {

namespace {

Rational up_ten(const Rational& value) { return std::min(Rational(1), Rational(value * 10)); }
Rational down_ten(const Rational& value) { return value / 10; }

std::optional<Edge> edge_up(const MatrixProfile& profile, const Rational& p, std::size_t band, std::size_t severity) {
  const Level here = profile.bands[band].levels[severity - 1];
  for (std::size_t above = band; above-- > 0;) {
    const Level there = profile.bands[above].levels[severity - 1];
    if (there == here) continue;
    const Rational& bound = profile.bands[above].above;
    return Edge{bound, p == 0 ? Rational(0) : Rational(bound / p), there};
  }
  return std::nullopt;
}

std::optional<Edge> edge_down(const MatrixProfile& profile, const Rational& p, std::size_t band, std::size_t severity) {
  const Level here = profile.bands[band].levels[severity - 1];
  for (std::size_t below = band + 1; below < profile.bands.size(); ++below) {
    const Level there = profile.bands[below].levels[severity - 1];
    if (there == here) continue;
    const Rational& bound = profile.bands[below - 1].above;
    return Edge{bound, Rational(bound / p), there};
  }
  return std::nullopt;
}

}  // namespace

std::size_t band_of(const MatrixProfile& profile, const Rational& probability) {
  CHECK(probability >= 0 && probability <= 1);
  for (std::size_t band = 0; band + 1 < profile.bands.size(); ++band)
    if (probability > profile.bands[band].above) return band;
  return profile.bands.size() - 1;
}

Level level_of(const MatrixProfile& profile, const Rational& probability, std::size_t severity) {
  CHECK(severity >= 1 && severity <= kSeverities);
  return profile.bands[band_of(profile, probability)].levels[severity - 1];
}

Rational product_of(std::span<const Rational> steps) {
  Rational product = 1;
  for (const Rational& step : steps) product *= step;
  return product;
}

Sensitivity sensitivity_of(const MatrixProfile& profile, std::span<const Rational> steps, std::size_t severity) {
  const Rational p = product_of(steps);
  const std::size_t band = band_of(profile, p);
  const Level here = level_of(profile, p, severity);
  Sensitivity result;
  result.up = edge_up(profile, p, band, severity);
  result.down = edge_down(profile, p, band, severity);
  result.times_10 = level_of(profile, up_ten(p), severity);
  result.by_10 = level_of(profile, down_ten(p), severity);
  if (severity < kSeverities) result.severity_more = level_of(profile, p, severity + 1);
  if (severity > 1) result.severity_less = level_of(profile, p, severity - 1);
  for (std::size_t i = 0; i < steps.size(); ++i) {
    std::vector<Rational> moved(steps.begin(), steps.end());
    moved[i] = up_ten(steps[i]);
    const Level more = level_of(profile, product_of(moved), severity);
    moved[i] = down_ten(steps[i]);
    result.steps.push_back({more, level_of(profile, product_of(moved), severity)});
  }
  result.is_robust = result.times_10 == here && result.by_10 == here && result.severity_more.value_or(here) == here &&
                     result.severity_less.value_or(here) == here;
  return result;
}

}  // namespace suyuan::assessment
