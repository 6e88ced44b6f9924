// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <chrono>

#include "base/time.h"

// How attempts that fail are slowed down: each one more than is free doubles the wait, up to a limit; after a quiet
// while all is forgotten. Nobody is locked out for ever. (docs/login.md)
namespace suyuan::credential {

struct AttemptRule {
  int free = 5;                         // failures without a wait
  std::chrono::seconds quiet{15 * 60};  // without one failure: forgotten
  std::chrono::seconds first_wait{30};
  std::chrono::seconds longest_wait{15 * 60};
};

struct Attempts {
  int failures = 0;
  Instant last = Instant();     // of the last failure
  Instant open_at = Instant();  // the next attempt is heard from then on
  friend bool operator==(const Attempts&, const Attempts&) = default;
};

Attempts after_failure(Attempts before, const AttemptRule& rule, Instant now);
// One failure that turned out to be none.
Attempts without_one(Attempts before);

}  // namespace suyuan::credential
