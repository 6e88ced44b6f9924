// SPDX-License-Identifier: Apache-2.0
#include "app/subscription/schedule.h"

#include <gtest/gtest.h>

namespace suyuan {
namespace {

constexpr std::chrono::minutes kChina{480};

// The next runs after `now`, as wall clocks in China show them.
std::string runs(const Schedule::Fields& fields, const char* now, int count = 3) {
  const auto schedule = Schedule::parse(fields);
  EXPECT_TRUE(schedule.ok()) << schedule.error().text;
  if (!schedule) return schedule.error().text;
  std::string all;
  Instant at = parse_instant(now)->at;
  for (int i = 0; i < count; ++i) {
    at = schedule->next(at, kChina);
    all += format_instant(at, kChina).substr(0, 19) + " ";
  }
  return all;
}

TEST(Schedule, a_field_that_is_left_out_matches_always_or_first) {
  EXPECT_EQ(runs({{"hour", "1"}, {"minute", "5"}}, "2026-03-01T01:04:59+08:00"),
            "2026-03-01T01:05:00 2026-03-02T01:05:00 2026-03-03T01:05:00 ");
  EXPECT_EQ(runs({{"minute", "0,30"}}, "2026-03-01T23:10:00+08:00"),
            "2026-03-01T23:30:00 2026-03-02T00:00:00 2026-03-02T00:30:00 ");
  EXPECT_EQ(runs({{"second", "[58-59]"}}, "2026-12-31T23:59:58+08:00"),
            "2026-12-31T23:59:59 2027-01-01T00:00:58 2027-01-01T00:00:59 ");
  EXPECT_EQ(runs({{"hour", "3"}, {"second", "7"}}, "2026-03-01T03:58:07+08:00"),
            "2026-03-01T03:59:07 2026-03-02T03:00:07 2026-03-02T03:01:07 ");
}

TEST(Schedule, days_count_on_the_wall_clock_of_the_zone) {
  // 17:00 UTC on Sunday is 01:00 on Monday in China.
  EXPECT_EQ(runs({{"dayOfWeek", "1"}}, "2026-03-01T15:59:59Z", 2), "2026-03-02T00:00:00 2026-03-09T00:00:00 ");
  EXPECT_EQ(runs({{"dayOfMonth", "31"}, {"hour", "8"}}, "2026-01-31T08:00:00+08:00"),
            "2026-03-31T08:00:00 2026-05-31T08:00:00 2026-07-31T08:00:00 ");
  EXPECT_EQ(runs({{"month", "2"}, {"dayOfMonth", "29"}}, "2026-03-01T00:00:00Z", 2),
            "2028-02-29T00:00:00 2032-02-29T00:00:00 ");
  EXPECT_EQ(runs({{"month", "[4-5]"}}, "2026-04-01T00:00:00+08:00"),
            "2026-05-01T00:00:00 2027-04-01T00:00:00 2027-05-01T00:00:00 ");
  EXPECT_EQ(runs({{"dayOfMonth", "13"}, {"dayOfWeek", "5"}}, "2026-03-14T00:00:00+08:00", 2),
            "2026-11-13T00:00:00 2027-08-13T00:00:00 ");
}

TEST(Schedule, every_wrong_field_is_named) {
  for (const auto& fields : {Schedule::Fields{{"second", "60"}},
                             {{"minute", "-1"}},
                             {{"hour", "24"}},
                             {{"hour", ""}},
                             {{"hour", "1,"}},
                             {{"hour", "[5-3]"}},
                             {{"hour", "[5-6"}},
                             {{"hour", "5-6]"}},
                             {{"hour", "*"}},
                             {{"dayOfMonth", "0"}},
                             {{"dayOfMonth", "32"}},
                             {{"month", "13"}},
                             {{"dayOfWeek", "8"}},
                             {{"dayOfWeek", "0"}},
                             {{"week", "1"}},
                             {{"month", "2"}, {"dayOfMonth", "30"}},
                             {}}) {
    const auto schedule = Schedule::parse(fields);
    ASSERT_FALSE(schedule.ok()) << (fields.empty() ? "" : fields.front().second);
    EXPECT_EQ(schedule.error().code, "subscription.schedule");
    EXPECT_FALSE(schedule.error().findings.empty());
  }
  EXPECT_EQ(Schedule::parse({{"second", "60"}, {"hour", "24"}}).error().findings.size(), 2U);
}

}  // namespace
}  // namespace suyuan
