// SPDX-License-Identifier: Apache-2.0
#include "adapters/records/credential_store.h"

#include <fmt/format.h>

#include <algorithm>

#include "adapters/records/attempt_rows.h"
#include "adapters/records/audit_store.h"
#include "adapters/records/statements.h"

namespace suyuan {

namespace {

using namespace records;

constexpr std::int64_t kKeptAfterQuiet = std::int64_t{24} * 3600 * 1'000'000;  // of counts and links, microseconds

Result<Sha256> digest_of(std::string_view bytes) {
  Sha256 digest{};
  if (bytes.size() != digest.size())
    return Error{ErrorKind::kCorrupt, "store.damaged", "A key of the store is damaged. Restore it from a backup."};
  std::copy(bytes.begin(), bytes.end(), reinterpret_cast<char*>(digest.data()));
  return digest;
}

SessionRecord session_at(const Statement& row) {
  return {std::string(row.text(0)), PersonId(row.integer(1)), instant(row.integer(2)),
          instant(row.integer(3)),  instant(row.integer(4)),  static_cast<SessionRecord::How>(row.integer(5)),
          std::string(row.text(6))};
}

Result<ApiKeyRecord> key_at(const Statement& row) {
  auto secret = digest_of(row.bytes(1));
  if (!secret) return std::move(secret.error());
  return ApiKeyRecord{std::string(row.text(0)),
                      *secret,
                      OrgId(row.integer(2)),
                      static_cast<identity::Role>(row.integer(3)),
                      identity::Acts::from_bits(static_cast<std::uint64_t>(row.integer(4))),
                      std::string(row.text(5)),
                      instant(row.integer(6)),
                      instant(row.integer(7)),
                      PersonId(row.integer(8)),
                      instant_or_none(row.integer(9)),
                      row.integer(10)};
}

LinkRecord link_at(const Statement& row) {
  const std::int64_t person = row.integer(1);
  return {static_cast<LinkRecord::Kind>(row.integer(0)), person == 0 ? std::nullopt : std::optional(PersonId(person)),
          instant(row.integer(2)), instant_or_none(row.integer(3))};
}

auto by(PersonId person) {
  return [person](Statement& s) { s.bind(1, person.value()); };
}
auto by(const Sha256& digest) {
  return [&digest](Statement& s) { s.bind_bytes(1, bytes_of(digest)); };
}

Status put_totp(Connection& connection, PersonId person, const TotpRecord& totp, const std::vector<Sha256>& recovery) {
  auto done = change(connection,
                     "INSERT INTO totp (person, sealed, used, confirmed) VALUES ($1, $2, $3, $4) ON CONFLICT (person) "
                     "DO UPDATE SET sealed = $2, used = $3, confirmed = $4",
                     [&](Statement& s) {
                       s.bind(1, person.value()).bind_bytes(2, totp.sealed).bind(3, totp.used);
                       s.bind(4, std::int64_t{totp.is_confirmed});
                     });
  if (done) done = change(connection, "DELETE FROM recovery_code WHERE person = $1", by(person));
  for (std::size_t i = 0; done && i < recovery.size(); ++i)
    done = change(connection, "INSERT INTO recovery_code (person, code) VALUES ($1, $2)",
                  [&](Statement& s) { s.bind(1, person.value()).bind_bytes(2, bytes_of(recovery[i])); });
  return done;
}

Status delete_links(Connection& connection, LinkRecord::Kind kind, const std::optional<PersonId>& person) {
  return change(connection, "DELETE FROM login_link WHERE kind = $1 AND person = $2", [&](Statement& s) {
    s.bind(1, static_cast<std::int64_t>(kind)).bind(2, person ? person->value() : 0);
  });
}

Result<std::int64_t> delete_sessions(Connection& connection, PersonId person, const std::string& except) {
  std::int64_t ended = 0;
  auto done = rows(
      connection, "DELETE FROM session WHERE person = $1 AND id <> $2 RETURNING id",
      [&](Statement& s) { s.bind(1, person.value()).bind(2, std::string_view(except)); }, [&](Statement&) { ++ended; });
  if (!done) return std::move(done.error());
  return ended;
}

Status append_with_sessions(Connection& connection, AuditEntry entry, std::int64_t sessions) {
  // An object of the audit's own making, or "".
  const std::string rest = entry.after.empty() ? "}" : "," + entry.after.substr(1);
  entry.after = fmt::format(R"({{"sessions":{}{})", sessions, rest);
  return append_audit(connection, entry);
}

class SqlCredentialStore final : public CredentialStore {
 public:
  explicit SqlCredentialStore(sql::Database& records) : records_(records) {}

  Result<std::optional<PasswordRecord>> password(PersonId person) override;
  Status set_password(PersonId person, const std::string& hash, Instant at, std::size_t kept,
                      const AuditEntry& entry) override;
  Status rehash(PersonId person, const std::string& before, const std::string& hash) override {
    return write("UPDATE password SET hash = $3 WHERE person = $1 AND hash = $2", [&](Statement& s) {
      s.bind(1, person.value()).bind(2, std::string_view(before)).bind(3, std::string_view(hash));
    });
  }

  Result<std::optional<TotpRecord>> totp(PersonId person) override {
    return one<TotpRecord>("SELECT sealed, used, confirmed FROM totp WHERE person = $1", by(person),
                           [](const Statement& row) {
                             return TotpRecord{std::string(row.bytes(0)), row.integer(1), row.integer(2) != 0};
                           });
  }
  Status offer_totp(PersonId person, const TotpRecord& totp) override {
    return records_.write([&](Connection& connection) { return put_totp(connection, person, totp, {}); });
  }
  Status set_totp(PersonId person, const TotpRecord& totp, const std::vector<Sha256>& recovery,
                  const AuditEntry& entry) override {
    return records_.write([&](Connection& connection) -> Status {
      auto done = put_totp(connection, person, totp, recovery);
      return done ? append_audit(connection, entry) : std::move(done);
    });
  }
  Status drop_totp(PersonId person, const AuditEntry& entry) override {
    return records_.write([&](Connection& connection) -> Status {
      auto done = change(connection, "DELETE FROM recovery_code WHERE person = $1", by(person));
      if (!done) return done;
      auto was = touched(connection, "DELETE FROM totp WHERE person = $1 RETURNING person", by(person));
      if (!was) return std::move(was.error());
      return *was ? append_audit(connection, entry) : Status(Done{});
    });
  }
  Result<bool> use_totp(PersonId person, std::int64_t step) override {
    return touch("UPDATE totp SET used = $2 WHERE person = $1 AND used < $2 RETURNING person",
                 [&](Statement& s) { s.bind(1, person.value()).bind(2, step); });
  }
  Result<bool> use_recovery(PersonId person, const Sha256& code) override {
    return touch("DELETE FROM recovery_code WHERE person = $1 AND code = $2 RETURNING person",
                 [&](Statement& s) { s.bind(1, person.value()).bind_bytes(2, bytes_of(code)); });
  }
  Result<std::int64_t> recovery_left(PersonId person) override {
    auto found = one<std::int64_t>("SELECT count(*) FROM recovery_code WHERE person = $1", by(person),
                                   [](const Statement& row) { return row.integer(0); });
    if (!found) return std::move(found.error());
    return found->value_or(0);
  }

  Status add_session(const Sha256& token, const SessionRecord& session, const std::optional<Sha256>& instead,
                     const AuditEntry& entry) override;
  Result<std::optional<SessionRecord>> session(const Sha256& token) override {
    return one<SessionRecord>("SELECT id, person, created, seen, ends, how, client FROM session WHERE token = $1",
                              by(token), session_at);
  }
  Status seen_session(const Sha256& token, Instant at) override {
    return write("UPDATE session SET seen = $2 WHERE token = $1 AND seen < $2",
                 [&](Statement& s) { s.bind_bytes(1, bytes_of(token)).bind(2, micros(at)); });
  }
  Status end_session(const Sha256& token, const AuditEntry& entry) override {
    const auto ended = touch("DELETE FROM session WHERE token = $1 RETURNING id", by(token), &entry);
    return ended ? Status(Done{}) : Status(ended.error());
  }
  Result<std::vector<SessionRecord>> sessions(PersonId person) override {
    return all<SessionRecord>(
        "SELECT id, person, created, seen, ends, how, client FROM session WHERE person = $1 "
        "ORDER BY created DESC, id DESC",
        by(person), [](const Statement& row) { return Result<SessionRecord>(session_at(row)); });
  }
  Result<bool> end_session(PersonId person, const std::string& id, const AuditEntry& entry) override {
    return touch(
        "DELETE FROM session WHERE person = $1 AND id = $2 RETURNING id",
        [&](Statement& s) { s.bind(1, person.value()).bind(2, std::string_view(id)); }, &entry);
  }
  Result<std::int64_t> end_sessions(PersonId person, const std::string& except, const AuditEntry* entry) override;
  Result<std::int64_t> end_all(PersonId person, const AuditEntry& entry) override;

  Status add(const ApiKeyRecord& key, const AuditEntry& entry) override;
  Result<std::optional<ApiKeyRecord>> key(const std::string& id) override;
  Result<std::vector<ApiKeyRecord>> keys(OrgId org, const std::string& after, std::size_t limit) override {
    return all<ApiKeyRecord>(
        std::string("SELECT ") + kKey + " WHERE org = $1 AND id > $2 ORDER BY id LIMIT $3",
        [&](Statement& s) {
          s.bind(1, org.value()).bind(2, std::string_view(after));
          s.bind(3, static_cast<std::int64_t>(limit));
        },
        key_at);
  }
  Result<bool> revoke_key(const std::string& id, Instant at, const AuditEntry& entry) override {
    return touch(
        "UPDATE api_key SET revoked = $2 WHERE id = $1 AND revoked = 0 RETURNING id",
        [&](Statement& s) { s.bind(1, std::string_view(id)).bind(2, micros(at)); }, &entry);
  }
  Status used_key(const std::string& id, std::int64_t day) override {
    return write("UPDATE api_key SET used_day = $2 WHERE id = $1 AND used_day < $2",
                 [&](Statement& s) { s.bind(1, std::string_view(id)).bind(2, day); });
  }

  Status add(const Sha256& link, const LinkRecord& record, const AuditEntry& entry) override;
  Result<std::optional<LinkRecord>> link(const Sha256& link) override {
    return one<LinkRecord>("SELECT kind, person, expires, used FROM login_link WHERE link = $1", by(link), link_at);
  }
  Result<bool> use_link(const Sha256& link, Instant at) override {
    return touch("UPDATE login_link SET used = $2 WHERE link = $1 AND used = 0 AND expires > $2 RETURNING kind",
                 [&](Statement& s) { s.bind_bytes(1, bytes_of(link)).bind(2, micros(at)); });
  }
  Status give_back_link(const Sha256& link) override {
    return write("UPDATE login_link SET used = 0 WHERE link = $1", by(link));
  }
  Status drop_links(LinkRecord::Kind kind, const std::optional<PersonId>& person) override {
    return records_.write([&](Connection& connection) { return delete_links(connection, kind, person); });
  }

  Result<std::optional<Instant>> charge(const std::vector<AttemptKey>& keys, Instant now) override {
    return charge_attempts(records_, keys, now);
  }
  Status forgive(const std::vector<AttemptKey>& keys) override { return lower_attempts(records_, keys, true); }
  Status take_back(const std::vector<AttemptKey>& keys) override { return lower_attempts(records_, keys, false); }
  Status sweep(Instant now, Instant seen_before) override;

 private:
  static constexpr const char* kKey =
      "id, secret, org, role, acts, name, made, expires, made_by, revoked, used_day FROM api_key";

  template <class Bind>
  Status write(std::string_view query, Bind bind) {
    return records_.write([&](Connection& connection) { return change(connection, query, bind); });
  }
  // `entry`: written if a row was touched; nullptr: none.
  template <class Bind>
  Result<bool> touch(std::string_view query, Bind bind, const AuditEntry* entry = nullptr) {
    bool any = false;
    auto done = records_.write([&](Connection& connection) -> Status {
      auto found = touched(connection, query, bind);
      if (!found) return std::move(found.error());
      any = *found;
      return any ? append_audit(connection, entry) : Status(Done{});
    });
    if (!done) return std::move(done.error());
    return any;
  }
  template <class Record, class Bind, class Take>
  Result<std::optional<Record>> one(std::string_view query, Bind bind, Take take) {
    std::optional<Record> found;
    auto done = records_.read([&](Connection& connection) {
      found.reset();
      return rows(connection, query, bind, [&](Statement& row) { found = take(row); });
    });
    if (!done) return std::move(done.error());
    return found;
  }
  // `take` gives a Result.
  template <class Record, class Bind, class Take>
  Result<std::vector<Record>> all(std::string_view query, Bind bind, Take take) {
    std::vector<Record> found;
    std::optional<Error> damaged;
    auto done = records_.read([&](Connection& connection) {
      found.clear();
      return rows(connection, query, bind, [&](Statement& row) {
        auto record = take(row);
        if (record)
          found.push_back(std::move(*record));
        else
          damaged = std::move(record.error());
      });
    });
    if (!done) return std::move(done.error());
    if (damaged) return std::move(*damaged);
    return found;
  }

  sql::Database& records_;
};

Result<std::optional<PasswordRecord>> SqlCredentialStore::password(PersonId person) {
  std::optional<PasswordRecord> found;
  auto done = records_.read([&](Connection& connection) -> Status {
    found.reset();
    auto read =
        rows(connection, "SELECT hash, set_at FROM password WHERE person = $1", by(person), [&](Statement& row) {
          found = PasswordRecord{std::string(row.text(0)), instant(row.integer(1)), {}};
        });
    if (!read || !found) return read;
    return rows(connection, "SELECT hash FROM password_earlier WHERE person = $1 ORDER BY number DESC", by(person),
                [&](Statement& row) { found->earlier.emplace_back(row.text(0)); });
  });
  if (!done) return std::move(done.error());
  return found;
}

Status SqlCredentialStore::set_password(PersonId person, const std::string& hash, Instant at, std::size_t kept,
                                        const AuditEntry& entry) {
  return records_.write([&](Connection& connection) -> Status {
    auto done = change(connection,
                       "INSERT INTO password_earlier (person, number, hash) SELECT p.person, coalesce((SELECT "
                       "max(e.number) FROM password_earlier e WHERE e.person = p.person), 0) + 1, p.hash FROM password "
                       "p WHERE p.person = $1",
                       by(person));
    if (done)
      done = change(connection,
                    "DELETE FROM password_earlier WHERE person = $1 AND number <= (SELECT max(number) FROM "
                    "password_earlier WHERE person = $1) - $2",
                    [&](Statement& s) { s.bind(1, person.value()).bind(2, static_cast<std::int64_t>(kept)); });
    if (done)
      done =
          change(connection,
                 "INSERT INTO password (person, hash, set_at) VALUES ($1, $2, $3) ON CONFLICT (person) DO UPDATE "
                 "SET hash = $2, set_at = $3",
                 [&](Statement& s) { s.bind(1, person.value()).bind(2, std::string_view(hash)).bind(3, micros(at)); });
    return done ? append_audit(connection, entry) : std::move(done);
  });
}

Status SqlCredentialStore::add_session(const Sha256& token, const SessionRecord& session,
                                       const std::optional<Sha256>& instead, const AuditEntry& entry) {
  return records_.write([&](Connection& connection) -> Status {
    if (instead) {
      if (auto done = change(connection, "DELETE FROM session WHERE token = $1", by(*instead)); !done) return done;
    }
    auto done =
        change(connection,
               "INSERT INTO session (token, id, person, created, seen, ends, how, client) VALUES ($1, $2, $3, $4, $5, "
               "$6, $7, $8)",
               [&](Statement& s) {
                 s.bind_bytes(1, bytes_of(token)).bind(2, std::string_view(session.id));
                 s.bind(3, session.person.value()).bind(4, micros(session.created)).bind(5, micros(session.seen));
                 s.bind(6, micros(session.ends)).bind(7, static_cast<std::int64_t>(session.how));
                 s.bind(8, std::string_view(session.from));
               });
    return done ? append_audit(connection, entry) : std::move(done);
  });
}

Result<std::int64_t> SqlCredentialStore::end_sessions(PersonId person, const std::string& except,
                                                      const AuditEntry* entry) {
  std::int64_t ended = 0;
  auto done = records_.write([&](Connection& connection) -> Status {
    auto count = delete_sessions(connection, person, except);
    if (!count) return std::move(count.error());
    ended = *count;
    return ended == 0 || entry == nullptr ? Status(Done{}) : append_with_sessions(connection, *entry, ended);
  });
  if (!done) return std::move(done.error());
  return ended;
}

Result<std::int64_t> SqlCredentialStore::end_all(PersonId person, const AuditEntry& entry) {
  std::int64_t ended = 0;
  auto done = records_.write([&](Connection& connection) -> Status {
    auto count = delete_sessions(connection, person, "");
    if (!count) return std::move(count.error());
    ended = *count;
    auto dropped = delete_links(connection, LinkRecord::Kind::kPassword, person);
    return dropped ? append_with_sessions(connection, entry, ended) : std::move(dropped);
  });
  if (!done) return std::move(done.error());
  return ended;
}

Status SqlCredentialStore::add(const ApiKeyRecord& key, const AuditEntry& entry) {
  return records_.write([&](Connection& connection) -> Status {
    auto done = change(
        connection,
        "INSERT INTO api_key (id, secret, org, role, acts, name, made, expires, made_by, revoked, used_day) VALUES "
        "($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
        [&](Statement& s) {
          s.bind(1, std::string_view(key.id)).bind_bytes(2, bytes_of(key.secret)).bind(3, key.org.value());
          s.bind(4, static_cast<std::int64_t>(key.role)).bind(5, static_cast<std::int64_t>(key.acts.bits()));
          s.bind(6, std::string_view(key.name)).bind(7, micros(key.made)).bind(8, micros(key.expires));
          s.bind(9, key.made_by.value()).bind(10, micros(key.revoked)).bind(11, key.used_day);
        });
    return done ? append_audit(connection, entry) : std::move(done);
  });
}

Status SqlCredentialStore::add(const Sha256& link, const LinkRecord& record, const AuditEntry& entry) {
  return records_.write([&](Connection& connection) -> Status {
    auto done = delete_links(connection, record.kind, record.person);
    if (done)
      done =
          change(connection, "INSERT INTO login_link (link, kind, person, expires, used) VALUES ($1, $2, $3, $4, $5)",
                 [&](Statement& s) {
                   s.bind_bytes(1, bytes_of(link)).bind(2, static_cast<std::int64_t>(record.kind));
                   s.bind(3, record.person ? record.person->value() : 0).bind(4, micros(record.expires));
                   s.bind(5, micros(record.used));
                 });
    return done ? append_audit(connection, entry) : std::move(done);
  });
}

Result<std::optional<ApiKeyRecord>> SqlCredentialStore::key(const std::string& id) {
  auto found = all<ApiKeyRecord>(
      std::string("SELECT ") + kKey + " WHERE id = $1", [&](Statement& s) { s.bind(1, std::string_view(id)); }, key_at);
  if (!found) return std::move(found.error());
  return found->empty() ? std::optional<ApiKeyRecord>() : std::optional(std::move(found->front()));
}

Status SqlCredentialStore::sweep(Instant now, Instant seen_before) {
  return records_.write([&](Connection& connection) -> Status {
    auto done = change(connection, "DELETE FROM session WHERE ends <= $1 OR seen < $2",
                       [&](Statement& s) { s.bind(1, micros(now)).bind(2, micros(seen_before)); });
    if (done)
      done = change(connection, "DELETE FROM login_failure WHERE last < $1",
                    [&](Statement& s) { s.bind(1, micros(now) - kKeptAfterQuiet); });
    if (!done) return done;
    return change(connection, "DELETE FROM login_link WHERE expires < $1",
                  [&](Statement& s) { s.bind(1, micros(now) - kKeptAfterQuiet); });
  });
}

}  // namespace

std::unique_ptr<CredentialStore> make_credential_store(sql::Database& records) {
  return std::make_unique<SqlCredentialStore>(records);
}

}  // namespace suyuan
