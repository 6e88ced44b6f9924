// SPDX-License-Identifier: Apache-2.0
// Every change of organisations, people and roles is one entry in the audit, or is none at all.
#include "accounts_world.h"
#include "app/audit/search.h"

namespace suyuan::accounts {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

// Which entries are new since the last call, by act.
class Entries : public Accounts {
 protected:
  std::vector<std::string> acts() {
    std::vector<std::string> found;
    for (const AuditEntry& each : entries())
      if (each.id > known_) found.push_back(each.act);
    known_ += static_cast<std::int64_t>(found.size());
    return found;
  }
  AuditEntry last() { return entries().at(0); }

  std::int64_t known_ = 0;
};

// shows: T10, R1
TEST_F(Entries, of_an_organisation_say_who_changed_what_from_what_into_what) {
  EXPECT_EQ(acts().size(), 5U) << "the five bodies of this test";
  const AuditEntry machine = last();
  EXPECT_EQ(machine.act, "organisation.add");
  EXPECT_EQ(machine.via, identity::Via::kMachine);
  EXPECT_EQ(machine.target, std::to_string(firm_.value()));
  EXPECT_EQ(machine.org, west_) << "of the body above it";
  EXPECT_THAT(machine.after, HasSubstr(R"("name":"某电线有限公司")"));
  EXPECT_THAT(machine.after, HasSubstr(R"("actingFor":"1")"));
  const PersonId admin = person("admin.city", city_, {"sysadmin"});
  acts();
  EXPECT_EQ(changed(admin, west_, {.name = "西湖局"}), "");
  EXPECT_THAT(acts(), ElementsAre("organisation.change"));
  const AuditEntry renamed = last();
  EXPECT_EQ(renamed.person, admin);
  EXPECT_EQ(renamed.via, identity::Via::kSession);
  EXPECT_EQ(renamed.target_kind, "organisation");
  EXPECT_EQ(renamed.target, std::to_string(west_.value()));
  EXPECT_EQ(renamed.org, west_) << "of the body that was changed";
  EXPECT_EQ(renamed.outcome, AuditOutcome::kAllowed);
  EXPECT_EQ(renamed.before, R"({"name":"西湖区局"})");
  EXPECT_EQ(renamed.after, fmt::format(R"({{"name":"西湖局","actingFor":"{}"}})", city_.value()));
  EXPECT_EQ(changed(admin, west_, {.name = "西湖局"}), "");
  EXPECT_EQ(changed(admin, east_, {.superior = west_}), "organisation.jurisdiction");
  EXPECT_EQ(changed(admin, province_, {.name = "夺"}), "organisation.unknown");
  EXPECT_TRUE(acts().empty()) << "what changed nothing";
  EXPECT_EQ(changed(admin, firm_, {.codes = {{"urn:epc:id:pgln:6901234.00001"}}, .active = false}), "");
  EXPECT_EQ(last().before, R"({"codes":"","active":"true"})");
  EXPECT_THAT(last().after, HasSubstr(R"("codes":"https://id.gs1.org/417/6901234000016","active":"false")"));
}

// shows: T10, R1
TEST_F(Entries, of_a_person_have_name_and_mobile_as_hashes_only) {
  const PersonId admin = person("admin.west", west_, {"sysadmin"});
  acts();
  const auto permit = [&] { return may(admin, Act::kPersonChange); };
  const auto who = add_person(permit(), {.login = "wang", .name = "金丝雀", .mobile = "13912345678"}, services())->id;
  EXPECT_THAT(acts(), ElementsAre("person.add"));
  const AuditEntry added = last();
  EXPECT_EQ(added.target, std::to_string(who.value()));
  EXPECT_EQ(added.org, west_);
  EXPECT_THAT(added.after, HasSubstr(R"("login":"wang")"));
  EXPECT_THAT(added.after, Not(HasSubstr("金丝雀")));
  EXPECT_THAT(added.after, Not(HasSubstr("13912345678")));
  EXPECT_THAT(added.after, Not(HasSubstr("actingFor"))) << "of their own";
  EXPECT_TRUE(had_value(added, added.after, {"name", "金丝雀", true}));
  EXPECT_TRUE(had_value(added, added.after, {"mobile", "13912345678", true}));

  ASSERT_TRUE(change_person(permit(), who, {.mobile = "13812345678"}, services()).ok());
  const AuditEntry moved = last();
  EXPECT_TRUE(had_value(moved, moved.before, {"mobile", "13912345678", true}));
  EXPECT_TRUE(had_value(moved, moved.after, {"mobile", "13812345678", true}));
  EXPECT_THAT(moved.after, Not(HasSubstr("name"))) << "what stayed is not there";
  ASSERT_TRUE(change_person(permit(), who, {.active = false}, services()).ok());
  EXPECT_EQ(last().before + last().after, R"({"active":"true"}{"active":"false"})");
  EXPECT_THAT(acts(), ElementsAre("person.change", "person.change"));

  ASSERT_TRUE(change_person(permit(), who, {.active = false}, services()).ok());
  EXPECT_EQ(code_of(add_person(permit(), {.login = "wang", .name = "又"}, services())), "account.login_taken");
  EXPECT_EQ(code_of(change_person(permit(), who, {.name = "晚", .expected = {1}}, services())), "account.changed");
  EXPECT_EQ(code_of(change_person(permit(), PersonId(99), {.name = "无"}, services())), "person.unknown");
  EXPECT_TRUE(acts().empty());
}

// shows: R1
TEST_F(Entries, of_a_transfer_name_both_bodies_the_roles_that_ended_and_the_deputy) {
  const PersonId admin = person("admin.city", city_, {"sysadmin"}), who = person("who", west_, {"officer", "leader"}),
                 deputy = person("deputy", west_);
  acts();
  ASSERT_TRUE(transfer_person(may(admin, Act::kPersonChange), who, {.to = east_, .deputy = deputy}, services()).ok());
  EXPECT_THAT(acts(), ElementsAre("person.transfer"));
  EXPECT_EQ(last().org, west_) << "whom they left";
  EXPECT_EQ(last().before, fmt::format(R"({{"organisation":"{}","roles":"officer leader"}})", west_.value()));
  EXPECT_THAT(last().after, HasSubstr(fmt::format(R"("organisation":"{}","roles":"")", east_.value())));
  EXPECT_EQ(last().reason, fmt::format("open tasks go to person {}", deputy.value()));
}

// shows: R1
TEST_F(Entries, of_a_role_say_what_somebody_held_before_and_after) {
  const PersonId security = person("sec", west_, {"secadmin"}), who = person("who", west_, {"officer"});
  acts();
  const auto permit = [&] { return may(security, Act::kRoleGrant); };
  ASSERT_TRUE(grant_role(permit(), who, "leader", {}, services()).ok());
  EXPECT_EQ(last().person, security);
  EXPECT_EQ(last().before + last().after, R"({"roles":"officer"}{"roles":"officer leader"})");
  ASSERT_TRUE(revoke_role(permit(), who, "officer", {}, services()).ok());
  EXPECT_EQ(last().before + last().after, R"({"roles":"officer leader"}{"roles":"leader"})");
  EXPECT_THAT(acts(), ElementsAre("role.revoke", "role.grant"));
  ASSERT_TRUE(grant_role(permit(), who, "leader", {}, services()).ok());
  ASSERT_TRUE(revoke_role(permit(), who, "officer", {}, services()).ok());
  EXPECT_EQ(code_of(grant_role(permit(), security, "officer", {}, services())), "role.to_oneself");
  EXPECT_EQ(code_of(grant_role(permit(), who, "king", {}, services())), "role.unknown");
  EXPECT_TRUE(acts().empty());
}

// shows: R1
TEST_F(Entries, nobody_gives_a_role_to_their_deputy_or_to_whom_they_act_for) {
  const PersonId security = person("sec", west_, {"secadmin"}), who = person("who", west_);
  const auto grant = [&] { return code_of(grant_role(may(security, Act::kRoleGrant), who, "leader", {}, services())); };
  const auto deputy = [&](PersonId of, PersonId is) {
    ASSERT_TRUE(change_person(at_this_machine(), of, {.deputy = is.value()}, services()).ok());
  };
  deputy(who, security);
  EXPECT_EQ(grant(), "duty.separate");
  ASSERT_TRUE(change_person(at_this_machine(), who, {.deputy = 0}, services()).ok());
  deputy(security, who);
  EXPECT_EQ(grant(), "duty.separate");
  ASSERT_TRUE(change_person(at_this_machine(), security, {.deputy = 0}, services()).ok());
  EXPECT_EQ(grant(), "");
}

// shows: R1
TEST_F(Entries, of_a_change_from_above_are_seen_by_the_auditors_of_both_bodies_and_no_others) {
  const PersonId admin = person("admin.city", city_, {"sysadmin"}), security = person("sec", city_, {"secadmin"}),
                 who = person("who", west_);
  ASSERT_EQ(changed(admin, west_, {.name = "西湖局"}), "");
  ASSERT_TRUE(grant_role(may(security, Act::kRoleGrant), who, "officer", {}, services()).ok());
  const auto seen_by = [&](const std::string& login, OrgId org, const std::string& act) {
    AuditQuestion question;
    question.act = act;
    const auto audit = make_audit_store(store_->records());
    const auto found = search_audit(may(person(login, org, {"auditor"}), Act::kAuditRead), question, {*audit, clock_});
    EXPECT_TRUE(found.ok());
    return std::any_of(found->entries.begin(), found->entries.end(),
                       [&](const AuditEntry& each) { return each.person == admin || each.person == security; });
  };
  int count = 0;
  for (const char* act : {"organisation.change", "role.grant"}) {
    const auto name = [&] { return fmt::format("auditor.{}", ++count); };
    EXPECT_TRUE(seen_by(name(), west_, act)) << act;
    EXPECT_TRUE(seen_by(name(), city_, act)) << act;
    EXPECT_TRUE(seen_by(name(), province_, act)) << act;
    EXPECT_FALSE(seen_by(name(), east_, act)) << act;
    EXPECT_FALSE(seen_by(name(), firm_, act)) << act << ": below";
  }
}

// shows: R1
TEST_F(Entries, what_cannot_be_written_down_is_not_done) {
  const PersonId who = person("who", west_, {"officer"}), deputy = person("deputy", west_);
  const Account before = **accounts_->account(who);
  const auto organisations = (*accounts_->directory())->organisations().size();
  const auto count = entries().size();
  let_audit_fail(true);
  EXPECT_FALSE(add_organisation(at_this_machine(), {.name = "新", .kind = "producer"}, services()).ok());
  EXPECT_FALSE(change_organisation(at_this_machine(), west_, {.name = "改"}, services()).ok());
  EXPECT_FALSE(add_person(at_this_machine(), {.login = "new", .org = west_, .name = "新"}, services()).ok());
  EXPECT_FALSE(change_person(at_this_machine(), who, {.active = false}, services()).ok());
  EXPECT_FALSE(grant_role(at_this_machine(), who, "leader", {}, services()).ok());
  EXPECT_FALSE(revoke_role(at_this_machine(), who, "officer", {}, services()).ok());
  EXPECT_FALSE(transfer_person(at_this_machine(), who, {.to = east_, .deputy = deputy}, services()).ok());
  EXPECT_EQ(**accounts_->account(who), before);
  EXPECT_EQ((*accounts_->directory())->organisations().size(), organisations);
  EXPECT_EQ(accounts_->organisation(west_)->value().name, "西湖区局");
  EXPECT_FALSE(accounts_->account_of("new")->has_value());
  let_audit_fail(false);
  EXPECT_EQ(entries().size(), count);
  EXPECT_TRUE(change_person(at_this_machine(), who, {.active = false}, services()).ok());
  EXPECT_EQ(entries().size(), count + 1);
}

}  // namespace
}  // namespace suyuan::accounts
