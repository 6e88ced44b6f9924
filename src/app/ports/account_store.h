// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "app/ports/audit_store.h"
#include "base/result.h"
#include "base/time.h"
#include "domain/identity/directory.h"
#include "domain/identity/principal.h"

// Organisations, and the people who act for them. `entry`: of the audit, written with the change; what gets its id here
// becomes its target. Threads: any.
namespace suyuan {

// Who gave a role to somebody, and when.
struct RoleGrant {
  identity::Role role = identity::Role::kPublic;
  PersonId by{1};
  Instant at = {};
  friend bool operator==(const RoleGrant&, const RoleGrant&) = default;
};

struct Account {
  identity::Member member;
  std::string login;        // folded: NFKC, lower case; unique in the store
  std::string name;         // personal: kept encrypted, masked when shown
  std::string mobile = {};  // the same; "" for none
  std::optional<PersonId> deputy = {};
  std::vector<RoleGrant> grants = {};  // of the roles, in the order of their numbers; a role without one: not known
  std::int64_t version = 1;
  friend bool operator==(const Account&, const Account&) = default;
};

class AccountStore {
 public:
  virtual ~AccountStore() = default;

  // The newest state of all organisations and of the people who are not suspended, whichever server changed it; one
  // small read while nothing changed.
  virtual Result<std::shared_ptr<const identity::Directory>> directory() = 0;

  virtual Result<std::optional<identity::Organisation>> organisation(OrgId id) = 0;
  // Gives it its id. Errors: those of Directory::make and judge_organisation for what would result; kConflict
  // "organisation.code_taken".
  virtual Result<identity::Organisation> add(identity::Organisation organisation, AuditEntry entry) = 0;
  // Errors: kNotFound "organisation.unknown"; kConflict "account.changed" when its version is not the stored one;
  // kInvalid "organisation.kind" when it would become another; those of `add`.
  virtual Status change(const identity::Organisation& organisation, const AuditEntry& entry) = 0;

  virtual Result<std::optional<Account>> account(PersonId id) = 0;
  virtual Result<std::optional<Account>> account_of(const std::string& login) = 0;
  // Of one organisation, by id.
  virtual Result<std::vector<Account>> accounts(OrgId org, std::int64_t after, std::size_t limit) = 0;
  // Of all organisations, those that are wanted, by id.
  virtual Result<std::vector<Account>> accounts_where(const std::function<bool(PersonId, OrgId)>& wanted,
                                                      std::int64_t after, std::size_t limit) = 0;
  // Gives it its id. Errors: kConflict "account.login_taken", "organisation.closed"; kInvalid
  // "person.unknown_organisation", "person.deputy" (no other person of the organisation, or a suspended one).
  virtual Result<Account> add(Account account, AuditEntry entry) = 0;
  // Roles, organisation, deputy, names, active or not; not the login. A role that it had keeps its grant. Errors:
  // kNotFound "person.unknown"; kConflict "account.changed"; those of `add`.
  virtual Status change(const Account& account, const AuditEntry& entry) = 0;
  // To another organisation, without roles and deputy; the open tasks go to `deputy`, who is of the old one. How many.
  // Errors: kConflict "person.needs_deputy" when there are open tasks and nobody is named; those of `change`.
  virtual Result<std::int64_t> transfer(const Account& account, OrgId to, std::optional<PersonId> deputy,
                                        const AuditEntry& entry) = 0;
};

}  // namespace suyuan
