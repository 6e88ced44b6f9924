// SPDX-License-Identifier: Apache-2.0
#include "domain/identity/separation.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <map>
#include <set>

#include "base/text.h"
#include "domain/identity/policy_texts.h"

namespace suyuan::identity {
namespace {

const PersonId kLi(1), kWang(2), kZhao(3);

// shows: R1
TEST(Separation, a_report_has_three_signatories) {
  const DoneBy drafted{kLi, Act::kReportDraft}, reviewed{kWang, Act::kReportReview};
  const std::vector<DoneBy> done = {drafted, reviewed};
  EXPECT_EQ(may_also(kLi, Act::kReportReview, std::span(&drafted, 1)).error().code, "duty.separate");
  EXPECT_TRUE(may_also(kWang, Act::kReportReview, std::span(&drafted, 1)).ok());
  EXPECT_EQ(may_also(kLi, Act::kReportApprove, done).error().code, "duty.separate");
  const auto refused = may_also(kWang, Act::kReportApprove, done);
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().kind, ErrorKind::kForbidden);
  for (const std::string_view word : {"report.review", "report.approve", "000 6.5", "审核人不得批准"})
    EXPECT_NE(refused.error().text.find(word), std::string::npos) << refused.error().text;
  EXPECT_TRUE(may_also(kZhao, Act::kReportApprove, done).ok());
}

TEST(Separation, holds_whichever_act_comes_first) {
  const DoneBy tested{kLi, Act::kSampleTest}, taken{kLi, Act::kSampleTake};
  EXPECT_FALSE(may_also(kLi, Act::kSampleTake, std::span(&tested, 1)).ok());
  EXPECT_FALSE(may_also(kLi, Act::kSampleTest, std::span(&taken, 1)).ok());
  EXPECT_TRUE(may_also(kLi, Act::kSampleTest, std::span(&tested, 1)).ok()) << "the same act again is one duty";
}

TEST(Separation, a_deputy_or_another_account_is_the_same_person) {
  const DoneBy drafted{kLi, Act::kPlanDraft};
  const std::vector<PersonId> same = {kZhao, kLi};
  EXPECT_TRUE(may_also(kWang, Act::kPlanApprove, std::span(&drafted, 1)).ok());
  EXPECT_FALSE(may_also(kWang, Act::kPlanApprove, std::span(&drafted, 1), same).ok());
}

TEST(Separation, nobody_grants_a_role_to_themselves) {
  const DoneBy owner{kLi, Act::kAccountOwn};
  EXPECT_FALSE(may_also(kLi, Act::kRoleGrant, std::span(&owner, 1)).ok());
  EXPECT_TRUE(may_also(kWang, Act::kRoleGrant, std::span(&owner, 1)).ok());
}

TEST(Separation, the_table_is_read_strictly) {
  const std::string head = "first,second,subject,clause,reason\n";
  EXPECT_TRUE(read_separations(head + "plan.draft,plan.approve,plan,x,y\n").ok());
  for (const std::string_view row :
       {"plan.draft,plan.aprove,plan,x,y", "plan.draft,plan.draft,plan,x,y", "plan.draft,plan.approve,plan,x",
        "plan.draft,plan.approve,plan,,y", "plan.draft,plan.approve,plan,x,y\nplan.approve,plan.draft,plan,x,y",
        "\xff,\xfe,a,b,c"}) {
    const auto read = read_separations(head + std::string(row));
    ASSERT_FALSE(read.ok()) << row;
    EXPECT_EQ(read.error().code, "policy.separation_row");
  }
  EXPECT_FALSE(read_separations("plan.draft,plan.approve,plan,x,y\n").ok()) << "no head";
}

// Slow, from the text of the table: every pair of the acts of one human being, those before and the new one.
bool slow_answer(const std::map<std::int64_t, std::int64_t>& human_of, PersonId person, Act act,
                 const std::vector<DoneBy>& done) {
  std::set<std::pair<std::string, std::string>> forbidden;
  for (const std::string_view line : split(separation_text(), '\n')) {
    const auto cells = split(line, ',');
    if (line.starts_with("#") || cells.size() < 5 || cells[0] == "first") continue;
    forbidden.emplace(cells[0], cells[1]);
    forbidden.emplace(cells[1], cells[0]);
  }
  for (const DoneBy& before : done) {
    const bool is_same_human = human_of.at(before.person.value()) == human_of.at(person.value());
    if (is_same_human && forbidden.contains({std::string(act_word(before.act)), std::string(act_word(act))}))
      return false;
  }
  return true;
}

// shows: R1
TEST(Separation, is_what_the_table_says_for_any_history) {
  EXPECT_TRUE(rc::check([] {
    std::map<std::int64_t, std::int64_t> human_of;  // accounts 1 … 6 of three people
    for (std::int64_t account = 1; account <= 6; ++account) human_of[account] = *rc::gen::inRange<std::int64_t>(0, 3);
    const auto any_act =
        rc::gen::map(rc::gen::inRange<std::size_t>(0, kActs), [](std::size_t i) { return static_cast<Act>(i); });
    const auto named = rc::gen::element(Act::kReportDraft, Act::kReportReview, Act::kReportApprove, Act::kSampleTake,
                                        Act::kSampleTest, Act::kEmergencyUse, Act::kEmergencyReview);
    const auto some_act = rc::gen::oneOf(any_act, named);
    std::vector<DoneBy> done;
    for (int i = *rc::gen::inRange(0, 6); i > 0; --i)
      done.push_back({PersonId(*rc::gen::inRange<std::int64_t>(1, 7)), *some_act});
    const PersonId person(*rc::gen::inRange<std::int64_t>(1, 7));
    const Act act = *some_act;
    std::vector<PersonId> same;
    for (const auto& [account, human] : human_of)
      if (human == human_of[person.value()] && account != person.value()) same.emplace_back(account);
    RC_ASSERT(may_also(person, act, done, same).ok() == slow_answer(human_of, person, act, done));
  }));
}

}  // namespace
}  // namespace suyuan::identity
