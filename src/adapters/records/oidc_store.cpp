// SPDX-License-Identifier: Apache-2.0
#include "adapters/records/oidc_store.h"

#include "adapters/records/audit_store.h"
#include "adapters/records/statements.h"

namespace suyuan {

namespace {

using namespace records;

class SqlOidcStore final : public OidcStore {
 public:
  explicit SqlOidcStore(sql::Database& records) : records_(records) {}

  Status keep(const OidcState& state, Instant now, std::size_t most) override {
    return records_.write([&](Connection& connection) -> Status {
      if (auto done = change(connection, "DELETE FROM oidc_state WHERE until <= $1",
                             [&](Statement& s) { s.bind(1, micros(now)); });
          !done)
        return done;
      // `most` of them with the new one: those before the newest `most` - 1 go.
      if (auto done = change(connection,
                             "DELETE FROM oidc_state WHERE until <= (SELECT until FROM oidc_state ORDER BY until DESC "
                             "LIMIT 1 OFFSET $1)",
                             [&](Statement& s) { s.bind(1, static_cast<std::int64_t>(most) - 1); });
          !done)
        return done;
      return change(connection,
                    "INSERT INTO oidc_state (state, browser, nonce, verifier, return_path, until) VALUES ($1, $2, $3, "
                    "$4, $5, $6)",
                    [&](Statement& s) {
                      s.bind_bytes(1, state.state).bind_bytes(2, state.browser);
                      s.bind(3, std::string_view(state.nonce)).bind(4, std::string_view(state.verifier));
                      s.bind(5, std::string_view(state.return_path)).bind(6, micros(state.until));
                    });
    });
  }

  Result<std::optional<OidcState>> take(const std::string& state, const std::string& browser) override {
    std::optional<OidcState> taken;
    auto done = records_.write([&](Connection& connection) {
      taken.reset();
      return rows(
          connection,
          "DELETE FROM oidc_state WHERE state = $1 AND browser = $2 RETURNING nonce, verifier, return_path, until",
          [&](Statement& s) { s.bind_bytes(1, state).bind_bytes(2, browser); },
          [&](Statement& row) {
            taken = OidcState{state,
                              browser,
                              std::string(row.text(0)),
                              std::string(row.text(1)),
                              std::string(row.text(2)),
                              instant(row.integer(3))};
          });
    });
    if (!done) return std::move(done.error());
    return taken;
  }

  Result<std::optional<PersonId>> person_of(const std::string& issuer, const std::string& subject) override {
    std::optional<PersonId> found;
    auto done = records_.read([&](Connection& connection) { return find(connection, issuer, subject, found); });
    if (!done) return std::move(done.error());
    return found;
  }

  Status link(const OidcLink& link, PersonId by, Instant now, const AuditEntry& entry) override {
    return records_.write([&](Connection& connection) -> Status {
      const auto is_new =
          touched(connection,
                  "INSERT INTO oidc_identity (issuer, subject, person, linked, linked_by) VALUES ($1, $2, $3, $4, $5) "
                  "ON CONFLICT (issuer, subject) DO NOTHING RETURNING person",
                  [&](Statement& s) {
                    s.bind(1, std::string_view(link.issuer)).bind_bytes(2, link.subject);
                    s.bind(3, link.person.value()).bind(4, micros(now)).bind(5, by.value());
                  });
      if (!is_new) return is_new.error();
      if (*is_new) return append_audit(connection, entry);
      std::optional<PersonId> found;
      if (auto done = find(connection, link.issuer, link.subject, found); !done) return done;
      if (found == link.person) return Done{};
      return Error{ErrorKind::kConflict, "oidc.linked",
                   "This subject of that provider is linked to another person already. Take that link away first, if "
                   "it is wrong."};
    });
  }

  Result<bool> unlink(const OidcLink& link, const AuditEntry& entry) override {
    bool gone = false;
    auto done = records_.write([&](Connection& connection) -> Status {
      auto any = touched(
          connection, "DELETE FROM oidc_identity WHERE issuer = $1 AND subject = $2 AND person = $3 RETURNING person",
          [&](Statement& s) {
            s.bind(1, std::string_view(link.issuer)).bind_bytes(2, link.subject);
            s.bind(3, link.person.value());
          });
      if (!any) return std::move(any.error());
      gone = *any;
      return gone ? append_audit(connection, entry) : Status(Done{});
    });
    if (!done) return std::move(done.error());
    return gone;
  }

 private:
  static Status find(Connection& connection, const std::string& issuer, const std::string& subject,
                     std::optional<PersonId>& found) {
    return rows(
        connection, "SELECT person FROM oidc_identity WHERE issuer = $1 AND subject = $2",
        [&](Statement& s) { s.bind(1, std::string_view(issuer)).bind_bytes(2, subject); },
        [&](Statement& row) { found = PersonId(row.integer(0)); });
  }

  sql::Database& records_;
};

}  // namespace

std::unique_ptr<OidcStore> make_oidc_store(sql::Database& records) { return std::make_unique<SqlOidcStore>(records); }

}  // namespace suyuan
