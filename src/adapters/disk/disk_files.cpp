// SPDX-License-Identifier: Apache-2.0
#include <dirent.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

#include "adapters/disk/file_operations.h"
#include "base/text.h"

namespace suyuan {

namespace {

constexpr std::size_t kFileBytes = 32U << 20U;  // a bundle of the longest entries of a log has 17 million
constexpr mode_t kFolderMode = 0755, kFileMode = 0644;

int answer(int result) { return result < 0 ? -errno : result; }

// A number of the system's, closed at the end.
class Owned {
 public:
  explicit Owned(int number) : number_(number) {}
  ~Owned() {
    if (number_ >= 0) ::close(number_);
  }
  Owned(const Owned&) = delete;
  Owned& operator=(const Owned&) = delete;
  int number() const { return number_; }
  int release() { return std::exchange(number_, -1); }

 private:
  int number_;
};

class DiskFiles final : public FileOperations {
 public:
  explicit DiskFiles(std::string outer) : outer_(std::move(outer)) {}

  int open_outer() override { return answer(::open(outer_.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)); }

  // The mask of the process may say less than what everybody is to read.
  int make_folder(int folder, const std::string& name) override {
    if (::mkdirat(folder, name.c_str(), kFolderMode) != 0) return -errno;
    const Owned made(open_folder(folder, name));
    return made.number() < 0 ? made.number() : answer(::fchmod(made.number(), kFolderMode));
  }

  int open_folder(int folder, const std::string& name) override {
    return answer(::openat(folder, name.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
  }

  int lock(int folder) override { return answer(::flock(folder, LOCK_EX | LOCK_NB)); }

  int create(int folder, const std::string& name) override {
    Owned made(answer(::openat(folder, name.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, kFileMode)));
    if (made.number() >= 0 && ::fchmod(made.number(), kFileMode) != 0) return -errno;
    return made.release();
  }

  int write(int file, std::string_view bytes) override {
    while (!bytes.empty()) {
      const ssize_t size = ::write(file, bytes.data(), bytes.size());
      if (size < 0 && errno == EINTR) continue;
      if (size < 0) return -errno;
      if (size == 0) return -EIO;
      bytes.remove_prefix(static_cast<std::size_t>(size));
    }
    return 0;
  }

  int sync(int file_or_folder) override { return answer(::fsync(file_or_folder)); }
  int sync_all(int folder) override { return answer(::syncfs(folder)); }
  int close(int file_or_folder) override { return answer(::close(file_or_folder)); }
  int rename(int from, const std::string& name, int to, const std::string& new_name) override {
    return answer(::renameat(from, name.c_str(), to, new_name.c_str()));
  }
  int remove(int folder, const std::string& name) override { return answer(::unlinkat(folder, name.c_str(), 0)); }
  int remove_folder(int folder, const std::string& name) override {
    return answer(::unlinkat(folder, name.c_str(), AT_REMOVEDIR));
  }

  int list(int folder, std::vector<Entry>& entries) override {
    entries.clear();
    Owned again(answer(::openat(folder, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC)));
    if (again.number() < 0) return again.number();
    DIR* const listing = ::fdopendir(again.number());
    if (listing == nullptr) return -errno;
    again.release();
    int result = 0;
    for (;;) {
      errno = 0;
      const dirent* const entry = ::readdir(listing);
      if (entry == nullptr) {
        result = -errno;
        break;
      }
      const std::string_view name = entry->d_name;
      if (name != "." && name != "..") entries.push_back({std::string(name), is_folder(folder, *entry)});
    }
    ::closedir(listing);
    return result;
  }

  int read(int folder, const std::string& name, std::string& bytes) override {
    // O_NONBLOCK: what somebody put there instead of a file keeps nobody waiting.
    const Owned file(answer(::openat(folder, name.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC)));
    if (file.number() < 0) return file.number();
    struct stat about {};
    if (::fstat(file.number(), &about) != 0) return -errno;
    if (!S_ISREG(about.st_mode)) return -EINVAL;
    if (static_cast<std::size_t>(about.st_size) > kFileBytes) return -EFBIG;
    bytes.resize(static_cast<std::size_t>(about.st_size));
    for (std::size_t done = 0; done < bytes.size();) {
      const ssize_t size = ::read(file.number(), bytes.data() + done, bytes.size() - done);
      if (size < 0 && errno == EINTR) continue;
      if (size < 0) return -errno;
      if (size == 0) return -EIO;  // nobody shortens a file
      done += static_cast<std::size_t>(size);
    }
    return 0;
  }

 private:
  static bool is_folder(int folder, const dirent& entry) {
    if (entry.d_type != DT_UNKNOWN) return entry.d_type == DT_DIR;
    struct stat about {};
    return ::fstatat(folder, entry.d_name, &about, AT_SYMLINK_NOFOLLOW) == 0 && S_ISDIR(about.st_mode);
  }

  const std::string outer_;
};

}  // namespace

Result<FilesOnDisk> files_on_disk(const std::filesystem::path& path, std::string_view code, std::string_view what) {
  std::error_code failed;
  std::filesystem::path real = std::filesystem::weakly_canonical(std::filesystem::absolute(path, failed), failed);
  if (!failed && !real.has_filename()) real = real.parent_path();  // "log/"
  if (failed || !real.has_filename()) {
    return Error{ErrorKind::kInternal, std::string(code),
                 fmt::format("\"{}\" cannot be {}: {}. Name a folder in one that is there.",
                             excerpt(path.string(), 300), what, failed ? failed.message() : "it has no name")};
  }
  return FilesOnDisk{std::make_shared<DiskFiles>(real.parent_path().string()), real.filename().string()};
}

}  // namespace suyuan
