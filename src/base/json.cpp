// SPDX-License-Identifier: Apache-2.0
#include "base/json.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

#include "base/text.h"

namespace suyuan {

namespace {

Json of(Json::Kind kind, std::string_view text = "") {
  Json value;
  value.kind = kind;
  value.text = std::string(text);
  return value;
}

void append_quoted(std::string& out, std::string_view text) {
  out += '"';
  for (const char c : text) {
    if (c == '"' || c == '\\')
      out.append(1, '\\').append(1, c);
    else if (c == '\n')
      out += "\\n";
    else if (static_cast<unsigned char>(c) < 0x20)
      out += fmt::format("\\u{:04x}", static_cast<unsigned>(c));
    else
      out += c;
  }
  out += '"';
}

bool is_single(const Json& value) { return value.items.empty() && value.members.empty(); }

void append(std::string& out, const Json& value, std::size_t indent);

void append_list(std::string& out, const Json& value, std::size_t indent) {
  const bool in_line = std::all_of(value.items.begin(), value.items.end(), is_single);
  const std::string line = in_line ? "" : "\n" + std::string(indent + 2, ' ');
  out += '[';
  for (std::size_t i = 0; i < value.items.size(); ++i) {
    if (i > 0) out += in_line ? ", " : ",";
    out += line;
    append(out, value.items[i], indent + 2);
  }
  if (!in_line) out += "\n" + std::string(indent, ' ');
  out += ']';
}

void append_object(std::string& out, const Json& value, std::size_t indent) {
  if (value.members.empty()) {
    out += "{}";
    return;
  }
  out += '{';
  for (std::size_t i = 0; i < value.members.size(); ++i) {
    out += i > 0 ? ",\n" : "\n";
    out.append(indent + 2, ' ');
    append_quoted(out, value.members[i].name);
    out += ": ";
    append(out, value.members[i].value, indent + 2);
  }
  out += "\n" + std::string(indent, ' ') + "}";
}

void append(std::string& out, const Json& value, std::size_t indent) {
  switch (value.kind) {
    case Json::Kind::kNull:
      out += "null";
      return;
    case Json::Kind::kBool:
    case Json::Kind::kNumber:
      out += value.text;
      return;
    case Json::Kind::kText:
      append_quoted(out, value.text);
      return;
    case Json::Kind::kList:
      append_list(out, value, indent);
      return;
    case Json::Kind::kObject:
      append_object(out, value, indent);
  }
}

std::string unescaped(std::string_view token) {
  std::string name;
  for (std::size_t i = 0; i < token.size(); ++i) {
    const bool escape = token[i] == '~' && i + 1 < token.size();
    name += escape ? (token[++i] == '1' ? '/' : '~') : token[i];
  }
  return name;
}

std::vector<std::string> tokens_of(std::string_view pointer) {
  std::vector<std::string> tokens;
  if (pointer.empty()) return tokens;
  for (const std::string_view token : split(pointer.substr(1), '/')) tokens.push_back(unescaped(token));
  return tokens;
}

std::size_t index_of(std::string_view token) {
  std::size_t index = std::string_view::npos;
  if (is_all_digits(token)) std::from_chars(token.data(), token.data() + token.size(), index);
  return index;
}

Json* child(Json& parent, const std::string& token) {
  if (parent.kind == Json::Kind::kObject) {
    const auto found = std::find_if(parent.members.begin(), parent.members.end(),
                                    [&](const Json::Member& member) { return member.name == token; });
    return found == parent.members.end() ? nullptr : &found->value;
  }
  const std::size_t index = index_of(token);
  return parent.kind == Json::Kind::kList && index < parent.items.size() ? &parent.items[index] : nullptr;
}

Json* child_or_new(Json& parent, const std::string& token) {
  if (Json* found = child(parent, token)) return found;
  if (parent.kind == Json::Kind::kNull) parent = token == "-" ? Json::list() : Json::object();
  if (parent.kind == Json::Kind::kObject) return &parent.add(token, {});
  if (parent.kind != Json::Kind::kList || token != "-") return nullptr;
  return &parent.items.emplace_back();
}

class Comparison {
 public:
  explicit Comparison(std::size_t limit) : limit_(limit) {}

  void compare(const Json& a, const Json& b, const std::string& path) {
    if (found.size() >= limit_) return;
    if (a.kind != b.kind || a.text != b.text) {
      found.push_back(path);
      return;
    }
    for (std::size_t i = 0; i < std::max(a.items.size(), b.items.size()); ++i)
      pair(i < a.items.size() ? &a.items[i] : nullptr, i < b.items.size() ? &b.items[i] : nullptr,
           fmt::format("{}/{}", path, i));
    for (const auto& [name, value] : a.members) pair(&value, b.find(name), path + "/" + json_pointer_token(name));
    for (const auto& [name, value] : b.members)
      if (a.find(name) == nullptr) pair(nullptr, &value, path + "/" + json_pointer_token(name));
  }

  std::vector<std::string> found;

 private:
  void pair(const Json* a, const Json* b, const std::string& path) {
    if (a != nullptr && b != nullptr)
      compare(*a, *b, path);
    else if (found.size() < limit_)
      found.push_back(path);
  }

  std::size_t limit_;
};

}  // namespace

bool operator==(const Json& a, const Json& b) {
  return a.kind == b.kind && a.text == b.text && a.items == b.items && a.members == b.members;
}

Json Json::of_text(std::string_view value) { return of(Kind::kText, value); }
Json Json::number(std::string_view digits) { return of(Kind::kNumber, digits); }
Json Json::number(double value) { return std::isfinite(value) ? of(Kind::kNumber, number_text(value)) : Json(); }
Json Json::number(std::size_t value) { return of(Kind::kNumber, fmt::format("{}", value)); }
Json Json::number(int value) { return of(Kind::kNumber, fmt::format("{}", value)); }
Json Json::boolean(bool value) { return of(Kind::kBool, value ? "true" : "false"); }
Json Json::list() { return of(Kind::kList); }
Json Json::object() { return of(Kind::kObject); }

const Json* Json::find(std::string_view name) const {
  const auto found =
      std::find_if(members.begin(), members.end(), [&](const Member& member) { return member.name == name; });
  return found == members.end() ? nullptr : &found->value;
}

Json& Json::add(std::string_view name, Json value) {
  return members.emplace_back(Member{std::string(name), std::move(value)}).value;
}

std::string json_text(const Json& value) {
  std::string out;
  append(out, value, 0);
  return out;
}

const Json* at_pointer(const Json& document, std::string_view pointer) {
  const Json* at = &document;
  for (const std::string& token : tokens_of(pointer)) {
    at = child(const_cast<Json&>(*at), token);
    if (at == nullptr) return nullptr;
  }
  return at;
}

Result<Json> with_value_at(Json document, std::string_view pointer, Json value) {
  Json* at = &document;
  for (const std::string& token : tokens_of(pointer)) {
    at = child_or_new(*at, token);
    if (at == nullptr)
      return Error{ErrorKind::kInvalid, "json.pointer",
                   fmt::format("\"{}\" leads nowhere in this document: \"{}\" is no place in what stands before it.",
                               excerpt(pointer), excerpt(token))};
  }
  *at = std::move(value);
  return document;
}

std::vector<std::string> json_differences(const Json& a, const Json& b, std::size_t limit) {
  Comparison comparison(limit);
  comparison.compare(a, b, "");
  return std::move(comparison.found);
}

std::string number_text(double value) {
  const double size = std::fabs(value);
  std::array<char, 64> digits{};
  const bool plain = size == 0 || (size >= 1e-6 && size < 1e15);
  const auto end = plain ? std::to_chars(digits.data(), digits.data() + digits.size(), value, std::chars_format::fixed)
                         : std::to_chars(digits.data(), digits.data() + digits.size(), value);
  return {digits.data(), end.ptr};
}

}  // namespace suyuan
