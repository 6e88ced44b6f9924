// SPDX-License-Identifier: Apache-2.0
#include "adapters/log_folder/paths.h"

#include <fmt/format.h>

#include <cerrno>
#include <system_error>

#include "base/text.h"

namespace suyuan {

namespace {

const std::string kNewFolder = ".new";  // no path of a tile has a segment like that

bool is_missing(int number) { return number == -ENOENT || number == -ENOTDIR; }

}  // namespace

Place place_at(std::string_view path) {
  const std::size_t slash = path.rfind('/');
  if (slash == std::string_view::npos) return {"", std::string(path)};
  return {std::string(path.substr(0, slash)), std::string(path.substr(slash + 1))};
}

Error Paths::failed(const std::string& path, std::string_view what, int number) const {
  return {
      ErrorKind::kInternal, "log.disk",
      fmt::format("\"{}{}{}\" cannot be {}: {}. Free some space, check the rights and the disk, and start the "
                  "server again: what is missing is made again from the store.",
                  excerpt(shown_, 300), path.empty() ? "" : "/", path, what, std::generic_category().message(-number))};
}

Status Paths::done(int result, const std::string& path, std::string_view what) const {
  if (result < 0) return failed(path, what, result);
  return Done{};
}

Result<Folder> Paths::find(const std::string& folder) const {
  Folder at = root_;
  if (folder.empty()) return at;
  for (const std::string_view segment : split(folder, '/')) {
    at = std::make_shared<Opened>(files_, files_->open_folder(at->number(), std::string(segment)));
    if (is_missing(at->number())) return Folder();
    if (at->number() < 0) return failed(folder, "opened", at->number());
  }
  return at;
}

Result<std::vector<FileOperations::Entry>> Paths::list(const Folder& folder, const std::string& path) const {
  std::vector<FileOperations::Entry> entries;
  if (auto listed = done(files_->list(folder->number(), entries), path, "read"); !listed)
    return std::move(listed.error());
  return entries;
}

Result<std::optional<std::string>> Paths::read(const Place& place) const {
  auto folder = find(place.folder);
  if (!folder) return std::move(folder.error());
  if (*folder == nullptr) return std::optional<std::string>();
  std::string bytes;
  const int result = files_->read((*folder)->number(), place.name, bytes);
  if (is_missing(result)) return std::optional<std::string>();
  if (result < 0) return failed(place.path(), "read", result);
  return std::optional(std::move(bytes));
}

Result<Folder> Paths::make(const std::string& folder) const {
  Folder at = root_;
  if (folder.empty()) return at;
  std::string path;
  for (const std::string_view each : split(folder, '/')) {
    const std::string segment(each);
    path += (path.empty() ? "" : "/") + segment;
    auto next = std::make_shared<Opened>(files_, files_->open_folder(at->number(), segment));
    if (next->number() == -ENOENT) {
      const int made = files_->make_folder(at->number(), segment);
      if (made < 0 && made != -EEXIST) return failed(path, "made", made);
      next = std::make_shared<Opened>(files_, files_->open_folder(at->number(), segment));
    }
    if (next->number() < 0) return failed(path, "opened", next->number());
    at = std::move(next);
  }
  return at;
}

Status Paths::put_as(const std::string& new_name, const Folder& folder, const Place& place, std::string_view bytes,
                     bool is_synced) const {
  const std::string path = place.path();
  Opened file(files_, files_->create(new_->number(), new_name));
  Status made = done(file.number(), fmt::format("{}/{}", kNewFolder, new_name), "made");
  if (made) made = done(files_->write(file.number(), bytes), path, "written");
  if (made && is_synced) made = done(files_->sync(file.number()), path, "written");
  if (made) made = done(file.close(), path, "written");
  if (made) made = done(files_->rename(new_->number(), new_name, folder->number(), place.name), path, "put in place");
  return made;
}

Status Paths::put(const Folder& folder, const Place& place, std::string_view bytes) const {
  return put_as("file", folder, place, bytes, false);
}

Status Paths::put_durably(const std::string& name, std::string_view bytes) const {
  Status put = put_as("durable", root_, {"", name}, bytes, true);
  return put ? sync(root_, "") : put;
}

Status Paths::sync(const Folder& folder, const std::string& path) const {
  return done(files_->sync(folder->number()), path, "written");
}

Status Paths::sync_all() const { return done(files_->sync_all(root_->number()), "", "made durable (syncfs)"); }

Status Paths::remove(const Folder& folder, const Place& place) const {
  auto below = std::make_shared<Opened>(files_, files_->open_folder(folder->number(), place.name));
  if (below->number() < 0) {
    const int removed = files_->remove(folder->number(), place.name);
    return is_missing(removed) ? Status(Done{}) : done(removed, place.path(), "removed");
  }
  auto entries = list(below, place.path());
  if (!entries) return std::move(entries.error());
  for (const FileOperations::Entry& each : *entries) {
    const Place inside{place.path(), each.name};
    Status removed = each.is_folder ? remove(below, inside)
                                    : done(files_->remove(below->number(), each.name), inside.path(), "removed");
    if (!removed) return removed;
  }
  return done(files_->remove_folder(folder->number(), place.name), place.path(), "removed");
}

Status Paths::take() {
  // A file system that knows no locks refuses them in other words.
  if (files_->lock(root_->number()) == -EWOULDBLOCK) {
    return Error{
        ErrorKind::kBusy, "log.folder_in_use",
        fmt::format("Another process writes the log in \"{}\". Each server needs a folder of its own: stop the "
                    "other one, or name another folder.",
                    excerpt(shown_, 300))};
  }
  const Opened outer(files_, files_->open_outer());
  Status taken = done(outer.number(), "", "found in a folder that can be read");
  if (taken) taken = done(files_->sync(outer.number()), "", "written");
  // An earlier process may have ended between a rename and its sync: what is read from here on counts.
  if (taken) taken = sync(root_, "");
  if (taken) taken = remove(root_, {"", kNewFolder});
  if (!taken) return taken;
  auto made = make(kNewFolder);
  if (!made) return std::move(made.error());
  new_ = std::move(*made);
  return Done{};
}

}  // namespace suyuan
