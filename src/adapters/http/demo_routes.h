// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <map>
#include <string>

#include "adapters/http/router.h"
#include "app/login/login.h"
#include "app/page/story.h"

// The demonstration's role switch: every page lets its visitor look as somebody else. For stores of invented data only:
// whoever opens it signs in without proving anything.
namespace suyuan::http {

// All of it outlives the router.
struct DemoDoor {
  const DemoStory& story;
  const std::map<std::string, PersonId>& people;  // by StoryRole::word; who is not in it is the public
  const LoginServices& login;
};

// POST /demo/role, and the switch on top of all pages.
void add_demo_routes(Router& router, const DemoDoor& door);

}  // namespace suyuan::http
