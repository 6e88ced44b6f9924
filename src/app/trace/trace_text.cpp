// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include "app/trace/trace.h"
#include "app/trace/words.h"
#include "base/text.h"

namespace suyuan {

namespace {

class Report {
 public:
  Report(const TraceAnswer& answer, bool english) : answer_(answer), english_(english) {}

  std::string text() {
    section(english_ ? "Asked for" : "查询对象",
            [&](const TraceNode& node) { return node.state.reach == trace::Reach::kStart; });
    section(english_ ? "Where it came from" : "来源",
            [&](const TraceNode& node) { return node.state.reach != trace::Reach::kStart && node.state.back; });
    section(english_ ? "Where it went" : "去向", [&](const TraceNode& node) {
      return node.state.reach != trace::Reach::kStart && node.state.forward && !node.state.back;
    });
    holders();
    missing();
    if (!answer_.continuation.empty())
      text_ += fmt::format("\n{}{}\n", english_ ? "There is more: --continue " : "还有更多：--continue ",
                           answer_.continuation);
    text_.pop_back();
    return text_;
  }

 private:
  std::string named(trace::ObjectId object) const {
    const TraceName& name = answer_.names.at(object);
    return name.name.empty() ? codes::display_text(name.id)
                             : fmt::format("{}  {}", codes::display_text(name.id), excerpt(name.name, 300));
  }

  // " 30–60/100 KGM": how much of what was asked for is in it.
  static std::string amount(const TraceNode& node) {
    const auto& bounds = node.state.amount;
    if (!bounds || node.state.reach == trace::Reach::kStart) return "";
    const std::string least = bounds->least.to_string(), most = bounds->most.to_string();
    return fmt::format("  {}/{} {}", least == most ? least : least + "–" + most, bounds->of.to_string(), bounds->uom);
  }

  template <class Belongs>
  void section(std::string_view title, Belongs belongs) {
    std::size_t count = 0;
    std::string lines;
    for (const TraceNode& node : answer_.nodes) {
      if (!belongs(node)) continue;
      ++count;
      lines += fmt::format("  {:>2}  {} [{}{}]{}\n", node.state.distance, named(node.object),
                           level_word(node.level, english_),
                           node.state.reach == trace::Reach::kCarrier || node.state.reach == trace::Reach::kLotOf
                               ? fmt::format(" · {}", reach_sentence(node.state.reach, english_))
                               : "",
                           amount(node));
    }
    if (count > 0) text_ += fmt::format("{} ({})\n{}", title, count, lines);
  }

  void holders() {
    if (answer_.holders.empty()) return;
    text_ += fmt::format("{} ({})\n", english_ ? "Who holds it now" : "现在谁持有", answer_.holders.size());
    for (const trace::Holder& holder : answer_.holders) {
      std::string who = holder.party ? named(*holder.party) : "";
      if (holder.place) who += (who.empty() ? "" : " · ") + named(*holder.place);
      const std::string amount = holder.amount ? fmt::format(" {} {}", holder.amount->to_string(), holder.uom) : "";
      text_ +=
          fmt::format("  {}{} → {}{}  {}\n", named(holder.object), amount, who,
                      holder.in_transit ? (english_ ? " (on the way)" : "（在途）") : "", format_instant(holder.since));
    }
  }

  void missing() {
    if (answer_.missing.empty()) return;
    text_ += fmt::format("{} ({})\n", english_ ? "What is missing" : "缺少的记录", answer_.missing.size());
    for (const trace::Missing& missing : answer_.missing)
      text_ += fmt::format("  {}: {}\n", named(missing.object), missing_sentence(missing.kind, english_));
  }

  const TraceAnswer& answer_;
  bool english_;
  std::string text_;
};

}  // namespace

std::string trace_text(const TraceAnswer& answer, bool english) { return Report(answer, english).text(); }

}  // namespace suyuan
