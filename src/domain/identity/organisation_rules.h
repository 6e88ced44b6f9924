// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "base/result.h"
#include "domain/identity/directory.h"

namespace suyuan::identity {

// Whether an organisation of this kind may stand directly below one of that kind.
bool may_stand_below(OrgKind kind, OrgKind superior);
// Acts by the place that it is responsible for, so that its place must lie within its superior's.
bool acts_by_place(OrgKind kind);

// Whether one organisation of a directory may stand as it stands, seen from above and from below.
// Errors: kInvalid "organisation.kind" (only organisation 1 runs the server), "organisation.division" (no division
// code), "organisation.superior_kind", "organisation.jurisdiction" (not within its superior's, or one below it would
// not be within its own); kConflict "organisation.closed" (its superior is), "organisation.in_use" (it is closed, and
// one below it is not).
Status judge_organisation(const Directory& directory, OrgId id);

}  // namespace suyuan::identity
