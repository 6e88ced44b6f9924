// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>
#include <utility>
#include <vector>

#include "domain/codes/identity.h"

// What the start page tells about a store that holds the demonstration: plain values, told by app/demo.
namespace suyuan {

struct StoryParty {
  std::string name, role, county;  // role: a word of app/page/code_page.h
  int tier = 0;                    // column in the picture: 0 sources … 4 users
};

struct StoryCode {
  codes::Identity id;
  std::string zh, en;  // why it is worth opening
};

struct DemoStory {
  std::vector<StoryParty> parties;
  std::vector<std::pair<std::size_t, std::size_t>> flows;  // indexes of parties: goods went from, to
  std::vector<StoryCode> codes;
  codes::Identity bad_lot;
};

}  // namespace suyuan
