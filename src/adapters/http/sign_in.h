// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <chrono>
#include <optional>
#include <string>

#include "adapters/http/gate.h"
#include "adapters/http/message.h"
#include "app/login/last_seen.h"
#include "app/login/login.h"
#include "app/ports/emergency_store.h"

// Who asks, found from what the request carries: a key ("Authorization: Bearer sk_…"), else the cookie of a session,
// else nobody. Asked anew for every request: who is dismissed is nobody from that moment.
namespace suyuan::http {

// What signing in over HTTP works with. Everything outlives the server.
struct LoginContext {
  LoginServices services;
  const Authorizer& authorizer;
  LastSeen& last_seen;
  EmergencyStore& emergencies;  // they widen what their officers read
  std::string provider = {};    // words on the link to the OpenID provider (/login/oidc); "" when there is none
};

// The gate of a server: who asks, what the authorizer says, and an entry in the audit for every refusal and for
// everything that is read under an emergency, before it is read.
// Refuses what is wrong, over or revoked (401), never takes it for the public; an unsafe method with a cookie must come
// from a page of ours. Errors: kSignIn "access.ended", "access.bad_key", "access.bad_credential", "access.sign_in";
// kForbidden "access.cross_site", "access.denied", "access.key_limits", "login.second_factor_needed",
// "login.password_expired".
Gate sign_in_gate(const LoginContext& context);

// Names and attributes: docs/login.md.
std::string session_cookie_name(bool secure);
std::string device_cookie_name(bool secure);
// The token of the request's session cookie; "" when there is none or more than one.
std::string session_token(const Request& request);
std::string device_cookie(const Request& request);
void set_sign_in_cookies(const Request& request, const SignedIn& signed_in, Instant now, Response& response);
void clear_session_cookie(const Request& request, Response& response);

// Whether a page of this server sent it, as browsers say by Sec-Fetch-Site and Origin. `must_say`: silence is a no.
bool is_same_origin(const Request& request, bool must_say);
Error cross_site();

// The paths at which people sign in: there the cookie of a session that is over is no error.
bool is_sign_in_path(const Request& request);

}  // namespace suyuan::http
