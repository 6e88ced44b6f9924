// SPDX-License-Identifier: Apache-2.0
#include "domain/identity/decide.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace suyuan::identity {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

constexpr Instant kNow{std::chrono::hours(24 * 20'000)};

// 省局 2 > 市局 3 > 区局 4; 邻市局 5; 生产企业 6 > its works 7; 企业 8; 行业协会 9; 监测中心 10 of the city.
std::vector<Organisation> organisations() {
  const auto org = [](std::int64_t id, OrgKind kind, std::int32_t place, std::int64_t superior) {
    Organisation made{.id = OrgId(id), .name = "org", .kind = kind, .jurisdiction = Jurisdiction{place}};
    if (superior > 0) made.superior = OrgId(superior);
    return made;
  };
  auto all = std::vector{org(2, OrgKind::kRegulator, 340000, 0), org(3, OrgKind::kRegulator, 340100, 2),
                         org(4, OrgKind::kRegulator, 340104, 3), org(5, OrgKind::kRegulator, 340200, 2),
                         org(6, OrgKind::kProducer, 340104, 0),  org(7, OrgKind::kProducer, 330106, 6),
                         org(8, OrgKind::kSeller, 340202, 0),    org(9, OrgKind::kIndustry, 110000, 0),
                         org(10, OrgKind::kCentre, 340100, 3)};
  all[4].codes = {"https://id.gs1.org/417/6901234567892"};
  return all;
}

class DecideTest : public testing::Test {
 protected:
  DecideTest() { build(organisations()); }

  void build(std::vector<Organisation> all) {
    auto made = Directory::make(std::move(all), {});
    ASSERT_TRUE(made.ok()) << made.error().text;
    directory_ = std::move(*made);
  }

  Principal somebody(std::int64_t org, std::vector<Role> roles) const {
    return {.actor = actor_of(org), .roles = std::move(roles), .via = Via::kSession};
  }
  Actor actor_of(std::int64_t org, std::int64_t person = 100) const {
    const Organisation* found = directory_->find(OrgId(org));
    return {PersonId(person), OrgId(org), found == nullptr ? Jurisdiction{0} : found->jurisdiction};
  }
  Result<Scope> ask(const Principal& who, Act act) const { return decide(directory_, permissions(), who, act, kNow); }
  bool covers(const Principal& who, Act act, std::int64_t owner) const {
    const auto scope = ask(who, act);
    return scope.ok() && scope->covers(actor_of(owner, 200));
  }

  std::shared_ptr<const Directory> directory_;
};

// shows: R1
TEST_F(DecideTest, whoever_has_no_account_may_look_at_pages_and_nothing_else) {
  EXPECT_TRUE(ask(public_principal(), Act::kPageRead).ok());
  for (const Act act : {Act::kEventRead, Act::kEventCapture, Act::kAuditRead, Act::kStoreMaintain}) {
    const auto refused = ask(public_principal(), act);
    ASSERT_FALSE(refused.ok()) << act_word(act);
    EXPECT_EQ(refused.error().kind, ErrorKind::kSignIn);
    EXPECT_THAT(refused.error().text, HasSubstr(std::string(act_word(act))));
  }
}

// shows: R1, E1
TEST_F(DecideTest, a_regulator_reaches_its_place_and_its_subordinates_and_nobody_elses) {
  const Principal province = somebody(2, {Role::kOfficer}), city = somebody(3, {Role::kOfficer}),
                  county = somebody(4, {Role::kOfficer});
  for (const std::int64_t owner : {2, 3, 4, 5, 6, 8}) EXPECT_TRUE(covers(province, Act::kEventRead, owner)) << owner;
  EXPECT_FALSE(covers(province, Act::kEventRead, 7));  // its works stand in Zhejiang
  EXPECT_TRUE(covers(city, Act::kEventRead, 6));
  EXPECT_FALSE(covers(city, Act::kEventRead, 8));
  EXPECT_FALSE(covers(city, Act::kEventRead, 2));
  EXPECT_TRUE(covers(county, Act::kEventRead, 6));
  EXPECT_FALSE(covers(county, Act::kEventRead, 3));
}

// shows: T3
TEST_F(DecideTest, a_firm_reaches_its_own_and_what_is_below_it) {
  const Principal firm = somebody(6, {Role::kProducer}), works = somebody(7, {Role::kProducer});
  EXPECT_TRUE(covers(firm, Act::kEventRead, 7));
  EXPECT_FALSE(covers(works, Act::kEventRead, 6));
  EXPECT_FALSE(covers(firm, Act::kEventRead, 8));
  const auto scope = ask(firm, Act::kEventRead);
  ASSERT_TRUE(scope.ok());
  EXPECT_EQ(scope->width(), Width::kNamed);
  EXPECT_THAT(scope->organisations(), ElementsAre(OrgId(6), OrgId(7)));
  EXPECT_THAT(scope->codes(), ElementsAre("https://id.gs1.org/417/6901234567892"));
  EXPECT_TRUE(ask(works, Act::kEventRead)->codes().empty());
}

TEST_F(DecideTest, the_widest_of_several_roles_counts) {
  EXPECT_FALSE(ask(somebody(4, {Role::kAuditor}), Act::kEventRead).ok());
  EXPECT_TRUE(covers(somebody(4, {Role::kAuditor, Role::kOfficer}), Act::kEventRead, 6));
}

TEST_F(DecideTest, a_role_that_is_not_for_its_kind_of_organisation_may_nothing) {
  const auto refused = ask(somebody(6, {Role::kOfficer}), Act::kEventRead);
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().code, "access.denied");
  EXPECT_FALSE(ask(somebody(6, {Role::kMachine}), Act::kStoreMaintain).ok());
}

TEST_F(DecideTest, a_request_is_never_taken_for_the_machines) {
  Principal who = somebody(1, {Role::kMachine});
  for (const Via via : {Via::kSession, Via::kKey}) {
    who.via = via;
    EXPECT_FALSE(ask(who, Act::kStoreMaintain).ok());
    EXPECT_EQ(ask(who, Act::kPageRead)->width(), Width::kPublic);
  }
  EXPECT_TRUE(ask(machine_principal(), Act::kStoreMaintain)->is_everything());
}

TEST_F(DecideTest, who_belongs_to_a_closed_or_unknown_organisation_may_what_the_public_may) {
  auto all = organisations();
  all[2].is_active = false;
  build(all);
  EXPECT_FALSE(ask(somebody(4, {Role::kOfficer}), Act::kEventRead).ok());
  EXPECT_TRUE(ask(somebody(4, {Role::kOfficer}), Act::kPageRead).ok());
  EXPECT_FALSE(ask(somebody(77, {Role::kOfficer}), Act::kEventRead).ok());
}

TEST_F(DecideTest, a_key_does_what_it_was_made_for_and_nothing_else) {
  Principal key = somebody(6, {Role::kProducer});
  key.via = Via::kKey;
  key.acts = Acts();
  key.acts.add(Act::kEventCapture);
  EXPECT_TRUE(ask(key, Act::kEventCapture).ok());
  EXPECT_EQ(ask(key, Act::kEventRead).error().code, "access.key_limits");
}

TEST_F(DecideTest, an_emergency_widens_reading_to_a_place_until_it_is_over) {
  Principal officer = somebody(4, {Role::kOfficer});
  officer.emergency = Principal::Emergency{"e", Jurisdiction{340200}, kNow + std::chrono::minutes(1)};
  EXPECT_TRUE(covers(officer, Act::kTraceRead, 8));
  EXPECT_TRUE(covers(officer, Act::kTraceRead, 6));
  EXPECT_FALSE(covers(officer, Act::kMarkLift, 8));
  officer.emergency->until = kNow;
  EXPECT_FALSE(covers(officer, Act::kTraceRead, 8));
}

// shows: R23
TEST_F(DecideTest, an_industry_body_gets_figures_and_no_rows) {
  const auto scope = ask(somebody(9, {Role::kIndustry}), Act::kFiguresRead);
  ASSERT_TRUE(scope.ok());
  EXPECT_EQ(scope->width(), Width::kFigures);
  EXPECT_FALSE(scope->covers(actor_of(9)));
  EXPECT_FALSE(ask(somebody(9, {Role::kIndustry}), Act::kEventRead).ok());
}

TEST_F(DecideTest, work_that_was_left_with_the_server_may_what_its_organisation_may_now) {
  const auto job = [&](std::int64_t org) { return job_principal(*directory_, actor_of(org)); };
  EXPECT_TRUE(covers(job(6), Act::kEventRead, 7));
  EXPECT_FALSE(covers(job(6), Act::kEventRead, 8));
  EXPECT_TRUE(covers(job(1), Act::kEventRead, 8));
  auto all = organisations();
  all[4].is_active = false;
  build(all);
  EXPECT_FALSE(ask(job(6), Act::kEventRead).ok());
  EXPECT_FALSE(ask(job(99), Act::kEventRead).ok());
}

TEST(Directory, refuses_a_circle_an_unknown_superior_and_two_of_one_number) {
  auto all = organisations();
  all[0].superior = OrgId(4);
  EXPECT_EQ(Directory::make(all, {}).error().code, "organisation.cycle");
  all[0].superior = OrgId(2);
  EXPECT_EQ(Directory::make(all, {}).error().code, "organisation.cycle");
  all[0].superior = OrgId(999);
  EXPECT_EQ(Directory::make(all, {}).error().code, "organisation.unknown_superior");
  all = organisations();
  all[1].id = OrgId(2);
  EXPECT_EQ(Directory::make(all, {}).error().code, "organisation.twice");
  EXPECT_EQ(Directory::make({}, {{.org = OrgId(5)}}).error().code, "person.unknown_organisation");
  EXPECT_EQ(Directory::make({}, {{.org = OrgId(1)}, {.org = OrgId(1)}}).error().code, "person.twice");
}

TEST(Directory, a_chain_of_ten_thousand_superiors_is_no_trouble) {
  std::vector<Organisation> all;
  for (std::int64_t i = 2; i <= 10'001; ++i) {
    all.push_back({.id = OrgId(i), .kind = OrgKind::kProducer});
    if (i > 2) all.back().superior = OrgId(i - 1);
  }
  const auto made = Directory::make(std::move(all), {});
  ASSERT_TRUE(made.ok());
  EXPECT_TRUE((*made)->is_within(OrgId(10'001), OrgId(2)));
  EXPECT_FALSE((*made)->is_within(OrgId(2), OrgId(3)));
  EXPECT_FALSE((*made)->is_within(OrgId(2), OrgId(1)));
  EXPECT_EQ((*made)->within(OrgId(9'999)).size(), 3u);
}

// shows: E1
TEST(Roles, each_kind_of_body_has_one_that_carries_its_duties_with_their_clause) {
  for (int kind = 2; kind <= 9; ++kind) {
    const RoleRule& rule = rule_of(service_role(static_cast<OrgKind>(kind)));
    EXPECT_FALSE(rule.clause.empty());
    EXPECT_FALSE(rule.duty.empty());
    EXPECT_TRUE(judge_roles(static_cast<OrgKind>(kind), {rule.role}).ok());
  }
}

TEST(Roles, that_exclude_each_other_are_refused_together_with_the_clause) {
  const auto both = judge_roles(OrgKind::kRegulator, {Role::kSysadmin, Role::kAuditor});
  EXPECT_EQ(both.error().code, "role.excluded");
  EXPECT_THAT(both.error().text, HasSubstr("GB/T 22239"));
  EXPECT_EQ(judge_roles(OrgKind::kSeller, {Role::kLeader}).error().code, "role.wrong_organisation");
  for (const RoleRule& rule : role_rules())
    for (const Role other : rule.excludes)
      EXPECT_THAT(rule_of(other).excludes, testing::Contains(rule.role)) << role_word(rule.role);
}

TEST(Permissions, name_every_act_and_role_and_give_nothing_that_nobody_wrote) {
  for (std::size_t act = 0; act < kActs; ++act) EXPECT_FALSE(permissions().basis[act].empty()) << kActWords[act];
  const auto read = read_permissions("# version 1. x\nact,officer,basis\nevent.read,place,x\n");
  ASSERT_TRUE(read.ok());
  EXPECT_EQ(read->of(Role::kOfficer, Act::kEventRead), Width::kPlace);
  EXPECT_EQ(read->of(Role::kLeader, Act::kEventRead), Width::kNone);
  EXPECT_EQ(read->of(Role::kOfficer, Act::kTraceRead), Width::kNone);
}

TEST(Permissions, refuse_a_table_that_says_something_else_than_it_seems) {
  for (const std::string_view bad :
       {"act,officer,basis\nevent.read,everything,x\n", "act,officer,basis\nevent.raed,place,x\n",
        "act,officer,basis\nevent.read,place\n", "act,officer,basis\nevent.read,place,\n",
        "act,officer,officer,basis\n", "act,nobody,basis\n", "officer,basis\n",
        "act,officer,basis\nevent.read,own,x\nevent.read,all,x\n"}) {
    EXPECT_EQ(read_permissions(bad).error().code, "policy.permission_row") << bad;
  }
  EXPECT_EQ(read_roles("public,a,b\n").error().code, "policy.role_row");
  EXPECT_EQ(read_roles("").error().code, "policy.role_row");
}

}  // namespace
}  // namespace suyuan::identity
