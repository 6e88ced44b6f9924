// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <charconv>

#include "adapters/http/login_answers.h"
#include "adapters/http/parameters.h"
#include "app/login/keys.h"
#include "base/text.h"

namespace suyuan::http {

namespace {

namespace json = boost::json;

constexpr std::int64_t kLimitDefault = 100, kLimitMost = 1000;

Error bad_body(std::string text) { return {ErrorKind::kInvalid, "login.body", std::move(text)}; }

json::object key_json(const ApiKeyRecord& key) {
  json::array acts;
  for (std::size_t i = 0; i < identity::kActs; ++i)
    if (const auto act = static_cast<identity::Act>(i); key.acts.has(act)) acts.emplace_back(act_word(act));
  json::object body{{"id", key.id},
                    {"organisation", key.org.value()},
                    {"role", role_word(key.role)},
                    {"acts", std::move(acts)},
                    {"name", key.name},
                    {"made", format_instant(key.made)},
                    {"madeBy", key.made_by.value()},
                    {"expires", format_instant(key.expires)}};
  if (key.revoked) body["revoked"] = format_instant(*key.revoked);
  if (key.used_day > 0) body["lastUsed"] = format_day(CivilDay(std::chrono::days(key.used_day)));
  return body;
}

Result<identity::Acts> acts_in(const json::object& body) {
  identity::Acts acts;
  const json::value* list = body.if_contains("acts");
  if (list == nullptr || !list->is_array())
    return bad_body("The member acts is a list of acts like \"event.capture\".");
  for (const json::value& each : list->as_array()) {
    const std::string word = each.is_string() ? std::string(each.as_string()) : std::string();
    const auto act = identity::act_of(word);
    if (!act)
      return bad_body(fmt::format("There is no act \"{}\"; did you mean \"{}\"?", excerpt(word),
                                  nearest(word, std::span(identity::kActWords))));
    acts.add(*act);
  }
  return acts;
}

Result<KeyRequest> key_request(const Request& request) {
  auto body = json_body(request, {"organisation", "role", "acts", "name", "expires"});
  if (!body) return std::move(body.error());
  KeyRequest wanted;
  wanted.org = request.granted->actor().org;
  if (const json::value* org = body->if_contains("organisation")) {
    if (!org->is_int64() || org->as_int64() <= 0) return bad_body("The member organisation is its number.");
    wanted.org = OrgId(org->as_int64());
  }
  const auto role_text = text_in(*body, "role"), name = text_in(*body, "name"), expires = text_in(*body, "expires");
  for (const auto* text : {&role_text, &name, &expires})
    if (!*text) return text->error();
  const auto role = identity::role_of(*role_text);
  if (!role) return bad_body(fmt::format("There is no role \"{}\".", excerpt(*role_text)));
  const auto ends = parse_instant(*expires);
  if (!ends) return ends.error();
  const auto acts = acts_in(*body);
  if (!acts) return acts.error();
  wanted.role = *role;
  wanted.name = *name;
  wanted.acts = *acts;
  wanted.expires = ends->at;
  return wanted;
}

Response post_key(const Request& request, const LoginContext& context) {
  const auto wanted = key_request(request);
  if (!wanted) return login_refusal(request, wanted.error());
  const auto made = make_key(*request.granted, *wanted, context.services);
  if (!made) return login_refusal(request, made.error());
  json::object body = key_json(made->record);
  body["key"] = made->text;
  return json_answer(201, body);
}

Response get_keys(const Request& request, const LoginContext& context) {
  if (auto known = only_known(request, {"organisation", "after", "limit"}); !known)
    return login_refusal(request, known.error());
  const auto org = number_of(request, "organisation", request.granted->actor().org.value(), 1, INT64_MAX);
  const auto limit = number_of(request, "limit", kLimitDefault, 1, kLimitMost);
  if (!org || !limit) return login_refusal(request, org ? limit.error() : org.error());
  const auto found = list_keys(*request.granted, OrgId(*org), std::string(request.query_value("after").value_or("")),
                               static_cast<std::size_t>(*limit), context.services);
  if (!found) return login_refusal(request, found.error());
  json::array keys;
  for (const ApiKeyRecord& each : *found) keys.emplace_back(key_json(each));
  json::object body{{"keys", std::move(keys)}};
  if (found->size() == static_cast<std::size_t>(*limit)) body["next"] = found->back().id;
  return json_answer(200, body);
}

Response delete_key(const Request& request, const LoginContext& context) {
  const auto revoked = revoke_key(*request.granted, std::string(request.path_value("id")), context.services);
  if (!revoked) return login_refusal(request, revoked.error());
  Response response;
  response.status = 204;
  return response;
}

const Answer kUnknown{404, "There is none within reach.", {"application/problem+json"}};

}  // namespace

void add_key_api(Router& router, const LoginContext& context) {
  router.add({.method = "POST",
              .path = "/api/v1/keys",
              .operation_id = "makeKey",
              .summary = "Makes an API key: {organisation, role, acts, name, expires}. The key is shown this once.",
              .tag = "Access",
              .act = identity::Act::kKeyMake,
              .body_types = {"application/json"},
              .answers = {{201, "The key.", {"application/json"}},
                          {400, "Role, acts, name or end do not fit.", {"application/problem+json"}},
                          kUnknown},
              .is_write = true,
              .handler = [&context](Request& request) { return post_key(request, context); }});
  router.add({.method = "GET",
              .path = "/api/v1/keys",
              .operation_id = "keys",
              .summary = "The keys of an organisation, without their secrets.",
              .tag = "Access",
              .act = identity::Act::kKeyRead,
              .parameters = {{.name = "organisation", .meaning = "One's own when left out.", .type = "integer"},
                             {.name = "after", .meaning = "`next` of the last answer."},
                             {.name = "limit", .meaning = "Keys in one answer, 100 by default.", .type = "integer"}},
              .answers = {{200, "keys, next.", {"application/json"}}, kUnknown},
              .handler = [&context](Request& request) { return get_keys(request, context); }});
  router.add({.method = "DELETE",
              .path = "/api/v1/keys/{id}",
              .operation_id = "revokeKey",
              .summary = "Revokes a key: from this moment it is refused.",
              .tag = "Access",
              .act = identity::Act::kKeyMake,
              .parameters = {{.name = "id", .in = Parameter::In::kPath, .meaning = "Of the key.", .required = true}},
              .answers = {{204, "It is revoked.", {}},
                          kUnknown,
                          {409, "It was revoked already.", {"application/problem+json"}}},
              .is_write = true,
              .handler = [&context](Request& request) { return delete_key(request, context); }});
}

}  // namespace suyuan::http
