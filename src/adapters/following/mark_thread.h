// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <memory>

#include "app/operation/log.h"
#include "app/trace/mark.h"

namespace suyuan {

// Looks at new records for every open mark, from now until it is destroyed.
class MarkThread {
 public:
  virtual ~MarkThread() = default;
};

// Everything outlives it.
std::unique_ptr<MarkThread> start_following(const MarkServices& services, Log& log);

}  // namespace suyuan
