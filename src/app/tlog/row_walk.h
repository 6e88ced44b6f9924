// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "app/ports/log_store.h"
#include "app/tlog/faults.h"

namespace suyuan {

// A leaf as the store has it.
struct LeafRow {
  std::uint64_t leaf = 0;
  std::optional<LogStream> stream;   // nothing: the store does not say
  std::int64_t ref = 0;              // of the row
  std::optional<std::string> entry;  // as its row gives it; nothing: there is no row, and that was said
  bool is_other_sender = false;      // the run names another organisation than the row
  std::string name() const;          // for people
};

// Goes over all leaves of a log, and once over the rows of the store beside them. Says which rows are not there, which
// have no leaf although the log is past them, and where runs leave gaps or overlap.
class RowWalk {
 public:
  RowWalk(LogStore& store, EventDigests& events, const LogState& log, LogFaults& faults)
      : store_(store), events_(events), log_(log), faults_(faults) {}

  using Take = std::function<Status(const LeafRow&)>;
  // Errors: those of `take`, and of the store where it cannot be read at all.
  Status walk(const Take& take);
  // Of those that sent events in.
  const std::set<OrgId>& organisations() const { return organisations_; }

 private:
  Status take_run(const LogRun& run, const Take& take);
  Status take_unknown(std::uint64_t end, const Take& take);
  Status check_order(const LogRun& run);
  Result<std::optional<std::string>> event_text(const LogRun& run, LeafRow& leaf);
  Result<std::optional<std::string>> audit_text(std::uint64_t leaf, std::int64_t ref);
  Result<std::optional<std::string>> kept_text(std::uint64_t leaf, bool again);
  Status load_events(std::int64_t after);
  Status pass_events(std::int64_t ref);
  Status pass_audits(std::int64_t ref);
  Status finish();

  LogStore& store_;
  EventDigests& events_;
  const LogState& log_;
  LogFaults& faults_;
  std::uint64_t next_ = 0;
  std::set<OrgId> organisations_;
  std::int64_t event_end_ = 1, audit_end_ = 1;  // after the rows of the runs so far
  bool has_events_ = false, has_audits_ = false;
  std::vector<EventDigest> event_rows_;
  std::size_t event_at_ = 0;
  std::int64_t events_read_ = 0;  // up to this one
  std::set<std::int64_t> unreadable_;
  std::vector<AuditEntry> audit_rows_;
  std::size_t audit_at_ = 0;
  std::int64_t audits_read_ = 0;
  std::map<std::uint64_t, std::string> kept_;
  std::uint64_t kept_end_ = 0;
};

}  // namespace suyuan
