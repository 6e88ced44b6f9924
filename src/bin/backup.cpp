// SPDX-License-Identifier: Apache-2.0
#include "adapters/warehouse/backup_store.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <cstdio>

#include "adapters/clock/system_clock.h"
#include "adapters/records/erasure_store.h"
#include "app/personal/personal.h"
#include "bin/cli.h"
#include "bin/kept_evidence.h"

namespace suyuan::cli {

namespace {

Result<std::string> erasures_of(sql::Database& records, KeyEraser& eraser) {
  const auto all = all_erasures(*make_erasure_store(records, eraser));
  if (!all) return Error(all.error());
  return erasures_json(*all, all->size() + 1) + "\n";
}

void say_where_the_keys_are(const BackupManifest& made, bool english) {
  const bool has_sealed = made.sealed_keys > 0;
  std::fprintf(stderr, "%s\n",
               english ? fmt::format("suyuan: backup: no key is in it. Keep apart from it: {}the key file of sign-in "
                                     "(login-key, or login.key_file). docs/backup.md",
                                     has_sealed ? "the master key (secrets/master.key, or secrets.key_file), without "
                                                  "which the values about people stay unreadable; and "
                                                : "")
                             .c_str()
                       : fmt::format("suyuan: backup: 备份中不含任何密钥。请另行保管：{}登录密钥文件（login-key 或 "
                                     "login.key_file）。见 docs/backup.md",
                                     has_sealed ? "主密钥（secrets/master.key 或 "
                                                  "secrets.key_file），没有它个人信息无法读出；以及"
                                                : "")
                             .c_str());
}

struct BackupArguments {
  std::string to, evidence;
  bool has_no_evidence = false;
};

int run(const BackupArguments& arguments, const Common& common) {
  const StorePlace place = place_of(common);
  if (!place.url.empty()) {
    return fail({ErrorKind::kUnsupported, "backup.postgres",
                 fmt::format("The store in {} is kept by PostgreSQL, which makes its backups itself: `pg_dump "
                             "--format=custom` of the database, or `pg_basebackup` with an archive of the WAL. Keep "
                             "apart from them the master key (secrets.key_file), the key of sign-in (login.key_file) "
                             "and the list of erasures (`suyuan erasure list --json`). docs/backup.md",
                             place.shown())});
  }
  SystemClock clock;
  BackupOptions options{.program = SUYUAN_VERSION, .erasures = erasures_of};
  const std::filesystem::path files =
      arguments.evidence.empty() ? place.folder + "/" + kEvidenceName : arguments.evidence;
  if (!arguments.has_no_evidence)
    options.evidence = [&](sql::Database& copy, const std::filesystem::path& to) {
      return copy_evidence(copy, files, to, clock);
    };
  const auto made = backup_store(place.folder, arguments.to, clock, options);
  if (!made) return fail(made.error());
  if (common.json) {
    std::printf("%s", manifest_json(*made).c_str());
  } else {
    const std::string at = format_instant(made->made);
    std::printf(
        "%s\n",
        common.english
            ? fmt::format("Backup of {}: {} events, {} documents, {} entries of the audit, {} files of evidence. "
                          "SHA-256 {}",
                          at, made->events, made->submissions, made->audit_entries, made->evidence,
                          made->files[0].digest.sha256)
                  .c_str()
            : fmt::format("已备份至 {} 的状态：{} 个事件、{} 份文件、{} 条审计记录、{} 份证据文件。SHA-256 {}", at,
                          made->events, made->submissions, made->audit_entries, made->evidence,
                          made->files[0].digest.sha256)
                  .c_str());
  }
  say_where_the_keys_are(*made, common.english);
  return std::fflush(stdout) == 0 ? kDone : kPartly;
}

}  // namespace

void add_backup(CLI::App& app, Common& common, Chosen& chosen) {
  auto* command =
      app.add_subcommand("backup", "Copy a store to a new folder, also while a server works on it; without its keys");
  auto arguments = std::make_shared<BackupArguments>();
  command->add_option("--to", arguments->to, "A folder that is not there yet")->required();
  auto* evidence =
      command->add_option("--evidence", arguments->evidence,
                          "Folder of the files of evidence (default: evidence in the folder of the store)");
  command
      ->add_flag("--no-evidence", arguments->has_no_evidence,
                 "Leave the files of evidence out: they are copied otherwise")
      ->excludes(evidence);
  add_store_options(*command, common);
  add_json_option(*command, common);
  command->callback(
      [arguments, &common, &chosen] { chosen.run = [arguments, &common] { return run(*arguments, common); }; });
}

}  // namespace suyuan::cli
