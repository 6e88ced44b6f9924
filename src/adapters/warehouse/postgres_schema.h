// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <span>
#include <string_view>

#include "adapters/sql/postgres.h"
#include "adapters/warehouse/migrations.h"

namespace suyuan {

// schema/*/postgres.sql, in order. A step without that file is none of PostgreSQL's.
std::span<const Migration> postgres_migrations();

// Where the rows of a table live on Citus: in shards by the hash of a column, or, without a column, on the coordinator,
// registered there so that they commit together with the shards. Every key that is unique holds the column.
struct Distribution {
  std::string_view table, column;
};
std::span<const Distribution> postgres_distribution();

// Brings a store up to date; servers that start together wait for one another. On Citus the tables are distributed.
// Errors: kUnsupported "store.newer"; kForbidden "store.rights".
Status migrate_postgres(sql::PostgresConnection& connection);

Result<bool> has_store(sql::PostgresConnection& connection);
Result<bool> has_citus(sql::PostgresConnection& connection);

}  // namespace suyuan
