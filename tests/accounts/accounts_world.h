// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "adapters/records/account_store.h"
#include "adapters/records/audit_store.h"
#include "adapters/records/task_store.h"
#include "app/account/account.h"
#include "app/account/account_directory.h"
#include "app/audit/audit.h"
#include "tests/storage/store_rows.h"
#include "tests/storage/store_under_test.h"

// Bodies of a province over a real store, and their people, who ask through the one authorizer.
namespace suyuan::accounts {

using identity::Act;
using identity::Organisation;
using identity::Role;

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

  // Of the audit, newest first; of any act when none is named.
  std::vector<AuditEntry> entries(const std::string& act = "") {
    AuditStore::Search search;
    search.act = act;
    search.limit = 10'000;
    auto page = make_audit_store(store_->records())->search(search);
    EXPECT_TRUE(page.ok());
    return std::move(page->entries);
  }
  void let_audit_fail(bool fails) { storage::let_audit_fail(*store_, fails); }

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

}  // namespace suyuan::accounts
