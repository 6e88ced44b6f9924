// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <boost/json.hpp>
#include <cstdio>
#include <cstdlib>
#include <map>

#include "adapters/clock/system_clock.h"
#include "adapters/records/audit_store.h"
#include "adapters/records/erasure_store.h"
#include "adapters/records/log_store.h"
#include "adapters/warehouse/backup_store.h"
#include "app/personal/personal.h"
#include "bin/cli.h"
#include "bin/kept_evidence.h"

namespace suyuan::cli {

namespace {

struct RestoreArguments {
  std::string from;
  std::vector<std::string> erasures;
  bool has_no_erasures = false;
};

// So that what came after the backup is known to be missing.
Status write_down(sql::Database& records, const BackupManifest& backup, const std::string& to, std::int64_t keys,
                  Clock& clock) {
  const AuditField after[] = {{"backup", format_instant(backup.made)},
                              {"events", std::to_string(backup.events)},
                              {"submissions", std::to_string(backup.submissions)},
                              {"audit_entries", std::to_string(backup.audit_entries)},
                              {"sha256", backup.files[0].digest.sha256},
                              {"keys", std::to_string(keys)}};
  const AuditEntry entry = with_fields(audit_entry(at_this_machine().grant(identity::Act::kStoreMaintain),
                                                   "store.restore", {"store", to}, "", clock.now()),
                                       {}, after);
  return make_audit_store(records)->append({entry});
}

// Each erasure once, as it ended if any list says so.
Result<std::vector<Erasure>> lists_of(const std::vector<std::string>& files) {
  std::map<std::string, Erasure> all;
  for (const std::string& file : files) {
    auto list = read_erasures_file(file);
    if (!list) return list;
    for (Erasure& each : *list) {
      const auto [known, is_new] = all.try_emplace(each.id, each);
      if (!is_new && known->second.state == Erasure::State::kWaiting) known->second = std::move(each);
    }
  }
  std::vector<Erasure> merged;
  for (auto& [id, erasure] : all) merged.push_back(std::move(erasure));
  return merged;
}

void print(const RestoreReport& report, std::int64_t keys, const Common& common) {
  const BackupManifest& backup = report.backup;
  const std::string at = format_instant(backup.made);
  if (common.json) {
    std::printf("%s\n", boost::json::serialize(boost::json::object{{"backup", at},
                                                                   {"events", backup.events},
                                                                   {"submissions", backup.submissions},
                                                                   {"audit_entries", backup.audit_entries},
                                                                   {"evidence", backup.evidence},
                                                                   {"erased_keys", keys},
                                                                   {"rebuilt_lookups", report.has_rebuilt_lookups},
                                                                   {"lacks_master_key", report.lacks_master_key},
                                                                   {"lacks_login_key", report.lacks_login_key}})
                            .c_str());
    return;
  }
  std::printf(
      "%s\n",
      common.english
          ? fmt::format(
                "Restored as of {}: {} events, {} documents, {} entries of the audit, {} files of evidence; what came "
                "after is not in it. {} keys destroyed again.",
                at, backup.events, backup.submissions, backup.audit_entries, backup.evidence, keys)
                .c_str()
          : fmt::format("已恢复到 {} 的状态：{} 个事件、{} 份文件、{} "
                        "条审计记录、{} 份证据文件；此后的内容不在其中。再次销毁 {} 个密钥。",
                        at, backup.events, backup.submissions, backup.audit_entries, backup.evidence, keys)
                .c_str());
}

void say_what_is_missing(const RestoreReport& report, const std::string& folder, bool english) {
  const auto say = [&](const std::string& text) { std::fprintf(stderr, "suyuan: restore: %s\n", text.c_str()); };
  if (report.has_rebuilt_lookups)
    say(english ? "the lookups were not what the tables say and were made anew" : "索引与数据表不符，已重建");
  if (report.lacks_master_key)
    say(english ? fmt::format("the master key is missing: put it to \"{}/secrets/master.key\" (0600), or name it in "
                              "secrets.key_file; the store does not open without",
                              folder)
                : fmt::format("缺少主密钥：请放到“{}/secrets/master.key”（权限 0600），或在 secrets.key_file "
                              "中指定；没有它存储无法打开",
                              folder));
  if (report.has_log)
    say(english
            ? fmt::format("the log goes on only after what was published: put its folder, or a copy, to \"{0}/log\" "
                          "and its keys to \"{0}/log-key\" (0600); if they are lost, `suyuan log --new-origin`",
                          folder)
            : fmt::format("日志只能接在已公布的内容之后：请将日志文件夹或其副本放到“{0}/log”，签名密钥放到“{0}/log-key”"
                          "（权限 0600）；若已丢失，请运行 suyuan log --new-origin",
                          folder));
  if (report.lacks_login_key)
    say(english ? fmt::format("the key of sign-in is missing: put it to \"{}/login-key\" (0600), or name it in "
                              "login.key_file; a new one makes second factors invalid",
                              folder)
                : fmt::format("缺少登录密钥：请放到“{}/login-key”（权限 0600），或在 login.key_file "
                              "中指定；换新密钥后第二因素全部失效",
                              folder));
}

int run(const RestoreArguments& arguments, const Common& common) {
  const StorePlace place = place_of(common);
  if (!place.url.empty()) {
    return fail({ErrorKind::kUnsupported, "backup.postgres",
                 fmt::format("{} is a database, and these backups are of folders. Restore a database with pg_restore "
                             "or from pg_basebackup, then `suyuan erasure repeat`; or restore into a folder with "
                             "--data and `suyuan move` that. docs/backup.md",
                             place.shown())});
  }
  if (arguments.erasures.empty() && !arguments.has_no_erasures) {
    return fail({ErrorKind::kInvalid, "restore.erasures",
                 "What was erased after the backup would be readable again. Name the newest list of erasures with "
                 "--erasures FILE (`suyuan erasure list --json`, or erasures.json of a newer "
                 "backup); if nothing was erased since, say so: --no-erasures."});
  }
  const auto erasures = lists_of(arguments.erasures);
  if (!erasures) return fail(erasures.error());
  SystemClock clock;
  std::int64_t keys = 0;
  RestoreOptions options;
  const char* named = std::getenv("SUYUAN_SECRETS_KEY_FILE");
  if (named != nullptr) options.key_file = named;
  options.evidence = [&](sql::Database& copy, const std::filesystem::path& from, const std::filesystem::path& to) {
    return copy_evidence(copy, from, to, clock);
  };
  options.settle = [&](const BackupManifest& backup, sql::Database& records, KeyEraser& eraser) -> Status {
    const auto store = make_erasure_store(records, eraser);
    auto destroyed = erasures->empty() ? Result<std::int64_t>(std::int64_t{0})
                                       : repeat_erasures(at_this_machine(), *erasures, *store);
    if (!destroyed) return std::move(destroyed.error());
    keys = *destroyed;
    if (auto stands = stand_still(records); !stands) return stands;
    return write_down(records, backup, place.shown(), keys, clock);
  };
  const auto report = restore_store(arguments.from, place.folder, clock, options);
  if (!report) return fail(report.error());
  print(*report, keys, common);
  say_what_is_missing(*report, place.folder, common.english);
  return std::fflush(stdout) == 0 ? kDone : kPartly;
}

}  // namespace

void add_restore(CLI::App& app, Common& common, Chosen& chosen) {
  auto* command = app.add_subcommand("restore", "Check a backup and put its store into a new folder");
  auto arguments = std::make_shared<RestoreArguments>();
  command->add_option("--from", arguments->from, "The folder that `suyuan backup` made")
      ->required()
      ->check(CLI::ExistingDirectory);
  auto* lists = command
                    ->add_option("--erasures", arguments->erasures,
                                 "The newest list of erasures: what was erased after the backup is erased again")
                    ->check(CLI::ExistingFile);
  command->add_flag("--no-erasures", arguments->has_no_erasures, "Nothing was erased after the backup")
      ->excludes(lists);
  add_store_options(*command, common);
  add_json_option(*command, common);
  command->callback(
      [arguments, &common, &chosen] { chosen.run = [arguments, &common] { return run(*arguments, common); }; });
}

}  // namespace suyuan::cli
