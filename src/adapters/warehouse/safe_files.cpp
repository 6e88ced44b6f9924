// SPDX-License-Identifier: Apache-2.0
#include "adapters/warehouse/safe_files.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <memory>
#include <vector>

#include "base/text.h"
#include "engine/digest/sha256.h"

namespace suyuan {

namespace {

constexpr std::size_t kPart = 1U << 20U;

Error disk(const std::filesystem::path& path, std::string_view what) {
  const int number = errno;
  return {ErrorKind::kInternal, "backup.disk",
          fmt::format("\"{}\" cannot be {}: {}. Free some space, check rights and the disk, and begin again.",
                      excerpt(path.string(), 300), what, std::strerror(number))};
}

class File {
 public:
  File(const std::filesystem::path& path, int flags) : number_(::open(path.c_str(), flags | O_CLOEXEC, 0600)) {}
  ~File() {
    if (number_ >= 0) ::close(number_);
  }
  File(const File&) = delete;
  File& operator=(const File&) = delete;
  bool is_open() const { return number_ >= 0; }
  int number() const { return number_; }
  bool put(std::string_view bytes) const {
    while (!bytes.empty()) {
      const ssize_t size = ::write(number_, bytes.data(), bytes.size());
      if (size < 0 && errno == EINTR) continue;
      if (size <= 0) return false;
      bytes.remove_prefix(static_cast<std::size_t>(size));
    }
    return true;
  }

 private:
  int number_;
};

// Hashes a file, and writes what it reads to `to` when there is one.
Result<FileDigest> read_through(const std::filesystem::path& from, const std::filesystem::path& path, const File* to) {
  const File file(from, O_RDONLY);
  if (!file.is_open()) return disk(from, "read");
  Sha256Stream stream;
  FileDigest digest;
  std::vector<char> part(kPart);
  for (;;) {
    const ssize_t size = ::read(file.number(), part.data(), part.size());
    if (size < 0 && errno == EINTR) continue;
    if (size < 0) return disk(from, "read");
    if (size == 0) break;
    const std::string_view bytes(part.data(), static_cast<std::size_t>(size));
    stream.add(bytes);
    digest.size += bytes.size();
    if (to != nullptr && !to->put(bytes)) return disk(path, "written");
  }
  digest.sha256 = hex(stream.finish());
  return digest;
}

}  // namespace

Result<FileDigest> digest_file(const std::filesystem::path& file) { return read_through(file, "", nullptr); }

Result<FileDigest> copy_file_durably(const std::filesystem::path& from, const std::filesystem::path& to) {
  const File copy(to, O_WRONLY | O_CREAT | O_EXCL);
  if (!copy.is_open()) return disk(to, "made");
  auto digest = read_through(from, to, &copy);
  if (digest && ::fsync(copy.number()) != 0) return disk(to, "written");
  return digest;
}

Status write_file_durably(const std::filesystem::path& file, std::string_view bytes) {
  const File made(file, O_WRONLY | O_CREAT | O_EXCL);
  if (!made.is_open()) return disk(file, "made");
  if (!made.put(bytes) || ::fsync(made.number()) != 0) return disk(file, "written");
  return Done{};
}

Status make_file_durable(const std::filesystem::path& file) {
  const File written(file, O_RDWR);
  if (!written.is_open()) return disk(file, "opened");
  if (::fchmod(written.number(), 0600) != 0 || ::fsync(written.number()) != 0) return disk(file, "written");
  return Done{};
}

Status sync_folder(const std::filesystem::path& folder) {
  const File opened(folder.empty() ? "." : folder, O_RDONLY | O_DIRECTORY);
  if (!opened.is_open() || ::fsync(opened.number()) != 0) return disk(folder, "written");
  return Done{};
}

Status move_into_place(const std::filesystem::path& from, const std::filesystem::path& to) {
  // rename(2) replaces a file, and a folder with nothing in it.
  std::error_code failed;
  if (std::filesystem::exists(std::filesystem::symlink_status(to, failed))) {
    errno = EEXIST;
    return disk(to, "made");
  }
  if (std::rename(from.c_str(), to.c_str()) != 0) return disk(to, "made");
  return sync_folder(to.parent_path());
}

Status make_private_folder(const std::filesystem::path& folder) {
  std::error_code failed;
  std::filesystem::create_directories(folder.parent_path(), failed);
  if (::mkdir(folder.c_str(), 0700) != 0 && errno != EEXIST) return disk(folder, "made");
  return Done{};
}

}  // namespace suyuan
