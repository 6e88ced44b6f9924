// SPDX-License-Identifier: Apache-2.0
#include "adapters/http/verify_page.h"

#include <fmt/format.h>

#include <algorithm>

#include "adapters/http/entity_tag.h"
#include "adapters/http/page_html.h"
#include "adapters/http/verify_files.h"
#include "base/text.h"

namespace suyuan::http {

namespace {

constexpr std::string_view kCommand = "node web/verify/cli.mjs --receipt FILE --key VKEY";

void intro(Html& out, const Reader& say) {
  out.element("h1", say("验证回执", "Check a receipt"));
  out.element("p",
              say("回执证明：日志的主人签过名，承认某条记录在日志里；以后那条记录若被改动或删除，回执就是证据。核对在您"
                  "的浏览器里进行，"
                  "回执不会离开这台设备；页面打开以后，断网也能用。",
                  "A receipt proves that the owner of the log signed that a record is in it; should that be changed or "
                  "dropped later, the receipt is the evidence. It is checked in your browser and does not leave this "
                  "device; once open, the page needs no network."));
  out.raw("<noscript><p class=\"do\">");
  out.raw(say(
      "浏览器关闭了 JavaScript，这一页没法核对。请打开它，或者在命令行核对（Node 18 以上，程序在源代码的 web/verify "
      "文件夹里）：",
      "JavaScript is off in this browser, so this page cannot check anything. Turn it on, or check on the command "
      "line (Node 18 or later; the program is in the folder web/verify of the sources): "));
  out.raw("<code>").raw(kCommand).raw("</code></p></noscript>");
}

void check_form(Html& out, const Reader& say) {
  out.raw("<form id=\"check\"><label class=\"full\" for=\"file\">");
  out.raw(say("回执文件（.tlog-proof，也可以拖到这一页上）",
              "The receipt: a .tlog-proof file; it can be dropped anywhere on this page"));
  out.raw("<input type=\"file\" id=\"file\"></label><label class=\"full\" for=\"receipt\">");
  out.raw(say("或者粘贴回执全文", "Or paste the whole receipt"));
  out.raw("<textarea id=\"receipt\" rows=\"4\" spellcheck=\"false\" autocapitalize=\"off\"></textarea></label>");
  out.raw("<label class=\"full\" for=\"keys\">");
  out.raw(say("您信任的日志验证密钥（一行一把，可以加上见证者的）",
              "The verifier keys of the log that you trust, one a line; those of witnesses too"));
  out.raw(
      "<textarea id=\"keys\" rows=\"4\" spellcheck=\"false\" autocapitalize=\"off\" aria-describedby=\"source\">"
      "</textarea></label><p class=\"note full\" id=\"source\">");
  out.raw(say("相信哪把密钥，就是相信谁。请用印发的公告或监管部门网页上的密钥。",
              "Which key you trust is whom you trust: take it from a printed notice or from a regulator's page."));
  out.raw("</p><button id=\"go\" disabled>").raw(say("验证", "Check")).raw("</button></form>");
  out.raw("<p id=\"waiting\" class=\"note\">");
  out.raw(say("正在载入核对程序。如果这句话一直不消失，请换一个较新的浏览器，或者在命令行核对。",
              "The program is loading. If this line stays, take a newer browser, or check on the command line."));
  out.raw("</p><section id=\"result\" tabindex=\"-1\" aria-label=\"");
  out.raw(say("结果", "Result")).raw("\"></section>");
}

void limits(Html& out, const Reader& say) {
  out.element("h2", say("验证通过说明什么", "What it means that a receipt holds"));
  out.raw("<ul><li>");
  out.raw(say("持有密钥的一方签过名：日志里有这一条。不说明记录的内容属实。",
              "Whoever holds the key signed that the log has this entry; not that what it records is true."));
  out.raw("</li><li>");
  out.raw(say("回执不含记录的内容，只有它的散列。请与您手里的事件比对。",
              "The receipt has not the record but its hash: compare it with the event in your hands."));
  out.raw("</li><li>");
  out.raw(say("这一页也是服务器给的。连服务器也不信任时，请用从别处得到的程序在命令行核对：",
              "This page too comes from the server. If you do not trust that either, check on the command line with a "
              "program from elsewhere: "));
  out.raw("<code>").raw(kCommand).raw("</code></li></ul>");
}

Response verify_page(const Request& request) {
  const Reader say = reader_of(request);
  Html out;
  intro(out, say);
  check_form(out, say);
  limits(out, say);
  out.raw("<script type=\"module\" src=\"/verify/page.mjs\"></script>");
  Response answer = page(200, request, say, say("验证回执", "Check a receipt"), out.take());
  let_own_modules_run(answer);
  return answer;
}

// Modules of two versions do not fit together, so a browser asks each time whether its copies still hold.
std::shared_ptr<const Response> module_of(const VerifyFile& file) {
  Response answer = with_tag(reply(200, "text/javascript; charset=utf-8", std::string(file.text)));
  answer.headers.set("Cache-Control", "no-cache");
  return std::make_shared<const Response>(std::move(answer));
}

Response module(const Request& request) {
  static const auto kAnswers = [] {
    std::vector<std::pair<std::string_view, std::shared_ptr<const Response>>> answers;
    for (const VerifyFile& file : verify_files()) answers.emplace_back(file.name, module_of(file));
    return answers;
  }();
  const std::string_view wanted = request.path_value("file");
  const auto found = std::ranges::find(kAnswers, wanted, [](const auto& each) { return each.first; });
  if (found != kAnswers.end()) return *unless_known(request, found->second);
  return problem(404,
                 {ErrorKind::kNotFound, "http.no_such_path",
                  fmt::format("Nothing is served at /verify/{}; /verify is the page.", excerpt(wanted))},
                 false, request.trace_id);
}

}  // namespace

void add_verify_routes(Router& router) {
  router.add({.method = "GET",
              .path = "/verify",
              .operation_id = "verifyPage",
              .summary = "Checks a receipt of the log in the visitor's own browser.",
              .tag = "Pages",
              .act = identity::Act::kPageRead,
              .parameters = {{.name = "lang", .meaning = "zh when left out.", .choices = {"zh", "en"}},
                             {.name = "size", .meaning = "large: bigger letters.", .choices = {"normal", "large"}}},
              .answers = {{200, "The page.", {"text/html"}}},
              .handler = [](Request& request) { return verify_page(request); }});
  router.add({.method = "GET",
              .path = "/verify/{file}",
              .operation_id = "verifyModule",
              .summary = "A module of the verifier that the page /verify runs.",
              .tag = "Pages",
              .act = identity::Act::kPageRead,
              .parameters =
                  {{.name = "file", .in = Parameter::In::kPath, .meaning = "verify.mjs, note.mjs …", .required = true},
                   {.name = "If-None-Match", .in = Parameter::In::kHeader, .meaning = "Tags of answers."}},
              .answers = {{200, "The module.", {"text/javascript"}},
                          {304, "The client has this module already.", {}},
                          {404, "There is no such module.", {"application/problem+json"}}},
              .handler = [](Request& request) { return module(request); }});
}

}  // namespace suyuan::http
