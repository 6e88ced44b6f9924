// SPDX-License-Identifier: Apache-2.0
#include <CLI/CLI.hpp>
#include <charconv>
#include <cstdio>

#include "app/operation/log.h"
#include "base/text.h"
#include "bin/accounts.h"
#include "bin/login.h"
#include "bin/operation.h"
#include "bin/user_login.h"

namespace suyuan::cli {

namespace {

struct UserArguments {
  std::string who, role;
  std::int64_t org = 0, to = 0, deputy = 0, after = 0;
  std::string login, name, mobile;
  std::size_t limit = 100;
  CLI::App* said = nullptr;  // which options were given

  bool has(const std::string& option) const { return said->count(option) > 0; }
};
using Arguments = std::shared_ptr<UserArguments>;

// By id or by login.
Result<PersonId> person_of(const std::string& who, AccountStore& accounts) {
  std::int64_t id = 0;
  const auto [end, error] = std::from_chars(who.data(), who.data() + who.size(), id);
  if (error == std::errc() && end == who.data() + who.size() && id > 0) return PersonId(id);
  auto found = accounts.account_of(ascii_lower(fold_text(who)));
  if (!found) return std::move(found.error());
  if (*found) return (*found)->member.id;
  return Error{ErrorKind::kNotFound, "person.unknown",
               "Nobody has the login \"" + excerpt(who) + "\". `suyuan user list` lists everybody."};
}

int show_one(const Result<PersonView>& it, const Common& common) {
  return show(it, common, person_json, [&](const PersonView& one) { return people_text({one}, 1, common.english); });
}

// One verb about one person.
template <class Verb>
int about(const UserArguments& arguments, const Common& common, Verb verb) {
  auto opened = open_accounts(common);
  if (!opened) return fail(opened.error());
  const auto id = person_of(arguments.who, *opened->accounts);
  if (!id) return fail(id.error());
  return show_one(verb(*id, opened->services()), common);
}

int add(const UserArguments& arguments, const Common& common) {
  auto opened = open_accounts(common, true);
  if (!opened) return fail(opened.error());
  NewPerson wanted{.login = arguments.login, .name = arguments.name, .mobile = arguments.mobile};
  if (arguments.has("--org")) wanted.org = OrgId(arguments.org);
  return show_one(add_person(at_this_machine(), wanted, opened->services()), common);
}

int change(const UserArguments& arguments, const Common& common) {
  PersonChange wanted;
  if (arguments.has("--name")) wanted.name = arguments.name;
  if (arguments.has("--mobile")) wanted.mobile = arguments.mobile;
  if (arguments.has("--deputy")) wanted.deputy = arguments.deputy;
  return about(arguments, common, [&](PersonId id, const AccountServices& services) {
    return change_person(at_this_machine(), id, wanted, services);
  });
}

int suspend(const UserArguments& arguments, const Common& common) {
  return about(arguments, common, [&](PersonId id, const AccountServices& services) {
    return change_person(at_this_machine(), id, {.active = false}, services);
  });
}

int resume(const UserArguments& arguments, const Common& common) {
  return about(arguments, common, [&](PersonId id, const AccountServices& services) {
    return change_person(at_this_machine(), id, {.active = true}, services);
  });
}

int grant(const UserArguments& arguments, const Common& common) {
  return about(arguments, common, [&](PersonId id, const AccountServices& services) {
    return grant_role(at_this_machine(), id, arguments.role, {}, services);
  });
}

int revoke(const UserArguments& arguments, const Common& common) {
  return about(arguments, common, [&](PersonId id, const AccountServices& services) {
    return revoke_role(at_this_machine(), id, arguments.role, {}, services);
  });
}

int show_person(const UserArguments& arguments, const Common& common) {
  return about(arguments, common, [&](PersonId id, const AccountServices& services) {
    return view_person(at_this_machine(), id, services);
  });
}

int transfer(const UserArguments& arguments, const Common& common) {
  auto opened = open_accounts(common);
  if (!opened) return fail(opened.error());
  const auto id = person_of(arguments.who, *opened->accounts);
  if (!id) return fail(id.error());
  Transfer wanted{.to = OrgId(arguments.to)};
  if (arguments.has("--deputy")) wanted.deputy = PersonId(arguments.deputy);
  return show(transfer_person(at_this_machine(), *id, wanted, opened->services()), common, transferred_json,
              [&](const Transferred& it) {
                const std::string line = people_text({it.person}, 1, common.english);
                return line + (common.english ? "\ntasks handed over: " : "\n移交待办：") + std::to_string(it.tasks);
              });
}

int list(const UserArguments& arguments, const Common& common) {
  auto opened = open_accounts(common);
  if (!opened) return fail(opened.error());
  PeopleQuestion question{.after = arguments.after, .limit = arguments.limit};
  if (arguments.has("--org")) question.org = OrgId(arguments.org);
  using Rows = std::vector<PersonView>;
  return show(
      list_people(at_this_machine(), question, opened->services()), common,
      [&](const Rows& rows) { return people_json(rows, arguments.limit); },
      [&](const Rows& rows) { return people_text(rows, arguments.limit, common.english); });
}

using Run = int (*)(const UserArguments&, const Common&);

Arguments add_command(CLI::App& user, Common& common, Chosen& chosen, const char* name, const char* meaning, Run run) {
  auto arguments = std::make_shared<UserArguments>();
  auto* command = arguments->said = user.add_subcommand(name, meaning);
  add_store_options(*command, common);
  add_json_option(*command, common);
  command->callback([arguments, run, &common, &chosen] {
    chosen.run = [arguments, run, &common] { return run(*arguments, common); };
  });
  return arguments;
}

void add_who(UserArguments& arguments) {
  arguments.said->add_option("PERSON", arguments.who, "Id or login")->required();
}

void add_entering(CLI::App& user, Common& common, Chosen& chosen) {
  auto added = add_command(user, common, chosen, "add", "Add a person; roles come with `suyuan user grant`", add);
  added->said->add_option("--login", added->login, "2 to 64 of a-z 0-9 . _ @ -")->required();
  added->said->add_option("--name", added->name, "Shown masked")->required();
  added->said->add_option("--org", added->org, "Id of the organisation; 1, who runs this server, when left out")
      ->check(CLI::PositiveNumber);
  added->said->add_option("--mobile", added->mobile, "Shown masked");
  auto changed = add_command(user, common, chosen, "change", "Change what is named of a person", change);
  add_who(*changed);
  changed->said->add_option("--name", changed->name, "Shown masked");
  changed->said->add_option("--mobile", changed->mobile, "Shown masked; \"\" for none");
  changed->said->add_option("--deputy", changed->deputy, "Id of who stands in; 0 for nobody")
      ->check(CLI::NonNegativeNumber);
  auto listed = add_command(user, common, chosen, "list", "List people by id", list);
  listed->said->add_option("--org", listed->org, "Of this organisation only")->check(CLI::PositiveNumber);
  listed->said->add_option("--after", listed->after, "Go on after this id")->check(CLI::NonNegativeNumber);
  listed->said->add_option("--limit", listed->limit, "Rows")->capture_default_str()->check(CLI::Range(1, 1000));
}

// What people and programs prove themselves with, over the accounts of the store.
template <class Verb>
int with_login(const SettingArguments& given, const Common& common, Verb verb) {
  auto settings = settings_of(given);
  if (!settings) return fail(settings.error());
  auto opened = open_accounts(common);
  if (!opened) return fail(opened.error());
  SilentLog log;
  auto login = Login::open(*opened->store, *opened->accounts, *opened->clock, log, *settings, place_of(common));
  if (!login) return fail(login.error());
  return verb((*login)->services());
}

void add_key_command(CLI::App& user, Common& common, Chosen& chosen) {
  auto given = std::make_shared<SettingArguments>();
  auto key = std::make_shared<KeyArguments>();
  auto* command = user.add_subcommand("key", "Make an API key for a program of an organisation; shown this once");
  command->add_option("--org", key->org, "Id of the organisation")->required()->check(CLI::PositiveNumber);
  command->add_option("--role", key->role, "A word of policy/roles.csv that fits its kind, e.g. seller")->required();
  command->add_option("--act", key->acts,
                      "A word of policy/permissions.csv; repeat for more; all that it may when left out");
  command->add_option("--name", key->name, "What it is for")->default_str("suyuan user key");
  command->add_option("--days", key->days, "Until it ends")->capture_default_str()->check(CLI::Range(1, 366));
  add_setting_options(*command, *given);
  add_store_options(*command, common);
  add_json_option(*command, common);
  command->callback([given, key, &common, &chosen] {
    chosen.run = [given, key, &common] {
      if (key->name.empty()) key->name = "suyuan user key";
      return with_login(*given, common,
                        [&](const LoginServices& services) { return make_user_key(*key, services, common); });
    };
  });
}

void add_password_command(CLI::App& user, Common& common, Chosen& chosen) {
  auto given = std::make_shared<SettingArguments>();
  auto login = std::make_shared<std::string>();
  auto at_terminal = std::make_shared<bool>(false);
  auto* command =
      user.add_subcommand("password", "Make a one-time link by which a person sets a password: the path on the server");
  command->add_option("LOGIN", *login, "Of the person")->required();
  command->add_flag("--terminal", *at_terminal, "Read the password here instead, twice and unseen");
  add_setting_options(*command, *given);
  add_store_options(*command, common);
  command->callback([given, login, at_terminal, &common, &chosen] {
    chosen.run = [given, login, at_terminal, &common] {
      return with_login(*given, common, [&](const LoginServices& services) {
        return set_user_password(*login, *at_terminal, services);
      });
    };
  });
}

}  // namespace

void add_users(CLI::App& app, Common& common, Chosen& chosen) {
  auto* user = app.add_subcommand("user", "People who act for organisations, and their roles");
  user->require_subcommand(1);
  add_entering(*user, common, chosen);
  add_who(*add_command(*user, common, chosen, "show", "Show a person, name and mobile masked", show_person));
  add_who(*add_command(*user, common, chosen, "suspend", "End what a person may, at once and everywhere", suspend));
  add_who(*add_command(*user, common, chosen, "resume", "End a suspension", resume));
  auto granted = add_command(*user, common, chosen, "grant", "Give a role", grant);
  auto revoked = add_command(*user, common, chosen, "revoke", "Take a role away", revoke);
  for (const Arguments& arguments : {granted, revoked}) {
    add_who(*arguments);
    arguments->said->add_option("ROLE", arguments->role, "A word of policy/roles.csv, e.g. officer")->required();
  }
  add_key_command(*user, common, chosen);
  add_password_command(*user, common, chosen);
  add_oidc(*user, common, chosen, [](Store& store) -> Result<OpenedAccounts> {
    return OpenedAccounts{make_account_store(store.records(), store.names()),
                          at_this_machine().grant(identity::Act::kPersonChange)};
  });
  auto moved = add_command(*user, common, chosen, "transfer",
                           "To another organisation: roles end, open tasks go to a deputy of the old one", transfer);
  add_who(*moved);
  moved->said->add_option("--to", moved->to, "Id of the organisation")->required()->check(CLI::PositiveNumber);
  moved->said->add_option("--deputy", moved->deputy, "Id of who takes the tasks; the person's own deputy when left out")
      ->check(CLI::PositiveNumber);
}

}  // namespace suyuan::cli
