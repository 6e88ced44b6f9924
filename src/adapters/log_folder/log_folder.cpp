// SPDX-License-Identifier: Apache-2.0
#include "adapters/log_folder/log_folder.h"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <map>
#include <mutex>
#include <system_error>

#include "adapters/log_folder/paths.h"
#include "adapters/log_folder/together.h"
#include "base/fault_points.h"
#include "base/text.h"

namespace suyuan {

namespace {

using tlog::HashKind;
using tlog::Tile;

constexpr std::size_t kFoldersOpen = 32;
constexpr int kReadings = 4;
constexpr unsigned kThreads = 8;  // a disk does so many syncs in little more time than one

std::string folder_of(HashKind tree) { return tree == HashKind::kSm3 ? "sm3" : ""; }
Place checkpoint_place(HashKind tree) { return {folder_of(tree), "checkpoint"}; }
Place tiles_place(HashKind tree) { return {folder_of(tree), "tile"}; }
Place place_of(HashKind tree, const Tile& tile) {
  return place_at(tree == HashKind::kSm3 ? "sm3/" + path_of(tile) : path_of(tile));
}
// Where the narrower ones of a tile lie, each under its width: "tile/0/067.p".
std::string narrower_folder(HashKind tree, const Tile& tile) {
  return place_of(tree, {tile.level, tile.index, 1}).folder;
}

// 0: no name of a narrower tile.
std::uint64_t width_of(std::string_view name) {
  std::uint64_t width = 0;
  const auto [end, error] = std::from_chars(name.data(), name.data() + name.size(), width);
  return error == std::errc() && end == name.data() + name.size() && width < tlog::kTileWidth ? width : 0;
}

// How many bytes the first `width` of a tile have; nothing when it has not exactly `there`.
std::optional<std::size_t> bytes_of_first(const Tile& there, std::string_view bytes, std::uint64_t width) {
  if (there.level >= 0) {
    if (bytes.size() != there.width * sizeof(tlog::Hash)) return std::nullopt;
    return width * sizeof(tlog::Hash);
  }
  const auto entries = tlog::entries_of(bytes, there.width);
  if (!entries) return std::nullopt;
  const std::string_view last = (*entries)[width - 1];
  return static_cast<std::size_t>(last.data() + last.size() - bytes.data());
}

class DiskLogFolder final : public LogFolder {
 public:
  DiskLogFolder(Paths paths, unsigned threads) : paths_(std::move(paths)), threads_(threads) {}

  Result<Checkpoints> published() override;
  Result<std::string> tile(HashKind tree, const Tile& wanted) override;
  Status write(const std::vector<tlog::TileFile>& tiles) override;
  Status publish(const Checkpoints& checkpoints) override;
  Status clear() override;

 private:
  template <class Work>
  Status writing(const Work& work);
  Status take();
  Status put_all(const std::vector<tlog::TileFile>& tiles);
  struct Batch {
    struct File {
      const Folder* folder;  // of `folders`
      Place place;
      std::string_view bytes;
    };
    std::map<std::string, Folder> folders;
    std::vector<File> files;
  };
  Status put(Batch& batch);
  Status remove_durably(const Place& place);
  Status remove_all();
  void remove_narrower();
  void remove_narrower(const std::string& path, std::uint64_t width);
  Result<std::uint64_t> wider_than(HashKind tree, const Tile& wanted, bool& has_folder) const;
  Result<std::optional<std::string>> first_of(HashKind tree, const Tile& there, std::uint64_t width) const;

  Paths paths_;
  const unsigned threads_;
  std::mutex mutex_;  // of writers
  bool is_taken_ = false;
  std::optional<Error> failed_;
  std::map<std::string, std::uint64_t> written_;  // since something was published: width by folder of the narrower ones
};

// ------------------------------------------------------------------------------------------------------------- reading

Result<Checkpoints> DiskLogFolder::published() {
  Checkpoints checkpoints;
  for (const HashKind tree : tlog::kTrees) {
    auto note = paths_.read(checkpoint_place(tree));
    if (!note) return std::move(note.error());
    if (!*note && tree == HashKind::kSha256) break;  // what is left of a log that was being removed
    (tree == HashKind::kSm3 ? checkpoints.sm3 : checkpoints.sha256) = std::move(*note).value_or("");
  }
  return checkpoints;
}

// The width of the narrowest tile that is wider; of the whole one when there is none.
Result<std::uint64_t> DiskLogFolder::wider_than(HashKind tree, const Tile& wanted, bool& has_folder) const {
  const std::string path = narrower_folder(tree, wanted);
  auto folder = paths_.find(path);
  if (!folder) return std::move(folder.error());
  has_folder = *folder != nullptr;
  if (!has_folder) return tlog::kTileWidth;
  auto entries = paths_.list(*folder, path);
  if (!entries) return std::move(entries.error());
  std::uint64_t best = tlog::kTileWidth;
  for (const FileOperations::Entry& each : *entries) {
    const std::uint64_t width = width_of(each.name);
    if (width > wanted.width) best = std::min(best, width);
  }
  return best;
}

// Nothing: there is no tile of that width.
Result<std::optional<std::string>> DiskLogFolder::first_of(HashKind tree, const Tile& there,
                                                           std::uint64_t width) const {
  const Place place = place_of(tree, there);
  auto bytes = paths_.read(place);
  if (!bytes || !*bytes) return bytes;
  const auto size = bytes_of_first(there, **bytes, width);
  if (!size) {
    return Error{ErrorKind::kCorrupt, "log.tile",
                 fmt::format("{} is damaged: it does not hold exactly {} {}. Take the folder of the log away, so that "
                             "it is made again from the store.",
                             place.path(), there.width, there.level < 0 ? "entries" : "hashes")};
  }
  (*bytes)->resize(*size);
  return bytes;
}

Result<std::string> DiskLogFolder::tile(HashKind asked, const Tile& wanted) {
  CHECK(wanted.width > 0 && wanted.width <= tlog::kTileWidth);
  const HashKind tree = wanted.level < 0 ? HashKind::kSha256 : asked;
  // A narrower one may go between two steps: then there is a wider one, which the next reading finds.
  bool has_folder = wanted.width < tlog::kTileWidth;
  for (int reading = 0; reading == 0 || (has_folder && reading < kReadings); ++reading) {
    auto found = first_of(tree, wanted, wanted.width);
    if (found && !*found && has_folder) {
      auto wider = wider_than(tree, wanted, has_folder);
      if (!wider) return std::move(wider.error());
      found = first_of(tree, {wanted.level, wanted.index, *wider}, wanted.width);
    }
    if (!found) return std::move(found.error());
    if (*found) return std::move(**found);
  }
  return Error{ErrorKind::kNotFound, "log.no_tile",
               fmt::format("There is no {} in this log. Ask for tiles below the size that the checkpoint names.",
                           place_of(asked, wanted).path())};
}

// ------------------------------------------------------------------------------------------------------------- writing

template <class Work>
Status DiskLogFolder::writing(const Work& work) {
  const std::lock_guard lock(mutex_);
  if (failed_) return *failed_;
  Status done = is_taken_ ? Status(Done{}) : take();
  if (done) done = work();
  if (!done && done.error().kind == ErrorKind::kInternal) failed_ = done.error();
  return done;
}

Status DiskLogFolder::take() {
  if (auto taken = paths_.take(); !taken) return taken;
  auto checkpoint = paths_.read(checkpoint_place(HashKind::kSha256));
  if (!checkpoint) return std::move(checkpoint.error());
  if (!*checkpoint) {
    if (auto removed = remove_all(); !removed) return removed;
  }
  is_taken_ = true;
  return Done{};
}

// The files first, each under its name; then the names.
Status DiskLogFolder::put(Batch& batch) {
  Status done = together(batch.files.size(), threads_, [&](std::size_t i) {
    const Batch::File& each = batch.files[i];
    Status put = paths_.put(*each.folder, each.place, each.bytes, i);
    if (put) fault_point("log.tile");
    return put;
  });
  if (done) {
    const std::vector<std::pair<std::string, Folder>> folders(batch.folders.begin(), batch.folders.end());
    done = together(folders.size(), threads_,
                    [&](std::size_t i) { return paths_.sync(folders[i].second, folders[i].first); });
  }
  batch = {};
  return done;
}

Status DiskLogFolder::put_all(const std::vector<tlog::TileFile>& tiles) {
  Batch batch;
  for (const tlog::TileFile& file : tiles) {
    CHECK(bytes_of_first(file.tile, file.bytes, file.tile.width) == file.bytes.size());
    CHECK(file.tile.level >= 0 || file.tree == HashKind::kSha256);
    const Place place = place_of(file.tree, file.tile);
    auto found = batch.folders.find(place.folder);
    if (found == batch.folders.end()) {
      if (batch.folders.size() == kFoldersOpen) {
        if (auto done = put(batch); !done) return done;
      }
      auto folder = paths_.make(place.folder);
      if (!folder) return std::move(folder.error());
      found = batch.folders.emplace(place.folder, std::move(*folder)).first;
    }
    batch.files.push_back({&found->second, place, file.bytes});
    std::uint64_t& width = written_[narrower_folder(file.tree, file.tile)];
    width = std::max(width, file.tile.width);
  }
  return put(batch);
}

Status DiskLogFolder::write(const std::vector<tlog::TileFile>& tiles) {
  return writing([&] {
    auto put = put_all(tiles);
    if (put) fault_point("log.tiles_durable");
    return put;
  });
}

Status DiskLogFolder::publish(const Checkpoints& checkpoints) {
  return writing([&]() -> Status {
    for (const HashKind tree : tlog::kTrees) {
      if (checkpoints.of(tree).empty()) continue;
      const Place place = checkpoint_place(tree);
      auto folder = paths_.make(place.folder);
      if (!folder) return std::move(folder.error());
      if (auto put = paths_.put(*folder, place, checkpoints.of(tree), 0); !put) return put;
      if (auto synced = paths_.sync(*folder, place.folder); !synced) return synced;
      fault_point(tree == HashKind::kSha256 ? "log.checkpoint" : "log.published");
    }
    remove_narrower();
    return Done{};
  });
}

// Nobody needs them any more, and nobody is told when one cannot be removed.
void DiskLogFolder::remove_narrower() {
  for (const auto& [path, width] : written_) remove_narrower(path, width);
  written_.clear();
}

void DiskLogFolder::remove_narrower(const std::string& path, std::uint64_t width) {
  const auto folder = paths_.find(path);
  if (!folder || *folder == nullptr) return;
  const auto entries = paths_.list(*folder, path);
  if (!entries) return;
  for (const FileOperations::Entry& each : *entries) {
    if (width_of(each.name) != 0 && width_of(each.name) < width) paths_.files().remove((*folder)->number(), each.name);
  }
  if (width < tlog::kTileWidth) return;
  const Place place = place_at(path);
  const auto above = paths_.find(place.folder);
  if (!above || *above == nullptr) return;
  paths_.forget(path);
  paths_.files().remove_folder((*above)->number(), place.name);
}

Status DiskLogFolder::remove_durably(const Place& place) {
  auto folder = paths_.make(place.folder);
  if (!folder) return std::move(folder.error());
  if (auto removed = paths_.remove(*folder, place); !removed) return removed;
  return paths_.sync(*folder, place.folder);
}

// The first checkpoint goes first: without it the rest goes too when whoever removes it is interrupted.
Status DiskLogFolder::remove_all() {
  for (const auto& place_in : {checkpoint_place, tiles_place}) {
    for (const HashKind tree : tlog::kTrees) {
      if (auto removed = remove_durably(place_in(tree)); !removed) return removed;
    }
  }
  written_.clear();
  return Done{};
}

Status DiskLogFolder::clear() {
  return writing([&] { return remove_all(); });
}

}  // namespace

Result<std::unique_ptr<LogFolder>> make_log_folder(std::shared_ptr<FileOperations> files, const std::string& name,
                                                   const std::string& shown, unsigned threads) {
  const auto failed = [&](int number) {
    return Error{ErrorKind::kInternal, "log.disk",
                 fmt::format("The folder of the log, \"{}\", cannot be made or opened: {}. Check the rights, and that "
                             "the folder above it is there.",
                             excerpt(shown, 300), std::generic_category().message(-number))};
  };
  const Opened outer(files, files->open_outer());
  if (outer.number() < 0) return failed(outer.number());
  auto root = std::make_shared<Opened>(files, files->open_folder(outer.number(), name));
  if (root->number() == -ENOENT) {
    const int made = files->make_folder(outer.number(), name);
    if (made < 0 && made != -EEXIST) return failed(made);
    root = std::make_shared<Opened>(files, files->open_folder(outer.number(), name));
  }
  if (root->number() < 0) return failed(root->number());
  return std::unique_ptr<LogFolder>(
      std::make_unique<DiskLogFolder>(Paths(std::move(files), std::move(root), shown), threads));
}

Result<std::unique_ptr<LogFolder>> make_log_folder(const std::filesystem::path& path) {
  auto files = files_on_disk(path, "log.disk", "the folder of the log");
  if (!files) return std::move(files.error());
  return make_log_folder(std::move(files->files), files->name, path.string(), kThreads);
}

}  // namespace suyuan
