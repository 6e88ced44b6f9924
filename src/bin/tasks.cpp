// SPDX-License-Identifier: Apache-2.0
#include <CLI/CLI.hpp>
#include <cstdio>

#include "bin/accounts.h"

namespace suyuan::cli {

Result<Accounts> open_accounts(const Common& common, bool create) {
  auto store = open_store(place_of(common), create);
  if (!store) return std::move(store.error());
  Accounts opened;
  opened.store = std::move(*store);
  opened.accounts = make_account_store(opened.store->records(), opened.store->names());
  opened.tasks = make_task_store(opened.store->records());
  opened.clock = std::make_unique<SystemClock>();
  return opened;
}

int print(const std::string& text) {
  std::printf("%s\n", text.c_str());
  return std::fflush(stdout) == 0 ? kDone : kPartly;
}

namespace {

struct TaskArguments {
  std::int64_t person = 0, org = 0;
  std::string after;
  std::size_t limit = 100;
  bool all = false;
};

int tasks(const TaskArguments& arguments, const Common& common) {
  auto opened = open_accounts(common);
  if (!opened) return fail(opened.error());
  TasksQuestion question{.with_closed = arguments.all, .after = arguments.after, .limit = arguments.limit};
  if (arguments.person > 0) question.person = PersonId(arguments.person);
  if (arguments.org > 0) question.org = OrgId(arguments.org);
  using Rows = std::vector<Task>;
  return show(
      list_tasks(at_this_machine(), question, opened->services()), common,
      [&](const Rows& rows) { return tasks_json(rows, arguments.limit); },
      [&](const Rows& rows) { return tasks_text(rows, arguments.limit, common.english); });
}

}  // namespace

void add_tasks(CLI::App& app, Common& common, Chosen& chosen) {
  auto* command = app.add_subcommand("tasks", "What somebody still has to do");
  auto arguments = std::make_shared<TaskArguments>();
  command->add_option("--person", arguments->person, "Id: of this person only")->check(CLI::PositiveNumber);
  command->add_option("--org", arguments->org, "Id: of this organisation only")->check(CLI::PositiveNumber);
  command->add_flag("--all", arguments->all, "Closed ones, too");
  command->add_option("--after", arguments->after, "Go on after this task");
  command->add_option("--limit", arguments->limit, "Rows")->capture_default_str()->check(CLI::Range(1, 1000));
  add_store_options(*command, common);
  add_json_option(*command, common);
  command->callback(
      [arguments, &common, &chosen] { chosen.run = [arguments, &common] { return tasks(*arguments, common); }; });
}

}  // namespace suyuan::cli
