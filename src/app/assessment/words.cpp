// SPDX-License-Identifier: Apache-2.0
#include "app/assessment/words.h"

#include <fmt/format.h>

#include <array>

namespace suyuan {

namespace {

using namespace assessment;

struct Word {
  std::string_view zh, en;
  std::string_view in(bool english) const { return english ? en : zh; }
};

template <std::size_t n, class Value>
std::string_view word_of(const std::array<Word, n>& words, Value value, bool english) {
  return words[static_cast<std::size_t>(value)].in(english);
}

template <class... Values>
std::string say(bool english, const char* zh, const char* en, Values&&... values) {
  return fmt::format(fmt::runtime(english ? en : zh), std::forward<Values>(values)...);
}

// A calculated value has more digits than anybody reads.
std::string readable(const std::string& number) {
  constexpr std::size_t kReadable = 12;
  if (number.size() <= kReadable || number.find('/') != std::string::npos) return number;
  auto value = stats::parse_rational(number);
  return value ? fmt::format("{:.6g}", stats::to_double(*value)) : number;
}

}  // namespace

std::string in(const Words& words, bool english) { return english ? words.en : words.zh; }

std::string_view colour_word(Colour colour, bool english) {
  static constexpr std::array<Word, 5> kWords = {
      {{"无", "none"}, {"蓝色", "blue"}, {"黄色", "yellow"}, {"橙色", "orange"}, {"红色", "red"}}};
  return word_of(kWords, colour, english);
}

std::string_view use_word(MarketUse use, bool english) {
  static constexpr std::array<Word, 3> kWords = {{{"公开销售", "anybody"},
                                                  {"只向少数特定客户提供配套", "few specific customers"},
                                                  {"不对外销售，只供本企业配套", "own use only"}}};
  return word_of(kWords, use, english);
}

std::string_view interest_word(Interest interest, bool english) {
  static constexpr std::array<Word, 4> kWords = {{{"人身健康", "health"},
                                                  {"财产", "property"},
                                                  {"环境", "environment"},
                                                  {"其他公共利益", "other public interest"}}};
  return word_of(kWords, interest, english);
}

std::string_view sampling_word(Sampling sampling, bool english) {
  static constexpr std::array<Word, 2> kWords = {{{"随机抽样", "random samples"}, {"针对性抽样", "targeted samples"}}};
  return word_of(kWords, sampling, english);
}

std::string series_word(std::string_view series, bool english) {
  if (series == "residues") return english ? "calculated from the residues" : "由残留检测结果计算";
  const Sampling sampling = series.ends_with("targeted") ? Sampling::kTargeted : Sampling::kRandom;
  return say(english, "移动加权平均，{}", "moving average, {}", sampling_word(sampling, english));
}

std::string_view weighting_word(Weighting weighting, bool english) {
  static constexpr std::array<Word, 5> kWords = {{{"层次分析法", "AHP"},
                                                  {"熵权法", "entropy"},
                                                  {"CRITIC法", "CRITIC"},
                                                  {"层次分析法与熵权法各半", "mean of AHP and entropy"},
                                                  {"层次分析法与熵权法乘积", "product of AHP and entropy"}}};
  return word_of(kWords, weighting, english);
}

std::string_view on_site_word(std::string_view key, bool english) {
  if (key == "exceptions") return english ? "only with cause" : "除例外情形外不主动实施";
  if (key == "focused") return english ? "focused" : "重点实施";
  if (key == "active") return english ? "on our own initiative where needed" : "必要时主动实施";
  return english ? "as usual" : "按常规";
}

std::string probability_text(const stats::Rational& probability, bool is_estimate) {
  constexpr std::size_t kReadable = 24;
  std::string exact = stats::to_text(probability);
  if (!is_estimate && exact.size() <= kReadable) return exact;
  return fmt::format("{:.6g}", stats::to_double(probability));
}

std::string percent(double share) { return fmt::format("{:.4g}%", 100 * share); }

std::string reason_sentence(const Reason& reason, const Assessed& assessed, bool english) {
  const Decision& decision = assessed.proposal.decision;
  const ScenarioRisk& risk = decision.scenarios[decision.governing];
  const Scenario& scenario = assessed.input.hazards[risk.hazard].scenarios[risk.scenario];
  const auto& matrix = assessed.policy.matrix;
  const char grade = letter(reason.grade);
  if (reason.code == "matrix.level")
    return say(english, "风险矩阵：“{}”伤害{}（{}级），概率 {}，属{} → {}级",
               "Risk matrix: \"{}\", injury {} (level {}), probability {}: {} → {}", scenario.name,
               in(matrix.severities[risk.severity - 1], english), risk.severity,
               probability_text(risk.probability, risk.has_estimate),
               in(matrix.levels[static_cast<std::size_t>(risk.level)].words, english), grade);
  if (reason.code == "index.colour")
    return say(english, "综合指数 {:.2f}，{}{} → {}级", "Composite index {:.2f}, {}{} → {}", decision.index.value,
               colour_word(decision.index.colour, english),
               !decision.index.is_held ? ""
               : english               ? " (kept from the last assessment)"
                                       : "（降幅未满，维持上次颜色）",
               grade);
  if (reason.code == "floor.matrix_serious")
    return say(english, "矩阵为严重风险 → 不低于{}级", "A serious risk by the matrix → not below {}", grade);
  if (reason.code == "floor.severity_4")
    return say(english, "已核实的4级伤害 {} 起 → 不低于{}级", "{} confirmed cases of severity 4 → not below {}",
               decision.confirmed_severity_4, grade);
  if (reason.code == "downgrade.barred")
    return say(english, "{}本可降级，但有已核实的4级伤害，不予降级 → {}级",
               "{} would lower the grade; a confirmed case of severity 4 bars it → {}",
               use_word(assessed.input.use, english), grade);
  return say(english, "{}，按等级表降级 → {}级", "{}: lowered by the grade table → {}",
             use_word(assessed.input.use, english), grade);
}

std::string factor_sentence(const Factor& factor, bool english) {
  const std::string name = in(factor.name, english);
  if (factor.kind == "probability")
    return say(english, "“{}”中“{}”的概率，现为 {}", "probability of \"{1}\" in \"{0}\", now {2}", factor.unit, name,
               readable(factor.value));
  if (factor.kind == "severity") {
    std::string interest = factor.unit;
    for (std::size_t i = 0; i < kInterests; ++i)
      if (key(static_cast<Interest>(i)) == factor.unit) interest = interest_word(static_cast<Interest>(i), english);
    return say(english, "“{}”对{}的严重程度，现为 {} 级", "severity of \"{}\" for {}, now {}", name, interest,
               readable(factor.value));
  }
  if (factor.kind == "indicator")
    return say(english, "{} {}，现为 {}", "{} {}, now {}", factor.unit, name, readable(factor.value));
  if (factor.kind == "failed") {
    const Sampling sampling = factor.unit == key(Sampling::kRandom) ? Sampling::kRandom : Sampling::kTargeted;
    return say(english, "{} {}的不合格数，现为 {}", "failures among the {1} of {0}, now {2}", name,
               sampling_word(sampling, english), readable(factor.value));
  }
  if (factor.kind == "event")
    return say(english, "事件“{}”的严重程度，现为 {} 级", "severity of the event \"{}\", now {}", name,
               readable(factor.value));
  if (factor.kind == "residue")
    return say(english, "{} 实测值，现为 {} {}", "{} as measured, now {} {}", name, readable(factor.value),
               factor.unit);
  if (factor.kind == "market")
    return say(english, "{}，现为{}", "{}, now {}", name,
               use_word(use_of(factor.value).value_or(MarketUse::kPublic), english));
  if (factor.kind == "previous")
    return say(english, "{}，现为{}", "{}, now {}", name,
               colour_word(colour_of(factor.value).value_or(Colour::kNone), english));
  return name;
}

std::string change_sentence(const Factor& factor, const Change& change, bool english) {
  const char grade = letter(change.grade);
  if (factor.kind == "event_more") return say(english, "则为{}级", "then {}", grade);
  if (factor.kind == "market")
    return say(english, "改为{}，则为{}级", "if {}, then {}",
               use_word(use_of(change.value).value_or(MarketUse::kPublic), english), grade);
  if (factor.kind == "previous")
    return say(english, "若为{}，则为{}级", "if {}, then {}",
               colour_word(colour_of(change.value).value_or(Colour::kNone), english), grade);
  if (change.edge == Change::Edge::kAbove)
    return say(english, "高于 {}，则为{}级", "above {}, then {}", change.value, grade);
  if (change.edge == Change::Edge::kAtOrBelow)
    return say(english, "不高于 {}，则为{}级", "at or below {}, then {}", change.value, grade);
  return say(english, "到 {}，则为{}级", "at {}, then {}", change.value, grade);
}

}  // namespace suyuan
