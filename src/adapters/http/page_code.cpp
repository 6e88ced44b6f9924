// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include "adapters/http/page_parts.h"
#include "base/text.h"

namespace suyuan::http {

namespace {

std::string_view verdict_text(Verdict verdict, const Reader& say) {
  switch (verdict) {
    case Verdict::kNormal:
      return say("● 正常", "● Normal");
    case Verdict::kAttention:
      return say("▲ 关注", "▲ Attention");
    case Verdict::kUndecided:
      return say("◇ 记录太多，没有看完", "◇ More records than this page looks at");
    case Verdict::kUnknown:
      return say("○ 查无此码", "○ Not on record");
    case Verdict::kUnreadable:
      return say("✕ 这不是一个完好的码", "✕ Not a sound code");
  }
  return "";
}

std::string_view concern_text(Concern concern, const Reader& say) {
  switch (concern) {
    case Concern::kDeclaredWrong:
      return say("有一条记录被声明有误。", "One of its records was declared wrong.");
    case Concern::kEnded:
      return say("这件东西已经记为销毁、用尽或注销，不应再使用或出售。",
                 "It is recorded as destroyed, used up or ended: it should not be in use or on sale.");
    case Concern::kReturned:
      return say("它最后一次的状态是退回、损坏或不可出售。",
                 "It was last recorded as returned, damaged or not for sale.");
  }
  return "";
}

std::string_view verdict_reason(Verdict verdict, const Reader& say) {
  switch (verdict) {
    case Verdict::kNormal:
      return say("有记录，没有一条说它有问题。", "There are records, and none speaks against it.");
    case Verdict::kUndecided:
      return say("只看了最早的一些记录：其中没有一条说它有问题，后面的没有看。",
                 "Only its first records were looked at. None of those speaks against it; the later ones were not "
                 "looked at.");
    case Verdict::kUnknown:
      return say("码写得对，但还没有人为它留下记录。", "The code is well-formed, but nobody has recorded it.");
    default:
      return "";
  }
}

std::string_view advice(Verdict verdict, const Reader& say) {
  switch (verdict) {
    case Verdict::kNormal:
      return say("核对下面的名称、型号、批号与实物是否一致；不一致就别用，问卖家。",
                 "Compare name, model and lot below with the thing in your hand. If they differ, do not use it; ask "
                 "the seller.");
    case Verdict::kAttention:
      return say("先别用。带着这一页去问卖家或生产者；危险请拨 12315。",
                 "Do not use it yet. Show this page to the seller or the producer; if it is dangerous call 12315.");
    case Verdict::kUndecided:
      return say("核对名称、型号、批号与实物是否一致；要知道全部记录，看完整的来龙去脉，或问卖家、生产者。",
                 "Compare name, model and lot with the thing in your hand. For all records see the whole chain, or ask "
                 "the seller or the producer.");
    case Verdict::kUnknown:
      return say(
          "看看有没有输错；请卖家出示能查到的码；怀疑是假货请拨 12315。",
          "Check for a typing mistake; ask the seller for a code that is on record; if you suspect a fake call 12315.");
    case Verdict::kUnreadable:
      return say("对照包装再输一遍，或重新扫码。", "Compare it with the package and type it again, or scan again.");
  }
  return "";
}

void verdict_part(Html& out, const CodePage& page, const Reader& say) {
  out.raw("<div class=\"verdict ").raw(verdict_word(page.verdict)).raw("\" role=\"alert\">");
  out.element("b", verdict_text(page.verdict, say));
  if (!verdict_reason(page.verdict, say).empty()) out.raw("<br>").text(verdict_reason(page.verdict, say));
  for (const Concern each : page.concerns) out.raw("<br>").text(concern_text(each, say));
  if (page.verdict == Verdict::kUnreadable) {
    for (std::size_t i = 0; i < page.problems.size() && i < 5; ++i) out.raw("<br>").text(page.problems[i].text);
  }
  out.raw("</div><div class=\"do\">").element("p", advice(page.verdict, say)).raw("</div>");
}

void facts_part(Html& out, const CodePage& page, const Reader& say) {
  out.raw("<h2>").raw(say("这件产品", "This product")).raw("</h2><dl>");
  out.element("dt", say("码", "Code")).element("dd", codes::display_text(*page.id));
  for (const PublicFact& fact : page.facts) {
    if (fact.group == "flow") continue;
    out.element("dt", field_text(fact.field, say)).element("dd", excerpt(fact.value, 300));
  }
  out.raw("</dl>");
  if (page.facts.empty()) {
    out.raw("<p class=\"note\">").raw(say("没有公开的产品信息。", "No product facts are public.")).raw("</p>");
  }
  if (page.nearby.empty()) return;
  out.raw("<p>").raw(say("它属于：", "It belongs to: "));
  for (const codes::Identity& each : page.nearby) {
    out.link(codes::page_path(each) + query_of(say), codes::display_text(each)).raw(" ");
  }
  out.raw("</p>");
}

void steps_part(Html& out, const CodePage& page, const Reader& say) {
  if (page.steps.empty() && !page.steps_unfinished) return;
  out.raw("<h2>").raw(say("从哪里来", "Where it came from")).raw("</h2><ol>");
  for (std::size_t i = 0; i < page.steps.size(); ++i) {
    const OriginStep& step = page.steps[i];
    out.raw("<li>").text(step.county);
    if (!step.role.empty()) out.text(" · ").text(role_text(step.role, say));
    if (!step.step.empty()) out.text(" · ").text(step_text(step.step, say));
    out.raw("<br><span class=\"note\">").text(time_text(step.at, step.offset)).raw("</span></li>");
    if (page.steps_left_out && i + 1 == page.steps.size() / 2) {
      out.raw("<li>").raw(say("…… 中间还有几步", "… some steps between")).raw("</li>");
    }
  }
  out.raw("</ol>");
  if (page.steps_unfinished) {
    out.raw("<p class=\"note\">");
    out.raw(say("这一页只往回看了一部分记录：可能还有别的地方，也可能更早。",
                "This page looked back at a part of the records only: there may be other places, also earlier ones."));
    out.raw("</p>");
  }
  out.raw("<p>");
  out.link("/trace?id=" + url_encoded(codes::canonical_uri(*page.id)) + (say.english ? "&lang=en" : ""),
           say("看完整的来龙去脉", "See the whole chain"));
  out.raw("</p>");
}

void record_part(Html& out, const CodePage& page, const Reader& say, bool has_log) {
  if (!page.first_recorded) return;
  out.raw("<h2>").raw(say("记录", "Records")).raw("</h2><dl>");
  out.element("dt", say("首次记录", "First recorded"));
  out.element("dd", time_text(*page.first_recorded, std::chrono::minutes(480)));
  out.element("dt", say("记录条数", "Number of records"));
  out.element("dd", fmt::format("{}{}", page.records, page.records_at_least ? "+" : ""));
  out.element("dt", say("数据指纹", "Data fingerprint"));
  out.raw("<dd><code>").text(page.fingerprint).raw("</code><br><span class=\"note\">");
  out.raw(say("第一条记录原文的 SHA-256。取原文：", "SHA-256 of the first record, byte for byte. The record: "));
  out.raw("<a href=\"/epcis/v2/events/").text(url_encoded(page.event_id)).raw("\">").raw(say("原文", "original"));
  out.raw("</a></span></dd></dl>");
  if (!has_log) return;
  out.raw("<p class=\"note\">")
      .raw(say("这些记录都写入公开的透明日志，改动过就对不上。",
               "These records are in a public log: a change of them would show."));
  out.raw(" <a href=\"/verify").raw(query_of(say)).raw("\">").raw(say("怎样核对", "How to check")).raw("</a></p>");
}

}  // namespace

std::string search_form(const Reader& say, std::string_view value) {
  Html out;
  out.raw("<form action=\"/find\" method=\"get\" role=\"search\"><label>");
  out.raw(say("输入或扫描任何一种码", "Type or scan any code"))
      .raw("<input name=\"text\" required maxlength=\"2000\" value=\"");
  out.text(value).raw("\" autocomplete=\"off\"></label>");
  if (say.english) out.raw("<input type=\"hidden\" name=\"lang\" value=\"en\">");
  if (say.large) out.raw("<input type=\"hidden\" name=\"size\" value=\"large\">");
  return out.raw("<button>").raw(say("查询", "Look up")).raw("</button></form>").take();
}

std::string code_main(const CodePage& page, const Reader& say, bool has_log) {
  Html out;
  std::string title = page.id ? codes::display_text(*page.id) : excerpt(page.raw, 120);
  for (const PublicFact& fact : page.facts) {
    if (fact.field == "cbvmda:descriptionShort") title = fact.value;
  }
  out.element("h1", title.empty() ? std::string(say("没有给出码", "No code given")) : title);
  verdict_part(out, page, say);
  if (page.id) {
    facts_part(out, page, say);
    steps_part(out, page, say);
    record_part(out, page, say, has_log);
  }
  if (page.verdict == Verdict::kUnknown || page.verdict == Verdict::kUnreadable) out.raw(search_form(say, page.raw));
  return out.take();
}

}  // namespace suyuan::http
