// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <filesystem>
#include <memory>

#include "app/ports/witness_store.h"

namespace suyuan {

// One file for each log in a folder, called by the SHA-256 of the log's name: written beside it, synced, renamed, and
// the folder synced. The folder is there, and held by one process. Errors: kConflict "witness.folder_in_use"; kInternal
// "witness.disk".
Result<std::unique_ptr<WitnessStore>> make_witness_files(const std::filesystem::path& folder);

}  // namespace suyuan
