// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "app/identity/permit.h"
#include "app/ports/audit_store.h"

// What auditors ask of the audit. A search is audited itself, before it is answered.
namespace suyuan {

// All of it outlives the calls.
struct AuditServices {
  AuditStore& store;
  Clock& clock;
};

// An empty text or a missing value asks nothing.
struct AuditQuestion {
  std::optional<Instant> from, until;             // [from, until)
  std::optional<std::int64_t> person;             // 0: nobody who is known
  std::string act, target_kind, target, outcome;  // a target needs its kind; "allowed", "refused", "failed"
  std::string text;                               // somewhere in the reason, at most 200 bytes
  std::string token;                              // "" for the first page
  std::size_t limit = 100;                        // 1..1000
};

struct AuditAnswer {
  std::vector<AuditEntry> entries;  // newest first; number 0 where numbers would tell how much others do
  std::string next_token;           // "" when that was all; there may be a token and no entries
};

// Entries of the organisation and those below it.
// Errors: kInvalid "audit.question", "audit.token"; those of the store.
Result<AuditAnswer> search_audit(const Permit<identity::Act::kAuditRead>& permit, const AuditQuestion& question,
                                 const AuditServices& services);
// All pages from `question` on, one line for each entry, as UTF-8 with a mark that spreadsheets read 中文 by; no cell
// is a formula.
Status audit_csv(const Permit<identity::Act::kAuditRead>& permit, AuditQuestion question, const AuditServices& services,
                 const std::function<void(std::string_view)>& write);

std::string_view outcome_word(AuditOutcome outcome);
std::string audit_json(const AuditAnswer& answer);  // {"entries": […], "next": "…" or null}; hashes without their salt
std::string audit_csv_head();
std::string audit_csv_lines(const AuditAnswer& answer);
std::string audit_text(const AuditAnswer& answer, bool english);

}  // namespace suyuan
