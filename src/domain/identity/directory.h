// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

#include "base/result.h"
#include "domain/identity/actor.h"
#include "domain/identity/role.h"

// Who there is: organisations in their tree, and who acts for them in which roles. A snapshot; never changes.
namespace suyuan::identity {

struct Organisation {
  OrgId id{1};
  std::string name = {};
  OrgKind kind = OrgKind::kServer;
  std::optional<OrgId> superior = {};   // nothing: below nobody
  Jurisdiction jurisdiction = {};       // of a regulator, what it is responsible for; of others, where they are
  std::string uscc = {};                // unified social credit code (GB 32100), or ""
  std::vector<std::string> codes = {};  // canonical URIs by which events name it: PGLN, GLN of its places
  bool is_active = true;
  std::int64_t version = 1;
  friend bool operator==(const Organisation&, const Organisation&) = default;
};

// Without name and login: those are personal and live with the account.
struct Member {
  PersonId id{1};
  OrgId org{1};
  std::vector<Role> roles = {};
  bool is_active = true;
  friend bool operator==(const Member&, const Member&) = default;
};

class Directory {
 public:
  // Organisation 1 is there even if nobody named it: the server's own.
  // Errors: kInvalid "organisation.cycle", "organisation.unknown_superior", "organisation.twice", "person.twice",
  // "person.unknown_organisation".
  static Result<std::shared_ptr<const Directory>> make(std::vector<Organisation> organisations,
                                                       std::vector<Member> members);
  static std::shared_ptr<const Directory> of_one_machine();  // nobody but the person at it

  const Organisation* find(OrgId id) const;
  const Member* find(PersonId id) const;
  // The same, or below it.
  bool is_within(OrgId inner, OrgId outer) const;
  // The same and all below, in ascending order.
  std::vector<OrgId> within(OrgId outer) const;
  const std::vector<Organisation>& organisations() const { return organisations_; }

 private:
  struct Place {
    std::size_t index;           // in organisations_
    std::uint32_t first, after;  // its part of the tree, walked in order: those of [first, after) are within it
  };
  Status number_tree();

  std::vector<Organisation> organisations_;
  std::unordered_map<OrgId, Place> places_;
  std::unordered_map<PersonId, Member> members_;
};

}  // namespace suyuan::identity
