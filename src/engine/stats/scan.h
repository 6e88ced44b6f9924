// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <span>
#include <vector>

// Scan statistics: is there a group of neighbouring areas, over the last few periods, with more counts than expected?
namespace suyuan::stats {

// How much better an excess explains `count` than `baseline` does. 0 unless count > baseline.
double eb_poisson_score(double count, double baseline);                // expectation-based, Neill 2005
double pb_poisson_score(double count, double baseline, double total);  // population-based, Kulldorff 1997

struct Place {
  double latitude, longitude;  // degrees
  double population;           // >= 0; only its share in the sum matters
};

// Each area with its 0, 1, 2 … nearest neighbours, as long as the population stays at or below `share_max` of all; each
// set of areas once, in ascending order of index.
std::vector<std::vector<std::uint32_t>> nearest_zones(std::span<const Place> places, double share_max);

enum class ScanKind : std::uint8_t { kExpectation = 1, kPopulation = 2 };

// Counts and baselines of the last periods, area by area within a period, the newest period first: value[period * areas
// + area]. Baselines >= 0; for the population-based kind they are scaled to the sum of the counts.
struct ScanInput {
  std::span<const double> counts, baselines;
  std::size_t areas = 0;
};

struct ScanCluster {
  std::size_t zone = 0;
  std::size_t duration = 0;  // in periods, the newest one included; 0: nothing is above its baseline
  double count = 0, baseline = 0, score = 0;
};
ScanCluster most_likely_cluster(const ScanInput& input, std::span<const std::vector<std::uint32_t>> zones,
                                ScanKind kind);

// What the greatest score is worth when nothing is going on. Draws by the Mersenne twister from `seed`, so that the
// same call gives the same answer. Expectation-based: Poisson with the baselines; population-based: the same total,
// thrown with probabilities as the baselines.
struct ScanSimulation {
  double tail;      // (1 + number of simulated maxima at or above `score`) / (1 + replicates)
  double critical;  // a score above it has a tail of at most `alpha`
};
ScanSimulation simulate_scan(const ScanInput& input, std::span<const std::vector<std::uint32_t>> zones, ScanKind kind,
                             double score, double alpha, std::size_t replicates, std::uint64_t seed);

}  // namespace suyuan::stats
