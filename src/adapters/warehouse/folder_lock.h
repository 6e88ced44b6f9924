// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <filesystem>
#include <memory>

#include "base/result.h"

namespace suyuan {

// Holds a folder for one process; ends with it, however it ends.
class FolderLock {
 public:
  // Errors: kBusy "store.in_use" naming the process; kInternal "store.disk" when the folder cannot be written.
  static Result<std::unique_ptr<FolderLock>> take(const std::filesystem::path& folder);
  ~FolderLock();
  FolderLock(const FolderLock&) = delete;
  FolderLock& operator=(const FolderLock&) = delete;

 private:
  explicit FolderLock(int file) : file_(file) {}
  int file_;
};

}  // namespace suyuan
