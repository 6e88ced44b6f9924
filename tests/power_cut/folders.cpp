// SPDX-License-Identifier: Apache-2.0
#include "folders.h"

#include <algorithm>
#include <cerrno>
#include <utility>

namespace suyuan::power {

namespace {

using Kind = Step::Kind;

void put(std::string& bytes, std::string_view what, std::size_t at) {
  if (bytes.size() < at + what.size()) bytes.resize(at + what.size());
  bytes.replace(at, what.size(), what);
}

// Each sector of it, or not.
void tear(std::string& bytes, const Step& write, std::mt19937& random) {
  constexpr std::size_t kSector = 512;
  for (std::size_t done = 0; done < write.bytes.size();) {
    const std::size_t size = std::min(write.bytes.size() - done, kSector - (write.at + done) % kSector);
    if (random() % 2 == 0) put(bytes, std::string_view(write.bytes).substr(done, size), write.at + done);
    done += size;
  }
}

void name(std::map<std::string, int>& names, const Step::Naming& naming) {
  if (naming.stored < 0)
    names.erase(naming.name);
  else
    names[naming.name] = naming.stored;
}

// `is_kept` of `count` things in their order: the first of them, all but the first, or any.
std::vector<bool> some(std::size_t count, std::uint64_t way, std::mt19937& random) {
  std::vector<bool> is_kept(count);
  const std::size_t first = random() % (count + 1);
  for (std::size_t i = 0; i < count; ++i) is_kept[i] = way == 0 ? i < first : way == 1 ? i >= first : random() % 2 == 0;
  return is_kept;
}

void carry_out(Folders& folders, const Step& step) {
  if (step.kind == Kind::kMake) folders[step.stored].is_folder = step.is_folder;
  if (step.kind == Kind::kWrite) put(folders.at(step.stored).bytes, step.bytes, step.at);
  for (const Step::Naming& each : step.namings) name(folders.at(each.folder).names, each);
}

void add_files(const Folders& folders, int stored, const std::string& path, std::map<std::string, std::string>& files) {
  const Stored& here = folders.at(stored);
  if (!here.is_folder) files[path] = here.bytes;
  for (const auto& [each, below] : here.names)
    add_files(folders, below, path.empty() ? each : path + "/" + each, files);
}

}  // namespace

Folders empty_folders() {
  Folders folders;
  folders[0].is_folder = true;
  return folders;
}

std::map<std::string, std::string> files_of(const Folders& folders) {
  std::map<std::string, std::string> files;
  add_files(folders, 0, "", files);
  return files;
}

// --------------------------------------------------------------------------------------------------------- operations

FoldersInMemory::FoldersInMemory(Folders folders, Wrong wrong)
    : began_with_(std::move(folders)), now_(began_with_), wrong_(wrong), next_stored_(now_.rbegin()->first + 1) {}

bool FoldersInMemory::fails() {
  if (!fails_at_ || steps_.size() < *fails_at_) return false;
  if (!is_dead_) fails_at_.reset();
  ++failures_;
  return true;
}

void FoldersInMemory::done(Step step) {
  carry_out(now_, step);
  steps_.push_back(std::move(step));
}

int FoldersInMemory::open_outer() {
  const std::lock_guard guard(mutex_);
  return opened(0);
}

int FoldersInMemory::opened(int stored) {
  handles_[next_handle_] = stored;
  return next_handle_++;
}

int FoldersInMemory::find(int folder, const std::string& wanted, bool is_folder) const {
  const auto& names = now_.at(handles_.at(folder)).names;
  const auto found = names.find(wanted);
  if (found == names.end()) return -ENOENT;
  if (now_.at(found->second).is_folder != is_folder) return is_folder ? -ENOTDIR : -EISDIR;
  return found->second;
}

int FoldersInMemory::make(int folder, const std::string& wanted, bool is_folder) {
  if (fails()) return -EIO;
  if (of(folder).names.contains(wanted)) return -EEXIST;
  const int stored = next_stored_++;
  done({.kind = Kind::kMake,
        .stored = stored,
        .is_folder = is_folder,
        .namings = {{handles_.at(folder), wanted, stored}}});
  return stored;
}

int FoldersInMemory::make_folder(int folder, const std::string& wanted) {
  const std::lock_guard guard(mutex_);
  return std::min(make(folder, wanted, true), 0);
}

int FoldersInMemory::create(int folder, const std::string& wanted) {
  const std::lock_guard guard(mutex_);
  if (creates_to_sync_ > 0 && --creates_to_sync_ == 0) done({.kind = Kind::kSyncAll});
  for (const int each : std::exchange(unsynced_, {})) done({.kind = Kind::kSync, .stored = each});
  const int stored = make(folder, wanted, false);
  return stored < 0 ? stored : opened(stored);
}

int FoldersInMemory::open_folder(int folder, const std::string& wanted) {
  const std::lock_guard guard(mutex_);
  const int found = find(folder, wanted, true);
  return found < 0 ? found : opened(found);
}

int FoldersInMemory::lock(int folder) {
  const std::lock_guard guard(mutex_);
  for (const int each : locks_) {
    if (each != folder && handles_.at(each) == handles_.at(folder)) return -EWOULDBLOCK;
  }
  locks_.insert(folder);
  return 0;
}

// In parts, as large writes go to a disk.
int FoldersInMemory::write(int file, std::string_view bytes) {
  const std::lock_guard guard(mutex_);
  constexpr std::size_t kPart = 3000;
  for (; !bytes.empty(); bytes.remove_prefix(std::min(kPart, bytes.size()))) {
    if (fails()) return -ENOSPC;
    done({.kind = Kind::kWrite,
          .stored = handles_.at(file),
          .at = of(file).bytes.size(),
          .bytes = std::string(bytes.substr(0, kPart))});
  }
  return 0;
}

int FoldersInMemory::sync(int file_or_folder) {
  const std::lock_guard guard(mutex_);
  if (fails()) return -EIO;
  const int stored = handles_.at(file_or_folder);
  const bool is_folder = of(file_or_folder).is_folder;
  if (wrong_ == (is_folder ? Wrong::kNoFolderSync : Wrong::kNoFileSync)) return 0;
  if (wrong_ == Wrong::kRenameBeforeSync && !is_folder)
    unsynced_.push_back(stored);
  else
    done({.kind = Kind::kSync, .stored = stored});
  return 0;
}

int FoldersInMemory::sync_all(int) {
  const std::lock_guard guard(mutex_);
  if (fails()) return -EIO;
  if (wrong_ == Wrong::kLateSyncAll)
    creates_to_sync_ = 2;
  else if (wrong_ != Wrong::kNoSyncAll)
    done({.kind = Kind::kSyncAll});
  return 0;
}

int FoldersInMemory::close(int file_or_folder) {
  const std::lock_guard guard(mutex_);
  locks_.erase(file_or_folder);
  return handles_.erase(file_or_folder) == 1 ? 0 : -EBADF;
}

int FoldersInMemory::rename(int from, const std::string& wanted, int to, const std::string& new_name) {
  const std::lock_guard guard(mutex_);
  if (fails()) return -EIO;
  const int stored = find(from, wanted, false), replaced = find(to, new_name, false);
  if (stored < 0) return stored;
  if (replaced == -EISDIR) return replaced;
  done({.kind = Kind::kName, .namings = {{handles_.at(to), new_name, stored}, {handles_.at(from), wanted, -1}}});
  return 0;
}

int FoldersInMemory::unname(int folder, const std::string& wanted, bool is_folder) {
  const std::lock_guard guard(mutex_);
  if (fails()) return -EIO;
  const int stored = find(folder, wanted, is_folder);
  if (stored < 0) return stored;
  if (!now_.at(stored).names.empty()) return -ENOTEMPTY;
  done({.kind = Kind::kName, .namings = {{handles_.at(folder), wanted, -1}}});
  return 0;
}

int FoldersInMemory::remove(int folder, const std::string& wanted) { return unname(folder, wanted, false); }
int FoldersInMemory::remove_folder(int folder, const std::string& wanted) { return unname(folder, wanted, true); }

int FoldersInMemory::list(int folder, std::vector<Entry>& entries) {
  const std::lock_guard guard(mutex_);
  entries.clear();
  for (const auto& [each, stored] : of(folder).names) entries.push_back({each, now_.at(stored).is_folder});
  return 0;
}

int FoldersInMemory::read(int folder, const std::string& wanted, std::string& bytes) {
  const std::lock_guard guard(mutex_);
  const int stored = find(folder, wanted, false);
  if (stored < 0) return stored;
  bytes = now_.at(stored).bytes;
  return 0;
}

// --------------------------------------------------------------------------------------------------------------- cuts

FolderCuts::FolderCuts(const FoldersInMemory& folders, unsigned seed)
    : steps_(folders.steps()),
      is_lying_(folders.wrong() == Wrong::kLyingSync),
      lies_(seed),
      kept_(folders.began_with()) {
  for (const auto& [number, stored] : folders.began_with()) states_[number].durable = stored;
}

void FolderCuts::make_durable(int stored) {
  State& state = states_[stored];
  for (const Step* each : state.writes) put(state.durable.bytes, each->bytes, each->at);
  for (const Step::Naming& each : state.namings) name(state.durable.names, each);
  state.writes.clear();
  state.namings.clear();
}

void FolderCuts::take(const Step& step) {
  carry_out(kept_, step);
  switch (step.kind) {
    case Kind::kMark:
      mark_ = step.mark;
      return;
    case Kind::kMake:
      states_[step.stored].durable.is_folder = step.is_folder;
      [[fallthrough]];
    case Kind::kName:
      for (const Step::Naming& each : step.namings) states_[each.folder].namings.push_back(each);
      return;
    case Kind::kWrite:
      states_[step.stored].writes.push_back(&step);
      return;
    case Kind::kSync:
      if (!is_lying_ || lies_() % 2 == 0) make_durable(step.stored);
      return;
    case Kind::kSyncAll:
      if (is_lying_ && lies_() % 2 == 0) return;
      for (const auto& each : states_) make_durable(each.first);
  }
}

void FolderCuts::keep_some(Stored& left, const State& state, std::mt19937& random) {
  if (!state.writes.empty()) {
    const std::uint64_t way = random() % 5;
    const auto is_kept = some(state.writes.size(), way, random);
    for (std::size_t i = 0; i < state.writes.size(); ++i) {
      const Step& each = *state.writes[i];
      if (way == 3 && random() % 2 == 0)
        tear(left.bytes, each, random);
      else if (way == 4)
        left.bytes.resize(std::max(left.bytes.size(), each.at + each.bytes.size()));  // as long, and empty
      else if (is_kept[i])
        put(left.bytes, each.bytes, each.at);
    }
  }
  if (!state.namings.empty()) {
    const auto is_kept = some(state.namings.size(), random() % 3, random);
    for (std::size_t i = 0; i < state.namings.size(); ++i) {
      if (is_kept[i]) name(left.names, state.namings[i]);
    }
  }
}

Folders FolderCuts::at(std::size_t place, std::mt19937& random) {
  for (; place_ < place; ++place_) take(steps_[place_]);
  Folders left;
  std::vector<int> reached = {0};  // what has no name is gone
  while (!reached.empty()) {
    const int number = reached.back();
    reached.pop_back();
    const State& state = states_.at(number);
    const auto [found, is_new] = left.emplace(number, state.durable);
    if (!is_new) continue;
    keep_some(found->second, state, random);
    for (const auto& [each, below] : found->second.names) reached.push_back(below);
  }
  return left;
}

}  // namespace suyuan::power
