// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>

#include "domain/calendar/working_days.h"

// Until when something must be done.
namespace suyuan {

struct DueRequest {
  CivilDay start;
  int count = 0;  // 1 to WorkingDays::kMostDays
  bool in_working_days = true;
};

struct DueAnswer {
  DueRequest request;
  calendar::Due due;
  std::vector<CivilDay> off, make_up;  // by a notice, after the start and up to the due day
  int announced_upto = 0;              // year
};

// Errors: kInvalid "calendar.count".
Result<DueAnswer> due_day(const DueRequest& request);
std::string due_text(const DueAnswer& answer, bool english);
std::string due_json(const DueAnswer& answer);

}  // namespace suyuan
