// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <optional>
#include <string>

#include "adapters/sql/database.h"
#include "base/time.h"

namespace suyuan {

// Work that one of several servers does at a time (schema/0004-leases-and-moves). Who holds it may be stopped, and wake
// up after somebody else has taken over: what it writes then is refused by the epoch, which it confirms in the
// transaction that writes. Clocks decide only how soon somebody takes over.
struct Lease {
  std::string name;  // of the work
  std::int64_t epoch = 0;
  std::string holder;  // for people
};

class LeaseStore {
 public:
  explicit LeaseStore(sql::Database& records) : records_(records) {}

  // Nothing when somebody holds it at `now`.
  Result<std::optional<Lease>> take(const std::string& name, const std::string& holder, Instant now, Instant until);
  // Errors: kConflict "lease.lost" when somebody else took it since.
  Status renew(const Lease& lease, Instant until);
  // Gives it back; nothing happens when it was lost.
  Status release(const Lease& lease);

  // In the transaction that writes: nobody takes the lease before that has ended. Errors: kConflict "lease.lost"; the
  // transaction must end with it.
  static Status confirm(sql::Connection& connection, const Lease& lease);

 private:
  sql::Database& records_;
};

}  // namespace suyuan
