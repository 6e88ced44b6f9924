// SPDX-License-Identifier: Apache-2.0
#include "adapters/http/page_html.h"

#include <fmt/format.h>

#include <algorithm>

#include "adapters/http/sign_in.h"
#include "base/text.h"
#include "engine/digest/sha256.h"

namespace suyuan::http {

namespace {

// Contrast of every pair is 4.5 or better; see docs of the palette in tests/e2e.
constexpr std::string_view kStyle =
    ":root{font:16px/1.55 system-ui,-apple-system,\"PingFang SC\",\"Microsoft YaHei\",\"WenQuanYi Micro "
    "Hei\",sans-serif;"
    "color:#1a1a1a;background:#fff}html.large{font-size:20px}*{box-sizing:border-box}"
    "body{margin:0 auto;max-width:60rem;padding:0 1rem 2rem;overflow-wrap:anywhere}"
    "header{display:flex;flex-wrap:wrap;gap:.25rem 1rem;align-items:center;justify-content:space-between;"
    "border-bottom:2px solid #0b3d91;padding:.6rem 0}header strong{font-size:1.15rem}"
    "a{color:#0b3d91}a:focus-visible,button:focus-visible,input:focus-visible,select:focus-visible,textarea:focus-"
    "visible,"
    "[tabindex]:focus-visible{outline:3px solid #0b3d91;outline-offset:2px}nav a{display:inline-block;padding:.4rem "
    ".5rem}"
    ".skip{position:absolute;left:-99rem}.skip:focus{left:1rem;background:#fff;padding:.5rem}"
    "h1{font-size:1.4rem;margin:1rem 0 .5rem}h2{font-size:1.1rem;margin:1.6rem 0 .4rem;color:#0b3d91}"
    ".verdict{border-radius:.5rem;padding:.8rem 1rem;margin:1rem 0;font-size:1.1rem}.verdict b{font-size:1.5rem}"
    ".normal{background:#0f5c2e;color:#fff}.attention{background:#ffd400;color:#1a1a1a;border:3px solid "
    "#1a1a1a}.unknown,"
    ".undecided,.unreadable{background:#4a4a4a;color:#fff}.do{background:#e8f1ff;border-left:.4rem solid "
    "#0b3d91;padding:.6rem "
    "1rem}"
    ".do p{margin:.2rem 0}dl{display:grid;grid-template-columns:minmax(6rem,11rem) 1fr;gap:.35rem "
    ".8rem;margin:0}dt{color:#595959}"
    "dd{margin:0}table{border-collapse:collapse;width:100%;font-size:.92rem}caption{text-align:left;color:#595959;"
    "padding:.3rem 0}"
    "th,td{text-align:left;vertical-align:top;border-bottom:1px solid #d0d0d0;padding:.35rem .6rem .35rem 0}"
    "td form{margin:0}td button{white-space:nowrap}.wide{overflow-x:auto}.wide "
    "svg{display:block;min-width:44rem}ol{padding-left:1.4rem}code{font-size:.85rem}.note{color:#595959;"
    "font-size:.9rem}"
    "form{display:flex;flex-wrap:wrap;gap:.5rem;align-items:end;margin:1rem 0}label{flex:1 1 "
    "15rem}.full{flex-basis:100%}"
    "input,select,textarea,button{font:inherit;padding:.55rem;min-height:44px;width:100%;border:1px solid "
    "#595959;border-radius:.3rem}"
    "button{width:auto;background:#0b3d91;color:#fff;border-color:#0b3d91;padding:.55rem 1.2rem}"
    ".big{display:flex;flex-wrap:wrap;gap:.3rem 2rem;margin:0;padding:0;list-style:none}.big "
    "b{font-size:1.5rem;display:block}"
    ".who{display:flex;flex-wrap:wrap;align-items:center}.who a{padding:.4rem .5rem}.who form,.as form{margin:0}"
    ".who button{background:none;border:0;color:#0b3d91;text-decoration:underline;padding:.4rem .5rem}"
    ".as{background:#fff6cc;color:#5c4600;padding:.5rem .8rem}.as label{flex:0 1 26rem}.as p{margin:.3rem 0 0}"
    "footer{margin-top:2rem;border-top:1px solid "
    "#d0d0d0;padding-top:.6rem}"
    "@media(max-width:30rem){.as label{flex:1 1 10rem}dl{grid-template-columns:1fr;gap:0}dd{margin-bottom:.5rem}}"
    "@media print{header nav,form,footer,.skip,.who,.as{display:none}.verdict{border:3px solid "
    "#000;color:#000;background:#fff}"
    ".wide{overflow:visible}.wide svg{min-width:0}}";

std::string base64(std::span<const std::uint8_t> bytes) {
  std::string out = base64url(bytes);
  std::replace(out.begin(), out.end(), '-', '+');
  std::replace(out.begin(), out.end(), '_', '/');
  while (out.size() % 4 != 0) out.push_back('=');
  return out;
}

const std::string& content_policy() {
  static const std::string policy = fmt::format(
      "default-src 'none'; style-src 'sha256-{}'; img-src data:; form-action 'self'; base-uri 'none'; "
      "frame-ancestors 'none'",
      base64(sha256(kStyle)));
  return policy;
}

std::string roles_of(const identity::Principal& who, const Reader& say) {
  std::string roles;
  for (const identity::Role role : who.roles) {
    const auto& rule = identity::rule_of(role);
    if (!roles.empty()) roles += say("、", ", ");
    roles += say(rule.chinese, rule.english);
  }
  return roles;
}

void account_part(Html& out, const Request& request, const Reader& say) {
  const bool is_demo = request.page_top != nullptr;  // there, who looks is changed on the top of the page
  if (is_sign_in_path(request) || (is_demo && !is_signed_in(request))) return;
  out.raw("<div class=\"who\">");
  if (!is_signed_in(request)) {
    out.link("/login" + query_of(say), say("登录", "Sign in")).raw("</div>");
    return;
  }
  std::string account(say("我的账号", "My account"));
  if (request.granted) {
    const std::string roles = roles_of(request.granted->who(), say);
    account += say.english ? fmt::format(" ({})", roles) : fmt::format("（{}）", roles);
  }
  out.link("/account" + query_of(say), account);
  out.raw("<form method=\"post\" action=\"/logout").raw(query_of(say)).raw("\"><button>");
  out.raw(say("退出登录", "Sign out")).raw("</button></form></div>");
}

std::string head(const Request& request, const Reader& say, std::string_view title) {
  Html out;
  out.raw(say.english ? "<!doctype html><html lang=\"en\"" : "<!doctype html><html lang=\"zh-CN\"");
  out.raw(say.large ? " class=\"large\">" : ">");
  out.raw("<head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">");
  out.raw("<link rel=\"icon\" href=\"data:,\"><title>").text(title).text(say(" · 溯源", " · Suyuan")).raw("</title>");
  out.raw("<style>").raw(kStyle).raw("</style></head><body><a class=\"skip\" href=\"#main\">");
  out.raw(say("跳到内容", "Skip to content")).raw("</a><header><strong>溯源 Suyuan</strong><nav aria-label=\"");
  out.raw(say("页面", "Pages")).raw("\">").link("/" + query_of(say), say("首页", "Start"));
  out.link("/trace" + query_of(say), say("追溯", "Trace"));
  out.link("/verify" + query_of(say), say("验证回执", "Check a receipt"));
  out.raw("<a hreflang=\"").raw(say("en", "zh-CN")).raw("\" lang=\"").raw(say("en", "zh-CN")).raw("\" href=\"");
  out.text(query_with(request, "lang", say.english ? "zh" : "en")).raw("\">").raw(say("English", "中文")).raw("</a>");
  out.link(query_with(request, "size", say.large ? "normal" : "large"),
           say.large ? say("普通字", "Normal text") : say("大字", "Large text"));
  out.raw("</nav>");
  account_part(out, request, say);
  out.raw("</header>");
  if (request.page_top != nullptr) out.raw((*request.page_top)(request));
  return out.raw("<main id=\"main\">").take();
}

}  // namespace

void let_own_modules_run(Response& answer) {
  answer.headers.set("Content-Security-Policy", content_policy() + "; script-src 'self'; connect-src 'self'");
}

Reader reader_of(const Request& request) {
  return Reader{request.query_value("lang") == "en", request.query_value("size") == "large"};
}

bool is_signed_in(const Request& request) {
  if (request.granted) return request.granted->who().via == identity::Via::kSession;
  return !session_token(request).empty();
}

Html& Html::text(std::string_view value) {
  for (const char c : value) {
    switch (c) {
      case '&':
        out_ += "&amp;";
        break;
      case '<':
        out_ += "&lt;";
        break;
      case '>':
        out_ += "&gt;";
        break;
      case '"':
        out_ += "&quot;";
        break;
      case '\'':
        out_ += "&#39;";
        break;
      default:
        out_.push_back(static_cast<unsigned char>(c) < 0x20 && c != '\n' && c != '\t' ? ' ' : c);
    }
  }
  return *this;
}

Html& Html::element(std::string_view name, std::string_view value) {
  return raw("<").raw(name).raw(">").text(value).raw("</").raw(name).raw(">");
}

Html& Html::link(std::string_view href, std::string_view value) {
  return raw("<a href=\"").text(href).raw("\">").text(value).raw("</a>");
}

Response page(int status, const Request& request, const Reader& reader, std::string_view title, std::string_view main) {
  std::string body = head(request, reader, title);
  body += main;
  body += "</main><footer class=\"note\">";
  body +=
      reader("码会被复制：一个码只能说明有人这样记录过，不能证明手里的东西是真的。",
             "Codes can be copied: a code tells what somebody recorded, it does not prove that the thing is genuine.");
  body += "</footer></body></html>";
  Response answer = reply(status, "text/html; charset=utf-8", std::move(body));
  answer.headers.set("Content-Security-Policy", content_policy());
  const bool is_for_all = request.page_top == nullptr && !is_signed_in(request) && (status == 200 || status == 404);
  answer.headers.set("Cache-Control", is_for_all ? "private, max-age=30" : "no-store");
  answer.headers.set("Vary", "Accept, Cookie");
  return answer;
}

std::string url_encoded(std::string_view text) {
  std::string out;
  for (const char c : text) {
    const bool plain = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-' ||
                       c == '_' || c == '.' || c == '~';
    if (plain) {
      out.push_back(c);
    } else {
      out += fmt::format("%{:02X}", static_cast<unsigned char>(c));
    }
  }
  return out;
}

std::string query_with(const Request& request, std::string_view name, std::string_view value) {
  std::string out = "?";
  for (const auto& [key, each] : request.query) {
    if (key != name) out += fmt::format("{}={}&", url_encoded(key), url_encoded(each));
  }
  return out + fmt::format("{}={}", name, url_encoded(value));
}

std::string query_of(const Reader& reader) {
  if (reader.english) return reader.large ? "?lang=en&size=large" : "?lang=en";
  return reader.large ? "?size=large" : "";
}

}  // namespace suyuan::http
