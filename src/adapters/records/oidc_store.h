// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <memory>

#include "adapters/sql/database.h"
#include "app/ports/oidc_store.h"

namespace suyuan {

// On the records of a store, which outlives it (schema/0011-oidc).
std::unique_ptr<OidcStore> make_oidc_store(sql::Database& records);

}  // namespace suyuan
