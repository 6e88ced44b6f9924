// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "app/monitoring/backtest.h"
#include "base/text.h"

namespace suyuan {

namespace {

using monitoring::Family;
using monitoring::Judgement;
using monitoring::Panel;
using monitoring::Run;
using monitoring::Series;
using monitoring::shown;

constexpr double kWidth = 960, kHeight = 420, kLeft = 56, kRight = 16, kTop = 78, kBottom = 56;

std::string escaped(std::string_view text) {
  std::string safe;
  for (const char c : text) {
    if (c == '<') {
      safe += "&lt;";
    } else if (c == '&') {
      safe += "&amp;";
    } else if (c == '"') {
      safe += "&quot;";
    } else if (static_cast<unsigned char>(c) >= 0x20) {
      safe += c;
    }
  }
  return safe;
}

// 1, 2 or 5 times a power of ten, so that at most six lines are drawn.
double step_for(double most) {
  double power = 1;
  while (power * 60 < most) power *= 10;
  for (const double factor : {1.0, 2.0, 5.0}) {
    if (power * factor * 6 >= most) return power * factor;
  }
  return power * 10;
}

class Chart {
 public:
  Chart(const Panel& panel, const Series& series, const Run& run, bool english)
      : panel_(panel),
        series_(series),
        run_(run),
        english_(english),
        judged_(judge_series(panel, static_cast<std::size_t>(&series - panel.series.data()), run.tally.method,
                             monitoring::detection_policy())) {
    for (const double count : series.counts) most_ = std::max(most_, count);
    for (const Judgement& judged : judged_) {
      // A bound far above everything would flatten the bars.
      if (has_bound(judged) && judged.upper <= 3 * most_ + 3) highest_ = std::max(highest_, judged.upper);
    }
    highest_ = std::max(highest_, most_);
  }

  std::string draw() {
    text_ = fmt::format(
        R"(<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {0:.0f} {1:.0f}" width="{0:.0f}" height="{1:.0f}" font-family="'Noto Sans CJK SC','Noto Sans SC','PingFang SC','Microsoft YaHei',sans-serif" font-size="13" fill="#222">)"
        "\n",
        kWidth, kHeight);
    text_ += R"(<rect width="100%" height="100%" fill="#fff"/>)"
             "\n";
    heading();
    grid();
    bars();
    bound();
    expected();
    alarms();
    return text_ + "</svg>\n";
  }

 private:
  static bool has_bound(const Judgement& judged) {
    return judged.verdict != stats::Verdict::kTooLittle && !judged.bounds_score && judged.upper > 0;
  }
  double x(double period) const {
    return kLeft + (kWidth - kLeft - kRight) * period / static_cast<double>(panel_.periods);
  }
  double y(double count) const {
    return kHeight - kBottom - (kHeight - kTop - kBottom) * std::min(count, highest_) / std::max(highest_, 1.0);
  }
  void put(const std::string& element) { text_ += element + "\n"; }

  void heading() {
    const std::string name = series_.parts.empty() ? std::string(english_ ? "All" : "全部") : shown(series_.parts);
    const auto method = method_title(run_.tally.method);
    put(fmt::format(R"(<title>{}</title>)", escaped(name)));
    put(fmt::format(R"(<text x="{:.0f}" y="26" font-size="17" font-weight="600">{}</text>)", kLeft,
                    escaped(excerpt(name, 150))));
    double at = kLeft;
    const auto legend = [&](std::string_view mark, std::string_view label, double width) {
      put(fmt::format(R"x(<g transform="translate({:.0f},46)">{}<text x="22" y="9">{}</text></g>)x", at, mark, label));
      at += width;
    };
    legend(R"(<rect y="-2" width="14" height="12" fill="#9db7d5"/>)", english_ ? "counted" : "计数",
           english_ ? 92 : 74);
    legend(R"(<path d="M0 4h16" stroke="#3a5f3a" stroke-width="1.5" stroke-dasharray="4 3"/>)",
           english_ ? "expected" : "预期", english_ ? 98 : 74);
    legend(R"(<path d="M0 4h16" stroke="#b45f06" stroke-width="1.5"/>)", english_ ? "bound of the count" : "计数上限",
           english_ ? 160 : 100);
    legend(R"(<path d="M7 -2l6 11h-12z" fill="#b00020"/>)", english_ ? "alarm" : "报警", english_ ? 80 : 74);
    put(fmt::format(R"(<text x="{:.0f}" y="55" text-anchor="end" fill="#555">{}</text>)", kWidth - kRight, method));
  }

  void grid() {
    const double step = std::max(1.0, step_for(highest_));
    for (double count = 0; count <= highest_; count += step) {
      put(fmt::format(R"(<path d="M{:.1f} {:.1f}H{:.1f}" stroke="#e3e3e3"/>)", kLeft, y(count), kWidth - kRight));
      put(fmt::format(R"(<text x="{:.1f}" y="{:.1f}" text-anchor="end">{:.0f}</text>)", kLeft - 8, y(count) + 4,
                      count));
    }
    const std::size_t apart = std::max<std::size_t>(1, (panel_.periods + 8) / 9);
    for (std::size_t period = 0; period < panel_.periods; period += apart) {
      const double at = x(static_cast<double>(period) + 0.5);
      put(fmt::format(R"(<path d="M{0:.1f} {1:.1f}v5" stroke="#888"/>)", at, kHeight - kBottom));
      put(fmt::format(R"(<text x="{:.1f}" y="{:.1f}" text-anchor="middle">{}</text>)", at, kHeight - kBottom + 20,
                      format_day(panel_.end_of(period))));
    }
    const auto word = english_ ? fmt::format("reports a {} (last day of the {} below)", period_name(panel_.period),
                                             period_name(panel_.period))
                               : std::string("每周期报告数（横轴为周期的最后一天）");
    put(fmt::format(R"(<text x="{:.0f}" y="{:.0f}" fill="#555">{}</text>)", kLeft, kHeight - 12, word));
  }

  void bars() {
    const double width = std::max(0.6, (kWidth - kLeft - kRight) / static_cast<double>(panel_.periods) * 0.8);
    std::string path;
    for (std::size_t t = 0; t < series_.counts.size(); ++t) {
      if (series_.counts[t] == 0) continue;
      const double at = x(static_cast<double>(series_.known_from + t) + 0.1), top = y(series_.counts[t]);
      path += fmt::format("M{:.1f} {:.1f}h{:.2f}V{:.1f}h-{:.2f}z", at, top, width, kHeight - kBottom, width);
    }
    put(fmt::format(R"(<path d="{}" fill="#9db7d5"/>)", path));
  }

  // A line through the middle of the periods, broken where there is no value.
  template <class Has, class Value>
  std::string line(Has&& has, Value&& value) const {
    std::string path;
    bool down = false;
    for (std::size_t t = 0; t < judged_.size(); ++t) {
      if (!has(judged_[t])) {
        down = false;
        continue;
      }
      path += fmt::format("{}{:.1f} {:.1f}", down ? "L" : "M", x(static_cast<double>(series_.known_from + t) + 0.5),
                          y(value(judged_[t])));
      down = true;
    }
    return path;
  }
  void bound() {
    put(fmt::format(R"(<path d="{}" fill="none" stroke="#b45f06" stroke-width="1.3"/>)",
                    line(has_bound, [](const Judgement& judged) { return judged.upper; })));
  }
  void expected() {
    const auto has = [](const Judgement& judged) {
      return judged.verdict != stats::Verdict::kTooLittle && (judged.expected > 0 || judged.upper > 0);
    };
    put(fmt::format(R"(<path d="{}" fill="none" stroke="#3a5f3a" stroke-width="1.3" stroke-dasharray="4 3"/>)",
                    line(has, [](const Judgement& judged) { return judged.expected; })));
  }

  void alarms() {
    for (const auto& alarm : run_.alarms) {
      if (alarm.parts != series_.parts) continue;
      const double at = x(static_cast<double>(alarm.period) + 0.5), tip = std::max(kTop - 6, y(alarm.count) - 14);
      put(fmt::format(R"(<path d="M{:.1f} {:.1f}l5 9h-10z" fill="#b00020"><title>{}</title></path>)", at, tip,
                      escaped(sentence(alarm, panel_.period, english_))));
    }
  }

  const Panel& panel_;
  const Series& series_;
  const Run& run_;
  bool english_;
  std::vector<Judgement> judged_;
  double most_ = 0, highest_ = 1;
  std::string text_;
};

}  // namespace

Result<std::string> backtest_svg(const Backtest& answer, std::string_view name, bool english) {
  const auto run = std::find_if(answer.runs.begin(), answer.runs.end(),
                                [](const Run& each) { return family_of(each.tally.method) == Family::kSeries; });
  const auto& all = answer.panel.series;
  auto series = all.end();
  if (run != answer.runs.end() && name.empty()) {
    const auto rises = rank_rises(answer.panel, *run);
    series = rises.empty() ? all.begin() : std::find_if(all.begin(), all.end(), [&](const Series& each) {
      return each.parts == rises.front().alarm->parts;
    });
  } else if (run != answer.runs.end()) {
    series = std::find_if(all.begin(), all.end(), [&](const Series& each) { return shown(each.parts) == name; });
  }
  if (series == all.end())
    return Error{
        ErrorKind::kNotFound, "detection.series",
        fmt::format("There is no series \"{}\" to draw, or no method of single series was asked for. Write its "
                    "values with \" × \" between them, as the lists do.",
                    excerpt(name))};
  return Chart(answer.panel, *series, *run, english).draw();
}

}  // namespace suyuan
