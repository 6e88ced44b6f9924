// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "app/identity/permit.h"
#include "app/ports/mark_store.h"
#include "app/ports/task_store.h"
#include "app/ports/warehouse.h"
#include "app/trace/mark_sight.h"
#include "app/trace/trace.h"

// A lot is unsafe, and more of it may be on its way: once it is marked, every new record that touches what it affected
// is found as it is captured, without walking again. Rules: docs/trace.md §9.
namespace suyuan {

// All of it outlives the calls.
struct MarkServices {
  MarkStore& store;
  Warehouse& warehouse;
  Clock& clock;
  const Authorizer& authorizer;  // each mark is followed as its organisation may now
  TaskStore* tasks = nullptr;    // where lifting it becomes a task of who made it
};

struct MarkRequest {
  std::vector<codes::Identity> codes;  // 1..100; a code that nobody has reported yet is found when somebody does
  std::string reason;                  // 1..1000 characters
};

// Errors: kInvalid "trace.no_code", "mark.codes", "mark.reason"; those of the stores.
Result<Mark> make_mark(const Permit<identity::Act::kMarkMake>& permit, const MarkRequest& request,
                       const MarkServices& services);
// Ends it, and says why; what was found stays. Errors: kNotFound "mark.unknown"; kConflict "mark.lifted"; kInvalid
// "mark.reason".
Result<Mark> lift_mark(const Permit<identity::Act::kMarkLift>& permit, const std::string& id, const std::string& reason,
                       const MarkServices& services);

// Looks at new records for every open mark. One thread at a time; several servers may each have one.
class MarkFollower {
 public:
  explicit MarkFollower(const MarkServices& services) : services_(services) {}

  // Looks at the next records, each once, in their order; when there are none, walks again for one mark that may say
  // too much. False: nothing was to be done.
  Result<bool> look();
  // Until nothing is left to be done.
  Status catch_up();
  // Walks again for this mark, so that it is exact. Errors: kNotFound "mark.unknown"; kConflict "mark.lifted"; kBusy
  // "mark.changed" (somebody else was at it).
  Status recheck(const Permit<identity::Act::kMarkMake>& permit, const std::string& id);

 private:
  struct Held {
    Mark mark;
    trace::Affected affected;
    std::set<codes::Identity> theirs = {};  // of its codes, as MarkSight remembers them
    bool is_judged = false;
    Instant not_before{};  // of the next automatic recheck: it may take a twentieth of the time
  };
  struct Records;

  Result<Held*> hold(const Mark& mark);
  Result<bool> write(Held& held, MarkStore::Step& step);
  Status advance(Held& held, Records& records);
  Result<identity::Scope> scope_of(const Mark& mark) const;
  Status look_at(Held& held, MarkSight& sight, const trace::StoredEvent& event,
                 std::span<const std::optional<trace::ObjectId>> classes, MarkStore::Step& step, bool& walk_again);
  Status find_unseen(Held& held, MarkSight& sight);
  Status walk_again(Held& held, MarkSight& sight, MarkStore::Step& step);
  Result<bool> recheck_one(const std::vector<Mark>& marks);
  Status read_records(std::int64_t after, std::int64_t settled, Records& records);
  Status read_classes(Records& records);
  Status forget_lifted();
  bool is_resting(const std::string& id, Instant now);

  MarkServices services_;
  std::map<std::string, Held> held_;
  std::map<std::string, Instant>
      resting_;  // marks that another server is at, and until when it is left alone with them
};

struct MarkView {
  Mark mark;
  std::optional<std::int64_t> recorded = {};  // the last record of the store; only for those who see all records
  std::vector<codes::Identity> unseen = {};   // of its codes: nobody has reported them yet
};

struct MarkFinds {
  MarkView view;
  struct Found {
    MarkFind find;
    std::optional<trace::StoredEvent> event;
  };
  std::vector<Found> finds;
  bool more = false;                           // go on after the last one's number
  std::map<trace::ObjectId, TraceName> names;  // of everything that is listed
};

inline constexpr std::size_t kFindThingsShown = 100;  // of one find, in JSON and text; the CSV has all

// Errors: kNotFound "mark.unknown"; kInvalid "trace.limit" (1..1000).
Result<std::vector<MarkView>> list_marks(const Permit<identity::Act::kMarkRead>& permit, const std::string& after,
                                         std::size_t limit, bool open_only, const MarkServices& services);
Result<MarkView> view_mark(const Permit<identity::Act::kMarkRead>& permit, const std::string& id,
                           const MarkServices& services);
Result<MarkFinds> mark_finds(const Permit<identity::Act::kMarkRead>& permit, const std::string& id, std::int64_t after,
                             std::size_t limit, const MarkServices& services);

std::string mark_json(const MarkView& view);
std::string marks_json(const std::vector<MarkView>& views, std::size_t limit);
std::string mark_finds_json(const MarkFinds& finds);
std::string marks_text(const std::vector<MarkView>& views, bool english);
std::string mark_finds_text(const MarkFinds& finds, bool english);
// Every found thing, one line each, over all pages from `after` on; as recall_csv.
Status mark_finds_csv(const Permit<identity::Act::kMarkRead>& permit, const std::string& id, std::int64_t after,
                      const MarkServices& services, const std::function<void(std::string_view)>& write);

// What an event did, as one word: "shipped", "received", "declaredWrong" …
std::string_view deed_word(const trace::StoredEvent& event);
std::string_view deed_name(const trace::StoredEvent& event, bool english);

}  // namespace suyuan
