// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "base/csv_read.h"
#include "engine/stats/farrington.h"

// Made-up series, and the file in which surveillance.R is asked about them. Weeks are counted from 1, as R does.
namespace suyuan::test {

struct AskedSeries {
  std::string shape;  // for messages
  std::vector<double> counts;
  stats::FarringtonOptions options;           // of the flexible form; `bound` says the power of the others
  double sd_min = 0;                          // of EARS
  double mean = 1, reference = 1, limit = 5;  // of CUSUM
  std::size_t step = 1;                       // every so many weeks a regression
  std::size_t row_step = 1;                   // and a line of the answer

  std::size_t first() const { return farrington_begins(options) + 1; }  // the first week of a regression
};

// Every shape in turn, the same ones for the same seed on any machine.
std::vector<AskedSeries> made_up_series(std::uint64_t seed, std::size_t how_many);

// The file, and what is read of it.
std::string series_csv(const std::vector<AskedSeries>& all);
std::vector<AskedSeries> series_of(const CsvTable& file);

}  // namespace suyuan::test
