// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include "app/account/account.h"
#include "app/account/checks.h"
#include "app/account/entries.h"

namespace suyuan {

namespace {

using namespace account;
using identity::Act;

Result<PersonView> now_of(PersonId id, AccountStore& accounts) {
  auto now = accounts.account(id);
  if (!now) return std::move(now.error());
  if (!*now) return unknown_person(id);
  return view_of(**now);
}

Status apply(const PersonChange& wanted, Account& it) {
  if (wanted.name) {
    auto name = good_name(*wanted.name, "person.name");
    if (!name) return std::move(name.error());
    it.name = std::move(*name);
  }
  if (wanted.mobile) {
    auto mobile = good_mobile(*wanted.mobile);
    if (!mobile) return std::move(mobile.error());
    it.mobile = std::move(*mobile);
  }
  if (wanted.deputy) it.deputy = *wanted.deputy > 0 ? std::optional(PersonId(*wanted.deputy)) : std::nullopt;
  if (wanted.active) it.member.is_active = *wanted.active;
  return Done{};
}

std::vector<Finding> differences(const Account& wanted, const Account& now) {
  std::vector<Finding> found;
  const PersonView shown = view_of(now);
  if (wanted.name != now.name) found.push_back(differs("name", shown.masked_name));
  if (wanted.mobile != now.mobile) found.push_back(differs("mobile", shown.masked_mobile));
  if (wanted.deputy != now.deputy)
    found.push_back(differs("deputy", now.deputy ? std::to_string(now.deputy->value()) : ""));
  if (wanted.member.is_active != now.member.is_active)
    found.push_back(differs("active", now.member.is_active ? "true" : "false"));
  return found;
}

}  // namespace

Result<PersonView> add_person(const Permit<Act::kPersonChange>& permit, const NewPerson& wanted,
                              const AccountServices& services) {
  Account it;
  it.member.org = wanted.org.value_or(permit.actor().org);
  const auto org = reached(permit.scope(), it.member.org, services.accounts);
  if (!org) return org.error();
  auto login = good_login(wanted.login);
  if (!login) return std::move(login.error());
  it.login = std::move(*login);
  if (auto good = apply({.name = wanted.name, .mobile = wanted.mobile}, it); !good) return std::move(good.error());
  const AuditEntry entry = entry_of_new(permit, it, *org, services.clock.now());
  auto added = services.accounts.add(std::move(it), entry);
  if (!added) return std::move(added.error());
  return view_of(*added);
}

Result<PersonView> change_person(const Permit<Act::kPersonChange>& permit, PersonId id, const PersonChange& wanted,
                                 const AccountServices& services) {
  const auto found = reached(permit.scope(), id, services.accounts);
  if (!found) return found.error();
  const Account& now = found->account;
  Account next = now;
  if (auto good = apply(wanted, next); !good) return std::move(good.error());
  if (!is_expected(wanted.expected, now.version)) return changed_since("person", now.version, differences(next, now));
  if (next == now) return view_of(now);
  const AuditEntry entry = entry_of_change(permit, "person.change", now, next, found->org, services.clock.now());
  if (auto changed = services.accounts.change(next, entry); !changed) return std::move(changed.error());
  return now_of(id, services.accounts);
}

Result<PersonView> view_person(const Permit<Act::kPersonRead>& permit, PersonId id, const AccountServices& services) {
  auto now = reached(permit.scope(), id, services.accounts);
  if (!now) return std::move(now.error());
  return view_of(now->account);
}

Result<std::vector<PersonView>> list_people(const Permit<Act::kPersonRead>& permit, const PeopleQuestion& question,
                                            const AccountServices& services) {
  if (auto good = good_limit(question.limit); !good) return std::move(good.error());
  auto directory = services.accounts.directory();
  if (!directory) return std::move(directory.error());
  const identity::Scope& scope = permit.scope();
  const auto wanted = [&](PersonId person, OrgId org) {
    const identity::Organisation* it = (*directory)->find(org);
    return it != nullptr && (!question.org || org == *question.org) && reaches(scope, person, *it);
  };
  // One organisation has an index; of what a scope reaches only some there may be none.
  const bool is_whole = scope.width() != identity::Width::kSelf;
  if (question.org) {
    auto org = reached(scope, *question.org, services.accounts);
    if (!org) return std::move(org.error());
  }
  auto accounts = question.org && is_whole
                      ? services.accounts.accounts(*question.org, question.after, question.limit + 1)
                      : services.accounts.accounts_where(wanted, question.after, question.limit + 1);
  if (!accounts) return std::move(accounts.error());
  std::vector<PersonView> views;
  for (const Account& each : *accounts) views.push_back(view_of(each));
  return views;
}

}  // namespace suyuan
