// SPDX-License-Identifier: Apache-2.0
// `suyuan due` as a person at a terminal meets it.
#include <gmock/gmock.h>

#include "run_binary.h"

namespace suyuan {
namespace {

using testing::HasSubstr;
using testing::Not;

// A red warning is published before the Spring Festival: measures within three working days.
TEST(DueCommand, says_until_when_and_what_was_skipped) {
  const Ran due = run("due 2026-02-13 --working-days 3");
  EXPECT_EQ(due.exit, 0);
  EXPECT_THAT(due.out, HasSubstr("2026-02-25（星期三）"));
  EXPECT_THAT(due.out, HasSubstr("调休上班：2026-02-14"));
  EXPECT_THAT(due.out, Not(HasSubstr("暂定")));
  EXPECT_THAT(run("due 2026-02-01 --days 15 --english").out, HasSubstr("2026-02-24, Tuesday"));
  const Ran json = run("due 2026-02-13 --working-days 3 --json");
  EXPECT_THAT(json.out, HasSubstr("\"due\": \"2026-02-25\""));
  EXPECT_THAT(json.out, HasSubstr("\"provisional\": false"));
  EXPECT_EQ(run("due --working-days 5").exit, 0) << "from today";
}

TEST(DueCommand, a_year_without_a_notice_is_said_to_be_one) {
  const Ran due = run("due 9000-01-01 --working-days 3");
  EXPECT_EQ(due.exit, 0);
  EXPECT_THAT(due.out, HasSubstr("暂定"));
  EXPECT_THAT(run("due 9000-01-01 --working-days 3 --json").out, HasSubstr("\"provisional\": true"));
  EXPECT_THAT(run("due 9000-01-01 --days 3 --english").out, HasSubstr("Provisional"));
}

TEST(DueCommand, names_what_is_wrong) {
  EXPECT_THAT(run("due 2026-02-30 --working-days 3").out, HasSubstr("[time.not_a_day]"));
  EXPECT_THAT(run("due 2026-13-01 --days 3").out, HasSubstr("[time.not_a_day]"));
  for (const char* count : {"0", "-3", "10001"})
    EXPECT_THAT(run(std::string("due 2026-02-13 --working-days=") + count).out, HasSubstr("[calendar.count]")) << count;
  EXPECT_EQ(run("due 2026-02-13").exit, 2);
  EXPECT_EQ(run("due 2026-02-13 --working-days 3 --days 3").exit, 2);
  EXPECT_EQ(run("due 2026-02-13 --working-days three").exit, 2);
}

}  // namespace
}  // namespace suyuan
