// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "adapters/sql/personal_seal.h"
#include "app/ports/account_store.h"

// The rows of schema/0006-accounts, as one transaction reads and writes them.
namespace suyuan::records {

// The first statement of whatever changes: from here on nobody else does until COMMIT.
Status lock_accounts(sql::Connection& connection);
// Ends the account of somebody whose key is destroyed: suspended, and the login becomes one that nobody can type.
Status erase_person(sql::Connection& connection, PersonId id);

// By id; organisation 1 is there even without a row.
Result<std::vector<identity::Organisation>> all_organisations(sql::Connection& connection);
Result<std::vector<identity::Member>> active_members(sql::Connection& connection);
Status put(sql::Connection& connection, const identity::Organisation& organisation);

// With name and mobile as they are stored: open_fields makes texts of them.
Result<std::vector<Account>> accounts_by_id(sql::Connection& connection, PersonId id);
Result<std::vector<Account>> accounts_by_login(sql::Connection& connection, const std::string& login);
Result<std::vector<Account>> accounts_of(sql::Connection& connection, OrgId org, std::int64_t after, std::size_t limit);
Status open_fields(sql::Connection& connection, NameSeal& seal, Account& account);
Result<std::vector<std::pair<PersonId, OrgId>>> next_people(sql::Connection& connection, std::int64_t after,
                                                            std::size_t limit);

Status insert(sql::Connection& connection, NameSeal& seal, const Account& account);
// With its version + 1. A role without a grant of its own keeps the one `before`.
Status update(sql::Connection& connection, NameSeal& seal, const Account& account,
              const std::vector<RoleGrant>& before);

// Errors: kInvalid "person.deputy" unless they are somebody else of that organisation, and not suspended.
Status judge_deputy(sql::Connection& connection, PersonId id, OrgId org, PersonId deputy);
Status stand_in_for_nobody(sql::Connection& connection, PersonId deputy);
Result<std::int64_t> open_tasks(sql::Connection& connection, PersonId person);

}  // namespace suyuan::records
