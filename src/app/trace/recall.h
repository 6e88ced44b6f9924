// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "app/identity/permit.h"
#include "app/ports/warehouse.h"
#include "app/trace/trace.h"

// A lot is unsafe: what did it get into, who has it now, who had it, whom must we tell, and what do we not know? Exact,
// for millions of objects. Semantics: docs/trace.md §5 forward, §6, §7.
namespace suyuan {

struct RecallRequest {
  std::vector<codes::Identity> start;  // at least one
  std::optional<Instant> at;           // as it stood then: later events do not count
  std::size_t limit = 1000;            // rows of each list in the answer; the counts are of all. 1..100000
};

// What one party (or, where nobody is named, one place) holds.
struct RecallHolding {
  std::optional<trace::ObjectId> party, place;
  bool in_transit = false;
  std::int64_t items = 0;                   // single things
  std::int64_t lots = 0;                    // lots of which it holds some
  std::map<std::string, Decimal> amounts;   // of lots, by unit
  std::int64_t lots_of_unknown_amount = 0;  // some, and nobody said how much
  Instant since_first{}, since_last{};      // when the first and the last of it came
};

struct RecallAnswer {
  RecallRequest request;
  std::optional<std::int64_t> upto;  // the last record that counts; only for those who see all records
  std::int64_t items = 0, lots = 0, classes = 0, others = 0;  // affected
  std::int64_t ended = 0;               // items that are no more: sold off the record, used up, destroyed
  std::int64_t carriers = 0;            // boxes, pallets, vehicles that carried some of it
  std::vector<RecallHolding> holdings;  // most things first
  std::size_t holdings_total = 0;

  struct Told {
    trace::ObjectId who;
    bool is_party = true;      // else a place whose party nobody named
    std::int64_t objects = 0;  // how many affected things it has or had
    bool holds_now = false;
  };
  std::vector<Told> to_tell;  // everybody who has or had some: those who hold now first, then by number
  std::size_t to_tell_total = 0;

  struct Unknown {
    enum class Why { kNeverReceived, kTooMuchOut, kNoHolder };
    struct Thing {
      trace::ObjectId object;
      std::optional<trace::Missing::LastPlace> last = {};  // kNoHolder: the last place that an event named
    };
    Why why;
    std::int64_t objects = 0;
    std::vector<Thing> some;  // the first `limit` of them, ascending
  };
  std::vector<Unknown> unknown;                // what nobody can say, and why; those that occur
  std::map<trace::ObjectId, TraceName> names;  // of everything that is listed
};

// One line of the list of all affected things.
struct RecallLine {
  trace::ObjectId object;
  codes::Level level;
  std::optional<trace::Holder> holder;  // nothing: see `has_ended`; neither: not known, of a lot also beside holders
  bool has_ended = false;
  std::optional<trace::Missing::LastPlace> last = {};  // where it is not known: the last place that an event named
};

// Errors: as trace_chain. `each`, when given, gets every affected thing, once for each of its holders.
Result<RecallAnswer> recall(const Permit<identity::Act::kRecallRead>& permit, const RecallRequest& request,
                            Warehouse& warehouse, const std::function<void(const RecallLine&)>& each = {});

std::string recall_json(const RecallAnswer& answer);
std::string recall_text(const RecallAnswer& answer, bool english);
// All affected things as CSV (RFC 4180, UTF-8 with byte order mark, so that spreadsheets read 中文), to be handed to
// `write` piece by piece. Text that a spreadsheet would take for a formula is quoted with an apostrophe.
Result<RecallAnswer> recall_csv(const Permit<identity::Act::kRecallRead>& permit, const RecallRequest& request,
                                Warehouse& warehouse, const std::function<void(std::string_view)>& write);

}  // namespace suyuan
