// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <string>

#include "app/trace/trace.h"

namespace suyuan {

// Where a cut answer goes on: the state of the store that it was made from, and how many nodes were given.
struct Continuation {
  std::int64_t upto = 0;
  std::size_t given = 0;
};

// A token bound to the request: starts, direction and time. It stays valid for ever, since the store only grows.
std::string write_continuation(const TraceRequest& request, Continuation place);
// Errors: kInvalid "trace.continuation" for a damaged token and for one of another request.
Result<Continuation> read_continuation(const TraceRequest& request);

}  // namespace suyuan
