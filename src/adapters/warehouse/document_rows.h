// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <filesystem>
#include <memory>

#include "adapters/sql/database.h"
#include "app/ports/kept_documents.h"
#include "base/time.h"

namespace suyuan {

// The documents of a store, from its tables. `key_file`: of the key that values about people are sealed by; without it
// documents that hold some are not whole. `records` and `clock` outlive it.
std::unique_ptr<KeptDocuments> make_kept_documents(sql::Database& records, Clock& clock,
                                                   const std::filesystem::path& key_file, bool is_postgres);

}  // namespace suyuan
