// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "app/capture/capture.h"
#include "app/identity/permit.h"
#include "app/ports/personal_data.h"
#include "app/tlog/receipt.h"

namespace suyuan {

// What names the events of a job that were in the store before it: its kept document is read again.
struct RepeatedEvents {
  DocumentReader read = {};          // without it, none of them is named
  PersonalData* personal = nullptr;  // without it, none whose id is the hash of values about people
  std::optional<Permit<identity::Act::kEventRead>> reader = {};  // who asks; nothing: they see no events
};

struct LoggedEvent {
  std::string id = {};  // "": it was there before, and cannot be told any more (values about people in it were erased)
  bool is_declaration = false;
  std::optional<std::uint64_t> leaf = {};  // nothing: pending
  std::uint64_t number = 0;                // of the submitter's events
  bool is_repeated = false;                // it was in the store before the job
  bool is_shown = true;                    // false: others sent it in first, and who asks does not see it
};

// How far the events of a capture job are, in the order of the document, those that repeat an earlier one too, each
// once. Errors: kNotFound "capture.no_such_job"; those of the store.
Result<std::vector<LoggedEvent>> logged_events(const Permit<identity::Act::kJobRead>& permit, const std::string& job,
                                               Warehouse& warehouse, const LogReads& reads,
                                               const RepeatedEvents& repeated = {});

}  // namespace suyuan
