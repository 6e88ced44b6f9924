// SPDX-License-Identifier: Apache-2.0
#include "app/account/entries.h"

#include <fmt/format.h>

namespace suyuan::account {

namespace {

using identity::Organisation;

template <class Id>
std::string text_of(const std::optional<Id>& id) {
  return id ? std::to_string(id->value()) : "";
}

std::vector<AuditField> fields_of(const Organisation& it) {
  return {{"name", it.name},
          {"kind", std::string(identity::org_kind_word(it.kind))},
          {"superior", text_of(it.superior)},
          {"division", fmt::format("{:06}", it.jurisdiction.division)},
          {"uscc", it.uscc},
          {"codes", fmt::format("{}", fmt::join(it.codes, " "))},
          {"active", it.is_active ? "true" : "false"}};
}

std::vector<AuditField> fields_of(const Account& it) {
  std::vector<std::string_view> roles;
  for (const identity::Role role : it.member.roles) roles.push_back(role_word(role));
  return {{"login", it.login},
          {"organisation", std::to_string(it.member.org.value())},
          {"name", it.name, true},
          {"mobile", it.mobile, true},
          {"deputy", text_of(it.deputy)},
          {"roles", fmt::format("{}", fmt::join(roles, " "))},
          {"active", it.member.is_active ? "true" : "false"}};
}

}  // namespace

// Of one that has no number yet, the superior's auditors: those of the new one see what comes after.
AuditEntry entry_of_new(const Granted& who, const Organisation& it, Instant now) {
  return entry_about(who, "organisation.add", {"organisation", ""}, it.superior.value_or(who.actor().org),
                     it.jurisdiction, {{}, fields_of(it)}, "", now);
}

AuditEntry entry_of_new(const Granted& who, const Account& it, const Organisation& org, Instant now) {
  return entry_about(who, "person.add", {"person", ""}, org.id, org.jurisdiction, {{}, fields_of(it)}, "", now);
}

AuditEntry entry_of_change(const Granted& who, const Organisation& before, const Organisation& after, Instant now) {
  return entry_about(who, "organisation.change", {"organisation", std::to_string(before.id.value())}, before.id,
                     before.jurisdiction, change_between(fields_of(before), fields_of(after)), "", now);
}

AuditEntry entry_of_change(const Granted& who, std::string_view act, const Account& before, const Account& after,
                           const Organisation& org, Instant now) {
  return entry_about(who, act, {"person", std::to_string(before.member.id.value())}, org.id, org.jurisdiction,
                     change_between(fields_of(before), fields_of(after)), "", now);
}

}  // namespace suyuan::account
