// SPDX-License-Identifier: Apache-2.0
#include "adapters/clock/system_clock.h"

namespace suyuan {

Instant SystemClock::now() {
  return std::chrono::time_point_cast<std::chrono::microseconds>(std::chrono::system_clock::now());
}

}  // namespace suyuan
