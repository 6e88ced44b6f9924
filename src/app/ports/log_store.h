// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "app/ports/audit_store.h"
#include "app/ports/log_folder.h"
#include "base/id.h"
#include "base/result.h"
#include "base/time.h"
#include "domain/tlog/entry.h"
#include "domain/trace/stored_event.h"

// What the store keeps of its log: how far rows became leaves, and which row is which leaf (schema/0013-log).
// Threads: any.
namespace suyuan {

enum class LogStanding : std::uint8_t { kGrows = 0, kRestored = 1 };  // stored; never renumber

struct LogState {
  std::int64_t number = 0;  // of the log within the store: 1, 2 … with each new origin
  std::string origin;
  tlog::LogSecret secret{};
  Instant opened;
  std::uint64_t size = 0;
  std::int64_t event_upto = 0, audit_upto = 0;  // rows up to these are leaves
  Instant anchored;
  Checkpoints checkpoints;  // of `size`; both "" as long as it is 0
  LogStanding standing = LogStanding::kGrows;
  friend bool operator==(const LogState&, const LogState&) = default;
};

enum class LogStream : std::uint8_t { kEvent = 1, kAudit = 2, kAnchor = 3, kLost = 4 };  // stored; never renumber

// Consecutive rows that became consecutive leaves.
struct LogRun {
  std::uint64_t first = 0;  // leaf
  LogStream stream = LogStream::kEvent;
  std::int64_t ref = 0;           // of the first row: seq of an event, id of an audit entry; 0 for the others
  std::uint64_t count = 1;        // leaves
  std::optional<OrgId> org = {};  // of events
  std::uint64_t number = 0;       // of the first event, among those of `org`
  std::uint64_t end() const { return first + count; }
  friend bool operator==(const LogRun&, const LogRun&) = default;
};

struct LogStep {
  LogState from, to;
  std::vector<LogRun> runs;                   // ascending, without gaps from from.size to to.size
  std::map<std::uint64_t, std::string> kept;  // entries of the leaves that no row can give: of kAnchor, kLost
  std::map<OrgId, std::uint64_t> counts;      // how many events of these organisations have a number now
};

struct LogKey {
  std::string vkey;
  Instant since;
  std::optional<Instant> until;  // nothing: it still signs
  friend bool operator==(const LogKey&, const LogKey&) = default;
};

// What the log commits to of an event.
struct EventDigest {
  trace::EventSeq seq;
  std::string id;
  tlog::Hash content;  // SHA-256 of the CBV prehash
  OrgId org;
  Instant recorded;
  bool is_declaration;
};

class EventDigests {
 public:
  virtual ~EventDigests() = default;
  // Of the events after `after`, settled ones only: ascending, at most `limit`. Errors: kCorrupt "store.damaged".
  virtual Result<std::vector<EventDigest>> digests(std::int64_t after, std::size_t limit) = 0;
  // The stored events of a capture job, in the order of its document; none where nothing of it was stored.
  virtual Result<std::vector<trace::EventSeq>> events_of(const std::string& job) = 0;
};

class LogStore {
 public:
  virtual ~LogStore() = default;

  // Of the log that grows, or stands still. Nothing: none was opened yet.
  virtual Result<std::optional<LogState>> state() = 0;
  // Those that ended when another one was begun, by number.
  virtual Result<std::vector<LogState>> older() { return std::vector<LogState>(); }

  // Whether this process may write the log until `until`: nobody else holds it, or it is ours already. Asks the
  // database when the time that was given is half over.
  virtual Result<bool> hold(Instant now, Instant until) = 0;
  virtual Status let_go() = 0;

  // The following are done in one transaction that confirms the lease. Errors: kConflict "lease.lost", "log.moved_on"
  // (nothing was written); others of the store: the outcome is not known.
  virtual Status open(const LogState& fresh, const std::vector<LogKey>& keys) = 0;
  virtual Status advance(const LogStep& step) = 0;
  virtual Status set_keys(std::int64_t log, const std::vector<LogKey>& keys) = 0;  // adds those, ends others

  virtual Result<std::vector<LogKey>> keys(std::int64_t log) = 0;  // by since
  // Runs that have leaves from `leaf` on, ascending.
  virtual Result<std::vector<LogRun>> runs(std::int64_t log, std::uint64_t leaf, std::size_t limit) = 0;
  // The run with that row. Nothing: it is no leaf yet.
  virtual Result<std::optional<LogRun>> run_of(std::int64_t log, LogStream stream, std::int64_t ref) = 0;
  virtual Result<std::map<std::uint64_t, std::string>> kept(std::int64_t log, std::uint64_t first,
                                                            std::uint64_t end) = 0;
  // 0 for those that have none.
  virtual Result<std::map<OrgId, std::uint64_t>> counts(std::int64_t log, const std::vector<OrgId>& orgs) = 0;
  // Entries of the audit after `after`, ascending.
  virtual Result<std::vector<AuditEntry>> audits(std::int64_t after, std::size_t limit) = 0;
};

}  // namespace suyuan
