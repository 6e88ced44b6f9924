// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <memory>

#include "adapters/sql/database.h"
#include "app/ports/mark_store.h"

namespace suyuan {

// On the records of a store, which outlives it (schema/0004-marks).
std::unique_ptr<MarkStore> make_mark_store(sql::Database& records);

}  // namespace suyuan
