// SPDX-License-Identifier: Apache-2.0
#include "app/calendar/due.h"

#include <CLI/CLI.hpp>
#include <cstdio>
#include <optional>

#include "adapters/clock/system_clock.h"
#include "bin/cli.h"

namespace suyuan::cli {

namespace {

struct DueArguments {
  std::string start;                      // empty: today
  std::optional<int> working_days, days;  // one of them
};

int due(const DueArguments& arguments, const Common& common) {
  SystemClock clock;
  const auto start = arguments.start.empty() ? Result(day_in_china(clock.now())) : parse_day(arguments.start);
  if (!start) return fail(start.error());
  const bool in_working_days = arguments.working_days.has_value();
  const auto answer = due_day({*start, in_working_days ? *arguments.working_days : *arguments.days, in_working_days});
  if (!answer) return fail(answer.error());
  std::printf("%s\n", (common.json ? due_json(*answer) : due_text(*answer, common.english)).c_str());
  return kDone;
}

}  // namespace

void add_due(CLI::App& app, Common& common, Chosen& chosen) {
  auto* command = app.add_subcommand(
      "due", "Until when: working days as the State Council announces them, or days that end on a working day");
  auto arguments = std::make_shared<DueArguments>();
  command->add_option("START", arguments->start,
                      "The day it begins, as 2026-03-01; it does not count (default: today)");
  auto* working = command->add_option("--working-days", arguments->working_days, "So many working days (工作日)");
  command->add_option("--days", arguments->days, "So many days (日); where the last is off, the next that is not")
      ->excludes(working);
  add_json_option(*command, common);
  command->callback([arguments, &common, &chosen] {
    if (!arguments->working_days && !arguments->days) throw CLI::RequiredError("--working-days N or --days N");
    chosen.run = [arguments, &common] { return due(*arguments, common); };
  });
}

}  // namespace suyuan::cli
