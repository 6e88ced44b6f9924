// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <map>
#include <mutex>
#include <vector>

#include "app/identity/permit.h"
#include "app/ports/account_store.h"
#include "base/check.h"

namespace suyuan::test {

// Accounts in memory, for tests of what stands on them. Without an entry: what a test arranges.
class FakeAccounts : public AccountStore {
 public:
  Result<std::shared_ptr<const identity::Directory>> directory() override {
    const std::lock_guard lock(mutex_);
    return made();
  }
  Result<std::optional<identity::Organisation>> organisation(OrgId id) override {
    const std::lock_guard lock(mutex_);
    const identity::Organisation* found = made()->find(id);
    return found == nullptr ? std::optional<identity::Organisation>() : *found;
  }
  Result<identity::Organisation> add(identity::Organisation organisation, AuditEntry entry) override {
    auto added = add(std::move(organisation));
    entry.target = std::to_string(added->id.value());
    entries.push_back(std::move(entry));
    return added;
  }
  Result<identity::Organisation> add(identity::Organisation organisation) {
    const std::lock_guard lock(mutex_);
    organisation.id = OrgId(++last_org_);
    organisations_.emplace(organisation.id, organisation);
    directory_.reset();
    return organisation;
  }
  Status change(const identity::Organisation& organisation, const AuditEntry& entry) override {
    entries.push_back(entry);
    return change(organisation);
  }
  Status change(const identity::Organisation& organisation) {
    const std::lock_guard lock(mutex_);
    organisations_.insert_or_assign(organisation.id, organisation);
    directory_.reset();
    return Done{};
  }
  Result<std::optional<Account>> account(PersonId id) override {
    const std::lock_guard lock(mutex_);
    const auto found = accounts_.find(id);
    return found == accounts_.end() ? std::nullopt : std::optional(found->second);
  }
  Result<std::optional<Account>> account_of(const std::string& login) override {
    const std::lock_guard lock(mutex_);
    for (const auto& [id, each] : accounts_)
      if (each.login == login) return std::optional(each);
    return std::optional<Account>();
  }
  Result<std::vector<Account>> accounts(OrgId org, std::int64_t after, std::size_t limit) override {
    const std::lock_guard lock(mutex_);
    std::vector<Account> found;
    for (const auto& [id, each] : accounts_)
      if (each.member.org == org && id.value() > after && found.size() < limit) found.push_back(each);
    return found;
  }
  Result<std::vector<Account>> accounts_where(const std::function<bool(PersonId, OrgId)>& wanted, std::int64_t after,
                                              std::size_t limit) override {
    const std::lock_guard lock(mutex_);
    std::vector<Account> found;
    for (const auto& [id, each] : accounts_)
      if (wanted(id, each.member.org) && id.value() > after && found.size() < limit) found.push_back(each);
    return found;
  }
  Result<std::int64_t> transfer(const Account&, OrgId, std::optional<PersonId>, const AuditEntry&) override {
    return Error{ErrorKind::kUnsupported, "test.none", "not of these tests"};
  }
  Result<Account> add(Account account, AuditEntry entry) override {
    auto added = add(std::move(account));
    if (!added) return added;
    entry.target = std::to_string(added->member.id.value());
    entries.push_back(std::move(entry));
    return added;
  }
  Result<Account> add(Account account) {
    if (auto taken = account_of(account.login); *taken)
      return Error{ErrorKind::kConflict, "account.login_taken", "This login name is taken."};
    const std::lock_guard lock(mutex_);
    account.member.id = PersonId(++last_person_);
    accounts_.emplace(account.member.id, account);
    directory_.reset();
    return account;
  }
  Status change(const Account& account, const AuditEntry& entry) override {
    entries.push_back(entry);
    return change(account);
  }
  Status change(const Account& account) {
    const std::lock_guard lock(mutex_);
    accounts_.insert_or_assign(account.member.id, account);
    directory_.reset();
    return Done{};
  }

  std::vector<AuditEntry> entries;

  // The same snapshot, as the authorizer takes it.
  class Source : public DirectorySource {
   public:
    explicit Source(FakeAccounts& accounts) : accounts_(accounts) {}
    std::shared_ptr<const identity::Directory> directory() override {
      return *static_cast<AccountStore&>(accounts_).directory();
    }

   private:
    FakeAccounts& accounts_;
  };

 private:
  std::shared_ptr<const identity::Directory> made() {
    if (!directory_) {
      std::vector<identity::Organisation> organisations;
      std::vector<identity::Member> members;
      for (const auto& [id, each] : organisations_) organisations.push_back(each);
      for (const auto& [id, each] : accounts_) members.push_back(each.member);
      auto directory = identity::Directory::make(std::move(organisations), std::move(members));
      CHECK(directory.ok());
      directory_ = *directory;
    }
    return directory_;
  }

  std::mutex mutex_;
  std::map<OrgId, identity::Organisation> organisations_;
  std::map<PersonId, Account> accounts_;
  std::shared_ptr<const identity::Directory> directory_;
  std::int64_t last_org_ = 1, last_person_ = 1;
};

}  // namespace suyuan::test
