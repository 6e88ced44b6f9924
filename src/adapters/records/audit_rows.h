// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "adapters/records/statements.h"
#include "app/ports/audit_store.h"

namespace suyuan::records {

inline constexpr std::string_view kAuditColumns =
    "id, at, person, org, jurisdiction, via, credential, address, act, target_kind, target, outcome, reason, before, "
    "after, salt, trace_id, emergency";

inline AuditEntry audit_entry_of(const Statement& row) {
  AuditEntry entry;
  entry.id = row.integer(0);
  entry.at = instant(row.integer(1));
  if (row.integer(2) != 0) entry.person = PersonId(row.integer(2));
  entry.org = OrgId(row.integer(3));
  entry.jurisdiction.division = static_cast<std::int32_t>(row.integer(4));
  entry.via = static_cast<identity::Via>(row.integer(5));
  entry.credential = row.text(6);
  entry.from = row.text(7);
  entry.act = row.text(8);
  entry.target_kind = row.text(9);
  entry.target = row.text(10);
  entry.outcome = static_cast<AuditOutcome>(row.integer(11));
  entry.reason = row.text(12);
  entry.before = row.text(13);
  entry.after = row.text(14);
  entry.salt = row.bytes(15);
  entry.trace_id = row.text(16);
  entry.emergency = row.text(17);
  return entry;
}

}  // namespace suyuan::records
