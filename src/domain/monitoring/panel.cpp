// SPDX-License-Identifier: Apache-2.0
#include "domain/monitoring/panel.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>

#include "base/text.h"

namespace suyuan::monitoring {

namespace {

using std::chrono::days;

constexpr std::size_t kFindingsMax = 100;
constexpr double kCountMax = 1e9;
constexpr std::size_t kCellsMax = 100'000'000;  // 800 MB

Error empty() {
  return {ErrorKind::kInvalid, "detection.empty",
          "There is nothing to count: no line of the files has a date and a value for each dimension. Look at the "
          "columns and at \"where\" of the mapping."};
}

std::string period_text(Period period, std::int64_t index) {
  return fmt::format("the {} that ends on {}", period_name(period), format_day(period_end(period, index)));
}

Finding finding(const CountRow& row, std::string code, std::string text) {
  return {fmt::format("line {}", row.line), std::move(code), std::move(text)};
}

std::optional<Finding> check_count(const CountRow& row) {
  if (std::isfinite(row.count) && row.count >= 0 && row.count <= kCountMax && row.count == std::floor(row.count))
    return std::nullopt;
  return finding(row, "detection.count",
                 fmt::format("The count of \"{}\" is {}: a whole number from 0 to {:.0f} is expected.",
                             excerpt(shown(row.parts)), row.count, kCountMax));
}

// What is wrong between two neighbouring lines of one series.
std::optional<Finding> check_step(Period period, const CountRow& before, const CountRow& row) {
  const auto previous = period_index(period, before.day), here = period_index(period, row.day);
  const std::string name = excerpt(shown(row.parts));
  if (previous == here)
    return finding(row, "detection.duplicate",
                   fmt::format("\"{}\" has {} twice (also in line {}). Add the lines up, or leave one out.", name,
                               period_text(period, here), before.line));
  if (previous + 1 != here)
    return finding(row, "detection.gap",
                   fmt::format("\"{}\" lacks {} before this line. Write 0 where there was no case; where nobody knows, "
                               "begin the series after the gap.",
                               name, period_text(period, previous + 1)));
  return std::nullopt;
}

Error refusal(std::vector<Finding> findings) {
  Error error{ErrorKind::kInvalid, findings.front().code,
              fmt::format("{} line{} of the series cannot be used. The first: {}: {}", findings.size(),
                          findings.size() == 1 ? "" : "s", findings.front().path, findings.front().text)};
  if (findings.size() > kFindingsMax) findings.resize(kFindingsMax);
  error.findings = std::move(findings);
  return error;
}

}  // namespace

std::string_view period_name(Period period) {
  return period == Period::kDay ? "day" : period == Period::kWeek ? "week" : "month";
}

std::optional<Period> period_of(std::string_view name) {
  for (const Period period : {Period::kDay, Period::kWeek, Period::kMonth}) {
    if (period_name(period) == name) return period;
  }
  return std::nullopt;
}

// Day 0 of the calendar is Thursday 1 January 1970; its week ends on Sunday, day 3.
std::int64_t period_index(Period period, CivilDay day) {
  const std::int64_t number = day.time_since_epoch().count();
  if (period == Period::kDay) return number;
  if (period == Period::kWeek) return (number + 3 - ((number + 3) % 7 + 7) % 7) / 7;
  const std::chrono::year_month_day date(day);
  return static_cast<int>(date.year()) * 12LL + static_cast<unsigned>(date.month()) - 1;
}

CivilDay period_end(Period period, std::int64_t index) {
  if (period == Period::kDay) return CivilDay(days(index));
  if (period == Period::kWeek) return CivilDay(days(index * 7 + 3));
  const auto year = static_cast<int>(index >= 0 ? index / 12 : (index - 11) / 12);
  const auto month = static_cast<unsigned>(index - year * 12LL) + 1;
  return CivilDay(std::chrono::year(year) / std::chrono::month(month) / std::chrono::last);
}

Result<Panel> panel_of_events(std::span<const CountedEvent> events, Period period,
                              std::vector<std::string> dimensions) {
  if (events.empty()) return empty();
  Panel panel{period, std::move(dimensions), 0, 0, {}};
  std::map<std::vector<std::string>, std::map<std::int64_t, double>> counted;
  std::int64_t first = period_index(period, events.front().day), last = first;
  for (const CountedEvent& event : events) {
    const std::int64_t index = period_index(period, event.day);
    const double count = counted[event.parts][index] += event.count;
    if (count > kCountMax)
      return Error{
          ErrorKind::kInvalid, "detection.count",
          fmt::format("The events of {} in the {} to {} add up to more than {:.0f}. Look at the column of counts.",
                      shown(event.parts), period_name(period), format_day(period_end(period, index)), kCountMax)};
    first = std::min(first, index);
    last = std::max(last, index);
  }
  panel.first = first;
  panel.periods = static_cast<std::size_t>(last - first + 1);
  if (panel.periods > kCellsMax / counted.size())
    return Error{
        ErrorKind::kTooLarge, "detection.too_large",
        fmt::format("{} series over {} periods ({} to {}) are more than {} counts. Look for a mistyped date, or "
                    "count fewer dimensions or longer periods.",
                    counted.size(), panel.periods, format_day(panel.end_of(0)),
                    format_day(panel.end_of(panel.periods - 1)), kCellsMax)};
  for (auto& [parts, by_period] : counted) {
    Series series{parts, 0, static_cast<std::size_t>(by_period.begin()->first - first),
                  std::vector<double>(panel.periods, 0)};
    for (const auto& [index, count] : by_period) series.counts[static_cast<std::size_t>(index - first)] = count;
    panel.series.push_back(std::move(series));
  }
  return panel;
}

Result<Panel> panel_of_counts(std::span<const CountRow> rows, Period period, std::vector<std::string> dimensions) {
  if (rows.empty()) return empty();
  std::vector<Finding> findings;
  std::map<std::vector<std::string>, std::vector<const CountRow*>> by_series;
  for (const CountRow& row : rows) {
    if (auto bad = check_count(row)) findings.push_back(std::move(*bad));
    by_series[row.parts].push_back(&row);
  }
  Panel panel{period, std::move(dimensions), 0, 0, {}};
  std::int64_t first = period_index(period, rows.front().day), last = first;
  for (auto& [parts, lines] : by_series) {
    std::stable_sort(lines.begin(), lines.end(), [](const auto* a, const auto* b) { return a->day < b->day; });
    for (std::size_t i = 1; i < lines.size(); ++i) {
      if (auto bad = check_step(period, *lines[i - 1], *lines[i])) findings.push_back(std::move(*bad));
    }
    first = std::min(first, period_index(period, lines.front()->day));
    last = std::max(last, period_index(period, lines.back()->day));
  }
  if (!findings.empty()) return refusal(std::move(findings));
  panel.first = first;
  panel.periods = static_cast<std::size_t>(last - first + 1);
  for (const auto& [parts, lines] : by_series) {
    const auto begin = static_cast<std::size_t>(period_index(period, lines.front()->day) - first);
    Series series{parts, begin, begin, {}};
    for (const CountRow* line : lines) series.counts.push_back(line->count);
    panel.series.push_back(std::move(series));
  }
  return panel;
}

std::string shown(const std::vector<std::string>& parts) { return fmt::format("{}", fmt::join(parts, " × ")); }

}  // namespace suyuan::monitoring
