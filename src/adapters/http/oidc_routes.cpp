// SPDX-License-Identifier: Apache-2.0
#include "adapters/http/oidc_routes.h"

#include <fmt/format.h>

#include <memory>

#include "adapters/http/page_html.h"
#include "base/text.h"

namespace suyuan::http {

namespace {

constexpr std::string_view kCallback = "/login/oidc/callback";

bool is_secure(const OidcRoutes& routes) { return routes.public_url.starts_with("https://"); }

// With the prefix a browser takes it from this very host over TLS only (RFC 6265bis §4.1.3.2): no neighbour below the
// same domain can put its own sign-in under it.
std::string_view cookie_name(const OidcRoutes& routes) {
  return is_secure(routes) ? "__Host-suyuan-oidc" : "suyuan-oidc";
}

std::string set_cookie(const OidcRoutes& routes, std::string_view value, std::chrono::seconds age) {
  return fmt::format("{}={}; Path=/; Max-Age={}; HttpOnly; SameSite=Lax{}", cookie_name(routes), value, age.count(),
                     is_secure(routes) ? "; Secure" : "");
}

// "" when there is none, or more than one: then somebody else's may be among them.
std::string cookie_in(const Request& request, std::string_view name) {
  std::string found;
  int count = 0;
  for (const auto& [field, value] : request.headers.all()) {
    if (ascii_lower(field) != "cookie") continue;
    for (const std::string_view pair : split(value, ';')) {
      const std::string_view each = trim(pair);
      if (!each.starts_with(name) || each.substr(name.size(), 1) != "=") continue;
      found = each.substr(name.size() + 1);
      ++count;
    }
  }
  return count == 1 ? found : "";
}

std::string redirect_uri(const OidcRoutes& routes) {
  std::string url = routes.public_url;
  while (url.ends_with('/')) url.pop_back();
  return url.append(kCallback);
}

void seal(Response& response) {
  response.headers.set("Cache-Control", "no-store");
  response.headers.set("Referrer-Policy", "no-referrer");
}

std::string_view words_of(const Error& error, const Reader& say) {
  if (error.code == "oidc.not_linked")
    return say("认证服务已确认您的身份，但这里没有与之关联的账号。请把下面的文字交给管理员：",
               "The provider knows you, but no account here is linked to yours. Give this to an administrator:");
  if (error.code == "oidc.state")
    return say("这次登录不是在本浏览器开始的、已经完成，或已超过十分钟。请重新开始。",
               "This sign-in was not begun in this browser, is done already, or took too long. Begin again.");
  if (error.kind == ErrorKind::kBusy)
    return say("现在无法使用认证服务登录。请稍后再试，或使用密码登录。",
               "The provider cannot be used now. Try again later, or sign in with a password.");
  return say("没有登录。", "You were not signed in.");
}

Response refusal(const Request& request, const Error& error) {
  const Reader say = reader_of(request);
  Html main;
  main.element("h1", say("没有登录成功", "Not signed in"));
  main.element("p", words_of(error, say));
  main.element("p", fmt::format("{} [{}]", error.text, error.code));
  main.raw("<p>").link("/login/oidc", say("重新登录", "Begin again")).raw("</p>");
  return page(status_of(error.kind), request, say, say("登录", "Sign in"), main.take());
}

Response begin(const OidcRoutes& routes, const Request& request) {
  const std::string path(request.query_value("return").value_or("/"));
  const auto begun = begin_sign_in(*request.granted, redirect_uri(routes), path, routes.services);
  if (!begun) return refusal(request, begun.error());
  Response response = reply(303, "text/plain; charset=utf-8", "");
  response.headers.set("Location", begun->url);
  response.headers.add("Set-Cookie", set_cookie(routes, begun->browser, kSignInPatience));
  return response;
}

Response finish(const OidcRoutes& routes, Request& request) {
  const auto value = [&](std::string_view name) { return std::string(request.query_value(name).value_or("")); };
  const SignInAnswer answer{value("state"), value("code"), value("iss"), value("error"),
                            cookie_in(request, cookie_name(routes))};
  const auto finished = finish_sign_in(*request.granted, answer, redirect_uri(routes), routes.services);
  Response response = finished ? routes.signed_in(request, finished->person) : refusal(request, finished.error());
  if (finished && response.status < 400 && !response.headers.has("Location")) {
    response.status = 303;
    response.headers.set("Location", finished->return_path);
  }
  // Another sign-in of the same browser may still be under way when this one was none of its.
  if (finished || finished.error().code != "oidc.state")
    response.headers.add("Set-Cookie", set_cookie(routes, "", std::chrono::seconds(0)));
  return response;
}

Parameter query(std::string name, std::string meaning) {
  return {.name = std::move(name), .in = Parameter::In::kQuery, .meaning = std::move(meaning)};
}

}  // namespace

void add_oidc_routes(Router& router, OidcRoutes given) {
  const auto routes = std::make_shared<const OidcRoutes>(std::move(given));
  Route start{.method = "GET",
              .path = "/login/oidc",
              .operation_id = "beginOidcSignIn",
              .summary = "Leads to the OpenID provider, to sign in there.",
              .tag = "sign-in",
              .act = identity::Act::kPageRead};
  start.parameters = {query("return", "Where to go afterwards: a path of this server.")};
  start.answers = {{303, "To the provider.", {}}};
  start.is_write = true;
  start.handler = [routes](Request& request) {
    Response response = begin(*routes, request);
    seal(response);
    return response;
  };
  router.add(std::move(start));
  Route back{.method = "GET",
             .path = std::string(kCallback),
             .operation_id = "finishOidcSignIn",
             .summary = "Where the OpenID provider sends the browser back to.",
             .tag = "sign-in",
             .act = identity::Act::kPageRead};
  back.parameters = {query("state", "As /login/oidc gave it to the provider."), query("code", "Of the provider."),
                     query("iss", "Issuer of the provider (RFC 9207)."), query("error", "Of the provider.")};
  back.answers = {{303, "Signed in.", {}}};
  back.is_write = true;
  back.handler = [routes](Request& request) {
    Response response = finish(*routes, request);
    seal(response);
    return response;
  };
  router.add(std::move(back));
}

}  // namespace suyuan::http
