// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <map>
#include <string>

#include "domain/monitoring/run.h"
#include "engine/stats/scan.h"

namespace suyuan::monitoring {

// Where the areas are, by their value in the area dimension.
using Places = std::map<std::string, stats::Place, std::less<>>;

// Clusters of neighbouring areas over the last periods (policy: scan), period by period, for every combination of the
// other dimensions by itself. Expectation-based: each area's own mean of the last year, guarded by the longest
// duration, is the baseline; population-based: the populations of `places` are. An area that no line names counts 0.
// What its simulated maxima say is the tail that the false discovery control compares. Each alarm names its areas in
// the area dimension. Errors, kInvalid "detection.areas": an area of the panel has no place; no population for the
// population-based kind. Requires a method of the family kScan and area < dimensions.
Result<Run> run_scan(const Panel& panel, Method method, const DetectionPolicy& policy, std::size_t area,
                     const Places& places, std::span<const KnownEvent> known);

}  // namespace suyuan::monitoring
