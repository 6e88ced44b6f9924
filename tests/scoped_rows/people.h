// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <string>

#include "app/identity/permit.h"

// Who there is in these tests: a producer, a distributor, two retailers and a platform, the regulators of two counties
// and of their city, and one of another province.
namespace suyuan::permissions {

using identity::Act;
using identity::OrgKind;
using identity::Role;

inline std::string party_code(int number) { return fmt::format("https://id.gs1.org/417/690123400{:04}", number); }

struct Person {
  std::int64_t org;
  OrgKind kind;
  Role role;
  std::int32_t place;
  std::string code;  // by which events name them
};

inline const std::map<std::string, Person>& people() {
  static const std::map<std::string, Person> all = {
      {"city", {2, OrgKind::kRegulator, Role::kOfficer, 330100, ""}},
      {"county A", {3, OrgKind::kRegulator, Role::kOfficer, 330102, ""}},
      {"county B", {4, OrgKind::kRegulator, Role::kOfficer, 330106, ""}},
      {"province", {5, OrgKind::kRegulator, Role::kOfficer, 510000, ""}},
      {"P", {10, OrgKind::kProducer, Role::kProducer, 330102, "https://id.gs1.org/417/6901234000009"}},
      {"D", {11, OrgKind::kSeller, Role::kSeller, 330106, "https://id.gs1.org/417/6901234000016"}},
      {"R", {12, OrgKind::kSeller, Role::kSeller, 330106, "https://id.gs1.org/417/6901234000023"}},
      {"Q", {13, OrgKind::kSeller, Role::kSeller, 330108, "https://id.gs1.org/417/6901234000030"}},
      {"platform", {14, OrgKind::kPlatform, Role::kPlatform, 330100, ""}}};
  return all;
}

inline Actor actor_of(const std::string& name) {
  if (name == "machine") return local_actor();
  const Person& who = people().at(name);
  return {PersonId(who.org * 10), OrgId(who.org), Jurisdiction{who.place}};
}

// The directory as it is now; organisations can be closed.
class Town : public DirectorySource {
 public:
  std::shared_ptr<const identity::Directory> directory() override {
    std::vector<identity::Organisation> organisations;
    for (const auto& [name, who] : people()) {
      identity::Organisation each{.id = OrgId(who.org), .name = name, .kind = who.kind};
      each.jurisdiction = Jurisdiction{who.place};
      if (!who.code.empty()) each.codes = {who.code};
      if (name == "county A" || name == "county B") each.superior = OrgId(2);
      each.is_active = name != closed;
      organisations.push_back(std::move(each));
    }
    auto made = identity::Directory::make(std::move(organisations), {});
    CHECK(made.ok());
    return *made;
  }
  std::string closed;
};

inline identity::Principal principal(const std::string& name) {
  if (name == "machine") return identity::machine_principal();
  if (name == "nobody") return identity::public_principal();
  const Person& who = people().at(name);
  return {.actor = actor_of(name), .roles = {who.role}, .via = identity::Via::kSession, .from = "test"};
}

}  // namespace suyuan::permissions
