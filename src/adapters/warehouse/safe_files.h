// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

#include "base/result.h"

// Files that are there whole or not at all: copies of stores, keys.
namespace suyuan {

struct FileDigest {
  std::uint64_t size = 0;
  std::string sha256;  // hex
};

// Errors: kInternal "backup.disk", naming the file and what the system said.
Result<FileDigest> digest_file(const std::filesystem::path& file);
// What was copied, hashed on the way; `to` must not be there. 0600, durable on return.
Result<FileDigest> copy_file_durably(const std::filesystem::path& from, const std::filesystem::path& to);
Status write_file_durably(const std::filesystem::path& file, std::string_view bytes);
// 0600, and on the disk.
Status make_file_durable(const std::filesystem::path& file);
Status sync_folder(const std::filesystem::path& folder);
// Renames, durably. Replaces no file and no folder with something in it.
Status move_into_place(const std::filesystem::path& from, const std::filesystem::path& to);
Status make_private_folder(const std::filesystem::path& folder);  // 0700, with those above it

}  // namespace suyuan
