// SPDX-License-Identifier: Apache-2.0
#include "adapters/warehouse/backup_store.h"

#include <fmt/format.h>

#include "adapters/warehouse/copied_file.h"
#include "adapters/warehouse/folder_lock.h"
#include "adapters/warehouse/migrations.h"
#include "adapters/warehouse/sqlite_file.h"
#include "adapters/warehouse/store_state.h"
#include "adapters/warehouse/subject_keys.h"
#include "base/text.h"

namespace suyuan {

namespace {

namespace fs = std::filesystem;

bool is_there(const fs::path& path) {
  std::error_code ignored;
  return fs::exists(fs::symlink_status(path, ignored));
}

fs::path unfinished_of(const fs::path& to) { return to.string() + std::string(kUnfinished); }

// Backups erase nothing.
class NoEraser final : public KeyEraser {
 public:
  Result<std::int64_t> destroy(const std::vector<std::int64_t>&, const sql::Database::Work&) override {
    return std::int64_t{0};
  }
};

Status judge_schema(std::int64_t step, const std::string& where) {
  const auto known = static_cast<std::int64_t>(migrations().size());
  if (step == known) return Done{};
  if (step > known) {
    return Error{ErrorKind::kUnsupported, "store.newer",
                 fmt::format("The {} was written by a newer version (schema step {}; this program knows {}). Use that "
                             "version or a later one.",
                             where, step, known)};
  }
  return Error{ErrorKind::kUnsupported, "backup.older_store",
               fmt::format("The {} is of schema step {}, and this program writes {}. Make the backup with the program "
                           "that wrote the store, before it is upgraded; or start this one's server on it first.",
                           where, step, known)};
}

// Read from the copy, so that it is true of the copy.
Result<BackupManifest> describe(sql::Connection& copy, const std::string& where) {
  BackupManifest manifest;
  const std::pair<std::int64_t*, std::string_view> wanted[] = {
      {&manifest.schema, "SELECT coalesce(max(number), 0) FROM schema_step"},
      {&manifest.events, "SELECT count(*) FROM event"},
      {&manifest.submissions, "SELECT count(*) FROM submission"},
      {&manifest.audit_entries, "SELECT count(*) FROM audit_entry"},
      {&manifest.sealed_keys, "SELECT count(*) FROM subject_key"}};
  for (const auto& [into, query] : wanted) {
    auto number = number_of(copy, query);
    if (!number) return std::move(number.error());
    *into = *number;
    if (into != &manifest.schema) continue;
    if (auto judged = judge_schema(manifest.schema, where); !judged) return std::move(judged.error());
  }
  auto state = read_state(copy);
  if (!state) return std::move(state.error());
  if (auto judged = judge_state(*state, where); !judged) return std::move(judged.error());
  manifest.store = state->name;
  return manifest;
}

// A reader among others: whoever writes goes on, and what they write meanwhile stays in the write-ahead log.
Status copy_at_one_moment(const fs::path& folder, const fs::path& to) {
  auto source = sql::open_sqlite(folder / "suyuan.db", sql::Mode::kRead);
  if (!source) return std::move(source.error());
  const std::string target = to.string();
  auto copy = (*source)->prepare("VACUUM INTO $1");
  if (!copy) return std::move(copy.error());
  (*copy)->bind(1, std::string_view(target));
  return (*copy)->run();
}

Status add_file(const fs::path& folder, const char* name, BackupManifest& manifest) {
  auto digest = digest_file(folder / name);
  if (!digest) return std::move(digest.error());
  manifest.files.push_back({name, std::move(*digest)});
  return Done{};
}

Result<BackupManifest> fill(const fs::path& folder, const fs::path& draft, Clock& clock, const BackupOptions& options) {
  const Instant made = clock.now();
  const fs::path file = draft / "suyuan.db";
  if (auto copied = copy_at_one_moment(folder, file); !copied) return std::move(copied.error());
  if (auto durable = make_file_durable(file); !durable) return std::move(durable.error());
  std::string erasures;
  auto manifest = [&]() -> Result<BackupManifest> {
    auto copy = sql::open_sqlite(file, sql::Mode::kRead);
    if (!copy) return std::move(copy.error());
    auto described = describe(**copy, sqlite_place(folder));
    if (!described) return described;
    if (auto sound = check_integrity(**copy, "suyuan.db"); !sound) return std::move(sound.error());
    CopiedFile records(**copy);
    NoEraser eraser;
    auto list = options.erasures(records, eraser);
    if (!list) return std::move(list.error());
    erasures = std::move(*list);
    if (!options.evidence) return described;
    auto files = options.evidence(records, draft / kEvidenceName);
    if (!files) return std::move(files.error());
    described->evidence = *files;
    return described;
  }();
  if (!manifest) return manifest;
  manifest->made = made;
  manifest->program = options.program;
  Status done = write_file_durably(draft / kErasuresName, erasures);
  if (done) done = add_file(draft, "suyuan.db", *manifest);
  if (done) done = add_file(draft, kErasuresName, *manifest);
  if (done) done = write_file_durably(draft / kManifestName, manifest_json(*manifest));
  if (done) done = sync_folder(draft);
  if (!done) return std::move(done.error());
  return manifest;
}

// By name: whatever else somebody keeps in a folder of this name stays.
void clear(const fs::path& draft) {
  std::error_code ignored;
  for (const char* name : {"suyuan.db", "suyuan.db-journal", kErasuresName, kManifestName})
    fs::remove(draft / name, ignored);
  fs::remove_all(draft / kEvidenceName, ignored);
}

// What a backup that was killed left is begun anew; one that still runs is left alone.
Result<std::unique_ptr<FolderLock>> claim(const fs::path& draft) {
  if (auto made = make_private_folder(draft); !made) return std::move(made.error());
  auto lock = FolderLock::take(draft);
  if (!lock) {
    if (lock.error().kind != ErrorKind::kBusy) return lock;
    return Error{ErrorKind::kBusy, "backup.running",
                 fmt::format("Another backup is being written to \"{}\". Wait until it has ended, or name another "
                             "folder.",
                             draft.string())};
  }
  clear(draft);
  return lock;
}

}  // namespace

Status check_integrity(sql::Connection& connection, const std::string& file) {
  std::string first;
  auto done = each_row_of(
      connection, "PRAGMA integrity_check(1)", [](sql::Statement&) {},
      [&](const sql::Statement& row) { first = row.text(0); });
  if (done && first == "ok") return Done{};
  return Error{ErrorKind::kCorrupt, "backup.damaged",
               fmt::format("The copy \"{}\" is damaged: {}. It is not used. Check disk and memory, and the store that "
                           "it was made from (`suyuan lookups`); an older backup may be sound.",
                           file, done ? excerpt(first, 200) : done.error().text)};
}

Result<BackupManifest> backup_store(const fs::path& folder, const fs::path& given, Clock& clock,
                                    const BackupOptions& options) {
  if (!is_there(folder / "suyuan.db")) {
    return Error{ErrorKind::kNotFound, "store.none",
                 fmt::format("There is no {}. Name the folder of the store with --data DIR.", sqlite_place(folder))};
  }
  // "backups/" and "backups" are one name.
  const fs::path to = given.has_filename() ? given : given.parent_path();
  if (is_there(to)) {
    return Error{ErrorKind::kConflict, "backup.exists",
                 fmt::format("\"{}\" is there already, and no backup is written over anything. Name a folder that is "
                             "not there yet.",
                             to.string())};
  }
  const fs::path draft = unfinished_of(to);
  auto lock = claim(draft);
  if (!lock) return std::move(lock.error());
  auto manifest = fill(folder, draft, clock, options);
  Status done = manifest ? move_into_place(draft, to) : Status(std::move(manifest.error()));
  std::error_code ignored;
  if (!done) {
    clear(draft);
    fs::remove(draft / "suyuan.lock", ignored);
    fs::remove(draft, ignored);
    return std::move(done.error());
  }
  fs::remove(to / "suyuan.lock", ignored);
  return manifest;
}

}  // namespace suyuan
