// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "app/tlog/witness.h"

namespace suyuan::http {

class Router;

// C2SP tlog-witness: /add-checkpoint, and for monitors /{SHA-256 of the log's name}/checkpoint. The witness outlives
// the router.
void add_witness_routes(Router& router, Witness& witness);

}  // namespace suyuan::http
