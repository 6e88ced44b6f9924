// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "domain/identity/principal.h"

// Who did what, when, from where, why, and what it was before and after: entries that are only ever added.
// What has one, what has none and why: docs/audit.md.
namespace suyuan {

enum class AuditOutcome : std::uint8_t { kAllowed = 1, kRefused = 2, kFailed = 3 };  // stored; never renumber

struct AuditEntry {
  std::int64_t id = 0;  // given by the store: 1, 2, 3 … without gaps, in the order of the commits
  Instant at;
  std::optional<PersonId> person = {};  // nothing: nobody who is known
  OrgId org{1};
  Jurisdiction jurisdiction = {};
  identity::Via via = identity::Via::kNobody;
  std::string credential = {};                // public id of the session or key; never the secret
  std::string from = {};                      // address
  std::string act = {};                       // "mark.lift": an act, or a finer word for one
  std::string target_kind = {}, target = {};  // "mark" and its id
  AuditOutcome outcome = AuditOutcome::kAllowed;
  std::string reason = {};         // of who acted, or of who refused
  std::string before, after = {};  // JSON objects or ""; masked fields as salted hashes
  std::string salt = {};           // bytes; of this entry's hashes
  std::string trace_id = {};
  std::string emergency = {};  // under which it was read
  friend bool operator==(const AuditEntry&, const AuditEntry&) = default;
};

class AuditStore {
 public:
  virtual ~AuditStore() = default;

  // All of them or none; durable on return. For what no store writes together with its own change.
  virtual Status append(const std::vector<AuditEntry>& entries) = 0;

  // Newest first, by time and then number.
  struct Place {
    Instant at;
    std::int64_t id = 0;
    friend bool operator==(const Place&, const Place&) = default;
  };
  struct Search {
    std::optional<std::vector<OrgId>> orgs = {};      // nothing: of everybody
    Instant from = kInstantMin, until = kInstantMax;  // [from, until)
    std::optional<std::int64_t> person = {};          // 0: nobody who is known
    std::string act, target_kind, target = {};        // "": any
    std::optional<AuditOutcome> outcome = {};
    std::string text = {};             // somewhere in the reason; letters of ASCII in either case
    std::optional<Place> before = {};  // from the last answer
    std::size_t limit = 100;           // entries in the answer
    std::size_t look_at = 50'000;      // entries looked at for it
  };
  struct Page {
    std::vector<AuditEntry> entries;
    std::optional<Place> next;  // go on here; nothing: that was all. There may be a `next` and no entries.
  };
  virtual Result<Page> search(const Search& search) = 0;

  // Deletes at most `most` entries from before `until`, of those that are 183 days old at least and not what evidence
  // rests on (kEvidenceAdd), and appends `note` (its `after` becomes {"entries": how many, "before": until}) when any
  // went. How many went.
  virtual Result<std::int64_t> prune(Instant until, std::size_t most, AuditEntry note) = 0;
};

}  // namespace suyuan
