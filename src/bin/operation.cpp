// SPDX-License-Identifier: Apache-2.0
#include "bin/operation.h"

#include <pthread.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <csignal>

#include "adapters/config/toml_file.h"

namespace suyuan::cli {

void add_setting_options(CLI::App& command, SettingArguments& arguments) {
  command.add_option("--set", arguments.given, "A setting, like --set server.port=8081; `suyuan settings` lists them")
      ->allow_extra_args(false);
  command.add_option("--config", arguments.file, "TOML file with settings");
}

Result<Settings> settings_of(const SettingArguments& arguments) {
  SettingPairs line, file;
  for (const std::string& text : arguments.given) {
    const std::size_t equals = text.find('=');
    line.emplace_back(text.substr(0, equals), equals == std::string::npos ? "" : text.substr(equals + 1));
  }
  std::vector<std::string> environment;
  std::string config = arguments.file;
  for (char** entry = environ; *entry != nullptr; ++entry) {
    environment.emplace_back(*entry);
    if (config.empty() && environment.back().starts_with("SUYUAN_CONFIG=")) config = environment.back().substr(14);
  }
  if (!config.empty()) {
    auto read = read_toml_file(config);
    if (!read) return std::move(read.error());
    file = std::move(*read);
  }
  return read_settings(line, environment, file, config);
}

StopSignals::StopSignals() {
  sigemptyset(&signals_);
  sigaddset(&signals_, SIGTERM);
  sigaddset(&signals_, SIGINT);
  pthread_sigmask(SIG_BLOCK, &signals_, nullptr);
  std::signal(SIGXFSZ, SIG_IGN);  // a file that may not grow is an error of that write, not the end of the server
}

void StopSignals::add_reload() {
  sigaddset(&signals_, SIGHUP);
  pthread_sigmask(SIG_BLOCK, &signals_, nullptr);
}

int StopSignals::wait() {
  int taken = 0;
  sigwait(&signals_, &taken);
  return taken;
}

int serve_until_stopped(const http::ServerOptions& options, const http::Services& services, StopSignals& signals,
                        const std::function<Status(http::RunningServer&)>& started) {
  const auto start = [&] { return http::start_server(options, services); };
  return serve_until_stopped(start, services.log, signals, started);
}

int serve_until_stopped(const std::function<Result<std::unique_ptr<http::RunningServer>>()>& start, Log& log,
                        StopSignals& signals, const std::function<Status(http::RunningServer&)>& started) {
  auto server = start();
  if (!server) return fail(server.error());
  if (auto ready = started(**server); !ready) {
    (*server)->stop();
    return fail(ready.error());
  }
  int taken = signals.wait();
  for (; taken == SIGHUP; taken = signals.wait()) (*server)->reload();
  log.write(LogLevel::kInfo, "server.stopping", "", {{"signal", std::int64_t{taken}}});
  return (*server)->stop() ? kDone : kPartly;
}

}  // namespace suyuan::cli
