// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <map>
#include <set>

#include "adapters/http/page_parts.h"
#include "domain/codes/division.h"
#include "domain/trace/vocabulary.h"

namespace suyuan::http {

namespace {

void numbers_part(Html& out, const StartFacts& facts, const Reader& say) {
  if (!facts.counts) return;
  const auto number = [&](std::int64_t value, std::string_view what) {
    out.raw("<li><b>").text(std::to_string(value)).raw("</b>").text(what).raw("</li>");
  };
  out.raw("<ul class=\"big\">");
  number(facts.counts->events, say("条记录", "records"));
  number(facts.counts->objects, say("个码", "codes"));
  number(facts.counts->submissions, say("次上报", "submissions"));
  out.raw("</ul>");
  if (facts.counts->events > 0) return;
  out.raw("<p>").raw(
      say("还没有记录。上报一份 EPCIS 2.0 文件：", "There are no records yet. Send an EPCIS 2.0 document: "));
  out.raw("<code>suyuan capture FILE</code> ").raw(say("或", "or")).raw(" <code>POST /epcis/v2/capture</code></p>");
}

// The page says at its top that all firms are invented; their names need not say it again in every row.
std::string_view short_name(const StoryParty& party) {
  constexpr std::string_view kMark = "（演示）";
  std::string_view name = party.name;
  if (name.ends_with(kMark)) name.remove_suffix(kMark.size());
  return name;
}

// The firms of the view; a column for each tier that has one.
Picture network_of(const StartFacts& facts, const Reader& say) {
  const auto& parties = facts.story->parties;
  Picture picture;
  picture.label = std::string(say("看得到的单位和货物流向，下面的表说的是同一件事",
                                  "Firms that you see and how goods flow; the table below says the same"));
  std::set<int> tiers;
  for (const std::size_t i : facts.view.parties) tiers.insert(parties[i].tier);
  std::map<std::size_t, std::size_t> box_of;
  for (const std::size_t i : facts.view.parties) {
    box_of.emplace(i, picture.boxes.size());
    const auto column = static_cast<int>(std::distance(tiers.begin(), tiers.find(parties[i].tier)));
    picture.boxes.push_back({column, std::string(short_name(parties[i])),
                             fmt::format("{} · {}", role_text(parties[i].role, say), parties[i].county),
                             BoxKind::kGoods});
  }
  for (const auto& [from, to] : facts.view.flows) picture.lines.emplace_back(box_of.at(from), box_of.at(to));
  return picture;
}

void network_part(Html& out, const StartFacts& facts, const Reader& say) {
  if (facts.view.parties.empty()) return;
  const Picture picture = network_of(facts, say);
  out.raw("<h2>").raw(say("谁和谁", "Who deals with whom"));
  out.raw("</h2><div class=\"wide\" tabindex=\"0\" role=\"region\" aria-label=\"").text(picture.label).raw("\">");
  out.raw(draw(picture))
      .raw("</div><div class=\"wide\"><table><caption>")
      .raw(say("单位和下家", "Firms and their buyers"));
  out.raw("</caption><thead><tr><th scope=\"col\">").raw(say("单位", "Firm")).raw("</th><th scope=\"col\">");
  out.raw(say("角色与地方", "Role and place")).raw("</th><th scope=\"col\">").raw(say("发往", "Sends to"));
  out.raw("</th></tr></thead><tbody>");
  for (std::size_t i = 0; i < picture.boxes.size(); ++i) {
    out.raw("<tr>").element("td", picture.boxes[i].title).element("td", picture.boxes[i].note).raw("<td>");
    std::string_view gap = "";
    for (const auto& [from, to] : picture.lines) {
      if (from != i) continue;
      out.text(gap).text(picture.boxes[to].title);
      gap = say("、", ", ");
    }
    out.raw("</td></tr>");
  }
  out.raw("</tbody></table></div>");
}

void codes_part(Html& out, const DemoStory& story, const Reader& say) {
  out.raw("<h2>").raw(say("打开这些码看看", "Codes to open")).raw("</h2><ul>");
  for (const StoryCode& each : story.codes) {
    out.raw("<li>").link(codes::page_path(each.id) + query_of(say), codes::display_text(each.id));
    out.raw("<br><span class=\"note\">").text(say(each.zh, each.en)).raw("</span></li>");
  }
  out.raw("</ul>");
}

void recent_part(Html& out, const StartFacts& facts, const Reader& say) {
  if (facts.recent.empty()) return;
  out.raw("<h2>").raw(say("最近有记录的批次", "Lots with recent records")).raw("</h2><ul>");
  for (const codes::Identity& id : facts.recent) {
    out.raw("<li>").link(codes::page_path(id) + query_of(say), codes::display_text(id)).raw("</li>");
  }
  out.raw("</ul>");
}

// What the width of a role means, in a sentence (docs/decisions/0007-access.md).
std::string_view reach_text(const StartFacts& facts, const Reader& say) {
  using identity::Width;
  if (facts.is_public)
    return say("公众只看产品的公开信息，看不到单位之间的往来。",
               "The public sees what is public about a product, not who deals with whom.");
  if (facts.chains == Width::kChain)
    return say("看得到本辖区内上报的记录；一条链上只要有一条记录在本辖区，这条链就能从头看到尾。",
               "You see what was sent in from your jurisdiction; and a chain whole, once one record of it is yours.");
  if (facts.chains == Width::kNamed)
    return say("看得到本单位上报的记录和写明本单位的记录：上家、下家看得到，上家的上家、下家的下家看不到。",
               "You see what you sent in and what names you: your neighbours in the chain, not your neighbours' "
               "neighbours.");
  if (facts.figures) return say("行业机构只看汇总数，不看单位名称。", "Industry bodies see numbers without names.");
  if (facts.may_audit)
    return say("审计管理员查阅审计记录，不查追溯记录。", "Auditors read the audit records, not those of the chain.");
  return say("这个角色不查追溯记录。", "This role does not look into the records of the chain.");
}

void view_part(Html& out, const StartFacts& facts, const Reader& say) {
  const StoryView& view = facts.view;
  out.raw("<p class=\"do\">");
  out.text(say.english ? fmt::format("As “{}” you see {} of {} firms and {} of {} records. ", facts.who,
                                     view.parties.size(), facts.story->parties.size(), view.events, view.events_total)
                       : fmt::format("您以“{}”身份：可见 {} 家单位中的 {} 家、{} 条记录中的 {} 条。", facts.who,
                                     facts.story->parties.size(), view.parties.size(), view.events_total, view.events));
  out.text(reach_text(facts, say)).raw("</p>");
}

void invite_part(Html& out, const Request& request, const StartFacts& facts, const Reader& say) {
  if (!facts.is_public) return;
  out.raw("<h2>").raw(say("换个身份，看同一批货", "The same goods, seen by others")).raw("</h2>");
  out.raw(demo_form_begin(request, say));
  for (const StoryRole& each : facts.story->roles) {
    if (each.invite_zh.empty()) continue;
    out.raw("<button name=\"as\" value=\"").text(each.word).raw("\">");
    out.text(say(each.invite_zh, each.invite_en)).raw("</button>");
  }
  out.raw("</form><p><a href=\"/demo/tamper").raw(query_of(say)).raw("\">");
  out.raw(say("改改数据库试试：看系统能不能发现", "Try to edit the database: will it be noticed?")).raw("</a></p>");
}

void figures_part(Html& out, const Figures& figures, const Reader& say) {
  out.raw("<h2>");
  out.text(fmt::format("{} {} – {}", say("汇总数", "Numbers"), format_day(figures.period.first),
                       format_day(figures.period.last)));
  out.raw("</h2>");
  if (!figures.events || !figures.organisations) {
    out.element("p", say("这个月涉及的单位少于 3 家，不给数。", "Too few organisations: there are no numbers."));
    return;
  }
  out.element("p", say.english
                       ? fmt::format("{} records of {} organisations.", *figures.events, *figures.organisations)
                       : fmt::format("共 {} 条记录，来自 {} 家单位。", *figures.events, *figures.organisations));
  if (figures.cells.empty()) {
    out.element("p", say("按省份和环节细分后，每一格都不到 3 家单位，所以不分列。",
                         "By province and step each number would be of fewer than 3 organisations: none is given."));
    return;
  }
  out.raw("<div class=\"wide\"><table><thead><tr>");
  for (const auto head : {say("省份", "Province"), say("环节", "Step"), say("记录数", "Records")})
    out.raw("<th scope=\"col\">").text(head).raw("</th>");
  out.raw("</tr></thead><tbody>");
  for (const FiguresCell& cell : figures.cells) {
    out.raw("<tr>").element("td", codes::full_name(cell.place));
    out.element("td", step_text(trace::bare_word(cell.step), say)).element("td", std::to_string(cell.events));
    out.raw("</tr>");
  }
  if (figures.other_events) {
    out.raw("<tr>").element("td", say("其他", "Others"));
    out.element("td", say("少于 3 家单位的合并计数", "of fewer than 3 organisations, together"));
    out.element("td", std::to_string(*figures.other_events)).raw("</tr>");
  }
  out.raw("</tbody></table></div>");
}

void bad_lot_part(Html& out, const StartFacts& facts, const Reader& say) {
  if (facts.chains < identity::Width::kNamed) return;
  const codes::Identity& lot = facts.story->bad_lot;
  out.raw("<h2>").raw(say("一批坏电芯去了哪里", "Where one bad lot of cells went")).raw("</h2><p>");
  out.link("/trace?direction=forward&id=" + url_encoded(codes::canonical_uri(lot)) + (say.english ? "&lang=en" : ""),
           codes::display_text(lot));
  out.raw("</p>");
  if (facts.bad_lot) {
    out.raw(trace_parts(*facts.bad_lot, say, true, true));
  } else {
    out.element("p", say("您的权限范围内没有这批货的记录：对您来说，它和从未登记过的码一样。",
                         "No record of it is within your reach: to you it is like a code that nobody recorded."));
  }
}

void story_part(Html& out, const StartFacts& facts, const Reader& say) {
  codes_part(out, *facts.story, say);
  network_part(out, facts, say);
  bad_lot_part(out, facts, say);
  if (facts.figures) figures_part(out, *facts.figures, say);
  if (facts.may_audit)
    out.raw("<p>").link("/api/v1/audit", say("审计记录（JSON）", "The audit records (JSON)")).raw("</p>");
}

}  // namespace

std::string start_main(const Request& request, const StartFacts& facts, const Reader& say) {
  Html out;
  out.element("h1", say("一个码，查来龙去脉", "One code, the whole chain"));
  if (facts.story != nullptr) {
    view_part(out, facts, say);
    invite_part(out, request, facts, say);
  }
  out.raw(search_form(say, ""));
  numbers_part(out, facts, say);
  if (facts.story == nullptr) {
    recent_part(out, facts, say);
  } else {
    story_part(out, facts, say);
  }
  return out.take();
}

}  // namespace suyuan::http
