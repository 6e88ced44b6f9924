// SPDX-License-Identifier: Apache-2.0
#include "domain/codes/element_string.h"

#include <fmt/format.h>

#include "base/text.h"

namespace suyuan::codes {

namespace {

Error refuse(std::string_view code, std::string_view text, std::string_view why) {
  return Error{ErrorKind::kInvalid, std::string(code), fmt::format("\"{}\": {}.", excerpt(text, 120), why)};
}

// The identifier between brackets at `at`, or "" if there is none that we know.
std::string_view bracketed_ai(std::string_view text, std::size_t at) {
  if (at >= text.size() || text[at] != '(') return {};
  const std::size_t close = text.find(')', at);
  if (close == std::string_view::npos || close - at > 5) return {};
  const std::string_view ai = text.substr(at + 1, close - at - 1);
  return find_ai(ai) == nullptr ? std::string_view() : ai;
}

}  // namespace

Result<std::vector<Element>> read_element_string(std::string_view text, char separator) {
  std::string_view rest = text;
  if (!rest.empty() && rest[0] == separator) rest.remove_prefix(1);
  std::vector<Element> elements;
  while (!rest.empty()) {
    const std::string_view ai = ai_at(rest);
    if (ai.empty())
      return refuse("gs1.unknown_ai", text,
                    fmt::format("no application identifier starts with \"{}\"", excerpt(rest.substr(0, 4))));
    const AiRow& row = *find_ai(ai);
    rest.remove_prefix(ai.size());
    const std::size_t fence = rest.find(separator);
    const std::size_t length = row.predefined_length() ? std::min(longest_value(row), fence) : fence;
    const std::string_view value = rest.substr(0, length);
    if (auto sound = check_ai_value(ai, row, value); !sound) return std::move(sound.error());
    elements.push_back({std::string(ai), std::string(value)});
    rest.remove_prefix(value.size());
    if (!rest.empty() && rest[0] == separator) rest.remove_prefix(1);
  }
  if (elements.empty()) return refuse("gs1.element_string", text, "it holds no element");
  return elements;
}

Result<std::vector<Element>> read_bracketed(std::string_view text) {
  std::vector<Element> elements;
  std::size_t at = 0;
  while (at < text.size()) {
    const std::string_view ai = bracketed_ai(text, at);
    if (ai.empty()) {
      const std::size_t close = std::min(text.find(')', at), text.size() - 1);
      return refuse("gs1.unknown_ai", text,
                    fmt::format("there is no application identifier {}", excerpt(text.substr(at, close - at + 1), 12)));
    }
    const std::size_t from = at + ai.size() + 2;
    std::size_t to = text.find('(', from);
    while (to != std::string_view::npos && bracketed_ai(text, to).empty()) to = text.find('(', to + 1);
    if (to == std::string_view::npos) to = text.size();
    const std::string_view value = text.substr(from, to - from);
    if (auto sound = check_ai_value(ai, *find_ai(ai), value); !sound) return std::move(sound.error());
    elements.push_back({std::string(ai), std::string(value)});
    at = to;
  }
  if (elements.empty()) return refuse("gs1.element_string", text, "it holds no element");
  return elements;
}

}  // namespace suyuan::codes
