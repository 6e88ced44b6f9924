// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <functional>
#include <string>

#include "adapters/http/router.h"
#include "app/oidc/oidc.h"

namespace suyuan::http {

struct OidcRoutes {
  OidcServices services;
  std::string public_url;  // server.public_url: "https://trace.example.cn"
  // Makes the session of somebody who signed in. Its answer is sent on; without a Location it leads to where the person
  // wanted to go.
  std::function<Response(Request&, PersonId)> signed_in;
};

// /login/oidc sends the browser to the provider, /login/oidc/callback takes it back. What `routes` refers to outlives
// the router.
void add_oidc_routes(Router& router, OidcRoutes routes);

}  // namespace suyuan::http
