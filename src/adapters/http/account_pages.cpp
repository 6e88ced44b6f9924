// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "adapters/http/form.h"
#include "adapters/http/login_answers.h"
#include "app/login/own_account.h"
#include "base/text.h"

namespace suyuan::http {

namespace {

constexpr std::chrono::minutes kChina{8 * 60};

std::string shown_time(Instant at) {
  const std::string text = format_instant(std::chrono::floor<std::chrono::seconds>(at), kChina);
  return text.substr(0, 10) + " " + text.substr(11, 5);
}

std::string roles_of(const identity::Member& member, const Reader& say) {
  std::string roles;
  for (const identity::Role role : member.roles) {
    const auto& rule = rule_of(role);
    if (!roles.empty()) roles += say("、", ", ");
    roles += say(rule.chinese, rule.english);
  }
  return roles;
}

std::string session_rows(const OwnAccount& own, std::string_view present, const Reader& say) {
  Html out;
  out.raw("<div class=\"wide\"><table><tr>");
  for (const auto& head : {say("登录时间", "Signed in"), say("最近使用", "Last used"), say("地址", "Address"),
                           say("第二因素", "Second factor"), say("操作", "Action")})
    out.element("th", head);
  out.raw("</tr>");
  for (const SessionRecord& each : own.sessions) {
    out.raw("<tr>").element("td", shown_time(each.created)).element("td", shown_time(each.seen));
    out.element("td", each.from);
    out.element("td", each.how == SessionRecord::How::kPasswordAndCode ? say("是", "yes") : say("否", "no"));
    out.raw("<td>");
    if (each.id == present) {
      out.text(say("就是现在这个", "this one"));
    } else {
      out.raw(form_begin("/account/sessions/end", say)).raw("<input type=\"hidden\" name=\"id\" value=\"");
      out.text(each.id).raw("\">").raw(button(say("结束", "End"))).raw("</form>");
    }
    out.raw("</td></tr>");
  }
  return out.raw("</table></div>").take();
}

std::string totp_part(const OwnAccount& own, const Reader& say) {
  Html out;
  out.element("h2", say("第二因素（动态验证码）", "Second factor (authenticator app)"));
  const std::string password = input(say("现在的密码", "Present password"), "password", "password", "current-password");
  if (!own.has_totp) {
    out.element("p", say("没有绑定。绑定后，登录时除密码外还要验证码。",
                         "None. With one, signing in takes a code beside the password."));
    out.raw(form_begin("/account/totp", say)).raw(password).raw(button(say("绑定", "Set up"))).raw("</form>");
    return out.take();
  }
  out.raw("<p>")
      .text(say("已绑定。剩余备用码：", "Set up. Recovery codes left: "))
      .text(std::to_string(own.recovery_left));
  out.raw("</p>").raw(form_begin("/account/totp/end", say)).raw(password);
  out.raw(input(say("验证码", "Code"), "totp", "text", "one-time-code"))
      .raw(button(say("解除", "Give up")))
      .raw("</form>");
  return out.take();
}

Response account_page(const Request& request, int status, const LoginContext& context, std::string_view message) {
  const Reader say = reader_of(request);
  const auto own = own_account(*request.granted, context.services);
  if (!own) return login_refusal(request, own.error());
  Html out;
  out.element("h1", say("我的账号", "My account")).raw(message).raw("<dl>");
  out.element("dt", say("登录名", "Login name")).element("dd", own->account.login);
  out.element("dt", say("姓名", "Name")).element("dd", own->account.name);
  out.element("dt", say("单位", "Organisation")).element("dd", own->organisation);
  out.element("dt", say("角色", "Roles")).element("dd", roles_of(own->account.member, say)).raw("</dl>");
  out.raw(form_begin("/logout", say)).raw(button(say("退出登录", "Sign out"))).raw("</form>");
  out.raw(totp_part(*own, say));
  out.element("h2", say("更换密码", "Change the password")).raw(form_begin("/account/password", say));
  out.raw(input(say("现在的密码", "Present password"), "password", "password", "current-password"));
  out.raw(input(say("新密码", "New password"), "new_password", "password", "new-password"));
  out.raw(input(say("再输一次", "Once more"), "new_password_again", "password", "new-password"));
  out.raw(button(say("更换", "Change"))).raw("</form>");
  out.element("h2", say("登录情况", "Sessions"));
  out.raw(session_rows(*own, request.granted->who().credential, say));
  out.raw(form_begin("/account/sessions/end", say)).raw("<input type=\"hidden\" name=\"id\" value=\"others\">");
  out.raw(button(say("结束其他所有登录", "End all others"))).raw("</form>");
  return private_page(status, request, say("我的账号", "My account"), out.take());
}

Response refused_page(const Request& request, const Error& error, std::chrono::seconds wait,
                      const LoginContext& context) {
  Response response = account_page(request, login_status(error), context, error_text(error, reader_of(request)));
  if (wait.count() > 0) response.headers.set("Retry-After", std::to_string(wait.count()));
  return response;
}

Response signed_in_anew(const Request& request, const SignedIn& signed_in, const LoginContext& context) {
  Response response = see_other("/account" + query_of(reader_of(request)));
  set_sign_in_cookies(request, signed_in, context.services.clock.now(), response);
  return response;
}

Response post_password(const Request& request, const Pairs& form, const LoginContext& context) {
  if (field(form, "new_password") != field(form, "new_password_again")) {
    const Reader say = reader_of(request);
    return account_page(request, 400, context,
                        Html()
                            .raw("<div class=\"verdict attention\" role=\"alert\">")
                            .text(say("两次输入的新密码不一样。", "The two new passwords differ."))
                            .raw("</div>")
                            .take());
  }
  std::chrono::seconds wait{0};
  const auto anew = change_password(*request.granted, std::string(field(form, "password")),
                                    std::string(field(form, "new_password")), context.services, wait);
  return anew ? signed_in_anew(request, *anew, context) : refused_page(request, anew.error(), wait, context);
}

Response post_totp(const Request& request, const Pairs& form, const LoginContext& context) {
  const Reader say = reader_of(request);
  std::chrono::seconds wait{0};
  const auto offer = begin_totp(*request.granted, std::string(field(form, "password")), context.services, wait);
  if (!offer) return refused_page(request, offer.error(), wait, context);
  const auto title = say("绑定动态验证码", "Set up the second factor");
  Html out;
  out.element("h1", title);
  out.element("p", say("在手机的验证器应用里添加账号：点链接，或手动输入密钥（基于时间，SHA1，6 位，30 秒）。",
                       "Add an account in an authenticator app: follow the link, or type the key (time-based, SHA1, 6 "
                       "digits, 30 s)."));
  out.raw("<p>").link(offer->uri, say("用验证器应用打开", "Open with an authenticator app")).raw("</p>");
  out.raw("<p><code>").text(offer->secret).raw("</code></p><p><code>").text(offer->uri).raw("</code></p>");
  out.raw(form_begin("/account/totp/confirm", say));
  out.raw(input(say("应用显示的验证码", "The code that the app shows"), "totp", "text", "one-time-code"));
  out.raw(button(say("确认", "Confirm"))).raw("</form>");
  return private_page(200, request, title, out.take());
}

Response post_totp_code(const Request& request, const Pairs& form, const LoginContext& context) {
  const Reader say = reader_of(request);
  std::chrono::seconds wait{0};
  const auto confirmed = confirm_totp(*request.granted, std::string(field(form, "totp")), context.services, wait);
  if (!confirmed) return refused_page(request, confirmed.error(), wait, context);
  const auto title = say("已绑定", "The second factor is set up");
  Html out;
  out.element("h1", title);
  out.element("p",
              say("这些备用码只显示这一次，每个只能用一次。请抄下来，放在手机以外的地方。",
                  "These recovery codes are shown this once, and each works once. Keep them apart from the phone."));
  out.raw("<ul>");
  for (const std::string& code : confirmed->recovery_codes) out.raw("<li><code>").text(code).raw("</code></li>");
  out.raw("</ul><p>").link("/account" + query_of(say), say("我的账号", "My account")).raw("</p>");
  Response response = private_page(200, request, title, out.take());
  set_sign_in_cookies(request, confirmed->signed_in, context.services.clock.now(), response);
  return response;
}

Response post_totp_end(const Request& request, const Pairs& form, const LoginContext& context) {
  std::chrono::seconds wait{0};
  const auto anew = end_totp(*request.granted, std::string(field(form, "password")), std::string(field(form, "totp")),
                             context.services, wait);
  return anew ? signed_in_anew(request, *anew, context) : refused_page(request, anew.error(), wait, context);
}

Response post_end(const Request& request, const Pairs& form, const LoginContext& context) {
  const std::string id(field(form, "id"));
  if (id == "others") {
    if (const auto ended = end_own_other_sessions(*request.granted, context.services); !ended)
      return login_refusal(request, ended.error());
  } else if (auto ended = end_own_session(*request.granted, id, context.services); !ended) {
    return refused_page(request, ended.error(), {}, context);
  }
  return see_other("/account" + query_of(reader_of(request)));
}

using FormHandler = Response (*)(const Request&, const Pairs&, const LoginContext&);

Route form_route(std::string path, std::string operation_id, std::string summary, bool hashes, FormHandler handler,
                 const LoginContext& context) {
  return {.method = "POST",
          .path = std::move(path),
          .operation_id = std::move(operation_id),
          .summary = std::move(summary),
          .tag = "Access",
          .act = identity::Act::kAccountOwn,
          .body_types = {std::string(kFormType)},
          .answers = {{200, "The page.", {"text/html"}}, {303, "Back to the account.", {}}},
          .is_write = !hashes,
          .hashes_password = hashes,
          .handler = [handler, &context](Request& request) {
            const auto form = read_form(request.body);
            return form ? handler(request, *form, context) : login_refusal(request, form.error());
          }};
}

}  // namespace

void add_account_pages(Router& router, const LoginContext& context) {
  router.add({.method = "GET",
              .path = "/account",
              .operation_id = "accountPage",
              .summary = "One's own account: password, second factor, sessions.",
              .tag = "Access",
              .act = identity::Act::kAccountOwn,
              .answers = {{200, "The page.", {"text/html"}}, {401, "The sign-in page.", {"text/html"}}},
              .handler = [&context](Request& request) { return account_page(request, 200, context, ""); }});
  router.add(form_route("/account/password", "passwordForm", "Changes the password.", true, post_password, context));
  router.add(form_route("/account/totp", "secondFactorForm", "Begins with a second factor.", true, post_totp, context));
  router.add(form_route("/account/totp/confirm", "secondFactorCodeForm", "Takes the first code.", true, post_totp_code,
                        context));
  router.add(form_route("/account/totp/end", "secondFactorEndForm", "Gives the second factor up.", true, post_totp_end,
                        context));
  router.add(form_route("/account/sessions/end", "sessionEndForm", "Ends one session, or all others.", false, post_end,
                        context));
}

}  // namespace suyuan::http
