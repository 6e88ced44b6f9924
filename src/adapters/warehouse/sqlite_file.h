// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "adapters/sql/sql.h"
#include "adapters/warehouse/lookup_check.h"

namespace suyuan {

// The store of a folder, for people.
std::string sqlite_place(const std::filesystem::path& folder);

// Opens the file of a folder that the caller holds (FolderLock), making it and bringing its schema up to date. Whether
// the store may be used is another question (store_state.h). Errors: those of open_sqlite_warehouse.
Result<std::unique_ptr<sql::Connection>> open_sqlite_file(const std::filesystem::path& folder);

// Compares its lookups with its tables, made anew before when `rebuild`.
Result<std::vector<LookupCheck>> check_sqlite_file(const std::filesystem::path& folder, sql::Connection& connection,
                                                   bool rebuild);

}  // namespace suyuan
