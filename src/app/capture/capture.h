// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "app/identity/permit.h"
#include "app/ports/warehouse.h"
#include "base/time.h"
#include "domain/trace/node.h"

// Capturing: documents in, events stored, together or not at all.
namespace suyuan {

// Reads a document of either syntax (adapters/files); passed in, since parsing is an adapter's craft.
using DocumentReader = std::function<Result<trace::RawDocument>(std::string_view bytes)>;

struct CaptureOptions {
  bool proceed = false;   // GS1-Capture-Error-Behaviour: proceed. Default: rollback
  std::string public_id;  // of the job; made when empty
};

struct CaptureOutcome {
  std::string job;                                         // public id
  std::int64_t accepted = 0, duplicates = 0, refused = 0;  // events
  std::vector<Finding> findings;                           // at most kFindingsShown, then one that says how many more
  bool document_refused = false;                           // nothing of it was stored
  std::vector<std::string> event_ids;                      // of accepted and duplicate events, document order
};
inline constexpr std::size_t kFindingsShown = 100;

// Judges a document as capture_document would, and stores nothing: what is accepted here may still turn out to be a
// duplicate, or to repeat a stored id with other content. The outcome has no job.
CaptureOutcome judge_document(std::string_view original, bool proceed, const DocumentReader& read, Clock& clock);

// Captures one document. A refused document is an outcome, not an error: the findings say why, the job is kept.
// Errors: those of Warehouse::append but kConflict; kInvalid only from nowhere.
Result<CaptureOutcome> capture_document(const Permit<identity::Act::kEventCapture>& permit, std::string original,
                                        const CaptureOptions& options, const DocumentReader& read, Warehouse& warehouse,
                                        Clock& clock);

// A UUIDv7 for a job or record that begins now.
std::string new_public_id(Instant now);

// {"job":…,"accepted":…,"duplicates":…,"refused":…,"findings":[{"path","code","text"}…]}
std::string outcome_json(const CaptureOutcome& outcome);
// EPCIS 2.0 REST CaptureJob JSON.
std::string job_json(const JobRecord& job);

}  // namespace suyuan
