// SPDX-License-Identifier: Apache-2.0
#include "app/trace/recall.h"

#include <CLI/CLI.hpp>
#include <cstdio>

#include "adapters/clock/system_clock.h"
#include "bin/cli.h"

namespace suyuan::cli {

namespace {

struct RecallArguments {
  std::vector<std::string> ids;
  std::string at;
  std::size_t limit = 1000;
  bool csv = false;
};

int run(const RecallArguments& arguments, const Common& common) {
  SystemClock clock;
  RecallRequest request;
  request.limit = arguments.limit;
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
  const auto write = [](std::string_view text) { std::fwrite(text.data(), 1, text.size(), stdout); };
  auto answer = arguments.csv ? recall_csv(at_this_machine(), request, **store, write)
                              : recall(at_this_machine(), request, **store);
  if (!answer) return fail(answer.error());
  if (!arguments.csv)
    std::printf("%s\n", (common.json ? recall_json(*answer) : recall_text(*answer, common.english)).c_str());
  return std::fflush(stdout) == 0 ? kDone : kPartly;
}

}  // namespace

void add_recall(CLI::App& app, Common& common, Chosen& chosen) {
  auto* command = app.add_subcommand(
      "recall", "What did it get into, who has it now, who had it, whom to tell, and what is not known; exact");
  auto arguments = std::make_shared<RecallArguments>();
  command->add_option("ID", arguments->ids, "Codes in any notation: the lot, item or product that is unsafe")
      ->required();
  command->add_option("--at", arguments->at, "As things stood at this time, e.g. 2026-03-01T08:00:00+08:00");
  command->add_option("--limit", arguments->limit, "Rows of each list; the counts are always of all")
      ->capture_default_str()
      ->check(CLI::Range(1, 100000));
  auto* csv = command->add_flag("--csv", arguments->csv, "Every affected thing with its holder, one line each, as CSV");
  add_store_options(*command, common);
  add_json_option(*command, common);
  command->get_option("--json")->excludes(csv);
  command->callback(
      [arguments, &common, &chosen] { chosen.run = [arguments, &common] { return run(*arguments, common); }; });
}

}  // namespace suyuan::cli
