// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <map>
#include <set>
#include <string_view>

#include "base/time.h"

// Working days as the State Council announces them, year by year: holidays, and the Saturdays and Sundays that are
// worked instead (调休). Days are those of a wall calendar in China.
namespace suyuan::calendar {

struct Due {
  CivilDay day;
  // Somewhere on the way no notice is there yet: Monday to Friday were taken to be working days. To be worked out
  // again.
  bool is_provisional = false;
  friend bool operator==(const Due&, const Due&) = default;
};

class WorkingDays {
 public:
  static const WorkingDays& announced();  // policy/working-days.csv
  // Its rows, by year without a gap. Errors: kInvalid "calendar.policy", naming the line, and those of read_csv.
  static Result<WorkingDays> read(std::string_view csv);

  int last_year() const { return last_year_; }
  bool works(CivilDay day) const;
  bool is_off(CivilDay day) const { return off_.contains(day); }          // by a notice, whatever the day of the week
  bool is_make_up(CivilDay day) const { return make_up_.contains(day); }  // worked by a notice
  // False where a notice is still to come: outside of the years that have one, and in the last week of the last one,
  // since the next year's notice may reach into it (that of 2023 took 2022-12-31).
  bool is_settled(CivilDay day) const;

  // The `count`th working day after `start`, which itself does not count (民法典 201). Requires: 0 to kMostDays; 0: the
  // day itself.
  Due after_working_days(CivilDay start, int count) const;
  // So many days of the calendar after `start`; where that is no working day, the next one (民法典 201, 203).
  Due after_days(CivilDay start, int count) const;
  static constexpr int kMostDays = 10'000;

 private:
  std::set<CivilDay> off_, make_up_;
  int first_year_ = 0, last_year_ = 0;
};

std::string_view working_days_text();

}  // namespace suyuan::calendar
