// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>
#include <utility>
#include <vector>

#include "base/time.h"
#include "domain/codes/identity.h"

// What the start page tells about a store that holds the demonstration: plain values, told by app/demo.
namespace suyuan {

struct StoryParty {
  std::string name, role, county;      // role: a word of app/page/code_page.h
  int tier = 0;                        // column in the picture: 0 sources … 4 users
  std::vector<codes::Identity> codes;  // by which events name it
};

struct StoryCode {
  codes::Identity id;
  std::string zh, en;  // why it is worth opening
};

// As whom a visitor can look. The first is the public, without account.
struct StoryRole {
  std::string word;
  std::string group_zh, group_en, zh, en;  // one group's roles stand together; "" is no group
  std::string invite_zh, invite_en;        // to whoever looks as the public, or ""
};

struct DemoStory {
  std::vector<StoryParty> parties;
  std::vector<StoryCode> codes;
  std::vector<StoryRole> roles;
  codes::Identity bad_lot;
  std::pair<CivilDay, CivilDay> month;  // its first, first and last day
};

}  // namespace suyuan
