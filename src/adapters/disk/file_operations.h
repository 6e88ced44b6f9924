// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace suyuan {

// All that a folder of files for keeps asks of a disk, so that a test can end it before any of them. A name is one
// segment, and a link is never followed. What is opened or created has a number from 0 on; what fails gives minus the
// system's error
// (-ENOENT). Reading is safe from any thread.
class FileOperations {
 public:
  struct Entry {
    std::string name;
    bool is_folder = false;
  };

  virtual ~FileOperations() = default;
  virtual int open_outer() = 0;  // the folder in which the one that is wanted is, or will be
  virtual int make_folder(int folder, const std::string& name) = 0;  // 0755; -EEXIST
  virtual int open_folder(int folder, const std::string& name) = 0;
  virtual int lock(int folder) = 0;  // for whoever has it open; -EWOULDBLOCK when another has
  virtual int create(int folder, const std::string& name) = 0;  // 0644; -EEXIST
  virtual int write(int file, std::string_view bytes) = 0;      // all of them, at the end
  virtual int sync(int file_or_folder) = 0;
  // All that was ever written to the file system of this folder. Says also what failed since the folder was opened.
  virtual int sync_all(int folder) = 0;
  virtual int close(int file_or_folder) = 0;
  virtual int rename(int from, const std::string& name, int to, const std::string& new_name) = 0;  // replaces a file
  virtual int remove(int folder, const std::string& name) = 0;
  virtual int remove_folder(int folder, const std::string& name) = 0;  // an empty one
  virtual int list(int folder, std::vector<Entry>& entries) = 0;
  virtual int read(int folder, const std::string& name, std::string& bytes) = 0;
};

// `name`: the last segment of the path, whose links were followed.
struct FilesOnDisk {
  std::shared_ptr<FileOperations> files;
  std::string name;
};
// Errors: kInternal `code` for a path that names no folder; `what` it is to be, "the folder of the log".
Result<FilesOnDisk> files_on_disk(const std::filesystem::path& path, std::string_view code, std::string_view what);

}  // namespace suyuan
