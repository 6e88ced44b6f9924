// SPDX-License-Identifier: Apache-2.0
#include "domain/identity/decide.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/check.h"

namespace suyuan::identity {

namespace {

constexpr bool is_reading(Act act) {
  return act == Act::kEventRead || act == Act::kTraceRead || act == Act::kRecallRead || act == Act::kMarkRead ||
         act == Act::kJobRead || act == Act::kOriginalRead || act == Act::kOrganisationRead ||
         act == Act::kFiguresRead || act == Act::kEvidenceRead;
}

// Who comes through the server is never taken for the machine, whatever roles somebody gave them.
bool is_request(const Principal& who) { return who.via == Via::kSession || who.via == Via::kKey; }

Error refusal(const Principal& who, Act act) {
  if (who.via == Via::kNobody) {
    return {ErrorKind::kSignIn, "access.sign_in",
            fmt::format("This ({}) is for people with an account. Sign in, or send the key of your organisation as "
                        "\"Authorization: Bearer …\".",
                        act_word(act))};
  }
  std::string roles;
  for (const Role role : who.roles) roles += (roles.empty() ? "" : ", ") + std::string(role_word(role));
  return {ErrorKind::kForbidden, "access.denied",
          fmt::format("Your role ({}) may not do this ({}). Ask the administrator of your organisation.", roles,
                      act_word(act))};
}

}  // namespace

Result<Scope> decide(const std::shared_ptr<const Directory>& directory, const Permissions& permissions,
                     const Principal& who, Act act, Instant now) {
  if (!who.acts.has(act)) {
    return Error{ErrorKind::kForbidden, "access.key_limits",
                 fmt::format("This key may not do this ({}). Make one whose acts include it.", act_word(act))};
  }
  const Organisation* organisation = directory->find(who.actor.org);
  Width width = permissions.of(Role::kPublic, act);
  for (const Role role : who.roles) {
    if (role == Role::kPublic || organisation == nullptr || !organisation->is_active) continue;
    if (role == Role::kMachine && is_request(who)) continue;
    const auto& kinds = rule_of(role).kinds;
    if (std::find(kinds.begin(), kinds.end(), organisation->kind) == kinds.end()) continue;
    width = std::max(width, permissions.of(role, act));
  }
  if (width == Width::kNone) return refusal(who, act);
  PlaceRanges places;
  if (width == Width::kPlace || width == Width::kChain) {
    places = PlaceRanges::of(who.actor.jurisdiction);
    if (who.emergency && is_reading(act) && now < who.emergency->until)
      places.add(PlaceRanges::of(who.emergency->place));
  }
  return Scope(width, who.actor, directory, std::move(places));
}

Role service_role(OrgKind kind) {
  switch (kind) {
    case OrgKind::kServer:
      return Role::kMachine;
    case OrgKind::kRegulator:
      return Role::kOfficer;
    case OrgKind::kCentre:
      return Role::kAnalyst;
    case OrgKind::kLaboratory:
      return Role::kTester;
    case OrgKind::kPlatform:
      return Role::kPlatform;
    case OrgKind::kMerchant:
      return Role::kMerchant;
    case OrgKind::kProducer:
      return Role::kProducer;
    case OrgKind::kSeller:
      return Role::kSeller;
    case OrgKind::kIndustry:
      return Role::kIndustry;
  }
  CHECK(false);
}

Principal job_principal(const Directory& directory, const Actor& owner) {
  Principal who{.actor = owner, .via = Via::kJob, .from = "job"};
  if (const Organisation* organisation = directory.find(owner.org)) {
    who.actor.jurisdiction = organisation->jurisdiction;
    if (organisation->is_active) who.roles = {service_role(organisation->kind)};
  }
  return who;
}

}  // namespace suyuan::identity
