// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <filesystem>
#include <memory>

#include "adapters/warehouse/lookup_check.h"
#include "adapters/warehouse/store.h"

namespace suyuan {

struct SqliteWarehouseOptions {
  std::size_t queue_documents_max = 256;      // waiting documents; one more is answered with store.busy
  std::size_t queue_bytes_max = 256U << 20U;  // bytes of waiting documents
  int readers = 4;                            // connections that read side by side
  LookupOptions lookups = {};
  // Of the key that values about people are kept under; "": secrets/master.key in the folder, made when it is needed.
  std::filesystem::path key_file = {};
};

// Opens the store in a folder, making folder and file when they are not there: one file suyuan.db, one server at a
// time. Durability: synchronous=FULL, write-ahead log. The destructor finishes what was accepted. Errors: kBusy
// "store.in_use" (naming the process that holds it), kUnsupported "store.newer", kInternal "store.open", "store.disk"
// (read-only folder), kCorrupt "store.not_a_database"; kBusy "store.unfinished", "store.moved"; kInternal
// "secrets.no_key", "secrets.key_file", kCorrupt "secrets.wrong_key". `clock` gives record
// times and must outlive the store.
Result<std::unique_ptr<Store>> open_sqlite_warehouse(const std::filesystem::path& folder, Clock& clock,
                                                     const SqliteWarehouseOptions& options);

// Compares the lookups of a store that no server holds with its tables, made anew before when `rebuild`. Errors: as
// open_sqlite_warehouse.
Result<std::vector<LookupCheck>> check_sqlite_lookups(const std::filesystem::path& folder, bool rebuild);

}  // namespace suyuan
