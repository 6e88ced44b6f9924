// SPDX-License-Identifier: Apache-2.0
#include "adapters/oidc/strict_json.h"

#include "base/text.h"

namespace suyuan::oidc {

namespace {

namespace json = boost::json;

std::size_t members(const json::value& value) {
  std::size_t count = 0;
  if (value.is_object()) {
    for (const auto& each : value.as_object()) count += 1 + members(each.value());
  } else if (value.is_array()) {
    for (const auto& each : value.as_array()) count += members(each);
  }
  return count;
}

// In text that is JSON: colons outside of strings, one for each member that stands there.
std::size_t members_written(std::string_view text) {
  std::size_t count = 0;
  bool in_string = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (in_string && c == '\\') {
      ++i;
    } else if (c == '"') {
      in_string = !in_string;
    } else if (c == ':' && !in_string) {
      ++count;
    }
  }
  return count;
}

}  // namespace

std::optional<json::object> strict_object(std::string_view text) {
  json::parse_options options;
  options.max_depth = 16;
  boost::system::error_code bad;
  json::value value = json::parse(text, bad, {}, options);
  if (bad || !value.is_object() || members(value) != members_written(text)) return std::nullopt;
  return std::move(value.as_object());
}

std::optional<std::string> text_in(const json::object& object, std::string_view name) {
  const json::value* value = object.if_contains(name);
  if (value == nullptr || !value->is_string()) return std::nullopt;
  return std::string(value->as_string());
}

std::optional<std::string> from_base64url_strict(std::string_view text) {
  const auto bytes = from_base64url(text);
  if (!bytes || base64url(*bytes) != text) return std::nullopt;
  return std::string(bytes->begin(), bytes->end());
}

}  // namespace suyuan::oidc
