// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <map>
#include <string>
#include <vector>

#include "app/account/account.h"

// The organisations and people of the demonstration, as an administrator would enter them.
namespace suyuan {

struct SeatedFirm {
  OrgId org;
  identity::Role role;  // of its keys
};

struct SeatedCast {
  std::vector<SeatedFirm> firms;           // by DemoStory::parties
  std::map<std::string, PersonId> people;  // by StoryRole::word; the public is nobody
};

// Into a store without accounts. Errors: those of the verbs of app/account.
Result<SeatedCast> seat_cast(const AccountServices& services);

}  // namespace suyuan
