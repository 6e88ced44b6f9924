// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "app/audit/audit.h"
#include "app/identity/permit.h"
#include "app/ports/evidence_files.h"
#include "app/ports/evidence_store.h"
#include "app/ports/subject_seal.h"
#include "base/time.h"

// Files that show something of a thing, a lot, a place or a party: handed in, kept, given out, withdrawn.
// docs/evidence.md
namespace suyuan {

// All of it outlives the calls.
struct EvidenceServices {
  EvidenceStore& store;
  EvidenceFiles& files;
  SubjectSeal& seal;
  Clock& clock;
  std::size_t bytes_max = kEvidenceBytes;  // of one file
  static constexpr std::size_t kEvidenceBytes = 16U << 20U;
};

struct NewEvidence {
  std::vector<codes::Identity> about;  // 1..20
  std::string media_type;              // as its sender says; "" or application/octet-stream: whatever it is
  std::string name;                    // of the file, 1..200 characters, no path
  std::string note;                    // what it shows, at most 1000 characters
  std::string bytes;                   // 1..EvidenceServices::bytes_max
};

// As the caller may see it.
struct EvidenceView {
  Evidence evidence;
  // Nothing: it was erased.
  struct Words {
    std::string name, note;
  };
  std::optional<Words> words;
};

struct HandedIn {
  EvidenceView view;
  bool is_repeated = false;  // the same bytes about the same codes were there: that one, with the name it had
};

// The file is on the disk before the record is committed; on return both are. Errors: kInvalid "evidence.about",
// "evidence.name", "evidence.note", "evidence.empty", "evidence.type" (it is no file of a kind that is taken, or
// another than was said); kTooLarge "evidence.too_large"; kInternal "evidence.disk"; those of SubjectSeal and of the
// store.
Result<HandedIn> add_evidence(const Permit<identity::Act::kEvidenceAdd>& permit, NewEvidence given,
                              const EvidenceServices& services);

struct EvidencePage {
  std::vector<EvidenceView> all;
  std::string next;  // "" when that was all; there may be a `next` and none
};
// By id, which is the order in which they were handed in. Errors: kInvalid "evidence.limit" (1..1000).
Result<EvidencePage> list_evidence(const Permit<identity::Act::kEvidenceRead>& permit,
                                   const std::optional<codes::Identity>& about, const std::string& after,
                                   std::size_t limit, const EvidenceServices& services);
// Errors: kNotFound "evidence.unknown".
Result<EvidenceView> view_evidence(const Permit<identity::Act::kEvidenceRead>& permit, const std::string& id,
                                   const EvidenceServices& services);

struct EvidenceFile {
  EvidenceView view;
  std::string bytes;  // as they were handed in, compared with both hashes
};
// In the audit before anything is given: a photograph may show people. Errors: kNotFound "evidence.unknown",
// "evidence.erased"; kCorrupt "evidence.missing", "evidence.changed".
Result<EvidenceFile> read_evidence(const Permit<identity::Act::kEvidenceRead>& permit, const std::string& id,
                                   const EvidenceServices& services, Audit& audit);

// It counts no more, and is shown with who said so, when and why. Errors: kNotFound "evidence.unknown"; kConflict
// "evidence.withdrawn"; kInvalid "evidence.reason" (1..1000 characters).
Result<EvidenceView> withdraw_evidence(const Permit<identity::Act::kEvidenceWithdraw>& permit, const std::string& id,
                                       const std::string& why, const EvidenceServices& services);

// What the entry of the audit says of it, which is a leaf of the log: `after` of that entry.
std::vector<AuditField> evidence_fields(const Evidence& evidence);

std::string evidence_json(const EvidenceView& view);
std::string evidence_page_json(const EvidencePage& page);
std::string evidence_text(const EvidencePage& page, bool english);  // without a last line feed

}  // namespace suyuan
