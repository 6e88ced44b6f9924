// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "app/identity/permit.h"
#include "app/ports/log_store.h"
#include "app/ports/warehouse.h"
#include "domain/tlog/checkpoint.h"

// Receipts from the log as it is published. Both trees are the same but for their hash.
namespace suyuan {

struct LogReads {
  LogStore& store;
  EventDigests& events;
  LogFolder& folder;
};

Error nothing_published();                // kNotFound "log.empty"
Error no_event_row(trace::EventSeq seq);  // kCorrupt "log.row_missing"
// Errors: kNotFound "log.empty" as long as nothing was published; kCorrupt "log.checkpoint"; those of the folder.
Result<tlog::Checkpoint> published_checkpoint(const LogReads& reads, tlog::HashKind tree);

// Of an entry, for anybody, in `extra` the entry, if it is one line, and nothing that opens it. Nothing: it is not
// published yet. Errors: as published_checkpoint; kCorrupt "log.tile".
Result<std::optional<tlog::Receipt>> receipt_at(const LogReads& reads, tlog::HashKind tree, std::uint64_t leaf);

// Of an event that the caller may see, with what opens its entry. An id can have two: of the event, and of the error
// declaration that repeats it. Errors: kNotFound "log.no_such_event"; as receipt_at.
Result<std::optional<tlog::Receipt>> receipt_of_event(const Permit<identity::Act::kEventRead>& permit,
                                                      const std::string& id, bool is_declaration, tlog::HashKind tree,
                                                      Warehouse& warehouse, const LogReads& reads);

}  // namespace suyuan
