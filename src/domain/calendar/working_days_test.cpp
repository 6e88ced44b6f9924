// SPDX-License-Identifier: Apache-2.0
#include "domain/calendar/working_days.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace suyuan::calendar {
namespace {

CivilDay day(std::string_view text) { return *parse_day(text); }
const WorkingDays& days() { return WorkingDays::announced(); }

struct Counted {
  const char* start;
  int count;
  const char* due;
};

TEST(WorkingDays, are_counted_over_holidays_and_the_days_worked_for_them) {
  for (const auto& [start, count, due] : {Counted{"2026-02-13", 3, "2026-02-25"},
                                          {"2026-02-13", 5, "2026-02-27"},
                                          {"2026-09-30", 3, "2026-10-10"},
                                          {"2025-09-30", 3, "2025-10-11"},
                                          {"2025-09-30", 5, "2025-10-14"},
                                          {"2024-09-13", 2, "2024-09-18"},
                                          {"2023-01-20", 3, "2023-01-30"},
                                          {"2023-09-28", 10, "2023-10-18"},
                                          {"2026-04-30", 15, "2026-05-25"},
                                          {"2025-12-31", 1, "2026-01-04"},
                                          {"2024-02-09", 2, "2024-02-19"},
                                          {"2026-01-01", 3, "2026-01-06"},
                                          {"2026-02-16", 0, "2026-02-16"}}) {
    EXPECT_EQ(days().after_working_days(day(start), count), (Due{day(due), false})) << start << " + " << count;
  }
}

TEST(WorkingDays, a_last_day_that_is_off_moves_to_the_next_one_worked) {
  for (const auto& [start, count, due] : {Counted{"2026-02-01", 15, "2026-02-24"},
                                          {"2026-09-16", 15, "2026-10-08"},
                                          {"2025-09-18", 15, "2025-10-09"},
                                          {"2026-03-02", 60, "2026-05-06"},
                                          {"2026-01-05", 75, "2026-03-23"},
                                          {"2026-09-20", 10, "2026-09-30"},
                                          {"2026-04-24", 7, "2026-05-06"}}) {
    EXPECT_EQ(days().after_days(day(start), count), (Due{day(due), false})) << start << " + " << count;
  }
}

TEST(WorkingDays, each_day_is_as_announced) {
  for (const char* works :
       {"2026-02-14", "2026-02-28", "2026-09-20", "2026-10-10", "2026-10-08", "2025-09-28", "2023-04-23", "2024-05-11"})
    EXPECT_TRUE(days().works(day(works))) << works;
  for (const char* off : {"2026-02-16", "2025-10-08", "2022-12-31", "2026-11-21"})
    EXPECT_FALSE(days().works(day(off))) << off;
}

// The notice for the next year is not there: an answer, and that it may change.
TEST(WorkingDays, a_year_without_a_notice_gives_a_provisional_day) {
  const int next = days().last_year() + 1;
  const CivilDay new_year = std::chrono::local_days(
      std::chrono::year_month_day(std::chrono::year(next), std::chrono::January, std::chrono::day(1)));
  EXPECT_TRUE(days().after_working_days(new_year, 3).is_provisional);
  EXPECT_TRUE(days().after_days(new_year, 15).is_provisional);
  EXPECT_TRUE(days().after_working_days(new_year - std::chrono::days(10), 9).is_provisional);
  EXPECT_TRUE(days().after_working_days(new_year - std::chrono::days(8), 1).is_provisional)
      << "the next notice may reach into the last week";
  EXPECT_FALSE(days().after_working_days(new_year - std::chrono::days(20), 3).is_provisional);
  EXPECT_TRUE(days().after_working_days(day("2019-05-06"), 3).is_provisional);
  // From the day that it is there, the same question has another answer.
  const auto later =
      WorkingDays::read("year,kind,first,last\n2026,off,2026-12-30,2026-12-31\n2027,off,2027-01-01,2027-01-03\n");
  ASSERT_TRUE(later.ok());
  EXPECT_EQ(later->after_working_days(day("2026-12-29"), 1), (Due{day("2027-01-04"), false}));
}

TEST(WorkingDays, wrong_rows_are_named) {
  const auto refused = [](const std::string& row) {
    const auto read = WorkingDays::read("# remark\nyear,kind,first,last\n2025,off,2025-01-01,2025-01-01\n" + row);
    return read ? "taken" : read.error().code + ": " + read.error().text;
  };
  using testing::HasSubstr;
  EXPECT_EQ(refused("2026,off,2026-01-01,2026-01-03\n"), "taken");
  EXPECT_THAT(refused("2027,off,2027-01-01,2027-01-01\n"), HasSubstr("calendar.policy: Line 4"));
  for (const char* row :
       {"x,off,2025-02-01,2025-02-01\n", "2025,holiday,2025-02-01,2025-02-01\n", "2025,off,2025-02-30,2025-02-30\n",
        "2025,off,2025-02-02,2025-02-01\n", "2025,off,2025-02-01,2026-02-01\n", "2025,off,2025-01-01,2025-01-01\n",
        "2025,make_up,2025-01-01,2025-01-01\n", "2025,make_up,2025-01-02,2025-01-02\n",
        "2025,off,2023-01-01,2023-01-01\n"})
    EXPECT_THAT(refused(row), HasSubstr("calendar.policy: Line 4")) << row;
  EXPECT_EQ(WorkingDays::read("year,kind,first,last\n").error().code, "calendar.policy");
  EXPECT_EQ(WorkingDays::read("").error().code, "csv.empty");
}

}  // namespace
}  // namespace suyuan::calendar
