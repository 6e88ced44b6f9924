// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <filesystem>
#include <memory>

#include "adapters/disk/file_operations.h"
#include "app/ports/evidence_files.h"
#include "base/time.h"

namespace suyuan {

// The files in this folder: "ab/cdef…" is the one whose SHA-256 is abcdef…; ".new/" holds what is being written. The
// folder is made with the first file, in one that is there; whoever only reads changes nothing. What was begun a day
// ago and not ended goes. The clock outlives it. Errors: kInternal "evidence.disk".
Result<std::unique_ptr<EvidenceFiles>> make_evidence_folder(const std::filesystem::path& path, Clock& clock);
// The same on any files; `shown` is the folder's name in messages, `name` among the files.
std::unique_ptr<EvidenceFiles> make_evidence_folder(std::shared_ptr<FileOperations> files, std::string name,
                                                    std::string shown, Clock& clock);

// Where one lies below the folder.
std::filesystem::path evidence_path(const Sha256& name);

}  // namespace suyuan
