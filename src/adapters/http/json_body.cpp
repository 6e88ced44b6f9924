// SPDX-License-Identifier: Apache-2.0
#include "adapters/http/json_body.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/json.hpp>
#include <charconv>

#include "adapters/http/router.h"
#include "base/text.h"

namespace suyuan::http {

namespace json = boost::json;

namespace {

Error wrong_body(std::string text) { return {ErrorKind::kInvalid, "account.body", std::move(text)}; }

std::optional<std::int64_t> number_in(std::string_view text) {
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size() || number < 1 || text.front() == '0')
    return std::nullopt;
  return number;
}

}  // namespace

struct JsonBody::Object {
  json::object members;
};

Result<JsonBody> JsonBody::read(const Request& request, std::initializer_list<std::string_view> known) {
  boost::system::error_code error;
  json::value value = json::parse(request.body, error);
  if (error || !value.is_object())
    return wrong_body(fmt::format("The body is no JSON object. Known members: {}.", fmt::join(known, ", ")));
  for (const auto& [name, member] : value.as_object()) {
    const std::string_view seen(name.data(), name.size());
    if (std::find(known.begin(), known.end(), seen) == known.end())
      return wrong_body(fmt::format("There is no member \"{}\". Known: {}.", excerpt(seen), fmt::join(known, ", ")));
  }
  return JsonBody(std::make_shared<const Object>(Object{std::move(value.as_object())}));
}

void JsonBody::wrong(std::string_view member, std::string_view expected) {
  if (!wrong_) wrong_ = wrong_body(fmt::format("The member {} is {}.", member, expected));
}

std::optional<std::string> JsonBody::text(std::string_view member) {
  const json::value* value = object_->members.if_contains(member);
  if (value == nullptr) return std::nullopt;
  if (value->is_string()) return std::string(value->as_string());
  wrong(member, "a text");
  return std::nullopt;
}

std::optional<std::vector<std::string>> JsonBody::texts(std::string_view member) {
  const json::value* value = object_->members.if_contains(member);
  if (value == nullptr) return std::nullopt;
  std::vector<std::string> found;
  bool is_good = value->is_array();
  for (std::size_t i = 0; is_good && i < value->as_array().size(); ++i) {
    const json::value& each = value->as_array()[i];
    is_good = each.is_string();
    if (is_good) found.emplace_back(each.as_string());
  }
  if (is_good) return found;
  wrong(member, "a list of texts");
  return std::nullopt;
}

std::optional<bool> JsonBody::flag(std::string_view member) {
  const json::value* value = object_->members.if_contains(member);
  if (value == nullptr) return std::nullopt;
  if (value->is_bool()) return value->as_bool();
  wrong(member, "true or false");
  return std::nullopt;
}

std::optional<std::int64_t> JsonBody::id(std::string_view member, bool may_be_null) {
  const json::value* value = object_->members.if_contains(member);
  if (value == nullptr) return std::nullopt;
  if (value->is_null() && may_be_null) return 0;
  if (value->is_int64() && value->as_int64() > 0) return value->as_int64();
  wrong(member, may_be_null ? "an id, a whole number from 1 on, or null" : "an id, a whole number from 1 on");
  return std::nullopt;
}

Status JsonBody::good(std::initializer_list<std::string_view> needed) const {
  if (wrong_) return *wrong_;
  for (const std::string_view member : needed)
    if (!object_->members.contains(member)) return wrong_body(fmt::format("The member {} is missing.", member));
  return Done{};
}

std::optional<std::int64_t> id_in_path(const Request& request) {
  const std::string_view text = request.path_value("id");
  return text.empty() ? std::nullopt : number_in(text);
}

Result<std::vector<std::int64_t>> if_match(const Request& request) {
  const std::string_view header = trim(request.headers.get("If-Match"));
  if (header.empty()) {
    return Error{
        ErrorKind::kInvalid, "http.if_match_missing",
        "If-Match is missing: send the ETag of the record that you have read, so that nobody's change is lost."};
  }
  if (header == "*") return std::vector<std::int64_t>();
  std::vector<std::int64_t> versions;
  for (const std::string_view part : split(header, ',')) {
    const std::string_view tag = trim(part);
    const bool is_quoted = tag.size() > 2 && tag.front() == '"' && tag.back() == '"';
    versions.push_back(is_quoted ? number_in(tag.substr(1, tag.size() - 2)).value_or(0) : 0);
  }
  return versions;
}

Response account_refusal(const Request& request, const Error& error) {
  const int status = error.code == "http.if_match_missing" ? 428
                     : error.code == "account.changed"     ? 412
                                                           : status_of(error.kind);
  return problem(status, error, false, request.trace_id);
}

Response record(int status, std::string body, std::int64_t version) {
  Response response = reply(status, "application/json", std::move(body));
  response.headers.set("ETag", fmt::format("\"{}\"", version));
  response.headers.set("Cache-Control", "no-store");
  return response;
}

}  // namespace suyuan::http
