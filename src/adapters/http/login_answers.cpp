// SPDX-License-Identifier: Apache-2.0
#include "adapters/http/login_answers.h"

#include <fmt/format.h>

#include <algorithm>

#include "adapters/http/form.h"
#include "base/text.h"

namespace suyuan::http {

namespace {

namespace json = boost::json;

constexpr std::size_t kTargetBytesMax = 4096;
constexpr std::string_view kCarriedTarget = "carried_target", kCarriedMethod = "carried_method";
constexpr std::string_view kCarriedField = "carried.";

Error bad_body(std::string text) { return {ErrorKind::kInvalid, "login.body", std::move(text)}; }

// Never an address of another site: one of our own paths, that this method is for.
bool is_own_target(const std::string& target, bool is_post, const Router& router) {
  if (target.size() > kTargetBytesMax || !target.starts_with('/') || target.starts_with("//") ||
      target.find('\\') != std::string::npos)
    return false;
  for (const char c : target)
    if (static_cast<unsigned char>(c) <= 0x20 || c == 0x7F) return false;
  Request asked;
  std::string why;
  asked.method = is_post ? "POST" : "GET";
  if (!read_target(target, asked, why) || is_sign_in_path(asked)) return false;
  const Route* route = router.find(asked);
  if (route == nullptr) return false;
  const auto& types = route->body_types;
  return !is_post || std::find(types.begin(), types.end(), kFormType) != types.end();
}

std::string hidden(std::string_view name, std::string_view value) {
  return Html().raw("<input type=\"hidden\" name=\"").text(name).raw("\" value=\"").text(value).raw("\">").take();
}

}  // namespace

Result<json::object> json_body(const Request& request, std::initializer_list<std::string_view> known) {
  boost::system::error_code error;
  json::value value = json::parse(request.body, error);
  if (error || !value.is_object()) return bad_body("The body is no JSON object.");
  for (const auto& [name, member] : value.as_object()) {
    const std::string_view seen(name.data(), name.size());
    if (std::find(known.begin(), known.end(), seen) == known.end())
      return bad_body(fmt::format("There is no member \"{}\". Known: {}.", excerpt(seen), fmt::join(known, ", ")));
  }
  return std::move(value.as_object());
}

Result<std::string> text_in(const json::object& body, std::string_view member) {
  const json::value* value = body.if_contains(member);
  if (value == nullptr) return std::string();
  if (value->is_string()) return std::string(value->as_string());
  return bad_body(fmt::format("The member {} is a text.", member));
}

int login_status(const Error& error) { return error.code == "login.too_many" ? 429 : status_of(error.kind); }

Response login_refusal(const Request& request, const Error& error, std::chrono::seconds wait) {
  Response response = problem(login_status(error), error, false, request.trace_id);
  if (wait.count() > 0) response.headers.set("Retry-After", std::to_string(wait.count()));
  if (response.status == 401) response.headers.set("WWW-Authenticate", "Bearer");
  response.headers.set("Cache-Control", "no-store");
  return response;
}

Response json_answer(int status, const json::value& body) {
  Response response = reply(status, "application/json", json::serialize(body));
  response.headers.set("Cache-Control", "no-store");
  return response;
}

Response private_page(int status, const Request& request, std::string_view title, std::string_view main) {
  Response response = page(status, request, reader_of(request), title, main);
  response.headers.set("Cache-Control", "no-store");
  return response;
}

Response see_other(std::string_view path) {
  Response response;
  response.status = 303;
  response.headers.add("Location", std::string(path));
  response.headers.add("Cache-Control", "no-store");
  return response;
}

namespace {

// For people who read no English; what is not here is shown as the interface says it.
constexpr std::pair<std::string_view, std::string_view> kChinese[] = {
    {"login.wrong", "登录名或密码不对，或账号已停用。"},
    {"login.code_needed", "这个账号有第二因素：请一并填写动态验证码或备用码。"},
    {"login.wrong_code", "验证码不对、已过期或已用过。请等下一个。"},
    {"login.wrong_password", "现在的密码不对。"},
    {"login.too_many", "失败次数太多，请稍后再试。这次没有核对。"},
    {"login.busy", "正在登录的人太多，请稍后再试。"},
    {"login.link", "这个链接已用过、已过期或不存在。请重启服务得到新的设置链接，或用 suyuan user password 重新生成。"},
    {"login.name", "登录名要 2 到 64 个字符，只用 a-z 0-9 . _ @ -；姓名不能为空。"},
    {"login.second_factor_needed",
     "您的角色需要第二因素。请先在“我的账号”里绑定动态验证码，在此之前只能使用自己的账号页。"},
    {"login.password_expired", "您的密码已超过 90 天。请先在“我的账号”里更换，在此之前只能使用自己的账号页。"},
    {"password.refused", "这个密码不能用："},
    {"password.too_short", "密码至少 8 个字符，用一句话更好。"},
    {"password.too_long", "密码太长。"},
    {"password.not_text", "密码不是有效的文字。"},
    {"password.common", "这是最常被猜到的密码之一，请换一个。"},
    {"password.simple", "密码只是连续或重复的字符，请换一个。"},
    {"password.personal", "密码里有登录名、姓名或单位名，请换一个。"},
    {"password.classes", "GB/T 22239：小写、大写、数字、其他字符，四类至少要有三类。"},
    {"password.used_before", "GB/T 22239：最近五个密码不能再用。"},
    {"totp.wrong_code", "验证码不对、已过期或已用过。请核对手机时间，再填下一个。"},
    {"totp.already", "这个账号已有第二因素，请先解除。"},
    {"totp.none", "这个账号没有第二因素。"},
    {"account.login_taken", "这个登录名已有人用。"},
    {"access.sign_in", "请先登录。"},
    {"access.ended", "登录已结束，请重新登录。"},
    {"access.cross_site", "这个请求不是从本站页面发出的，没有执行。"},
};

std::string in_chinese(std::string_view code, std::string_view otherwise) {
  for (const auto& [known, text] : kChinese)
    if (known == code) return std::string(text);
  return std::string(otherwise);
}

}  // namespace

std::string error_text(const Error& error, const Reader& say) {
  Html out;
  out.raw("<div class=\"verdict attention\" role=\"alert\">");
  const bool has_list = !error.findings.empty();
  out.element("p", say.english ? error.text : in_chinese(error.code, error.text));
  if (has_list) out.raw("<ul>");
  for (const Finding& finding : error.findings)
    out.element("li", say.english ? finding.text : in_chinese(finding.code, finding.text));
  return out.raw(has_list ? "</ul></div>" : "</div>").take();
}

std::string form_begin(std::string_view action, const Reader& say) {
  return Html().raw("<form method=\"post\" action=\"").text(std::string(action) + query_of(say)).raw("\">").take();
}

std::string input(std::string_view label, std::string_view name, std::string_view type, std::string_view autocomplete,
                  std::string_view value) {
  Html out;
  out.raw("<label>").text(label).raw("<input name=\"").text(name).raw("\" type=\"").text(type);
  out.raw("\" autocomplete=\"").text(autocomplete).raw("\"");
  if (!value.empty()) out.raw(" value=\"").text(value).raw("\"");
  return out.raw("></label>").take();
}

std::string button(std::string_view text) { return Html().element("button", text).take(); }

std::string carried_inputs(const Carried& carried) {
  if (carried.target.empty()) return "";
  std::string inputs = hidden(kCarriedTarget, carried.target);
  if (carried.is_post) inputs += hidden(kCarriedMethod, "post");
  for (const auto& [name, value] : carried.fields) inputs += hidden(std::string(kCarriedField) + name, value);
  return inputs;
}

std::optional<Carried> carried_in(const Pairs& form, const Router& router) {
  Carried carried;
  carried.target = field(form, kCarriedTarget);
  carried.is_post = field(form, kCarriedMethod) == "post";
  if (!is_own_target(carried.target, carried.is_post, router)) return std::nullopt;
  if (!carried.is_post) return carried;
  for (const auto& [name, value] : form)
    if (name.starts_with(kCarriedField)) carried.fields.emplace_back(name.substr(kCarriedField.size()), value);
  return carried;
}

Response sign_in_page(const Request& request, int status, const Carried& carried, std::string_view login,
                      std::string_view message) {
  const Reader say = reader_of(request);
  Html out;
  out.element("h1", say("登录", "Sign in")).raw(message);
  if (carried.is_post)
    out.element("p",
                say("登录后，您已填写的内容会还给您。", "What you have filled in comes back after you signed in."));
  out.raw(form_begin("/login", say)).raw(carried_inputs(carried));
  out.raw(input(say("登录名", "Login name"), "login", "text", "username", login));
  out.raw(input(say("密码", "Password"), "password", "password", "current-password"));
  out.raw(
      input(say("动态验证码或备用码（没有就空着）", "Code of the authenticator app or recovery code, if you use one"),
            "totp", "text", "one-time-code"));
  out.raw(button(say("登录", "Sign in"))).raw("</form>");
  return private_page(status, request, say("登录", "Sign in"), out.take());
}

}  // namespace suyuan::http
