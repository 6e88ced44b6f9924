// SPDX-License-Identifier: Apache-2.0
#include <CLI/CLI.hpp>
#include <cstdio>

#include "bin/accounts.h"

namespace suyuan::cli {

namespace {

struct OrgArguments {
  std::int64_t id = 0, superior = 0, after = 0;
  std::string name, kind, division, uscc;
  std::vector<std::string> codes;
  std::size_t limit = 100;
  bool all = false, no_codes = false;
  CLI::App* said = nullptr;  // which options were given

  bool has(const std::string& option) const { return said->count(option) > 0; }
};
using Arguments = std::shared_ptr<OrgArguments>;

int show_one(const Result<identity::Organisation>& it, const Common& common) {
  return show(it, common, organisation_json,
              [&](const identity::Organisation& one) { return organisations_text({one}, 1, common.english); });
}

int add(const OrgArguments& arguments, const Common& common) {
  auto opened = open_accounts(common, true);
  if (!opened) return fail(opened.error());
  NewOrganisation wanted{.name = arguments.name, .kind = arguments.kind};
  if (arguments.has("--under")) wanted.superior = OrgId(arguments.superior);
  if (arguments.has("--division")) wanted.division = arguments.division;
  wanted.uscc = arguments.uscc;
  wanted.codes = arguments.codes;
  return show_one(add_organisation(at_this_machine(), wanted, opened->services()), common);
}

int change(const OrgArguments& arguments, const Common& common) {
  auto opened = open_accounts(common);
  if (!opened) return fail(opened.error());
  OrganisationChange wanted;
  if (arguments.has("--name")) wanted.name = arguments.name;
  if (arguments.has("--under")) wanted.superior = OrgId(arguments.superior);
  if (arguments.has("--division")) wanted.division = arguments.division;
  if (arguments.has("--uscc")) wanted.uscc = arguments.uscc;
  if (arguments.has("--code") || arguments.no_codes) wanted.codes = arguments.codes;
  return show_one(change_organisation(at_this_machine(), OrgId(arguments.id), wanted, opened->services()), common);
}

int close(const OrgArguments& arguments, const Common& common, bool open_again) {
  auto opened = open_accounts(common);
  if (!opened) return fail(opened.error());
  return show_one(
      change_organisation(at_this_machine(), OrgId(arguments.id), {.active = open_again}, opened->services()), common);
}

int list(const OrgArguments& arguments, const Common& common) {
  auto opened = open_accounts(common);
  if (!opened) return fail(opened.error());
  const OrganisationQuestion question{
      .after = arguments.after, .limit = arguments.limit, .kind = arguments.kind, .with_closed = arguments.all};
  using Rows = std::vector<identity::Organisation>;
  return show(
      list_organisations(at_this_machine(), question, opened->services()), common,
      [&](const Rows& rows) { return organisations_json(rows, arguments.limit); },
      [&](const Rows& rows) { return organisations_text(rows, arguments.limit, common.english); });
}

int show_organisation(const OrgArguments& arguments, const Common& common) {
  auto opened = open_accounts(common);
  if (!opened) return fail(opened.error());
  return show_one(view_organisation(at_this_machine(), OrgId(arguments.id), opened->services()), common);
}

void add_id(CLI::App& command, OrgArguments& arguments) {
  command.add_option("ID", arguments.id, "Of the organisation")->required()->check(CLI::PositiveNumber);
}

CLI::Option* add_fields(CLI::App& command, OrgArguments& arguments) {
  auto* name = command.add_option("--name", arguments.name, "As it is registered");
  command.add_option("--under", arguments.superior, "Id of its superior; 1 is who runs this server")
      ->check(CLI::PositiveNumber);
  command.add_option("--division", arguments.division,
                     "GB/T 2260, six digits: of a regulator its jurisdiction, of others where they are");
  command.add_option("--uscc", arguments.uscc, "Unified social credit code");
  command.add_option("--code", arguments.codes,
                     "By which events name it, e.g. https://id.gs1.org/417/…; repeat for more");
  return name;
}

using Run = int (*)(const OrgArguments&, const Common&);

Arguments add_command(CLI::App& org, Common& common, Chosen& chosen, const char* name, const char* meaning, Run run) {
  auto arguments = std::make_shared<OrgArguments>();
  auto* command = arguments->said = org.add_subcommand(name, meaning);
  add_store_options(*command, common);
  add_json_option(*command, common);
  command->callback([arguments, run, &common, &chosen] {
    chosen.run = [arguments, run, &common] { return run(*arguments, common); };
  });
  return arguments;
}

}  // namespace

void add_organisations(CLI::App& app, Common& common, Chosen& chosen) {
  auto* org = app.add_subcommand("org", "Organisations: who regulates, tests, produces, sells");
  org->require_subcommand(1);
  auto added = add_command(*org, common, chosen, "add", "Add one, below who runs this server unless --under says", add);
  add_fields(*added->said, *added)->required();
  added->said
      ->add_option("--kind", added->kind,
                   "regulator, centre, laboratory, platform, merchant, producer, seller or industry")
      ->required();
  auto changed = add_command(*org, common, chosen, "change", "Change what is named of one", change);
  add_id(*changed->said, *changed);
  add_fields(*changed->said, *changed);
  changed->said->add_flag("--no-codes", changed->no_codes, "Take all its codes away")
      ->excludes(changed->said->get_option("--code"));
  auto closed = add_command(*org, common, chosen, "close", "Close one: its people may what the public may",
                            [](const OrgArguments& a, const Common& c) { return close(a, c, false); });
  add_id(*closed->said, *closed);
  auto reopened = add_command(*org, common, chosen, "reopen", "Open a closed one again",
                              [](const OrgArguments& a, const Common& c) { return close(a, c, true); });
  add_id(*reopened->said, *reopened);
  auto listed = add_command(*org, common, chosen, "list", "List them by id", list);
  listed->said->add_option("--kind", listed->kind, "Of this kind only");
  listed->said->add_option("--after", listed->after, "Go on after this id")->check(CLI::NonNegativeNumber);
  listed->said->add_option("--limit", listed->limit, "Rows")->capture_default_str()->check(CLI::Range(1, 1000));
  listed->said->add_flag("--all", listed->all, "Closed ones, too");
  auto shown = add_command(*org, common, chosen, "show", "Show one", show_organisation);
  add_id(*shown->said, *shown);
}

}  // namespace suyuan::cli
