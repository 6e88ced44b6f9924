// SPDX-License-Identifier: Apache-2.0
#include "app/trace/mark.h"

#include <CLI/CLI.hpp>
#include <cstdio>

#include "adapters/clock/system_clock.h"
#include "adapters/records/mark_store.h"
#include "app/account/account_directory.h"
#include "bin/accounts.h"
#include "bin/cli.h"

namespace suyuan::cli {

namespace {

struct MarkArguments {
  std::vector<std::string> ids;
  std::string reason;
  bool lift = false;
};

struct MarksArguments {
  std::string id;
  std::int64_t after = 0;
  std::size_t limit = 100;
  bool csv = false, recheck = false, all = false;
};

// The store with its marks, every record looked at.
struct Opened {
  Accounts with;
  std::unique_ptr<MarkStore> marks;
};

Result<Opened> open_marks(const Common& common) {
  auto with = open_accounts(common);
  if (!with) return std::move(with.error());
  Opened opened{std::move(*with), nullptr};
  opened.marks = make_mark_store(opened.with.store->records());
  return opened;
}

Result<Mark> make_or_lift(const MarkArguments& arguments, const MarkServices& services) {
  if (arguments.lift) return lift_mark(at_this_machine(), arguments.ids.front(), arguments.reason, services);
  MarkRequest request{{}, arguments.reason};
  for (const std::string& text : arguments.ids) {
    auto id = the_code(text, services.clock);
    if (!id) return std::move(id.error());
    request.codes.push_back(std::move(*id));
  }
  return make_mark(at_this_machine(), request, services);
}

int mark(const MarkArguments& arguments, const Common& common) {
  SystemClock clock;
  auto opened = open_marks(common);
  if (!opened) return fail(opened.error());
  SilentLog log;
  AccountDirectory directory(*opened->with.accounts, log);
  const Authorizer authorizer(directory, clock);
  const MarkServices services{*opened->marks, *opened->with.store, clock, authorizer, opened->with.tasks.get()};
  auto made = make_or_lift(arguments, services);
  if (!made) return fail(made.error());
  const auto view = view_mark(at_this_machine(), made->id, services);
  if (!view) return fail(view.error());
  return print(common.json ? mark_json(*view) : marks_text({*view}, common.english));
}

int list(const MarksArguments& arguments, const Common& common, const MarkServices& services) {
  const auto views = list_marks(at_this_machine(), arguments.id, arguments.limit, !arguments.all, services);
  if (!views) return fail(views.error());
  return print(common.json ? marks_json(*views, arguments.limit) : marks_text(*views, common.english));
}

int marks(const MarksArguments& arguments, const Common& common) {
  SystemClock clock;
  auto opened = open_marks(common);
  if (!opened) return fail(opened.error());
  SilentLog log;
  AccountDirectory directory(*opened->with.accounts, log);
  const Authorizer authorizer(directory, clock);
  const MarkServices services{*opened->marks, *opened->with.store, clock, authorizer, opened->with.tasks.get()};
  MarkFollower follower(services);
  if (auto done = follower.catch_up(); !done) return fail(done.error());
  if (arguments.id.empty()) return list(arguments, common, services);
  if (arguments.recheck) {
    if (auto done = follower.recheck(at_this_machine(), arguments.id); !done) return fail(done.error());
  }
  if (arguments.csv) {
    const auto write = [](std::string_view text) { std::fwrite(text.data(), 1, text.size(), stdout); };
    auto done = mark_finds_csv(at_this_machine(), arguments.id, arguments.after, services, write);
    if (!done) return fail(done.error());
    return std::fflush(stdout) == 0 ? kDone : kPartly;
  }
  const auto finds = mark_finds(at_this_machine(), arguments.id, arguments.after, arguments.limit, services);
  if (!finds) return fail(finds.error());
  return print(common.json ? mark_finds_json(*finds) : mark_finds_text(*finds, common.english));
}

void add_mark(CLI::App& app, Common& common, Chosen& chosen) {
  auto* command = app.add_subcommand(
      "mark", "Call a lot, item or product affected: records of it that come later are found; or lift a mark");
  auto arguments = std::make_shared<MarkArguments>();
  command
      ->add_option("ID", arguments->ids, "Codes in any notation, seen already or not; with --lift the id of the mark")
      ->required();
  command->add_option("--reason", arguments->reason, "Why: kept for ever")->required();
  command->add_flag("--lift", arguments->lift, "End the mark; what was found stays");
  add_store_options(*command, common);
  add_json_option(*command, common);
  command->callback(
      [arguments, &common, &chosen] { chosen.run = [arguments, &common] { return mark(*arguments, common); }; });
}

}  // namespace

void add_marks(CLI::App& app, Common& common, Chosen& chosen) {
  add_mark(app, common, chosen);
  auto* command = app.add_subcommand("marks", "What is marked, and what was found of it since");
  auto arguments = std::make_shared<MarksArguments>();
  auto* id =
      command->add_option("MARKID", arguments->id, "Show what was found of this mark; without it all are listed");
  command->add_option("--after", arguments->after, "Go on after this find")->check(CLI::NonNegativeNumber);
  command->add_option("--limit", arguments->limit, "Rows in the answer")
      ->capture_default_str()
      ->check(CLI::Range(1, 1000));
  auto* csv = command->add_flag("--csv", arguments->csv, "Every found thing, one line each, as CSV")->needs(id);
  command->add_flag("--recheck", arguments->recheck, "Walk again first, so that late records count exactly")->needs(id);
  command->add_flag("--all", arguments->all, "Lifted marks, too")->excludes(id);
  add_store_options(*command, common);
  add_json_option(*command, common);
  command->get_option("--json")->excludes(csv);
  command->callback(
      [arguments, &common, &chosen] { chosen.run = [arguments, &common] { return marks(*arguments, common); }; });
}

}  // namespace suyuan::cli
