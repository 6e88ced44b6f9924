// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>

#include "app/operation/settings.h"
#include "base/result.h"

namespace suyuan {

// Reads a TOML file of settings: `[server]` / `port = 8080` becomes {"server.port", "8080"}, in file order. Values are
// texts and whole numbers. Names are judged by read_settings, not here.
// Errors: kNotFound "config.unreadable"; kInvalid "config.syntax" (line and column), "config.value" (a list, a date …).
Result<SettingPairs> read_toml_file(const std::string& path);
Result<SettingPairs> read_toml(std::string_view text, std::string_view file_name);

}  // namespace suyuan
