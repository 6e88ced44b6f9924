// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <memory>
#include <string>

#include "adapters/http/login_routes.h"
#include "adapters/http/serve.h"
#include "adapters/warehouse/store.h"
#include "bin/cli.h"

namespace suyuan::cli {

// What signing in works with, over one store and the accounts in it.
class Login {
 public:
  // Everything outlives it. Errors: kInvalid "login.bad_key_file".
  static Result<std::unique_ptr<Login>> open(Store& store, AccountStore& accounts, Clock& clock, Log& log, Audit& audit,
                                             const Settings& settings, const StorePlace& place);
  const LoginServices& services() const { return services_; }
  // For a server: who asks is found from keys and cookies. `authorizer` outlives this. Once.
  http::Gate serve(const Authorizer& authorizer, EmergencyStore& emergencies, std::string provider);
  // The routes of signing in. After serve().
  void add_routes(http::Router& router) const;

 private:
  Login(Store& store, AccountStore& accounts, Clock& clock, Log& log, Audit& audit, const Settings& settings,
        std::string key);

  std::unique_ptr<CredentialStore> credentials_;
  std::unique_ptr<PasswordHasher> hasher_;
  const Sealer sealer_;
  const LoginServices services_;
  std::unique_ptr<LastSeen> last_seen_;
  std::unique_ptr<http::LoginContext> context_;
};

// Prints the set-up link while nobody has an administrator's role; else nothing.
Status print_set_up_link(const LoginServices& services, const std::string& url);

}  // namespace suyuan::cli
