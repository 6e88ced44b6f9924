// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <memory>

#include "adapters/sql/database.h"
#include "app/ports/query_store.h"

namespace suyuan {

// On the records of a store, which outlives it (schema/0003-queries).
std::unique_ptr<QueryStore> make_query_store(sql::Database& records);

}  // namespace suyuan
