// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "app/ports/audit_store.h"
#include "app/ports/task_store.h"

// Break-glass: somebody of a regulator reads outside their jurisdiction, for at most an hour, with a reason, and a
// superior reviews it afterwards. `entry`: of the audit, written with the change. Threads: any.
namespace suyuan {

struct Emergency {
  std::string id;  // UUIDv7
  Actor actor = local_actor();
  Jurisdiction place;
  std::string reason;
  Instant begun, ends;
  struct Review {
    PersonId person;
    OrgId org;
    Instant at;
    bool is_justified = false;
    std::string words;
    friend bool operator==(const Review&, const Review&) = default;
  };
  std::optional<Review> review = {};
  friend bool operator==(const Emergency&, const Emergency&) = default;
};

class EmergencyStore {
 public:
  virtual ~EmergencyStore() = default;

  // `review`: of whoever has to review it. Errors: kConflict "emergency.running" when this person has one that has not
  // ended when it begins.
  virtual Status add(const Emergency& emergency, const Task& review, const AuditEntry& entry) = 0;
  virtual Result<std::optional<Emergency>> emergency(const std::string& id) = 0;
  // The one of this person that has begun and not ended.
  virtual Result<std::optional<Emergency>> running(PersonId person, Instant now) = 0;
  // By id, which is the order in which they began.
  virtual Result<std::vector<Emergency>> emergencies(const std::string& after, std::size_t limit,
                                                     bool waiting_only) = 0;
  // Once; closes the task. Errors: kNotFound "emergency.unknown"; kConflict "emergency.reviewed".
  virtual Status review(const std::string& id, const Emergency::Review& review, const AuditEntry& entry) = 0;
};

}  // namespace suyuan
