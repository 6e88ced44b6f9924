// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string_view>

#include "app/account/account.h"
#include "app/audit/audit.h"

// What the audit says of a change of an organisation or a person. Name and mobile of a person as hashes.
namespace suyuan::account {

// Of something new, whose id the store gives.
AuditEntry entry_of_new(const Granted& who, const identity::Organisation& it, Instant now);
AuditEntry entry_of_new(const Granted& who, const Account& it, const identity::Organisation& org, Instant now);
// What differs.
AuditEntry entry_of_change(const Granted& who, const identity::Organisation& before,
                           const identity::Organisation& after, Instant now);
// `org`: of the person, before a transfer.
AuditEntry entry_of_change(const Granted& who, std::string_view act, const Account& before, const Account& after,
                           const identity::Organisation& org, Instant now);

}  // namespace suyuan::account
