// SPDX-License-Identifier: Apache-2.0
#include "app/trace/trace.h"

#include <CLI/CLI.hpp>
#include <cstdio>
#include <map>

#include "adapters/clock/system_clock.h"
#include "bin/cli.h"

namespace suyuan::cli {

namespace {

struct TraceArguments {
  std::vector<std::string> ids;
  trace::Direction direction = trace::Direction::kBoth;
  std::string at;
  std::size_t limit = 1000;
  std::string continuation;
};

int trace_codes(const TraceArguments& arguments, const Common& common) {
  SystemClock clock;
  TraceRequest request;
  request.direction = arguments.direction;
  request.node_limit = arguments.limit;
  request.continuation = arguments.continuation;
  for (const std::string& text : arguments.ids) {
    auto id = the_code(text, clock);
    if (!id) return fail(id.error());
    request.start.push_back(std::move(*id));
  }
  if (!arguments.at.empty()) {
    auto at = parse_instant(arguments.at);
    if (!at) return fail(at.error());
    request.at = at->at;
  }
  auto store = open_store(place_of(common), false);
  if (!store) return fail(store.error());
  auto answer = trace_chain(at_this_machine(), request, **store);
  if (!answer) return fail(answer.error());
  std::printf("%s\n", (common.json ? trace_json(*answer) : trace_text(*answer, common.english)).c_str());
  return kDone;
}

}  // namespace

void add_trace(CLI::App& app, Common& common, Chosen& chosen) {
  auto* command = app.add_subcommand("trace", "Where did it come from, where did it go, who holds it now");
  auto arguments = std::make_shared<TraceArguments>();
  static const std::map<std::string, trace::Direction> kDirections = {
      {"back", trace::Direction::kBack}, {"forward", trace::Direction::kForward}, {"both", trace::Direction::kBoth}};
  command->add_option("ID", arguments->ids, "Codes in any notation")->required();
  command->add_option("--direction", arguments->direction, "back, forward or both")
      ->transform(CLI::CheckedTransformer(kDirections))
      ->default_str("both");
  command->add_option("--at", arguments->at, "As the chain stood at this time, e.g. 2026-03-01T08:00:00+08:00");
  command->add_option("--limit", arguments->limit, "Nodes in one answer")
      ->capture_default_str()
      ->check(CLI::Range(1, 100000));
  command->add_option("--continue", arguments->continuation, "Token of the last answer");
  add_store_options(*command, common);
  add_json_option(*command, common);
  command->callback(
      [arguments, &common, &chosen] { chosen.run = [arguments, &common] { return trace_codes(*arguments, common); }; });
}

}  // namespace suyuan::cli
