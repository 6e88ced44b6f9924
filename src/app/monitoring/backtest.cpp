// SPDX-License-Identifier: Apache-2.0
#include "app/monitoring/backtest.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>

#include "base/text.h"
#include "domain/monitoring/area_scan.h"
#include "domain/monitoring/pairs.h"
#include "engine/digest/sha256.h"

namespace suyuan {

namespace {

using monitoring::Family;
using monitoring::KnownEvent;
using monitoring::Method;
using monitoring::Panel;

Error in_file(const std::string& file, Error error) {
  error.text = file + ": " + error.text;
  return error;
}

Result<CsvTable> table_of(const NamedText& file, char separator = ',') {
  auto table = read_csv(file.text, separator);
  if (!table) return in_file(file.name, std::move(table.error()));
  return table;
}

// Reads every file by one mapping; the first file's header decides where none was given.
Result<Panel> panel_of(const BacktestRequest& request, Intake& intake) {
  std::optional<Mapping> mapping;
  if (request.mapping) {
    auto read = read_mapping(request.mapping->text);
    if (!read) return in_file(request.mapping->name, std::move(read.error()));
    mapping = std::move(*read);
  }
  for (const NamedText& file : request.files) {
    const auto table = table_of(file, mapping ? mapping->separator : ',');
    if (!table) return Error(table.error());
    if (!mapping) {
      auto usual = default_mapping(table->header);
      if (!usual) return in_file(file.name, std::move(usual.error()));
      mapping = std::move(*usual);
    }
    if (auto taken = take_in(*mapping, file.name, *table, intake); !taken) return std::move(taken.error());
  }
  std::vector<std::string> dimensions;
  for (const auto& by : mapping->by) dimensions.push_back(by.name);
  return mapping->events ? monitoring::panel_of_events(intake.events, mapping->period, std::move(dimensions))
                         : monitoring::panel_of_counts(intake.rows, mapping->period, std::move(dimensions));
}

Result<std::vector<KnownEvent>> known_of(const NamedText& file, const Panel& panel) {
  const auto table = table_of(file);
  if (!table) return Error(table.error());
  const auto wrong = [&](std::string text) {
    return Error{ErrorKind::kInvalid, "detection.events", file.name + ": " + std::move(text)};
  };
  for (const std::string& name : table->header) {
    if (name != "name" && name != "from" && name != "to" &&
        std::find(panel.dimensions.begin(), panel.dimensions.end(), name) == panel.dimensions.end())
      return wrong(fmt::format("the column \"{}\" is neither name, from or to nor one of the dimensions ({}).",
                               excerpt(name), fmt::join(panel.dimensions, ", ")));
  }
  const auto name = table->column("name"), from = table->column("from"), to = table->column("to");
  if (!name || !from || !to) return wrong("the columns name, from and to are expected.");
  std::vector<KnownEvent> known;
  for (std::size_t i = 0; i < table->rows.size(); ++i) {
    const auto& row = table->rows[i];
    const auto first = parse_day(row[*from]), last = parse_day(row[*to]);
    if (!first || !last || *last < *first)
      return wrong(fmt::format("line {}: from and to are days like 2020-09-01, from not after to.", table->lines[i]));
    KnownEvent event{row[*name], {}, *first, *last};
    for (const std::string& dimension : panel.dimensions) {
      const auto column = table->column(dimension);
      event.parts.push_back(column ? row[*column] : "");
    }
    known.push_back(std::move(event));
  }
  return known;
}

std::optional<double> number_of(std::string_view text) {
  text = trim(text);
  double value = 0;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), value);
  if (text.empty() || read.ec != std::errc() || read.ptr != text.data() + text.size()) return std::nullopt;
  return value;
}

Result<monitoring::Places> places_of(const NamedText& file) {
  const auto table = table_of(file);
  if (!table) return Error(table.error());
  const auto wrong = [&](std::string text) {
    return Error{ErrorKind::kInvalid, "detection.areas", file.name + ": " + std::move(text)};
  };
  const auto area = table->column("area"), north = table->column("latitude"), east = table->column("longitude"),
             people = table->column("population");
  if (!area || !north || !east) return wrong("the columns area, latitude and longitude are expected.");
  monitoring::Places places;
  for (std::size_t i = 0; i < table->rows.size(); ++i) {
    const auto& row = table->rows[i];
    const auto latitude = number_of(row[*north]), longitude = number_of(row[*east]);
    const auto population = people ? number_of(row[*people]) : std::optional(0.0);
    if (!latitude || !longitude || !population || !(std::abs(*latitude) <= 90) || !(std::abs(*longitude) <= 180) ||
        !(*population >= 0 && *population <= 1e12))
      return wrong(
          fmt::format("line {}: degrees north (-90 to 90) and east (-180 to 180), and a population of 0 or "
                      "more are expected.",
                      table->lines[i]));
    if (!places.emplace(row[*area], stats::Place{*latitude, *longitude, *population}).second)
      return wrong(fmt::format("line {}: \"{}\" is there twice.", table->lines[i], excerpt(row[*area])));
  }
  return places;
}

Result<monitoring::Run> scan(const BacktestRequest& request, const Backtest& answer, Method method) {
  const std::string name = request.area_dimension.empty() ? "area" : request.area_dimension;
  const auto& dimensions = answer.panel.dimensions;
  const auto at = std::find(dimensions.begin(), dimensions.end(), name);
  if (at == dimensions.end() || !request.areas)
    return Error{ErrorKind::kInvalid, "detection.dimensions",
                 fmt::format("{} needs a dimension \"{}\" (another one: --area NAME) and a file that says where its "
                             "values lie (--areas FILE). The dimensions are: {}.",
                             monitoring::method_name(method), excerpt(name), fmt::join(dimensions, ", "))};
  const auto places = places_of(*request.areas);
  if (!places) return Error(places.error());
  return monitoring::run_scan(answer.panel, method, monitoring::detection_policy(),
                              static_cast<std::size_t>(at - dimensions.begin()), *places, answer.known);
}

Result<monitoring::Run> run_one(const BacktestRequest& request, const Backtest& answer, Method method) {
  const auto& policy = monitoring::detection_policy();
  if (family_of(method) == Family::kSeries) return run_series(answer.panel, method, policy, answer.known);
  if (family_of(method) == Family::kScan) return scan(request, answer, method);
  if (answer.panel.dimensions.size() < 2)
    return Error{ErrorKind::kInvalid, "detection.dimensions",
                 fmt::format("{} compares pairs: the mapping has to name two dimensions in \"by\", the product first.",
                             monitoring::method_name(method))};
  return run_pairs(answer.panel, method, policy, answer.known);
}

}  // namespace

Result<Backtest> backtest(const Permit<identity::Act::kFiguresRead>&, const BacktestRequest& request) {
  Backtest answer;
  const auto remember = [&](const NamedText& file) { answer.files.push_back({file.name, hex(sha256(file.text))}); };
  for (const NamedText& file : request.files) remember(file);
  for (const auto* other : {&request.mapping, &request.known, &request.areas})
    if (*other) remember(**other);
  auto panel = panel_of(request, answer.intake);
  if (!panel) return std::move(panel.error());
  answer.panel = std::move(*panel);
  answer.intake.events = {};
  answer.intake.rows = {};
  answer.intake.ids = {};
  if (request.known) {
    auto known = known_of(*request.known, answer.panel);
    if (!known) return std::move(known.error());
    answer.known = std::move(*known);
  }
  for (const Method method : request.methods) {
    auto run = run_one(request, answer, method);
    if (!run) return std::move(run.error());
    answer.runs.push_back(std::move(*run));
  }
  return answer;
}

}  // namespace suyuan
