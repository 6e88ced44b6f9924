// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/time.h"

// Counts of many things over the same periods.
namespace suyuan::monitoring {

enum class Period : std::uint8_t { kDay = 1, kWeek = 2, kMonth = 3 };  // a week ends on Sunday

std::string_view period_name(Period period);  // "day", "week", "month"
std::optional<Period> period_of(std::string_view name);
// Number of the period that holds `day`, counted from an arbitrary one; and the last day of a period.
std::int64_t period_index(Period period, CivilDay day);
CivilDay period_end(Period period, std::int64_t index);

// One thing that is counted: a value for each dimension.
struct Series {
  std::vector<std::string> parts;
  std::size_t known_from = 0;  // the first period in which it is known how many there were
  std::size_t first_seen = 0;  // the first period that named it; before it nobody knew that there is such a series
  std::vector<double> counts;  // from known_from on, one a period, none missing

  std::size_t known_to() const { return known_from + counts.size(); }  // excluded
  std::span<const double> until(std::size_t period) const { return std::span(counts).first(period + 1 - known_from); }
};

struct Panel {
  Period period = Period::kWeek;
  std::vector<std::string> dimensions;
  std::int64_t first = 0;  // period_index of the first period
  std::size_t periods = 0;
  std::vector<Series> series;  // by parts, in ascending order

  CivilDay end_of(std::size_t index) const { return period_end(period, first + static_cast<std::int64_t>(index)); }
};

// One line of a list of events: what happened on a day, once or `count` times.
struct CountedEvent {
  CivilDay day;
  std::vector<std::string> parts;
  double count = 1;
};

// Every period from the first event to the last one counts, those without any event as 0. The order of the events does
// not matter. Errors: kInvalid "detection.empty"; kTooLarge "detection.too_large" (over 100 million counts).
Result<Panel> panel_of_events(std::span<const CountedEvent> events, Period period, std::vector<std::string> dimensions);

// One line of a table of series. `line`: where it stands, for messages.
struct CountRow {
  CivilDay day;  // any day of its period
  std::vector<std::string> parts;
  double count = 0;
  std::size_t line = 0;
};

// Errors, kInvalid, with a finding for each wrong line (at most 100): "detection.count" (negative, no number, not
// whole), "detection.duplicate" (the same period of a series twice), "detection.gap" (a period of a series is missing;
// a period without a case is written as 0); "detection.empty".
Result<Panel> panel_of_counts(std::span<const CountRow> rows, Period period, std::vector<std::string> dimensions);

// "坚果 × 环氧乙烷 × 印度"; "" dimensions: "".
std::string shown(const std::vector<std::string>& parts);

}  // namespace suyuan::monitoring
