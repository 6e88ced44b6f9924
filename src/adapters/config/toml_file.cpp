// SPDX-License-Identifier: Apache-2.0
#include "adapters/config/toml_file.h"

#include <fmt/format.h>

#include <toml++/toml.h>
#include <algorithm>
#include <fstream>
#include <sstream>

#include "base/text.h"

namespace suyuan {

namespace {

struct Found {
  toml::source_position at;
  std::string name, value;
};

Error wrong_value(std::string_view file, const toml::node& node, std::string_view name) {
  return Error{ErrorKind::kInvalid, "config.value",
               fmt::format("{}:{}: {} is neither a text nor a whole number; settings are nothing else.", file,
                           node.source().begin.line, excerpt(name))};
}

// Depth is bounded by the parser of toml++ (TOML_MAX_NESTED_VALUES).
Status collect(const toml::table& table, const std::string& prefix, std::string_view file, std::vector<Found>& found) {
  for (const auto& [key, node] : table) {
    const std::string name = prefix + std::string(key.str());
    if (const toml::table* inner = node.as_table()) {
      if (auto done = collect(*inner, name + ".", file, found); !done) return done;
    } else if (const auto text = node.value_exact<std::string>()) {
      found.push_back({node.source().begin, name, *text});
    } else if (const auto number = node.value_exact<std::int64_t>()) {
      found.push_back({node.source().begin, name, std::to_string(*number)});
    } else {
      return wrong_value(file, node, name);
    }
  }
  return Done{};
}

}  // namespace

Result<SettingPairs> read_toml_file(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream bytes;
  if (file) bytes << file.rdbuf();
  if (!file) {
    return Error{ErrorKind::kNotFound, "config.unreadable",
                 fmt::format("Cannot read the settings file \"{}\". Name one that exists, or leave it out.", path)};
  }
  return read_toml(bytes.str(), path);
}

Result<SettingPairs> read_toml(std::string_view text, std::string_view file_name) {
  std::vector<Found> found;
  try {
    const toml::table table = toml::parse(text);
    if (auto done = collect(table, "", file_name, found); !done) return std::move(done.error());
  } catch (const toml::parse_error& error) {
    return Error{ErrorKind::kInvalid, "config.syntax",
                 fmt::format("{}:{}:{}: not TOML: {}", file_name, error.source().begin.line,
                             error.source().begin.column, excerpt(error.description(), 300))};
  }
  std::sort(found.begin(), found.end(), [](const Found& a, const Found& b) {
    return std::pair(a.at.line, a.at.column) < std::pair(b.at.line, b.at.column);
  });
  SettingPairs pairs;
  for (Found& one : found) pairs.emplace_back(std::move(one.name), std::move(one.value));
  return pairs;
}

}  // namespace suyuan
