// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "app/identity/permit.h"
#include "app/monitoring/mapping.h"
#include "domain/monitoring/ranking.h"
#include "domain/monitoring/run.h"

// When would which method have spoken? Over lists of events or tables of series, period by period, each judged by what
// was known at its end. Needs no store. Format of the files and of the answer: docs/formats/backtest.md.
namespace suyuan {

struct NamedText {
  std::string name, text;  // name: for messages
};

struct BacktestRequest {
  std::vector<NamedText> files;      // CSV
  std::optional<NamedText> mapping;  // none: tables of series with their usual columns
  std::optional<NamedText> known;    // CSV of what is known to have happened: name, from, to, and dimensions
  std::optional<NamedText> areas;    // CSV: area, latitude, longitude[, population]
  std::string area_dimension;        // of the scan; "": "area"
  std::vector<monitoring::Method> methods;
};

struct BacktestFile {
  std::string name, sha256;
};

struct Backtest {
  std::vector<BacktestFile> files;  // the mapping, known events and areas behind the tables
  Intake intake;                    // its events and rows are spent
  monitoring::Panel panel;
  std::vector<monitoring::KnownEvent> known;
  std::vector<monitoring::Run> runs;  // one for each method, in the order asked
};

// Errors, all kInvalid: those of read_csv, read_mapping, take_in, panel_of_counts, panel_of_events and run_scan, with
// the file; "detection.events" (the file of known events), "detection.areas"; "detection.dimensions" (a method of pairs
// without two dimensions, a scan without its dimension).
Result<Backtest> backtest(const Permit<identity::Act::kFiguresRead>& permit, const BacktestRequest& request);

std::string backtest_json(const Backtest& answer);
// For the terminal: counts, rates, what rose, known events, and the first `limit` alarms and rises of each run.
std::string backtest_text(const Backtest& answer, std::size_t limit, bool english);

// The counts of one series as SVG, with the expected value, the bound and the alarms of the first run of the family of
// series. `series`: its parts joined by " × "; "": the one that rose most. Errors: kNotFound "detection.series".
Result<std::string> backtest_svg(const Backtest& answer, std::string_view series, bool english);

}  // namespace suyuan
