// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "domain/identity/actor.h"
#include "domain/trace/event.h"
#include "domain/trace/read_event.h"
#include "domain/trace/stored_event.h"

// Documents on their way into the store, and what becomes of them.
namespace suyuan {

using SubmissionId = Id<struct SubmissionKind>;

// One checked event on its way in, with its own bytes.
struct NewEvent {
  trace::Event event;
  std::size_t begin = 0, end = 0;  // byte range of the original
};

// A value about a person, in an original: it is kept under the key of its subject, so that it can be erased.
struct NewPersonal {
  std::size_t begin = 0, end = 0;  // byte range of the original
  std::string masked;              // what readers see there instead
  std::string subject;             // canonical URI of what master data describes, or the id of the event
};

// One document on its way in: its checked events become visible together or not at all.
struct NewSubmission {
  Actor actor = local_actor();
  std::string public_id;  // UUIDv7 of the capture job
  std::string original;   // byte for byte; the store keeps it exactly once
  trace::RawDocument::Syntax syntax = trace::RawDocument::Syntax::kJson;
  std::vector<NewEvent> events;
  std::vector<trace::MasterDatum> master_data;
  std::vector<NewPersonal> personal = {};  // ascending, apart
  std::optional<Sha256> sent_sha256 = {};  // where `original` is no longer what was sent
  std::vector<Finding> findings;           // of events that were refused (proceed); kept with the job
  std::int64_t refused = 0;
  bool proceed = false;  // a conflicting event id refuses that event only, instead of the document
};

struct EventReceipt {
  trace::EventSeq seq;  // of the stored event, the earlier one for a duplicate
  bool duplicate = false;
};

struct SubmissionReceipt {
  SubmissionId id;
  std::vector<std::optional<EventReceipt>> events;  // by NewSubmission::events; nullopt: refused (proceed)
  std::int64_t accepted = 0, duplicates = 0, refused = 0;
  std::vector<Finding> findings;  // NewSubmission::findings and those of conflicting ids
};

// What a capture job looks like afterwards (EPCIS 2.0 REST: CaptureJob).
struct JobRecord {
  std::string public_id;
  Actor actor = local_actor();
  Instant created;
  std::optional<Instant> finished;
  bool success = false;
  bool proceed = false;
  std::int64_t accepted = 0, duplicates = 0, refused = 0;
  std::vector<Finding> findings;
};

}  // namespace suyuan
