// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "app/audit/audit.h"
#include "app/identity/permit.h"
#include "app/operation/log.h"
#include "app/operation/settings.h"
#include "app/ports/account_store.h"
#include "app/ports/credential_store.h"
#include "domain/credential/password_policy.h"
#include "engine/secret/argon2.h"
#include "engine/secret/sealer.h"

// Signing in and out. The rules are written down in docs/login.md. What is never in a log, an error or an answer that
// can be asked for again: passwords, codes, tokens, keys and links.
namespace suyuan {

// Takes long on purpose; whoever calls it bounds how many do so at once. Threads: any.
class PasswordHasher {
 public:
  virtual ~PasswordHasher() = default;
  virtual Result<std::string> hash(std::string_view password) = 0;
  virtual bool matches(const std::string& hash, std::string_view password) = 0;
  virtual bool is_current(const std::string& hash) = 0;  // made at today's cost
  // Of a password that nobody has, at today's cost: who is not known is hashed like everybody.
  virtual const std::string& nobodys_hash() = 0;
};
std::unique_ptr<PasswordHasher> make_argon2_hasher(const Argon2Cost& cost);

struct LoginRules {
  enum class SecondFactor : std::uint8_t { kPrivileged, kAll, kNone };
  credential::PasswordProfile profile = credential::PasswordProfile::kAsvs5;
  SecondFactor second_factor = SecondFactor::kPrivileged;
  std::chrono::minutes idle{30}, longest{720};  // of a session
};
LoginRules login_rules(const Settings& settings);  // login.*
Argon2Cost argon2_cost(const Settings& settings);

struct LoginServices {
  AccountStore& accounts;
  CredentialStore& credentials;
  PasswordHasher& hasher;
  const Sealer& sealer;
  Clock& clock;
  Log& log;
  Audit& audit;  // of what is refused; a change is written down by its store
  LoginRules rules = {};
};

struct SignInRequest {
  std::string login, password;
  std::string code = {};      // of the second factor, or a recovery code; "" for none
  std::string address = {};   // of the client
  std::string device = {};    // what an earlier sign-in left with the client; "" for nothing
  std::string replaced = {};  // token of the session that the client has now: it ends
};

struct SignedIn {
  std::string token;  // for the cookie; the store has its hash
  SessionRecord session;
  std::string device;  // for a cookie that stays: attempts of a device that signed in before have a budget of their own
  std::optional<Error> held_back = {};  // why the session reaches no more than its own account
};

// Every attempt costs one hash, whether login, password or both are wrong. `wait`: with "login.too_many", how long.
// Errors: kSignIn "login.wrong", "login.code_needed", "login.wrong_code"; kBusy "login.too_many", "login.busy".
Result<SignedIn> sign_in(const Permit<identity::Act::kPageRead>& permit, const SignInRequest& request,
                         const LoginServices& services, std::chrono::seconds& wait);
// For somebody whom an OpenID provider vouched for (app/oidc). `replaced`: the session that the client has now: it
// ends. Errors: kSignIn "login.wrong" when the person is not active any more.
Result<SignedIn> sign_in_by_provider(const Permit<identity::Act::kPageRead>& permit, PersonId person,
                                     const std::string& address, const std::string& replaced,
                                     const LoginServices& services);
// Ends the session of this token, if there is one.
Status sign_out(const Permit<identity::Act::kPageRead>& permit, const std::string& token,
                const LoginServices& services);

// Why somebody with these roles, signed in like this, reaches no more than the own account: kForbidden
// "login.second_factor_needed", "login.password_expired".
std::optional<Error> held_back(const identity::Member& member, SessionRecord::How how, Instant password_set,
                               const LoginRules& rules, Instant now);

// As logins are compared: full-width letters folded, small, without outer blanks.
std::string folded_login(std::string_view login);

// Whom a credential stands for, as the directory has them now.
struct Bearer {
  identity::Principal who;
  std::optional<SessionRecord> session = {};  // one of these two
  std::optional<ApiKeyRecord> key = {};
  std::optional<Error> held_back = {};
};
// Errors: kSignIn "access.ended" (no such session, over, or its person or organisation is not active any more).
Result<Bearer> bearer_of_session(const std::string& token, const std::string& address, const LoginServices& services);
// Errors: kSignIn "access.bad_key" (no such key, revoked, expired, or its organisation is closed).
Result<Bearer> bearer_of_key(std::string_view key, const std::string& address, const LoginServices& services);

}  // namespace suyuan
