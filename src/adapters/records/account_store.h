// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <memory>

#include "adapters/sql/database.h"
#include "adapters/sql/personal_seal.h"
#include "app/ports/account_store.h"

namespace suyuan {

// On the records of a store; both outlive it (schema/0006-accounts).
std::unique_ptr<AccountStore> make_account_store(sql::Database& records, NameSeal& seal);

}  // namespace suyuan
