// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cmath>

#include "app/monitoring/mapping.h"
#include "base/check.h"
#include "base/text.h"
#include "domain/monitoring/alarm.h"
#include "domain/monitoring/run.h"

// What the tables and the mapping of a backtest have to hold, whatever was in them.
namespace suyuan::fuzzing {

inline void check_refusal(const Error& error) {
  CHECK(error.kind == ErrorKind::kInvalid || error.kind == ErrorKind::kTooLarge);
  CHECK(!error.code.empty() && !error.text.empty() && is_utf8(error.text) && error.findings.size() <= 100);
  for (const Finding& finding : error.findings) CHECK(is_utf8(finding.path) && is_utf8(finding.text));
}

// Series of one width with whole counts; a small panel is judged by every method of series, and the tally adds up.
inline void check_panel(const monitoring::Panel& panel, std::size_t dimensions) {
  for (const monitoring::Series& series : panel.series) {
    CHECK(series.parts.size() == dimensions && series.known_to() <= panel.periods);
    for (const double count : series.counts) CHECK(count >= 0 && count == std::floor(count) && count <= 1e9);
  }
  if (panel.series.size() * panel.periods > 3000) return;
  for (const monitoring::Method method : monitoring::all_methods()) {
    if (family_of(method) != monitoring::Family::kSeries) continue;
    const auto run = run_series(panel, method, monitoring::detection_policy(), {});
    CHECK(run.tally.signalled == run.tally.held + run.tally.repeated + run.tally.raised);
    CHECK(run.tally.raised == run.alarms.size());
    for (const auto& alarm : run.alarms) CHECK(is_utf8(sentence(alarm, panel.period, true)));
  }
}

inline void check_table(const Mapping& mapping, const CsvTable& table) {
  Intake intake;
  if (auto taken = take_in(mapping, "table.csv", table, intake); !taken) return check_refusal(taken.error());
  CHECK(intake.lines == table.rows.size() && intake.outside + intake.repeated <= intake.lines);
  std::vector<std::string> names;
  for (const auto& by : mapping.by) names.push_back(by.name);
  const auto panel = mapping.events ? monitoring::panel_of_events(intake.events, mapping.period, names)
                                    : monitoring::panel_of_counts(intake.rows, mapping.period, names);
  if (!panel) return check_refusal(panel.error());
  check_panel(*panel, names.size());
}

}  // namespace suyuan::fuzzing
