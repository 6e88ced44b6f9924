// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "app/ports/audit_store.h"
#include "base/result.h"
#include "base/time.h"
#include "domain/codes/identity.h"
#include "domain/identity/actor.h"
#include "domain/trace/affected.h"

// Marks: codes that somebody called affected, what was found of them since, and what is known so far. Acts and finds
// are only ever added. Threads: any.
namespace suyuan {

struct MarkAct {
  enum class Kind : std::uint8_t { kMade = 1, kLifted = 2, kRechecked = 3 };  // stored; never renumber
  Kind kind = Kind::kMade;
  Instant at;
  Actor actor = local_actor();
  std::string reason;
  std::int64_t upto = 0;             // the last record that counted for it
  std::int64_t newly = 0, gone = 0;  // things that became affected by it; of a recheck also those that are not any more
};

// One new record that touched what is marked.
struct MarkFind {
  std::int64_t number = 0;             // 1, 2, 3 … within its mark, in record order
  std::optional<trace::EventSeq> seq;  // nothing: a recheck
  Instant found;
  std::vector<trace::ObjectId> goods;     // affected things that the event names, ascending
  std::vector<trace::ObjectId> carriers;  // what carried some of them at the time, ascending
  std::vector<trace::ObjectId> told;      // parties and places met for the first time
  std::int64_t newly = 0, gone = 0;       // things that became affected by it; of a recheck also those not any more
};

struct Mark {
  std::string id;  // UUIDv7
  std::vector<codes::Identity> codes;
  std::vector<MarkAct> acts;  // in order; the first made it
  bool is_open = true;        // not lifted
  std::int64_t looked = 0;    // every record up to this one was looked at
  std::int64_t revision = 0;  // changes with everything that is written of it
  std::int64_t finds = 0;
  std::int64_t parts = 0;  // of what is known
  trace::Affected::Counts affected;
  std::int64_t recheck_since = 0;  // the record after which it may say too much; 0: it is exact
};

class MarkStore {
 public:
  virtual ~MarkStore() = default;

  // `entry`: of the audit, written with it.
  virtual Status add(const Mark& mark, const std::vector<std::string>& parts, const AuditEntry& entry) = 0;
  virtual Result<std::optional<Mark>> mark(const std::string& id) = 0;
  // By id, which is the order in which they were made. `open_only`: not those that were lifted.
  virtual Result<std::vector<Mark>> marks(const std::string& after, std::size_t limit, bool open_only) = 0;
  // Open ones that have not looked at every record up to `settled`, or want a recheck; those furthest behind first.
  virtual Result<std::vector<Mark>> awake(std::int64_t settled, std::size_t limit) = 0;
  virtual Result<std::vector<MarkFind>> finds(const std::string& id, std::int64_t after, std::size_t limit) = 0;
  // What is known, as trace::Affected gave it out, in that order.
  virtual Result<std::vector<std::string>> known(const std::string& id) = 0;

  // How far a mark is, with what was found on the way.
  struct Step {
    std::int64_t looked = 0;
    trace::Affected::Counts affected;
    std::int64_t recheck_since = 0;
    std::vector<MarkFind> finds;     // numbered on from Mark::finds
    std::vector<std::string> parts;  // what is known beside what was; or, `anew`, instead of it
    bool anew = false;
    std::optional<MarkAct> act;
    std::optional<AuditEntry> entry;  // of the audit, when somebody asked for it
  };
  // All of it or nothing. False, and nothing is written, when the mark was lifted or somebody else changed it since
  // `mark` was read.
  virtual Result<bool> move_on(const Mark& mark, const Step& step) = 0;
  // Ends it; what is known is dropped, what was found stays. Errors: kNotFound "mark.unknown"; kConflict "mark.lifted".
  virtual Status lift(const std::string& id, const MarkAct& act, const AuditEntry& entry) = 0;
};

}  // namespace suyuan
