// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "adapters/warehouse/safe_files.h"
#include "base/time.h"

namespace suyuan {

// What a backup says of itself in backup.json: docs/backup.md.
struct BackupManifest {
  struct File {
    std::string name;
    FileDigest digest;
  };
  std::string program;      // the version that made it
  std::int64_t schema = 0;  // the last step of schema/
  std::string store;        // its name
  Instant made = {};        // all that was acknowledged before this is in it
  std::int64_t events = 0, submissions = 0, audit_entries = 0, sealed_keys = 0;
  std::int64_t evidence = 0;  // files below evidence/, named by their SHA-256
  std::vector<File> files;
};

inline constexpr const char* kManifestName = "backup.json";
inline constexpr std::string_view kUnfinished = ".unfinished";  // ends the name of a folder that is being filled

std::string manifest_json(const BackupManifest& manifest);
// Errors: kCorrupt "backup.manifest".
Result<BackupManifest> read_manifest_json(std::string_view text);
// Of a backup's folder. Errors: kNotFound "backup.none"; kCorrupt "backup.manifest".
Result<BackupManifest> read_manifest(const std::filesystem::path& folder);

}  // namespace suyuan
