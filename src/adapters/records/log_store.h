// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <memory>

#include "adapters/sql/database.h"
#include "app/ports/log_store.h"

namespace suyuan {

// On the records of a store, which outlives it (schema/0013-log). `holder`: this process, for people. `is_shared`:
// several servers may open the store; else whoever has opened it may write the log at once.
std::unique_ptr<LogStore> make_log_store(sql::Database& records, const std::string& holder, bool is_shared);

// In the transaction that deletes these entries of the audit: their leaves are kept as texts.
Status keep_leaves_of(sql::Connection& connection, const std::vector<AuditEntry>& entries);

// Of a store that was restored: its log goes on after what was published, or not at all.
Status stand_still(sql::Database& records);

}  // namespace suyuan
