// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <memory>
#include <string>
#include <utility>

#include "adapters/disk/file_operations.h"

namespace suyuan {

// What was opened, until nobody has it any more.
class Opened {
 public:
  Opened(std::shared_ptr<FileOperations> files, int number) : files_(std::move(files)), number_(number) {}
  ~Opened() {
    if (number_ >= 0) files_->close(number_);
  }
  Opened(const Opened&) = delete;
  Opened& operator=(const Opened&) = delete;
  int number() const { return number_; }  // below 0: minus the system's error
  // Whoever closes himself hears whether it failed.
  int close() { return files_->close(std::exchange(number_, -1)); }

 private:
  std::shared_ptr<FileOperations> files_;
  int number_;
};
using Folder = std::shared_ptr<Opened>;

}  // namespace suyuan
