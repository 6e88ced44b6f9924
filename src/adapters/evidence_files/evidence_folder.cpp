// SPDX-License-Identifier: Apache-2.0
#include "adapters/evidence_files/evidence_folder.h"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <mutex>
#include <system_error>

#include "adapters/disk/opened.h"
#include "base/fault_points.h"
#include "base/text.h"
#include "engine/secret/random.h"

namespace suyuan {

namespace {

const std::string kNewFolder = ".new";
constexpr std::size_t kPrefix = 2;  // digits of a name that are its folder's
constexpr std::chrono::hours kUnfinished{24};

bool is_missing(int number) { return number == -ENOENT || number == -ENOTDIR; }

std::optional<Sha256> name_of(const std::string& digits) {
  Sha256 name{};
  if (digits.size() != 2 * name.size()) return std::nullopt;
  for (std::size_t i = 0; i < name.size(); ++i) {
    const char* const at = digits.data() + 2 * i;
    const auto [end, error] = std::from_chars(at, at + 2, name[i], 16);
    if (error != std::errc() || end != at + 2) return std::nullopt;
  }
  return hex(name) == digits ? std::optional(name) : std::nullopt;
}

class EvidenceFolder final : public EvidenceFiles {
 public:
  EvidenceFolder(std::shared_ptr<FileOperations> files, std::string name, std::string shown, Clock& clock)
      : files_(std::move(files)), name_(std::move(name)), shown_(std::move(shown)), clock_(clock) {}

  Result<Sha256> put(std::string_view bytes) override;
  Result<std::optional<std::string>> read(const Sha256& name) override;
  Result<std::vector<Sha256>> names() override;

 private:
  Error failed(std::string_view path, std::string_view what, int number) const {
    return {ErrorKind::kInternal, "evidence.disk",
            fmt::format(
                "\"{}{}{}\" cannot be {}: {}. Free some space, check the rights and the disk, and hand the file "
                "in again.",
                excerpt(shown_, 300), path.empty() ? "" : "/", path, what, std::generic_category().message(-number))};
  }
  Status done(int result, std::string_view path, std::string_view what) const {
    return result < 0 ? Status(failed(path, what, result)) : Status(Done{});
  }
  Result<Folder> find(const Folder& in, const std::string& segment) const;
  Result<Folder> make(const Folder& in, const std::string& segment) const;
  Result<Folder> root(bool may_make) const;
  Status write(const Folder& new_folder, const Folder& folder, const std::string& digits, std::string_view bytes) const;
  void sweep(const Folder& new_folder) const;

  std::shared_ptr<FileOperations> files_;
  const std::string name_, shown_;
  Clock& clock_;
  std::mutex mutex_;
  bool is_swept_ = false;  // by this process
};

// Null: there is none.
Result<Folder> EvidenceFolder::find(const Folder& in, const std::string& segment) const {
  auto folder = std::make_shared<Opened>(files_, files_->open_folder(in->number(), segment));
  if (is_missing(folder->number())) return Folder();
  if (folder->number() < 0) return failed(segment, "opened", folder->number());
  return folder;
}

// Its name is durable on return, whoever made it: another process may have been stopped before its sync.
Result<Folder> EvidenceFolder::make(const Folder& in, const std::string& segment) const {
  const int made = files_->make_folder(in->number(), segment);
  if (made < 0 && made != -EEXIST) return failed(segment, "made", made);
  auto folder = find(in, segment);
  if (!folder) return folder;
  if (*folder == nullptr) return failed(segment, "opened", -ENOENT);
  if (auto synced = done(files_->sync(in->number()), segment, "written"); !synced) return std::move(synced.error());
  return folder;
}

// Null: there is none, and it may not be made.
Result<Folder> EvidenceFolder::root(bool may_make) const {
  const auto above = std::make_shared<Opened>(files_, files_->open_outer());
  if (!may_make && is_missing(above->number())) return Folder();
  if (above->number() < 0) return failed("", "reached", above->number());
  return may_make ? make(above, name_) : find(above, name_);
}

Status EvidenceFolder::write(const Folder& new_folder, const Folder& folder, const std::string& digits,
                             std::string_view bytes) const {
  const std::string random = random_bytes(8);
  const std::string draft = fmt::format("{}-{}", clock_.now().time_since_epoch().count(),
                                        hex({reinterpret_cast<const std::uint8_t*>(random.data()), random.size()}));
  Opened file(files_, files_->create(new_folder->number(), draft));
  Status written = done(file.number(), kNewFolder, "written to");
  if (written) written = done(files_->write(file.number(), bytes), digits, "written");
  if (written) written = done(files_->sync(file.number()), digits, "written");
  if (written) written = done(file.close(), digits, "written");
  if (written)
    written = done(files_->rename(new_folder->number(), draft, folder->number(), digits.substr(kPrefix)), digits,
                   "put in place");
  if (written) return done(files_->sync(folder->number()), digits, "written");
  files_->remove(new_folder->number(), draft);
  return written;
}

// Nobody is told when one cannot be removed.
void EvidenceFolder::sweep(const Folder& new_folder) const {
  std::vector<FileOperations::Entry> entries;
  if (files_->list(new_folder->number(), entries) < 0) return;
  const std::int64_t now = clock_.now().time_since_epoch().count();
  const std::int64_t until = now - std::chrono::duration_cast<std::chrono::microseconds>(kUnfinished).count();
  for (const FileOperations::Entry& each : entries) {
    std::int64_t begun = 0;
    const auto [end, error] = std::from_chars(each.name.data(), each.name.data() + each.name.size(), begun);
    if (error == std::errc() && begun < until) files_->remove(new_folder->number(), each.name);
  }
}

Result<Sha256> EvidenceFolder::put(std::string_view bytes) {
  const Sha256 name = sha256(bytes);
  const std::string digits = hex(name);
  auto root_folder = root(true);
  if (!root_folder) return std::move(root_folder.error());
  auto new_folder = make(*root_folder, kNewFolder);
  if (!new_folder) return std::move(new_folder.error());
  {
    const std::lock_guard lock(mutex_);
    if (!is_swept_) sweep(*new_folder);
    is_swept_ = true;
  }
  auto folder = make(*root_folder, digits.substr(0, kPrefix));
  if (!folder) return std::move(folder.error());
  if (auto written = write(*new_folder, *folder, digits, bytes); !written) return std::move(written.error());
  fault_point("evidence.file");
  return name;
}

Result<std::optional<std::string>> EvidenceFolder::read(const Sha256& name) {
  const std::string digits = hex(name);
  auto folder = root(false);
  if (folder && *folder != nullptr) folder = find(*folder, digits.substr(0, kPrefix));
  if (!folder) return std::move(folder.error());
  if (*folder == nullptr) return std::optional<std::string>();
  std::string bytes;
  const int result = files_->read((*folder)->number(), digits.substr(kPrefix), bytes);
  if (is_missing(result)) return std::optional<std::string>();
  if (result < 0) return failed(digits, "read", result);
  return std::optional(std::move(bytes));
}

Result<std::vector<Sha256>> EvidenceFolder::names() {
  std::vector<Sha256> all;
  auto top = root(false);
  if (!top) return std::move(top.error());
  if (*top == nullptr) return all;
  std::vector<FileOperations::Entry> folders;
  if (const int listed = files_->list((*top)->number(), folders); listed < 0) return failed("", "listed", listed);
  for (const FileOperations::Entry& each : folders) {
    if (!each.is_folder || each.name == kNewFolder) continue;
    auto folder = find(*top, each.name);
    if (!folder) return std::move(folder.error());
    std::vector<FileOperations::Entry> files;
    if (*folder == nullptr || files_->list((*folder)->number(), files) < 0) continue;
    for (const FileOperations::Entry& file : files)
      if (const auto name = name_of(each.name + file.name); name && !file.is_folder) all.push_back(*name);
  }
  std::sort(all.begin(), all.end());
  return all;
}

}  // namespace

std::filesystem::path evidence_path(const Sha256& name) {
  const std::string digits = hex(name);
  return std::filesystem::path(digits.substr(0, kPrefix)) / digits.substr(kPrefix);
}

std::unique_ptr<EvidenceFiles> make_evidence_folder(std::shared_ptr<FileOperations> files, std::string name,
                                                    std::string shown, Clock& clock) {
  return std::make_unique<EvidenceFolder>(std::move(files), std::move(name), std::move(shown), clock);
}

Result<std::unique_ptr<EvidenceFiles>> make_evidence_folder(const std::filesystem::path& path, Clock& clock) {
  auto files = files_on_disk(path, "evidence.disk", "the folder of evidence");
  if (!files) return std::move(files.error());
  return make_evidence_folder(std::move(files->files), std::move(files->name), path.string(), clock);
}

}  // namespace suyuan
