// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <functional>

#include "adapters/http/gate.h"
#include "app/audit/audit.h"

namespace suyuan::http {

// Who asks: from the cookie, the key or nothing. Errors: what is wrong with what they showed, kSignIn.
using WhoAsks = std::function<Result<identity::Principal>(const Request&)>;

// What the authorizer says to somebody, with an entry in the audit if it refuses, or if something is read under an
// emergency. Names where the request came from in `who`.
Result<Granted> grant_audited(const Request& request, identity::Principal who, identity::Act act,
                              const Authorizer& authorizer, Audit& audit);
// An entry for whoever was refused before the authorizer was asked.
void note_refusal(const Request& request, identity::Principal who, identity::Act act, const Error& error, Audit& audit);

// The gate of a server: who asks, what the authorizer says, and an entry in the audit for every refusal and for
// everything that is read under an emergency, before it is read. All of it outlives the gate.
Gate audited_gate(WhoAsks who, const Authorizer& authorizer, Audit& audit);

}  // namespace suyuan::http
