// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <charconv>

#include "adapters/http/login_answers.h"
#include "app/login/own_account.h"
#include "base/text.h"

namespace suyuan::http {

namespace {

namespace json = boost::json;

constexpr std::string_view kJson = "application/json", kProblem = "application/problem+json";

json::array acts_of(const identity::Principal& who, const Authorizer& authorizer) {
  json::array acts;
  for (std::size_t i = 0; i < identity::kActs; ++i) {
    const auto act = static_cast<identity::Act>(i);
    if (authorizer.grant(who, act)) acts.emplace_back(act_word(act));
  }
  return acts;
}

std::string_view via_word(identity::Via via) {
  return via == identity::Via::kSession ? "session" : via == identity::Via::kKey ? "key" : "nobody";
}

json::object who_json(const identity::Principal& who, const LoginContext& context) {
  json::object body{{"signedIn", who.via != identity::Via::kNobody}, {"via", via_word(who.via)}};
  if (who.via != identity::Via::kNobody) {
    body["credential"] = who.credential;
    body["person"] = who.actor.person.value();
    body["organisation"] = who.actor.org.value();
    if (const auto* organisation = context.authorizer.directory()->find(who.actor.org)) {
      body["organisationName"] = organisation->name;
      body["organisationKind"] = org_kind_word(organisation->kind);
      body["jurisdiction"] = fmt::format("{:06}", organisation->jurisdiction.division);
    }
    json::array roles;
    for (const auto role : who.roles) roles.emplace_back(role_word(role));
    body["roles"] = std::move(roles);
  }
  body["acts"] = acts_of(who, context.authorizer);
  return body;
}

json::object session_json(const SessionRecord& session, std::string_view present) {
  return {{"id", session.id},
          {"created", format_instant(session.created)},
          {"seen", format_instant(session.seen)},
          {"ends", format_instant(session.ends)},
          {"secondFactor", session.how == SessionRecord::How::kPasswordAndCode},
          {"from", session.from},
          {"present", session.id == present}};
}

// A new session as the body of an answer, its token in the cookie alone.
Response signed_in_answer(const Request& request, int status, const SignedIn& signed_in, const LoginContext& context,
                          json::object body = {}) {
  const auto bearer = bearer_of_session(signed_in.token, request.client, context.services);
  if (!bearer) return login_refusal(request, bearer.error());
  json::object who = who_json(bearer->who, context);
  who["ends"] = format_instant(signed_in.session.ends);
  if (signed_in.held_back) who["heldBack"] = {{"code", signed_in.held_back->code}, {"text", signed_in.held_back->text}};
  for (auto& [name, value] : body) who[name] = std::move(value);
  Response response = json_answer(status, who);
  set_sign_in_cookies(request, signed_in, context.services.clock.now(), response);
  return response;
}

Response post_session(const Request& request, const LoginContext& context) {
  if (!is_same_origin(request, false)) return login_refusal(request, cross_site());
  auto body = json_body(request, {"login", "password", "code"});
  if (!body) return login_refusal(request, body.error());
  SignInRequest wanted;
  for (const auto& [member, into] :
       {std::pair("login", &wanted.login), std::pair("password", &wanted.password), std::pair("code", &wanted.code)}) {
    auto text = text_in(*body, member);
    if (!text) return login_refusal(request, text.error());
    *into = std::move(*text);
  }
  wanted.address = request.client;
  wanted.device = device_cookie(request);
  wanted.replaced = session_token(request);
  std::chrono::seconds wait{0};
  const auto signed_in = sign_in(*request.granted, wanted, context.services, wait);
  if (!signed_in) return login_refusal(request, signed_in.error(), wait);
  return signed_in_answer(request, 201, *signed_in, context);
}

Response delete_session(const Request& request, const LoginContext& context) {
  if (const std::string token = session_token(request); !token.empty()) {
    if (auto done = sign_out(*request.granted, token, context.services); !done)
      return login_refusal(request, done.error());
  }
  Response response;
  response.status = 204;
  clear_session_cookie(request, response);
  return response;
}

Response get_sessions(const Request& request, const LoginContext& context) {
  const auto own = own_account(*request.granted, context.services);
  if (!own) return login_refusal(request, own.error());
  json::array sessions;
  for (const SessionRecord& each : own->sessions)
    sessions.emplace_back(session_json(each, request.granted->who().credential));
  return json_answer(200, {{"sessions", std::move(sessions)}});
}

Response nothing_left(const Request& request, const Status& done) {
  if (!done) return login_refusal(request, done.error());
  Response response;
  response.status = 204;
  return response;
}

Response end_of_person(const Request& request, const LoginContext& context) {
  const std::string_view text = request.path_value("id");
  std::int64_t id = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), id);
  if (error != std::errc() || end != text.data() + text.size() || id <= 0)
    return login_refusal(request, Error{ErrorKind::kNotFound, "person.unknown",
                                        fmt::format("There is no person \"{}\".", excerpt(text))});
  const auto ended = end_sessions_of(*request.granted, PersonId(id), context.services);
  if (!ended) return login_refusal(request, ended.error());
  return json_answer(200, {{"ended", *ended}});
}

Response post_password(const Request& request, const LoginContext& context) {
  auto body = json_body(request, {"password", "newPassword"});
  if (!body) return login_refusal(request, body.error());
  const auto present = text_in(*body, "password"), wanted = text_in(*body, "newPassword");
  if (!present || !wanted) return login_refusal(request, present ? wanted.error() : present.error());
  std::chrono::seconds wait{0};
  const auto anew = change_password(*request.granted, *present, *wanted, context.services, wait);
  return anew ? signed_in_answer(request, 200, *anew, context) : login_refusal(request, anew.error(), wait);
}

Response post_totp(const Request& request, const LoginContext& context) {
  auto body = json_body(request, {"password"});
  if (!body) return login_refusal(request, body.error());
  const auto password = text_in(*body, "password");
  if (!password) return login_refusal(request, password.error());
  std::chrono::seconds wait{0};
  const auto offer = begin_totp(*request.granted, *password, context.services, wait);
  if (!offer) return login_refusal(request, offer.error(), wait);
  return json_answer(200, {{"secret", offer->secret}, {"uri", offer->uri}});
}

Response post_totp_code(const Request& request, const LoginContext& context) {
  auto body = json_body(request, {"code"});
  if (!body) return login_refusal(request, body.error());
  const auto code = text_in(*body, "code");
  if (!code) return login_refusal(request, code.error());
  std::chrono::seconds wait{0};
  const auto confirmed = confirm_totp(*request.granted, *code, context.services, wait);
  if (!confirmed) return login_refusal(request, confirmed.error(), wait);
  json::array codes;
  for (const std::string& each : confirmed->recovery_codes) codes.emplace_back(each);
  return signed_in_answer(request, 200, confirmed->signed_in, context, {{"recoveryCodes", std::move(codes)}});
}

Response post_totp_end(const Request& request, const LoginContext& context) {
  auto body = json_body(request, {"password", "code"});
  if (!body) return login_refusal(request, body.error());
  const auto password = text_in(*body, "password"), code = text_in(*body, "code");
  if (!password || !code) return login_refusal(request, password ? code.error() : password.error());
  std::chrono::seconds wait{0};
  const auto anew = end_totp(*request.granted, *password, *code, context.services, wait);
  return anew ? signed_in_answer(request, 200, *anew, context) : login_refusal(request, anew.error(), wait);
}

Answer refused(int status, std::string meaning) { return {status, std::move(meaning), {std::string(kProblem)}}; }
Answer done(std::string meaning) { return {200, std::move(meaning), {std::string(kJson)}}; }

// A route of the own account that asks for the password again.
Route account_route(std::string path, std::string operation_id, std::string summary, Handler handler) {
  return {
      .method = "POST",
      .path = std::move(path),
      .operation_id = std::move(operation_id),
      .summary = std::move(summary),
      .tag = "Access",
      .act = identity::Act::kAccountOwn,
      .body_types = {std::string(kJson)},
      .answers = {done("Done; a new session when the old ones ended."),
                  refused(400, "Password, code or new password is wrong."), refused(429, "Too many attempts failed.")},
      .hashes_password = true,
      .handler = std::move(handler)};
}

void add_session(Router& router, const LoginContext& context) {
  router.add({.method = "POST",
              .path = "/api/v1/session",
              .operation_id = "signIn",
              .summary = "Signs in: {login, password, code}. The session's token comes in a cookie.",
              .tag = "Access",
              .act = identity::Act::kPageRead,
              .body_types = {std::string(kJson)},
              .answers = {{201, "Who is signed in, in which roles, and what they may do.", {std::string(kJson)}},
                          refused(401, "Login, password or code is wrong, or a code is needed."),
                          refused(429, "Too many attempts failed; Retry-After says when the next is heard."),
                          refused(503, "Too many sign in at once.")},
              .hashes_password = true,
              .handler = [&context](Request& request) { return post_session(request, context); }});
  router.add({.method = "GET",
              .path = "/api/v1/session",
              .operation_id = "whoAmI",
              .summary = "Who asks, in which roles, and which acts are open to them.",
              .tag = "Access",
              .act = identity::Act::kPageRead,
              .answers = {done("Also for those without an account.")},
              .handler = [&context](Request& request) {
                return json_answer(200, who_json(request.granted->who(), context));
              }});
  router.add({.method = "DELETE",
              .path = "/api/v1/session",
              .operation_id = "signOut",
              .summary = "Signs out.",
              .tag = "Access",
              .act = identity::Act::kPageRead,
              .answers = {{204, "The session is over.", {}}},
              .is_write = true,
              .handler = [&context](Request& request) { return delete_session(request, context); }});
}

const Parameter kId{.name = "id", .in = Parameter::In::kPath, .meaning = "Its id.", .required = true};

void add_sessions(Router& router, const LoginContext& context) {
  router.add({.method = "GET",
              .path = "/api/v1/sessions",
              .operation_id = "sessions",
              .summary = "One's own sessions, newest first.",
              .tag = "Access",
              .act = identity::Act::kAccountOwn,
              .answers = {done("sessions.")},
              .handler = [&context](Request& request) { return get_sessions(request, context); }});
  router.add({.method = "DELETE",
              .path = "/api/v1/sessions/{id}",
              .operation_id = "endSession",
              .summary = "Ends one of one's own sessions.",
              .tag = "Access",
              .act = identity::Act::kAccountOwn,
              .parameters = {kId},
              .answers = {{204, "It is over.", {}}, refused(404, "You have no such session.")},
              .is_write = true,
              .handler = [&context](Request& request) {
                const std::string id(request.path_value("id"));
                return nothing_left(request, end_own_session(*request.granted, id, context.services));
              }});
  router.add({.method = "DELETE",
              .path = "/api/v1/people/{id}/sessions",
              .operation_id = "endSessionsOf",
              .summary = "Ends every session of a person.",
              .tag = "Access",
              .act = identity::Act::kSessionEnd,
              .parameters = {kId},
              .answers = {done("ended: how many."), refused(404, "There is no such person within reach.")},
              .is_write = true,
              .handler = [&context](Request& request) { return end_of_person(request, context); }});
}

}  // namespace

void add_session_api(Router& router, const LoginContext& context) {
  add_session(router, context);
  add_sessions(router, context);
  router.add(account_route("/api/v1/account/password", "changePassword",
                           "Changes one's own password: {password, newPassword}.",
                           [&context](Request& request) { return post_password(request, context); }));
  router.add(
      account_route("/api/v1/account/totp", "beginSecondFactor",
                    "Makes a secret for an authenticator app: {password}. Nothing changes before its first code.",
                    [&context](Request& request) { return post_totp(request, context); }));
  router.add(account_route("/api/v1/account/totp/confirm", "confirmSecondFactor",
                           "Takes the first code: {code}. From then on one is asked for; gives recovery codes.",
                           [&context](Request& request) { return post_totp_code(request, context); }));
  router.add(account_route("/api/v1/account/totp/end", "endSecondFactor",
                           "Gives the second factor up: {password, code}.",
                           [&context](Request& request) { return post_totp_end(request, context); }));
}

}  // namespace suyuan::http
