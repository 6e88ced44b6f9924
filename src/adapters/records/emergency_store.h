// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <memory>

#include "adapters/sql/database.h"
#include "app/ports/emergency_store.h"

namespace suyuan {

// On the records of a store, which outlives it (schema/0008-audit).
std::unique_ptr<EmergencyStore> make_emergency_store(sql::Database& records);

}  // namespace suyuan
