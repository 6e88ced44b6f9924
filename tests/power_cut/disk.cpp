// SPDX-License-Identifier: Apache-2.0
#include "disk.h"

#include <algorithm>

namespace suyuan::power {

namespace {

using Kind = Operation::Kind;

void put(std::string& bytes, std::string_view what, std::size_t at) {
  if (bytes.size() < at + what.size()) bytes.resize(at + what.size());
  bytes.replace(at, what.size(), what);
}

void redo(std::string& bytes, const Operation& operation) {
  if (operation.kind == Kind::kTruncate)
    bytes.resize(static_cast<std::size_t>(operation.at));
  else
    put(bytes, operation.bytes, static_cast<std::size_t>(operation.at));
}

// Each sector of it, or not.
void tear(std::string& bytes, const Operation& write, std::mt19937& random) {
  constexpr std::size_t kSector = 512;
  const auto at = static_cast<std::size_t>(write.at);
  for (std::size_t done = 0; done < write.bytes.size();) {
    const std::size_t size = std::min(write.bytes.size() - done, kSector - (at + done) % kSector);
    if (random() % 2 == 0) put(bytes, std::string_view(write.bytes).substr(done, size), at + done);
    done += size;
  }
}

}  // namespace

Disk::Disk(Image image, Setting wrong, int pages)
    : setting(wrong), checkpoint_pages(pages), began_with_(std::move(image)) {
  for (const auto& [name, bytes] : began_with_) {
    auto file = std::make_shared<File>();
    file->number = ++files_;
    file->bytes = bytes;
    names_[name] = std::move(file);
  }
}

void Disk::mark(std::int64_t what) {
  const std::lock_guard lock(mutex_);
  operations_.push_back({Kind::kMark, 0, what, ""});
}

std::vector<Operation> Disk::operations() const {
  const std::lock_guard lock(mutex_);
  return operations_;
}

std::shared_ptr<File> Disk::open(const std::string& name, bool may_make) {
  const std::lock_guard lock(mutex_);
  const auto found = names_.find(name);
  if (found != names_.end()) return found->second;
  if (!may_make) return nullptr;
  auto file = std::make_shared<File>();
  file->number = ++files_;
  names_[name] = file;
  operations_.push_back({Kind::kCreate, file->number, 0, name});
  return file;
}

void Disk::write(File& file, const void* bytes, int size, std::int64_t at) {
  const std::lock_guard lock(mutex_);
  operations_.push_back(
      {Kind::kWrite, file.number, at, std::string(static_cast<const char*>(bytes), static_cast<std::size_t>(size))});
  redo(file.bytes, operations_.back());
}

void Disk::truncate(File& file, std::int64_t size) {
  const std::lock_guard lock(mutex_);
  operations_.push_back({Kind::kTruncate, file.number, size, ""});
  redo(file.bytes, operations_.back());
}

void Disk::sync(File& file) {
  const std::lock_guard lock(mutex_);
  operations_.push_back({Kind::kSync, file.number, 0, ""});
}

bool Disk::remove(const std::string& name) {
  const std::lock_guard lock(mutex_);
  const auto found = names_.find(name);
  if (found == names_.end()) return false;
  operations_.push_back({Kind::kDelete, found->second->number, 0, name});
  names_.erase(found);
  return true;
}

bool Disk::exists(const std::string& name) const {
  const std::lock_guard lock(mutex_);
  return names_.contains(name);
}

// ---------------------------------------------------------------------------------------------------------------- cuts

Cuts::Cuts(const Disk& disk, unsigned seed)
    : operations_(disk.operations()), is_lying_(disk.setting == Setting::kLyingSync), lies_(seed) {
  int number = 0;
  for (const auto& [name, bytes] : disk.began_with()) {
    names_[name] = ++number;
    files_[number].durable = bytes;
  }
}

void Cuts::take(const Operation& operation) {
  switch (operation.kind) {
    case Kind::kMark:
      marks_.insert(operation.at);
      return;
    case Kind::kWrite:
    case Kind::kTruncate:
      files_[operation.file].pending.push_back(&operation);
      return;
    case Kind::kCreate:
    case Kind::kDelete:
      renamings_.push_back(&operation);
      return;
    case Kind::kSync: {
      if (is_lying_ && lies_() % 2 == 0) return;
      State& file = files_[operation.file];
      for (const Operation* each : file.pending) redo(file.durable, *each);
      file.pending.clear();
      for (const Operation* each : renamings_) {  // a folder is one journal: what came before is there too
        if (each->kind == Kind::kCreate)
          names_[each->bytes] = each->file;
        else
          names_.erase(each->bytes);
      }
      renamings_.clear();
    }
  }
}

std::string Cuts::left_of(const State& file, std::mt19937& random) const {
  std::string left = file.durable;
  const unsigned way = random() % 4;
  const std::size_t first = file.pending.empty() ? 0 : random() % (file.pending.size() + 1);
  for (std::size_t i = 0; i < file.pending.size(); ++i) {
    const Operation& each = *file.pending[i];
    const bool is_torn = way == 3 && each.kind == Kind::kWrite && random() % 2 == 0;
    if (is_torn)
      tear(left, each, random);
    else if (way == 0 ? i < first : way == 1 ? i >= first : random() % 2 == 0)
      redo(left, each);
  }
  return left;
}

Image Cuts::at(std::size_t place, std::mt19937& random) {
  for (; place_ < place; ++place_) take(operations_[place_]);
  std::map<std::string, int> names = names_;
  const std::size_t kept = random() % (renamings_.size() + 1);
  for (std::size_t i = 0; i < kept; ++i) {
    if (renamings_[i]->kind == Kind::kCreate)
      names[renamings_[i]->bytes] = renamings_[i]->file;
    else
      names.erase(renamings_[i]->bytes);
  }
  Image left;
  for (const auto& [name, file] : names) left[name] = left_of(files_[file], random);
  return left;
}

}  // namespace suyuan::power
