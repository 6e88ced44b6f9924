// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <chrono>
#include <filesystem>
#include <memory>
#include <string>

#include "adapters/sql/postgres.h"
#include "adapters/warehouse/store.h"

namespace suyuan {

struct PostgresWarehouseOptions {
  std::size_t queue_documents_max = 256;      // waiting documents; one more is answered with store.busy
  std::size_t queue_bytes_max = 256U << 20U;  // bytes of waiting documents
  int readers = 4;                            // connections that read, or write records, side by side
  bool make = true;                           // the tables, when they are not there
  // How long a transaction is tried again while the server is busy or cannot be reached.
  std::chrono::milliseconds patience = std::chrono::seconds(20);
  sql::PostgresOptions connection = {};
  // Of the key that values about people are kept under. Without one they are refused: a key in the database would be in
  // every backup of it.
  std::filesystem::path key_file = {};
};

// Opens the store in a PostgreSQL database (13 or later, UTF8), making its tables when they are not there. Any number
// of servers may hold it open: docs/decisions/0005. On Citus the tables are distributed. Durability: synchronous_commit
// and fsync, asked back. Errors: those of sql::open_postgres; kUnsupported "store.newer"; kForbidden "store.rights";
// kNotFound "store.none" (unless `make`); kBusy "store.in_use" (it is being moved), "store.unfinished", "store.moved",
// also of every call later on; kInternal "secrets.no_key", "secrets.key_file", kCorrupt "secrets.wrong_key". `clock`
// gives record times and must outlive the store.
Result<std::unique_ptr<Store>> open_postgres_warehouse(const std::string& url, Clock& clock,
                                                       const PostgresWarehouseOptions& options = {});

}  // namespace suyuan
