// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <memory>

#include "app/audit/audit.h"
#include "app/operation/log.h"

namespace suyuan {

// Writes refusals down as they come, and deletes entries that are older than they are kept, until it is destroyed; what
// waits then is written first.
class AuditThread {
 public:
  virtual ~AuditThread() = default;
};

// Everything outlives it.
std::unique_ptr<AuditThread> start_auditing(Audit& audit, AuditStore& store, int keep_days, Clock& clock, Log& log);

}  // namespace suyuan
