// SPDX-License-Identifier: Apache-2.0
// Who may enter, change and see organisations, people, roles and tasks: the verbs over a real store, asked by people
// of several organisations through the one authorizer.
#include "app/account/account.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "adapters/records/account_store.h"
#include "adapters/records/mark_store.h"
#include "adapters/records/task_store.h"
#include "app/account/account_directory.h"
#include "app/trace/mark.h"
#include "base/text.h"
#include "tests/storage/store_under_test.h"

namespace suyuan::accounts {
namespace {

using identity::Act;
using identity::Organisation;
using identity::Role;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

template <class T>
std::string code_of(const Result<T>& result) {
  return result ? "" : result.error().code;
}

class Accounts : public testing::Test {
 protected:
  Accounts() {
    auto store = storage::sqlite("sqlite", {}).open(folder_.path(), clock_);
    CHECK(store.ok());
    store_ = std::move(*store);
    accounts_ = make_account_store(store_->records(), store_->names());
    tasks_ = make_task_store(store_->records());
    directory_ = std::make_unique<AccountDirectory>(*accounts_, log_);
    authorizer_ = std::make_unique<Authorizer>(*directory_, clock_);
    province_ = org("浙江省局", "regulator", 1, "330000");
    city_ = org("杭州市局", "regulator", province_.value(), "330100");
    west_ = org("西湖区局", "regulator", city_.value(), "330106");
    east_ = org("上城区局", "regulator", city_.value(), "330102");
    firm_ = org("某电线有限公司", "producer", west_.value(), "330106");
  }

  AccountServices services() { return {*accounts_, *tasks_, clock_}; }
  OrgId org(const std::string& name, const std::string& kind, std::int64_t superior, const std::string& division) {
    auto added = add_organisation(
        at_this_machine(), {.name = name, .kind = kind, .superior = OrgId(superior), .division = division}, services());
    EXPECT_TRUE(added.ok()) << added.error().text;
    return added ? added->id : OrgId(1);
  }
  PersonId person(const std::string& login, OrgId org, const std::vector<std::string>& roles = {}) {
    auto added = add_person(at_this_machine(), {.login = login, .org = org, .name = "金丝雀", .mobile = "13912345678"},
                            services());
    EXPECT_TRUE(added.ok()) << added.error().text;
    for (const std::string& role : roles)
      EXPECT_TRUE(grant_role(at_this_machine(), added->id, role, {}, services()).ok()) << role;
    return added->id;
  }
  // As a session of them would ask.
  Result<Granted> ask(PersonId id, Act act) {
    const auto directory = directory_->directory();
    const identity::Member* member = directory->find(id);
    if (member == nullptr) return authorizer_->grant(identity::public_principal(), act);
    const Organisation* own = directory->find(member->org);
    return authorizer_->grant(
        {.actor = {id, own->id, own->jurisdiction}, .roles = member->roles, .via = identity::Via::kSession}, act);
  }
  Granted may(PersonId id, Act act) {
    auto granted = ask(id, act);
    EXPECT_TRUE(granted.ok()) << granted.error().text;
    return granted ? *granted : at_this_machine().grant(act);
  }
  std::string changed(PersonId who, OrgId id, const OrganisationChange& wanted) {
    return code_of(change_organisation(may(who, Act::kOrganisationChange), id, wanted, services()));
  }

  storage::Folder folder_;
  SystemClock clock_;
  SilentLog log_;
  std::unique_ptr<Store> store_;
  std::unique_ptr<AccountStore> accounts_;
  std::unique_ptr<TaskStore> tasks_;
  std::unique_ptr<AccountDirectory> directory_;
  std::unique_ptr<Authorizer> authorizer_;
  OrgId province_{1}, city_{1}, west_{1}, east_{1}, firm_{1};
};

// shows: R1, R23
TEST_F(Accounts, an_administrator_reaches_the_own_organisation_and_those_below_it) {
  const PersonId admin = person("admin.west", west_, {"sysadmin"});
  const auto own = view_organisation(may(admin, Act::kOrganisationRead), firm_, services());
  ASSERT_TRUE(own.ok());
  for (const OrgId other : {east_, city_, province_, OrgId(1), OrgId(99)}) {
    const auto seen = view_organisation(may(admin, Act::kOrganisationRead), other, services());
    ASSERT_FALSE(seen.ok()) << other.value();
    EXPECT_EQ(seen.error().kind, ErrorKind::kNotFound);
    EXPECT_EQ(seen.error().text,
              fmt::format("There is no organisation {}. `suyuan org list`, or GET /api/v1/organisations, lists them.",
                          other.value()))
        << "as what does not exist";
    EXPECT_EQ(changed(admin, other, {.name = "夺"}), "organisation.unknown");
    EXPECT_EQ(code_of(add_organisation(may(admin, Act::kOrganisationChange),
                                       {.name = "新", .kind = "producer", .superior = other}, services())),
              "organisation.unknown");
    EXPECT_EQ(
        code_of(add_person(may(admin, Act::kPersonChange), {.login = "spy", .org = other, .name = "谍"}, services())),
        "organisation.unknown");
  }
  const auto added = add_organisation(may(admin, Act::kOrganisationChange),
                                      {.name = "新厂", .kind = "producer", .division = "330106"}, services());
  ASSERT_TRUE(added.ok());
  EXPECT_EQ(added->superior, west_) << "below the own one when nothing else is said";
}

// shows: R1
TEST_F(Accounts, nobody_widens_what_the_own_organisation_sees) {
  const PersonId admin = person("admin.west", west_, {"sysadmin"}), above = person("admin.city", city_, {"sysadmin"}),
                 producer = person("admin.firm", firm_, {"sysadmin"});
  EXPECT_EQ(changed(admin, west_, {.name = "杭州市西湖区局"}), "");
  EXPECT_EQ(changed(admin, west_, {.division = "330100"}), "organisation.from_above");
  EXPECT_EQ(changed(admin, west_, {.superior = firm_}), "organisation.from_above");
  EXPECT_EQ(changed(admin, west_, {.active = false}), "organisation.from_above");
  EXPECT_EQ(changed(admin, west_, {.codes = {{"https://id.gs1.org/417/6901234000016"}}}), "organisation.from_above");
  EXPECT_EQ(changed(above, west_, {.superior = east_}), "organisation.jurisdiction");
  EXPECT_EQ(changed(above, west_, {.division = "330108"}), "");
  EXPECT_EQ(changed(above, west_, {.division = "330000"}), "organisation.jurisdiction");
  EXPECT_EQ(changed(above, west_, {.superior = province_}), "organisation.unknown") << "not to outside of the reach";
  const NewOrganisation grab{.name = "子公司", .kind = "producer", .codes = {"https://id.gs1.org/417/6901234000023"}};
  EXPECT_EQ(code_of(add_organisation(may(producer, Act::kOrganisationChange), grab, services())),
            "organisation.codes_by_regulator")
      << "a code opens the events of whoever it names";
  EXPECT_EQ(changed(admin, firm_, {.codes = {{"urn:epc:id:pgln:6901234.00001"}}}), "");
  EXPECT_THAT(accounts_->organisation(firm_)->value().codes, ElementsAre("https://id.gs1.org/417/6901234000016"))
      << "canonical";
}

// shows: R1
TEST_F(Accounts, lists_are_filtered_before_they_are_paged) {
  const PersonId officer = person("officer", west_, {"officer"}), admin = person("admin.city", city_, {"sysadmin"});
  const auto names = [&](PersonId who, const OrganisationQuestion& question) {
    std::vector<std::int64_t> ids;
    const auto rows = *list_organisations(may(who, Act::kOrganisationRead), question, services());
    for (const Organisation& each : rows) ids.push_back(each.id.value());
    return ids;
  };
  EXPECT_THAT(names(officer, {}), ElementsAre(west_.value(), firm_.value()));
  EXPECT_THAT(names(officer, {.limit = 1}), ElementsAre(west_.value(), firm_.value())) << "one more than asked for";
  EXPECT_THAT(names(officer, {.after = west_.value(), .limit = 1}), ElementsAre(firm_.value()));
  EXPECT_THAT(names(admin, {.kind = "regulator"}), ElementsAre(city_.value(), west_.value(), east_.value()));
  EXPECT_EQ(code_of(list_organisations(at_this_machine(), {.kind = "ministry"}, services())), "organisation.kind");
  EXPECT_EQ(code_of(list_organisations(at_this_machine(), {.limit = 0}, services())), "account.limit");
  EXPECT_EQ(code_of(list_organisations(at_this_machine(), {.limit = 1001}, services())), "account.limit");
  person("other", east_);
  const auto people = *list_people(may(officer, Act::kPersonRead), {}, services());
  ASSERT_EQ(people.size(), 1U);
  EXPECT_EQ(people[0].id, officer);
  EXPECT_EQ(code_of(list_people(may(officer, Act::kPersonRead), {.org = east_}, services())), "organisation.unknown");
  EXPECT_EQ(list_people(may(admin, Act::kPersonRead), {.org = east_}, services())->size(), 1U);
  const PersonId tester = person("tester", org("检验院", "laboratory", west_.value(), "330106"), {"tester"});
  person("tester2", *directory_->directory()->organisations().back().superior);
  EXPECT_EQ(list_people(may(tester, Act::kPersonRead), {}, services())->size(), 1U) << "of width self";
}

// shows: R1, R23
TEST_F(Accounts, roles_follow_the_table_and_nobody_gives_one_to_themselves) {
  const PersonId security = person("sec", west_, {"secadmin"}), who = person("who", west_),
                 other = person("other", east_), plant = person("plant", firm_);
  const auto grant = [&](PersonId to, const std::string& role) {
    return code_of(grant_role(may(security, Act::kRoleGrant), to, role, {}, services()));
  };
  EXPECT_EQ(grant(who, "officer"), "");
  EXPECT_EQ(grant(who, "officer"), "") << "again";
  EXPECT_EQ(grant(who, "producer"), "role.wrong_organisation");
  EXPECT_EQ(grant(plant, "producer"), "");
  EXPECT_EQ(grant(who, "sysadmin"), "");
  EXPECT_EQ(grant(who, "auditor"), "role.excluded");
  for (const char* word : {"machine", "public", "king", "", "officer "}) EXPECT_EQ(grant(who, word), "role.unknown");
  EXPECT_EQ(grant(security, "officer"), "role.to_oneself");
  EXPECT_EQ(grant(other, "officer"), "person.unknown");
  EXPECT_EQ(grant(PersonId(1), "officer"), "person.unknown");
  EXPECT_FALSE(ask(who, Act::kRoleGrant).ok()) << "a system administrator grants nothing";
  const auto view = *view_person(at_this_machine(), who, services());
  ASSERT_EQ(view.roles.size(), 2U);
  EXPECT_EQ(view.roles[0].by, security);
  EXPECT_EQ(code_of(revoke_role(may(security, Act::kRoleGrant), other, "officer", {}, services())), "person.unknown");
  const auto revoked = revoke_role(may(security, Act::kRoleGrant), who, "sysadmin", {}, services());
  ASSERT_TRUE(revoked.ok());
  EXPECT_FALSE(ask(who, Act::kPersonChange).ok());
  const auto stale = grant_role(at_this_machine(), who, "leader", {view.version - 1}, services());
  EXPECT_EQ(code_of(stale), "account.changed");
}

// shows: R1
TEST_F(Accounts, a_suspended_person_and_a_closed_organisation_may_what_the_public_may) {
  const PersonId officer = person("officer", west_, {"officer"}), plant = person("plant", firm_, {"producer"});
  ASSERT_TRUE(ask(officer, Act::kEventRead).ok());
  ASSERT_TRUE(change_person(at_this_machine(), officer, {.active = false}, services()).ok());
  EXPECT_EQ(code_of(ask(officer, Act::kEventRead)), "access.sign_in");
  ASSERT_TRUE(ask(plant, Act::kEventCapture).ok());
  EXPECT_EQ(code_of(change_organisation(at_this_machine(), west_, {.active = false}, services())),
            "organisation.in_use");
  ASSERT_TRUE(change_organisation(at_this_machine(), firm_, {.active = false}, services()).ok());
  EXPECT_EQ(code_of(ask(plant, Act::kEventCapture)), "access.denied");
  EXPECT_TRUE(ask(plant, Act::kPageRead).ok());
  EXPECT_EQ(code_of(add_person(at_this_machine(), {.login = "late", .org = firm_, .name = "晚"}, services())),
            "organisation.closed");
}

class Unreadable final : public AccountStore {
 public:
  using Failed = Error;
  static Error failed() { return {ErrorKind::kInternal, "store.disk", "The disk is away."}; }
  Result<std::shared_ptr<const identity::Directory>> directory() override { return failed(); }
  Result<std::optional<Organisation>> organisation(OrgId) override { return failed(); }
  Result<Organisation> add(Organisation) override { return failed(); }
  Status change(const Organisation&) override { return failed(); }
  Result<std::optional<Account>> account(PersonId) override { return failed(); }
  Result<std::optional<Account>> account_of(const std::string&) override { return failed(); }
  Result<std::vector<Account>> accounts(OrgId, std::int64_t, std::size_t) override { return failed(); }
  Result<std::vector<Account>> accounts_where(const std::function<bool(PersonId, OrgId)>&, std::int64_t,
                                              std::size_t) override {
    return failed();
  }
  Result<Account> add(Account) override { return failed(); }
  Status change(const Account&) override { return failed(); }
  Result<std::int64_t> transfer(const Account&, OrgId, std::optional<PersonId>) override { return failed(); }
};

// shows: R1
TEST_F(Accounts, while_nobody_can_be_read_everybody_may_what_the_public_may) {
  Unreadable store;
  AccountDirectory directory(store, log_);
  const Authorizer authorizer(directory, clock_);
  for (const OrgId id : {OrgId(1), west_}) {
    for (const Role role : {Role::kMachine, Role::kSysadmin, Role::kOfficer}) {
      const identity::Principal who{.actor = {PersonId(2), id, {0}}, .roles = {role}, .via = identity::Via::kSession};
      EXPECT_EQ(code_of(authorizer.grant(who, Act::kPersonRead)), "access.denied");
      EXPECT_TRUE(authorizer.grant(who, Act::kPageRead).ok());
    }
  }
  EXPECT_FALSE(authorizer.grant_job(local_actor(), Act::kEventRead).ok());
}

// shows: R1
TEST_F(Accounts, a_transfer_is_for_who_reaches_both_organisations) {
  const PersonId west_admin = person("admin.west", west_, {"sysadmin"}),
                 city_admin = person("admin.city", city_, {"sysadmin"});
  const PersonId officer = person("officer", west_, {"officer"}), deputy = person("deputy", west_, {"officer"});
  const auto transfer = [&](PersonId by, const Transfer& wanted) {
    return transfer_person(may(by, Act::kPersonChange), officer, wanted, services());
  };
  EXPECT_EQ(code_of(transfer(west_admin, {.to = east_})), "organisation.unknown");
  EXPECT_EQ(code_of(transfer(city_admin, {.to = province_})), "organisation.unknown");
  EXPECT_EQ(code_of(transfer(city_admin, {.to = west_})), "person.same_place");
  ASSERT_TRUE(tasks_->open({.id = "t1", .kind = "mark.lift", .subject = "m1", .org = west_, .person = officer}).ok());
  EXPECT_EQ(code_of(transfer(city_admin, {.to = east_})), "person.needs_deputy");
  ASSERT_TRUE(change_person(may(west_admin, Act::kPersonChange), officer, {.deputy = deputy.value()}, services()).ok());
  EXPECT_EQ(
      code_of(change_person(may(west_admin, Act::kPersonChange), officer, {.deputy = city_admin.value()}, services())),
      "person.deputy");
  EXPECT_EQ(code_of(transfer(city_admin, {.to = east_, .expected = {1}})), "account.changed");
  const auto moved = transfer(city_admin, {.to = east_});
  ASSERT_TRUE(moved.ok()) << moved.error().text;
  EXPECT_EQ(moved->tasks, 1) << "to the deputy that the person has";
  EXPECT_EQ(moved->person.org, east_);
  EXPECT_THAT(moved->person.roles, IsEmpty());
  EXPECT_EQ(tasks_->tasks({.person = deputy})->size(), 1U);
  EXPECT_EQ(code_of(view_person(may(west_admin, Act::kPersonRead), officer, services())), "person.unknown");
}

// shows: R1
TEST_F(Accounts, tasks_are_seen_by_who_has_them_and_by_who_leads) {
  const PersonId officer = person("officer", west_, {"officer"}), leader = person("leader", west_, {"leader"}),
                 other = person("other", east_, {"leader"});
  const auto open = [&](const std::string& id, OrgId of, std::optional<PersonId> who) {
    ASSERT_TRUE(tasks_->open({.id = id, .kind = "mark.lift", .subject = id, .org = of, .person = who}).ok());
  };
  open("1", west_, officer);
  open("2", west_, std::nullopt);
  open("3", west_, leader);
  open("4", east_, other);
  open("5", east_, std::nullopt);
  open("6", firm_, std::nullopt);
  const auto seen = [&](PersonId who, const TasksQuestion& question) {
    std::string ids;
    const auto rows = *list_tasks(may(who, Act::kTaskRead), question, services());
    for (const Task& task : rows) ids += task.id;
    return ids;
  };
  EXPECT_EQ(seen(officer, {}), "12");
  EXPECT_EQ(seen(officer, {.person = leader}), "");
  EXPECT_EQ(seen(officer, {.org = east_}), "");
  EXPECT_EQ(seen(leader, {}), "1236") << "of the own organisation and those below";
  EXPECT_EQ(seen(leader, {.limit = 1}), "12");
  EXPECT_EQ(seen(leader, {.after = "2"}), "36");
  EXPECT_EQ(seen(other, {}), "45");
  EXPECT_EQ(seen(other, {.person = officer}), "");
  EXPECT_EQ(list_tasks(at_this_machine(), {}, services())->size(), 6U);
}

TEST_F(Accounts, an_open_mark_is_a_task_of_who_made_it_until_it_is_lifted) {
  const PersonId officer = person("officer", west_, {"officer"});
  const auto marks = make_mark_store(store_->records());
  const MarkServices marking{*marks, *store_, clock_, *authorizer_, tasks_.get()};
  const auto mark = make_mark(may(officer, Act::kMarkMake), {{storage::item(1)}, "过热"}, marking);
  ASSERT_TRUE(mark.ok()) << mark.error().text;
  const auto open = *tasks_->tasks({.person = officer});
  ASSERT_EQ(open.size(), 1U);
  EXPECT_EQ(open[0].kind, kTaskLiftMark);
  EXPECT_EQ(open[0].subject, mark->id);
  EXPECT_EQ(open[0].org, west_);
  EXPECT_FALSE(make_mark(may(officer, Act::kMarkMake), {{}, "过热"}, marking).ok());
  EXPECT_EQ(tasks_->tasks({})->size(), 1U) << "what was refused is no task";
  ASSERT_TRUE(lift_mark(may(officer, Act::kMarkLift), mark->id, "查清", marking).ok());
  EXPECT_THAT(*tasks_->tasks({}), IsEmpty());
  ASSERT_TRUE(tasks_->open({.id = "left", .kind = "mark.lift", .subject = mark->id, .person = officer}).ok());
  EXPECT_EQ(code_of(lift_mark(may(officer, Act::kMarkLift), mark->id, "查清", marking)), "mark.lifted");
  EXPECT_THAT(*tasks_->tasks({}), IsEmpty()) << "left open by somebody who was killed";
}

// shows: T10
TEST_F(Accounts, names_and_numbers_of_people_leave_masked) {
  const PersonId id = person("canary", west_, {"officer"});
  const auto view = *view_person(at_this_machine(), id, services());
  EXPECT_EQ(view.masked_name, "金*");
  EXPECT_EQ(view.masked_mobile, "139****5678");
  const auto rows = *list_people(at_this_machine(), {}, services());
  const auto stale =
      change_person(at_this_machine(), id, {.name = "金丝鸟", .mobile = "13700000000", .expected = {77}}, services());
  ASSERT_EQ(code_of(stale), "account.changed");
  std::string all = person_json(view) + people_json(rows, 10) + people_text(rows, 10, false) + stale.error().text;
  for (const Finding& finding : stale.error().findings) all += finding.path + finding.text;
  EXPECT_THAT(all, HasSubstr("/mobile"));
  EXPECT_THAT(all, HasSubstr("金*"));
  for (const char* canary : {"金丝", "13912345678", "12345"}) EXPECT_THAT(all, Not(HasSubstr(canary)));
  const auto wrong = change_person(at_this_machine(), id, {.mobile = "12345678901"}, services());
  ASSERT_EQ(code_of(wrong), "person.mobile");
  EXPECT_THAT(wrong.error().text, Not(HasSubstr("12345678901")));
  for (const char* good : {"+86 139-1234-5678", "１３９１２３４５６７８", ""})
    EXPECT_TRUE(change_person(at_this_machine(), id, {.mobile = good}, services()).ok()) << good;
  EXPECT_EQ(view_person(at_this_machine(), id, services())->masked_mobile, "");
}

// shows: R1
TEST_F(Accounts, hostile_names_are_refused_and_formulas_are_text) {
  const std::string hostile[] = {"",
                                 "  ",
                                 std::string("a\0b", 3),
                                 "换行\n伪造 level=info",
                                 "\x1b[31m红",
                                 "abc\xE2\x80\xAEtxt.exe",  // right-to-left override
                                 "a\xE2\x81\xA6"
                                 "b",  // isolate
                                 "a\xE2\x80\x8B"
                                 "b",  // zero width
                                 "a\xE2\x80\xA8"
                                 "b",                  // line separator
                                 "a\xF3\xA0\x81\x81",  // tag letter
                                 "\xC2\x85",           // C1 control
                                 "\xFF\xFE",           // no UTF-8
                                 "\xED\xA0\x80",       // a surrogate
                                 std::string(10'000, 'x'),
                                 std::string(301, 'x')};
  for (const std::string& name : hostile) {
    const auto org = add_organisation(at_this_machine(), {.name = name, .kind = "producer"}, services());
    EXPECT_EQ(code_of(org), "organisation.name") << excerpt(name);
    const auto who = add_person(at_this_machine(), {.login = "x1", .org = west_, .name = name}, services());
    EXPECT_EQ(code_of(who), "person.name") << excerpt(name);
    EXPECT_LT(org ? 0U : org.error().text.size(), 500U);
  }
  for (const char* name : {"=cmd|' /C calc'!A0", "+86", "-1", "@SUM(A1)", "<script>alert(1)</script>",
                           "'; DROP TABLE person; --", "某某（集团）·有限公司", "𠮷野家"}) {
    const auto org = add_organisation(at_this_machine(), {.name = name, .kind = "producer"}, services());
    ASSERT_TRUE(org.ok()) << name;
    EXPECT_EQ(accounts_->organisation(org->id)->value().name, name) << "kept as text";
  }
  EXPECT_EQ(add_person(at_this_machine(), {.login = "Ｗａｎｇ.W", .org = west_, .name = "王"}, services())->login,
            "wang.w");
  EXPECT_EQ(code_of(add_person(at_this_machine(), {.login = "WANG.w", .org = west_, .name = "王"}, services())),
            "account.login_taken");
  EXPECT_EQ(
      code_of(add_person(at_this_machine(), {.login = "wang\xE2\x80\x8B.w", .org = west_, .name = "王"}, services())),
      "account.login_taken")
      << "what nobody sees makes no other login";
  for (const char* login : {"a\xE2\x80\x8B", "ab\n[x", "\xFF\xFE", "a", "wаng", "王", "a b", "a/b",
                            "a'b"})  // the second with a Cyrillic letter
    EXPECT_EQ(code_of(add_person(at_this_machine(), {.login = login, .org = west_, .name = "王"}, services())),
              "person.login")
        << login;
}

TEST_F(Accounts, what_an_organisation_says_of_itself_is_checked) {
  const auto with = [&](const NewOrganisation& wanted) {
    return code_of(add_organisation(at_this_machine(), wanted, services()));
  };
  NewOrganisation it{.name = "甲", .kind = "producer"};
  for (const char* uscc : {"91340100MA2N0001XG", "91340100ma2n0001xg", "N2340104MF00012359", "91110000600037341L"}) {
    it.uscc = uscc;
    EXPECT_EQ(with(it), "") << uscc;
  }
  it.uscc = "91340100MA2N0001X0";
  EXPECT_EQ(with(it), "uscc.check");
  it.uscc = "91340100MA2N0001X";
  EXPECT_EQ(with(it), "uscc.length");
  it.uscc = "91340100MA2NOOO1XG";
  EXPECT_EQ(with(it), "uscc.letter");
  it.uscc = "";
  for (const char* division : {"", "3401", "34O104", "3401040", "-10000", "990000", "000001"}) {
    it.division = division;
    EXPECT_EQ(with(it), "organisation.division") << division;
  }
  it.division = "340104";
  for (const char* kind : {"", "server", "Producer", "ministry"}) {
    it.kind = kind;
    EXPECT_EQ(with(it), "organisation.kind") << kind;
  }
  it.kind = "producer";
  it.codes = {"6901234000016"};
  EXPECT_EQ(with(it), "organisation.codes");
  it.codes.assign(101, "https://id.gs1.org/417/6901234000016");
  EXPECT_EQ(with(it), "organisation.codes");
  it.codes.resize(2);
  EXPECT_EQ(with(it), "");
}

TEST_F(Accounts, who_changes_by_an_old_version_hears_what_differs) {
  const auto before = *view_organisation(at_this_machine(), west_, services());
  ASSERT_TRUE(
      change_organisation(at_this_machine(), west_, {.name = "新名", .expected = {before.version}}, services()).ok());
  const auto late = change_organisation(
      at_this_machine(), west_, {.name = "另名", .division = "330106", .expected = {before.version}}, services());
  ASSERT_EQ(code_of(late), "account.changed");
  ASSERT_EQ(late.error().findings.size(), 1U) << "the division is what it was";
  EXPECT_EQ(late.error().findings[0].path, "/name");
  EXPECT_THAT(late.error().findings[0].text, HasSubstr("新名"));
  const auto same = change_organisation(at_this_machine(), west_, {.name = "新名"}, services());
  EXPECT_EQ(same->version, before.version + 1) << "what changes nothing is no version";
}

}  // namespace
}  // namespace suyuan::accounts
