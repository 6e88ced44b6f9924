// SPDX-License-Identifier: Apache-2.0
// The side of the disk that SQLite sees: its VFS. https://www.sqlite.org/vfs.html
#include <sqlite3.h>

#include <algorithm>
#include <cstring>
#include <string_view>

#include "disk.h"

namespace suyuan::power {

namespace {

Disk* mounted = nullptr;
sqlite3_vfs* system_vfs = nullptr;
thread_local sqlite3* opened_last = nullptr;

struct Open {
  sqlite3_file base;
  std::shared_ptr<File>* file;
  bool has_name, has_memory;
  int lock;
};
Open& open_of(sqlite3_file* file) { return *reinterpret_cast<Open*>(file); }
File& file_of(sqlite3_file* file) { return **open_of(file).file; }

std::string name_of(const char* path) {
  const std::string_view all = path;
  return std::string(all.substr(all.rfind('/') + 1));
}

// --------------------------------------------------------------------------------------------------------------- bytes

int read(sqlite3_file* file, void* to, int size, sqlite3_int64 at) {
  const std::lock_guard lock(mounted->mutex());
  const std::string& bytes = file_of(file).bytes;
  const auto from = std::min(static_cast<std::size_t>(at), bytes.size());
  const std::size_t there = std::min(bytes.size() - from, static_cast<std::size_t>(size));
  std::memcpy(to, bytes.data() + from, there);
  if (there == static_cast<std::size_t>(size)) return SQLITE_OK;
  std::memset(static_cast<char*>(to) + there, 0, static_cast<std::size_t>(size) - there);
  return SQLITE_IOERR_SHORT_READ;
}

int write(sqlite3_file* file, const void* bytes, int size, sqlite3_int64 at) {
  mounted->write(file_of(file), bytes, size, at);
  return SQLITE_OK;
}

int truncate(sqlite3_file* file, sqlite3_int64 size) {
  mounted->truncate(file_of(file), size);
  return SQLITE_OK;
}

int sync(sqlite3_file* file, int) {
  mounted->sync(file_of(file));
  return SQLITE_OK;
}

int size_of(sqlite3_file* file, sqlite3_int64* size) {
  const std::lock_guard lock(mounted->mutex());
  *size = static_cast<sqlite3_int64>(file_of(file).bytes.size());
  return SQLITE_OK;
}

// --------------------------------------------------------------------------------------------------------------- locks

int lock(sqlite3_file* which, int level) {
  const std::lock_guard guard(mounted->mutex());
  File& file = file_of(which);
  Open& me = open_of(which);
  if (level <= me.lock) return SQLITE_OK;
  if (level == SQLITE_LOCK_SHARED) {
    if (file.is_pending || file.exclusive != nullptr) return SQLITE_BUSY;
    file.shared.insert(which);
  } else {
    if (file.reserved != nullptr && file.reserved != which) return SQLITE_BUSY;
    file.reserved = which;
    if (level == SQLITE_LOCK_EXCLUSIVE) {
      file.is_pending = true;
      me.lock = SQLITE_LOCK_PENDING;
      if (file.shared.size() > 1) return SQLITE_BUSY;
      file.exclusive = which;
    }
  }
  me.lock = level;
  return SQLITE_OK;
}

int unlock(sqlite3_file* which, int level) {
  const std::lock_guard guard(mounted->mutex());
  File& file = file_of(which);
  if (file.reserved == which) {
    file.reserved = nullptr;
    file.is_pending = false;
  }
  if (file.exclusive == which) file.exclusive = nullptr;
  if (level == SQLITE_LOCK_NONE) file.shared.erase(which);
  open_of(which).lock = level;
  return SQLITE_OK;
}

int is_reserved(sqlite3_file* which, int* answer) {
  const std::lock_guard guard(mounted->mutex());
  *answer = file_of(which).reserved != nullptr ? 1 : 0;
  return SQLITE_OK;
}

// ------------------------------------------------------------------------------------------------------- shared memory

int map_memory(sqlite3_file* which, int region, int size, int may_extend, void volatile** at) {
  const std::lock_guard guard(mounted->mutex());
  File& file = file_of(which);
  open_of(which).has_memory = true;
  file.memory_locks.try_emplace(which);
  const auto number = static_cast<std::size_t>(region);
  if (file.memory.size() <= number && may_extend == 0) {
    *at = nullptr;
    return SQLITE_OK;
  }
  while (file.memory.size() <= number) file.memory.push_back(std::make_unique<char[]>(static_cast<std::size_t>(size)));
  *at = file.memory[number].get();
  return SQLITE_OK;
}

int lock_memory(sqlite3_file* which, int first, int count, int flags) {
  const std::lock_guard guard(mounted->mutex());
  File& file = file_of(which);
  const unsigned bits = ((1U << static_cast<unsigned>(count)) - 1U) << static_cast<unsigned>(first);
  auto& [shared, exclusive] = file.memory_locks[which];
  if ((flags & SQLITE_SHM_UNLOCK) != 0) {
    shared &= ~bits;
    exclusive &= ~bits;
    return SQLITE_OK;
  }
  const bool is_shared = (flags & SQLITE_SHM_SHARED) != 0;
  for (const auto& [other, locks] : file.memory_locks) {
    if (other == which) continue;
    if (((locks.second | (is_shared ? 0U : locks.first)) & bits) != 0) return SQLITE_BUSY;
  }
  (is_shared ? shared : exclusive) |= bits;
  return SQLITE_OK;
}

void barrier(sqlite3_file*) { const std::lock_guard guard(mounted->mutex()); }

int unmap_memory(sqlite3_file* which, int) {
  const std::lock_guard guard(mounted->mutex());
  File& file = file_of(which);
  file.memory_locks.erase(which);
  if (file.memory_locks.empty()) file.memory.clear();
  open_of(which).has_memory = false;
  return SQLITE_OK;
}

// ------------------------------------------------------------------------------------------------------------- the
// rest

// The wrong settings answer the store that they are the right ones: else it would not open.
int control(sqlite3_file*, int what, void* argument) {
  if (what != SQLITE_FCNTL_PRAGMA) return SQLITE_NOTFOUND;
  char** const words = static_cast<char**>(argument);
  if (std::string_view(words[1]) != "synchronous") return SQLITE_NOTFOUND;
  if (words[2] != nullptr && opened_last != nullptr) sqlite3_wal_autocheckpoint(opened_last, mounted->checkpoint_pages);
  const bool is_wrong = mounted->setting == Setting::kSynchronousNormal || mounted->setting == Setting::kSynchronousOff;
  if (!is_wrong || opened_last == nullptr) return SQLITE_NOTFOUND;
  words[0] = words[2] == nullptr ? sqlite3_mprintf("2") : nullptr;
  return SQLITE_OK;
}

int sector_size(sqlite3_file*) { return 4096; }
int characteristics(sqlite3_file*) { return SQLITE_IOCAP_POWERSAFE_OVERWRITE; }

int close(sqlite3_file* which) {
  unlock(which, SQLITE_LOCK_NONE);
  if (open_of(which).has_memory) unmap_memory(which, 0);
  delete open_of(which).file;
  return SQLITE_OK;
}

constexpr sqlite3_io_methods methods_of(int version) {
  sqlite3_io_methods methods{};
  methods.iVersion = version;
  methods.xClose = close;
  methods.xRead = read;
  methods.xWrite = write;
  methods.xTruncate = truncate;
  methods.xSync = sync;
  methods.xFileSize = size_of;
  methods.xLock = lock;
  methods.xUnlock = unlock;
  methods.xCheckReservedLock = is_reserved;
  methods.xFileControl = control;
  methods.xSectorSize = sector_size;
  methods.xDeviceCharacteristics = characteristics;
  methods.xShmMap = map_memory;
  methods.xShmLock = lock_memory;
  methods.xShmBarrier = barrier;
  methods.xShmUnmap = unmap_memory;
  return methods;
}
constexpr sqlite3_io_methods kMethods = methods_of(2), kWithoutMemory = methods_of(1);

int open(sqlite3_vfs*, const char* path, sqlite3_file* into, int flags, int* got) {
  Open& made = open_of(into);
  made = {};
  const bool has_name = path != nullptr;
  auto file = has_name ? mounted->open(name_of(path), (flags & SQLITE_OPEN_CREATE) != 0) : std::make_shared<File>();
  if (file == nullptr) return SQLITE_CANTOPEN;
  made.base.pMethods = mounted->setting == Setting::kNoSharedMemory ? &kWithoutMemory : &kMethods;
  made.file = new std::shared_ptr<File>(std::move(file));
  made.has_name = has_name;
  if (got != nullptr) *got = flags;
  return SQLITE_OK;
}

int remove(sqlite3_vfs*, const char* path, int) {
  return mounted->remove(name_of(path)) ? SQLITE_OK : SQLITE_IOERR_DELETE_NOENT;
}

int access(sqlite3_vfs*, const char* path, int, int* answer) {
  *answer = mounted->exists(name_of(path)) ? 1 : 0;
  return SQLITE_OK;
}

int full_path(sqlite3_vfs*, const char* path, int size, char* to) {
  sqlite3_snprintf(size, to, "%s", path);
  return SQLITE_OK;
}

int opened(sqlite3* connection, char**, const void*) {
  opened_last = connection;
  if (mounted == nullptr) return SQLITE_OK;
  const Setting setting = mounted->setting;
  if (setting != Setting::kSynchronousNormal && setting != Setting::kSynchronousOff) return SQLITE_OK;
  opened_last = nullptr;  // this one is heard
  sqlite3_exec(connection,
               setting == Setting::kSynchronousOff ? "PRAGMA synchronous = OFF" : "PRAGMA synchronous = NORMAL",
               nullptr, nullptr, nullptr);
  opened_last = connection;
  return SQLITE_OK;
}

void install() {
  static sqlite3_vfs vfs;
  if (system_vfs != nullptr) return;
  system_vfs = sqlite3_vfs_find(nullptr);
  vfs = *system_vfs;
  vfs.iVersion = 2;
  vfs.szOsFile = sizeof(Open);
  vfs.zName = "disk in memory";
  vfs.xOpen = open;
  vfs.xDelete = remove;
  vfs.xAccess = access;
  vfs.xFullPathname = full_path;
  sqlite3_vfs_register(&vfs, 1);
  sqlite3_auto_extension(reinterpret_cast<void (*)()>(opened));
}

}  // namespace

void Disk::mount() {
  install();
  mounted = this;
}

Disk::~Disk() {
  if (mounted == this) mounted = nullptr;
}

}  // namespace suyuan::power
