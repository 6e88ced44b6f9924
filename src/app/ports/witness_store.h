// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>
#include <string_view>

#include "base/result.h"

namespace suyuan {

// What a witness remembers of the logs that it watches: of each the newest checkpoint that it cosigned. Threads: any,
// one at a time for one log.
class WitnessStore {
 public:
  virtual ~WitnessStore() = default;
  // The note that was kept last for the log of that name; "" when none was. Errors: kInternal "witness.disk".
  virtual Result<std::string> latest(std::string_view origin) = 0;
  // In its place, whole or not at all, and durable on return. Errors: kInternal "witness.disk": nobody knows which of
  // the two will be there after the next start, so nothing is kept any more by this process.
  virtual Status keep(std::string_view origin, std::string_view note) = 0;
};

}  // namespace suyuan
