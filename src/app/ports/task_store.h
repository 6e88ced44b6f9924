// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "domain/identity/actor.h"

// What somebody still has to do. Whoever begins something that must be ended opens a task, and closes it when it is
// ended. Threads: any.
namespace suyuan {

inline constexpr std::string_view kTaskLiftMark = "mark.lift";              // subject: the mark
inline constexpr std::string_view kTaskApproveErasure = "erasure.approve";  // subject: the erasure

struct Task {
  std::string id;       // UUIDv7
  std::string kind;     // a word with a dot, of the code: kTaskLiftMark
  std::string subject;  // id of what it is about
  OrgId org{1};
  std::optional<PersonId> person = {};  // nothing: anybody of the organisation
  Instant opened = {};
  std::optional<Instant> due = {}, closed = {};
  std::optional<PersonId> closed_by = {};
  friend bool operator==(const Task&, const Task&) = default;
};

// Which tasks, in the order in which they were opened.
struct TaskQuestion {
  std::optional<PersonId> person = {};  // of this person only
  std::optional<OrgId> org = {};        // of this organisation only
  bool open_only = true;
  std::string after = {};  // id of the last one that is known
  std::size_t limit = 100;
  std::function<bool(const Task&)> wanted = {};  // those only; counted against the limit after it
};

class TaskStore {
 public:
  virtual ~TaskStore() = default;

  // Errors: kConflict "sql.constraint" when its id is taken.
  virtual Status open(const Task& task) = 0;
  // Those of this kind and subject that are open; how many.
  virtual Result<std::int64_t> close(std::string_view kind, const std::string& subject, PersonId by, Instant at) = 0;
  virtual Result<std::vector<Task>> tasks(const TaskQuestion& question) = 0;
  // Everything open of one person; how many. A transfer does the same by itself (AccountStore::transfer).
  virtual Result<std::int64_t> move_all(PersonId from, PersonId deputy) = 0;
};

}  // namespace suyuan
