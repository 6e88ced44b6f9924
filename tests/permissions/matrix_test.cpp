// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "domain/identity/decide.h"

// What each role may do, to whose records, as one table: tests/permissions/matrix.txt. Written from decisions in a
// small world, not from the policy file; a change of either shows here, to be read and agreed to.
namespace suyuan::identity {
namespace {

constexpr Instant kNow{std::chrono::hours(24 * 20'000)};

Organisation org(std::int64_t id, OrgKind kind, std::int32_t place, std::int64_t superior = 0) {
  Organisation made{.id = OrgId(id), .name = "org", .kind = kind, .jurisdiction = Jurisdiction{place}};
  if (superior > 0) made.superior = OrgId(superior);
  return made;
}

// Everybody works in 合肥 (340100). 2 is above them, 4 below them.
constexpr std::int64_t kAbove = 2, kOwn = 3, kBelow = 4, kSamePlace = 5, kElsewhere = 6;

std::shared_ptr<const Directory> world(OrgKind kind) {
  std::vector<Organisation> all = {org(kAbove, kind, 340000), org(kOwn, kind, 340100, kAbove),
                                   org(kBelow, kind, 340104, kOwn), org(kSamePlace, OrgKind::kProducer, 340102),
                                   org(kElsewhere, OrgKind::kProducer, 330106)};
  // The server stands above nobody.
  if (kind == OrgKind::kServer) {
    for (Organisation& each : all) each.superior.reset();
  }
  auto made = Directory::make(std::move(all), {});
  EXPECT_TRUE(made.ok());
  return *made;
}

struct Owner {
  char letter;
  std::int64_t person, org;
  std::int32_t place;
};
constexpr Owner kOwners[] = {{'s', 100, kOwn, 340100},       {'c', 101, kOwn, 340100},
                             {'b', 102, kBelow, 340104},     {'p', 103, kSamePlace, 340102},
                             {'o', 104, kElsewhere, 330106}, {'a', 105, kAbove, 340000}};

std::string cell(Role role, Act act) {
  const OrgKind kind = rule_of(role).kinds.empty() ? OrgKind::kSeller : rule_of(role).kinds.front();
  Principal who{.actor = {PersonId(100), OrgId(kOwn), Jurisdiction{340100}}, .roles = {role}, .via = Via::kSession};
  if (role == Role::kPublic) who = public_principal();
  if (role == Role::kMachine) who = machine_principal();
  const auto scope =
      decide(role == Role::kMachine ? Directory::of_one_machine() : world(kind), permissions(), who, act, kNow);
  if (!scope.ok()) return scope.error().kind == ErrorKind::kSignIn ? "401" : "403";
  if (scope->width() == Width::kPublic) return "public";
  if (scope->width() == Width::kFigures) return "figures";
  std::string letters;
  for (const auto& [letter, person, owner, place] : kOwners)
    if (scope->covers({PersonId(person), OrgId(owner), Jurisdiction{place}})) letters += letter;
  if (scope->width() == Width::kNamed) letters += 'n';
  if (scope->width() == Width::kChain) letters += 't';
  return letters;
}

std::string table() {
  std::string text =
      "Who may do what, to whose records. Somebody of an organisation in 合肥 asks.\n"
      "  s  what they made themselves          p  of another organisation in 合肥\n"
      "  c  of a colleague                     o  of an organisation in another province\n"
      "  b  of an organisation below theirs    a  of the organisation above theirs\n"
      "  n  events that name their organisation\n"
      "  t  all of a chain that touches their place\n"
      "  401 sign in first   403 may not   public, figures: no rows\n\n";
  text += fmt::format("{:<20}", "");
  for (std::size_t role = 0; role < kRoles; ++role) text += fmt::format("{:<10}", kRoleWords[role]);
  while (text.back() == ' ') text.pop_back();
  text += '\n';
  for (std::size_t act = 0; act < kActs; ++act) {
    text += fmt::format("{:<20}", kActWords[act]);
    for (std::size_t role = 0; role < kRoles; ++role)
      text += fmt::format("{:<10}", cell(static_cast<Role>(role), static_cast<Act>(act)));
    while (text.back() == ' ') text.pop_back();
    text += '\n';
  }
  return text;
}

// shows: R1, E1, T3
TEST(PermissionMatrix, is_the_one_that_was_agreed_to) {
  const std::filesystem::path file = std::filesystem::path(SUYUAN_SOURCE_DIR) / "tests/permissions/matrix.txt";
  const std::string is = table();
  if (std::getenv("SUYUAN_TEST_WRITE") != nullptr) std::ofstream(file) << is;
  std::stringstream agreed;
  agreed << std::ifstream(file).rdbuf();
  EXPECT_EQ(is, agreed.str()) << "SUYUAN_TEST_WRITE=1 writes the table anew; read the difference before you agree.";
}

}  // namespace
}  // namespace suyuan::identity
