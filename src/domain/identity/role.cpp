// SPDX-License-Identifier: Apache-2.0
#include "domain/identity/role.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/check.h"
#include "base/text.h"
#include "domain/identity/policy_texts.h"

namespace suyuan::identity {

namespace {

Error wrong_row(std::size_t number, std::string_view line, std::string_view what) {
  return {ErrorKind::kInvalid, "policy.role_row",
          fmt::format("Line {} of the roles: {}. Seen: \"{}\".", number, what, excerpt(line))};
}

Result<RoleRule> read_row(std::string_view line, std::size_t number) {
  const auto cells = split(line, ',');
  if (cells.size() != 7)
    return wrong_row(number, line, "seven cells are expected: role,Chinese,English,kinds,excludes,clause,duty");
  const auto role = role_of(cells[0]);
  if (!role) return wrong_row(number, line, "there is no such role");
  RoleRule rule{*role, std::string(cells[1]), std::string(cells[2]), {},
                {},    std::string(cells[5]), std::string(cells[6])};
  for (const std::string_view word : split(cells[3], ' ')) {
    if (word.empty()) continue;
    const auto kind = org_kind_of(word);
    if (!kind) return wrong_row(number, line, fmt::format("there is no kind of organisation \"{}\"", excerpt(word)));
    rule.kinds.push_back(*kind);
  }
  for (const std::string_view word : split(cells[4], ' ')) {
    if (word.empty()) continue;
    const auto other = role_of(word);
    if (!other) return wrong_row(number, line, fmt::format("it excludes \"{}\", which is no role", excerpt(word)));
    rule.excludes.push_back(*other);
  }
  return rule;
}

bool contains(const auto& list, auto value) { return std::find(list.begin(), list.end(), value) != list.end(); }

}  // namespace

Result<std::vector<RoleRule>> read_roles(std::string_view csv) {
  std::vector<std::optional<RoleRule>> found(kRoles);
  std::size_t number = 0;
  for (const std::string_view raw : split(csv, '\n')) {
    ++number;
    const std::string_view line = trim(raw);
    if (line.empty() || line.starts_with("#")) continue;
    auto rule = read_row(line, number);
    if (!rule) return std::move(rule.error());
    auto& place = found[static_cast<std::size_t>(rule->role)];
    if (place) return wrong_row(number, line, "this role has a row already; keep one");
    place = std::move(*rule);
  }
  std::vector<RoleRule> rules;
  for (std::size_t i = 0; i < kRoles; ++i) {
    if (!found[i]) return wrong_row(number, kRoleWords[i], "this role has no row");
    rules.push_back(std::move(*found[i]));
  }
  return rules;
}

const std::vector<RoleRule>& role_rules() {
  static const std::vector<RoleRule> rules = [] {
    auto read = read_roles(roles_text());
    CHECK(read.ok());
    return std::move(*read);
  }();
  return rules;
}

const RoleRule& rule_of(Role role) { return role_rules()[static_cast<std::size_t>(role)]; }

Status judge_roles(OrgKind kind, const std::vector<Role>& roles) {
  for (const Role role : roles) {
    const RoleRule& rule = rule_of(role);
    if (!contains(rule.kinds, kind)) {
      return Error{ErrorKind::kInvalid, "role.wrong_organisation",
                   fmt::format("The role {} ({}) is not for people of a {}.", role_word(role), rule.chinese,
                               org_kind_word(kind))};
    }
    for (const Role other : roles) {
      if (!contains(rule.excludes, other)) continue;
      return Error{ErrorKind::kInvalid, "role.excluded",
                   fmt::format("Nobody may be both {} ({}) and {} ({}): {}. Give one of them to somebody else.",
                               role_word(role), rule.chinese, role_word(other), rule_of(other).chinese, rule.clause)};
    }
  }
  return Done{};
}

}  // namespace suyuan::identity
