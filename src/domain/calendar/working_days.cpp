// SPDX-License-Identifier: Apache-2.0
#include "domain/calendar/working_days.h"

#include <fmt/format.h>

#include <charconv>

#include "base/check.h"
#include "base/csv_read.h"
#include "base/text.h"

namespace suyuan::calendar {

namespace {

using std::chrono::days;
using std::chrono::year_month_day;

constexpr int kLongest = 60;  // days of one holiday: more is a slip of the pen

int year_of(CivilDay day) { return static_cast<int>(year_month_day(day).year()); }
bool is_weekend(CivilDay day) { return std::chrono::weekday(day).iso_encoding() > 5; }

Error wrong(std::size_t line, std::string_view what) {
  return {ErrorKind::kInvalid, "calendar.policy", fmt::format("Line {} of the working days: {}.", line, what)};
}

// The lines that begin with # are for the reader.
std::string without_remarks(std::string_view csv) {
  std::string rows;
  while (!csv.empty()) {
    const std::string_view line = csv.substr(0, csv.find('\n'));
    csv.remove_prefix(std::min(csv.size(), line.size() + 1));
    if (!line.starts_with('#')) rows += line;
    rows += '\n';  // lines keep their numbers
  }
  return rows;
}

}  // namespace

Result<WorkingDays> WorkingDays::read(std::string_view csv) {
  auto table = read_csv(without_remarks(csv));
  if (!table) return std::move(table.error());
  if (table->header != std::vector<std::string>{"year", "kind", "first", "last"})
    return wrong(1, "the columns are year, kind, first, last");
  WorkingDays all;
  for (std::size_t i = 0; i < table->rows.size(); ++i) {
    const std::vector<std::string>& row = table->rows[i];
    const std::size_t line = table->lines[i];
    int year = 0;
    const auto [end, error] = std::from_chars(row[0].data(), row[0].data() + row[0].size(), year);
    if (error != std::errc() || end != row[0].data() + row[0].size() || year < 1950 || year > 9000)
      return wrong(line, fmt::format("\"{}\" is no year", excerpt(row[0])));
    if (all.last_year_ != 0 && year != all.last_year_ && year != all.last_year_ + 1)
      return wrong(line, fmt::format("{} comes after {}: years follow each other", year, all.last_year_));
    const auto first = parse_day(row[2]), last = parse_day(row[3]);
    if (!first || !last) return wrong(line, (first ? last : first).error().text);
    if (*last < *first || *last - *first > days(kLongest))
      return wrong(line, fmt::format("from {} to {} is no stretch of at most {} days", row[2], row[3], kLongest));
    const bool is_off = row[1] == "off";
    if (!is_off && row[1] != "make_up") return wrong(line, fmt::format("\"{}\" is neither off nor make_up", row[1]));
    for (CivilDay day = *first; day <= *last; day += days(1)) {
      if (year_of(day) != year && year_of(day) != year - 1)
        return wrong(line, fmt::format("{} is not of the notice for {}", format_day(day), year));
      if (!is_off && !is_weekend(day)) return wrong(line, fmt::format("{} is a working day anyway", format_day(day)));
      if (all.off_.contains(day) || !(is_off ? all.off_ : all.make_up_).insert(day).second)
        return wrong(line, fmt::format("{} is there twice", format_day(day)));
      if (is_off && all.make_up_.contains(day)) return wrong(line, fmt::format("{} is there twice", format_day(day)));
    }
    if (all.first_year_ == 0) all.first_year_ = year;
    all.last_year_ = year;
  }
  if (all.first_year_ == 0) return wrong(1, "there is no row");
  return all;
}

const WorkingDays& WorkingDays::announced() {
  static const WorkingDays all = [] {
    auto read = WorkingDays::read(working_days_text());
    CHECK(read.ok());
    return std::move(*read);
  }();
  return all;
}

bool WorkingDays::works(CivilDay day) const { return is_make_up(day) || (!is_off(day) && !is_weekend(day)); }

bool WorkingDays::is_settled(CivilDay day) const {
  return year_of(day) >= first_year_ && year_of(day + days(7)) <= last_year_;
}

Due WorkingDays::after_working_days(CivilDay start, int count) const {
  CHECK(count >= 0 && count <= kMostDays);
  Due due{start};
  for (int left = count; left > 0;) {
    due.day += days(1);
    due.is_provisional = due.is_provisional || !is_settled(due.day);
    left -= works(due.day) ? 1 : 0;
  }
  return due;
}

Due WorkingDays::after_days(CivilDay start, int count) const {
  CHECK(count >= 0 && count <= kMostDays);
  Due due{start + days(count), !is_settled(start + days(count))};
  while (!works(due.day)) {
    due.day += days(1);
    due.is_provisional = due.is_provisional || !is_settled(due.day);
  }
  return due;
}

}  // namespace suyuan::calendar
