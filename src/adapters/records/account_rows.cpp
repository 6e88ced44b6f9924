// SPDX-License-Identifier: Apache-2.0
#include "adapters/records/account_rows.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "adapters/records/statements.h"

namespace suyuan::records {

namespace {

using identity::Member;
using identity::Organisation;
using identity::Role;

Organisation organisation_of(const Statement& row) {
  Organisation it{.id = OrgId(row.integer(0))};
  it.version = row.integer(1);
  it.name = row.text(2);
  it.kind = static_cast<identity::OrgKind>(row.integer(3));
  if (const std::int64_t superior = row.integer(4); superior != 0) it.superior = OrgId(superior);
  it.jurisdiction = {static_cast<std::int32_t>(row.integer(5))};
  it.uscc = row.text(6);
  it.is_active = row.integer(7) != 0;
  return it;
}

// A role that this program does not know gives no right.
std::optional<Role> role_at(const Statement& row, int column) {
  const std::int64_t role = row.integer(column);
  if (role < 0 || role >= static_cast<std::int64_t>(identity::kRoles)) return std::nullopt;
  return static_cast<Role>(role);
}

constexpr std::string_view kPerson = "id, version, login, org, active, deputy, name, mobile FROM person";

Account account_of(const Statement& row) {
  Account it;
  it.member.id = PersonId(row.integer(0));
  it.version = row.integer(1);
  it.login = row.text(2);
  it.member.org = OrgId(row.integer(3));
  it.member.is_active = row.integer(4) != 0;
  if (const std::int64_t deputy = row.integer(5); deputy != 0) it.deputy = PersonId(deputy);
  it.name = row.bytes(6);
  it.mobile = row.bytes(7);
  return it;
}

template <class Bind>
Result<std::vector<Account>> read_people(Connection& connection, const std::string& query, Bind bind) {
  std::vector<Account> found;
  auto done = rows(connection, query, bind, [&](Statement& row) { found.push_back(account_of(row)); });
  for (std::size_t i = 0; done && i < found.size(); ++i) {
    Account& each = found[i];
    done = rows(
        connection, "SELECT role, grantor, granted FROM person_role WHERE person = $1 ORDER BY role",
        [&](Statement& s) { s.bind(1, each.member.id.value()); },
        [&](Statement& row) {
          const auto role = role_at(row, 0);
          if (!role) return;
          each.member.roles.push_back(*role);
          each.grants.push_back({*role, PersonId(row.integer(1)), instant(row.integer(2))});
        });
  }
  if (!done) return std::move(done.error());
  return found;
}

const RoleGrant* grant_of(const std::vector<RoleGrant>& grants, Role role) {
  const auto found = std::find_if(grants.begin(), grants.end(), [&](const RoleGrant& g) { return g.role == role; });
  return found == grants.end() ? nullptr : &*found;
}

Status put_roles(Connection& connection, const Account& account, const std::vector<RoleGrant>& before) {
  auto done = change(connection, "DELETE FROM person_role WHERE person = $1",
                     [&](Statement& s) { s.bind(1, account.member.id.value()); });
  for (std::size_t i = 0; done && i < account.member.roles.size(); ++i) {
    const Role role = account.member.roles[i];
    const RoleGrant* grant = grant_of(before, role);
    if (grant == nullptr) grant = grant_of(account.grants, role);
    done =
        change(connection, "INSERT INTO person_role (person, role, granted, grantor) VALUES ($1, $2, $3, $4)",
               [&](Statement& s) {
                 s.bind(1, account.member.id.value()).bind(2, static_cast<std::int64_t>(role));
                 s.bind(3, grant == nullptr ? 0 : micros(grant->at)).bind(4, grant == nullptr ? 1 : grant->by.value());
               });
  }
  return done;
}

// One statement that has all columns of a person but its id as $2 …
template <class Query>
Status write_person(Connection& connection, NameSeal& seal, const Account& account, std::int64_t version, Query query) {
  const Actor person{account.member.id, account.member.org, Jurisdiction{}};
  auto name = seal.seal(connection, person, account.name);
  if (!name) return std::move(name.error());
  auto mobile = seal.seal(connection, person, account.mobile);
  if (!mobile) return std::move(mobile.error());
  return change(connection, query, [&](Statement& s) {
    s.bind(1, account.member.id.value()).bind(2, version).bind(3, std::string_view(account.login));
    s.bind(4, account.member.org.value()).bind(5, std::int64_t{account.member.is_active});
    s.bind(6, account.deputy ? account.deputy->value() : 0).bind_bytes(7, *name).bind_bytes(8, *mobile);
  });
}

}  // namespace

Status lock_accounts(Connection& connection) {
  return change(connection,
                "INSERT INTO account_state (id, version) VALUES (1, 1) ON CONFLICT (id) DO UPDATE SET version = "
                "account_state.version + 1",
                [](Statement&) {});
}

Status erase_person(Connection& connection, PersonId id) {
  if (auto locked = lock_accounts(connection); !locked) return locked;
  const std::string login = fmt::format("(erased {})", id.value());
  return change(connection,
                "UPDATE person SET version = version + 1, active = 0, login = $2 WHERE id = $1 AND login <> $2",
                [&](Statement& s) { s.bind(1, id.value()).bind(2, std::string_view(login)); });
}

Result<std::vector<Organisation>> all_organisations(Connection& connection) {
  std::vector<Organisation> all;
  auto done = rows(
      connection, "SELECT id, version, name, kind, superior, division, uscc, active FROM organisation ORDER BY id",
      [](Statement&) {}, [&](Statement& row) { all.push_back(organisation_of(row)); });
  if (!done) return std::move(done.error());
  if (all.empty() || all.front().id != OrgId(1))
    all.insert(all.begin(), {.name = "本机", .kind = identity::OrgKind::kServer});
  std::size_t at = 0;
  done = rows(
      connection, "SELECT org, code FROM organisation_code ORDER BY org, code", [](Statement&) {},
      [&](Statement& row) {
        while (at < all.size() && all[at].id.value() < row.integer(0)) ++at;
        if (at < all.size() && all[at].id.value() == row.integer(0)) all[at].codes.emplace_back(row.text(1));
      });
  if (!done) return std::move(done.error());
  return all;
}

Result<std::vector<Member>> active_members(Connection& connection) {
  std::vector<Member> all;
  auto done = rows(
      connection, "SELECT id, org FROM person WHERE active = 1 ORDER BY id", [](Statement&) {},
      [&](Statement& row) {
        all.push_back({PersonId(row.integer(0)), OrgId(row.integer(1))});
      });
  if (!done) return std::move(done.error());
  std::size_t at = 0;
  done = rows(
      connection, "SELECT person, role FROM person_role ORDER BY person, role", [](Statement&) {},
      [&](Statement& row) {
        while (at < all.size() && all[at].id.value() < row.integer(0)) ++at;
        const auto role = role_at(row, 1);
        if (role && at < all.size() && all[at].id.value() == row.integer(0)) all[at].roles.push_back(*role);
      });
  if (!done) return std::move(done.error());
  return all;
}

Status put(Connection& connection, const Organisation& it) {
  auto done = change(connection,
                     "INSERT INTO organisation (id, version, name, kind, superior, division, uscc, active) VALUES ($1, "
                     "$2, $3, $4, $5, $6, $7, $8) ON CONFLICT (id) DO UPDATE SET version = excluded.version, name = "
                     "excluded.name, superior = excluded.superior, division = excluded.division, uscc = excluded.uscc, "
                     "active = excluded.active",
                     [&](Statement& s) {
                       s.bind(1, it.id.value()).bind(2, it.version).bind(3, std::string_view(it.name));
                       s.bind(4, static_cast<std::int64_t>(it.kind)).bind(5, it.superior ? it.superior->value() : 0);
                       s.bind(6, std::int64_t{it.jurisdiction.division}).bind(7, std::string_view(it.uscc));
                       s.bind(8, std::int64_t{it.is_active});
                     });
  if (done) {
    done = change(connection, "DELETE FROM organisation_code WHERE org = $1",
                  [&](Statement& s) { s.bind(1, it.id.value()); });
  }
  for (std::size_t i = 0; done && i < it.codes.size(); ++i) {
    done = change(connection, "INSERT INTO organisation_code (org, code) VALUES ($1, $2)",
                  [&](Statement& s) { s.bind(1, it.id.value()).bind(2, std::string_view(it.codes[i])); });
  }
  return done;
}

Result<std::vector<Account>> accounts_by_id(Connection& connection, PersonId id) {
  return read_people(connection, fmt::format("SELECT {} WHERE id = $1", kPerson),
                     [&](Statement& s) { s.bind(1, id.value()); });
}

Result<std::vector<Account>> accounts_by_login(Connection& connection, const std::string& login) {
  return read_people(connection, fmt::format("SELECT {} WHERE login = $1", kPerson),
                     [&](Statement& s) { s.bind(1, std::string_view(login)); });
}

Result<std::vector<Account>> accounts_of(Connection& connection, OrgId org, std::int64_t after, std::size_t limit) {
  return read_people(
      connection, fmt::format("SELECT {} WHERE org = $1 AND id > $2 ORDER BY id LIMIT $3", kPerson),
      [&](Statement& s) { s.bind(1, org.value()).bind(2, after).bind(3, static_cast<std::int64_t>(limit)); });
}

Status open_fields(Connection& connection, NameSeal& seal, Account& account) {
  for (std::string* field : {&account.name, &account.mobile}) {
    auto text = seal.open(connection, account.member.id, *field);
    if (!text) return std::move(text.error());
    *field = std::move(*text);
  }
  return Done{};
}

Result<std::vector<std::pair<PersonId, OrgId>>> next_people(Connection& connection, std::int64_t after,
                                                            std::size_t limit) {
  std::vector<std::pair<PersonId, OrgId>> found;
  auto done = rows(
      connection, "SELECT id, org FROM person WHERE id > $1 ORDER BY id LIMIT $2",
      [&](Statement& s) { s.bind(1, after).bind(2, static_cast<std::int64_t>(limit)); },
      [&](Statement& row) { found.emplace_back(row.integer(0), row.integer(1)); });
  if (!done) return std::move(done.error());
  return found;
}

Status insert(Connection& connection, NameSeal& seal, const Account& account) {
  auto done = write_person(connection, seal, account, 1,
                           "INSERT INTO person (id, version, login, org, active, deputy, name, mobile) VALUES ($1, $2, "
                           "$3, $4, $5, $6, $7, $8)");
  return done ? put_roles(connection, account, {}) : std::move(done);
}

Status update(Connection& connection, NameSeal& seal, const Account& account, const std::vector<RoleGrant>& before) {
  // login = $3: a parameter must occur, and the login stays.
  auto done = write_person(connection, seal, account, account.version + 1,
                           "UPDATE person SET version = $2, org = $4, active = $5, deputy = $6, name = $7, mobile = $8 "
                           "WHERE id = $1 AND login = $3");
  return done ? put_roles(connection, account, before) : std::move(done);
}

Status judge_deputy(Connection& connection, PersonId id, OrgId org, PersonId deputy) {
  bool is_good = false;
  auto done = rows(
      connection, "SELECT id FROM person WHERE id = $1 AND org = $2 AND active = 1",
      [&](Statement& s) { s.bind(1, deputy.value()).bind(2, org.value()); },
      [&](Statement&) { is_good = deputy != id; });
  if (!done || is_good) return done;
  return Error{
      ErrorKind::kInvalid, "person.deputy",
      fmt::format("Person {} cannot be the deputy: name somebody else of organisation {} who is not suspended.",
                  deputy.value(), org.value())};
}

Status stand_in_for_nobody(Connection& connection, PersonId deputy) {
  return change(connection, "UPDATE person SET deputy = 0, version = version + 1 WHERE deputy = $1",
                [&](Statement& s) { s.bind(1, deputy.value()); });
}

Result<std::int64_t> open_tasks(Connection& connection, PersonId person) {
  std::int64_t count = 0;
  auto done = rows(
      connection, "SELECT COUNT(*) FROM task WHERE person = $1 AND closed = 0",
      [&](Statement& s) { s.bind(1, person.value()); }, [&](Statement& row) { count = row.integer(0); });
  if (!done) return std::move(done.error());
  return count;
}

}  // namespace suyuan::records
