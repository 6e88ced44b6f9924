// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "base/time.h"

namespace suyuan {

// The machine's clock. Threads: any.
class SystemClock : public Clock {
 public:
  Instant now() override;
};

// A clock that stands still until somebody sets it. Threads: one.
class ManualClock : public Clock {
 public:
  explicit ManualClock(Instant start) : now_(start) {}
  Instant now() override { return now_; }
  void set(Instant now) { now_ = now; }

 private:
  Instant now_;
};

}  // namespace suyuan
