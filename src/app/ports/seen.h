// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <vector>

#include "domain/identity/actor.h"
#include "domain/identity/place_ranges.h"
#include "domain/trace/stored_event.h"

namespace suyuan {

// Whose events there are for somebody (docs/who-sees-what.md); what a scope is to a store.
struct Seen {
  std::vector<OrgId> organisations;    // ascending: sent in by them,
  identity::PlaceRanges places;        // or from there,
  std::vector<trace::ObjectId> named;  // ascending: or naming one of them as party or place

  bool is_sender(OrgId org, Jurisdiction place) const;
  bool has(const trace::StoredEvent& event) const;
  friend bool operator==(const Seen&, const Seen&) = default;
};

// Roles in which naming somebody's code shows them the event.
inline bool names_a_party(trace::Role role) {
  return role >= trace::Role::kReadPoint && role <= trace::Role::kDestinationLocation;
}

}  // namespace suyuan
