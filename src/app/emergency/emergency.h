// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "app/identity/permit.h"
#include "app/ports/account_store.h"
#include "app/ports/emergency_store.h"

// Break-glass (000 6.1.3): a regulator's officer reads outside their own jurisdiction, at once, for at most an hour,
// with a reason; the superior body reviews it. docs/audit.md.
namespace suyuan {

// All of it outlives the calls.
struct EmergencyServices {
  EmergencyStore& store;
  Clock& clock;
  AccountStore* accounts = nullptr;  // who is whose deputy; nullptr: nobody is anybody's
};

struct EmergencyRequest {
  Jurisdiction place;  // six digits; neither inside one's own jurisdiction nor around it
  std::string reason;  // 10..1000 characters
  int minutes = 60;    // 1..60
};

// Opens a task of the nearest of the bodies that may review it. Errors: kInvalid "emergency.place", "emergency.reason",
// "emergency.minutes"; kForbidden "emergency.not_regulator"; kConflict "emergency.running".
Result<Emergency> use_emergency(const Permit<identity::Act::kEmergencyUse>& permit, const EmergencyRequest& request,
                                const identity::Directory& directory, const EmergencyServices& services);

// For the gate: what Principal::emergency is set to. Nothing while none of this person's runs.
Result<std::optional<identity::Principal::Emergency>> current_emergency(PersonId person, Instant now,
                                                                        EmergencyStore& store);

// Who reviews: the leaders of the regulators above the user's body, whichever comes first; of a body with no regulator
// above it, its own leaders. Never the user. What others use is not shown.
struct EmergencyPage {
  std::vector<Emergency> emergencies;  // in the order in which they began
  std::string next;                    // "" when that was all; there may be a `next` and none
};
// Errors: kInvalid "emergency.limit" (1..1000).
Result<EmergencyPage> emergencies_to_review(const Permit<identity::Act::kEmergencyReview>& permit,
                                            const std::string& after, std::size_t limit, bool waiting_only,
                                            const identity::Directory& directory, const EmergencyServices& services);
// Of the organisations that an auditor sees.
Result<EmergencyPage> list_emergencies(const Permit<identity::Act::kAuditRead>& permit, const std::string& after,
                                       std::size_t limit, bool waiting_only, const EmergencyServices& services);

struct EmergencyVerdict {
  bool is_justified = false;
  std::string words;  // 1..1000 characters
};
// A deputy counts as the person (identity::may_also). Closes the task. Errors: kNotFound "emergency.unknown" (or not
// theirs to review); kForbidden "duty.separate"; kConflict "emergency.reviewed"; kInvalid "emergency.words".
Result<Emergency> review_emergency(const Permit<identity::Act::kEmergencyReview>& permit, const std::string& id,
                                   const EmergencyVerdict& verdict, const identity::Directory& directory,
                                   const EmergencyServices& services);

std::string emergency_json(const Emergency& emergency);
std::string emergencies_json(const EmergencyPage& page);
std::string emergencies_text(const EmergencyPage& page, bool english);

}  // namespace suyuan
