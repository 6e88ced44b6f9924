// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "app/login/login.h"

// API keys: what a program of an organisation proves itself with. A key has one role of its organisation's kind, a list
// of acts and an end, and can do nothing else.
namespace suyuan {

inline constexpr std::chrono::days kKeyLastsAtMost{366};

struct KeyRequest {
  OrgId org{1};
  identity::Role role = identity::Role::kPublic;
  identity::Acts acts;
  std::string name;  // what it is for
  Instant expires;
};

struct MadeKey {
  ApiKeyRecord record;
  std::string text;  // "sk_<id>_<43 characters>": shown this once
};

// What a key of this role may be given. Not what a person must answer for (signatures, emergencies, unmasking), nor
// what decides who gets in; none for the roles that need a second factor.
identity::Acts acts_for_keys(identity::Role role);

// Errors: kInvalid "key.role", "key.acts", "key.expires", "key.name", those of judge_roles; kNotFound
// "organisation.unknown" (also outside the permit's reach).
Result<MadeKey> make_key(const Permit<identity::Act::kKeyMake>& permit, const KeyRequest& request,
                         const LoginServices& services);
// Of one organisation, revoked and expired ones too. Errors: kNotFound "organisation.unknown".
Result<std::vector<ApiKeyRecord>> list_keys(const Permit<identity::Act::kKeyRead>& permit, OrgId org,
                                            const std::string& after, std::size_t limit, const LoginServices& services);
// From this moment it is refused. Errors: kNotFound "key.unknown"; kConflict "key.revoked".
Status revoke_key(const Permit<identity::Act::kKeyMake>& permit, const std::string& id, const LoginServices& services);

}  // namespace suyuan
