// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <functional>

#include "app/identity/permit.h"

namespace suyuan::http {

struct Request;

// Who asks, and whether they may do this. Runs on the thread of the handler.
using Gate = std::function<Result<Granted>(const Request&, identity::Act)>;

// Nobody has an account: what the public may not is refused.
inline Gate public_gate() {
  return [](const Request&, identity::Act act) { return Authorizer::grant_public(act); };
}

}  // namespace suyuan::http
