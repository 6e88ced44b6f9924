// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "adapters/http/gate.h"

namespace suyuan::test {

// A server whose every client may do what the person at the machine may: for tests of other things than access.
inline http::Gate machine_gate() {
  return [](const http::Request&, identity::Act act) -> Result<Granted> { return at_this_machine().grant(act); };
}

}  // namespace suyuan::test
