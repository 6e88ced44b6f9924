// SPDX-License-Identifier: Apache-2.0
#include "domain/monitoring/ranking.h"

#include <algorithm>
#include <map>

#include "base/check.h"

namespace suyuan::monitoring {

namespace {

std::size_t half_year(Period period) { return period == Period::kDay ? 182 : period == Period::kWeek ? 26 : 6; }

double sum(const Series& series, std::size_t from, std::size_t to) {
  double counts = 0;
  for (std::size_t t = std::max(from, series.known_from); t < std::min(to, series.known_to()); ++t)
    counts += series.counts[t - series.known_from];
  return counts;
}

Rise rise_of(const Panel& panel, const Series& series, const Alarm& alarm) {
  const std::size_t reach = half_year(panel.period), now = alarm.period;
  Rise rise{&alarm};
  rise.before = sum(series, now > reach ? now - reach : 0, now);
  std::size_t begin = now;  // back to the last period without a case
  while (begin > series.known_from && sum(series, begin - 1, begin) > 0) --begin;
  rise.until = sum(series, begin, now + 1);
  rise.after = sum(series, now + 1, now + 1 + reach);
  const std::size_t seen = std::min(series.known_to(), now + 1 + reach) - (now + 1);
  rise.excess = rise.after - alarm.judged.expected * static_cast<double>(seen);
  return rise;
}

}  // namespace

std::vector<Rise> rank_rises(const Panel& panel, const Run& run) {
  std::vector<Rise> rises;
  if (family_of(run.tally.method) != Family::kSeries) return rises;
  std::map<std::vector<std::string>, std::size_t> last;
  for (const Alarm& alarm : run.alarms) {
    const auto [seen, is_first] = last.emplace(alarm.parts, alarm.period);
    const bool begins = is_first || alarm.period - seen->second > half_year(panel.period);
    seen->second = alarm.period;
    if (!begins) continue;
    const auto series = std::lower_bound(panel.series.begin(), panel.series.end(), alarm.parts,
                                         [](const Series& one, const auto& parts) { return one.parts < parts; });
    CHECK(series != panel.series.end() && series->parts == alarm.parts);
    rises.push_back(rise_of(panel, *series, alarm));
  }
  std::stable_sort(rises.begin(), rises.end(), [](const Rise& a, const Rise& b) { return a.excess > b.excess; });
  return rises;
}

std::vector<Detection> detections(const Panel& panel, const Run& run, std::span<const KnownEvent> known) {
  std::vector<Detection> found;
  for (const KnownEvent& event : known) {
    Detection detection{&event};
    for (const Alarm& alarm : run.alarms) {
      if (alarm.ends < event.from || event.to < alarm.ends || !event.covers_pair(alarm.parts)) continue;
      detection.first = &alarm;
      const auto begun = period_index(panel.period, event.from) - panel.first;
      detection.delay_periods =
          static_cast<std::size_t>(static_cast<std::int64_t>(alarm.period) - std::max<std::int64_t>(begun, 0));
      break;
    }
    found.push_back(detection);
  }
  return found;
}

}  // namespace suyuan::monitoring
