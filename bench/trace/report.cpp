// SPDX-License-Identifier: Apache-2.0
#include "report.h"

#include <fmt/format.h>

#include <boost/json.hpp>
#include <cstdio>

namespace suyuan::bench {

namespace {

std::string number(std::optional<double> value) {
  if (!value) return "";
  if (*value >= 1000) return fmt::format("{:.0f}", *value);
  return *value >= 100 ? fmt::format("{:.1f}", *value) : fmt::format("{:.3g}", *value);
}

std::string goal_text(const Row& row) {
  if (!row.goal) return "";
  return fmt::format("{} {}", row.goal->at_least ? ">=" : "<=", number(row.goal->bound));
}

std::string verdict(const Row& row) {
  if (!row.goal) return "";
  return row.met() ? "met" : "FALLS SHORT";
}

std::string line(const Row& row) {
  return fmt::format("{:<8} {:<58} {:>9} {:<9} {:>7} {:>7}  {:>7} {:<30} {:<9} {:<11} {}", row.measure, row.what,
                     number(row.value), row.unit, number(row.cpu_us), number(row.written), number(row.ratio),
                     row.against.empty() ? "" : "of " + row.against, goal_text(row), verdict(row), row.note);
}

boost::json::value or_null(std::optional<double> value) {
  return value ? boost::json::value(*value) : boost::json::value(nullptr);
}

}  // namespace

Row rate_row(std::string measure, std::string what, const Cost& cost, std::int64_t events) {
  const auto count = static_cast<double>(events);
  Row row{std::move(measure), std::move(what)};
  row.value = count / cost.seconds;
  row.unit = "events/s";
  row.cpu_us = cost.cpu_seconds * 1e6 / count;
  row.written = static_cast<double>(cost.written) / count;
  const double hidden = cost.paused_cpu_seconds * 1e6 / count;
  if (hidden > 0.1 * *row.cpu_us)
    row.note = fmt::format("{:.1f} us of the CPU by background threads while the load was made", hidden);
  return row;
}

void Report::add(Row row) {
  std::fprintf(stderr, "%s\n", line(row).c_str());
  rows_.push_back(std::move(row));
}

void Report::skip(const std::string& measure, const std::string& why) {
  std::fprintf(stderr, "%-8s not measured: %s\n", measure.c_str(), why.c_str());
  skipped_.emplace_back(measure, why);
}

std::string Report::text() const {
  std::string text = fmt::format("{:<8} {:<58} {:>9} {:<9} {:>7} {:>7}  {:>7} {:<30} {:<9} {}\n", "measure", "what",
                                 "value", "unit", "CPU us", "B disk", "ratio", "", "goal", "");
  int met = 0, all = 0;
  std::string loud;
  for (const Row& row : rows_) {
    text += line(row);
    text.erase(text.find_last_not_of(' ') + 1);
    text += '\n';
    if (!row.goal) continue;
    ++all;
    met += row.met() ? 1 : 0;
    if (!row.met())
      loud += fmt::format("FALLS SHORT: {}: {}: {} instead of {}\n", row.measure, row.what, number(row.judged()),
                          goal_text(row));
  }
  for (const auto& [measure, why] : skipped_) loud += fmt::format("NOT MEASURED: {}: {}\n", measure, why);
  return text + "\n" + loud + fmt::format("{} of {} goals met\n", met, all);
}

boost::json::object Report::json(boost::json::object machine, boost::json::object options) const {
  boost::json::array rows, skipped;
  for (const Row& row : rows_) {
    boost::json::object each = {{"measure", row.measure},
                                {"what", row.what},
                                {"value", or_null(row.value)},
                                {"unit", row.unit},
                                {"cpuMicros", or_null(row.cpu_us)},
                                {"bytesWritten", or_null(row.written)},
                                {"ratio", or_null(row.ratio)},
                                {"against", row.against},
                                {"note", row.note}};
    if (row.goal) {
      each["goal"] = goal_text(row);
      each["met"] = row.met();
    }
    rows.emplace_back(std::move(each));
  }
  for (const auto& [measure, why] : skipped_) skipped.push_back({{"measure", measure}, {"why", why}});
  return {{"machine", std::move(machine)},
          {"options", std::move(options)},
          {"rows", std::move(rows)},
          {"notMeasured", std::move(skipped)}};
}

}  // namespace suyuan::bench
