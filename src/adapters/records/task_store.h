// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <memory>

#include "adapters/sql/database.h"
#include "app/ports/task_store.h"

namespace suyuan {

// On the records of a store, which outlives it (schema/0006-accounts).
std::unique_ptr<TaskStore> make_task_store(sql::Database& records);

// In a transaction of somebody else.
Status add_task(sql::Connection& connection, const Task& task);
Status close_tasks(sql::Connection& connection, std::string_view kind, const std::string& subject, PersonId by,
                   Instant at);
// The same: all open tasks of one person become the deputy's; how many.
Result<std::int64_t> move_open_tasks(sql::Connection& connection, PersonId from, PersonId deputy);

}  // namespace suyuan
