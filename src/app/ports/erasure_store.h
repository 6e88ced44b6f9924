// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "app/ports/audit_store.h"
#include "app/ports/task_store.h"
#include "base/result.h"
#include "base/time.h"
#include "domain/identity/actor.h"

namespace suyuan {

struct Erasure {
  enum class State : std::uint8_t { kWaiting = 0, kDone = 1, kRefused = 2, kWithdrawn = 3 };  // stored
  std::string id;                                                                             // UUIDv7
  std::string subject;
  std::vector<std::int64_t> keys;  // numbers of the keys that it destroys
  std::string why;
  Instant asked;
  Actor by = local_actor();
  State state = State::kWaiting;
  Instant ended = {};              // once it waits no more
  Actor ended_by = local_actor();  // who approved, refused or withdrew it
  std::string words = {};          // why it was refused
};

// Who asked that something about people be erased, and how it ended. Each change with its entry of the audit in one
// transaction. Threads: any. docs/personal-data.md
class ErasureStore {
 public:
  virtual ~ErasureStore() = default;

  // With the task of who may approve it.
  virtual Status add(const Erasure& erasure, const Task& task, const AuditEntry& entry) = 0;
  virtual Result<std::optional<Erasure>> erasure(const std::string& id) = 0;
  virtual Result<std::vector<Erasure>> erasures(const std::string& after, std::size_t limit) = 0;  // by id
  // Destroys the keys, ends the account of an erased person, closes the task. Errors: kConflict "erasure.done",
  // "erasure.ended"; kBusy "erasure.log_in_use" (erased, but a reader holds the store's log back).
  virtual Status carry_out(const Erasure& erasure, const AuditEntry& entry) = 0;
  // Refused or withdrawn: nothing is erased, the task is closed. Errors: kConflict "erasure.done", "erasure.ended".
  virtual Status end(const Erasure& erasure, const AuditEntry& entry) = 0;
  // After a restore: destroys what these erasures destroyed, and keeps their rows. How many keys there were.
  virtual Result<std::int64_t> carry_out_again(const std::vector<Erasure>& erasures) = 0;
};

}  // namespace suyuan
