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
#include "base/fault_points.h"
#include "base/text.h"

namespace suyuan {

namespace {

using tlog::HashKind;
using tlog::Tile;

constexpr std::size_t kFoldersOpen = 32;
constexpr int kReadings = 4;
const std::string kMark = ".durable";  // no path of a tile has a segment like that

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

// What a power cut left of a file that was not durable has gaps of zeros. No hash is zero, and our entries are texts.
bool has_gaps(const Tile& there, std::string_view bytes) {
  if (there.level < 0) {
    const auto entries = *tlog::entries_of(bytes, there.width);
    return std::any_of(entries.begin(), entries.end(), [](std::string_view entry) {
      return entry.empty() || entry.find('\0') != std::string_view::npos;
    });
  }
  static constexpr tlog::Hash kZero{};
  const std::string_view zero(reinterpret_cast<const char*>(kZero.data()), kZero.size());
  for (std::size_t at = 0; at < bytes.size(); at += zero.size())
    if (bytes.substr(at, zero.size()) == zero) return true;
  return false;
}

// As a power cut tears a text, sector by sector, and as nobody does who changes some of it: that is to be seen.
bool is_torn(std::string_view note) {
  constexpr std::size_t kSector = 512;
  static constexpr std::string_view kGap("\0\0\0\0\0\0\0\0", 8);
  return note.empty() || note.find(kGap) != std::string_view::npos ||
         (note.size() % kSector == 0 && !note.ends_with('\n'));
}

// What the mark says: the length of the first note in a line, and both.
std::string mark_of(const Checkpoints& notes) {
  return fmt::format("{}\n{}{}", notes.sha256.size(), notes.sha256, notes.sm3);
}
// No notes for what is no mark.
Checkpoints notes_of(std::string_view mark) {
  const std::size_t line = mark.find('\n');
  std::size_t size = 0;
  const char* const begin = mark.data();
  const auto [end, error] = std::from_chars(begin, begin + std::min(line, mark.size()), size);
  if (line == std::string_view::npos || error != std::errc() || end != begin + line) return {};
  mark.remove_prefix(line + 1);
  if (size > mark.size()) return {};
  return {std::string(mark.substr(0, size)), std::string(mark.substr(size))};
}

class DiskLogFolder final : public LogFolder {
 public:
  explicit DiskLogFolder(Paths paths) : paths_(std::move(paths)) {}

  Result<Checkpoints> published() override;
  Result<Checkpoints> sound() override;
  Result<std::string> tile(HashKind tree, const Tile& wanted) override;
  Status write(const std::vector<tlog::TileFile>& tiles) override;
  Status publish(const Checkpoints& checkpoints) override;
  Status make_durable() override;
  Status distrust() override;
  Status clear() override;

 private:
  template <class Work>
  Status writing(const Work& work);
  Status take();
  Status put_all(const std::vector<tlog::TileFile>& tiles);
  // Nothing: there is none.
  Result<std::optional<Checkpoints>> mark() const;
  Status put_mark(const Checkpoints& notes) const { return paths_.put_durably(kMark, mark_of(notes)); }
  using Widths = std::map<std::string, std::uint64_t>;  // of what was written, by folder of the narrower ones
  static void widen(Widths& widths, const std::string& folder, std::uint64_t width);
  Status sync_and_mark(const Checkpoints& notes) const;
  Status remove_durably(const Place& place);
  Status remove_all();
  void remove_narrower(const std::string& path, std::uint64_t width) const;
  Result<std::uint64_t> wider_than(HashKind tree, const Tile& wanted, bool& has_folder) const;
  Result<std::optional<std::string>> first_of_narrowest(HashKind tree, const Tile& wanted, bool& has_folder) const;
  Result<std::optional<std::string>> first_of(HashKind tree, const Tile& there, std::uint64_t width) const;

  Paths paths_;
  std::mutex durable_;  // of whoever changes the mark once the folder is taken; locked before the other
  std::mutex mutex_;    // of writers
  bool is_taken_ = false;
  std::optional<Error> failed_;
  std::optional<Checkpoints> ours_;  // published by this process
  bool is_durable_ = true;           // they are
  Widths written_, needless_;        // since something was published; and published since something was durable
};

// ------------------------------------------------------------------------------------------------------------- reading

Result<std::optional<Checkpoints>> DiskLogFolder::mark() const {
  auto bytes = paths_.read({"", kMark});
  if (!bytes) return std::move(bytes.error());
  if (!*bytes) return std::optional<Checkpoints>();
  return std::optional(notes_of(**bytes));
}

Result<Checkpoints> DiskLogFolder::published() {
  Checkpoints checkpoints;
  for (const HashKind tree : tlog::kTrees) {
    auto note = paths_.read(checkpoint_place(tree));
    if (!note) return std::move(note.error());
    if (!*note && tree == HashKind::kSha256) break;  // what is left of a log that was being removed
    if (*note && is_torn(**note)) {
      auto durable = mark();
      if (!durable) return std::move(durable.error());
      *note = durable->value_or(Checkpoints()).of(tree);
      if ((*note)->empty() && tree == HashKind::kSha256) break;
    }
    (tree == HashKind::kSm3 ? checkpoints.sm3 : checkpoints.sha256) = std::move(*note).value_or("");
  }
  return checkpoints;
}

Result<Checkpoints> DiskLogFolder::sound() {
  {
    const std::lock_guard lock(mutex_);
    if (ours_) return *ours_;
  }
  auto notes = published();
  if (!notes || notes->sha256.empty()) return notes;  // there is nothing that whoever writes does not take away
  auto durable = mark();
  if (!durable) return std::move(durable.error());
  return *durable ? std::move(**durable) : std::move(*notes);  // an earlier program published only what was durable
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
  if (!size || has_gaps(there, **bytes)) {
    return Error{
        ErrorKind::kCorrupt, "log.tile",
        fmt::format("{} is damaged: it does not hold exactly {} {}. If the power was cut, start the server and "
                    "wait a moment; otherwise take the folder of the log away. It is made again from the "
                    "store.",
                    place.path(), there.width, there.level < 0 ? "entries" : "hashes")};
  }
  (*bytes)->resize(*size);
  return bytes;
}

// A torn one is passed over where there is one that is wider. Nothing: there is none.
Result<std::optional<std::string>> DiskLogFolder::first_of_narrowest(HashKind tree, const Tile& wanted,
                                                                     bool& has_folder) const {
  std::optional<Error> damaged;
  for (Tile there = wanted;;) {
    auto found = first_of(tree, there, wanted.width);
    if (found ? found->has_value() : found.error().kind != ErrorKind::kCorrupt) return found;
    if (!found && !damaged) damaged = std::move(found.error());
    if (there.width == tlog::kTileWidth) break;
    auto wider = wider_than(tree, there, has_folder);
    if (!wider) return std::move(wider.error());
    there.width = *wider;
  }
  if (damaged) return std::move(*damaged);
  return std::optional<std::string>();
}

Result<std::string> DiskLogFolder::tile(HashKind asked, const Tile& wanted) {
  CHECK(wanted.width > 0 && wanted.width <= tlog::kTileWidth);
  const HashKind tree = wanted.level < 0 ? HashKind::kSha256 : asked;
  // A narrower one may go between two steps: then there is a wider one, which the next reading finds.
  bool has_folder = wanted.width < tlog::kTileWidth;
  for (int reading = 0; reading == 0 || (has_folder && reading < kReadings); ++reading) {
    auto found = first_of_narrowest(tree, wanted, has_folder);
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

// The mark is there before anything is written that is not durable: a folder without one is of an earlier program.
Status DiskLogFolder::take() {
  if (auto taken = paths_.take(); !taken) return taken;
  auto notes = published();
  if (!notes) return std::move(notes.error());
  auto marked = mark();
  if (!marked) return std::move(marked.error());
  Status done = Done{};
  if (notes->sha256.empty())
    done = remove_all();
  else if (!*marked)
    done = sync_and_mark(*notes);
  is_taken_ = done.ok();
  return done;
}

void DiskLogFolder::widen(Widths& widths, const std::string& folder, std::uint64_t width) {
  std::uint64_t& widest = widths[folder];
  widest = std::max(widest, width);
}

Status DiskLogFolder::put_all(const std::vector<tlog::TileFile>& tiles) {
  std::map<std::string, Folder> folders;
  for (const tlog::TileFile& file : tiles) {
    CHECK(bytes_of_first(file.tile, file.bytes, file.tile.width) == file.bytes.size());
    CHECK(file.tile.level >= 0 || file.tree == HashKind::kSha256);
    const Place place = place_of(file.tree, file.tile);
    auto found = folders.find(place.folder);
    if (found == folders.end()) {
      if (folders.size() == kFoldersOpen) folders.clear();
      auto folder = paths_.make(place.folder);
      if (!folder) return std::move(folder.error());
      found = folders.emplace(place.folder, std::move(*folder)).first;
    }
    if (auto put = paths_.put(found->second, place, file.bytes); !put) return put;
    fault_point("log.tile");
    widen(written_, narrower_folder(file.tree, file.tile), file.tile.width);
  }
  return Done{};
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
      if (auto put = paths_.put(*folder, place, checkpoints.of(tree)); !put) return put;
      fault_point(tree == HashKind::kSha256 ? "log.checkpoint" : "log.published");
    }
    for (const auto& [folder, width] : std::exchange(written_, {})) widen(needless_, folder, width);
    ours_ = checkpoints;
    is_durable_ = false;
    return Done{};
  });
}

Status DiskLogFolder::sync_and_mark(const Checkpoints& notes) const {
  if (auto synced = paths_.sync_all(); !synced) return synced;
  fault_point("log.synced");
  return put_mark(notes);
}

Status DiskLogFolder::make_durable() {
  const std::lock_guard one(durable_);
  Checkpoints notes;
  Widths needless;
  {
    const std::lock_guard lock(mutex_);
    if (failed_) return *failed_;
    if (is_durable_) return Done{};
    notes = *ours_;
    needless = std::exchange(needless_, {});
    is_durable_ = true;
  }
  Status done = sync_and_mark(notes);
  const std::lock_guard lock(mutex_);
  if (!done) {
    failed_ = done.error();
    return done;
  }
  fault_point("log.durable");
  // Nobody needs them any more, and nobody is told when one cannot be removed.
  for (const auto& [folder, width] : needless) remove_narrower(folder, width);
  return Done{};
}

Status DiskLogFolder::distrust() {
  const std::lock_guard one(durable_);
  return writing([&] {
    ours_.reset();
    is_durable_ = true;
    return put_mark({});
  });
}

void DiskLogFolder::remove_narrower(const std::string& path, std::uint64_t width) const {
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
  if (above && *above != nullptr) paths_.files().remove_folder((*above)->number(), place.name);
}

Status DiskLogFolder::remove_durably(const Place& place) {
  auto folder = paths_.make(place.folder);
  if (!folder) return std::move(folder.error());
  if (auto removed = paths_.remove(*folder, place); !removed) return removed;
  return paths_.sync(*folder, place.folder);
}

// The first checkpoint goes first: without it the rest goes too when whoever removes it is interrupted.
Status DiskLogFolder::remove_all() {
  if (auto put = put_mark({}); !put) return put;
  for (const auto& place_in : {checkpoint_place, tiles_place}) {
    for (const HashKind tree : tlog::kTrees) {
      if (auto removed = remove_durably(place_in(tree)); !removed) return removed;
    }
  }
  written_.clear();
  needless_.clear();
  ours_.reset();
  is_durable_ = true;
  return Done{};
}

Status DiskLogFolder::clear() {
  const std::lock_guard one(durable_);
  return writing([&] { return remove_all(); });
}

}  // namespace

Result<std::unique_ptr<LogFolder>> make_log_folder(std::shared_ptr<FileOperations> files, const std::string& name,
                                                   const std::string& shown) {
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
  return std::unique_ptr<LogFolder>(std::make_unique<DiskLogFolder>(Paths(std::move(files), std::move(root), shown)));
}

Result<std::unique_ptr<LogFolder>> make_log_folder(const std::filesystem::path& path) {
  auto files = files_on_disk(path, "log.disk", "the folder of the log");
  if (!files) return std::move(files.error());
  return make_log_folder(std::move(files->files), files->name, path.string());
}

}  // namespace suyuan
