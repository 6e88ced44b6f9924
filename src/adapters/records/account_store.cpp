// SPDX-License-Identifier: Apache-2.0
#include "adapters/records/account_store.h"

#include <fmt/format.h>

#include <algorithm>
#include <mutex>

#include "adapters/records/account_rows.h"
#include "adapters/records/statements.h"
#include "adapters/records/task_store.h"
#include "base/text.h"
#include "domain/identity/organisation_rules.h"

namespace suyuan {

namespace {

using namespace records;
using identity::Directory;
using identity::Organisation;

constexpr std::size_t kChunk = 1000;

Error unknown_organisation(OrgId id) {
  return Error{ErrorKind::kNotFound, "organisation.unknown",
               fmt::format("There is no organisation {}. `suyuan org list`, or GET /api/v1/organisations, lists them.",
                           id.value())};
}

Error unknown_person(PersonId id) {
  return Error{
      ErrorKind::kNotFound, "person.unknown",
      fmt::format("There is no person {}. `suyuan user list`, or GET /api/v1/people, lists them.", id.value())};
}

Error changed_since(std::string_view what, std::int64_t id) {
  return Error{
      ErrorKind::kConflict, "account.changed",
      fmt::format("Somebody else has changed {} {} since it was read. Read it again, and decide again.", what, id)};
}

Result<std::int64_t> number(Connection& connection, std::string_view query) {
  std::int64_t found = 0;
  auto done = rows(
      connection, query, [](Statement&) {}, [&](Statement& row) { found = row.integer(0); });
  if (!done) return std::move(done.error());
  return found;
}

// Whether they may all stand as they would, and nobody has another's codes.
Status judge(const std::vector<Organisation>& all, OrgId id) {
  auto directory = Directory::make(all, {});
  if (!directory) return std::move(directory.error());
  const Organisation& it = *(*directory)->find(id);
  for (const Organisation& each : all) {
    if (each.id == id) continue;
    for (const std::string& code : it.codes) {
      if (std::find(each.codes.begin(), each.codes.end(), code) == each.codes.end()) continue;
      return Error{ErrorKind::kConflict, "organisation.code_taken",
                   fmt::format("\"{}\" names another organisation already. A code belongs to one organisation.",
                               excerpt(code, 200))};
    }
  }
  return identity::judge_organisation(**directory, id);
}

// Where this person is to be, and who stands in for them.
Status judge_person(Connection& connection, PersonId id, OrgId org, std::optional<PersonId> deputy) {
  bool is_there = org == OrgId(1), is_closed = false;
  auto done = rows(
      connection, "SELECT active FROM organisation WHERE id = $1", [&](Statement& s) { s.bind(1, org.value()); },
      [&](Statement& row) {
        is_there = true;
        is_closed = row.integer(0) == 0;
      });
  if (!done) return done;
  if (!is_there) {
    return Error{ErrorKind::kInvalid, "person.unknown_organisation",
                 fmt::format("There is no organisation {} to belong to.", org.value())};
  }
  if (is_closed) {
    return Error{ErrorKind::kConflict, "organisation.closed",
                 fmt::format("Organisation {} is closed: nobody can come to belong to it.", org.value())};
  }
  return deputy ? judge_deputy(connection, id, org, *deputy) : Status(Done{});
}

struct Snapshot {
  std::int64_t version = 0;
  std::shared_ptr<const Directory> directory;
};

class SqlAccountStore final : public AccountStore {
 public:
  SqlAccountStore(sql::Database& records, NameSeal& seal) : records_(records), seal_(seal) {}

  Result<std::shared_ptr<const Directory>> directory() override;
  Result<std::optional<Organisation>> organisation(OrgId id) override;
  Result<Organisation> add(Organisation organisation) override;
  Status change(const Organisation& organisation) override;

  Result<std::optional<Account>> account(PersonId id) override {
    return first_of([&](Connection& connection) { return accounts_by_id(connection, id); });
  }
  Result<std::optional<Account>> account_of(const std::string& login) override {
    return first_of([&](Connection& connection) { return accounts_by_login(connection, login); });
  }
  Result<std::vector<Account>> accounts(OrgId org, std::int64_t after, std::size_t limit) override {
    return read_accounts([&](Connection& connection) { return accounts_of(connection, org, after, limit); });
  }
  Result<std::vector<Account>> accounts_where(const std::function<bool(PersonId, OrgId)>& wanted, std::int64_t after,
                                              std::size_t limit) override;
  Result<Account> add(Account account) override;
  Status change(const Account& account) override;
  Result<std::int64_t> transfer(const Account& account, OrgId to, std::optional<PersonId> deputy) override;

 private:
  // Rows first, then what is sealed: keys may be looked up on the same connection.
  template <class Read>
  Result<std::vector<Account>> read_accounts(Read read) {
    std::vector<Account> found;
    auto done = records_.read([&](Connection& connection) -> Status {
      auto some = read(connection);
      if (!some) return std::move(some.error());
      found = std::move(*some);
      for (Account& each : found)
        if (auto opened = open_fields(connection, seal_, each); !opened) return opened;
      return Done{};
    });
    if (!done) return std::move(done.error());
    return found;
  }
  template <class Read>
  Result<std::optional<Account>> first_of(Read read) {
    auto found = read_accounts(std::move(read));
    if (!found) return std::move(found.error());
    return found->empty() ? std::optional<Account>() : std::optional(std::move(found->front()));
  }

  sql::Database& records_;
  NameSeal& seal_;
  std::mutex mutex_;
  Snapshot snapshot_;
};

Result<std::shared_ptr<const Directory>> SqlAccountStore::directory() {
  Snapshot known;
  {
    const std::lock_guard lock(mutex_);
    known = snapshot_;
  }
  Snapshot now;
  std::vector<Organisation> organisations;
  std::vector<identity::Member> members;
  auto done = records_.read([&](Connection& connection) -> Status {
    auto version = number(connection, "SELECT version FROM account_state WHERE id = 1");
    if (!version) return std::move(version.error());
    now.version = *version;
    if (known.directory != nullptr && known.version == now.version) return Done{};
    auto all = all_organisations(connection);
    if (!all) return std::move(all.error());
    organisations = std::move(*all);
    auto people = active_members(connection);
    if (!people) return std::move(people.error());
    members = std::move(*people);
    return Done{};
  });
  if (!done) return std::move(done.error());
  if (known.directory != nullptr && known.version == now.version) return known.directory;
  auto made = Directory::make(std::move(organisations), std::move(members));
  if (!made) {
    return Error{ErrorKind::kCorrupt, "store.damaged",
                 "The organisations of the store contradict each other. Restore the store from a backup.",
                 made.error().text};
  }
  now.directory = std::move(*made);
  const std::lock_guard lock(mutex_);
  if (snapshot_.directory == nullptr || snapshot_.version < now.version) snapshot_ = now;
  return now.directory;
}

Result<std::optional<Organisation>> SqlAccountStore::organisation(OrgId id) {
  auto now = directory();
  if (!now) return std::move(now.error());
  const Organisation* found = (*now)->find(id);
  return found == nullptr ? std::optional<Organisation>() : std::optional(*found);
}

Result<Organisation> SqlAccountStore::add(Organisation organisation) {
  auto done = records_.write([&](Connection& connection) -> Status {
    if (auto locked = lock_accounts(connection); !locked) return locked;
    auto all = all_organisations(connection);
    if (!all) return std::move(all.error());
    organisation.id = OrgId(all->back().id.value() + 1);
    organisation.version = 1;
    all->push_back(organisation);
    if (auto good = judge(*all, organisation.id); !good) return good;
    return put(connection, organisation);
  });
  if (!done) return std::move(done.error());
  return organisation;
}

Status SqlAccountStore::change(const Organisation& organisation) {
  return records_.write([&](Connection& connection) -> Status {
    if (auto locked = lock_accounts(connection); !locked) return locked;
    auto all = all_organisations(connection);
    if (!all) return std::move(all.error());
    const auto stored =
        std::find_if(all->begin(), all->end(), [&](const Organisation& each) { return each.id == organisation.id; });
    if (stored == all->end()) return unknown_organisation(organisation.id);
    if (stored->version != organisation.version) return changed_since("organisation", organisation.id.value());
    if (stored->kind != organisation.kind) {
      return Error{ErrorKind::kInvalid, "organisation.kind",
                   "The kind of an organisation is for ever: its people's roles follow from it. Add another one, and "
                   "transfer the people."};
    }
    *stored = organisation;
    ++stored->version;
    if (auto good = judge(*all, organisation.id); !good) return good;
    return put(connection, *stored);
  });
}

Result<std::vector<Account>> SqlAccountStore::accounts_where(const std::function<bool(PersonId, OrgId)>& wanted,
                                                             std::int64_t after, std::size_t limit) {
  return read_accounts([&](Connection& connection) -> Result<std::vector<Account>> {
    std::vector<Account> found;
    for (std::int64_t last = after;;) {
      auto chunk = next_people(connection, last, kChunk);
      if (!chunk) return std::move(chunk.error());
      for (const auto& [person, org] : *chunk) {
        if (found.size() == limit) break;
        if (!wanted(person, org)) continue;
        auto account = accounts_by_id(connection, person);
        if (!account) return std::move(account.error());
        for (Account& each : *account) found.push_back(std::move(each));
      }
      if (chunk->size() < kChunk || found.size() == limit) return found;
      last = chunk->back().first.value();
    }
  });
}

Result<Account> SqlAccountStore::add(Account account) {
  auto done = records_.write([&](Connection& connection) -> Status {
    if (auto locked = lock_accounts(connection); !locked) return locked;
    auto same = accounts_by_login(connection, account.login);
    if (!same) return std::move(same.error());
    if (!same->empty()) {
      return Error{ErrorKind::kConflict, "account.login_taken",
                   fmt::format("The login \"{}\" is taken. Choose another.", excerpt(account.login))};
    }
    auto last = number(connection, "SELECT COALESCE(MAX(id), 1) FROM person");
    if (!last) return std::move(last.error());
    account.member.id = PersonId(*last + 1);
    account.version = 1;
    if (auto good = judge_person(connection, account.member.id, account.member.org, account.deputy); !good) return good;
    return insert(connection, seal_, account);
  });
  if (!done) return std::move(done.error());
  return account;
}

Status SqlAccountStore::change(const Account& account) {
  return records_.write([&](Connection& connection) -> Status {
    if (auto locked = lock_accounts(connection); !locked) return locked;
    auto stored = accounts_by_id(connection, account.member.id);
    if (!stored) return std::move(stored.error());
    if (stored->empty()) return unknown_person(account.member.id);
    const Account& before = stored->front();
    if (before.version != account.version) return changed_since("person", account.member.id.value());
    // Of a closed organisation people may still be suspended.
    const bool is_new_place = before.member.org != account.member.org || before.deputy != account.deputy;
    if (is_new_place) {
      if (auto good = judge_person(connection, account.member.id, account.member.org, account.deputy); !good)
        return good;
    }
    return update(connection, seal_, account, before.grants);
  });
}

Result<std::int64_t> SqlAccountStore::transfer(const Account& account, OrgId to, std::optional<PersonId> deputy) {
  std::int64_t moved = 0;
  auto done = records_.write([&](Connection& connection) -> Status {
    if (auto locked = lock_accounts(connection); !locked) return locked;
    const PersonId id = account.member.id;
    auto stored = accounts_by_id(connection, id);
    if (!stored) return std::move(stored.error());
    if (stored->empty()) return unknown_person(id);
    if (stored->front().version != account.version) return changed_since("person", id.value());
    const OrgId from = stored->front().member.org;
    auto open = open_tasks(connection, id);
    if (!open) return std::move(open.error());
    if (*open > 0 && !deputy) {
      return Error{ErrorKind::kConflict, "person.needs_deputy",
                   fmt::format("Person {} has {} open tasks. Name a deputy of organisation {} who takes them over.",
                               id.value(), *open, from.value())};
    }
    if (deputy) {
      if (auto good = judge_deputy(connection, id, from, *deputy); !good) return good;
      auto count = move_open_tasks(connection, id, *deputy);
      if (!count) return std::move(count.error());
      moved = *count;
    }
    if (auto good = judge_person(connection, id, to, std::nullopt); !good) return good;
    if (auto left = stand_in_for_nobody(connection, id); !left) return left;
    Account there = account;
    there.member.org = to;
    there.member.roles.clear();
    there.deputy.reset();
    return update(connection, seal_, there, {});
  });
  if (!done) return std::move(done.error());
  return moved;
}

}  // namespace

std::unique_ptr<AccountStore> make_account_store(sql::Database& records, NameSeal& seal) {
  return std::make_unique<SqlAccountStore>(records, seal);
}

}  // namespace suyuan
