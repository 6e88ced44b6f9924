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

// A sealed token bound to the request (starts, direction and time) and to who asked. It stays valid for ever, since the
// store only grows.
Result<std::string> write_continuation(const Granted& permit, const TraceRequest& request, Continuation place,
                                       Warehouse& warehouse);
// Errors: kInvalid "trace.continuation" for a damaged token, for one of another request and for somebody else's.
Result<Continuation> read_continuation(const Granted& permit, const TraceRequest& request, Warehouse& warehouse);

}  // namespace suyuan
