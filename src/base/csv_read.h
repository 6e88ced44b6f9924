// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace suyuan {

// A table as RFC 4180 writes it: UTF-8, a byte order mark allowed, line ends of either kind, empty lines left out.
struct CsvTable {
  std::vector<std::string> header;
  std::vector<std::vector<std::string>> rows;  // each as wide as the header
  std::vector<std::size_t> lines;              // in which line of the text each row begins; the first line is 1

  std::optional<std::size_t> column(std::string_view name) const;
};

// Errors, all kInvalid: "csv.empty" (no header), "csv.encoding" (not UTF-8), "csv.quote" (a quoted cell that does not
// end, or goes on after its end), "csv.width" (a row with more or fewer cells than the header), "csv.header" (a column
// twice). Each names the line.
Result<CsvTable> read_csv(std::string_view text, char separator = ',');

}  // namespace suyuan
