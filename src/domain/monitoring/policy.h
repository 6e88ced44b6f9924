// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "engine/stats/charts.h"
#include "engine/stats/farrington.h"

namespace suyuan::monitoring {

struct PolicyRow {
  std::string method, parameter, value, unit, standing, basis;
};

// What the methods are run with: policy/detection.csv, in the shape that they take. An answer depends on nothing else
// but the counts and the version of the methods.
struct DetectionPolicy {
  std::string version;
  std::vector<PolicyRow> rows;

  stats::EarsOptions ears_c1, ears;
  double ears_c3_limit = 0;
  std::size_t reference_periods = 0, reference_guard = 0, reference_periods_min = 0;
  double cusum_ratio = 0, cusum_rise_min = 0, cusum_limit = 0;
  stats::EwmaOptions ewma;
  stats::FarringtonOptions farrington, flexible;
  std::size_t farrington_years_min = 0, flexible_years_min = 0;
  double bayes_alpha = 0, gamma_alpha = 0;
  std::size_t auto_short = 0, auto_long_years = 0;
  double false_discovery = 0;
  std::size_t repeat_periods = 0;
  std::size_t pairs_window = 0, pairs_step = 0;
  double pairs_count_min = 0, prr_min = 0, chi_squared_min = 0, ror_low_min = 0, ic_low_min = 0, eb05_min = 0;
  std::size_t scan_durations = 0, scan_replicates = 0;
  double scan_share_max = 0, scan_alpha = 0, scan_count_min = 0;
};

// Of the methods, by hand: raised whenever the same counts and the same policy would give another number.
inline constexpr int kMethodsVersion = 2;

std::string_view detection_text();  // the file as it was compiled in
// Errors: kInvalid "policy.detection", naming the line, or the parameter that is missing, unknown or out of its range.
Result<DetectionPolicy> read_detection_policy(std::string_view csv);
const DetectionPolicy& detection_policy();  // of detection_text()

}  // namespace suyuan::monitoring
