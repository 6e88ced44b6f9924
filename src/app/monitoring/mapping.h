// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/csv_read.h"
#include "domain/monitoring/panel.h"

// Which columns of a table are what: docs/formats/backtest.md, "The mapping file".
namespace suyuan {

enum class DateForm : std::uint8_t {
  kIso,        // 2024-10-30
  kMonthName,  // Oct 30, 2024
  kDayFirst,   // 30-10-2024, 30/10/2024, 30.10.2024; a time of day behind a blank is left out
  kSlashes,    // 2024/10/30, also without zeros
};

struct Renaming {
  std::string contains, to;
};

struct MappedDimension {
  std::string name, column;
  std::string split;                 // several values in one cell; "": one
  std::vector<std::string> cut;      // a value ends before the first of these
  bool lower_case = false;           // ASCII letters
  std::vector<Renaming> rename;      // the first one that fits
  std::optional<std::string> empty;  // what an empty cell means; none: the line does not count
};

struct MappedFilter {
  std::string column;
  std::vector<std::string> contains;  // one of these, ASCII letters in any case
};

struct Mapping {
  bool events = true;  // else a table of series
  monitoring::Period period = monitoring::Period::kWeek;
  std::string date_column;
  DateForm date_form = DateForm::kIso;
  std::string count_column;  // "": one each
  std::string id_column;     // events with the same id count once; "": none
  char separator = ',';
  std::vector<MappedDimension> by;
  std::vector<MappedFilter> where;
};

// Errors: kInvalid "detection.mapping", naming the member with what was seen and what is expected.
Result<Mapping> read_mapping(std::string_view json);
// For a table of series whose header names "date" (or "week_ending") and "count" (or "n"); every other column is a
// dimension. Errors: kInvalid "detection.mapping" when it does not.
Result<Mapping> default_mapping(const std::vector<std::string>& header);

// What the lines of all files became.
struct Intake {
  std::size_t lines = 0;
  std::size_t outside = 0;     // left out by "where"
  std::size_t incomplete = 0;  // without a value of some dimension
  std::size_t repeated = 0;    // an id that was there before
  std::vector<monitoring::CountedEvent> events;
  std::vector<monitoring::CountRow> rows;
  std::set<std::string> ids;
};

// Adds the lines of one table. Errors, kInvalid: "detection.column" (no such column), "detection.date" and
// "detection.count" (a cell that cannot be read), with a finding for each line, at most 100.
Status take_in(const Mapping& mapping, const std::string& file, const CsvTable& table, Intake& intake);

}  // namespace suyuan
