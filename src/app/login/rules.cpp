// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "app/login/login.h"
#include "engine/secret/random.h"

namespace suyuan {

namespace {

class Argon2Hasher final : public PasswordHasher {
 public:
  explicit Argon2Hasher(const Argon2Cost& cost) : cost_(cost) {
    auto made = argon2id(random_token(), cost_);
    CHECK(made.ok());
    nobodys_ = std::move(*made);
  }
  Result<std::string> hash(std::string_view password) override { return argon2id(password, cost_); }
  bool matches(const std::string& hash, std::string_view password) override { return argon2id_matches(hash, password); }
  bool is_current(const std::string& hash) override { return argon2id_has_cost(hash, cost_); }
  const std::string& nobodys_hash() override { return nobodys_; }

 private:
  const Argon2Cost cost_;
  std::string nobodys_;
};

bool is_privileged(identity::Role role) {
  using identity::Role;
  return role == Role::kLeader || role == Role::kSignatory || role == Role::kSysadmin || role == Role::kSecadmin ||
         role == Role::kAuditor;
}

}  // namespace

std::unique_ptr<PasswordHasher> make_argon2_hasher(const Argon2Cost& cost) {
  return std::make_unique<Argon2Hasher>(cost);
}

LoginRules login_rules(const Settings& settings) {
  using SecondFactor = LoginRules::SecondFactor;
  LoginRules rules;
  if (settings.text("login.policy") == "mlps3") rules.profile = credential::PasswordProfile::kMlps3;
  const std::string& who = settings.text("login.second_factor");
  rules.second_factor = who == "all"    ? SecondFactor::kAll
                        : who == "none" ? SecondFactor::kNone
                                        : SecondFactor::kPrivileged;
  rules.idle = std::chrono::minutes(settings.number("login.idle_minutes_max"));
  rules.longest = std::chrono::minutes(settings.number("login.session_minutes_max"));
  return rules;
}

Argon2Cost argon2_cost(const Settings& settings) {
  return {settings.number("login.argon2_kib"), static_cast<int>(settings.number("login.argon2_passes"))};
}

std::optional<Error> held_back(const identity::Member& member, SessionRecord::How how, Instant password_set,
                               const LoginRules& rules, Instant now) {
  using SecondFactor = LoginRules::SecondFactor;
  const bool needs_code = rules.second_factor == SecondFactor::kAll ||
                          (rules.second_factor == SecondFactor::kPrivileged &&
                           std::any_of(member.roles.begin(), member.roles.end(), is_privileged));
  if (how == SessionRecord::How::kProvider) return std::nullopt;
  if (needs_code && how != SessionRecord::How::kPasswordAndCode) {
    return Error{
        ErrorKind::kForbidden, "login.second_factor_needed",
        "Your role needs a second factor. Set up an authenticator app at /account first; until then nothing but "
        "your own account is open."};
  }
  if (is_too_old(rules.profile, password_set, now)) {
    return Error{ErrorKind::kForbidden, "login.password_expired",
                 "Your password is older than 90 days. Change it at /account first; until then nothing but your own "
                 "account is open."};
  }
  return std::nullopt;
}

}  // namespace suyuan
