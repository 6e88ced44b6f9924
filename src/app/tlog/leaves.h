// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>
#include <vector>

#include "app/ports/log_store.h"

// What rows of the store are as leaves of its log (docs/formats/log-entries.md).
namespace suyuan {

tlog::EventEntry event_entry(const tlog::LogSecret& secret, const EventDigest& event, std::uint64_t number);
// The same where the pseudonym of the event's organisation is known already.
tlog::EventEntry event_entry(const tlog::LogSecret& secret, const EventDigest& event, const tlog::Pseudonym& submitter,
                             std::uint64_t number);
tlog::ActEntry act_entry(const tlog::LogSecret& secret, const AuditEntry& entry);
// The fields of an entry of the audit as its commitment covers them.
std::string act_fields(const AuditEntry& entry);

// Makes the leaves of a log again from the rows of the store.
class Leaves {
 public:
  Leaves(LogStore& store, EventDigests& events) : store_(store), events_(events) {}

  // Entries `first` … `end` - 1, of which the log has so many. Errors: kCorrupt "log.row_missing", "log.run_missing",
  // naming the leaf and the row; those of the store.
  Result<std::vector<std::string>> entries(const LogState& log, std::uint64_t first, std::uint64_t end);

 private:
  Status add_events(const LogState& log, const LogRun& part, std::vector<std::string>& all);
  Status add_audits(const LogState& log, const LogRun& part, std::vector<std::string>& all);
  Status add_kept(const LogState& log, const LogRun& part, std::vector<std::string>& all);

  LogStore& store_;
  EventDigests& events_;
};

}  // namespace suyuan
