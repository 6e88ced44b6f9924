// SPDX-License-Identifier: Apache-2.0
#include "domain/monitoring/run.h"

#include <algorithm>
#include <optional>

#include "base/check.h"
#include "engine/stats/discovery.h"

namespace suyuan::monitoring {

namespace {

using stats::Verdict;

class Runner {
 public:
  Runner(const Panel& panel, Method method, const DetectionPolicy& policy, std::span<const KnownEvent> known)
      : panel_(panel),
        method_(method),
        policy_(policy),
        known_(panel.series.size()),
        last_raised_(panel.series.size()) {
    run_.tally.method = method;
    detectors_.reserve(panel.series.size());
    for (std::size_t i = 0; i < panel.series.size(); ++i) {
      detectors_.emplace_back(panel.series[i], panel.period, policy, workspace_);
      for (const KnownEvent& event : known) {
        if (event.covers(panel.series[i].parts)) known_[i].push_back(&event);
      }
    }
  }

  Run run() {
    for (std::size_t period = 0; period < panel_.periods; ++period) step(period);
    return std::move(run_);
  }

 private:
  struct Signal {
    std::size_t series;
    Judgement judged;
  };

  bool takes_part(const Series& series, std::size_t period) const {
    return period >= series.known_from && period < series.known_to();
  }
  bool calm(std::size_t series, CivilDay ends) const {
    return std::none_of(known_[series].begin(), known_[series].end(),
                        [&](const KnownEvent* event) { return event->covers(panel_.series[series].parts, ends); });
  }

  // What all series that are known already tell about each of them.
  stats::GammaPrior siblings(std::size_t period) {
    if (method_ != Method::kAuto && method_ != Method::kGammaPoisson) return {};
    counts_.clear(), watched_.clear();
    for (std::size_t i = 0; i < panel_.series.size(); ++i) {
      const Series& series = panel_.series[i];
      if (!takes_part(series, period) || series.first_seen >= period || series.known_from == period) continue;
      double sum = 0;
      for (std::size_t t = 0; t < period - series.known_from; ++t) sum += series.counts[t];
      counts_.push_back(sum);
      watched_.push_back(static_cast<double>(period - series.known_from));
    }
    return counts_.empty() ? stats::GammaPrior() : stats::marshall_prior(counts_, watched_);
  }
  // A prior costs a walk over everything; only the first periods of a series ask for it.
  bool needs_siblings(std::size_t period) const {
    if (method_ == Method::kGammaPoisson) return true;
    return method_ == Method::kAuto &&
           std::any_of(panel_.series.begin(), panel_.series.end(), [&](const Series& series) {
             return takes_part(series, period) && period - series.known_from < policy_.auto_short;
           });
  }

  void step(std::size_t period) {
    const CivilDay ends = panel_.end_of(period);
    const stats::GammaPrior prior = needs_siblings(period) ? siblings(period) : stats::GammaPrior();
    signals_.clear();
    std::size_t family = 0;
    for (std::size_t i = 0; i < panel_.series.size(); ++i) {
      const Series& series = panel_.series[i];
      if (!takes_part(series, period)) continue;
      const Judgement judged = detectors_[i].judge(period, method_, prior);
      if (series.first_seen > period) continue;
      if (judged.verdict == Verdict::kTooLittle) {
        ++run_.tally.too_little;
        continue;
      }
      ++family;
      ++run_.tally.judged;
      run_.tally.calm_judged += calm(i, ends);
      if (judged.verdict == Verdict::kAlarm) signals_.push_back({i, judged});
    }
    raise(period, ends, family, prior);
  }

  void raise(std::size_t period, CivilDay ends, std::size_t family, const stats::GammaPrior& prior) {
    tails_.clear();
    for (const Signal& signal : signals_) tails_.push_back(signal.judged.tail);
    const auto adjusted = stats::adjusted_tails(tails_, family);
    for (std::size_t i = 0; i < signals_.size(); ++i) {
      const Signal& signal = signals_[i];
      const bool is_calm = calm(signal.series, ends);
      ++run_.tally.signalled;
      run_.tally.calm_signalled += is_calm;
      if (adjusted[i] > policy_.false_discovery) {
        ++run_.tally.held;
        continue;
      }
      auto& last = last_raised_[signal.series];
      if (last && period - *last <= policy_.repeat_periods) {
        ++run_.tally.repeated;
        continue;
      }
      last = period;
      ++run_.tally.raised;
      run_.tally.calm_raised += is_calm;
      const Series& series = panel_.series[signal.series];
      run_.alarms.push_back({method_, signal.judged, series.parts, period, ends,
                             series.counts[period - series.known_from], adjusted[i], family, 1,
                             inputs_hash(panel_, series, period, method_, policy_, prior)});
    }
  }

  const Panel& panel_;
  Method method_;
  const DetectionPolicy& policy_;
  stats::Farrington workspace_;
  std::vector<SeriesDetector> detectors_;
  std::vector<std::vector<const KnownEvent*>> known_;
  std::vector<std::optional<std::size_t>> last_raised_;
  std::vector<Signal> signals_;
  std::vector<double> tails_, counts_, watched_;
  Run run_;
};

}  // namespace

bool KnownEvent::covers(const std::vector<std::string>& series) const {
  CHECK(parts.size() <= series.size());
  for (std::size_t i = 0; i < parts.size(); ++i) {
    if (!parts[i].empty() && parts[i] != series[i]) return false;
  }
  return true;
}

bool KnownEvent::covers(const std::vector<std::string>& series, CivilDay period_ends) const {
  return from <= period_ends && period_ends <= to && covers(series);
}

bool KnownEvent::covers_pair(const std::vector<std::string>& pair) const {
  for (std::size_t i = 0; i < std::min(parts.size(), pair.size()); ++i) {
    if (!parts[i].empty() && parts[i] != pair[i]) return false;
  }
  return true;
}

Run run_series(const Panel& panel, Method method, const DetectionPolicy& policy, std::span<const KnownEvent> known) {
  CHECK(family_of(method) == Family::kSeries);
  return Runner(panel, method, policy, known).run();
}

std::vector<Judgement> judge_series(const Panel& panel, std::size_t series, Method method,
                                    const DetectionPolicy& policy) {
  stats::Farrington workspace;
  const Series& one = panel.series.at(series);
  SeriesDetector detector(one, panel.period, policy, workspace);
  std::vector<Judgement> all;
  for (std::size_t period = one.known_from; period < one.known_to(); ++period)
    all.push_back(detector.judge(period, method, {}));
  return all;
}

}  // namespace suyuan::monitoring
