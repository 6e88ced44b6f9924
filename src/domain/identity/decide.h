// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <memory>

#include "base/result.h"
#include "domain/identity/directory.h"
#include "domain/identity/permissions.h"
#include "domain/identity/principal.h"
#include "domain/identity/scope.h"

namespace suyuan::identity {

// May they, and how far? The widest of their roles counts; a key's acts narrow it; an emergency that is not over adds
// its place to acts that read, where they reach a place already. Whoever belongs to an organisation that is closed may
// what the public may; no more gives a role that is not for its kind, nor the machine's to a session or a key.
// (docs/decisions/0007-access.md) Errors: kSignIn "access.sign_in" (nobody is signed in, and the public may not);
// kForbidden "access.denied", "access.key_limits".
Result<Scope> decide(const std::shared_ptr<const Directory>& directory, const Permissions& permissions,
                     const Principal& who, Act act, Instant now);

// What the organisation's standing work and its keys do by themselves.
Role service_role(OrgKind kind);
// Work that an organisation left with the server, as somebody of it: as its service role may now.
Principal job_principal(const Directory& directory, const Actor& owner);

}  // namespace suyuan::identity
