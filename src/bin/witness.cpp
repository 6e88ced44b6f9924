// SPDX-License-Identifier: Apache-2.0
#include "app/tlog/witness.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <cstdio>

#include "adapters/clock/system_clock.h"
#include "adapters/http/witness_routes.h"
#include "adapters/log/json_log.h"
#include "adapters/warehouse/safe_files.h"
#include "adapters/witness_files/witness_files.h"
#include "base/text.h"
#include "bin/operation.h"
#include "bin/secret_file.h"
#include "bin/served_log.h"

namespace suyuan::cli {

namespace {

struct WitnessArguments {
  SettingArguments settings;
  std::string data, name, listen;
  std::vector<std::string> logs;
  bool show_key = false;
};

SecretFile key_file(const std::string& folder) {
  return {.file = folder + "/witness-key",
          .setting = "--data",
          .code = "witness.bad_key_file",
          .holds = "the private keys of the witness",
          .fresh = [] { return log_key_text(fresh_log_keys()); }};
}

Result<LogKeyPair> keys_in(const std::string& folder) {
  if (auto made = make_private_folder(folder); !made) return std::move(made.error());
  const SecretFile file = key_file(folder);
  auto text = read_or_make(file);
  if (!text) return std::move(text.error());
  auto keys = log_keys_of(*text);
  if (!keys) return bad_secret_file(file, "does not hold them");
  return std::move(*keys);
}

Result<std::vector<tlog::NoteKey>> logs_of(const std::vector<std::string>& vkeys) {
  if (vkeys.empty())
    return Error{ErrorKind::kInvalid, "witness.log", "Name the verifier keys of the logs to watch: --log VKEY."};
  std::vector<tlog::NoteKey> logs;
  for (const std::string& vkey : vkeys) {
    auto key = tlog::note_key_of(vkey);
    if (!key) return std::move(key.error());
    logs.push_back(std::move(*key));
  }
  return logs;
}

// "127.0.0.1:8090", "[::1]:8090".
Status listen_at(const std::string& where, Settings& settings) {
  if (where.empty()) return Done{};
  const std::size_t colon = where.rfind(':');
  std::string address = where.substr(0, colon);
  if (colon == std::string::npos || address.empty()) {
    return Error{ErrorKind::kInvalid, "witness.listen",
                 fmt::format("--listen is \"{}\"; give an address and a port, like 127.0.0.1:8090 or [::]:8090.",
                             excerpt(where))};
  }
  if (address.front() == '[' && address.back() == ']') address = address.substr(1, address.size() - 2);
  if (auto set = settings.set("server.address", address, SettingSource::kCommandLine); !set) return set;
  return settings.set("server.port", where.substr(colon + 1), SettingSource::kCommandLine);
}

Status check_name(const std::string& name) {
  if (tlog::is_note_name(name)) return Done{};
  return Error{ErrorKind::kInvalid, "witness.name",
               fmt::format("--name is \"{}\"; a witness is called like witness.example.cn/1, without blanks and \"+\", "
                           "and keeps its name.",
                           excerpt(name))};
}

void show_keys(const std::string& name, const LogKeyPair& keys) {
  for (const tlog::NoteKey& key : witness_keys(name, keys.signers())) std::printf("%s\n", tlog::vkey_of(key).c_str());
  std::fflush(stdout);
}

int witness(const WitnessArguments& arguments) {
  StopSignals signals;
  auto settings = settings_of(arguments.settings);
  if (!settings) return fail(settings.error());
  if (auto set = listen_at(arguments.listen, *settings); !set) return fail(set.error());
  if (!settings->text("tls.certificate").empty()) signals.add_reload();
  if (auto named = check_name(arguments.name); !named) return fail(named.error());
  const auto keys = keys_in(arguments.data);
  if (!keys) return fail(keys.error());
  if (arguments.show_key) {
    show_keys(arguments.name, *keys);
    return kDone;
  }
  const auto logs = logs_of(arguments.logs);
  if (!logs) return fail(logs.error());
  auto files = make_witness_files(arguments.data);
  if (!files) return fail(files.error());
  SystemClock clock;
  const auto log = make_json_log(settings->text("log.level"));
  auto opened = Witness::open({**files, clock, keys->signers(), arguments.name}, *logs);
  if (!opened) return fail(opened.error());
  http::ServerOptions options;
  options.settings = *settings;
  options.version = SUYUAN_VERSION;
  options.add_routes.push_back([&](http::Router& router) { http::add_witness_routes(router, **opened); });
  const auto start = [&] { return http::start_bare_server(options, clock, *log); };
  return serve_until_stopped(start, *log, signals, [&](http::RunningServer& server) -> Status {
    std::printf("溯源 Suyuan %s  %s  (%s)\n", SUYUAN_VERSION, server.url().c_str(), arguments.data.c_str());
    show_keys(arguments.name, *keys);
    return Done{};
  });
}

}  // namespace

void add_witness(CLI::App& app, Common&, Chosen& chosen) {
  auto* command = app.add_subcommand("witness", "Cosign the logs of others: a witness (docs/witness.md)");
  auto arguments = std::make_shared<WitnessArguments>();
  add_setting_options(*command, arguments->settings);
  command->add_option("--data", arguments->data, "Folder of the witness: its keys, and what it cosigned")->required();
  command->add_option("--name,--origin", arguments->name, "Name of the witness, like witness.example.cn/1")->required();
  command->add_option("--log", arguments->logs, "Verifier key of a log to watch; once for each key");
  command->add_option("--listen", arguments->listen, "Address and port, like 127.0.0.1:8090; else server.*");
  command->add_flag("--show-key", arguments->show_key, "Print the verifier keys of the witness, and end");
  command->callback([arguments, &chosen] { chosen.run = [arguments] { return witness(*arguments); }; });
}

}  // namespace suyuan::cli
