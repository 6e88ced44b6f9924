// SPDX-License-Identifier: Apache-2.0
#include "domain/assessment/policy.h"

#include <gmock/gmock.h>

#include "base/text.h"
#include "domain/assessment/policy_texts.h"

namespace suyuan::assessment {

namespace {

using testing::HasSubstr;

std::string with(std::string_view text, std::string_view from, std::string_view to) {
  std::string changed(text);
  const std::size_t at = changed.find(from);
  EXPECT_NE(at, std::string::npos) << from;
  return changed.replace(at, from.size(), to);
}

CivilDay day(std::string_view text) { return *parse_day(text); }

}  // namespace

// shows: W6, W7
TEST(AssessmentPolicy, two_index_systems_and_grade_tables_ship) {
  const PolicyBook& book = policy_book();
  ASSERT_EQ(book.systems.size(), 2U);
  EXPECT_EQ(book.systems[0].id(), "industrial-products@1");
  EXPECT_EQ(book.systems[1].domain, Domain::kAgricultural);
  for (const IndexSystem& system : book.systems) EXPECT_EQ(system.colours.front().first, Colour::kRed);
  for (const GradeTable& table : book.tables) {
    EXPECT_EQ(table.rows[0].colour, Colour::kBlue);
    EXPECT_EQ(table.rows[3].colour, Colour::kRed);
    EXPECT_LT(table.rows[0].ratio, table.rows[3].ratio);
  }
  EXPECT_EQ(book.tables[0].downgrades.size(), 2U);
  EXPECT_TRUE(book.tables[1].downgrades.empty());
}

TEST(AssessmentPolicy, what_is_recalled_only_says_so) {
  std::size_t bands = 0;
  for (const std::string_view line : split(risk_matrices_text(), '\n')) {
    if (line.find(",band,") == std::string_view::npos) continue;
    ++bands;
    EXPECT_NE(line.find(",recalled,"), std::string_view::npos) << line;
  }
  EXPECT_EQ(bands, 16U);
}

TEST(AssessmentPolicy, refuses_a_matrix_that_judges_the_likelier_lower) {
  auto read = read_matrices(with(risk_matrices_text(), "eu-rapex,1,band,1/10,M,S,S,S", "eu-rapex,1,band,1/10,M,S,S,H"));
  ASSERT_FALSE(read);
  EXPECT_EQ(read.error().code, "policy.assessment_row");
  EXPECT_THAT(read.error().text, HasSubstr("lower level than its neighbour"));
  EXPECT_FALSE(read_matrices(with(risk_matrices_text(), "band,1/10,", "band,3/4,")));
  EXPECT_FALSE(read_matrices(with(risk_matrices_text(), ",recalled,", ",heard,")));
}

TEST(AssessmentPolicy, refuses_judgements_that_contradict_or_are_missing) {
  EXPECT_THAT(read_index_systems(with(index_systems_text(), "judgement,C1,C2,2", "judgement,C1,C2,1/9")).error().text,
              HasSubstr("consistency ratio"));
  EXPECT_THAT(read_index_systems(with(index_systems_text(), "judgement,C1,C2,2", "judgement,C1,C3,2")).error().text,
              HasSubstr("no judgement compares C1 with C2"));
  EXPECT_FALSE(read_index_systems(with(index_systems_text(), "judgement,C1,C2,2", "judgement,C1,C2,10")));
  EXPECT_FALSE(read_index_systems(with(index_systems_text(), "colour,orange,60", "colour,orange,90")));
}

TEST(AssessmentPolicy, refuses_grades_whose_colours_do_not_rise) {
  EXPECT_FALSE(read_grade_tables(with(grade_tables_text(), "grade,B,yellow", "grade,B,red")));
  EXPECT_FALSE(read_grade_tables(with(grade_tables_text(), "downgrade,C,own_use,B", "downgrade,C,own_use,D")));
  EXPECT_FALSE(read_average_rules(with(moving_averages_text(), "months,12", "months,0")));
  EXPECT_FALSE(read_average_rules(with(moving_averages_text(), "evidence,0,weak", "evidence,0.1,weak")));
}

// shows: W5
TEST(AssessmentPolicy, the_newest_version_of_the_day_is_taken_unless_one_is_named) {
  PolicyBook book = policy_book();
  GradeTable next = book.tables[0];
  next.version = 2;
  next.valid_from = day("2027-01-01");
  book.tables.push_back(next);
  const auto chosen = [&](std::string_view on, const std::string& asked) {
    return choose_policy(book, {"", "", asked, ""}, Domain::kIndustrial, day(on));
  };
  EXPECT_EQ(chosen("2026-12-31", "")->table.id(), "industrial-table-1@1");
  EXPECT_EQ(chosen("2027-01-01", "")->table.id(), "industrial-table-1@2");
  EXPECT_EQ(chosen("2027-01-01", "industrial-table-1@1")->table.version, 1);
  EXPECT_EQ(chosen("2027-01-01", "industrial-table-1@9").error().code, "policy.no_such_version");
  EXPECT_FALSE(chosen("2027-01-01", "agricultural-colours@1")) << "of the other domain";
  EXPECT_FALSE(chosen("1999-12-31", ""));
}

TEST(AssessmentPolicy, colours_below_the_table_have_the_grade_of_none) {
  const GradeTable& table = policy_book().tables[0];
  EXPECT_EQ(table.of(Colour::kNone), Grade::kA);
  EXPECT_EQ(table.of(Colour::kBlue), Grade::kA);
  EXPECT_EQ(table.of(Colour::kOrange), Grade::kC);
}

}  // namespace suyuan::assessment
