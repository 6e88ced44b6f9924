// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include "app/login/parts.h"
#include "base/text.h"

namespace suyuan {

namespace {

using namespace login;

const PersonId kNobody(INT64_MAX);

// What is typed into the login field may be a password: a log names the account, or a hash to compare by. Returns the
// error.
Error noted(Error why, const Granted& who, const std::string& login, const std::optional<Account>& account,
            const SignInRequest& request, const LoginServices& services) {
  std::optional<Actor> whose;
  if (account) {
    const auto person = actor_of(*account, services);
    if (!person) return person.error();
    whose = *person;
  }
  identity::Principal somebody = who.who();
  somebody.from = request.address;
  services.audit.sign_in_failed(somebody, login, whose, why);
  std::vector<LogField> fields = {{"why", why.code}, {"from", excerpt(request.address, 64)}};
  if (account)
    fields.push_back({"person", account->member.id.value()});
  else
    fields.push_back({"login_sha256", hex(sha256(login)).substr(0, 16)});
  services.log.write(LogLevel::kWarning, "sign_in.failed", "", std::move(fields));
  return why;
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

Result<SignedIn> sign_in(const Permit<identity::Act::kPageRead>& permit, const SignInRequest& request,
                         const LoginServices& services, std::chrono::seconds& wait) {
  const std::string login = folded_login(request.login);
  auto account = services.accounts.account_of(login);
  if (!account) return std::move(account.error());
  const auto refused = [&](Error why) { return noted(std::move(why), permit, login, *account, request, services); };
  const auto keys = attempt_keys(login, request.address, request.device, *account, services.sealer);
  if (auto charged = charge(keys, services, wait); !charged) return refused(std::move(charged.error()));
  // Asked for nobody too, so that it takes as long.
  const auto password = services.credentials.password(*account ? (*account)->member.id : kNobody);
  if (!password) return password.error();
  const std::string& hash = *password ? (*password)->hash : services.hasher.nobodys_hash();
  const bool matches = services.hasher.matches(hash, request.password) && password->has_value();
  const auto active = is_active(*account, services.accounts);
  if (!active) return active.error();
  if (!matches || !*active) return refused(wrong_login());
  const Account& person = **account;
  const auto totp = services.credentials.totp(person.member.id);
  if (!totp) return totp.error();
  const bool has_code = *totp && (*totp)->is_confirmed;
  if (has_code && request.code.empty()) {
    if (auto taken = services.credentials.take_back(keys); !taken) return std::move(taken.error());
    return refused(code_needed());  // the password was right: its owner should know, if it was somebody else
  }
  if (has_code) {
    const auto taken = takes_code(person.member.id, **totp, request.code, services);
    if (!taken) return taken.error();
    if (!*taken) return refused(wrong_code());
  }
  if (auto forgiven = services.credentials.forgive(keys); !forgiven) return std::move(forgiven.error());
  rehash_if_old(person.member.id, hash, request.password, services);
  const auto how = has_code ? SessionRecord::How::kPasswordAndCode : SessionRecord::How::kPassword;
  return start_session(permit, person, how, request.address, request.replaced, services);
}

Result<SignedIn> sign_in_by_provider(const Permit<identity::Act::kPageRead>& permit, PersonId person,
                                     const std::string& address, const std::string& replaced,
                                     const LoginServices& services) {
  const auto account = services.accounts.account(person);
  if (!account) return account.error();
  if (!*account || !(*account)->member.is_active) {
    SignInRequest request;
    request.address = address;
    return noted(wrong_login(), permit, *account ? (*account)->login : "", *account, request, services);
  }
  return start_session(permit, **account, SessionRecord::How::kProvider, address, replaced, services);
}

Status sign_out(const Permit<identity::Act::kPageRead>& permit, const std::string& token,
                const LoginServices& services) {
  const auto session = services.credentials.session(sha256(token));
  if (!session) return session.error();
  if (!*session) return Done{};
  const auto account = services.accounts.account((*session)->person);
  if (!account) return account.error();
  identity::Principal self = permit.who();
  if (*account) {
    const auto person = actor_of(**account, services);
    if (!person) return person.error();
    self.actor = *person;
    self.via = identity::Via::kSession;
    self.credential = (*session)->id;
  }
  const AuditTarget target{"person", std::to_string((*session)->person.value())};
  return services.credentials.end_session(sha256(token),
                                          audit_entry(self, "session.end", target, "", services.clock.now()));
}

}  // namespace suyuan
