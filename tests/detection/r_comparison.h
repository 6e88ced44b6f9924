// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <map>
#include <string>
#include <vector>

#include "asked_series.h"
#include "base/csv_read.h"

namespace suyuan::test {

// What came of holding our methods against the answers of surveillance.R.
struct Comparison {
  std::size_t equal = 0;                          // numbers that agree within the tolerance
  double worst = 0;                               // the largest relative difference among them
  std::map<std::string, std::size_t> documented;  // numbers that differ for a reason of docs/detection.md, by its name
  std::vector<std::string> differences;           // all others, one line each
};

// Relative: of regressions, which are iterated; of all others (R writes nine digits).
constexpr double kToleranceOfFits = 1e-6, kTolerance = 1e-8;

Comparison compare_with_r(const std::vector<AskedSeries>& asked, const CsvTable& answers);

}  // namespace suyuan::test
