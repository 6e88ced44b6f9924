// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include "app/login/parts.h"
#include "base/text.h"

namespace suyuan {

namespace {

using namespace login;

const PersonId kNobody(INT64_MAX);

// What is typed into the login field may be a password: a log names the account, or a hash to compare by.
void note_failure(std::string_view why, const std::string& login, const std::optional<Account>& account,
                  const SignInRequest& request, const LoginServices& services) {
  std::vector<LogField> fields = {{"why", std::string(why)}, {"from", excerpt(request.address, 64)}};
  if (account)
    fields.push_back({"person", account->member.id.value()});
  else
    fields.push_back({"login_sha256", hex(sha256(login)).substr(0, 16)});
  services.log.write(LogLevel::kWarning, "sign_in.failed", "", std::move(fields));
}

Result<bool> is_active(const std::optional<Account>& account, AccountStore& accounts) {
  if (!account || !account->member.is_active) return false;
  const auto directory = accounts.directory();
  if (!directory) return directory.error();
  const identity::Organisation* organisation = (*directory)->find(account->member.org);
  return organisation != nullptr && organisation->is_active;
}

void rehash_if_old(PersonId person, const std::string& hash, const std::string& password,
                   const LoginServices& services) {
  if (services.hasher.is_current(hash)) return;
  if (auto anew = services.hasher.hash(password))
    static_cast<void>(services.credentials.rehash(person, hash, *anew));  // next time, if not now
}

Error code_needed() {
  return {ErrorKind::kSignIn, "login.code_needed",
          "This account has a second factor: send the code of the authenticator app too, or a recovery code."};
}

Error wrong_code() {
  return {ErrorKind::kSignIn, "login.wrong_code",
          "The code of the second factor is wrong, too old or was used already. Wait for the next one."};
}

}  // namespace

Result<SignedIn> sign_in(const Permit<identity::Act::kPageRead>&, const SignInRequest& request,
                         const LoginServices& services, std::chrono::seconds& wait) {
  const std::string login = folded_login(request.login);
  auto account = services.accounts.account_of(login);
  if (!account) return std::move(account.error());
  const auto keys = attempt_keys(login, request.address, request.device, *account, services.sealer);
  if (auto charged = charge(keys, services, wait); !charged) {
    note_failure(charged.error().code, login, *account, request, services);
    return std::move(charged.error());
  }
  // Asked for nobody too, so that it takes as long.
  const auto password = services.credentials.password(*account ? (*account)->member.id : kNobody);
  if (!password) return password.error();
  const std::string& hash = *password ? (*password)->hash : services.hasher.nobodys_hash();
  const bool matches = services.hasher.matches(hash, request.password) && password->has_value();
  const auto active = is_active(*account, services.accounts);
  if (!active) return active.error();
  if (!matches || !*active) {
    note_failure("login.wrong", login, *account, request, services);
    return wrong_login();
  }
  const Account& person = **account;
  const auto totp = services.credentials.totp(person.member.id);
  if (!totp) return totp.error();
  const bool has_code = *totp && (*totp)->is_confirmed;
  if (has_code && request.code.empty()) {
    if (auto taken = services.credentials.take_back(keys); !taken) return std::move(taken.error());
    return code_needed();
  }
  if (has_code) {
    const auto taken = takes_code(person.member.id, **totp, request.code, services);
    if (!taken) return taken.error();
    if (!*taken) {
      note_failure("login.wrong_code", login, *account, request, services);
      return wrong_code();
    }
  }
  if (auto forgiven = services.credentials.forgive(keys); !forgiven) return std::move(forgiven.error());
  rehash_if_old(person.member.id, hash, request.password, services);
  const auto how = has_code ? SessionRecord::How::kPasswordAndCode : SessionRecord::How::kPassword;
  return start_session(person, how, request.address, request.replaced, services);
}

Result<SignedIn> sign_in_by_provider(const Permit<identity::Act::kPageRead>&, PersonId person,
                                     const std::string& address, const std::string& replaced,
                                     const LoginServices& services) {
  const auto account = services.accounts.account(person);
  if (!account) return account.error();
  if (!*account || !(*account)->member.is_active) return login::wrong_login();
  return login::start_session(**account, SessionRecord::How::kProvider, address, replaced, services);
}

Status sign_out(const Permit<identity::Act::kPageRead>&, const std::string& token, const LoginServices& services) {
  return services.credentials.end_session(sha256(token));
}

}  // namespace suyuan
