// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "domain/identity/directory.h"
#include "domain/identity/principal.h"

// Organisations, the people who act for them and what they prove themselves with. Threads: any.
namespace suyuan {

struct Account {
  identity::Member member;
  std::string login;        // folded: NFKC, lower case; unique in the store
  std::string name;         // personal: kept encrypted, masked when shown
  std::string mobile = {};  // the same; "" for none
  std::optional<PersonId> deputy = {};
  std::int64_t version = 1;
  friend bool operator==(const Account&, const Account&) = default;
};

class AccountStore {
 public:
  virtual ~AccountStore() = default;

  // The newest state of all organisations and members; cheap while nothing changed.
  virtual Result<std::shared_ptr<const identity::Directory>> directory() = 0;

  virtual Result<std::optional<identity::Organisation>> organisation(OrgId id) = 0;
  // Gives it its id. Errors: those of Directory::make for what would result.
  virtual Result<identity::Organisation> add(identity::Organisation organisation) = 0;
  // Errors: kConflict "account.changed" when its version is not the stored one; those of Directory::make.
  virtual Status change(const identity::Organisation& organisation) = 0;

  virtual Result<std::optional<Account>> account(PersonId id) = 0;
  virtual Result<std::optional<Account>> account_of(const std::string& login) = 0;
  // Of one organisation, by id.
  virtual Result<std::vector<Account>> accounts(OrgId org, std::int64_t after, std::size_t limit) = 0;
  // Gives it its id. Errors: kConflict "account.login_taken".
  virtual Result<Account> add(Account account) = 0;
  // Roles, organisation, deputy, names, active or not. Errors: kConflict "account.changed".
  virtual Status change(const Account& account) = 0;
};

}  // namespace suyuan
