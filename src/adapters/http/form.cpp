// SPDX-License-Identifier: Apache-2.0
#include "adapters/http/form.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "base/text.h"

namespace suyuan::http {

namespace {

int digit_of(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

// application/x-www-form-urlencoded (WHATWG URL §5), but what is not well-formed is refused.
std::optional<std::string> decoded(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '+') {
      out.push_back(' ');
    } else if (text[i] != '%') {
      out.push_back(text[i]);
    } else {
      const int high = i + 1 < text.size() ? digit_of(text[i + 1]) : -1;
      const int low = i + 2 < text.size() ? digit_of(text[i + 2]) : -1;
      if (high < 0 || low < 0) return std::nullopt;
      out.push_back(static_cast<char>(high * 16 + low));
      i += 2;
    }
  }
  if (!is_utf8(out) || out.find('\0') != std::string::npos) return std::nullopt;
  return out;
}

std::string with_plain_line_ends(std::string text) {
  std::size_t kept = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\r' && i + 1 < text.size() && text[i + 1] == '\n') continue;
    text[kept++] = text[i] == '\r' ? '\n' : text[i];
  }
  text.resize(kept);
  return text;
}

Error bad_form(std::string text) { return {ErrorKind::kInvalid, "http.form", std::move(text)}; }

}  // namespace

Result<Pairs> read_form(std::string_view body) {
  Pairs fields;
  if (body.empty()) return fields;
  if (static_cast<std::size_t>(std::count(body.begin(), body.end(), '&')) >= kFormFieldsMax)
    return bad_form(fmt::format("The form has more than {} fields.", kFormFieldsMax));
  for (const std::string_view part : split(body, '&')) {
    if (part.empty()) continue;
    const std::size_t equals = std::min(part.find('='), part.size());
    auto name = decoded(part.substr(0, equals));
    auto value = decoded(equals < part.size() ? part.substr(equals + 1) : std::string_view());
    if (!name || !value)
      return bad_form(fmt::format("Field {} of the form is not percent-encoded UTF-8 text.", fields.size() + 1));
    if (name->size() > kFormNameBytesMax || value->size() > kFormValueBytesMax)
      return bad_form(fmt::format("Field {} of the form is too long: names have at most {} bytes, values {}.",
                                  fields.size() + 1, kFormNameBytesMax, kFormValueBytesMax));
    fields.emplace_back(std::move(*name), with_plain_line_ends(std::move(*value)));
  }
  return fields;
}

std::string_view field(const Pairs& form, std::string_view name) {
  for (const auto& [key, value] : form)
    if (key == name) return value;
  return {};
}

std::vector<std::string> cookies(const Request& request, std::string_view name) {
  std::vector<std::string> found;
  for (const auto& [header, value] : request.headers.all()) {
    if (ascii_lower(header) != "cookie") continue;
    for (const std::string_view part : split(value, ';')) {
      const std::string_view pair = trim(part);
      const std::size_t equals = pair.find('=');
      if (equals != std::string_view::npos && pair.substr(0, equals) == name)
        found.emplace_back(pair.substr(equals + 1));
    }
  }
  return found;
}

}  // namespace suyuan::http
