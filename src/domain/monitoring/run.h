// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "domain/monitoring/alarm.h"
#include "domain/monitoring/panel.h"

// A run: one method over all series of a panel, period by period, each period judged by what was known at its end.
namespace suyuan::monitoring {

// A stretch in which there was something to find, so that alarms inside it are no false ones.
struct KnownEvent {
  std::string name;
  std::vector<std::string> parts;  // one for each dimension; "" is any
  CivilDay from, to;               // both included

  bool covers(const std::vector<std::string>& series) const;
  bool covers(const std::vector<std::string>& series, CivilDay period_ends) const;
  bool covers_pair(const std::vector<std::string>& pair) const;  // by as many dimensions as a pair has
};

// How often a method spoke. A "period" here is one period of one series.
struct Tally {
  Method method = Method::kAuto;
  std::size_t judged = 0, too_little = 0;
  std::size_t signalled = 0;  // alarms of the method by itself
  std::size_t held = 0;       // of them: kept back by the false discovery control
  std::size_t repeated = 0;   // of them: repeats of an alarm that was raised shortly before
  std::size_t raised = 0;     // of them: the rest
  // The same where nothing was known to be going on: what is counted here are false alarms.
  std::size_t calm_judged = 0, calm_signalled = 0, calm_raised = 0;
};

struct Run {
  Tally tally;
  std::vector<Alarm> alarms;  // those raised, by period, then by series
};

// Requires a method of the family kSeries. A series takes part from the period on that named it first.
Run run_series(const Panel& panel, Method method, const DetectionPolicy& policy, std::span<const KnownEvent> known);

// Every judgement of one series, from known_from on, for a picture: without the false discovery control and without the
// gamma-Poisson prior, which both need the others.
std::vector<Judgement> judge_series(const Panel& panel, std::size_t series, Method method,
                                    const DetectionPolicy& policy);

}  // namespace suyuan::monitoring
