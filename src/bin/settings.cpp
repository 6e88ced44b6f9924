// SPDX-License-Identifier: Apache-2.0
#include "app/operation/settings.h"

#include <CLI/CLI.hpp>
#include <cstdio>

#include "bin/operation.h"

namespace suyuan::cli {

void add_settings(CLI::App& app, Common& common, Chosen& chosen) {
  auto* command =
      app.add_subcommand("settings", "List every setting with unit, range, default and where its value came from");
  auto arguments = std::make_shared<SettingArguments>();
  add_setting_options(*command, *arguments);
  add_json_option(*command, common);
  command->callback([arguments, &common, &chosen] {
    chosen.run = [arguments, &common]() -> int {
      auto settings = settings_of(*arguments);
      if (!settings) return fail(settings.error());
      std::printf("%s\n", (common.json ? settings_json(*settings) : settings_text(*settings)).c_str());
      return kDone;
    };
  });
}

}  // namespace suyuan::cli
