// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <boost/json.hpp>
#include <cstdio>

#include "adapters/clock/system_clock.h"
#include "adapters/log_folder/log_folder.h"
#include "adapters/records/log_store.h"
#include "adapters/warehouse/store_view.h"
#include "bin/operation.h"
#include "bin/served_log.h"

// `suyuan keys` and `suyuan log`: what checks the log of a store, and what an operator does to it.
namespace suyuan::cli {

namespace {

namespace json = boost::json;

struct LogArguments {
  SettingArguments settings;
  bool rotates = false, adopts = false, opens = false;
  bool changes() const { return rotates || adopts || opens; }
};

// A store with its log. Whoever only looks may do so beside a server at work.
struct OpenLog {
  Settings settings;
  StorePlace place;
  std::unique_ptr<Store> store;     // to change something, or of a database
  std::unique_ptr<StoreView> view;  // of a folder, to look
  std::unique_ptr<LogStore> records;
  LogState state;
};

Error no_log(const StorePlace& place) {
  return {ErrorKind::kNotFound, "log.none",
          fmt::format("{} has no log yet: a server opens it at its first start.", place.shown())};
}

Status open_records(OpenLog& log, bool is_changed) {
  if (!is_changed && log.place.url.empty()) {
    auto view = view_sqlite_store(log.place.folder);
    if (!view) return std::move(view.error());
    log.view = std::move(*view);
    log.records = make_log_store(log.view->records(), "suyuan", false);
    return Done{};
  }
  auto store = open_store(log.place, false);
  if (!store) return std::move(store.error());
  log.store = std::move(*store);
  log.records = make_log_store(log.store->records(), "suyuan", !log.place.url.empty());
  return Done{};
}

Result<OpenLog> open_log(const LogArguments& arguments, const Common& common) {
  auto settings = settings_of(arguments.settings);
  if (!settings) return std::move(settings.error());
  OpenLog opened{std::move(*settings), place_of(common), nullptr, nullptr, nullptr, {}};
  if (auto done = open_records(opened, arguments.changes()); !done) return std::move(done.error());
  auto state = opened.records->state();
  if (!state) return std::move(state.error());
  if (!*state) return no_log(opened.place);
  opened.state = std::move(**state);
  return opened;
}

int finish() { return std::fflush(stdout) == 0 ? kDone : kPartly; }

int show_keys(const OpenLog& log, const Common& common) {
  const auto keys = log.records->keys(log.state.number);
  if (!keys) return fail(keys.error());
  json::array all;
  for (const LogKey& key : *keys) {
    if (common.json) {
      json::object one{{"vkey", key.vkey}, {"since", format_instant(key.since)}};
      if (key.until) one["until"] = format_instant(*key.until);
      all.push_back(std::move(one));
      continue;
    }
    const std::string until = key.until ? format_instant(*key.until) : "";
    const std::string ended =
        common.english ? fmt::format("   (signed until {})", until) : fmt::format("   （签名至 {}）", until);
    std::printf("%s%s\n", key.vkey.c_str(), key.until ? ended.c_str() : "");
  }
  if (common.json)
    std::printf("%s\n", json::serialize(json::object{{"origin", log.state.origin}, {"keys", std::move(all)}}).c_str());
  return finish();
}

int rotate(const OpenLog& log, const Common& common) {
  const SecretFile file = log_key_file(log.settings, log.place);
  if (file.file.empty())
    return fail({ErrorKind::kInvalid, "log.bad_key_file", "No key file is named: say which, tlog.key_file."});
  if (auto known = read_secret_file(file); !known) return fail(known.error());
  if (auto written = replace_secret_file(file, log_key_text(fresh_log_keys())); !written) return fail(written.error());
  if (auto kept = audit_command(*log.store, "log.rotate", log.place.shown(), "keys", file.file); !kept)
    return fail(kept.error());
  std::printf("%s\n", common.english
                          ? "New keys sign from the next start on. Publish them then (suyuan keys); the old ones check "
                            "old receipts for ever."
                          : "下次启动起由新密钥签名。届时请公布新公钥（suyuan keys）；旧公钥永远用于核对旧回执。");
  return finish();
}

int keys(const LogArguments& arguments, const Common& common) {
  const auto log = open_log(arguments, common);
  if (!log) return fail(log.error());
  return arguments.rotates ? rotate(*log, common) : show_keys(*log, common);
}

Result<std::uint64_t> published_size(const OpenLog& log) {
  const std::string path = log_folder_of(log.settings, log.place);
  if (path.empty()) return std::uint64_t{0};
  auto folder = make_log_folder(path);
  if (!folder) return std::move(folder.error());
  auto published = (*folder)->published();
  if (!published) return std::move(published.error());
  const auto note = tlog::note_of(published->sha256);
  const auto checkpoint = note ? tlog::checkpoint_of(note->text) : Result<tlog::Checkpoint>(note.error());
  return checkpoint ? checkpoint->size : 0;
}

int show_log(const OpenLog& log, const Common& common) {
  const auto published = published_size(log);
  if (!published) return fail(published.error());
  const bool stands = log.state.standing == LogStanding::kRestored;
  if (common.json) {
    std::printf("%s\n", json::serialize(json::object{{"origin", log.state.origin},
                                                     {"number", log.state.number},
                                                     {"opened", format_instant(log.state.opened)},
                                                     {"size", log.state.size},
                                                     {"published", *published},
                                                     {"restored", stands}})
                            .c_str());
    return finish();
  }
  std::printf("%s\n", (common.english ? fmt::format("{}: {} entries in the store, {} published{}", log.state.origin,
                                                    log.state.size, *published,
                                                    stands ? "; stands still since a backup was restored" : "")
                                      : fmt::format("{}：存储中 {} 条，已公布 {} 条{}", log.state.origin,
                                                    log.state.size, *published, stands ? "；自恢复备份起停止" : ""))
                          .c_str());
  return finish();
}

// Under the lease, so that a server at work is not changed under its feet.
Status hold(OpenLog& log, Clock& clock) {
  auto held = log.records->hold(clock.now(), clock.now() + std::chrono::seconds(15));
  if (!held) return std::move(held.error());
  return *held ? Status(Done{})
               : Status(Error{ErrorKind::kBusy, "log.in_use", "A server writes this log: stop it first."});
}

int adopt(OpenLog& log, const Common& common) {
  LogStep step{log.state, log.state, {}, {}, {}};
  step.to.standing = LogStanding::kRestored;
  if (auto done = log.records->advance(step); !done) return fail(done.error());
  if (auto kept = audit_command(*log.store, "log.adopt", log.place.shown(), "origin", log.state.origin); !kept)
    return fail(kept.error());
  std::printf("%s\n", common.english ? "The next start lets the log go on after what its folder has published."
                                     : "下次启动时，日志将接在其文件夹已公布的内容之后继续。");
  return finish();
}

// Another name under the same keys, from the first row on: old receipts stay true of the old log.
int open_another(OpenLog& log, Clock& clock, const Common& common) {
  const std::string path = log_folder_of(log.settings, log.place);
  std::error_code failed;
  const std::filesystem::path aside = fmt::format("{}-{}", path, log.state.number);
  const bool is_there = !path.empty() && std::filesystem::exists(path, failed);
  if (is_there && std::filesystem::exists(aside, failed)) {
    return fail({ErrorKind::kConflict, "log.folder_in_use",
                 fmt::format("The old files belong to \"{}\", which is there already. Move it away.", aside.string())});
  }
  const std::string& named = log.settings.text("tlog.origin");
  if (!named.empty() && (named == log.state.origin || !tlog::is_note_name(named)))
    return fail(
        {ErrorKind::kInvalid, "log.origin",
         fmt::format("tlog.origin is \"{}\": another log needs another name, without blanks and \"+\".", named)});
  LogState fresh = fresh_log(log.state.number + 1, named, clock.now());
  if (auto done = log.records->open(fresh, {}); !done) return fail(done.error());
  if (is_there) std::filesystem::rename(path, aside, failed);
  if (failed)
    return fail({ErrorKind::kInternal, "log.disk",
                 fmt::format("\"{}\" cannot become \"{}\": {}. Move it by hand before the next start.", path,
                             aside.string(), failed.message())});
  const std::string said = fmt::format("{} → {}", log.state.origin, fresh.origin);
  if (auto kept = audit_command(*log.store, "log.new_origin", log.place.shown(), "origin", said); !kept)
    return fail(kept.error());
  std::printf("%s\n", (common.english ? fmt::format("{}: a new log, from the first row on. The old one ends with {} "
                                                    "entries; its receipts stay true of it. Publish the new keys after "
                                                    "the next start (suyuan keys), and say why.",
                                                    said, log.state.size)
                                      : fmt::format("{}：新日志从第一行起记。旧日志止于 {} 条，其回执对它仍然有效。"
                                                    "下次启动后请公布新公钥（suyuan keys），并说明原因。",
                                                    said, log.state.size))
                          .c_str());
  return finish();
}

int log(const LogArguments& arguments, const Common& common) {
  auto log = open_log(arguments, common);
  if (!log) return fail(log.error());
  if (!arguments.adopts && !arguments.opens) return show_log(*log, common);
  SystemClock clock;
  if (auto held = hold(*log, clock); !held) return fail(held.error());
  const int code = arguments.adopts ? adopt(*log, common) : open_another(*log, clock, common);
  if (auto released = log->records->let_go(); !released) return fail(released.error());
  return code;
}

template <class Run>
void add(CLI::App* command, Common& common, Chosen& chosen, std::shared_ptr<LogArguments> arguments, Run run) {
  add_setting_options(*command, arguments->settings);
  add_store_options(*command, common);
  add_json_option(*command, common);
  command->callback([arguments, &common, &chosen, run] {
    chosen.run = [arguments, &common, run] { return run(*arguments, common); };
  });
}

}  // namespace

void add_keys(CLI::App& app, Common& common, Chosen& chosen) {
  auto* command = app.add_subcommand("keys", "The verifier keys of the log: publish them");
  auto arguments = std::make_shared<LogArguments>();
  command->add_flag("--rotate", arguments->rotates, "New keys sign from the next start on");
  add(command, common, chosen, arguments, keys);
}

void add_log(CLI::App& app, Common& common, Chosen& chosen) {
  auto* command = app.add_subcommand("log", "How far the log of a store is; what to do with it after a restore");
  auto arguments = std::make_shared<LogArguments>();
  auto* adopts = command->add_flag("--adopt", arguments->adopts,
                                   "An older store was put back: go on after what the folder of the log has published");
  command
      ->add_flag("--new-origin", arguments->opens,
                 "End this log and begin another, called tlog.origin: when its folder is lost after a restore")
      ->excludes(adopts);
  add(command, common, chosen, arguments, log);
}

}  // namespace suyuan::cli
