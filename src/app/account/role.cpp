// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>

#include "app/account/account.h"
#include "app/account/checks.h"
#include "app/account/entries.h"
#include "base/text.h"
#include "domain/identity/separation.h"

namespace suyuan {

namespace {

using namespace account;
using identity::Role;
using GrantPermit = Permit<identity::Act::kRoleGrant>;

// The public has no account, and the machine is nobody's role.
Result<Role> good_role(const std::string& word) {
  const auto role = identity::role_of(word);
  if (role && *role != Role::kPublic && *role != Role::kMachine) return *role;
  const std::vector<std::string_view> words(identity::kRoleWords.begin() + 2, identity::kRoleWords.end());
  return Error{
      ErrorKind::kInvalid, "role.unknown",
      fmt::format("\"{}\" is no role that somebody can hold. Known: {}.", excerpt(word), fmt::join(words, ", "))};
}

Result<Reached> asked(const GrantPermit& permit, PersonId id, const Versions& expected, AccountStore& accounts) {
  auto found = reached(permit.scope(), id, accounts);
  if (!found) return std::move(found.error());
  const Account& now = found->account;
  if (is_expected(expected, now.version)) return std::move(*found);
  std::string roles;
  for (const Role role : now.member.roles) roles += (roles.empty() ? "" : ", ") + std::string(role_word(role));
  return changed_since("person", now.version, {differs("roles", roles)});
}

// Nobody gives a role to themselves, nor to whom they act for, nor to who acts for them.
Status judge_granter(const GrantPermit& permit, const Account& account, AccountStore& accounts) {
  const PersonId id = account.member.id, granter = permit.actor().person;
  if (permit.who().via == identity::Via::kMachine) return Done{};
  if (id == granter) {
    return Error{ErrorKind::kForbidden, "role.to_oneself",
                 "Nobody gives a role to themselves. Ask another security administrator."};
  }
  const auto own = accounts.account(granter);
  if (!own) return own.error();
  std::vector<PersonId> same;
  if (account.deputy == granter || (*own && (*own)->deputy == id)) same.push_back(id);
  const identity::DoneBy owned{id, identity::Act::kAccountOwn};
  return identity::may_also(granter, identity::Act::kRoleGrant, std::span(&owned, 1), same);
}

Result<PersonView> written(const GrantPermit& permit, std::string_view act, const Reached& before, const Account& after,
                           const AccountServices& services) {
  const AuditEntry entry = entry_of_change(permit, act, before.account, after, before.org, services.clock.now());
  if (auto changed = services.accounts.change(after, entry); !changed) return std::move(changed.error());
  auto now = services.accounts.account(after.member.id);
  if (!now) return std::move(now.error());
  if (!*now) return unknown_person(after.member.id);
  return view_of(**now);
}

}  // namespace

Result<PersonView> grant_role(const GrantPermit& permit, PersonId id, const std::string& word, const Versions& expected,
                              const AccountServices& services) {
  auto role = good_role(word);
  if (!role) return std::move(role.error());
  const auto found = asked(permit, id, expected, services.accounts);
  if (!found) return found.error();
  Account account = found->account;
  if (auto good = judge_granter(permit, account, services.accounts); !good) return std::move(good.error());
  auto& roles = account.member.roles;
  if (std::find(roles.begin(), roles.end(), *role) != roles.end()) return view_of(account);
  roles.push_back(*role);
  std::sort(roles.begin(), roles.end());
  if (auto good = identity::judge_roles(found->org.kind, roles); !good) return std::move(good.error());
  account.grants.push_back({*role, permit.actor().person, services.clock.now()});
  return written(permit, "role.grant", *found, account, services);
}

Result<PersonView> revoke_role(const GrantPermit& permit, PersonId id, const std::string& word,
                               const Versions& expected, const AccountServices& services) {
  auto role = good_role(word);
  if (!role) return std::move(role.error());
  const auto found = asked(permit, id, expected, services.accounts);
  if (!found) return found.error();
  Account account = found->account;
  if (std::erase(account.member.roles, *role) == 0) return view_of(account);
  return written(permit, "role.revoke", *found, account, services);
}

}  // namespace suyuan
