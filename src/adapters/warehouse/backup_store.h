// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <functional>

#include "adapters/sql/database.h"
#include "adapters/sql/personal_seal.h"
#include "adapters/warehouse/backup_manifest.h"

// A copy of the store of a folder, and the way back. docs/backup.md.
namespace suyuan {

struct BackupOptions {
  std::string program;  // its version
  // What else is to be in the backup, made from the copy: the list of erasures.
  std::function<Result<std::string>(sql::Database&, KeyEraser&)> erasures;
  // Copies the files of evidence that the copy names into this folder; how many. Without it they are left out.
  std::function<Result<std::int64_t>(sql::Database& copy, const std::filesystem::path& to)> evidence = {};
};

inline constexpr const char* kErasuresName = "erasures.json";
inline constexpr const char* kEvidenceName = "evidence";  // the folder of these files, in a backup and beside a store

// Copies the store in `folder`, also while a server works on it, as it is at one moment, to the new folder `to`, which
// appears whole or not at all. No key is copied. Errors: kNotFound "store.none"; kConflict "backup.exists"; kBusy
// "backup.running"; kUnsupported "backup.older_store", "store.newer"; kInternal "backup.disk"; those of judge_state and
// of the store.
Result<BackupManifest> backup_store(const std::filesystem::path& folder, const std::filesystem::path& to, Clock& clock,
                                    const BackupOptions& options);

struct RestoreOptions {
  std::filesystem::path key_file = {};  // "": secrets/master.key in the folder
  // Copies the files of evidence that the store names from the backup's folder to that of the store; how many.
  std::function<Result<std::int64_t>(sql::Database& copy, const std::filesystem::path& from,
                                     const std::filesystem::path& to)>
      evidence = {};
  // Last, before the store can be opened by anybody: erasures are repeated, and the restore is written down.
  std::function<Status(const BackupManifest&, sql::Database&, KeyEraser&)> settle;
};

struct RestoreReport {
  BackupManifest backup;
  bool has_rebuilt_lookups = false;
  bool lacks_master_key = false;  // and has values that it opens
  bool lacks_login_key = false;
  bool has_log = false;  // which stands still (schema/0013-log)
};

// Checks a backup and puts its store into `to`, in which there is nothing, or the keys only. Ended before that, there
// is no store in `to`, and the same call begins again. Errors: those of read_manifest; kCorrupt "backup.damaged";
// kConflict "restore.not_empty"; kBusy "store.in_use"; kUnsupported "store.newer"; kCorrupt "secrets.wrong_key";
// kInternal "backup.disk"; those of `settle` and of the store.
Result<RestoreReport> restore_store(const std::filesystem::path& from, const std::filesystem::path& to, Clock& clock,
                                    const RestoreOptions& options);

}  // namespace suyuan
