// SPDX-License-Identifier: Apache-2.0
#include "app/login/keys.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "app/login/parts.h"
#include "base/text.h"
#include "engine/secret/random.h"

namespace suyuan {

namespace {

using identity::Act;
using identity::Role;

constexpr std::size_t kNameBytesMax = 200;

constexpr std::array kNoKeyRoles = {Role::kPublic,   Role::kMachine,  Role::kLeader, Role::kSignatory,
                                    Role::kSysadmin, Role::kSecadmin, Role::kAuditor};
constexpr std::array kNoKeyActs = {Act::kAccountOwn,      Act::kSessionEnd,     Act::kKeyMake,
                                   Act::kRoleGrant,       Act::kPersonChange,   Act::kStoreMaintain,
                                   Act::kPersonalUnmask,  Act::kErasureApprove, Act::kEmergencyUse,
                                   Act::kEmergencyReview, Act::kReportApprove,  Act::kPlanApprove};

bool holds(const auto& list, auto value) { return std::find(list.begin(), list.end(), value) != list.end(); }

Error no_organisation(OrgId org) {
  return {ErrorKind::kNotFound, "organisation.unknown", fmt::format("There is no organisation {}.", org.value())};
}

// Within reach, as the directory has it now.
Result<identity::Organisation> organisation_in(const Granted& permit, OrgId org, const LoginServices& services) {
  auto found = services.accounts.organisation(org);
  if (!found) return std::move(found.error());
  if (!*found || !permit.scope().covers(Actor{permit.actor().person, org, (*found)->jurisdiction}))
    return no_organisation(org);
  return std::move(**found);
}

AuditEntry entry_of(const Granted& who, std::string_view act, const ApiKeyRecord& key,
                    const identity::Organisation& organisation, AuditChange change, Instant now) {
  return entry_about(who, act, {"key", key.id}, organisation.id, organisation.jurisdiction, std::move(change), "", now);
}

std::string words_of(identity::Acts acts) {
  std::string words;
  for (std::size_t i = 0; i < identity::kActs; ++i) {
    const auto act = static_cast<Act>(i);
    if (acts.has(act)) words += (words.empty() ? "" : ", ") + std::string(act_word(act));
  }
  return words;
}

Status judge(const KeyRequest& request, const identity::Organisation& organisation, Instant now) {
  if (!organisation.is_active)
    return Error{ErrorKind::kInvalid, "key.role", "This organisation is closed; it gets no key."};
  if (holds(kNoKeyRoles, request.role))
    return Error{ErrorKind::kInvalid, "key.role",
                 fmt::format("A key cannot have the role {}: {}. Give it the role of the organisation's ordinary work.",
                             role_word(request.role), "people act in it themselves, with a second factor")};
  if (auto fits = judge_roles(organisation.kind, {request.role}); !fits) return fits;
  const identity::Acts allowed = acts_for_keys(request.role);
  const auto beyond = identity::Acts::from_bits(request.acts.bits() & ~allowed.bits());
  if (request.acts.bits() == 0 || beyond.bits() != 0)
    return Error{ErrorKind::kInvalid, "key.acts",
                 fmt::format("{}. A key of the role {} may be given: {}.",
                             beyond.bits() == 0 ? "The key has no act: it could do nothing"
                                                : "The key cannot have " + words_of(beyond),
                             role_word(request.role), words_of(allowed))};
  if (request.expires <= now || request.expires > now + kKeyLastsAtMost)
    return Error{ErrorKind::kInvalid, "key.expires",
                 fmt::format("The key would end {}; it must end within the next {} days.",
                             format_instant(request.expires), kKeyLastsAtMost.count())};
  if (trim(request.name).empty() || request.name.size() > kNameBytesMax || !is_utf8(request.name))
    return Error{ErrorKind::kInvalid, "key.name",
                 fmt::format("Say in at most {} bytes what the key is for, so that somebody can tell it from others.",
                             kNameBytesMax)};
  return Done{};
}

}  // namespace

identity::Acts acts_for_keys(Role role) {
  identity::Acts acts;
  if (holds(kNoKeyRoles, role)) return acts;
  for (std::size_t i = 0; i < identity::kActs; ++i) {
    const auto act = static_cast<Act>(i);
    if (identity::permissions().of(role, act) != identity::Width::kNone && !holds(kNoKeyActs, act)) acts.add(act);
  }
  return acts;
}

Result<MadeKey> make_key(const Permit<Act::kKeyMake>& permit, const KeyRequest& request,
                         const LoginServices& services) {
  const auto organisation = organisation_in(permit, request.org, services);
  if (!organisation) return organisation.error();
  const Instant now = services.clock.now();
  if (auto judged = judge(request, *organisation, now); !judged) return std::move(judged.error());
  const std::string secret = random_token();
  MadeKey made;
  made.record = {.id = login::new_id(now),
                 .secret = sha256(secret),
                 .org = request.org,
                 .role = request.role,
                 .acts = request.acts,
                 .name = request.name,
                 .made = now,
                 .expires = request.expires,
                 .made_by = permit.actor().person};
  made.text = fmt::format("sk_{}_{}", made.record.id, secret);
  const AuditChange change{{},
                           {{"name", request.name},
                            {"role", std::string(role_word(request.role))},
                            {"acts", words_of(request.acts)},
                            {"expires", format_instant(request.expires)}}};
  const AuditEntry entry = entry_of(permit, "key.make", made.record, *organisation, change, now);
  if (auto kept = services.credentials.add(made.record, entry); !kept) return std::move(kept.error());
  services.log.write(LogLevel::kInfo, "sign_in.key_made", "",
                     {{"key", made.record.id}, {"org", request.org.value()}, {"by", permit.actor().person.value()}});
  return made;
}

Result<std::vector<ApiKeyRecord>> list_keys(const Permit<Act::kKeyRead>& permit, OrgId org, const std::string& after,
                                            std::size_t limit, const LoginServices& services) {
  const auto organisation = organisation_in(permit, org, services);
  if (!organisation) return organisation.error();
  return services.credentials.keys(org, after, limit);
}

Status revoke_key(const Permit<Act::kKeyMake>& permit, const std::string& id, const LoginServices& services) {
  const Error unknown{ErrorKind::kNotFound, "key.unknown", fmt::format("There is no key \"{}\".", excerpt(id))};
  const auto key = services.credentials.key(id);
  if (!key) return key.error();
  if (!*key) return unknown;
  const auto organisation = organisation_in(permit, (*key)->org, services);
  if (!organisation) return unknown;
  const Instant now = services.clock.now();
  const AuditChange change{{{"name", (*key)->name}, {"role", std::string(role_word((*key)->role))}}, {}};
  const auto revoked =
      services.credentials.revoke_key(id, now, entry_of(permit, "key.revoke", **key, *organisation, change, now));
  if (!revoked) return revoked.error();
  if (!*revoked)
    return Error{ErrorKind::kConflict, "key.revoked", fmt::format("The key \"{}\" was revoked already.", excerpt(id))};
  services.log.write(LogLevel::kInfo, "sign_in.key_revoked", "", {{"key", id}, {"by", permit.actor().person.value()}});
  return Done{};
}

}  // namespace suyuan
