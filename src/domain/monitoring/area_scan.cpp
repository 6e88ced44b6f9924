// SPDX-License-Identifier: Apache-2.0
#include "domain/monitoring/area_scan.h"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>
#include <optional>

#include "base/check.h"
#include "base/text.h"
#include "engine/stats/discovery.h"

namespace suyuan::monitoring {

namespace {

using stats::Verdict;

// The series that differ in their area only.
struct Group {
  std::vector<std::string> parts;      // the area is ""
  std::vector<const Series*> by_area;  // or nullptr
  std::size_t first_seen = 0;
  std::optional<std::size_t> last_raised = {};
};

double count_at(const Series* series, std::size_t period) {
  if (series == nullptr || period < series->known_from || period >= series->known_to()) return 0;
  return series->counts[period - series->known_from];
}

class Scanner {
 public:
  Scanner(const Panel& panel, Method method, const DetectionPolicy& policy, std::size_t area, const Places& places,
          std::span<const KnownEvent> known)
      : panel_(panel),
        method_(method),
        policy_(policy),
        area_(area),
        known_(known),
        kind_(method == Method::kScanEb ? stats::ScanKind::kExpectation : stats::ScanKind::kPopulation) {
    run_.tally.method = method;
    std::vector<stats::Place> where;
    for (const auto& [name, place] : places) {
      names_.push_back(name);
      where.push_back(place);
      populations_.push_back(place.population);
    }
    const double people = std::accumulate(populations_.begin(), populations_.end(), 0.0);
    if (people <= 0) {  // zones are then at most this share of the areas
      for (stats::Place& place : where) place.population = 1;
    }
    zones_ = stats::nearest_zones(where, policy.scan_share_max);
    gather();
  }

  Run run() {
    for (std::size_t period = 0; period < panel_.periods; ++period) step(period);
    return std::move(run_);
  }

 private:
  struct Signal {
    std::size_t group;
    stats::ScanCluster cluster;
    stats::ScanSimulation worth;
    std::vector<double> numbers;  // counts and baselines
  };

  void gather() {
    std::map<std::vector<std::string>, Group> groups;
    for (const Series& series : panel_.series) {
      auto parts = series.parts;
      parts[area_].clear();
      Group& group = groups[parts];
      if (group.by_area.empty()) {
        group.parts = parts;
        group.by_area.resize(names_.size());
        group.first_seen = series.first_seen;
      }
      const auto at = std::lower_bound(names_.begin(), names_.end(), series.parts[area_]) - names_.begin();
      group.by_area[static_cast<std::size_t>(at)] = &series;
      group.first_seen = std::min(group.first_seen, series.first_seen);
    }
    for (auto& [parts, group] : groups) groups_.push_back(std::move(group));
  }

  bool fill(const Group& group, std::size_t period) {
    const std::size_t durations = policy_.scan_durations;
    if (period < durations + policy_.reference_periods_min) return false;
    const std::size_t end = period - durations + 1;  // of the reference, excluded
    const std::size_t begin = end > policy_.reference_periods ? end - policy_.reference_periods : 0;
    counts_.clear(), baselines_.clear();
    for (std::size_t back = 0; back < durations; ++back) {
      for (std::size_t i = 0; i < names_.size(); ++i) counts_.push_back(count_at(group.by_area[i], period - back));
    }
    for (std::size_t i = 0; i < names_.size(); ++i) {
      double baseline = populations_[i];
      if (kind_ == stats::ScanKind::kExpectation) {
        double sum = 0;
        for (std::size_t t = begin; t < end; ++t) sum += count_at(group.by_area[i], t);
        baseline = (sum + 0.5) / static_cast<double>(end - begin);
      }
      baselines_.push_back(baseline);
    }
    for (std::size_t back = 1; back < durations; ++back)
      baselines_.insert(baselines_.end(), baselines_.begin(),
                        baselines_.begin() + static_cast<std::ptrdiff_t>(names_.size()));
    return true;
  }

  void step(std::size_t period) {
    const CivilDay ends = panel_.end_of(period);
    std::vector<Signal> signals;
    std::size_t family = 0;
    for (std::size_t i = 0; i < groups_.size(); ++i) {
      if (groups_[i].first_seen > period) continue;
      if (!fill(groups_[i], period)) {
        ++run_.tally.too_little;
        continue;
      }
      ++family;
      ++run_.tally.judged;
      run_.tally.calm_judged += calm(groups_[i], ends);
      if (std::accumulate(counts_.begin(), counts_.end(), 0.0) < policy_.scan_count_min) continue;
      const stats::ScanInput input{counts_, baselines_, names_.size()};
      const auto cluster = stats::most_likely_cluster(input, zones_, kind_);
      if (cluster.duration == 0) continue;
      const auto worth = stats::simulate_scan(input, zones_, kind_, cluster.score, policy_.scan_alpha,
                                              policy_.scan_replicates, period);
      if (worth.tail > policy_.scan_alpha) continue;
      Signal signal{i, cluster, worth, counts_};
      signal.numbers.insert(signal.numbers.end(), baselines_.begin(), baselines_.end());
      signals.push_back(std::move(signal));
    }
    raise(signals, period, ends, family);
  }

  void raise(const std::vector<Signal>& signals, std::size_t period, CivilDay ends, std::size_t family) {
    std::vector<double> tails;
    for (const Signal& signal : signals) tails.push_back(signal.worth.tail);
    const auto adjusted = stats::adjusted_tails(tails, family);
    for (std::size_t i = 0; i < signals.size(); ++i) {
      Group& group = groups_[signals[i].group];
      const bool is_calm = calm(group, ends);
      ++run_.tally.signalled;
      run_.tally.calm_signalled += is_calm;
      if (adjusted[i] > policy_.false_discovery) {
        ++run_.tally.held;
      } else if (group.last_raised && period - *group.last_raised <= policy_.repeat_periods) {
        ++run_.tally.repeated;
      } else {
        group.last_raised = period;
        ++run_.tally.raised;
        run_.tally.calm_raised += is_calm;
        run_.alarms.push_back(alarm_of(signals[i], period, ends, adjusted[i], family));
      }
    }
  }

  Alarm alarm_of(const Signal& signal, std::size_t period, CivilDay ends, double adjusted, std::size_t family) const {
    const auto& cluster = signal.cluster;
    Alarm alarm{
        method_,
        {method_, Verdict::kAlarm, cluster.baseline, signal.worth.critical, cluster.score, true, signal.worth.tail},
        groups_[signal.group].parts,
        period,
        ends,
        cluster.count,
        adjusted,
        family,
        cluster.duration,
        {}};
    for (const std::uint32_t index : zones_[cluster.zone]) {
      std::string& areas = alarm.parts[area_];
      areas += (areas.empty() ? "" : ", ") + names_[index];
    }
    alarm.inputs = inputs_hash(panel_, groups_[signal.group].parts, period, method_, policy_, signal.numbers);
    return alarm;
  }

  bool calm(const Group& group, CivilDay ends) const {
    return std::none_of(known_.begin(), known_.end(), [&](const KnownEvent& event) {
      if (ends < event.from || event.to < ends) return false;
      for (std::size_t i = 0; i < event.parts.size(); ++i) {
        if (i != area_ && !event.parts[i].empty() && event.parts[i] != group.parts[i]) return false;
      }
      return true;
    });
  }

  const Panel& panel_;
  Method method_;
  const DetectionPolicy& policy_;
  std::size_t area_;
  std::span<const KnownEvent> known_;
  stats::ScanKind kind_;
  std::vector<std::string> names_;  // in ascending order
  std::vector<double> populations_;
  std::vector<std::vector<std::uint32_t>> zones_;
  std::vector<Group> groups_;
  std::vector<double> counts_, baselines_;
  Run run_;
};

}  // namespace

Result<Run> run_scan(const Panel& panel, Method method, const DetectionPolicy& policy, std::size_t area,
                     const Places& places, std::span<const KnownEvent> known) {
  CHECK(family_of(method) == Family::kScan && area < panel.dimensions.size());
  for (const Series& series : panel.series) {
    if (places.contains(series.parts[area])) continue;
    return Error{ErrorKind::kInvalid, "detection.areas",
                 fmt::format("The area \"{}\" has no place. Add a line for it to the file of areas.",
                             excerpt(series.parts[area]))};
  }
  const bool populated =
      std::any_of(places.begin(), places.end(), [](const auto& each) { return each.second.population > 0; });
  if (method == Method::kScanPb && !populated)
    return Error{ErrorKind::kInvalid, "detection.areas",
                 "The population-based scan needs a population above 0 in the file of areas. Use scan-eb without."};
  return Scanner(panel, method, policy, area, places, known).run();
}

}  // namespace suyuan::monitoring
