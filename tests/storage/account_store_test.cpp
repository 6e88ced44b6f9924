// SPDX-License-Identifier: Apache-2.0
// Organisations, people and tasks on every engine: what is judged holds when it is committed, whoever else changes at
// the same time, and every server sees it at its next question.
#include "adapters/records/account_store.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <thread>

#include "adapters/records/task_store.h"
#include "store_under_test.h"

namespace suyuan::storage {
namespace {

using identity::Organisation;
using identity::OrgKind;
using identity::Role;
using testing::ElementsAre;

constexpr Instant at(int second) { return Instant(std::chrono::seconds(1'800'000'000 + second)); }

class AccountStoreTest : public testing::TestWithParam<Engine> {
 protected:
  AccountStoreTest() { open(); }

  void open() {
    tasks_.reset();
    accounts_.reset();
    other_.reset();
    second_.reset();
    store_.reset();
    auto store = GetParam().open(folder_.path(), clock_);
    CHECK(store.ok());
    store_ = std::move(*store);
    accounts_ = make_account_store(store_->records(), store_->names());
    tasks_ = make_task_store(store_->records());
    // Another server: on PostgreSQL with connections of its own. A folder has one.
    Store* second = store_.get();
    if (GetParam().name != "sqlite") {
      auto opened = GetParam().open(folder_.path(), clock_);
      CHECK(opened.ok());
      second_ = std::move(*opened);
      second = second_.get();
    }
    other_ = make_account_store(second->records(), second->names());
  }

  static Organisation regulator(const std::string& name, std::int32_t division, std::int64_t superior = 1) {
    return {.name = name, .kind = OrgKind::kRegulator, .superior = OrgId(superior), .jurisdiction = {division}};
  }
  Organisation added(const Organisation& it) {
    auto added = accounts_->add(it);
    EXPECT_TRUE(added.ok()) << added.error().text;
    return added ? *added : it;
  }
  static Account somebody(const std::string& login, std::int64_t org, std::vector<Role> roles = {}) {
    Account it;
    it.member.org = OrgId(org);
    it.member.roles = std::move(roles);
    it.login = login;
    it.name = "张三";
    it.mobile = "13812345678";
    return it;
  }
  PersonId person(const std::string& login, std::int64_t org, std::vector<Role> roles = {}) {
    auto added = accounts_->add(somebody(login, org, std::move(roles)));
    EXPECT_TRUE(added.ok()) << added.error().text;
    return added->member.id;
  }
  Account account(PersonId id) { return **accounts_->account(id); }
  void open_task(const std::string& id, std::optional<PersonId> who, std::int64_t org = 2) {
    ASSERT_TRUE(tasks_
                    ->open({.id = id,
                            .kind = "mark.lift",
                            .subject = "m-" + id,
                            .org = OrgId(org),
                            .person = who,
                            .opened = at(1)})
                    .ok());
  }
  std::vector<std::string> tasks_of(PersonId who) {
    std::vector<std::string> ids;
    const auto found = *tasks_->tasks({.person = who});
    for (const Task& task : found) ids.push_back(task.id);
    return ids;
  }

  Folder folder_;
  SystemClock clock_;
  std::unique_ptr<Store> store_, second_;
  std::unique_ptr<AccountStore> accounts_, other_;
  std::unique_ptr<TaskStore> tasks_;
};

TEST_P(AccountStoreTest, a_store_of_nobody_has_the_server_and_begins_at_two) {
  const auto empty = *accounts_->directory();
  ASSERT_EQ(empty->organisations().size(), 1U);
  EXPECT_EQ(empty->organisations()[0].kind, OrgKind::kServer);
  EXPECT_FALSE(accounts_->organisation(OrgId(2))->has_value());
  EXPECT_FALSE(accounts_->account(PersonId(1))->has_value());
  EXPECT_EQ(added(regulator("国家局", 0)).id, OrgId(2));
  EXPECT_EQ(added(regulator("湖北省局", 420000, 2)).id, OrgId(3));
  EXPECT_EQ(person("a", 2), PersonId(2));
  EXPECT_EQ(person("b", 3), PersonId(3));
  EXPECT_EQ(accounts_->directory()->get()->organisations().size(), 3U);
}

// shows: R1
TEST_P(AccountStoreTest, places_without_a_city_row_stand_below_their_province) {
  added(regulator("国家局", 0));                                 // 2
  added(regulator("上海市局", 310000, 2));                       // 3
  added(regulator("黄浦区局", 310101, 3));                       // 4: a municipality has no city row
  added(regulator("湖北省局", 420000, 2));                       // 5
  const auto xiantao = added(regulator("仙桃市局", 429004, 5));  // 6: directly under the province
  added(regulator("武汉市局", 420100, 5));                       // 7
  EXPECT_EQ(accounts_->add(regulator("仙桃市局", 429004, 7)).error().code, "organisation.jurisdiction");
  EXPECT_EQ(accounts_->add(regulator("黄浦区局", 310101, 5)).error().code, "organisation.jurisdiction");
  Organisation moved = xiantao;
  moved.superior = OrgId(7);
  EXPECT_EQ(accounts_->change(moved).error().code, "organisation.jurisdiction");
  Organisation narrowed = **accounts_->organisation(OrgId(5));
  narrowed.jurisdiction = {420100};
  EXPECT_EQ(accounts_->change(narrowed).error().code, "organisation.jurisdiction") << "仙桃 would be outside";
  EXPECT_EQ(**accounts_->organisation(OrgId(6)), xiantao) << "a refused change leaves nothing";
  EXPECT_EQ(added(regulator("潜江市局", 429005, 5)).id, OrgId(8)) << "ids stay dense";
}

TEST_P(AccountStoreTest, no_organisation_comes_below_itself) {
  for (int i = 2; i <= 5; ++i) added(regulator("局", 420000, i - 1));
  Organisation top = **accounts_->organisation(OrgId(2));
  top.superior = OrgId(5);
  EXPECT_EQ(accounts_->change(top).error().code, "organisation.cycle");
  top.superior = OrgId(2);
  EXPECT_EQ(accounts_->change(top).error().code, "organisation.cycle");
  top.superior = OrgId(77);
  EXPECT_EQ(accounts_->change(top).error().code, "organisation.unknown_superior");
  EXPECT_EQ(accounts_->directory()->get()->within(OrgId(2)).size(), 4U);
}

TEST_P(AccountStoreTest, everything_comes_back_as_it_was) {
  Organisation it{.name = "=HYPERLINK(\"x\") 合肥某某电线电缆有限公司（集团）'\"",
                  .kind = OrgKind::kProducer,
                  .superior = OrgId(1),
                  .jurisdiction = {340104},
                  .uscc = "91340100MA2N0001XG",
                  .codes = {"https://id.gs1.org/414/6901234000016", "https://id.gs1.org/417/6901234000016"}};
  it = added(it);
  Account who = somebody("li.si", 2, {Role::kProducer, Role::kSysadmin});
  who.name = "李四";
  who.grants = {{Role::kProducer, PersonId(9), at(5)}};
  who = *accounts_->add(who);
  open();
  EXPECT_EQ(**accounts_->organisation(OrgId(2)), it);
  const Account back = account(who.member.id);
  EXPECT_EQ(back.member, who.member);
  EXPECT_EQ(back.name, "李四");
  EXPECT_EQ(back.mobile, "13812345678");
  ASSERT_EQ(back.grants.size(), 2U);
  EXPECT_EQ(back.grants[0], (RoleGrant{Role::kProducer, PersonId(9), at(5)}));
  EXPECT_EQ(back.grants[1].by, PersonId(1)) << "nobody said who granted it";
  EXPECT_EQ(**accounts_->account_of("li.si"), back);
  EXPECT_FALSE(accounts_->account_of("li.s")->has_value());
  std::string stored;
  ASSERT_TRUE(store_->records()
                  .read([&](sql::Connection& connection) -> Status {
                    auto statement = connection.prepare("SELECT name FROM person WHERE id = 2");
                    const sql::Reset reset(**statement);
                    if (auto row = (*statement)->step(); row && *row) stored = (*statement)->bytes(0);
                    return Done{};
                  })
                  .ok());
  EXPECT_EQ(stored.find("李四"), std::string::npos) << "only the seal knows the name";
  EXPECT_TRUE(stored.starts_with("\x01"));
}

TEST_P(AccountStoreTest, a_code_belongs_to_one_organisation_and_a_login_to_one_person) {
  Organisation one{.name = "甲",
                   .kind = OrgKind::kProducer,
                   .superior = OrgId(1),
                   .codes = {"https://id.gs1.org/417/6901234000016"}};
  added(one);
  EXPECT_EQ(accounts_->add(one).error().code, "organisation.code_taken");
  one.codes.clear();
  Organisation two = added(one);
  two.codes = {"https://id.gs1.org/417/6901234000016"};
  EXPECT_EQ(accounts_->change(two).error().code, "organisation.code_taken");
  person("wang", 2);
  EXPECT_EQ(accounts_->add(somebody("wang", 3)).error().code, "account.login_taken");
  EXPECT_EQ(accounts_->add(somebody("zhao", 33)).error().code, "person.unknown_organisation");
  Organisation closed = **accounts_->organisation(OrgId(3));
  closed.is_active = false;
  ASSERT_TRUE(accounts_->change(closed).ok());
  EXPECT_EQ(accounts_->add(somebody("zhao", 3)).error().code, "organisation.closed");
  closed = **accounts_->organisation(OrgId(3));
  closed.kind = OrgKind::kRegulator;
  EXPECT_EQ(accounts_->change(closed).error().code, "organisation.kind");
}

TEST_P(AccountStoreTest, who_changes_what_somebody_else_has_changed_is_told) {
  const Organisation it = added(regulator("甲", 340000));
  Organisation first = it, second = it;
  first.name = "乙";
  ASSERT_TRUE(accounts_->change(first).ok());
  second.name = "丙";
  EXPECT_EQ(other_->change(second).error().code, "account.changed");
  EXPECT_EQ((*other_->organisation(it.id))->name, "乙");
  EXPECT_EQ((*other_->organisation(it.id))->version, 2);
  const Account who = account(person("a", 2));
  ASSERT_TRUE(accounts_->change(who).ok());
  EXPECT_EQ(other_->change(who).error().code, "account.changed");
  Organisation unknown = it;
  unknown.id = OrgId(99);
  EXPECT_EQ(accounts_->change(unknown).error().code, "organisation.unknown");
  Account nobody = who;
  nobody.member.id = PersonId(99);
  EXPECT_EQ(accounts_->change(nobody).error().code, "person.unknown");
}

// shows: R1
TEST_P(AccountStoreTest, two_servers_that_change_at_once_lose_nothing_and_see_each_other) {
  constexpr int kEach = 12;
  added(regulator("国家局", 0));
  const auto add_some = [&](AccountStore& accounts, const std::string& name) {
    for (int i = 0; i < kEach; ++i) {
      EXPECT_TRUE(accounts.add(regulator(name, 420000, 2)).ok());
      EXPECT_TRUE(accounts.add(somebody(name + std::to_string(i), 2)).ok());
    }
  };
  std::thread there(add_some, std::ref(*other_), "b");
  add_some(*accounts_, "a");
  there.join();
  const auto here = *accounts_->directory(), elsewhere = *other_->directory();
  ASSERT_EQ(here->organisations().size(), 2U + 2 * kEach);
  EXPECT_EQ(here->organisations(), elsewhere->organisations());
  for (std::size_t i = 0; i < here->organisations().size(); ++i)
    EXPECT_EQ(here->organisations()[i].id.value(), static_cast<std::int64_t>(i) + 1) << "dense";
  EXPECT_EQ(accounts_->accounts(OrgId(2), 0, 1000)->size(), 2U * kEach);
}

// shows: R1
TEST_P(AccountStoreTest, two_servers_cannot_make_a_cycle_together) {
  added(regulator("甲", 340000));  // 2
  added(regulator("乙", 340000));  // 3
  for (int round = 0; round < 10; ++round) {
    const auto put_below = [&](AccountStore& accounts, std::int64_t id, std::int64_t superior) {
      for (;;) {
        Organisation it = **accounts.organisation(OrgId(id));
        it.superior = OrgId(superior);
        const auto done = accounts.change(it);
        if (done || done.error().code != "account.changed") return;
      }
    };
    std::thread there(put_below, std::ref(*other_), 2, 3);
    put_below(*accounts_, 3, 2);
    there.join();
    const auto directory = *accounts_->directory();
    const bool first = directory->is_within(OrgId(2), OrgId(3)), second = directory->is_within(OrgId(3), OrgId(2));
    EXPECT_NE(first, second) << "one came first, and the other was refused";
    put_below(*accounts_, 2, 1);
    put_below(*accounts_, 3, 1);
  }
}

// shows: R1
TEST_P(AccountStoreTest, a_suspended_person_is_gone_everywhere_at_the_next_question) {
  added(regulator("国家局", 0));
  const PersonId id = person("a", 2, {Role::kOfficer});
  ASSERT_NE((*other_->directory())->find(id), nullptr);
  EXPECT_THAT((*other_->directory())->find(id)->roles, ElementsAre(Role::kOfficer));
  Account who = account(id);
  who.member.is_active = false;
  ASSERT_TRUE(accounts_->change(who).ok());
  EXPECT_EQ((*other_->directory())->find(id), nullptr);
  EXPECT_EQ((*accounts_->directory())->find(id), nullptr);
  EXPECT_FALSE(account(id).member.is_active) << "but known";
  who = account(id);
  who.member.is_active = true;
  ASSERT_TRUE(accounts_->change(who).ok());
  EXPECT_THAT((*other_->directory())->find(id)->roles, ElementsAre(Role::kOfficer));
}

TEST_P(AccountStoreTest, the_directory_is_the_same_object_until_something_changes) {
  added(regulator("国家局", 0));
  const auto before = *accounts_->directory();
  EXPECT_EQ(before.get(), accounts_->directory()->get());
  ASSERT_FALSE(other_->add(regulator("局", 990000, 2)).ok());
  EXPECT_EQ(before.get(), accounts_->directory()->get()) << "a refused change is none";
  ASSERT_TRUE(other_->add(regulator("局", 420000, 2)).ok());
  EXPECT_NE(before.get(), accounts_->directory()->get());
}

TEST_P(AccountStoreTest, a_role_keeps_who_granted_it) {
  added(regulator("国家局", 0));
  const PersonId id = person("a", 2);
  Account who = account(id);
  who.member.roles = {Role::kOfficer};
  who.grants = {{Role::kOfficer, PersonId(7), at(1)}};
  ASSERT_TRUE(accounts_->change(who).ok());
  who = account(id);
  who.member.roles = {Role::kOfficer, Role::kLeader};
  who.grants = {{Role::kOfficer, PersonId(8), at(2)}, {Role::kLeader, PersonId(8), at(2)}};
  ASSERT_TRUE(accounts_->change(who).ok());
  EXPECT_THAT(account(id).grants,
              ElementsAre(RoleGrant{Role::kOfficer, PersonId(7), at(1)}, RoleGrant{Role::kLeader, PersonId(8), at(2)}));
  who = account(id);
  who.member.roles.clear();
  ASSERT_TRUE(accounts_->change(who).ok());
  EXPECT_TRUE(account(id).grants.empty());
}

TEST_P(AccountStoreTest, pages_go_through_people_of_one_or_of_all_organisations) {
  added(regulator("甲", 340000));
  added(regulator("乙", 340000));
  for (int i = 0; i < 7; ++i) person("p" + std::to_string(i), i % 2 == 0 ? 2 : 3);
  const auto ids = [](const Result<std::vector<Account>>& accounts) {
    std::vector<std::int64_t> found;
    for (const Account& each : *accounts) found.push_back(each.member.id.value());
    return found;
  };
  EXPECT_THAT(ids(accounts_->accounts(OrgId(2), 0, 3)), ElementsAre(2, 4, 6));
  EXPECT_THAT(ids(accounts_->accounts(OrgId(2), 6, 3)), ElementsAre(8));
  const auto not_five = [](PersonId person, OrgId) { return person.value() != 5; };
  EXPECT_THAT(ids(accounts_->accounts_where(not_five, 3, 3)), ElementsAre(4, 6, 7));
  const auto second = [](PersonId, OrgId org) { return org == OrgId(3); };
  EXPECT_THAT(ids(accounts_->accounts_where(second, 0, 10)), ElementsAre(3, 5, 7));
}

// shows: R1
TEST_P(AccountStoreTest, a_transfer_hands_open_tasks_to_the_deputy_and_ends_all_roles) {
  added(regulator("甲", 340000));
  added(regulator("乙", 340000));
  const PersonId who = person("a", 2, {Role::kOfficer}), deputy = person("b", 2), stranger = person("c", 3),
                 suspended = person("d", 2);
  Account gone = account(suspended);
  gone.member.is_active = false;
  ASSERT_TRUE(accounts_->change(gone).ok());
  Account other = account(deputy);
  other.deputy = who;
  ASSERT_TRUE(accounts_->change(other).ok());
  for (const char* id : {"t1", "t2", "t3"}) open_task(id, who);
  open_task("t4", deputy);
  ASSERT_EQ(*tasks_->close("mark.lift", "m-t3", who, at(2)), 1);
  EXPECT_EQ(accounts_->transfer(account(who), OrgId(3), std::nullopt).error().code, "person.needs_deputy");
  for (const PersonId wrong : {who, stranger, suspended, PersonId(99)})
    EXPECT_EQ(accounts_->transfer(account(who), OrgId(3), wrong).error().code, "person.deputy");
  EXPECT_EQ(accounts_->transfer(account(who), OrgId(9), deputy).error().code, "person.unknown_organisation");
  EXPECT_THAT(tasks_of(who), ElementsAre("t1", "t2")) << "what was refused moved nothing";
  ASSERT_EQ(*accounts_->transfer(account(who), OrgId(3), deputy), 2);
  EXPECT_TRUE(tasks_of(who).empty());
  EXPECT_THAT(tasks_of(deputy), ElementsAre("t1", "t2", "t4"));
  EXPECT_EQ(account(who).member, (identity::Member{who, OrgId(3)}));
  EXPECT_FALSE(account(deputy).deputy.has_value()) << "who left stands in for nobody there";
  EXPECT_EQ((*other_->directory())->find(who)->org, OrgId(3));
  const auto closed = *tasks_->tasks({.person = who, .open_only = false});
  ASSERT_EQ(closed.size(), 1U);
  EXPECT_EQ(closed[0].closed_by, who) << "what is done stays done by whom it was";
  ASSERT_EQ(*accounts_->transfer(account(who), OrgId(2), std::nullopt), 0) << "nothing is open";
  Account stale = account(who);
  stale.version -= 1;
  EXPECT_EQ(accounts_->transfer(stale, OrgId(3), std::nullopt).error().code, "account.changed");
}

TEST_P(AccountStoreTest, tasks_come_in_the_order_in_which_they_were_opened) {
  for (int i = 1; i <= 9; ++i)
    open_task(fmt::format("t{}", i), i % 3 == 0 ? std::nullopt : std::optional(PersonId(2)), i % 2 + 2);
  const auto ids = [&](const TaskQuestion& question) {
    std::string found;
    const auto tasks = *tasks_->tasks(question);
    for (const Task& task : tasks) found += task.id.substr(1);
    return found;
  };
  EXPECT_EQ(ids({}), "123456789");
  EXPECT_EQ(ids({.after = "t4", .limit = 3}), "567");
  EXPECT_EQ(ids({.person = PersonId(2)}), "124578");
  EXPECT_EQ(ids({.org = OrgId(3)}), "13579");
  EXPECT_EQ(ids({.person = PersonId(2), .org = OrgId(3)}), "157");
  EXPECT_EQ(ids({.limit = 2, .wanted = [](const Task& task) { return !task.person; }}), "36");
  EXPECT_EQ(*tasks_->close("mark.lift", "m-t2", PersonId(4), at(9)), 1);
  EXPECT_EQ(*tasks_->close("mark.lift", "m-t2", PersonId(4), at(9)), 0) << "once";
  EXPECT_EQ(*tasks_->close("erasure", "m-t1", PersonId(4), at(9)), 0) << "of another kind";
  EXPECT_EQ(ids({}), "13456789");
  const auto all = *tasks_->tasks({.open_only = false, .limit = 2});
  EXPECT_EQ(all[1].closed, at(9));
  EXPECT_EQ(all[1].closed_by, PersonId(4));
  EXPECT_EQ(tasks_->open(all[0]).error().code, "sql.constraint");
  EXPECT_EQ(*tasks_->move_all(PersonId(2), PersonId(5)), 5);
  EXPECT_EQ(ids({.person = PersonId(5)}), "14578");
}

// shows: R1
TEST_P(AccountStoreTest, a_thousand_organisations_deep_and_a_thousand_wide) {
  ASSERT_TRUE(store_->records()
                  .write([](sql::Connection& connection) -> Status {
                    auto insert = connection.prepare(
                        "INSERT INTO organisation (id, version, name, kind, superior, division, uscc, active) VALUES "
                        "($1, 1, $2, 2, $3, "
                        "420000, '', 1)");
                    for (std::int64_t id = 2; id <= 2001; ++id) {
                      const std::string name = "局 " + std::to_string(id);
                      (*insert)->bind(1, id).bind(2, std::string_view(name)).bind(3, id <= 1001 ? id - 1 : 1);
                      if (auto done = (*insert)->run(); !done) return done;
                    }
                    return connection.execute("INSERT INTO account_state (id, version) VALUES (1, 1)");
                  })
                  .ok());
  const auto directory = *accounts_->directory();
  EXPECT_TRUE(directory->is_within(OrgId(1001), OrgId(2)));
  EXPECT_FALSE(directory->is_within(OrgId(1002), OrgId(2)));
  EXPECT_EQ(directory->within(OrgId(2)).size(), 1000U);
  EXPECT_EQ(added(regulator("最深", 420000, 1001)).id, OrgId(2002));
  Organisation top = **accounts_->organisation(OrgId(2));
  top.superior = OrgId(2002);
  EXPECT_EQ(accounts_->change(top).error().code, "organisation.cycle") << "a thousand below";
}

INSTANTIATE_TEST_SUITE_P(Engines, AccountStoreTest,
                         testing::ValuesIn(with_citus({sqlite("sqlite", SqliteWarehouseOptions{}),
                                                       postgres("postgres", PostgresWarehouseOptions{})})),
                         [](const auto& engine) { return engine.param.name; });

}  // namespace
}  // namespace suyuan::storage
