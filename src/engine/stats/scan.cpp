// SPDX-License-Identifier: Apache-2.0
#include "engine/stats/scan.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <functional>
#include <limits>
#include <numbers>
#include <numeric>
#include <random>
#include <set>

#include "base/check.h"

namespace suyuan::stats {

namespace {

// Squared chord between two places on the unit sphere: orders as the distance on the ground does.
double apart(const Place& a, const Place& b) {
  const auto vector = [](const Place& place) {
    const double radian = std::numbers::pi / 180;
    const double north = place.latitude * radian, east = place.longitude * radian;
    return std::array{std::cos(north) * std::cos(east), std::cos(north) * std::sin(east), std::sin(north)};
  };
  const auto x = vector(a), y = vector(b);
  double sum = 0;
  for (std::size_t i = 0; i < 3; ++i) sum += (x[i] - y[i]) * (x[i] - y[i]);
  return sum;
}

double uniform(std::mt19937_64& random) { return static_cast<double>(random() >> 11) * 0x1p-53; }

// By inversion, in parts whose exp(-mean) is a usable number.
double poisson_draw(std::mt19937_64& random, double mean) {
  double count = 0;
  while (mean > 0) {
    const double part = std::min(mean, 500.0);
    mean -= part;
    double left = uniform(random), mass = std::exp(-part);
    for (double k = 0; left >= mass && mass > 0;) {
      left -= mass;
      mass *= part / ++k;
      ++count;
    }
  }
  return count;
}

double score_of(ScanKind kind, double count, double baseline, double total) {
  return kind == ScanKind::kExpectation ? eb_poisson_score(count, baseline) : pb_poisson_score(count, baseline, total);
}

double sum_of(std::span<const double> values) { return std::accumulate(values.begin(), values.end(), 0.0); }

}  // namespace

double eb_poisson_score(double count, double baseline) {
  if (count <= baseline) return 0;
  return baseline > 0 ? count * std::log(count / baseline) + baseline - count : std::numeric_limits<double>::infinity();
}

double pb_poisson_score(double count, double baseline, double total) {
  if (count <= baseline) return 0;
  if (baseline <= 0) return std::numeric_limits<double>::infinity();
  const double outside = total - count;
  const double rest = outside > 0 ? outside * std::log(outside / (total - baseline)) : 0;
  return count * std::log(count / baseline) + rest;
}

std::vector<std::vector<std::uint32_t>> nearest_zones(std::span<const Place> places, double share_max) {
  double all = 0;
  for (const Place& place : places) all += place.population;
  std::set<std::vector<std::uint32_t>> seen;
  std::vector<std::vector<std::uint32_t>> zones;
  std::vector<std::uint32_t> order(places.size());
  for (std::size_t centre = 0; centre < places.size(); ++centre) {
    std::iota(order.begin(), order.end(), 0U);
    std::stable_sort(order.begin(), order.end(), [&](std::uint32_t x, std::uint32_t y) {
      return apart(places[centre], places[x]) < apart(places[centre], places[y]);
    });
    std::vector<std::uint32_t> zone;
    double people = 0;
    for (const std::uint32_t area : order) {
      people += places[area].population;
      if (people > share_max * all) break;
      zone.insert(std::lower_bound(zone.begin(), zone.end(), area), area);
      if (seen.insert(zone).second) zones.push_back(zone);
    }
  }
  return zones;
}

ScanCluster most_likely_cluster(const ScanInput& input, std::span<const std::vector<std::uint32_t>> zones,
                                ScanKind kind) {
  CHECK(input.areas >= 1 && input.counts.size() == input.baselines.size() && input.counts.size() % input.areas == 0);
  const std::size_t periods = input.counts.size() / input.areas;
  const double total = sum_of(input.counts), expected = sum_of(input.baselines);
  const double scale = kind == ScanKind::kPopulation && expected > 0 ? total / expected : 1;
  ScanCluster best;
  for (std::size_t zone = 0; zone < zones.size(); ++zone) {
    double count = 0, baseline = 0;
    for (std::size_t period = 0; period < periods; ++period) {
      for (const std::uint32_t area : zones[zone]) {
        count += input.counts[period * input.areas + area];
        baseline += scale * input.baselines[period * input.areas + area];
      }
      const double score = score_of(kind, count, baseline, total);
      if (score > best.score) best = {zone, period + 1, count, baseline, score};
    }
  }
  return best;
}

ScanSimulation simulate_scan(const ScanInput& input, std::span<const std::vector<std::uint32_t>> zones, ScanKind kind,
                             double score, double alpha, std::size_t replicates, std::uint64_t seed) {
  CHECK(replicates >= 1 && alpha * static_cast<double>(replicates + 1) >= 1);
  std::mt19937_64 random(seed);
  std::vector<double> counts(input.counts.size()), cumulated(input.baselines.size()), maxima(replicates);
  std::partial_sum(input.baselines.begin(), input.baselines.end(), cumulated.begin());
  const auto total = static_cast<std::size_t>(sum_of(input.counts));
  for (double& most : maxima) {
    std::fill(counts.begin(), counts.end(), 0.0);
    if (kind == ScanKind::kExpectation) {
      for (std::size_t i = 0; i < counts.size(); ++i) counts[i] = poisson_draw(random, input.baselines[i]);
    } else {
      for (std::size_t thrown = 0; thrown < total; ++thrown) {
        const double at = uniform(random) * cumulated.back();
        const auto cell = std::upper_bound(cumulated.begin(), cumulated.end(), at) - cumulated.begin();
        ++counts[std::min(static_cast<std::size_t>(cell), counts.size() - 1)];
      }
    }
    most = most_likely_cluster({counts, input.baselines, input.areas}, zones, kind).score;
  }
  std::sort(maxima.begin(), maxima.end(), std::greater<>());
  const auto as_high = std::upper_bound(maxima.begin(), maxima.end(), score, std::greater<>()) - maxima.begin();
  const auto allowed = static_cast<std::size_t>(alpha * static_cast<double>(replicates + 1));
  return {static_cast<double>(1 + as_high) / static_cast<double>(1 + replicates),
          maxima[std::min(allowed, replicates) - 1]};
}

}  // namespace suyuan::stats
