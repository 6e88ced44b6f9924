// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "adapters/http/router.h"
#include "adapters/http/sign_in.h"

namespace suyuan::http {

// /login, /logout, /setup/…, /account…, /api/v1/session…, /api/v1/keys…, and what people see when they are refused. The
// context outlives the router; its gate is sign_in_gate.
void add_login_routes(Router& router, const LoginContext& context);

// The parts of it.
void add_session_api(Router& router, const LoginContext& context);  // /api/v1/session, sessions, account
void add_key_api(Router& router, const LoginContext& context);      // /api/v1/keys
void add_login_pages(Router& router, const LoginContext& context);  // /login, /logout, /setup
void add_account_pages(Router& router, const LoginContext& context);

}  // namespace suyuan::http
