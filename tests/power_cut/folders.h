// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "adapters/disk/file_operations.h"

// Folders in memory beneath the folder of a log, which remember in what order they were written and synced, so that
// they can be asked what would be left if the power had gone at any moment.
namespace suyuan::power {

// A file or a folder, by a number that no other one ever has. Number 0 is the outermost folder.
struct Stored {
  bool is_folder = false;
  std::string bytes;
  std::map<std::string, int> names;
};
using Folders = std::map<int, Stored>;
Folders empty_folders();
// "log/tile/0/000" -> bytes, of all that has a name.
std::map<std::string, std::string> files_of(const Folders& folders);

struct Step {
  enum class Kind { kMake, kWrite, kSync, kSyncAll, kName, kMark };
  struct Naming {  // of one folder
    int folder = 0;
    std::string name;
    int stored = 0;  // below 0: no longer
  };
  Kind kind = Kind::kMark;
  int stored = 0;
  bool is_folder = false;
  std::size_t at = 0;
  std::string bytes = {};
  std::vector<Naming> namings = {};  // those of a rename are two, and each folder has its own on the disk
  std::int64_t mark = 0;
};

// How the folder is written wrongly, so that a test can show that it notices.
enum class Wrong {
  kNothing,
  kNoFileSync,
  kNoFolderSync,
  kRenameBeforeSync,  // of a file, which is synced when another is begun
  kNoSyncAll,
  kLateSyncAll,  // when another file is begun after the one that says that all is synced
  kLyingSync     // each of them, now and then
};

class FoldersInMemory final : public FileOperations {
 public:
  explicit FoldersInMemory(Folders folders, Wrong wrong = Wrong::kNothing);

  void mark(std::int64_t what) {
    const std::lock_guard guard(mutex_);
    steps_.push_back({.kind = Step::Kind::kMark, .mark = what});
  }
  const std::vector<Step>& steps() const { return steps_; }
  const Folders& began_with() const { return began_with_; }
  Wrong wrong() const { return wrong_; }
  const Folders& now() const { return now_; }
  // The operation that would be that step, and each later one when the process is dead from then on.
  void fail_at(std::size_t step, bool is_dead) {
    fails_at_ = step;
    is_dead_ = is_dead;
  }
  void fail_no_more() { fails_at_.reset(); }
  int failures() const { return failures_; }

  int open_outer() override;
  int make_folder(int folder, const std::string& name) override;
  int open_folder(int folder, const std::string& name) override;
  int lock(int folder) override;
  int create(int folder, const std::string& name) override;
  int write(int file, std::string_view bytes) override;
  int sync(int file_or_folder) override;
  int sync_all(int folder) override;
  int close(int file_or_folder) override;
  int rename(int from, const std::string& name, int to, const std::string& new_name) override;
  int remove(int folder, const std::string& name) override;
  int remove_folder(int folder, const std::string& name) override;
  int list(int folder, std::vector<Entry>& entries) override;
  int read(int folder, const std::string& name, std::string& bytes) override;

 private:
  int opened(int stored);
  int make(int folder, const std::string& name, bool is_folder);
  int unname(int folder, const std::string& name, bool is_folder);
  bool fails();
  void done(Step step);
  // Below 0: not there, or the other of the two.
  int find(int folder, const std::string& name, bool is_folder) const;
  Stored& of(int handle) { return now_.at(handles_.at(handle)); }

  std::mutex mutex_;  // of all operations
  Folders began_with_, now_;
  const Wrong wrong_;
  std::map<int, int> handles_;  // what each stands for
  std::set<int> locks_;
  int next_handle_ = 0, next_stored_ = 0, failures_ = 0;
  std::vector<Step> steps_;
  std::vector<int> unsynced_;  // by Wrong::kRenameBeforeSync
  int creates_to_sync_ = 0;    // by Wrong::kLateSyncAll
  std::optional<std::size_t> fails_at_;
  bool is_dead_ = false;
};

// Goes through what happened and says what a cut at each place leaves. Sectors have 512 bytes.
class FolderCuts {
 public:
  FolderCuts(const FoldersInMemory& folders, unsigned seed);
  std::size_t size() const { return steps_.size(); }
  // What is left after a cut before step `place`; places ascend. Of what was not synced each write is kept, dropped or
  // torn, and each name is kept or not, in ways that `random` draws.
  Folders at(std::size_t place, std::mt19937& random);
  // What is left there when the process is killed, and the power stays: all of it.
  const Folders& kept() const { return kept_; }
  std::int64_t mark() const { return mark_; }  // the last one before that place; -1: none

 private:
  struct State {
    Stored durable;
    std::vector<const Step*> writes;
    std::vector<Step::Naming> namings;
  };
  void take(const Step& step);
  void make_durable(int stored);
  static void keep_some(Stored& left, const State& state, std::mt19937& random);

  std::vector<Step> steps_;
  const bool is_lying_;
  std::mt19937 lies_;
  std::size_t place_ = 0;
  std::map<int, State> states_;
  Folders kept_;
  std::int64_t mark_ = -1;
};

}  // namespace suyuan::power
