// SPDX-License-Identifier: Apache-2.0
#include "adapters/http/tamper_routes.h"

#include <fmt/format.h>

#include <algorithm>

#include "adapters/http/form.h"
#include "adapters/http/login_answers.h"
#include "adapters/http/page_parts.h"

namespace suyuan::http {

namespace {

void intro_part(Html& out, const Reader& say) {
  out.element("h1", say("改改数据库试试", "Try to edit the database"));
  out.element("p",
              say("假设您拿到了服务器上的全部文件，想悄悄改掉一点。选一种改法：系统把演示数据复制一份，照您说的改，"
                  "再用先前公布的公钥和检查点核验这一份。原来的数据不动。",
                  "Suppose that you have all files of the server and want to change something quietly. Choose what: "
                  "the demonstration's data are copied, the copy is changed as you say, and then verified with the "
                  "keys and the checkpoint that were published before. The data themselves stay as they are."));
}

void form_part(Html& out, const Reader& say) {
  out.raw("<h2>").raw(say("怎么改", "What to change")).raw("</h2>").raw(form_begin("/demo/tamper", say));
  for (const TamperDeed& deed : kTamperDeeds) {
    out.raw("<p><button name=\"deed\" value=\"").raw(deed.word).raw("\">").raw(say(deed.zh, deed.en));
    out.raw("</button></p>");
  }
  out.raw("</form>");
}

void answer_part(Html& out, const TamperAnswer& answer, const Reader& say) {
  out.raw("<h2>").raw(say("结果", "What came of it")).raw("</h2><p>");
  out.raw(say("做了什么：", "What was done: ")).text(say(answer.copied_zh, answer.copied_en)).raw("</p>");
  if (answer.faults.empty()) {
    out.raw("<p><strong>").raw(say("核验通过：", "Verified: ")).raw("</strong>");
    out.text(say.english ? fmt::format("all {} entries, both trees, rows and documents agree.", answer.entries)
                         : fmt::format("{} 条日志、两棵树、数据行和原始文件全部相符。", answer.entries));
    out.raw("</p>");
    return;
  }
  out.raw("<p><strong>").raw(say("核验不通过。", "Not verified.")).raw("</strong> ");
  out.raw(say("系统指出：", "What the system names:")).raw("</p><ul>");
  for (const TamperAnswer::Fault& fault : answer.faults) {
    out.raw("<li>");
    if (!say.english) out.raw("<strong>").text(fault.name_zh).raw("</strong> ");
    out.raw("<span lang=\"en\">").text(fault.text).raw("</span></li>");
  }
  out.raw("</ul>");
}

Response tamper_page(const Request& request, const TamperAnswer* answer) {
  const Reader say = reader_of(request);
  Html out;
  intro_part(out, say);
  if (answer != nullptr) answer_part(out, *answer, say);
  form_part(out, say);
  out.raw("<p class=\"note\">").raw(say("命令行：", "On the command line: "));
  out.raw("<code>suyuan verify --data DIR --key VKEY --against CHECKPOINT</code></p>");
  return page(200, request, say, say("改改数据库试试", "Try to edit the database"), out.take());
}

Response post_tamper(const Request& request, const Tamper& tamper) {
  if (!is_same_origin(request, true)) return login_refusal(request, cross_site());
  const auto form = read_form(request.body);
  if (!form) return login_refusal(request, form.error());
  const auto answer = tamper(field(*form, "deed"));
  if (!answer) return login_refusal(request, answer.error());
  return tamper_page(request, &*answer);
}

}  // namespace

void add_tamper_routes(Router& router, const Tamper& tamper) {
  router.add({.method = "GET",
              .path = "/demo/tamper",
              .operation_id = "demoTamperPage",
              .summary = "What the visitor of the demonstration may do to a copy of its database.",
              .tag = "Demo",
              .act = identity::Act::kPageRead,
              .answers = {{200, "The page.", {"text/html"}}},
              .handler = [](Request& request) { return tamper_page(request, nullptr); }});
  router.add({.method = "POST",
              .path = "/demo/tamper",
              .operation_id = "demoTamper",
              .summary = "Changes a copy of the demonstration's database, and says what verification finds.",
              .tag = "Demo",
              .act = identity::Act::kPageRead,
              .body_types = {std::string(kFormType)},
              .answers = {{200, "The page with what was found.", {"text/html"}}},
              .is_write = true,
              .handler = [&tamper](Request& request) { return post_tamper(request, tamper); }});
}

}  // namespace suyuan::http
