// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "app/ports/kept_documents.h"
#include "app/ports/log_folder.h"
#include "app/ports/log_store.h"
#include "app/tlog/evidence_check.h"
#include "app/tlog/faults.h"
#include "domain/tlog/note.h"
#include "domain/trace/node.h"

// Whether a store is what its log says, and the log what was signed: rows against leaves, leaves against tiles, tiles
// against checkpoints, both trees; documents and evidence against rows; all of it against a checkpoint that was kept
// elsewhere. Changes nothing, and works beside whoever writes. docs/verify.md.
namespace suyuan {

// The files of a log that ended.
struct OlderFolder {
  std::unique_ptr<LogFolder> files;  // nullptr: there are none
  std::string place;                 // where they are looked for, for people
};

struct VerificationServices {
  LogStore& store;
  EventDigests& events;
  LogFolder* folder = nullptr;         // nullptr: there is none
  KeptDocuments* documents = nullptr;  // nullptr: they are left out
  std::function<Result<trace::RawDocument>(std::string_view)> read;
  std::function<Result<OlderFolder>(const LogState&)> older = {};  // without it, no files of theirs are looked at
  const EvidenceToCheck* evidence = nullptr;                       // nullptr: it is left out
};

struct VerificationOptions {
  std::vector<tlog::NoteKey> keys;     // that were got from elsewhere, of any log of the store; none: its own are taken
  std::optional<std::string> against;  // a checkpoint that was kept elsewhere
  std::function<void(std::string_view what, std::uint64_t done, std::uint64_t all)> progress;
  std::function<void()> wait;  // a moment, for a server that is about to publish
};

struct Verification {
  std::optional<LogState> log;                                                // nothing: there is none
  std::uint64_t published = 0;                                                // leaves
  std::uint64_t events = 0, acts = 0, anchors = 0, lost = 0, submitters = 0;  // of the leaves
  std::uint64_t documents = 0, checked_events = 0;                            // of which document and row agree
  std::uint64_t closed_documents = 0;               // of which something was erased, or cannot be opened
  std::uint64_t evidence = 0, closed_evidence = 0;  // files; those that were erased, or cannot be opened
  std::uint64_t evidence_without_row = 0;           // files: of uploads that were cut off
  bool only_own_keys = false;                       // nobody but the store says that its keys are its keys
  std::vector<LogFault> faults;                     // of older logs too
  std::vector<LogFault> unverified;                 // what was not looked at, and why: no fault. Of older logs too
  std::vector<Verification> older;  // logs that ended when another one was begun, by number; without documents
};

// Errors: those of the store and of the folder where they cannot be read at all; kInvalid "log.note", "log.checkpoint"
// for an `against` that is no checkpoint.
Result<Verification> verify_log(const VerificationServices& services, const VerificationOptions& options);

}  // namespace suyuan
