// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <filesystem>
#include <memory>

#include "adapters/sql/database.h"
#include "app/ports/log_store.h"

namespace suyuan {

// The store of a folder, read only, beside the server that holds it, if one does. Threads: one.
class StoreView {
 public:
  virtual ~StoreView() = default;
  virtual sql::Database& records() = 0;  // what is written is refused
  virtual EventDigests& digests() = 0;
};

// Errors: kNotFound "store.none"; kUnsupported "store.newer", "verify.older_store"; kBusy "store.unfinished",
// "store.moved"; those of sql::open_sqlite.
Result<std::unique_ptr<StoreView>> view_sqlite_store(const std::filesystem::path& folder);

}  // namespace suyuan
