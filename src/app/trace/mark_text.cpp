// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>

#include "app/trace/load.h"
#include "app/trace/mark.h"
#include "base/csv.h"
#include "base/text.h"

namespace suyuan {

namespace {

using trace::Role;

template <class... Values>
std::string say(bool english, const char* in_english, const char* in_chinese, const Values&... values) {
  return fmt::format(fmt::runtime(english ? in_english : in_chinese), values...) + "\n";
}

std::string codes_of(const Mark& mark) {
  std::string text;
  for (const codes::Identity& code : mark.codes) text += (text.empty() ? "" : " ") + codes::display_text(code);
  return text;
}

std::string head(const MarkView& view, bool english) {
  const Mark& mark = view.mark;
  std::string text = fmt::format("{}  {}  {}\n", mark.id, codes_of(mark), excerpt(mark.acts.front().reason, 300));
  if (!mark.is_open)
    text += say(english, "  lifted {}: {}", "  已解除 {}：{}", format_instant(mark.acts.back().at),
                excerpt(mark.acts.back().reason, 300));
  text += say(english, "  affected: {} items, {} lots, {} classes; {} finds since; looked at {} of {} records",
              "  受影响：单件 {}，批次 {}，品类 {}；此后发现 {} 条；已查看记录 {}/{}", mark.affected.items,
              mark.affected.lots, mark.affected.classes, mark.finds, mark.looked, view.recorded.value_or(mark.looked));
  for (const codes::Identity& code : view.unseen)
    text += say(english, "  nobody has reported {} yet: check it against the label; if it is right, it is waited for",
                "  尚无人报告 {}：请与标签核对；如无误，出现时即会发现", codes::display_text(code));
  if (mark.recheck_since != 0)
    text += say(english, "  a record came late (no. {}): some of this may be too much until it is rechecked",
                "  有迟到的记录（第 {} 条）：复核前所列可能偏多", mark.recheck_since);
  return text;
}

// "from → to", as the event names them.
struct Route {
  std::string from, to;
};

Route route_of(const trace::StoredEvent& event, const std::map<trace::ObjectId, TraceName>& names) {
  Route route;
  const auto set = [&](std::string& end, std::initializer_list<Role> roles) {
    for (const Role role : roles) {
      for (const trace::Link& link : event.links) {
        if (link.role != role || !end.empty()) continue;
        const TraceName& name = names.at(link.object);
        end = codes::display_text(name.id) + (name.name.empty() ? "" : " " + excerpt(name.name, 300));
      }
    }
  };
  set(route.from,
      {Role::kSourcePossessor, Role::kSourceOwner, Role::kSourceLocation, Role::kBizLocation, Role::kReadPoint});
  set(route.to, {Role::kDestinationPossessor, Role::kDestinationOwner, Role::kDestinationLocation});
  return route;
}

std::string found_text(const MarkFinds& answer, const MarkFinds::Found& found, bool english) {
  const MarkFind& find = found.find;
  if (!found.event)
    return say(english, "{:>5}  {}  rechecked: {} more, {} less", "{:>5}  {}  复核：增 {}，减 {}", find.number,
               format_instant(find.found), find.newly, find.gone);
  const trace::StoredEvent& event = *found.event;
  const Route route = route_of(event, answer.names);
  std::string text = fmt::format("{:>5}  {}  {}  {}{}{}", find.number, format_instant(event.time, event.offset),
                                 deed_name(event, english), route.from, route.to.empty() ? "" : " → ", route.to);
  text += say(english, "  {} affected things", "  受影响 {} 个", find.goods.size());
  for (std::size_t i = 0; i < std::min<std::size_t>(find.goods.size(), 5); ++i)
    text += "         " + codes::display_text(answer.names.at(find.goods[i]).id) + "\n";
  if (find.newly > 0) text += say(english, "         {} of them new", "         其中新增 {} 个", find.newly);
  for (std::size_t i = 0; i < std::min<std::size_t>(find.carriers.size(), 5); ++i)
    text += say(english, "         inside {}", "         装于 {}",
                codes::display_text(answer.names.at(find.carriers[i]).id));
  for (const trace::ObjectId who : find.told)
    text += say(english, "         to be told as well: {} {}", "         新增须通知：{} {}",
                codes::display_text(answer.names.at(who).id), excerpt(answer.names.at(who).name, 300));
  return text;
}

std::string without_end(std::string text) {
  if (!text.empty()) text.pop_back();
  return text;
}

constexpr std::size_t kPage = 500;

std::string amount_in(const trace::StoredEvent& event, trace::ObjectId object) {
  for (const trace::Link& link : event.links) {
    if (link.object == object && link.role <= Role::kOutput)
      return fmt::format("{},{}", link.amount ? link.amount->to_string() : "", csv_cell(link.uom));
  }
  return ",";
}

Status rows_of(const MarkFinds& answer, const MarkFinds::Found& found, Warehouse& warehouse, std::string& text) {
  if (!found.event) return Done{};
  const trace::StoredEvent& event = *found.event;
  const Route route = route_of(event, answer.names);
  for (const bool carries : {false, true}) {
    const auto& objects = carries ? found.find.carriers : found.find.goods;
    auto ids = warehouse.describe(objects);
    if (!ids) return std::move(ids.error());
    for (std::size_t i = 0; i < objects.size(); ++i)
      text += fmt::format("{},{},{},{} {},{},{},{},{},{},{}\r\n", found.find.number,
                          format_instant(event.time, event.offset), format_instant(event.recorded),
                          deed_name(event, false), deed_word(event), carries ? "容器 carrier" : "受影响 affected",
                          csv_cell(codes::display_text((*ids)[i])), amount_in(event, objects[i]), csv_cell(route.from),
                          csv_cell(route.to), csv_cell(event.id));
  }
  return Done{};
}

}  // namespace

std::string marks_text(const std::vector<MarkView>& views, bool english) {
  std::string text;
  for (const MarkView& view : views) text += head(view, english);
  if (views.empty()) text = say(english, "Nothing is marked.", "没有标记。");
  return without_end(std::move(text));
}

std::string mark_finds_text(const MarkFinds& answer, bool english) {
  std::string text = head(answer.view, english);
  for (const auto& found : answer.finds) text += found_text(answer, found, english);
  if (answer.more)
    text += say(english, "  … more: --after {}", "  … 还有：--after {}", answer.finds.back().find.number);
  return without_end(std::move(text));
}

Status mark_finds_csv(const Permit<identity::Act::kMarkRead>& permit, const std::string& id, std::int64_t after,
                      const MarkServices& services, const std::function<void(std::string_view)>& write) {
  for (bool first = true, more = true; more; first = false) {
    auto page = mark_finds(permit, id, after, kPage, services);
    if (!page) return std::move(page.error());
    if (first) {
      write(kByteOrderMark);
      write(
          "序号 number,发生时间 event time,记录时间 record time,动作 did,作用 part,代码 code,数量 amount,单位 "
          "unit,由 from,至 to,事件 event\r\n");
    }
    std::string text;
    for (const auto& found : page->finds) {
      if (auto done = rows_of(*page, found, services.warehouse, text); !done) return done;
    }
    write(text);
    more = page->more;
    if (more) after = page->finds.back().find.number;
  }
  return Done{};
}

}  // namespace suyuan
