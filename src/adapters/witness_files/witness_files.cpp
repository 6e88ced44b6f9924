// SPDX-License-Identifier: Apache-2.0
#include "adapters/witness_files/witness_files.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <mutex>
#include <optional>

#include "base/fault_points.h"
#include "base/text.h"
#include "engine/digest/sha256.h"

namespace suyuan {

namespace {

constexpr std::size_t kFileBytes = 1'000'000;

Error disk(const std::filesystem::path& what, int number) {
  return {ErrorKind::kInternal, "witness.disk",
          fmt::format("{} cannot be read or written: {}. The witness cosigns nothing until it is started again; check "
                      "the disk and the rights first.",
                      excerpt(what.string(), 300), std::generic_category().message(number))};
}

// Closed at the end.
class Descriptor {
 public:
  explicit Descriptor(int number) : number_(number) {}
  ~Descriptor() { close(); }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  int number() const { return number_; }
  bool close() { return number_ < 0 || ::close(std::exchange(number_, -1)) == 0; }

 private:
  int number_;
};

class Files final : public WitnessStore {
 public:
  Files(std::filesystem::path folder, int descriptor) : path_(std::move(folder)), folder_(descriptor) {}

  int descriptor() const { return folder_.number(); }

  Result<std::string> latest(std::string_view origin) override {
    const std::lock_guard lock(mutex_);
    if (failed_) return *failed_;
    const std::string name = name_of(origin);
    const Descriptor file(::openat(folder_.number(), name.c_str(), O_RDONLY | O_NOFOLLOW | O_CLOEXEC));
    if (file.number() < 0) return errno == ENOENT ? Result<std::string>(std::string()) : disk(path_ / name, errno);
    std::string bytes(kFileBytes + 1, '\0');
    std::size_t size = 0;
    for (ssize_t got = 1; got != 0 && size < bytes.size(); size += static_cast<std::size_t>(got)) {
      got = ::read(file.number(), bytes.data() + size, bytes.size() - size);
      if (got < 0) return disk(path_ / name, errno);
    }
    if (size > kFileBytes) return disk(path_ / name, EFBIG);
    if (size == 0) return disk(path_ / name, EIO);  // never written so: not to be taken for none
    bytes.resize(size);
    return bytes;
  }

  Status keep(std::string_view origin, std::string_view note) override {
    const std::lock_guard lock(mutex_);
    if (failed_) return *failed_;
    const std::string name = name_of(origin);
    if (const int failed = replace(name, note); failed != 0) {
      failed_ = disk(path_ / name, failed);
      return *failed_;
    }
    return Done{};
  }

 private:
  static std::string name_of(std::string_view origin) { return hex(sha256(origin)) + ".checkpoint"; }

  // 0, or the number of the system's error.
  int replace(const std::string& name, std::string_view bytes) {
    const std::string draft = name + ".new";
    Descriptor file(
        ::openat(folder_.number(), draft.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0644));
    if (file.number() < 0) return errno;
    while (!bytes.empty()) {
      const ssize_t size = ::write(file.number(), bytes.data(), bytes.size());
      if (size < 0 && errno == EINTR) continue;
      if (size <= 0) return size < 0 ? errno : EIO;
      bytes.remove_prefix(static_cast<std::size_t>(size));
    }
    if (::fsync(file.number()) != 0 || !file.close()) return errno;
    fault_point("witness.draft");
    if (::renameat(folder_.number(), draft.c_str(), folder_.number(), name.c_str()) != 0) return errno;
    fault_point("witness.renamed");
    return ::fsync(folder_.number()) == 0 ? 0 : errno;
  }

  const std::filesystem::path path_;
  const Descriptor folder_;  // locked as long as it is open
  std::mutex mutex_;
  std::optional<Error> failed_;
};

}  // namespace

Result<std::unique_ptr<WitnessStore>> make_witness_files(const std::filesystem::path& folder) {
  auto files = std::make_unique<Files>(folder, ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  const int descriptor = files->descriptor();
  if (descriptor < 0) return disk(folder, errno);
  if (::flock(descriptor, LOCK_EX | LOCK_NB) != 0) {
    if (errno != EWOULDBLOCK) return disk(folder, errno);
    return Error{ErrorKind::kConflict, "witness.folder_in_use",
                 fmt::format("Another witness works in {}. Two of them would not know what the other one cosigned: "
                             "stop it, or name another folder and another name.",
                             excerpt(folder.string(), 300))};
  }
  // What a former process renamed may not be on the disk yet, and is about to be built upon.
  if (::fsync(descriptor) != 0) return disk(folder, errno);
  return std::unique_ptr<WitnessStore>(std::move(files));
}

}  // namespace suyuan
