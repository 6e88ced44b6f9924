// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include "app/monitoring/backtest.h"

namespace suyuan {

namespace {

using monitoring::number_text;
using monitoring::shown;

struct Words {
  std::string_view files, left_out, no_known, rate, little, rose, rise, events, seen, missed, alarms, none, more;
};

constexpr Words kEnglish{
    "{} series over {} periods ({} to {}), from {} lines; policy {}.\n",
    "Left out: {} outside the filter, {} values missing, {} repeated ids.\n",
    "No known events were named (--events), so every alarm counts as a false one: the rates are upper limits.\n",
    "  {} periods judged: {} signals = {} held back by the false discovery control + {} repeats + {} alarms.\n"
    "  On stretches without known events: {} signals and {} alarms in {} periods; false alarms {:.3f} per 1000.\n",
    "  {} periods had too little data to judge.\n",
    "  What rose, the most first:\n",
    "  {:>3}. {}  {}: {} then ({} so far), {} in the half year after, {} in the one before\n",
    "  Known events:\n",
    "    {} (from {}): first alarm {}, after {} periods, {}\n",
    "    {} (from {}): no alarm\n",
    "  Alarms:\n",
    "  No alarm.\n",
    "    … and {} more (--limit)\n"};

constexpr Words kChinese{"{} 个序列，{} 个周期（{} 至 {}），来自 {} 行数据；策略版本 {}。\n",
                         "未计入：过滤条件之外 {} 行，缺少取值 {} 处，重复编号 {} 行。\n",
                         "没有给出已知事件（--events），因此每次报警都按误报计：误报率是上限。\n",
                         "  判断 {} 个周期：信号 {} = 错误发现率控制压下 {} + 重复 {} + 报警 {}。\n"
                         "  在没有已知事件的时段：信号 {}，报警 {}，共 {} 个周期；误报率每千个周期 {:.3f}。\n",
                         "  另有 {} 个周期数据太少，不作判断。\n",
                         "  上升最多的：\n",
                         "  {:>3}. {}  {}：当期 {} 例（累计 {}），其后半年 {} 例，此前半年 {} 例\n",
                         "  已知事件：\n",
                         "    {}（自 {} 起）：首次报警 {}，滞后 {} 个周期，{}\n",
                         "    {}（自 {} 起）：没有报警\n",
                         "  报警：\n",
                         "  没有报警。\n",
                         "    …… 另有 {} 条（--limit）\n"};

template <class... Values>
void put(std::string& text, std::string_view form, const Values&... values) {
  fmt::format_to(std::back_inserter(text), fmt::runtime(form), values...);
}

void put_run(std::string& text, const Backtest& answer, const monitoring::Run& run, std::size_t limit, bool english,
             const Words& words) {
  const auto& tally = run.tally;
  put(text, "\n{}\n", method_title(tally.method));
  put(text, words.rate, tally.judged, tally.signalled, tally.held, tally.repeated, tally.raised, tally.calm_signalled,
      tally.calm_raised, tally.calm_judged,
      tally.calm_judged == 0
          ? 0.0
          : 1000.0 * static_cast<double>(tally.calm_raised) / static_cast<double>(tally.calm_judged));
  if (tally.too_little > 0) put(text, words.little, tally.too_little);
  if (!answer.known.empty()) text += words.events;
  for (const auto& found : detections(answer.panel, run, answer.known)) {
    const std::string from = format_day(found.event->from);
    if (found.first == nullptr) {
      put(text, words.missed, found.event->name, from);
    } else {
      put(text, words.seen, found.event->name, from, format_day(found.first->ends), found.delay_periods,
          shown(found.first->parts));
    }
  }
  const auto rises = rank_rises(answer.panel, run);
  if (!rises.empty() && limit > 0) text += words.rose;
  for (std::size_t i = 0; i < std::min(limit, rises.size()); ++i) {
    const auto& rise = rises[i];
    put(text, words.rise, i + 1, format_day(rise.alarm->ends), shown(rise.alarm->parts), number_text(rise.alarm->count),
        number_text(rise.until), number_text(rise.after), number_text(rise.before));
  }
  text += run.alarms.empty() ? words.none : words.alarms;
  for (std::size_t i = 0; i < std::min(limit, run.alarms.size()); ++i)
    put(text, "    {}\n", sentence(run.alarms[i], answer.panel.period, english));
  if (run.alarms.size() > limit) put(text, words.more, run.alarms.size() - limit);
}

}  // namespace

std::string backtest_text(const Backtest& answer, std::size_t limit, bool english) {
  const Words& words = english ? kEnglish : kChinese;
  const auto& panel = answer.panel;
  std::string text;
  put(text, words.files, panel.series.size(), panel.periods, format_day(panel.end_of(0)),
      format_day(panel.end_of(panel.periods - 1)), answer.intake.lines, monitoring::detection_policy().version);
  const auto& intake = answer.intake;
  if (intake.outside + intake.incomplete + intake.repeated > 0)
    put(text, words.left_out, intake.outside, intake.incomplete, intake.repeated);
  if (answer.known.empty()) text += words.no_known;
  for (const auto& run : answer.runs) put_run(text, answer, run, limit, english, words);
  text.pop_back();  // the caller ends the line
  return text;
}

}  // namespace suyuan
