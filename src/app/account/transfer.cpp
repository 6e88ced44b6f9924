// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include "app/account/account.h"
#include "app/account/checks.h"
#include "app/account/entries.h"

namespace suyuan {

using namespace account;

Result<Transferred> transfer_person(const Permit<identity::Act::kPersonChange>& permit, PersonId id,
                                    const Transfer& wanted, const AccountServices& services) {
  const auto found = reached(permit.scope(), id, services.accounts);
  if (!found) return found.error();
  const Account& now = found->account;
  auto to = reached(permit.scope(), wanted.to, services.accounts);
  if (!to) return std::move(to.error());
  if (!is_expected(wanted.expected, now.version)) {
    return changed_since("person", now.version, {differs("org", std::to_string(now.member.org.value()))});
  }
  if (now.member.org == wanted.to) {
    return Error{ErrorKind::kConflict, "person.same_place",
                 fmt::format("Person {} belongs to organisation {} already.", id.value(), wanted.to.value())};
  }
  const auto deputy = wanted.deputy ? wanted.deputy : now.deputy;
  Account there = now;
  there.member.org = wanted.to;
  there.member.roles.clear();
  there.deputy.reset();
  AuditEntry entry = entry_of_change(permit, "person.transfer", now, there, found->org, services.clock.now());
  if (deputy) entry.reason = fmt::format("open tasks go to person {}", deputy->value());
  auto moved = services.accounts.transfer(now, wanted.to, deputy, entry);
  if (!moved) return std::move(moved.error());
  auto after = services.accounts.account(id);
  if (!after) return std::move(after.error());
  if (!*after) return unknown_person(id);
  return Transferred{view_of(**after), *moved};
}

}  // namespace suyuan
