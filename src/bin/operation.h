// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <csignal>
#include <functional>
#include <string>
#include <vector>

#include "adapters/http/serve.h"
#include "app/operation/settings.h"
#include "bin/cli.h"

namespace suyuan::cli {

struct SettingArguments {
  std::vector<std::string> given;  // "server.port=8081"
  std::string file;                // TOML
};
void add_setting_options(CLI::App& command, SettingArguments& arguments);
// Command line > environment > file > default.
Result<Settings> settings_of(const SettingArguments& arguments);

// From here on SIGTERM and SIGINT wait to be taken, and SIGHUP where it has a meaning. Made before any thread, since
// threads inherit what is blocked.
class StopSignals {
 public:
  StopSignals();
  void add_reload();  // SIGHUP too; without it, that ends the program as it ends others
  int wait();         // the signal that came

 private:
  sigset_t signals_;
};

// Serves until a stop signal, then drains; on SIGHUP, has the certificate read again. `started` runs once the port is
// open; an error from it ends the server. Returns the exit code.
int serve_until_stopped(const http::ServerOptions& options, const http::Services& services, StopSignals& signals,
                        const std::function<Status(http::RunningServer&)>& started);
// The same of whatever server `start` starts.
int serve_until_stopped(const std::function<Result<std::unique_ptr<http::RunningServer>>()>& start, Log& log,
                        StopSignals& signals, const std::function<Status(http::RunningServer&)>& started);

}  // namespace suyuan::cli
