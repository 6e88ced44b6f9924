// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include "app/assessment/words.h"
#include "base/text.h"

namespace suyuan {

namespace {

using namespace assessment;

class Report {
 public:
  Report(const Assessed& assessed, bool english)
      : assessed_(assessed), proposal_(assessed.proposal), decision_(assessed.proposal.decision), english_(english) {}

  std::string text(bool explain) {
    head();
    reasons();
    certainty();
    if (explain) {
      parts();
      scenarios();
      for (const Share& share : proposal_.shares) average(share);
      if (proposal_.rate) rate(*proposal_.rate);
      index();
    }
    changes(explain);
    if (explain) versions();
    line(english_ ? "\nA model proposes; a named person decides." : "\n以上由模型建议，须由具名人员决定。");
    text_.pop_back();
    return std::move(text_);
  }

 private:
  template <class... Values>
  void line(const char* format, Values&&... values) {
    text_ += fmt::format(fmt::runtime(format), std::forward<Values>(values)...) + "\n";
  }
  std::string words(const Words& words) const { return in(words, english_); }
  std::string level(Level level) const {
    return words(assessed_.policy.matrix.levels[static_cast<std::size_t>(level)].words);
  }

  void head() {
    const GradeTable::Row& row = assessed_.policy.table.rows[static_cast<std::size_t>(decision_.grade)];
    line("{}{}{}", assessed_.input.product,
         assessed_.input.category.empty()
             ? ""
             : fmt::format(fmt::runtime(english_ ? " ({})" : "（{}）"), assessed_.input.category),
         fmt::format(fmt::runtime(english_ ? ", as of {}" : "，截至 {}"), format_day(assessed_.input.as_of)));
    const std::string title = words(row.words);
    const std::string_view colour = colour_word(row.colour, english_);
    line(english_ ? "\nProposed grade: {}, {}{}" : "\n建议等级：{}级 · {}{}", letter(decision_.grade), title,
         title.find(colour) != std::string::npos
             ? ""
             : fmt::format(fmt::runtime(english_ ? ", {} warning" : " · {}预警"), colour));
    line(english_ ? "Supervision: {} (ratio x{}, {} spot checks a year, on site: {})"
                  : "监管方式：{}（抽查比例 ×{}，每年 {} 次；现场检查：{}）",
         words(row.mode), stats::decimal_text(row.ratio), stats::decimal_text(row.checks_a_year),
         on_site_word(row.on_site, english_));
    if (row.on_site == "exceptions") exceptions();
    if (proposal_.is_tolerable) line(english_ ? "Outcome: tolerable risk" : "结论：可容许风险");
  }

  void exceptions() {
    std::string all;
    for (const auto& each : assessed_.policy.table.exceptions)
      all += (all.empty() ? "" : english_ ? ", " : "、") + words(each.words);
    line(english_ ? "  Checked all the same: {}" : "  例外：{}", all);
  }

  void reasons() {
    line(english_ ? "\nWhy" : "\n理由");
    for (const Reason& reason : decision_.reasons) line("  {}", reason_sentence(reason, assessed_, english_));
  }

  void certainty() {
    line("");
    if (proposal_.is_robust)
      line(english_ ? "Robust: ten times the probability, a tenth of it, or one level of severity more or less leave "
                      "the level of risk as it is."
                    : "结论稳健：任一情形的概率放大或缩小十倍、严重程度升降一级，风险水平都不变。");
    else
      line(english_ ? "Not robust: a probability ten times off, or one level of severity, changes the level of risk. "
                      "An expert panel has to judge."
                    : "结论不稳健：概率偏差十倍或严重程度相差一级，风险水平就会改变。须经专家会商。");
    if (proposal_.is_signal)
      line(english_ ? "Signal: the figures are conspicuous. A person has to look at them."
                    : "统计信号：数据异常，须由人员核实。");
    if (!proposal_.parts.all()) line(english_ ? "Incomplete, missing: {}" : "研判内容不全，缺：{}", missing_parts());
  }

  std::string missing_parts() const {
    const Parts& parts = proposal_.parts;
    struct Part {
      bool there;
      const char *zh, *en;
    };
    std::string missing;
    for (const Part& part :
         {Part{parts.causes, "风险成因", "causes"},
          Part{parts.requirements, "法律法规及标准要求", "laws and standards"},
          Part{parts.hazards, "危害及其严重程度", "hazards"}, Part{parts.scope, "伤害范围", "extent"},
          Part{parts.events, "已发生伤害事件的关联分析", "linked injury events"}})
      if (!part.there)
        missing += std::string(missing.empty() ? "" : english_ ? ", " : "、") + (english_ ? part.en : part.zh);
    return missing;
  }

  void parts() {
    const Input& input = assessed_.input;
    if (!input.causes.empty()) line(english_ ? "\nCauses: {}" : "\n风险成因：{}", input.causes);
    for (const std::string& each : input.requirements) line(english_ ? "Requirement: {}" : "要求：{}", each);
    if (!input.scope.empty()) line(english_ ? "Extent: {}" : "可能性及范围：{}", input.scope);
    for (const LinkedEvent& event : input.events)
      line(english_ ? "Event: {} (severity {}, {}){}" : "关联事件：{}（{} 级，{}）{}", event.what, event.severity,
           verification(event.verification), source(event.source));
  }

  std::string verification(const std::string& key) const {
    if (english_) return key;
    return key == "confirmed" ? "属实" : key == "partly" ? "部分属实" : key == "refuted" ? "不实" : "未核实";
  }
  std::string source(const std::string& from) const {
    return from.empty() ? (english_ ? "  [no source]" : "  〔未注明来源〕")
                        : fmt::format(fmt::runtime(english_ ? "  [{}]" : "  〔{}〕"), from);
  }
  std::string interests(const Scenario& scenario) const {
    std::string all;
    for (std::size_t i = 0; i < kInterests; ++i)
      if (scenario.severity[i] > 0)
        all += fmt::format("{}{} {}",
                           all.empty() ? ""
                           : english_  ? ", "
                                       : "，",
                           interest_word(static_cast<Interest>(i), english_), scenario.severity[i]);
    return all;
  }

  void scenarios() {
    line(english_ ? "\nInjury scenarios (the highest level counts, they are not added up)"
                  : "\n伤害情形（取最高，不相加）");
    for (std::size_t i = 0; i < decision_.scenarios.size(); ++i)
      scenario(decision_.scenarios[i], i == decision_.governing);
  }

  void scenario(const ScenarioRisk& risk, bool governs) {
    const Hazard& hazard = assessed_.input.hazards[risk.hazard];
    const Scenario& scenario = hazard.scenarios[risk.scenario];
    const bool safety = hazard.kind == "safety";
    line("  {} {} · {}{}", governs ? "▶" : " ", hazard.name, scenario.name,
         scenario.users.empty() ? "" : fmt::format(fmt::runtime(english_ ? " ({})" : "（{}）"), scenario.users));
    line(english_ ? "      {}, severity {}, level {}" : "      {}，严重程度 {}，{}",
         safety ? (english_ ? "safety" : "安全危险") : (english_ ? "important performance" : "重要性能"),
         interests(scenario), level(risk.level));
    for (std::size_t i = 0; i < scenario.steps.size(); ++i) {
      const Step& step = scenario.steps[i];
      line("      {:>12}  {}{}", probability_text(risk.steps[i], !step.probability), step.what,
           step.probability ? source(step.source)
                            : fmt::format(fmt::runtime(english_ ? "  [moving average, {}]" : "  〔移动加权平均，{}〕"),
                                          sampling_word(step.from, english_)));
    }
    line("      {:>12}  {}", probability_text(risk.probability, risk.has_estimate),
         english_ ? "all of it together" : "合计概率（连乘）");
    sensitivity(risk);
  }

  void sensitivity(const ScenarioRisk& risk) {
    const Sensitivity& shift = risk.sensitivity;
    const auto edge = [&](const std::optional<Edge>& to, bool up) {
      if (!to) return std::string(english_ ? "none" : "无");
      return fmt::format(fmt::runtime(up ? (english_ ? "above {} (x{:.3g}) {}" : "高于 {}（×{:.3g}）为{}")
                                         : (english_ ? "at or below {} (x{:.3g}) {}" : "不高于 {}（×{:.3g}）为{}")),
                         probability_text(to->bound, false), stats::to_double(to->factor), level(to->level));
    };
    line(english_ ? "      next level up: {}; down: {}; p x10 {}, p /10 {}; severity +1 {}, -1 {}"
                  : "      升级界限：{}；降级界限：{}；概率×10 {}，÷10 {}；严重程度+1 {}，−1 {}",
         edge(shift.up, true), edge(shift.down, false), level(shift.times_10), level(shift.by_10),
         shift.severity_more ? level(*shift.severity_more) : "–",
         shift.severity_less ? level(*shift.severity_less) : "–");
    if (risk.level_at_q95 && *risk.level_at_q95 != risk.level)
      line(english_ ? "      at the 95% quantile of the estimate: {}" : "      按估计值的95%分位数：{}",
           level(*risk.level_at_q95));
  }

  void average(const Share& share) {
    const auto& posterior = share.posterior;
    line(english_
             ? "\nMoving weighted average by Bayes' theorem, {} (our implementation of the model that SN/T 4839 names)"
             : "\n基于贝叶斯定理的移动加权平均（本平台实现），{}",
         sampling_word(share.sampling, english_));
    line(english_ ? "  {} tested, {} failed, {} not judged (count in neither); weighted {:.3f} and {:.3f}"
                  : "  已判定 {}，不合格 {}，不作判定 {}（不计入）；加权后 {:.3f} 和 {:.3f}",
         share.passed + share.failed, share.failed, share.not_judged, share.tested_weighted, share.failed_weighted);
    if (share.later + share.unknown + share.older > 0)
      line(english_ ? "  left out: {} after the day, {} not yet known, {} before the window"
                    : "  未计入：晚于截止日 {}，当时尚未录入 {}，早于窗口 {}",
           share.later, share.unknown, share.older);
    line(english_ ? "  prior from {}: share {}, as strong as {:.4g} tests"
                  : "  先验取自{}：不合格率 {}，相当于 {:.4g} 次检验",
         share.prior_of.empty()
             ? (english_ ? "the root, too little data in the groups" : "总体默认值（各级类别数据不足）")
             : share.prior_of,
         percent(share.prior.mean), share.prior.strength);
    line(english_ ? "  share failing {} (90% between {} and {})" : "  不合格率 {}（90%区间 {} 至 {}）",
         percent(posterior.mean), percent(posterior.q05), percent(posterior.q95));
    line(english_ ? "  more than {:.3g} times the group's: probability {:.4f}, evidence {}{}"
                  : "  超过同类 {:.3g} 倍的概率 {:.4f}，证据{}{}",
         assessed_.policy.average.ratio, posterior.above_threshold,
         words(evidence_words(assessed_.policy.average, share.evidence)),
         share.is_capped ? (english_ ? " (few tests allow no more)" : "（检验数少，以此为限）") : "");
    if (share.trend)
      line(english_ ? "  higher than in the window before: probability {:.4f}" : "  高于上一窗口的概率 {:.4f}",
           *share.trend);
    else
      line(english_ ? "  trend: too little data before the window" : "  趋势：窗口之前数据不足");
    if (share.sampling == Sampling::kTargeted)
      line(english_ ? "  targeted samples fail more often than the market does: never mixed with random ones"
                    : "  针对性抽样的不合格率高于市场实际，不与随机抽样合并");
  }

  void rate(const Rate& rate) {
    line(english_ ? "\nReports per {} (verified ones; {} not verified are left out)"
                  : "\n每{}的投诉与伤害报告（只计已核实；未核实 {} 起不计入）",
         assessed_.input.reports->exposure_unit, rate.unverified);
    line(english_ ? "  rate {:.4g} (90% between {:.4g} and {:.4g}), all units {:.4g}"
                  : "  发生率 {:.4g}（90%区间 {:.4g} 至 {:.4g}），同类 {:.4g}",
         rate.posterior.mean, rate.posterior.q05, rate.posterior.q95, rate.prior.mean);
    line(english_ ? "  more than {:.3g} times all units': probability {:.4f}, evidence {}; more than {:.0f} in the "
                    "next month would be unusual"
                  : "  超过同类 {:.3g} 倍的概率 {:.4f}，证据{}；下月超过 {:.0f} 起即属异常",
         assessed_.policy.average.ratio, rate.posterior.above_threshold,
         words(evidence_words(assessed_.policy.average, rate.evidence)), rate.posterior.next_bound);
    if (rate.prior.is_flat())
      line(english_ ? "  the units of the category differ no more than by chance: one rate for all of them"
                    : "  同类各单位之间的差异未超出偶然，按同一发生率处理");
  }

  void index() {
    const Index& index = decision_.index;
    line(english_ ? "\nComposite index {:.2f}: {} (weights: {})" : "\n综合指数 {:.2f}：{}（权重：{}）", index.value,
         colour_word(index.colour, english_), weighting_word(index.weighting, english_));
    if (index.ahp)
      line(english_ ? "  consistency ratio of the judgements {:.4f}, less than {:.2f}"
                    : "  判断矩阵一致性比率 {:.4f}，小于 {:.2f}",
           index.ahp->consistency_ratio, assessed_.policy.system.consistency_max);
    for (const WeighedIndicator& each : index.indicators) {
      const Indicator& indicator = assessed_.policy.system.indicators[each.at];
      line(english_ ? "  {:>6.2f} points  {} {}: {:.6g} {} ({} to {}), weight {:.4f}{}"
                    : "  {:>6.2f} 分  {} {}：{:.6g} {}（{} 至 {}），权重 {:.4f}{}",
           each.points, indicator.key, words(indicator.words), each.value, words(indicator.unit),
           stats::decimal_text(indicator.min), stats::decimal_text(indicator.max), each.weight,
           source(each.from.empty() ? each.source : series_word(each.from, english_)));
    }
    for (const std::string& key : index.left_out)
      line(english_ ? "  {} has no value; the others share its weight" : "  {} 无数据，权重由其余指标分担", key);
    for (const std::string& key : index.constant)
      line(english_ ? "  {} is the same in all products compared: no weight" : "  {} 在各产品间无差异，权重为零", key);
    if (index.residues)
      line(english_ ? "  residues: Nemerow index {:.4f}, {}" : "  残留：内梅罗指数 {:.4f}，{}", index.residues->index,
           words(index.residues->rating));
  }

  void changes(bool all) {
    line(english_ ? "\nWhat would change the grade (each by itself)" : "\n哪些变化会改变等级（各自单独变化）");
    constexpr std::size_t kShort = 5;
    std::size_t shown = 0, more = 0;
    std::string never;
    for (const Factor& factor : proposal_.factors) {
      if (factor.changes.empty()) never += fmt::format("\n    {}", factor_sentence(factor, english_));
      for (const Change& change : factor.changes) {
        if (!all && shown >= kShort) {
          ++more;
          continue;
        }
        ++shown;
        line(english_ ? "  {}: {}" : "  {}；{}", factor_sentence(factor, english_),
             change_sentence(factor, change, english_));
      }
    }
    if (shown == 0) line(english_ ? "  nothing by itself" : "  没有任何一项单独变化会改变等级");
    if (more > 0) line(english_ ? "  … and {} more: --explain" : "  … 还有 {} 项：用 --explain", more);
    if (all && !never.empty())
      line(english_ ? "  By themselves these change nothing:{}" : "  单独变化不影响等级的：{}", never);
  }

  void versions() {
    const Policy& policy = assessed_.policy;
    line(english_ ? "\nPolicy: {} ({}), {}, {}, {}" : "\n所用规则：{}（{}），{}，{}，{}", policy.matrix.id(),
         words(policy.matrix.title), policy.system.id(), policy.table.id(), policy.average.id());
    line(english_ ? "Standard named: {}; not compared with its text, conformity is not claimed. SN/T 4839 publishes no "
                    "formula: the model is ours."
                  : "涉及标准：{}（未与原文核对，不声称符合）；SN/T 4839 未公开公式，所用模型为本平台实现。",
         policy.matrix.edition);
  }

  const Assessed& assessed_;
  const Proposal& proposal_;
  const Decision& decision_;
  bool english_;
  std::string text_;
};

}  // namespace

std::string assessment_text(const Assessed& assessed, bool explain, bool english) {
  return Report(assessed, english).text(explain);
}

std::string replay_text(const Replayed& replayed, bool english) {
  if (replayed.differences.empty())
    return english ? "Replayed: the same to the last digit." : "重算一致：与保存的结果逐位相同。";
  std::string text =
      english ? "Replayed: other figures than the stored ones, at" : "重算不一致，以下位置与保存的结果不同：";
  for (const std::string& at : replayed.differences) text += "\n  " + (at.empty() ? std::string("/") : at);
  return text;
}

}  // namespace suyuan
