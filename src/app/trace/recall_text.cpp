// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include "app/trace/recall.h"
#include "app/trace/recall_words.h"
#include "base/text.h"

namespace suyuan {

namespace {

class Report {
 public:
  Report(const RecallAnswer& answer, bool english) : answer_(answer), english_(english) {}

  std::string text() {
    line(english_ ? "Affected: {} items, {} lots, {} classes; {} items are no more; carried by {} boxes and the like"
                  : "受影响：单件 {}，批次 {}，品类 {}；其中已终结 {} 件；曾由 {} 个容器承载",
         answer_.items, answer_.lots, answer_.classes, answer_.ended, answer_.carriers);
    line(english_ ? "\nWho has it now ({})" : "\n现由谁持有（{}）", answer_.holdings_total);
    for (const RecallHolding& each : answer_.holdings) holding(each);
    more(answer_.holdings.size(), answer_.holdings_total);
    line(english_ ? "\nWhom to tell ({})" : "\n须通知（{}）", answer_.to_tell_total);
    for (const RecallAnswer::Told& each : answer_.to_tell)
      line("  {:>9}  {}{}", each.objects, named(each.who),
           each.holds_now ? "" : (english_ ? "  (had some, has none now)" : "（曾持有，现已无）"));
    more(answer_.to_tell.size(), answer_.to_tell_total);
    if (!answer_.unknown.empty()) line(english_ ? "\nWhat nobody can say" : "\n未知");
    for (const RecallAnswer::Unknown& each : answer_.unknown) unknown(each);
    text_.pop_back();
    return text_;
  }

 private:
  template <class... Values>
  void line(fmt::format_string<Values...> format, Values&&... values) {
    text_ += fmt::format(format, std::forward<Values>(values)...) + "\n";
  }
  template <class... Values>
  void line(const char* format, Values&&... values) {
    text_ += fmt::format(fmt::runtime(format), std::forward<Values>(values)...) + "\n";
  }

  void more(std::size_t shown, std::size_t total) {
    if (shown < total)
      line(english_ ? "  … and {} more: --limit, or --csv for the list of things"
                    : "  … 还有 {}：用 --limit，或用 --csv 导出清单",
           total - shown);
  }
  std::string named(trace::ObjectId object) const {
    const TraceName& name = answer_.names.at(object);
    return name.name.empty() ? codes::display_text(name.id)
                             : fmt::format("{}  {}", codes::display_text(name.id), excerpt(name.name, 300));
  }

  void holding(const RecallHolding& each) {
    std::string where = each.party ? named(*each.party) : english_ ? "nobody named" : "未指明";
    if (each.place) where += fmt::format(" @ {}", named(*each.place));
    if (each.in_transit) where += english_ ? "  (on the way)" : "（在途）";
    std::string lots;
    if (each.lots > 0) lots = fmt::format(fmt::runtime(english_ ? "  {} lots" : "  {} 批"), each.lots);
    for (const auto& [uom, amount] : each.amounts) lots += fmt::format(", {} {}", amount.to_string(), uom);
    if (each.lots_of_unknown_amount > 0)
      lots += fmt::format(fmt::runtime(english_ ? ", {} of unknown amount" : "，{} 批数量不明"),
                          each.lots_of_unknown_amount);
    line("  {:>9}  {}{}  {}", each.items, where, lots, format_instant(each.since_last));
  }

  void unknown(const RecallAnswer::Unknown& each) {
    line("  {:>9}  {}", each.objects, unknown_sentence(each.why, english_));
    if (each.why != RecallAnswer::Unknown::Why::kNoHolder) return;
    for (const auto& [object, last] : each.some) {
      if (last)
        line(english_ ? "             {}  last at {}  {}" : "             {}  末次所在 {}  {}", named(object),
             named(last->place), format_instant(last->at));
    }
    more(each.some.size(), static_cast<std::size_t>(each.objects));
  }

  const RecallAnswer& answer_;
  bool english_;
  std::string text_;
};

}  // namespace

std::string recall_text(const RecallAnswer& answer, bool english) { return Report(answer, english).text(); }

}  // namespace suyuan
