// SPDX-License-Identifier: Apache-2.0
#include "app/monitoring/backtest.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <cstdio>
#include <fstream>
#include <sstream>

#include "base/text.h"
#include "bin/cli.h"

namespace suyuan::cli {

namespace {

struct BacktestArguments {
  std::vector<std::string> files, methods = {"auto"};
  std::string mapping, events, areas, area, chart, series;
  std::size_t limit = 20;
};

Result<NamedText> read_file(const std::string& name) {
  std::ifstream file(name, std::ios::binary);
  std::ostringstream bytes;
  if (file) bytes << file.rdbuf();
  if (!file || !bytes)
    return Error{ErrorKind::kNotFound, "detection.file",
                 "The file \"" + excerpt(name) + "\" cannot be read. Look at its name and its rights."};
  return NamedText{name, bytes.str()};
}

Status read_into(std::optional<NamedText>& to, const std::string& name) {
  if (name.empty()) return Done{};
  auto file = read_file(name);
  if (!file) return std::move(file.error());
  to = std::move(*file);
  return Done{};
}

Result<std::vector<monitoring::Method>> methods_of(const std::vector<std::string>& names) {
  std::vector<monitoring::Method> methods;
  std::vector<std::string_view> known = {"all"};
  for (const auto method : monitoring::all_methods()) known.push_back(method_name(method));
  for (const std::string& name : names) {
    if (name == "all") {  // of single series; pairs and areas need more than every file has
      for (const auto method : monitoring::all_methods())
        if (family_of(method) == monitoring::Family::kSeries) methods.push_back(method);
    } else if (const auto method = monitoring::method_of(name)) {
      methods.push_back(*method);
    } else {
      const auto near = nearest(name, known);
      return Error{
          ErrorKind::kInvalid, "detection.method",
          fmt::format("There is no method \"{}\"{} There are: {}.", excerpt(name),
                      near.empty() ? "." : fmt::format("; did you mean \"{}\"?", near), fmt::join(known, ", "))};
    }
  }
  return methods;
}

Status draw(const Backtest& answer, const BacktestArguments& arguments, bool english) {
  if (arguments.chart.empty()) return Done{};
  const auto svg = backtest_svg(answer, arguments.series, english);
  if (!svg) return Error(svg.error());
  std::ofstream file(arguments.chart, std::ios::binary);
  file << *svg;
  if (!file.flush())
    return Error{
        ErrorKind::kInvalid, "detection.file",
        "The chart cannot be written to \"" + excerpt(arguments.chart) + "\". Name a file in a folder of yours."};
  return Done{};
}

int run_backtest(const BacktestArguments& arguments, const Common& common) {
  BacktestRequest request;
  auto methods = methods_of(arguments.methods);
  if (!methods) return fail(methods.error());
  request.methods = std::move(*methods);
  request.area_dimension = arguments.area;
  for (const std::string& name : arguments.files) {
    auto file = read_file(name);
    if (!file) return fail(file.error());
    request.files.push_back(std::move(*file));
  }
  for (auto& [to, name] : {std::pair(&request.mapping, &arguments.mapping),
                           std::pair(&request.known, &arguments.events), std::pair(&request.areas, &arguments.areas)}) {
    if (auto read = read_into(*to, *name); !read) return fail(read.error());
  }
  const auto answer = backtest(at_this_machine(), request);
  if (!answer) return fail(answer.error());
  if (auto drawn = draw(*answer, arguments, common.english); !drawn) return fail(drawn.error());
  std::printf("%s\n",
              (common.json ? backtest_json(*answer) : backtest_text(*answer, arguments.limit, common.english)).c_str());
  return kDone;
}

}  // namespace

void add_backtest(CLI::App& app, Common& common, Chosen& chosen) {
  auto* command =
      app.add_subcommand("backtest", "Say when each method would have warned, over events or counts of the past");
  auto arguments = std::make_shared<BacktestArguments>();
  command->add_option("FILE", arguments->files, "CSV files: lists of events, or tables of counts")->required();
  command->add_option("--mapping", arguments->mapping, "JSON file that says which columns are what");
  command
      ->add_option("--method", arguments->methods,
                   "Methods, or all: auto, ears-c2, farrington-flexible, ebgm, scan-eb …")
      ->delimiter(',')
      ->default_str("auto");
  command->add_option("--events", arguments->events, "CSV file of known events: their alarms are not false ones");
  command->add_option("--areas", arguments->areas, "CSV file of areas with latitude, longitude, population, for scans");
  command->add_option("--area", arguments->area, "Dimension that the areas are of")->default_str("area");
  command->add_option("--chart", arguments->chart, "Write an SVG picture of one series into this file");
  command->add_option("--series", arguments->series, "The series of the picture (default: what rose most)");
  command->add_option("--limit", arguments->limit, "Lines of each list")->capture_default_str();
  add_json_option(*command, common);
  command->callback([arguments, &common, &chosen] {
    chosen.run = [arguments, &common] { return run_backtest(*arguments, common); };
  });
}

}  // namespace suyuan::cli
