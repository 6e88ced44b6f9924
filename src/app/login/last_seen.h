// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <memory>
#include <string>

#include "app/login/login.h"

namespace suyuan {

// Writes down when sessions and keys were used, beside the requests that use them: no question waits for the store's
// writer. At most once a minute for a session, once a day for a key. Also sweeps what is over, once an hour.
class LastSeen {
 public:
  virtual ~LastSeen() = default;  // writes what it knows
  virtual void session(const std::string& token, const SessionRecord& session, Instant now) = 0;
  virtual void key(const std::string& id, std::int64_t used_day, Instant now) = 0;
  virtual void write_now() = 0;  // for tests, and before a stop
};
// `services` is copied; what it refers to outlives this.
std::unique_ptr<LastSeen> start_last_seen(const LoginServices& services);

}  // namespace suyuan
