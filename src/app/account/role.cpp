// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>

#include "app/account/account.h"
#include "app/account/checks.h"
#include "base/text.h"

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

Result<Account> asked(const GrantPermit& permit, PersonId id, const Versions& expected, AccountStore& accounts) {
  auto now = reached(permit.scope(), id, accounts);
  if (!now) return std::move(now.error());
  if (is_expected(expected, now->version)) return std::move(*now);
  std::string roles;
  for (const Role role : now->member.roles) roles += (roles.empty() ? "" : ", ") + std::string(role_word(role));
  return changed_since("person", now->version, {differs("roles", roles)});
}

Result<PersonView> written(const Account& account, AccountStore& accounts) {
  if (auto changed = accounts.change(account); !changed) return std::move(changed.error());
  auto now = accounts.account(account.member.id);
  if (!now) return std::move(now.error());
  if (!*now) return unknown_person(account.member.id);
  return view_of(**now);
}

}  // namespace

Result<PersonView> grant_role(const GrantPermit& permit, PersonId id, const std::string& word, const Versions& expected,
                              const AccountServices& services) {
  auto role = good_role(word);
  if (!role) return std::move(role.error());
  auto account = asked(permit, id, expected, services.accounts);
  if (!account) return std::move(account.error());
  if (id == permit.actor().person) {
    return Error{ErrorKind::kForbidden, "role.to_oneself",
                 "Nobody gives a role to themselves. Ask another security administrator."};
  }
  auto& roles = account->member.roles;
  if (std::find(roles.begin(), roles.end(), *role) != roles.end()) return view_of(*account);
  auto org = services.accounts.organisation(account->member.org);
  if (!org) return std::move(org.error());
  if (!*org) return unknown_person(id);
  roles.push_back(*role);
  std::sort(roles.begin(), roles.end());
  if (auto good = identity::judge_roles((*org)->kind, roles); !good) return std::move(good.error());
  account->grants.push_back({*role, permit.actor().person, services.clock.now()});
  return written(*account, services.accounts);
}

Result<PersonView> revoke_role(const GrantPermit& permit, PersonId id, const std::string& word,
                               const Versions& expected, const AccountServices& services) {
  auto role = good_role(word);
  if (!role) return std::move(role.error());
  auto account = asked(permit, id, expected, services.accounts);
  if (!account) return std::move(account.error());
  if (std::erase(account->member.roles, *role) == 0) return view_of(*account);
  return written(*account, services.accounts);
}

}  // namespace suyuan
