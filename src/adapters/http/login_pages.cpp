// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "adapters/http/form.h"
#include "adapters/http/login_answers.h"
#include "app/login/links.h"
#include "base/text.h"

namespace suyuan::http {

namespace {

bool wants_page(const Request& request) {
  static const std::vector<std::string> kBoth = {"application/problem+json", "text/html"};
  return negotiate(request.headers.get("Accept"), kBoth) == "text/html";
}

bool is_secret_field(std::string_view name) {
  const std::string small = ascii_lower(name);
  return small.find("password") != std::string::npos || small.find("secret") != std::string::npos || small == "totp";
}

// What the request was about, for after the sign-in. Fields only of a form that a page of ours sent.
Carried carried_of(const Request& request) {
  Carried carried{request.target, false, {}};
  if (request.method != "POST") return request.method == "GET" ? carried : Carried{};
  if (media_type(request.headers.get("Content-Type")) != kFormType || !is_same_origin(request, true)) return {};
  auto form = read_form(request.body);
  if (!form) return {};
  carried.is_post = true;
  for (auto& each : *form)
    if (!is_secret_field(each.first)) carried.fields.push_back(std::move(each));
  return carried;
}

// The fields once more, with a button that sends them where they were going.
std::string restored(const Carried& carried, const Reader& say) {
  Html out;
  out.raw("<form method=\"post\" action=\"").text(carried.target).raw("\">");
  for (const auto& [name, value] : carried.fields)
    out.raw("<input type=\"hidden\" name=\"").text(name).raw("\" value=\"").text(value).raw("\">");
  out.raw(button(say("再次提交", "Send it again"))).raw("</form><dl>");
  for (const auto& [name, value] : carried.fields) out.element("dt", name).element("dd", value);
  return out.raw("</dl>").take();
}

Response restored_page(const Request& request, const Carried& carried, const SignedIn& signed_in) {
  const Reader say = reader_of(request);
  Html out;
  const auto title =
      say("已重新登录，您填写的内容还在", "You are signed in again, and what you filled in is still here");
  out.element("h1", title);
  if (signed_in.held_back) {
    out.raw(error_text(*signed_in.held_back, say)).raw("<p>");
    out.link("/account" + query_of(say), say("我的账号", "My account")).raw("</p>");
  }
  out.raw(restored(carried, say));
  return private_page(200, request, title, out.take());
}

Response post_login(const Request& request, const LoginContext& context, const Router& router) {
  const Reader say = reader_of(request);
  if (!is_same_origin(request, false)) return login_refusal(request, cross_site());
  const auto form = read_form(request.body);
  if (!form) return login_refusal(request, form.error());
  const Carried carried = carried_in(*form, router).value_or(Carried{});
  SignInRequest wanted;
  wanted.login = field(*form, "login");
  wanted.password = field(*form, "password");
  wanted.code = field(*form, "totp");
  wanted.address = request.client;
  wanted.device = device_cookie(request);
  wanted.replaced = session_token(request);
  std::chrono::seconds wait{0};
  const auto signed_in = sign_in(*request.granted, wanted, context.services, wait);
  if (!signed_in) {
    Response response = sign_in_page(request, login_status(signed_in.error()), carried, excerpt(wanted.login, 64),
                                     error_text(signed_in.error(), say));
    if (wait.count() > 0) response.headers.set("Retry-After", std::to_string(wait.count()));
    return response;
  }
  Response response = carried.is_post                                  ? restored_page(request, carried, *signed_in)
                      : signed_in->held_back || carried.target.empty() ? see_other("/account" + query_of(say))
                                                                       : see_other(carried.target);
  set_sign_in_cookies(request, *signed_in, context.services.clock.now(), response);
  return response;
}

Response post_logout(const Request& request, const LoginContext& context) {
  if (!is_same_origin(request, true)) return login_refusal(request, cross_site());
  if (const std::string token = session_token(request); !token.empty()) {
    if (auto done = sign_out(*request.granted, token, context.services); !done)
      return login_refusal(request, done.error());
  }
  Response response = see_other("/login" + query_of(reader_of(request)));
  clear_session_cookie(request, response);
  return response;
}

Response set_up_page(const Request& request, int status, const OpenLink& link, const Pairs& form,
                     std::string_view message) {
  const Reader say = reader_of(request);
  const bool is_set_up = link.kind == LinkRecord::Kind::kSetUp;
  const auto title = is_set_up ? say("建立第一个安全管理员", "The first security administrator")
                               : say("设置密码", "Set your password");
  Html out;
  out.element("h1", title).raw(message);
  if (is_set_up)
    out.element("p", say("这个链接只能用一次。没有默认密码：登录名和密码由您定。安全管理员授予角色、密钥和会话。",
                         "This link works once. There is no default password: login name and password are yours to "
                         "choose. A security administrator grants roles, keys and sessions."));
  else
    out.raw("<p>").text(say("登录名：", "Login name: ")).element("strong", link.login).raw("</p>");
  out.raw(form_begin(request.path, say));
  if (is_set_up) {
    out.raw(input(say("登录名", "Login name"), "login", "text", "username", field(form, "login")));
    out.raw(input(say("姓名", "Name"), "name", "text", "name", field(form, "name")));
  }
  out.raw(input(say("新密码（至少 8 个字符）", "New password (8 characters or more)"), "password", "password",
                "new-password"));
  out.raw(input(say("再输一次", "Once more"), "password_again", "password", "new-password"));
  out.raw(button(say("保存", "Save"))).raw("</form>");
  return private_page(status, request, title, out.take());
}

Response link_problem(const Request& request, const Error& error) {
  const Reader say = reader_of(request);
  const auto title = say("链接不可用", "This link does not work");
  return private_page(status_of(error.kind), request, title,
                      Html().element("h1", title).raw(error_text(error, say)).take());
}

Response get_set_up(const Request& request, const LoginContext& context) {
  const auto link = open_link(*request.granted, std::string(request.path_value("token")), context.services);
  return link ? set_up_page(request, 200, *link, {}, "") : link_problem(request, link.error());
}

Response post_set_up(const Request& request, const LoginContext& context) {
  const Reader say = reader_of(request);
  if (!is_same_origin(request, false)) return login_refusal(request, cross_site());
  const std::string token(request.path_value("token"));
  const auto link = open_link(*request.granted, token, context.services);
  if (!link) return link_problem(request, link.error());
  const auto form = read_form(request.body);
  if (!form) return login_refusal(request, form.error());
  const LinkUse use{std::string(field(*form, "login")), std::string(field(*form, "name")),
                    std::string(field(*form, "password"))};
  if (use.password != field(*form, "password_again")) {
    return set_up_page(request, 400, *link, *form,
                       Html()
                           .raw("<div class=\"verdict attention\" role=\"alert\">")
                           .text(say("两次输入的密码不一样。", "The two passwords differ."))
                           .raw("</div>")
                           .take());
  }
  const auto used = use_link(*request.granted, token, use, context.services);
  if (used) return see_other("/login" + query_of(say));
  if (used.error().code == "login.link") return link_problem(request, used.error());
  return set_up_page(request, status_of(used.error().kind), *link, *form, error_text(used.error(), say));
}

std::optional<Response> refusal_page(const Request& request, const Error& error) {
  const Reader say = reader_of(request);
  const bool is_form = request.method == "POST" && media_type(request.headers.get("Content-Type")) == kFormType;
  if (!is_form && !(request.method == "GET" && wants_page(request))) return std::nullopt;
  if (error.kind == ErrorKind::kSignIn) {
    Response response = sign_in_page(request, 401, carried_of(request), "", error_text(error, say));
    response.headers.set("WWW-Authenticate", "Bearer");
    clear_session_cookie(request, response);
    return response;
  }
  if (error.kind != ErrorKind::kForbidden) return std::nullopt;
  const auto title = say("不能这样做", "You may not do this");
  Html out;
  out.element("h1", title).raw(error_text(error, say));
  out.raw("<p>").link("/account" + query_of(say), say("我的账号", "My account")).raw("</p>");
  const Carried carried = carried_of(request);
  if (carried.is_post) out.raw(restored(carried, say));
  return private_page(403, request, title, out.take());
}

Route page_route(std::string method, std::string path, std::string operation_id, std::string summary, Handler handler) {
  const bool is_post = method == "POST";
  Route route{.method = std::move(method),
              .path = std::move(path),
              .operation_id = std::move(operation_id),
              .summary = std::move(summary),
              .tag = "Access",
              .act = identity::Act::kPageRead,
              .answers = {{200, "The page.", {"text/html"}}},
              .handler = std::move(handler)};
  if (route.path.find("{token}") != std::string::npos)
    route.parameters.push_back(
        {.name = "token", .in = Parameter::In::kPath, .meaning = "Of the link.", .required = true});
  if (is_post) {
    route.body_types = {std::string(kFormType)};
    route.answers.push_back({303, "To the next page.", {}});
  }
  return route;
}

}  // namespace

void add_login_pages(Router& router, const LoginContext& context) {
  router.set_refusal_page(refusal_page);
  router.add(page_route("GET", "/login", "signInPage", "Where people sign in.", [&context](Request& request) {
    Html out;
    if (!context.provider.empty()) out.raw("<p>").link("/login/oidc", context.provider).raw("</p>");
    return sign_in_page(request, 200, {}, "", out.take());
  }));
  Route sign_in_form =
      page_route("POST", "/login", "signInForm", "Signs in, and gives back what a form carried.",
                 [&context, &router](Request& request) { return post_login(request, context, router); });
  sign_in_form.hashes_password = true;
  router.add(std::move(sign_in_form));
  Route sign_out_form = page_route("POST", "/logout", "signOutForm", "Signs out.",
                                   [&context](Request& request) { return post_logout(request, context); });
  sign_out_form.is_write = true;
  router.add(std::move(sign_out_form));
  router.add(page_route("GET", "/setup/{token}", "setUpPage", "What a one-time link opens.",
                        [&context](Request& request) { return get_set_up(request, context); }));
  Route set_up_form =
      page_route("POST", "/setup/{token}", "setUpForm", "Makes the first administrator, or sets a password. Once.",
                 [&context](Request& request) { return post_set_up(request, context); });
  set_up_form.hashes_password = true;
  router.add(std::move(set_up_form));
}

void add_login_routes(Router& router, const LoginContext& context) {
  add_session_api(router, context);
  add_key_api(router, context);
  add_login_pages(router, context);
  add_account_pages(router, context);
}

}  // namespace suyuan::http
