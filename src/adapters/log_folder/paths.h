// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "adapters/disk/opened.h"
#include "base/result.h"

namespace suyuan {

// Where a file lies below the folder of the log.
struct Place {
  std::string folder;  // "sm3/tile/0/x001"; "" for that of the log
  std::string name;
  std::string path() const { return folder.empty() ? name : folder + "/" + name; }
};
Place place_at(std::string_view path);

// Folders and files by their paths below the folder of the log. Errors: kInternal "log.disk", with the path, what the
// system said, and what to do.
class Paths {
 public:
  Paths(std::shared_ptr<FileOperations> files, Folder root, std::string shown)
      : files_(std::move(files)), root_(std::move(root)), shown_(std::move(shown)) {}

  // Null: there is none.
  Result<Folder> find(const std::string& folder) const;
  Result<std::vector<FileOperations::Entry>> list(const Folder& folder, const std::string& path) const;
  // Nothing: there is none.
  Result<std::optional<std::string>> read(const Place& place) const;

  // Whole for whoever reads, and not durable. `folder` was opened before. One thread at a time. Requires: taken.
  Status put(const Folder& folder, const Place& place, std::string_view bytes) const;
  // In the folder of the log itself, and durable on return. One thread at a time, beside the others. Requires: taken.
  Status put_durably(const std::string& name, std::string_view bytes) const;
  Status sync(const Folder& folder, const std::string& path) const;
  Status sync_all() const;

  // From here on of one thread at a time. Makes what is missing of it.
  Result<Folder> make(const std::string& folder) const;
  // With all that is in it; it is well when there is none. Durable once the folder that holds it is synced.
  Status remove(const Folder& folder, const Place& place) const;
  // Takes everything for this process and removes what was half written; its own name and those in it are durable
  // on return. Errors: besides, kBusy "log.folder_in_use".
  Status take();

  FileOperations& files() const { return *files_; }

 private:
  Status put_as(const std::string& new_name, const Folder& folder, const Place& place, std::string_view bytes,
                bool is_synced) const;
  Error failed(const std::string& path, std::string_view what, int number) const;
  Status done(int result, const std::string& path, std::string_view what) const;

  std::shared_ptr<FileOperations> files_;
  Folder root_, new_;
  const std::string shown_;
};

}  // namespace suyuan
