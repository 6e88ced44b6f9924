// SPDX-License-Identifier: Apache-2.0
#include "bin/login.h"

#include <cstdio>

#include "adapters/records/credential_store.h"
#include "app/login/links.h"
#include "bin/secret_file.h"
#include "engine/secret/random.h"

namespace suyuan::cli {

namespace {

SecretFile key_file(const Settings& settings, const StorePlace& place) {
  const std::string& named = settings.text("login.key_file");
  const std::string usual = place.url.empty() ? place.folder + "/login-key" : "suyuan-login-key";
  return {.file = named.empty() ? usual : named,
          .setting = "login.key_file",
          .code = "login.bad_key_file",
          .holds = "32 random bytes",
          .bytes_max = Sealer::kKeyBytes,
          .fresh = [] { return random_bytes(Sealer::kKeyBytes); }};
}

}  // namespace

Result<std::unique_ptr<Login>> Login::open(Store& store, AccountStore& accounts, Clock& clock, Log& log, Audit& audit,
                                           const Settings& settings, const StorePlace& place) {
  const SecretFile file = key_file(settings, place);
  auto key = read_or_make(file);
  if (!key) return std::move(key.error());
  if (key->size() != Sealer::kKeyBytes) return bad_secret_file(file, "has another size");
  return std::unique_ptr<Login>(new Login(store, accounts, clock, log, audit, settings, std::move(*key)));
}

Login::Login(Store& store, AccountStore& accounts, Clock& clock, Log& log, Audit& audit, const Settings& settings,
             std::string key)
    : credentials_(make_credential_store(store.records())),
      hasher_(make_argon2_hasher(argon2_cost(settings))),
      sealer_(std::move(key)),
      services_{accounts, *credentials_, *hasher_, sealer_, clock, log, audit, login_rules(settings)} {}

http::Gate Login::serve(const Authorizer& authorizer, EmergencyStore& emergencies, std::string provider) {
  last_seen_ = start_last_seen(services_);
  context_ = std::make_unique<http::LoginContext>(
      http::LoginContext{services_, authorizer, *last_seen_, emergencies, std::move(provider)});
  return http::sign_in_gate(*context_);
}

void Login::add_routes(http::Router& router) const { http::add_login_routes(router, *context_); }

Status print_set_up_link(const LoginServices& services, const std::string& url) {
  auto token = set_up_link(at_this_machine(), services);
  if (!token) return std::move(token.error());
  if (!*token) return Done{};
  std::printf("第一个安全管理员 first administrator (24 h, 只能用一次 once):\n  %s/setup/%s\n", url.c_str(),
              (*token)->c_str());
  std::fflush(stdout);
  return Done{};
}

}  // namespace suyuan::cli
