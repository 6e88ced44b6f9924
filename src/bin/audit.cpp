// SPDX-License-Identifier: Apache-2.0
#include <CLI/CLI.hpp>
#include <cstdio>

#include "adapters/clock/system_clock.h"
#include "adapters/records/audit_store.h"
#include "adapters/records/emergency_store.h"
#include "app/audit/search.h"
#include "app/emergency/emergency.h"
#include "bin/cli.h"

namespace suyuan::cli {

namespace {

struct AuditArguments {
  AuditQuestion question;
  std::string from, until;
  std::int64_t person = -1;
  bool csv = false;
};

struct EmergencyArguments {
  std::string after;
  std::size_t limit = 100;
  bool all = false;
};

int print(const std::string& text) {
  std::fwrite(text.data(), 1, text.size(), stdout);
  return std::fflush(stdout) == 0 ? kDone : kPartly;
}

Status read_times(AuditArguments& arguments) {
  for (const auto& [text, into] :
       {std::pair(&arguments.from, &arguments.question.from), std::pair(&arguments.until, &arguments.question.until)}) {
    if (text->empty()) continue;
    const auto read = parse_instant(*text, std::chrono::hours(8));
    if (!read) return read.error();
    *into = read->at;
  }
  if (arguments.person >= 0) arguments.question.person = arguments.person;
  return Done{};
}

int audit(AuditArguments arguments, const Common& common) {
  if (auto read = read_times(arguments); !read) return fail(read.error());
  SystemClock clock;
  auto store = open_store(place_of(common), false);
  if (!store) return fail(store.error());
  const auto entries = make_audit_store((*store)->records());
  const AuditServices services{*entries, clock};
  if (arguments.csv) {
    const auto write = [](std::string_view text) { std::fwrite(text.data(), 1, text.size(), stdout); };
    auto done = audit_csv(at_this_machine(), arguments.question, services, write);
    if (!done) return fail(done.error());
    return std::fflush(stdout) == 0 ? kDone : kPartly;
  }
  const auto answer = search_audit(at_this_machine(), arguments.question, services);
  if (!answer) return fail(answer.error());
  return print(common.json ? audit_json(*answer) + "\n" : audit_text(*answer, common.english));
}

int emergencies(const EmergencyArguments& arguments, const Common& common) {
  SystemClock clock;
  auto store = open_store(place_of(common), false);
  if (!store) return fail(store.error());
  const auto found = make_emergency_store((*store)->records());
  const auto page =
      list_emergencies(at_this_machine(), arguments.after, arguments.limit, !arguments.all, {*found, clock});
  if (!page) return fail(page.error());
  return print(common.json ? emergencies_json(*page) + "\n" : emergencies_text(*page, common.english));
}

void add_emergencies(CLI::App& app, Common& common, Chosen& chosen) {
  auto* command =
      app.add_subcommand("emergencies", "Who read outside their jurisdiction, why, and what the review said");
  auto arguments = std::make_shared<EmergencyArguments>();
  command->add_option("--after", arguments->after, "Go on after this one");
  command->add_option("--limit", arguments->limit, "Rows in the answer")
      ->capture_default_str()
      ->check(CLI::Range(1, 1000));
  command->add_flag("--all", arguments->all, "Reviewed ones, too");
  add_store_options(*command, common);
  add_json_option(*command, common);
  command->callback(
      [arguments, &common, &chosen] { chosen.run = [arguments, &common] { return emergencies(*arguments, common); }; });
}

}  // namespace

void add_audit(CLI::App& app, Common& common, Chosen& chosen) {
  auto* command = app.add_subcommand("audit", "Who did what, when, from where and why; the search is audited as well");
  auto arguments = std::make_shared<AuditArguments>();
  AuditQuestion& question = arguments->question;
  command->add_option("--from", arguments->from,
                      "No earlier than this time: 2026-03-01T00:00:00 (+08:00 when left out)");
  command->add_option("--until", arguments->until, "Before this time");
  command->add_option("--person", arguments->person, "Number of who acted; 0: nobody known")
      ->check(CLI::NonNegativeNumber);
  command->add_option("--act", question.act, "What was done: mark.lift");
  command->add_option("--target-kind", question.target_kind, "What it was done to: mark, query, path, store …");
  command->add_option("--target", question.target, "Its id; needs --target-kind");
  command->add_option("--outcome", question.outcome, "allowed, refused or failed");
  command->add_option("--text", question.text, "Somewhere in the reason");
  command->add_option("--after", question.token, "Go on where the last answer ended");
  command->add_option("--limit", question.limit, "Entries in the answer")
      ->capture_default_str()
      ->check(CLI::Range(1, 1000));
  auto* csv = command->add_flag("--csv", arguments->csv, "All of them, one line each, as CSV");
  add_store_options(*command, common);
  add_json_option(*command, common);
  command->get_option("--json")->excludes(csv);
  command->callback([arguments, command, &common, &chosen] {
    if (!command->get_subcommands().empty()) return;  // its callback has chosen already
    chosen.run = [arguments, &common] { return audit(*arguments, common); };
  });
  add_emergencies(*command, common, chosen);
}

}  // namespace suyuan::cli
