// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <string>

#include "base/id.h"

namespace suyuan {

using OrgId = Id<struct OrgKind>;        // an organisation that submits, holds or regulates
using PersonId = Id<struct PersonKind>;  // somebody who acts for an organisation

// A place of jurisdiction: a GB/T 2260 division code, 6 digits; 0 is the whole country.
struct Jurisdiction {
  std::int32_t division = 0;
  friend auto operator<=>(Jurisdiction, Jurisdiction) = default;
};

// Who acts. Every verb takes one; every stored row keeps the organisation and the jurisdiction.
struct Actor {
  PersonId person;
  OrgId org;
  Jurisdiction jurisdiction;
  friend bool operator==(const Actor&, const Actor&) = default;
};

// The one actor of a store that has no accounts: the person at this machine, organisation 1, the whole country.
inline Actor local_actor() { return Actor{PersonId(1), OrgId(1), Jurisdiction{0}}; }

}  // namespace suyuan
