// SPDX-License-Identifier: Apache-2.0
#include "adapters/warehouse/folder_lock.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace suyuan {

Result<std::unique_ptr<FolderLock>> FolderLock::take(const std::filesystem::path& folder) {
  const std::string path = (folder / "suyuan.lock").string();
  const int file = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644);
  if (file < 0) {
    return Error{ErrorKind::kInternal, "store.disk",
                 fmt::format("The folder \"{}\" cannot be written: {}. Make it writable, or name another with --data.",
                             folder.string(), std::strerror(errno))};
  }
  if (::flock(file, LOCK_EX | LOCK_NB) != 0) {
    char holder[32] = {};
    const ssize_t size = ::pread(file, holder, sizeof holder - 1, 0);
    ::close(file);
    return Error{ErrorKind::kBusy, "store.in_use",
                 fmt::format("The store in \"{}\" is in use by process {}. One server holds a folder at a time: stop "
                             "that one, or name another folder with --data.",
                             folder.string(), size > 0 ? std::string(holder) : "unknown")};
  }
  const std::string self = std::to_string(::getpid());
  if (::ftruncate(file, 0) != 0 || ::pwrite(file, self.data(), self.size(), 0) < 0) {
    ::close(file);
    return Error{ErrorKind::kInternal, "store.disk",
                 fmt::format("The folder \"{}\" cannot be written; is the disk full?", folder.string())};
  }
  return std::unique_ptr<FolderLock>(new FolderLock(file));
}

FolderLock::~FolderLock() { ::close(file_); }

}  // namespace suyuan
