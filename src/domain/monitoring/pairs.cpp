// SPDX-License-Identifier: Apache-2.0
#include "domain/monitoring/pairs.h"

#include <algorithm>
#include <array>
#include <map>
#include <optional>

#include "base/check.h"
#include "engine/stats/disproportion.h"
#include "engine/stats/ebgm.h"

namespace suyuan::monitoring {

namespace {

using stats::Verdict;

constexpr std::size_t kPairsForPrior = 5;

// Series of the panel added up by their first two values.
struct Pair {
  std::vector<std::string> parts;
  std::size_t first, second;  // numbers of the values
  std::vector<const Series*> series;
  std::optional<std::size_t> last_signal = {};
};

class Runner {
 public:
  Runner(const Panel& panel, Method method, const DetectionPolicy& policy, std::span<const KnownEvent> known)
      : panel_(panel), method_(method), policy_(policy), known_(known) {
    run_.tally.method = method;
    std::map<std::string, std::size_t> firsts, seconds;
    const auto number = [](auto& numbers, const std::string& value) {
      return numbers.emplace(value, numbers.size()).first->second;
    };
    for (const Series& series : panel.series) {
      const auto first = number(firsts, series.parts[0]), second = number(seconds, series.parts[1]);
      if (pairs_.empty() || pairs_.back().first != first || pairs_.back().second != second)
        pairs_.push_back({{series.parts[0], series.parts[1]}, first, second, {}});
      pairs_.back().series.push_back(&series);
    }
    rows_.resize(firsts.size());
    columns_.resize(seconds.size());
  }

  Run run() {
    for (std::size_t period = policy_.pairs_step - 1; period < panel_.periods; period += policy_.pairs_step)
      step(period);
    return std::move(run_);
  }

 private:
  void count(std::size_t period) {
    counts_.assign(pairs_.size(), 0);
    std::fill(rows_.begin(), rows_.end(), 0.0);
    std::fill(columns_.begin(), columns_.end(), 0.0);
    total_ = 0;
    const std::size_t from = period + 1 > policy_.pairs_window ? period + 1 - policy_.pairs_window : 0;
    for (std::size_t i = 0; i < pairs_.size(); ++i) {
      for (const Series* series : pairs_[i].series) {
        for (std::size_t t = std::max(from, series->known_from); t < std::min(period + 1, series->known_to()); ++t)
          counts_[i] += series->counts[t - series->known_from];
      }
      rows_[pairs_[i].first] += counts_[i];
      columns_[pairs_[i].second] += counts_[i];
      total_ += counts_[i];
    }
  }

  void step(std::size_t period) {
    count(period);
    if (method_ == Method::kEbgm || method_ == Method::kPairs) learn();
    const CivilDay ends = panel_.end_of(period);
    for (std::size_t i = 0; i < pairs_.size(); ++i) {
      if (counts_[i] == 0) continue;
      const double a = counts_[i], row = rows_[pairs_[i].first], column = columns_[pairs_[i].second];
      const stats::Table2x2 table{a, row - a, column - a, total_ - row - column + a};
      tell(pairs_[i], period, ends, table, judge(table));
    }
  }

  // The prior of all pairs of this window; the last one is where the search begins.
  void learn() {
    std::vector<stats::PairCount> seen;
    for (std::size_t i = 0; i < pairs_.size(); ++i) {
      if (counts_[i] == 0) continue;
      const double expected = rows_[pairs_[i].first] * columns_[pairs_[i].second] / total_;
      seen.push_back({static_cast<std::int64_t>(counts_[i]), expected});
    }
    prior_.reset();
    if (seen.size() < kPairsForPrior) return;
    prior_ = stats::fit_gps_prior(stats::squash(stats::squash(std::move(seen), 1, 50, 100), 2, 10, 20), start_);
    start_ = *prior_;
  }

  Judgement judge(const stats::Table2x2& table) const {
    Judgement answer{method_};
    answer.expected = table.expected();
    answer.bounds_score = true;
    const auto say = [&](double score, double bound, bool alarm) {
      answer.score = score, answer.upper = bound;
      answer.verdict = alarm && table.a >= policy_.pairs_count_min ? Verdict::kAlarm : Verdict::kQuiet;
    };
    if (method_ == Method::kPrr) {
      const double ratio = stats::prr(table).value;
      say(ratio, policy_.prr_min,
          ratio >= policy_.prr_min && stats::chi_squared(table, true) >= policy_.chi_squared_min);
    } else if (method_ == Method::kRor) {
      const double low = stats::ror(table).low;
      say(low, policy_.ror_low_min, low > policy_.ror_low_min);
    } else {
      const double low = stats::information_component_exact(table.a, table.expected()).low;
      const bool beyond = low > policy_.ic_low_min;
      if (method_ == Method::kIc) {
        say(low, policy_.ic_low_min, beyond);
      } else if (prior_) {
        // EBGM's own search is dear; nothing below the count that is asked for can signal.
        const bool counts = table.a >= policy_.pairs_count_min && (method_ == Method::kEbgm || beyond);
        const stats::PairCount pair{static_cast<std::int64_t>(table.a), table.expected()};
        const double eb05 = counts ? stats::ebgm(pair, *prior_).low : 0;
        say(eb05, policy_.eb05_min, counts && eb05 >= policy_.eb05_min);
      }
    }
    return answer;
  }

  void tell(Pair& pair, std::size_t period, CivilDay ends, const stats::Table2x2& table, const Judgement& judged) {
    const bool is_calm = std::none_of(known_.begin(), known_.end(), [&](const KnownEvent& event) {
      return event.from <= ends && ends <= event.to && event.covers_pair(pair.parts);
    });
    if (judged.verdict == Verdict::kTooLittle) {
      ++run_.tally.too_little;
      return;
    }
    ++run_.tally.judged;
    run_.tally.calm_judged += is_calm;
    if (judged.verdict != Verdict::kAlarm) return;
    ++run_.tally.signalled;
    run_.tally.calm_signalled += is_calm;
    const bool repeats =
        pair.last_signal && period - *pair.last_signal <= std::max(policy_.repeat_periods, policy_.pairs_step);
    pair.last_signal = period;
    if (repeats) {
      ++run_.tally.repeated;
      return;
    }
    ++run_.tally.raised;
    run_.tally.calm_raised += is_calm;
    std::vector<double> numbers = {table.a, table.b, table.c, table.d};
    if (prior_)
      numbers.insert(numbers.end(), {prior_->shape1, prior_->rate1, prior_->shape2, prior_->rate2, prior_->share1});
    run_.alarms.push_back({method_, judged, pair.parts, period, ends, table.a, 1, 0,
                           std::min(period + 1, policy_.pairs_window),
                           inputs_hash(panel_, pair.parts, period, method_, policy_, numbers)});
  }

  const Panel& panel_;
  Method method_;
  const DetectionPolicy& policy_;
  std::span<const KnownEvent> known_;
  std::vector<Pair> pairs_;  // by value, as the series are
  std::vector<double> counts_, rows_, columns_;
  double total_ = 0;
  std::optional<stats::GpsPrior> prior_;
  stats::GpsPrior start_;
  Run run_;
};

}  // namespace

Run run_pairs(const Panel& panel, Method method, const DetectionPolicy& policy, std::span<const KnownEvent> known) {
  CHECK(family_of(method) == Family::kPairs && panel.dimensions.size() >= 2);
  return Runner(panel, method, policy, known).run();
}

}  // namespace suyuan::monitoring
