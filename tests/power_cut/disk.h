// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <random>
#include <set>
#include <string>
#include <vector>

// A disk in memory beneath SQLite that remembers in what order it was written and synced, so that it can be asked what
// would be left of it if the power had gone at any moment.
namespace suyuan::power {

using Image = std::map<std::string, std::string>;  // by file name: what is on the disk

struct Operation {
  enum class Kind { kWrite, kTruncate, kSync, kCreate, kDelete, kMark };
  Kind kind;
  int file = 0;         // each creation makes another one
  std::int64_t at = 0;  // kTruncate: the size; kMark: what the mark says
  std::string bytes;    // kCreate, kDelete: the name
};

// How the store is asked to be wrong, so that a test can show that it notices.
enum class Setting { kAsItIs, kSynchronousNormal, kSynchronousOff, kLyingSync, kNoSharedMemory };

// Of one file, while it is open or has a name.
struct File {
  int number = 0;
  std::string bytes;
  std::set<const void*> shared;  // locks, by connection
  const void* reserved = nullptr;
  const void* exclusive = nullptr;
  bool is_pending = false;
  std::vector<std::unique_ptr<char[]>> memory;                        // the index of the write-ahead log
  std::map<const void*, std::pair<unsigned, unsigned>> memory_locks;  // shared, exclusive: bits of the eight
};

class Disk {
 public:
  explicit Disk(Image image, Setting setting = Setting::kAsItIs, int checkpoint_pages = 1000);
  ~Disk();
  Disk(const Disk&) = delete;
  Disk& operator=(const Disk&) = delete;

  // The one that SQLite uses from here on; nobody may have a file of another one open.
  void mount();
  void mark(std::int64_t what);
  std::vector<Operation> operations() const;
  const Image& began_with() const { return began_with_; }

  // From here on, of SQLite's side only.
  std::shared_ptr<File> open(const std::string& name, bool may_make);
  void write(File& file, const void* bytes, int size, std::int64_t at);
  void truncate(File& file, std::int64_t size);
  void sync(File& file);
  bool remove(const std::string& name);
  bool exists(const std::string& name) const;
  std::mutex& mutex() { return mutex_; }
  const Setting setting;
  const int checkpoint_pages;

 private:
  std::shared_ptr<File> add(const std::string& name);

  mutable std::mutex mutex_;
  Image began_with_;
  std::map<std::string, std::shared_ptr<File>> names_;
  std::vector<Operation> operations_;
  int files_ = 0;
};

// Goes through what happened and says what a cut at each place leaves. Sectors have 512 bytes.
class Cuts {
 public:
  Cuts(const Disk& disk, unsigned seed);
  std::size_t size() const { return operations_.size(); }
  // What is left after a cut before operation `place`; places ascend. Of what was not synced each write is kept,
  // dropped or torn, in ways that `random` draws.
  Image at(std::size_t place, std::mt19937& random);
  const std::set<std::int64_t>& marks() const { return marks_; }  // before that place

 private:
  struct State {
    std::string durable;
    std::vector<const Operation*> pending;
  };
  void take(const Operation& operation);
  std::string left_of(const State& file, std::mt19937& random) const;

  std::vector<Operation> operations_;
  const bool is_lying_;
  std::mt19937 lies_;
  std::size_t place_ = 0;
  std::map<int, State> files_;
  std::map<std::string, int> names_;         // durable
  std::vector<const Operation*> renamings_;  // creations and deletions that are not
  std::set<std::int64_t> marks_;
};

}  // namespace suyuan::power
