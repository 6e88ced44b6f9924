// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include "adapters/http/page_parts.h"

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

Picture network_of(const DemoStory& story, const Reader& say) {
  Picture picture;
  picture.label = std::string(say("演示中的单位和货物流向，下面的表说的是同一件事",
                                  "Firms of the demonstration and how goods flow; the table below says the same"));
  for (const StoryParty& party : story.parties) {
    picture.boxes.push_back({party.tier, std::string(short_name(party)),
                             fmt::format("{} · {}", role_text(party.role, say), party.county), BoxKind::kGoods});
  }
  picture.lines = story.flows;
  return picture;
}

void network_part(Html& out, const DemoStory& story, const Reader& say) {
  const Picture picture = network_of(story, say);
  out.raw("<h2>").raw(say("谁和谁", "Who deals with whom"));
  out.raw("</h2><div class=\"wide\" tabindex=\"0\" role=\"region\" aria-label=\"").text(picture.label).raw("\">");
  out.raw(draw(picture))
      .raw("</div><div class=\"wide\"><table><caption>")
      .raw(say("单位和下家", "Firms and their buyers"));
  out.raw("</caption><thead><tr><th scope=\"col\">").raw(say("单位", "Firm")).raw("</th><th scope=\"col\">");
  out.raw(say("角色与地方", "Role and place")).raw("</th><th scope=\"col\">").raw(say("发往", "Sends to"));
  out.raw("</th></tr></thead><tbody>");
  for (std::size_t i = 0; i < story.parties.size(); ++i) {
    out.raw("<tr>").element("td", picture.boxes[i].title).element("td", picture.boxes[i].note).raw("<td>");
    std::string_view gap = "";
    for (const auto& [from, to] : story.flows) {
      if (from != i) continue;
      out.text(gap).text(short_name(story.parties[to]));
      gap = "、";
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

}  // namespace

std::string start_main(const StartFacts& facts, const Reader& say) {
  Html out;
  out.element("h1", say("一个码，查来龙去脉", "One code, the whole chain"));
  if (facts.story != nullptr) {
    out.raw("<p class=\"demo\">")
        .raw(say("演示数据：单位、产品和码都是编的。", "Demonstration: firms, products and codes are invented."))
        .raw("</p>");
  }
  out.raw(search_form(say, ""));
  numbers_part(out, facts, say);
  if (facts.story == nullptr) {
    recent_part(out, facts, say);
    return out.take();
  }
  codes_part(out, *facts.story, say);
  network_part(out, *facts.story, say);
  if (facts.bad_lot) {
    out.raw("<h2>").raw(say("一批坏电芯去了哪里", "Where one bad lot of cells went")).raw("</h2><p>");
    out.link("/trace?direction=forward&id=" + url_encoded(codes::canonical_uri(facts.story->bad_lot)) +
                 (say.english ? "&lang=en" : ""),
             codes::display_text(facts.story->bad_lot));
    out.raw("</p>").raw(trace_parts(*facts.bad_lot, say, true, true));
  }
  return out.take();
}

}  // namespace suyuan::http
