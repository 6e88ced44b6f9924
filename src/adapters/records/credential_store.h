// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <memory>

#include "adapters/sql/database.h"
#include "app/ports/credential_store.h"

namespace suyuan {

// `records` outlives it.
std::unique_ptr<CredentialStore> make_credential_store(sql::Database& records);

}  // namespace suyuan
