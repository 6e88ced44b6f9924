// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "app/ports/audit_store.h"
#include "base/result.h"
#include "base/time.h"
#include "domain/credential/attempts.h"
#include "domain/identity/act.h"
#include "domain/identity/actor.h"
#include "domain/identity/role.h"
#include "engine/digest/sha256.h"

// What people and programs prove themselves with. Of tokens, keys and links only SHA-256 is kept. `entry`: of the
// audit, written with the change, and only if there is one. Threads: any.
namespace suyuan {

struct PasswordRecord {
  std::string hash;  // Argon2id, as text
  Instant set_at;
  std::vector<std::string> earlier;  // hashes, newest first
};

struct TotpRecord {
  std::string sealed;         // the secret
  std::int64_t used = 0;      // the last time step whose code was taken
  bool is_confirmed = false;  // a first code of it was right
};

struct SessionRecord {
  // stored; never renumber. kProvider: an OpenID provider, which answers for the factors
  enum class How : std::uint8_t { kPassword = 1, kPasswordAndCode = 2, kProvider = 3 };
  std::string id;  // public: for lists and the audit
  PersonId person{1};
  Instant created, seen, ends;  // seen: written at most once a minute
  How how = How::kPassword;
  std::string from = {};  // address of the client that signed in
  friend bool operator==(const SessionRecord&, const SessionRecord&) = default;
};

struct ApiKeyRecord {
  std::string id;   // public, part of the key
  Sha256 secret{};  // SHA-256 of the other part
  OrgId org{1};
  identity::Role role = identity::Role::kPublic;
  identity::Acts acts;
  std::string name;  // what it is for
  Instant made, expires;
  PersonId made_by{1};
  std::optional<Instant> revoked = {};
  std::int64_t used_day = 0;  // the last day (of China) that it was used on, days since 1970; 0: never
  friend bool operator==(const ApiKeyRecord&, const ApiKeyRecord&) = default;
};

struct LinkRecord {
  enum class Kind : std::uint8_t { kSetUp = 1, kPassword = 2 };  // stored; never renumber
  Kind kind = Kind::kSetUp;
  std::optional<PersonId> person = {};  // whose password it sets
  Instant expires;
  std::optional<Instant> used = {};
  friend bool operator==(const LinkRecord&, const LinkRecord&) = default;
};

// What failed attempts are counted by.
struct AttemptKey {
  enum class By : std::uint8_t {  // stored; never renumber
    kAccountAndAddress = 1,
    kAddress = 2,
    kAccount = 3,
    kDevice = 4
  };
  By by = By::kAddress;
  Sha256 what{};  // of login, address, device: what people type into a login field may be a password
  credential::AttemptRule rule = {};
};

class CredentialStore {
 public:
  virtual ~CredentialStore() = default;

  virtual Result<std::optional<PasswordRecord>> password(PersonId person) = 0;
  // The one before it joins the earlier ones, of which `kept` stay.
  virtual Status set_password(PersonId person, const std::string& hash, Instant at, std::size_t kept,
                              const AuditEntry& entry) = 0;
  // The same password under another cost: nothing but the hash changes, and only if it is still `before`.
  virtual Status rehash(PersonId person, const std::string& before, const std::string& hash) = 0;

  virtual Result<std::optional<TotpRecord>> totp(PersonId person) = 0;
  // In place of what was there, to be confirmed: nothing changes for signing in.
  virtual Status offer_totp(PersonId person, const TotpRecord& totp) = 0;
  // The same for good; with recovery codes, which replace the earlier ones.
  virtual Status set_totp(PersonId person, const TotpRecord& totp, const std::vector<Sha256>& recovery,
                          const AuditEntry& entry) = 0;
  virtual Status drop_totp(PersonId person, const AuditEntry& entry) = 0;
  // False: that step or a later one was taken already.
  virtual Result<bool> use_totp(PersonId person, std::int64_t step) = 0;
  // False: there is no such recovery code, or it was used.
  virtual Result<bool> use_recovery(PersonId person, const Sha256& code) = 0;
  virtual Result<std::int64_t> recovery_left(PersonId person) = 0;

  // `instead`: a session (its token's hash) that ends in the same moment.
  virtual Status add_session(const Sha256& token, const SessionRecord& session, const std::optional<Sha256>& instead,
                             const AuditEntry& entry) = 0;
  virtual Result<std::optional<SessionRecord>> session(const Sha256& token) = 0;
  virtual Status seen_session(const Sha256& token, Instant at) = 0;
  virtual Status end_session(const Sha256& token, const AuditEntry& entry) = 0;
  // Of one person, newest first.
  virtual Result<std::vector<SessionRecord>> sessions(PersonId person) = 0;
  // False: the person has no such session.
  virtual Result<bool> end_session(PersonId person, const std::string& id, const AuditEntry& entry) = 0;
  // All of that person but `except` (a public id; "": none stays). Returns how many; so does the `after` of the entry.
  // nullptr: another entry tells of it already.
  virtual Result<std::int64_t> end_sessions(PersonId person, const std::string& except, const AuditEntry* entry) = 0;
  // All of that person and the links to set the password by. Returns how many sessions. The entry is written whatever
  // there was to end.
  virtual Result<std::int64_t> end_all(PersonId person, const AuditEntry& entry) = 0;

  virtual Status add(const ApiKeyRecord& key, const AuditEntry& entry) = 0;
  virtual Result<std::optional<ApiKeyRecord>> key(const std::string& id) = 0;
  // By id, which is the order in which they were made.
  virtual Result<std::vector<ApiKeyRecord>> keys(OrgId org, const std::string& after, std::size_t limit) = 0;
  // False: it was revoked already, or there is none.
  virtual Result<bool> revoke_key(const std::string& id, Instant at, const AuditEntry& entry) = 0;
  virtual Status used_key(const std::string& id, std::int64_t day) = 0;

  // In place of earlier ones of that kind and person.
  virtual Status add(const Sha256& link, const LinkRecord& record, const AuditEntry& entry) = 0;
  virtual Result<std::optional<LinkRecord>> link(const Sha256& link) = 0;
  // False: used already, or expired. Of two at once, one gets it.
  virtual Result<bool> use_link(const Sha256& link, Instant at) = 0;
  // What it was used for failed.
  virtual Status give_back_link(const Sha256& link) = 0;
  // Those that would open nothing any more.
  virtual Status drop_links(LinkRecord::Kind kind, const std::optional<PersonId>& person) = 0;

  // Counts a failure by each of these before the attempt is judged, so that many at once are not free. Returns when the
  // next attempt is heard, and counts nothing, while one of them makes it wait.
  virtual Result<std::optional<Instant>> charge(const std::vector<AttemptKey>& keys, Instant now) = 0;
  // The attempt was none that failed: by account and address, or by device, all is forgotten, by the others one.
  virtual Status forgive(const std::vector<AttemptKey>& keys) = 0;
  // It was right as far as it went: it alone counts no more, those before it do. Else a right password would pay for
  // guesses of the code.
  virtual Status take_back(const std::vector<AttemptKey>& keys) = 0;

  // Takes away what is over: sessions idle since `seen_before` or past their end, links and counts that are old.
  virtual Status sweep(Instant now, Instant seen_before) = 0;
};

}  // namespace suyuan
