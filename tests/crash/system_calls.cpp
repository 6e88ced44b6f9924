// SPDX-License-Identifier: Apache-2.0
#include "system_calls.h"

#include <fmt/format.h>
#include <sqlite3.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <memory>
#include <mutex>

namespace suyuan::crash {

namespace {

std::shared_ptr<const OnFile> watch;  // atomically
using Function = void (*)();

std::string file_of(int descriptor) {
  std::array<char, 4096> path{};
  const auto size = ::readlink(fmt::format("/proc/self/fd/{}", descriptor).c_str(), path.data(), path.size());
  return size > 0 ? std::string(path.data(), static_cast<std::size_t>(size)) : "";
}

template <class Do>
auto watched(Call call, int descriptor, Do real) -> decltype(real()) {
  const auto now = std::atomic_load(&watch);
  if (now == nullptr) return real();
  const std::string file = file_of(descriptor);
  if (file.find("suyuan.db") == std::string::npos) return real();
  if (const int failed = now->before ? now->before(call, file) : 0; failed != 0) {
    errno = failed;
    return -1;
  }
  const auto done = real();
  if (now->after) now->after(call, file);
  return done;
}

ssize_t read_at(int descriptor, void* bytes, std::size_t size, off_t at) {
  return watched(Call::kRead, descriptor,
                 [&]() -> ssize_t { return ::syscall(SYS_pread64, descriptor, bytes, size, at); });
}

ssize_t write_at(int descriptor, const void* bytes, std::size_t size, off_t at) {
  return watched(Call::kWrite, descriptor,
                 [&]() -> ssize_t { return ::syscall(SYS_pwrite64, descriptor, bytes, size, at); });
}

int truncate_to(int descriptor, off_t size) {
  return watched(Call::kTruncate, descriptor,
                 [&] { return static_cast<int>(::syscall(SYS_ftruncate, descriptor, size)); });
}

int sync_file(int descriptor, long number) {
  return watched(Call::kSync, descriptor, [&] { return static_cast<int>(::syscall(number, descriptor)); });
}

}  // namespace

void watch_files(OnFile next) {
  static std::once_flag once;
  std::call_once(once, [] {
    sqlite3_vfs* const vfs = sqlite3_vfs_find(nullptr);
    vfs->xSetSystemCall(vfs, "pread", reinterpret_cast<Function>(read_at));
    vfs->xSetSystemCall(vfs, "pread64", reinterpret_cast<Function>(read_at));
    vfs->xSetSystemCall(vfs, "pwrite", reinterpret_cast<Function>(write_at));
    vfs->xSetSystemCall(vfs, "pwrite64", reinterpret_cast<Function>(write_at));
    vfs->xSetSystemCall(vfs, "ftruncate", reinterpret_cast<Function>(truncate_to));
  });
  std::atomic_store(&watch, std::shared_ptr<const OnFile>(std::make_shared<OnFile>(std::move(next))));
}

}  // namespace suyuan::crash

// SQLite has no hook for these two: the program's own come before the library's.
extern "C" {
int fsync(int descriptor) { return suyuan::crash::sync_file(descriptor, SYS_fsync); }
int fdatasync(int descriptor) { return suyuan::crash::sync_file(descriptor, SYS_fdatasync); }
}
