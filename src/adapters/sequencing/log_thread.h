// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <memory>
#include <string>

#include "app/operation/log.h"
#include "app/tlog/sequencer.h"

namespace suyuan {

// Makes leaves of new rows and keeps the folder of the log up to date, from now until it is destroyed: what is stored
// is in the published checkpoint within a second (`./dev bench log`: p99 0.21 s), and later where witnesses take
// longer. Another second later it is durable in the folder (in the store it was before), and when this ends.
class LogThread {
 public:
  virtual ~LogThread() = default;
  // Code of the error that the last round ended with; "" when it ended well. Any thread.
  virtual std::string stopped_by() const = 0;
};

// Everything outlives it.
std::unique_ptr<LogThread> start_sequencing(const LogServices& services, Log& log);

}  // namespace suyuan
