// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <mutex>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "app/audit/refusals.h"
#include "app/identity/permit.h"
#include "app/operation/log.h"
#include "app/ports/audit_store.h"

// Writing down who did what. What has an entry, what has none and why: docs/audit.md.
namespace suyuan {

struct AuditTarget {
  std::string kind, id;
};

// One value of a thing, before or after a change. A masked one is kept as "sha256:…" of salt, name and value.
struct AuditField {
  std::string name, value;
  bool is_masked = false;
};

// An entry of what somebody does, for the store to write with the change. Texts are cut, and their control characters
// shown, so that none can forge a line or a field wherever they are shown.
AuditEntry audit_entry(const identity::Principal& who, std::string_view act, const AuditTarget& target,
                       std::string_view reason, Instant now);
AuditEntry audit_entry(const Granted& who, std::string_view act, const AuditTarget& target, std::string_view reason,
                       Instant now);
// The same with what it was and what it is; an empty list leaves the side "".
AuditEntry with_fields(AuditEntry entry, std::span<const AuditField> before, std::span<const AuditField> after);
// What of a thing differs, before and after.
struct AuditChange {
  std::vector<AuditField> before, after;
};
AuditChange change_between(const std::vector<AuditField>& before, const std::vector<AuditField>& after);
// Of a change of an organisation, or of somebody or something of it. The entry is that organisation's, so that its own
// auditors see it as well as those above, where whoever may change it belongs; `after` names for whom they acted.
AuditEntry entry_about(const Granted& who, std::string_view act, const AuditTarget& target, OrgId org,
                       Jurisdiction jurisdiction, AuditChange change, std::string_view reason, Instant now);
// Whether the masked field of an entry's JSON (before or after) had this value.
bool had_value(const AuditEntry& entry, const std::string& json, const AuditField& field);

// For what no record store writes together with a change of its own. Threads: any.
class Audit {
 public:
  Audit(AuditStore& store, Clock& clock, Log& log) : store_(store), clock_(clock), log_(log) {}

  // Durable on return. Whoever cannot record does not answer either: return the error.
  Status record(const AuditEntry& entry) { return store_.append({entry}); }

  // A refusal by the gate, or a sign-in that failed: kept in memory until flush(), some of each origin in a minute one
  // by one, the rest as a count (RefusalTally).
  void refused(const identity::Principal& who, std::string_view act, const AuditTarget& target, const Error& why);
  // `login`: what was typed, kept as a hash only: people type passwords there. `whose`: of the account, if there is
  // one; the entry is its organisation's.
  void sign_in_failed(const identity::Principal& who, std::string_view login, const std::optional<Actor>& whose,
                      const Error& why);
  // Masked fields of somebody are about to be shown. `fields`: their names, never their values. Errors: kInvalid
  // "audit.purpose" when no purpose is given; those of the store; nothing is shown without an entry.
  Status personal_read(const Granted& who, const AuditTarget& subject, std::span<const std::string> fields,
                       std::string_view purpose, std::string_view case_id);
  // Something is about to be read under an emergency. Errors as before.
  Status read_in_emergency(const identity::Principal& who, std::string_view act, const AuditTarget& target);

  // Writes the refusals that wait. What cannot be written stays for the next time, up to a bound.
  Status flush();

 private:
  AuditStore& store_;
  Clock& clock_;
  Log& log_;
  std::mutex mutex_;
  RefusalTally refusals_;
};

// Deletes entries older than `keep_days` (at least 183) and notes how many as an entry. How many went.
Result<std::int64_t> prune_audit(AuditStore& store, int keep_days, Clock& clock);
inline constexpr int kAuditDaysLeast = 183;  // 网络安全法 第二十三条 (三): six months

}  // namespace suyuan
