// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include "adapters/warehouse/backup_store.h"
#include "adapters/warehouse/copied_file.h"
#include "adapters/warehouse/folder_lock.h"
#include "adapters/warehouse/sqlite_file.h"
#include "adapters/warehouse/store_state.h"
#include "adapters/warehouse/subject_keys.h"
#include "base/text.h"

namespace suyuan {

namespace {

namespace fs = std::filesystem;

constexpr const char* kDraft = "restoring";  // in the folder, until the store is whole

Error damaged(const fs::path& file, std::string_view what) {
  return {ErrorKind::kCorrupt, "backup.damaged",
          fmt::format("The file \"{}\" of the backup {}. Nothing was restored; take another copy of this backup, or "
                      "another backup.",
                      excerpt(file.string(), 300), what)};
}

// The keys, the published log and files of evidence may be there before the store; nothing else may.
Status judge_target(const fs::path& to) {
  std::error_code failed;
  for (const auto& each : fs::directory_iterator(to, failed)) {
    const std::string name = each.path().filename().string();
    if (name == "secrets" || name == "login-key" || name == "log-key" || name == "log" || name == "suyuan.lock" ||
        name == kEvidenceName || name == kDraft)
      continue;
    return Error{ErrorKind::kConflict, "restore.not_empty",
                 fmt::format("The folder \"{}\" is not empty: there is \"{}\". A backup is restored into a new folder "
                             "only, so that no store is lost. Name one, and compare or move afterwards.",
                             excerpt(to.string(), 300), excerpt(name))};
  }
  if (failed && failed != std::errc::no_such_file_or_directory)
    return Error{ErrorKind::kConflict, "restore.not_empty",
                 fmt::format("\"{}\" cannot be read as a folder: {}. Name a new folder.", excerpt(to.string(), 300),
                             failed.message())};
  return Done{};
}

Status compare(const fs::path& file, const FileDigest& found, const FileDigest& expected) {
  if (found.size != expected.size)
    return damaged(file, fmt::format("has {} bytes, and {} are expected", found.size, expected.size));
  if (found.sha256 != expected.sha256)
    return damaged(file,
                   fmt::format("was changed: its SHA-256 is {}, and {} is expected", found.sha256, expected.sha256));
  return Done{};
}

// What is hashed is what is copied.
Status copy_checked(const fs::path& from, const fs::path& draft, const BackupManifest& manifest) {
  for (const BackupManifest::File& each : manifest.files) {
    std::error_code ignored;
    if (!fs::exists(from / each.name, ignored)) return damaged(from / each.name, "is missing");
    const bool is_store = each.name == "suyuan.db";
    auto found = is_store ? copy_file_durably(from / each.name, draft / each.name) : digest_file(from / each.name);
    if (!found) return std::move(found.error());
    if (auto same = compare(from / each.name, *found, each.digest); !same) return same;
  }
  return Done{};
}

Status count_again(sql::Connection& connection, const BackupManifest& manifest) {
  const std::tuple<std::string_view, std::string_view, std::int64_t> counts[] = {
      {"events", "SELECT count(*) FROM event", manifest.events},
      {"submissions", "SELECT count(*) FROM submission", manifest.submissions},
      {"entries of the audit", "SELECT count(*) FROM audit_entry", manifest.audit_entries}};
  for (const auto& [name, query, expected] : counts) {
    auto found = number_of(connection, query);
    if (!found) return std::move(found.error());
    if (*found != expected)
      return damaged("suyuan.db", fmt::format("holds {} {}, and {} are expected", *found, name, expected));
  }
  return Done{};
}

// Says whether they had to be made anew.
Result<bool> check_lookups_of(const fs::path& draft, sql::Connection& connection) {
  for (const bool rebuild : {false, true}) {
    auto checks = check_sqlite_file(draft, connection, rebuild);
    if (!checks) return std::move(checks.error());
    bool is_same = true;
    for (const LookupCheck& each : *checks) is_same = is_same && each.is_same;
    if (is_same) return rebuild;
  }
  return damaged("suyuan.db", "has lookups that differ from its tables even when they are made anew");
}

class CopyEraser final : public KeyEraser {
 public:
  explicit CopyEraser(SubjectKeys& keys) : keys_(keys) {}
  Result<std::int64_t> destroy(const std::vector<std::int64_t>& keys, const sql::Database::Work& also) override {
    return keys_.destroy(keys, also);
  }

 private:
  SubjectKeys& keys_;
};

// Sessions that were ended and links that were used since would open again; places in lists may lie among numbers of
// records that are lost and will be given anew.
Status forget_what_was_handed_out(sql::Connection& connection) {
  return connection.execute("DELETE FROM session; DELETE FROM login_link; DELETE FROM token_key");
}

// Files are named by what they hold: those that are there already do no harm.
Status restore_evidence(sql::Connection& connection, const fs::path& from, const fs::path& to,
                        const RestoreOptions& options, const BackupManifest& backup) {
  if (!options.evidence || backup.evidence == 0) return Done{};
  CopiedFile records(connection);
  const auto copied = options.evidence(records, from / kEvidenceName, to / kEvidenceName);
  if (!copied) return copied.error();
  if (*copied == backup.evidence) return Done{};
  return damaged(from / kManifestName, fmt::format("says that there are {} files of evidence, and the store names {}",
                                                   backup.evidence, *copied));
}

Status settle(sql::Connection& connection, Clock& clock, const fs::path& key_file, const RestoreOptions& options,
              const BackupManifest& backup) {
  CopiedFile records(connection);
  const auto scrub = [&connection] { return connection.execute("PRAGMA wal_checkpoint(TRUNCATE)"); };
  SubjectKeys keys(records, clock, std::make_unique<MasterKey>(key_file, false), {true, scrub});
  std::error_code ignored;
  if (fs::exists(key_file, ignored)) {
    if (auto opens = keys.check(); !opens) return opens;
  }
  if (auto done = forget_what_was_handed_out(connection); !done) return done;
  CopyEraser eraser(keys);
  return options.settle(backup, records, eraser);
}

Status make_ready(const fs::path& from, const fs::path& to, Clock& clock, const fs::path& key_file,
                  const RestoreOptions& options, RestoreReport& report) {
  const fs::path draft = to / kDraft;
  auto connection = open_sqlite_file(draft);
  if (!connection) return std::move(connection.error());
  if (auto sound = check_integrity(**connection, "suyuan.db"); !sound) return sound;
  if (auto counted = count_again(**connection, report.backup); !counted) return counted;
  auto state = read_state(**connection);
  if (!state) return std::move(state.error());
  if (auto judged = judge_state(*state, sqlite_place(draft)); !judged) return judged;
  auto rebuilt = check_lookups_of(draft, **connection);
  if (!rebuilt) return std::move(rebuilt.error());
  report.has_rebuilt_lookups = *rebuilt;
  const auto logs = number_of(**connection, "SELECT count(*) FROM tlog");
  if (!logs) return logs.error();
  report.has_log = *logs > 0;
  if (auto files = restore_evidence(**connection, from, to, options, report.backup); !files) return files;
  return settle(**connection, clock, key_file, options, report.backup);
}

}  // namespace

Result<RestoreReport> restore_store(const fs::path& from, const fs::path& to, Clock& clock,
                                    const RestoreOptions& options) {
  auto manifest = read_manifest(from);
  if (!manifest) return std::move(manifest.error());
  if (auto judged = judge_target(to); !judged) return std::move(judged.error());
  if (auto made = make_private_folder(to); !made) return std::move(made.error());
  auto lock = FolderLock::take(to);
  if (!lock) return std::move(lock.error());
  if (auto judged = judge_target(to); !judged) return std::move(judged.error());
  const fs::path draft = to / kDraft;
  const fs::path key_file = options.key_file.empty() ? to / "secrets" / "master.key" : options.key_file;
  std::error_code ignored;
  fs::remove_all(draft, ignored);
  RestoreReport report{.backup = std::move(*manifest)};
  Status done = make_private_folder(draft);
  if (done) done = copy_checked(from, draft, report.backup);
  if (done) done = make_ready(from, to, clock, key_file, options, report);
  // Closed, the write-ahead log is in the file.
  if (done && fs::exists(draft / "suyuan.db-wal", ignored))
    done = Error{ErrorKind::kInternal, "backup.disk",
                 fmt::format("The write-ahead log in \"{}\" could not be emptied. Begin again.", draft.string())};
  if (done) done = make_file_durable(draft / "suyuan.db");
  if (done) done = move_into_place(draft / "suyuan.db", to / "suyuan.db");
  fs::remove_all(draft, ignored);
  if (!done) return std::move(done.error());
  report.lacks_master_key = report.backup.sealed_keys > 0 && !fs::exists(key_file, ignored);
  report.lacks_login_key = !fs::exists(to / "login-key", ignored);
  return report;
}

}  // namespace suyuan
