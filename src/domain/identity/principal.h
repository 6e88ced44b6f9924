// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/time.h"
#include "domain/identity/act.h"
#include "domain/identity/actor.h"
#include "domain/identity/role.h"

namespace suyuan::identity {

// How somebody came to act.
enum class Via : std::uint8_t {  // stored in the audit; never renumber
  kNobody = 0,                   // without an account: the public
  kMachine = 1,                  // the command line
  kSession = 2,
  kKey = 3,
  kJob = 4,  // work that an organisation left with the server: subscriptions, marks
};

// Who asks, as found from a session, a key or the command line.
struct Principal {
  Actor actor = local_actor();
  std::vector<Role> roles = {Role::kPublic};
  Via via = Via::kNobody;
  Acts acts = Acts::all();      // nothing else, whatever the roles may
  std::string credential = {};  // public id of the session or key, for the audit; never the secret
  std::string from = {};        // address, or name of the user of the machine
  std::string trace_id = {};    // of the request: the audit and the log name it
  struct Emergency {            // break-glass: reading acts reach this place as well
    std::string id;
    Jurisdiction place;
    Instant until;
  };
  std::optional<Emergency> emergency = {};
};

inline Principal public_principal() { return {}; }
inline Principal machine_principal() {
  return {.actor = local_actor(), .roles = {Role::kMachine}, .via = Via::kMachine, .from = "machine"};
}

}  // namespace suyuan::identity
