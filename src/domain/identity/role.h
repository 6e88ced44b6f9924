// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

// Which kinds of organisation there are and which roles people hold in them (policy/roles.csv, compiled in).
namespace suyuan::identity {

enum class OrgKind : std::uint8_t {  // stored; never renumber
  kServer = 1,                       // who runs this server: organisation 1
  kRegulator = 2,
  kCentre = 3,      // monitoring centre
  kLaboratory = 4,  // inspection body
  kPlatform = 5,
  kMerchant = 6,  // who trades on a platform
  kProducer = 7,
  kSeller = 8,
  kIndustry = 9,  // industry body
};
inline constexpr std::array<std::string_view, 10> kOrgKindWords = {
    "", "server", "regulator", "centre", "laboratory", "platform", "merchant", "producer", "seller", "industry"};
constexpr std::string_view org_kind_word(OrgKind kind) { return kOrgKindWords[static_cast<std::size_t>(kind)]; }
std::optional<OrgKind> org_kind_of(std::string_view word);

enum class Role : std::uint8_t {  // stored; never renumber. The columns of policy/permissions.csv
  kPublic = 0,
  kMachine = 1,
  kOfficer = 2,
  kLeader = 3,
  kAnalyst = 4,
  kSampler = 5,
  kTester = 6,
  kSignatory = 7,
  kPlatform = 8,
  kMerchant = 9,
  kProducer = 10,
  kSeller = 11,
  kIndustry = 12,
  kSysadmin = 13,
  kSecadmin = 14,
  kAuditor = 15,
};
inline constexpr std::array<std::string_view, 16> kRoleWords = {
    "public",   "machine",  "officer",  "leader", "analyst",  "sampler",  "tester",   "signatory",
    "platform", "merchant", "producer", "seller", "industry", "sysadmin", "secadmin", "auditor"};
inline constexpr std::size_t kRoles = kRoleWords.size();
constexpr std::string_view role_word(Role role) { return kRoleWords[static_cast<std::size_t>(role)]; }
std::optional<Role> role_of(std::string_view word);

struct RoleRule {
  Role role;
  std::string chinese, english;
  std::vector<OrgKind> kinds;  // of the organisations whose people may hold it
  std::vector<Role> excludes;  // that the same person must not hold as well
  std::string clause, duty;
};

// Errors: kInvalid "policy.role_row", naming the line and what is wrong with it.
Result<std::vector<RoleRule>> read_roles(std::string_view csv);
const std::vector<RoleRule>& role_rules();  // the compiled-in ones, by Role
const RoleRule& rule_of(Role role);

// Whether somebody of an organisation of this kind may hold these roles together.
// Errors: kInvalid "role.wrong_organisation", "role.excluded", naming both roles and the clause.
Status judge_roles(OrgKind kind, const std::vector<Role>& roles);

}  // namespace suyuan::identity
