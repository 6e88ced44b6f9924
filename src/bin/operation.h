// SPDX-License-Identifier: Apache-2.0
#pragma once
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

// Serves until SIGTERM or SIGINT, then drains. `started` runs once the port is open; an error from it ends the server.
// Returns the exit code.
int serve_until_stopped(const http::ServerOptions& options, const http::Services& services,
                        const std::function<Status(http::RunningServer&)>& started);

}  // namespace suyuan::cli
