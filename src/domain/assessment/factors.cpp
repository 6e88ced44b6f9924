// SPDX-License-Identifier: Apache-2.0
// What would change the grade: one field is changed at a time, by the least step that does it. The grade rises or falls
// with each of them steadily, so that the least step is found by halving.
#include <fmt/format.h>

#include <algorithm>
#include <functional>

#include "domain/assessment/proposal.h"

namespace suyuan::assessment {

namespace {

using stats::decimal_text;

// A little more than a bound, where only what is above it counts.
const Rational kJustAbove = Rational(1'000'000'001, 1'000'000'000);

class Search {
 public:
  Search(const Input& input, const Policy& policy, const Decision& decision)
      : input_(input), policy_(policy), decision_(decision) {}

  std::vector<Factor> all() {
    for (std::size_t i = 0; i < decision_.scenarios.size(); ++i) scenario(decision_.scenarios[i]);
    for (const WeighedIndicator& each : decision_.index.indicators) indicator(each);
    residues();
    inspections();
    events();
    market();
    previous();
    return std::move(factors_);
  }

 private:
  using Put = std::function<void(Input&, const Rational&)>;

  Grade grade_with(const Put& put, const Rational& value) const {
    Input changed = input_;
    put(changed, value);
    auto decision = decide(changed, policy_);
    return decision ? decision->grade : decision_.grade;
  }

  // The least number of steps of `step` from `from`, at most `most`, that changes the grade.
  void by_steps(Factor& factor, const std::string& at, const Put& put, const Rational& from, const Rational& step,
                std::size_t most) const {
    const auto value_at = [&](std::size_t steps) { return Rational(from + step * static_cast<long long>(steps)); };
    const auto is_other = [&](std::size_t steps) { return grade_with(put, value_at(steps)) != decision_.grade; };
    if (most == 0 || !is_other(most)) return;
    std::size_t no = 0, yes = most;
    while (yes - no > 1) {
      const std::size_t middle = no + (yes - no) / 2;
      (is_other(middle) ? yes : no) = middle;
    }
    factor.changes.push_back({at, decimal_text(value_at(yes)), Change::Edge::kExactly, grade_with(put, value_at(yes))});
  }

  void scenario(const ScenarioRisk& risk) {
    const Scenario& scenario = input_.hazards[risk.hazard].scenarios[risk.scenario];
    for (std::size_t i = 0; i < scenario.steps.size(); ++i) step(risk, scenario, i);
    for (std::size_t i = 0; i < kInterests; ++i) {
      if (scenario.severity[i] == 0) continue;
      const Put put = [&risk, i](Input& input, const Rational& value) {
        input.hazards[risk.hazard].scenarios[risk.scenario].severity[i] = value.convert_to<std::size_t>();
      };
      const auto severity = static_cast<long long>(scenario.severity[i]);
      Factor factor{"severity",
                    {scenario.name, scenario.name},
                    std::to_string(severity),
                    scenario.source,
                    std::string(key(static_cast<Interest>(i))),
                    {},
                    {},
                    {}};
      const std::string at = fmt::format("{}/severity/{}", scenario.path, key(static_cast<Interest>(i)));
      by_steps(factor, at, put, severity, 1, kSeverities - scenario.severity[i]);
      by_steps(factor, at, put, severity, -1, scenario.severity[i] - 1);
      factors_.push_back(std::move(factor));
    }
  }

  void step(const ScenarioRisk& risk, const Scenario& scenario, std::size_t i) {
    const Step& step = scenario.steps[i];
    Factor factor{"probability", {step.what, step.what}, "", step.source, scenario.name, {}, {}, {}};
    factor.value = step.probability ? stats::to_text(*step.probability) : number_text(stats::to_double(risk.steps[i]));
    if (!step.probability) factor.source = fmt::format("inspections.{}", key(step.from));
    const Put put = [&risk, i](Input& input, const Rational& value) {
      input.hazards[risk.hazard].scenarios[risk.scenario].steps[i].probability = value;
    };
    std::vector<Rational> others = risk.steps;
    others[i] = 1;
    const Rational rest = product_of(others);
    if (step.probability && rest > 0) {
      raise(factor, step.path + "/probability", put, risk, i, rest);
      lower(factor, step.path + "/probability", put, risk, i, rest);
    }
    factors_.push_back(std::move(factor));
  }

  // A bound that no person would write (an estimate is in it) becomes the next value of six digits on its far side.
  static Change at_bound(const std::string& at, const Rational& bound, bool up) {
    constexpr std::size_t kReadable = 24;
    const std::string exact = stats::to_text(bound);
    if (exact.size() <= kReadable) return {at, exact, up ? Change::Edge::kAbove : Change::Edge::kAtOrBelow, Grade::kA};
    Rational step = Rational(1, 1'000'000);
    while (bound / step < 100'000) step /= 10;
    const Rational steps = bound / step;
    const Rational whole(boost::multiprecision::numerator(steps) / boost::multiprecision::denominator(steps));
    return {at, decimal_text(Rational((whole + (up ? 1 : 0)) * step)), Change::Edge::kExactly, Grade::kA};
  }

  bool changes(Factor& factor, Change change, const Put& put, const Rational& value) const {
    change.grade = grade_with(put, value);
    if (change.grade == decision_.grade) return false;
    factor.changes.push_back(std::move(change));
    return true;
  }

  // Bounds of the matrix, seen from this step, the nearest first.
  void raise(Factor& factor, const std::string& at, const Put& put, const ScenarioRisk& risk, std::size_t i,
             const Rational& rest) const {
    const auto& bands = policy_.matrix.bands;
    for (std::size_t band = bands.size(); band-- > 0;) {
      const Rational bound = bands[band].above / rest, above = bound * kJustAbove;
      if (bound < risk.steps[i] || above > 1 || bound == 0) continue;
      if (changes(factor, at_bound(at, bound, true), put, above)) return;
    }
  }

  void lower(Factor& factor, const std::string& at, const Put& put, const ScenarioRisk& risk, std::size_t i,
             const Rational& rest) const {
    for (const MatrixProfile::Band& band : policy_.matrix.bands) {
      const Rational bound = band.above / rest;
      if (bound >= risk.steps[i] || bound == 0) continue;
      if (changes(factor, at_bound(at, bound, false), put, bound)) return;
    }
  }

  // Whole steps from one value up to the other; one more with `beyond`.
  static std::size_t steps_between(const Rational& from, const Rational& to, const Rational& step, bool beyond) {
    if (to <= from) return 0;
    constexpr std::size_t kStepsMax = 1'000'000'000;
    const Rational steps = (to - from) / step;
    const auto whole = boost::multiprecision::cpp_int(boost::multiprecision::numerator(steps) /
                                                      boost::multiprecision::denominator(steps));
    return whole > kStepsMax ? kStepsMax : whole.convert_to<std::size_t>() + (beyond ? 1 : 0);
  }

  void indicator(const WeighedIndicator& each) {
    const Indicator& indicator = policy_.system.indicators[each.at];
    Factor factor{
        "indicator", indicator.words, decimal_text(each.exact), each.source, indicator.key, each.weight, each.points,
        {}};
    if (!each.from.empty()) {
      factor.value = number_text(each.value);
      factor.source = each.from;
      factors_.push_back(std::move(factor));
      return;
    }
    const Put put = [&indicator](Input& input, const Rational& value) {
      input.index.values.at(indicator.key).value = value;
    };
    const std::string at = each.path + "/value";
    by_steps(factor, at, put, each.exact, indicator.step,
             steps_between(each.exact, indicator.max, indicator.step, true));
    by_steps(factor, at, put, each.exact, -indicator.step,
             steps_between(indicator.min, each.exact, indicator.step, true));
    factors_.push_back(std::move(factor));
  }

  void residues() {
    constexpr int kStepsOfLimit = 100;
    for (std::size_t i = 0; i < input_.residues.size(); ++i) {
      const Residue& residue = input_.residues[i];
      const Put put = [i](Input& input, const Rational& value) { input.residues[i].measured = value; };
      Factor factor{
          "residue", {residue.item, residue.item}, decimal_text(residue.measured), residue.source, residue.unit, {}, {},
          {}};
      const Rational step = residue.limit / kStepsOfLimit;
      const std::size_t down = steps_between(0, residue.measured, step, false);
      by_steps(factor, residue.path + "/measured", put, residue.measured, step, 100 * kStepsOfLimit);
      by_steps(factor, residue.path + "/measured", put, residue.measured, -step, down);
      factors_.push_back(std::move(factor));
    }
  }

  // The newest sample of each way of sampling: failures more or fewer.
  void inspections() {
    if (!input_.inspections) return;
    constexpr std::size_t kMoreMax = 100'000;
    for (const Sampling sampling : {Sampling::kRandom, Sampling::kTargeted}) {
      const auto newest = newest_of(sampling);
      if (!newest) continue;
      const Sample& sample = input_.inspections->samples[*newest];
      const Put put = [newest](Input& input, const Rational& value) {
        input.inspections->samples[*newest].failed = value.convert_to<std::size_t>();
      };
      Factor factor{"failed", {}, std::to_string(sample.failed), sample.source, std::string(key(sampling)), {}, {}, {}};
      factor.name = {format_day(sample.on), format_day(sample.on)};
      const auto failed = static_cast<long long>(sample.failed);
      by_steps(factor, sample.path + "/failed", put, failed, 1, kMoreMax);
      by_steps(factor, sample.path + "/failed", put, failed, -1, sample.failed - sample.severity_4);
      factors_.push_back(std::move(factor));
    }
  }

  std::optional<std::size_t> newest_of(Sampling sampling) const {
    std::optional<std::size_t> newest;
    const auto& samples = input_.inspections->samples;
    for (std::size_t i = 0; i < samples.size(); ++i) {
      const bool known = !input_.known_on || !samples[i].recorded_on || *samples[i].recorded_on <= *input_.known_on;
      if (samples[i].sampling != sampling || samples[i].on > input_.as_of || !known) continue;
      if (!newest || samples[i].on > samples[*newest].on) newest = i;
    }
    return newest;
  }

  // Confirmed cases of severity 4: those there are, one by one; and one more.
  void events() {
    for (std::size_t i = 0; i < input_.events.size(); ++i) {
      const LinkedEvent& event = input_.events[i];
      const Put put = [i](Input& input, const Rational& value) {
        input.events[i].severity = value.convert_to<std::size_t>();
      };
      Factor factor{
          "event", {event.what, event.what}, std::to_string(event.severity), event.source, event.verification, {}, {},
          {}};
      const auto severity = static_cast<long long>(event.severity);
      by_steps(factor, event.path + "/severity", put, severity, 1, kSeverities - event.severity);
      by_steps(factor, event.path + "/severity", put, severity, -1, event.severity - 1);
      factors_.push_back(std::move(factor));
    }
    const Put add = [](Input& input, const Rational& value) {
      input.events.push_back({"", "", "", "confirmed", value.convert_to<std::size_t>()});
    };
    Factor factor{"event_more", {"新增一起已核实的4级伤害事件", "one more confirmed event of severity 4"},
                  "0",          "",
                  "",           {},
                  {},           {}};
    if (const Grade grade = grade_with(add, kSeverities); grade != decision_.grade)
      factor.changes.push_back({"/events/-", "4", Change::Edge::kExactly, grade});
    factors_.push_back(std::move(factor));
  }

  void market() {
    Factor factor{"market", {"销售范围", "who can buy it"}, std::string(key(input_.use)), input_.use_source, "", {}, {},
                  {}};
    for (const MarketUse use : {MarketUse::kPublic, MarketUse::kFewCustomers, MarketUse::kOwnUse}) {
      if (use == input_.use) continue;
      const Grade grade = grade_with([use](Input& input, const Rational&) { input.use = use; }, 0);
      if (grade != decision_.grade)
        factor.changes.push_back({"/market/use", std::string(key(use)), Change::Edge::kExactly, grade});
    }
    factors_.push_back(std::move(factor));
  }

  void previous() {
    Factor factor{"previous", {"上次评估的颜色", "colour of the last assessment"}, "", "", "", {}, {}, {}};
    factor.value = input_.previous ? std::string(key(*input_.previous)) : "none";
    for (const Colour colour : {Colour::kNone, Colour::kBlue, Colour::kYellow, Colour::kOrange, Colour::kRed}) {
      if (colour == input_.previous.value_or(Colour::kNone)) continue;
      const Grade grade = grade_with([colour](Input& input, const Rational&) { input.previous = colour; }, 0);
      if (grade != decision_.grade)
        factor.changes.push_back({"/previous/colour", std::string(key(colour)), Change::Edge::kExactly, grade});
    }
    factors_.push_back(std::move(factor));
  }

  const Input& input_;
  const Policy& policy_;
  const Decision& decision_;
  std::vector<Factor> factors_;
};

}  // namespace

std::vector<Factor> factors_of(const Input& input, const Policy& policy, const Decision& decision) {
  return Search(input, policy, decision).all();
}

}  // namespace suyuan::assessment
