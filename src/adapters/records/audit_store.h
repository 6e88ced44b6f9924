// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <memory>

#include "adapters/sql/database.h"
#include "app/ports/audit_store.h"

namespace suyuan {

// On the records of a store, which outlives it (schema/0008-audit).
std::unique_ptr<AuditStore> make_audit_store(sql::Database& records);

// In the transaction of the change that the entry tells of; last in it, since others who append wait until it ends.
Status append_audit(sql::Connection& connection, const AuditEntry& entry);
// The same when there is one.
Status append_audit(sql::Connection& connection, const AuditEntry* entry);

}  // namespace suyuan
