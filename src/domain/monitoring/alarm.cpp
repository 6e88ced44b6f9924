// SPDX-License-Identifier: Apache-2.0
#include "domain/monitoring/alarm.h"

#include <fmt/format.h>

#include <cmath>

#include "base/text.h"
#include "engine/digest/sha256.h"

namespace suyuan::monitoring {

namespace {

// Texts by length and numbers by their bits, so that no two inputs read the same.
class Inputs {
 public:
  void add(std::string_view text) { text_ += fmt::format("{}:{}\n", text.size(), text); }
  void add(double number) { text_ += fmt::format("{:a}\n", number); }
  std::string hash() const { return hex(sha256(text_)); }

 private:
  std::string text_;
};

Inputs begin(const Panel& panel, const std::vector<std::string>& parts, std::size_t period, Method asked,
             const DetectionPolicy& policy) {
  Inputs inputs;
  inputs.add("suyuan detection");
  inputs.add(std::to_string(kMethodsVersion));
  inputs.add(policy.version);
  for (const PolicyRow& row : policy.rows) inputs.add(row.method + "." + row.parameter + "=" + row.value);
  inputs.add(method_name(asked));
  inputs.add(period_name(panel.period));
  inputs.add(format_day(panel.end_of(period)));
  for (std::size_t i = 0; i < parts.size(); ++i) {
    if (i < panel.dimensions.size()) inputs.add(panel.dimensions[i]);
    inputs.add(parts[i]);
  }
  return inputs;
}

std::string tail_text(double tail) { return tail < 0.001 ? fmt::format("{:.1e}", tail) : fmt::format("{:.3f}", tail); }

std::string_view period_word(Period period, bool english) {
  if (english) return period_name(period);
  return period == Period::kDay ? "日" : period == Period::kWeek ? "周" : "月";
}

// ", which 1 of … such series shows by chance": only where the control was on.
std::string control_text(const Alarm& alarm, bool english) {
  if (alarm.family == 0) return "";
  return english ? fmt::format("; adjusted for {} series p = {}", alarm.family, tail_text(alarm.adjusted))
                 : fmt::format("；按 {} 个序列校正后 p = {}", alarm.family, tail_text(alarm.adjusted));
}

}  // namespace

std::string inputs_hash(const Panel& panel, const Series& series, std::size_t period, Method asked,
                        const DetectionPolicy& policy, const stats::GammaPrior& siblings) {
  Inputs inputs = begin(panel, series.parts, period, asked, policy);
  for (const double count : series.until(period)) inputs.add(count);
  for (const double value : {siblings.mean, siblings.shape, siblings.rate}) inputs.add(value);
  return inputs.hash();
}

std::string inputs_hash(const Panel& panel, const std::vector<std::string>& parts, std::size_t period, Method asked,
                        const DetectionPolicy& policy, std::span<const double> numbers) {
  Inputs inputs = begin(panel, parts, period, asked, policy);
  for (const double number : numbers) inputs.add(number);
  return inputs.hash();
}

std::string number_text(double value) {
  if (!std::isfinite(value)) return value > 0 ? "∞" : "-∞";
  if (value == std::floor(value) && std::abs(value) < 1e15) return fmt::format("{:.0f}", value);
  if (std::abs(value) >= 100) return fmt::format("{:.0f}", value);
  return std::abs(value) >= 10  ? fmt::format("{:.1f}", value)
         : std::abs(value) >= 1 ? fmt::format("{:.2f}", value)
                                : fmt::format("{:.3f}", value);
}

std::string sentence(const Alarm& alarm, Period period, bool english) {
  const Judgement& judged = alarm.judged;
  const std::string name = shown(alarm.parts), count = number_text(alarm.count), ends = format_day(alarm.ends),
                    expected = number_text(judged.expected), upper = number_text(judged.upper),
                    score = number_text(judged.score), control = control_text(alarm, english);
  const std::string_view title = method_title(judged.method), word = period_word(period, english);
  const std::string time =
      alarm.duration == 1
          ? (english ? fmt::format("In the {} to {}", word, ends) : fmt::format("截至 {} 的一{}", ends, word))
          : (english ? fmt::format("In the {} {}s to {}", alarm.duration, word, ends)
                     : fmt::format("截至 {} 的 {} {}", ends, alarm.duration, word));
  const std::string what = english ? fmt::format("{}: {} reported for {}, {} expected", time, count, name, expected)
                                   : fmt::format("{}，{} 报告 {} 例，预期 {} 例", time, name, count, expected);
  const bool of_score = judged.bounds_score;
  if (english)
    return of_score ? fmt::format("{}; {} reaches {}, its bound is {}{}.", what, title, score, upper, control)
                    : fmt::format("{}, at most {} by {} (score {}){}.", what, upper, title, score, control);
  return of_score ? fmt::format("{}；{} 统计量 {}，超过界限 {}{}。", what, title, score, upper, control)
                  : fmt::format("{}，{} 上限 {} 例（得分 {}）{}。", what, title, upper, score, control);
}

}  // namespace suyuan::monitoring
