// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "adapters/http/page_parts.h"
#include "base/text.h"
#include "domain/trace/vocabulary.h"

namespace suyuan::http {

namespace {

using trace::ObjectId;

constexpr std::size_t kBoxesMax = 40;
constexpr int kColumnsMax = 9;
constexpr std::size_t kRowsMax = 60;

// Many serials of one product are one box: a picture of 500 boxes tells nobody anything.
class Grouped {
 public:
  Grouped(const TraceAnswer& answer, const Reader& say) : answer_(answer), say_(say) {
    for (const TraceNode& node : answer.nodes) {
      const std::size_t box = box_of(group_of(node), node);
      of_object_[node.object] = box;
      ++counts_[box];
    }
    for (const trace::Edge& edge : answer.edges) add_line(edge);
    place_columns();
    for (std::size_t i = 0; i < picture_.boxes.size(); ++i) {
      if (counts_[i] > 1) picture_.boxes[i].note = fmt::format("× {}", counts_[i]);
    }
  }

  const Picture& picture() const { return picture_; }
  bool left_out() const { return left_out_; }

 private:
  static constexpr std::size_t kNone = static_cast<std::size_t>(-1);

  const TraceName& name_of(ObjectId object) const { return answer_.names.at(object); }

  std::string group_of(const TraceNode& node) const {
    const codes::Identity& id = name_of(node.object).id;
    if (node.level != codes::Level::kItem || node.state.reach == trace::Reach::kStart) return id.key;
    const auto of_class = codes::class_of(id);
    return fmt::format("items {} {}", static_cast<int>(node.state.reach),
                       of_class                        ? of_class->key
                       : id.key.substr(0, 4) == "/00/" ? "sscc"
                                                       : id.key);
  }

  std::size_t box_of(const std::string& group, const TraceNode& node) {
    const auto found = of_group_.find(group);
    if (found != of_group_.end()) return found->second;
    if (picture_.boxes.size() >= kBoxesMax) {
      left_out_ = true;
      return of_group_[group] = kNone;
    }
    const TraceName& name = name_of(node.object);
    Box box{0, name.name, codes::display_text(name.id), kind_of(node)};
    if (box.title.empty())
      box.title = name.id.key.starts_with("/00/")     ? std::string(say_("物流单元（箱）", "Carton"))
                  : name.id.key.starts_with("/8003/") ? std::string(say_("托盘", "Pallet"))
                                                      : box.note;
    picture_.boxes.push_back(std::move(box));
    return of_group_[group] = picture_.boxes.size() - 1;
  }

  static BoxKind kind_of(const TraceNode& node) {
    if (node.state.reach == trace::Reach::kStart) return BoxKind::kStart;
    return node.state.reach == trace::Reach::kCarrier ? BoxKind::kCarrier : BoxKind::kGoods;
  }

  std::size_t process_box(trace::EventSeq process) {
    const auto found = of_process_.find(process);
    if (found != of_process_.end()) return found->second;
    if (picture_.boxes.size() >= kBoxesMax) {
      left_out_ = true;
      return kNone;
    }
    std::string note;
    for (const trace::StoredEvent& event : answer_.events) {
      if (event.seq == process) note = time_text(event.time, event.offset);
    }
    picture_.boxes.push_back({0, std::string(say_("加工 / 组装", "Processing")), note, BoxKind::kProcess});
    return of_process_[process] = picture_.boxes.size() - 1;
  }

  void add_line(const trace::Edge& edge) {
    const auto end_of = [&](const std::optional<ObjectId>& object) {
      if (!object) return edge.process ? process_box(*edge.process) : kNone;
      const auto found = of_object_.find(*object);
      return found == of_object_.end() ? kNone : found->second;
    };
    const std::size_t from = end_of(edge.from);
    const std::size_t to = end_of(edge.to);
    if (from == kNone || to == kNone || from == to) return;
    const std::pair line(from, to);
    auto& lines = picture_.lines;
    if (std::find(lines.begin(), lines.end(), line) == lines.end()) lines.push_back(line);
  }

  // The longest way from the left; a round trip stops at the last column.
  void place_columns() {
    auto& boxes = picture_.boxes;
    for (int round = 0; round < kColumnsMax; ++round) {
      for (const auto& [from, to] : picture_.lines) {
        boxes[to].column = std::max(boxes[to].column, std::min(boxes[from].column + 1, kColumnsMax - 1));
      }
    }
  }

  const TraceAnswer& answer_;
  const Reader& say_;
  Picture picture_;
  std::map<std::string, std::size_t> of_group_;
  std::map<ObjectId, std::size_t> of_object_;
  std::map<trace::EventSeq, std::size_t> of_process_;
  std::map<std::size_t, std::size_t> counts_;
  bool left_out_ = false;
};

void table_head(Html& out, std::string_view caption, std::initializer_list<std::string_view> cells) {
  out.raw("<div class=\"wide\" tabindex=\"0\" role=\"region\" aria-label=\"").text(caption).raw("\"><table><caption>");
  out.text(caption).raw("</caption><thead><tr>");
  for (const auto cell : cells) out.raw("<th scope=\"col\">").text(cell).raw("</th>");
  out.raw("</tr></thead><tbody>");
}

std::string_view direction_text(const trace::NodeState& state, const Reader& say) {
  if (state.reach == trace::Reach::kStart) return say("起点", "start");
  if (state.reach == trace::Reach::kCarrier) return say("承载过它", "carried it");
  if (state.reach == trace::Reach::kLotOf) return say("所属批次", "its lot");
  if (state.back && state.forward) return say("上下游", "both ways");
  return state.back ? say("来源", "source") : say("受影响", "affected");
}

void picture_part(Html& out, const TraceAnswer& answer, const Reader& say) {
  const Grouped grouped(answer, say);
  const Picture& drawn = grouped.picture();
  Picture picture = drawn;
  picture.label =
      std::string(say("追溯图，下面的表说的是同一件事", "Picture of the chain; the table below says the same"));
  out.raw("<h2>")
      .raw(say("图", "Picture"))
      .raw("</h2><div class=\"wide\" tabindex=\"0\" role=\"region\" aria-label=\"");
  out.text(picture.label).raw("\">").raw(draw(picture)).raw("</div><p class=\"note\">");
  out.raw(say(
      "黄：起点；蓝：货物；白：加工；灰虚线：承载物（箱、托盘），自身不受影响。",
      "Yellow: start. Blue: goods. White: processing. Grey, dashed: cartons and pallets, not affected themselves."));
  if (grouped.left_out()) out.raw(say("图只画前 40 格。", " Only the first 40 boxes are drawn."));
  out.raw("</p>");
  table_head(out, say("图中的内容", "What the picture shows"),
             {say("内容", "What"), say("码 / 数量", "Code / number"), say("下一步", "Next")});
  for (std::size_t i = 0; i < picture.boxes.size(); ++i) {
    out.raw("<tr>").element("td", picture.boxes[i].title).element("td", picture.boxes[i].note).raw("<td>");
    std::string_view gap = "";
    for (const auto& [from, to] : picture.lines) {
      if (from != i) continue;
      out.text(gap).text(picture.boxes[to].title);
      gap = "；";
    }
    out.raw("</td></tr>");
  }
  out.raw("</tbody></table></div>");
}

struct Held {
  std::size_t goods = 0;
  bool in_transit = false;
  std::vector<std::string> examples;
};

void holders_part(Html& out, const TraceAnswer& answer, const Reader& say, bool with_names, bool brief) {
  if (answer.request.direction == trace::Direction::kBack) return;
  std::map<std::pair<std::string, bool>, Held> by_holder;
  for (const trace::Holder& holder : answer.holders) {
    const auto who = holder.party ? holder.party : holder.place;
    std::string name(say("不知道是谁", "nobody named"));
    if (who) {
      const TraceName& known = answer.names.at(*who);
      name = with_names && !known.name.empty() ? known.name : codes::display_text(known.id);
    }
    Held& held = by_holder[{name, holder.in_transit}];
    ++held.goods;
    if (!brief && held.examples.empty()) {
      held.examples.push_back(codes::display_text(answer.names.at(holder.object).id));
    }
  }
  out.raw("<h2>").raw(say("现在在谁手里", "Who holds it now")).raw("</h2>");
  if (by_holder.empty()) {
    out.raw("<p>").raw(say("没有记录说谁持有。", "No record says who holds it.")).raw("</p>");
    return;
  }
  const std::string_view caption = say("持有者（本页节点）", "Holders (of the nodes on this page)");
  const std::string_view who = say("谁", "Who");
  const std::string_view number = say("件 / 批", "Things / lots");
  const std::string_view state = say("状态", "State");
  if (brief) {
    table_head(out, caption, {who, number, state});
  } else {
    table_head(out, caption, {who, number, state, say("例", "Such as")});
  }
  std::size_t rows = 0;
  for (const auto& [key, held] : by_holder) {
    if (rows++ >= kRowsMax) break;
    out.raw("<tr>").element("td", key.first).element("td", std::to_string(held.goods));
    out.element("td", key.second ? say("在途", "in transit") : say("已收到", "received"));
    if (!brief) out.element("td", fmt::format("{}", fmt::join(held.examples, " ")));
    out.raw("</tr>");
  }
  out.raw("</tbody></table></div>");
  if (by_holder.size() > kRowsMax) {
    out.raw("<p class=\"note\">").text(fmt::format("+ {}", by_holder.size() - kRowsMax)).raw("</p>");
  }
}

std::string_view missing_text(trace::Missing::Kind kind, const Reader& say) {
  switch (kind) {
    case trace::Missing::Kind::kNeverReceived:
      return say("发出后没有收货记录", "shipped, never received");
    case trace::Missing::Kind::kNoSource:
      return say("没有来源记录", "no source on record");
    case trace::Missing::Kind::kTooMuchOut:
      return say("出得比进得多", "more left than came");
    case trace::Missing::Kind::kNoHolder:
      return say("没有记录说明现在何处", "no record says where it is");
    case trace::Missing::Kind::kNoInputs:
      return say("加工缺投入或产出", "processing without inputs or outputs");
  }
  return "";
}

void missing_part(Html& out, const TraceAnswer& answer, const Reader& say) {
  out.raw("<h2>").raw(say("缺什么", "What is missing")).raw("</h2>");
  if (answer.missing.empty()) {
    out.raw("<p>").raw(say("没有发现缺口。", "No gap was found.")).raw("</p>");
    return;
  }
  std::map<trace::Missing::Kind, Held> by_kind;
  for (const trace::Missing& each : answer.missing) {
    Held& held = by_kind[each.kind];
    ++held.goods;
    if (held.examples.size() < 3) held.examples.push_back(codes::display_text(answer.names.at(each.object).id));
  }
  table_head(out, say("缺口", "Gaps"), {say("缺什么", "What"), say("件 / 批", "Things / lots"), say("例", "Such as")});
  for (const auto& [kind, held] : by_kind) {
    out.raw("<tr>").element("td", missing_text(kind, say)).element("td", std::to_string(held.goods));
    out.element("td", fmt::format("{}", fmt::join(held.examples, " "))).raw("</tr>");
  }
  out.raw("</tbody></table></div>");
}

void nodes_part(Html& out, const TraceAnswer& answer, const Reader& say, std::size_t first) {
  out.raw("<h2>").raw(say("逐项", "One by one")).raw("</h2>");
  const std::size_t end = std::min(answer.nodes.size(), first + kNodeRows);
  table_head(out, fmt::format("{} {}–{} / {}", say("节点", "Nodes"), first + 1, end, answer.nodes_total),
             {say("码", "Code"), say("名称", "Name"), say("关系", "Relation"), say("步数", "Steps")});
  for (std::size_t i = first; i < end; ++i) {
    const TraceNode& node = answer.nodes[i];
    const TraceName& name = answer.names.at(node.object);
    out.raw("<tr><td>").link(codes::page_path(name.id) + query_of(say), codes::display_text(name.id)).raw("</td>");
    out.element("td", name.name).element("td", direction_text(node.state, say));
    out.element("td", std::to_string(node.state.distance)).raw("</tr>");
  }
  out.raw("</tbody></table></div>");
}

}  // namespace

std::string trace_parts(const TraceAnswer& answer, const Reader& say, bool with_names, bool brief) {
  Html out;
  picture_part(out, answer, say);
  holders_part(out, answer, say, with_names, brief);
  if (!brief) missing_part(out, answer, say);
  return out.take();
}

std::string trace_nodes(const TraceAnswer& answer, const Reader& say, std::size_t first) {
  Html out;
  nodes_part(out, answer, say, first);
  return out.take();
}

std::string trace_form(const Reader& say, std::string_view id, std::string_view direction) {
  Html out;
  out.raw("<form action=\"/trace\" method=\"get\"><label>").raw(say("从哪个码查起", "Start from this code"));
  out.raw("<input name=\"id\" required maxlength=\"2000\" value=\"")
      .text(id)
      .raw("\" autocomplete=\"off\"></label><label>");
  out.raw(say("方向", "Direction")).raw("<select name=\"direction\">");
  const auto option = [&](std::string_view value, std::string_view label) {
    out.raw("<option value=\"")
        .raw(value)
        .raw(value == direction ? "\" selected>" : "\">")
        .text(label)
        .raw("</option>");
  };
  option("both", say("来龙去脉", "both ways"));
  option("back", say("从哪里来", "where from"));
  option("forward", say("到哪里去", "where to"));
  out.raw("</select></label>");
  if (say.english) out.raw("<input type=\"hidden\" name=\"lang\" value=\"en\">");
  if (say.large) out.raw("<input type=\"hidden\" name=\"size\" value=\"large\">");
  return out.raw("<button>").raw(say("追溯", "Trace")).raw("</button></form>").take();
}

}  // namespace suyuan::http
