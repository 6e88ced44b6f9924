// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "domain/monitoring/run.h"

// What a run was good for, seen from afterwards.
namespace suyuan::monitoring {

// A series that rose: its first alarm of a rise, and what came of it.
struct Rise {
  const Alarm* alarm = nullptr;  // into the run
  double before = 0;             // counts of the half year before the alarm
  double until = 0;              // counts of the rise up to the alarm, its period included
  double after = 0;              // counts of the half year after it
  double excess = 0;             // `after` beyond what the alarm expected in as many periods
};

// The greatest rises first; of equal ones the earlier. A rise begins with an alarm that has none of the same series in
// the half year before it. Of alarms of single series only.
std::vector<Rise> rank_rises(const Panel& panel, const Run& run);

// When a known event was first noticed.
struct Detection {
  const KnownEvent* event = nullptr;
  const Alarm* first = nullptr;   // the first alarm inside it, or none
  std::size_t delay_periods = 0;  // from the period that holds `from`
};
std::vector<Detection> detections(const Panel& panel, const Run& run, std::span<const KnownEvent> known);

}  // namespace suyuan::monitoring
