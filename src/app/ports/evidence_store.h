// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "app/ports/audit_store.h"
#include "base/result.h"
#include "base/time.h"
#include "domain/codes/identity.h"
#include "domain/identity/actor.h"
#include "engine/digest/sha256.h"
#include "engine/digest/sm3.h"

namespace suyuan {

// A file that shows something of what its codes name. docs/evidence.md
struct Evidence {
  std::string id;  // UUIDv7
  Instant at;
  Actor by = local_actor();            // who handed it in
  std::vector<codes::Identity> about;  // each once, in the order in which they were given
  std::string media_type;
  std::int64_t size = 0;  // of what was handed in, as the hashes
  Sha256 sha256{};
  Sm3 sm3{};
  std::int64_t key = 0;  // that sealed it; of SubjectSeal
  std::string sealed_name, sealed_note;
  Sha256 file{};  // of the sealed file: its name among EvidenceFiles
  struct Withdrawal {
    Instant at;
    Actor by = local_actor();
    std::string why;
  };
  std::optional<Withdrawal> withdrawn = {};
};

// Each change with its entry of the audit in one transaction. Threads: any.
class EvidenceStore {
 public:
  virtual ~EvidenceStore() = default;

  virtual Status add(const Evidence& evidence, const AuditEntry& entry) = 0;
  virtual Result<std::optional<Evidence>> evidence(const std::string& id) = 0;
  // By id, which is the order in which they were handed in. `about`: of this code only.
  virtual Result<std::vector<Evidence>> list(const std::optional<codes::Identity>& about, const std::string& after,
                                             std::size_t limit) = 0;
  // What the organisation handed in with this content, by id.
  virtual Result<std::vector<Evidence>> same(OrgId org, const Sha256& content) = 0;
  // Once. Errors: kNotFound "evidence.unknown"; kConflict "evidence.withdrawn".
  virtual Status withdraw(const std::string& id, const Evidence::Withdrawal& withdrawal, const AuditEntry& entry) = 0;

  // For verification: the entry under which it was handed in, nothing when there is none; and what entries name that
  // has no row, at most `limit` of them.
  virtual Result<std::optional<AuditEntry>> entry_of(const std::string& id) = 0;
  virtual Result<std::vector<std::string>> without_row(std::size_t limit) = 0;
};

inline constexpr std::string_view kEvidenceAdd = "evidence.add";  // the act of those entries, which are never pruned

// As keys and erasures name it: "evidence/0197…". No event id and no code is of that shape.
std::string evidence_subject(std::string_view id);
Error no_evidence(std::string_view id);  // kNotFound "evidence.unknown"

}  // namespace suyuan
