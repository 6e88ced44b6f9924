// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

// Everything that an operator can set, described once.
namespace suyuan {

struct Setting {
  std::string_view name, unit, meaning;
  std::string_view fallback;      // the default, as text
  std::int64_t min = 0, max = 0;  // both ends allowed; for whole numbers
  std::string_view choices = {};  // "debug info warning error": one of these words
  bool is_text = false;           // any text
  bool is_secret = false;         // an address that may hold a password: shown without
};

std::span<const Setting> all_settings();  // by name

// Where a value came from, strongest first.
enum class SettingSource : std::uint8_t { kCommandLine, kEnvironment, kFile, kDefault };

class Settings {
 public:
  Settings();  // all defaults
  // Requires: the name is in all_settings() and of that type.
  std::int64_t number(std::string_view name) const;
  const std::string& text(std::string_view name) const;
  SettingSource source(std::string_view name) const;

  // Takes one value; a weaker source never overwrites a stronger one.
  // Errors: kInvalid "settings.unknown" (with the nearest name), "settings.value" (with range, meaning and default).
  Status set(std::string_view name, std::string_view value, SettingSource source);

 private:
  struct Value {
    std::string text;
    SettingSource source = SettingSource::kDefault;
  };
  std::map<std::string, Value, std::less<>> values_;
};

using SettingPairs = std::vector<std::pair<std::string, std::string>>;

// Command line > environment > file > default. `environment` holds "NAME=value" lines as environ does; names that start
// with SUYUAN_ must be ours: server.port is SUYUAN_SERVER_PORT. SUYUAN_TEST_… and SUYUAN_CONFIG are not settings.
// Errors: kInvalid "settings.refused" with every finding; its path says where the value stood.
Result<Settings> read_settings(const SettingPairs& command_line, std::span<const std::string> environment,
                               const SettingPairs& file, std::string_view file_name);

// What is wrong with the value, or nothing. The text is complete: an operator should need no other page.
std::optional<std::string> problem_with(const Setting& setting, std::string_view value);

std::string environment_name(std::string_view setting);  // "SUYUAN_SERVER_PORT"

// For `suyuan settings`: every setting with value, source, range, default and meaning.
std::string settings_text(const Settings& settings);
std::string settings_json(const Settings& settings);

}  // namespace suyuan
