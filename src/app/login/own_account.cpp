// SPDX-License-Identifier: Apache-2.0
#include "app/login/own_account.h"

#include <fmt/format.h>

#include "app/login/parts.h"
#include "base/text.h"
#include "domain/credential/totp.h"
#include "engine/secret/random.h"

namespace suyuan {

namespace {

using namespace login;
using How = SessionRecord::How;

constexpr int kRecoveryCodes = 10;

Result<Account> account_in(const OwnPermit& permit, const LoginServices& services) {
  auto found = services.accounts.account(permit.actor().person);
  if (!found) return std::move(found.error());
  if (!*found) return wrong_login();
  return std::move(**found);
}

std::vector<AttemptKey> keys_of(const OwnPermit& permit, const Account& account, const LoginServices& services) {
  return attempt_keys(account.login, permit.who().from, "", std::nullopt, services.sealer);
}

Result<AuditEntry> entry_of(const OwnPermit& permit, std::string_view act, const Account& account,
                            const LoginServices& services) {
  return entry_about(permit, act, account, "", services);
}

// Somebody who has a session guesses what proves them: the audit has it. Returns the error.
Error noted(Error why, const OwnPermit& permit, std::string_view act, const LoginServices& services) {
  services.audit.refused(permit.who(), act, {"person", std::to_string(permit.actor().person.value())}, why);
  return why;
}

// The present password again, before anything that decides who gets in.
Status check_password(const OwnPermit& permit, std::string_view act, const Account& account,
                      const std::string& password, const LoginServices& services, std::chrono::seconds& wait) {
  const auto keys = keys_of(permit, account, services);
  if (auto charged = charge(keys, services, wait); !charged)
    return noted(std::move(charged.error()), permit, act, services);
  const auto record = services.credentials.password(account.member.id);
  if (!record) return record.error();
  const std::string& hash = *record ? (*record)->hash : services.hasher.nobodys_hash();
  if (!services.hasher.matches(hash, password) || !*record)
    return noted({ErrorKind::kInvalid, "login.wrong_password", "The present password is wrong."}, permit, act,
                 services);
  return services.credentials.take_back(keys);
}

Result<SignedIn> start_anew(const OwnPermit& permit, const Account& account, How how, const LoginServices& services) {
  const auto ended = services.credentials.end_sessions(account.member.id, "", nullptr);
  if (!ended) return ended.error();
  return start_session(permit, account, how, permit.who().from, "", services);
}

Result<How> present_how(const OwnPermit& permit, const LoginServices& services) {
  const auto sessions = services.credentials.sessions(permit.actor().person);
  if (!sessions) return sessions.error();
  for (const SessionRecord& each : *sessions)
    if (each.id == permit.who().credential) return each.how;
  return How::kPassword;
}

void note(const OwnPermit& permit, std::string_view event, const LoginServices& services) {
  services.log.write(LogLevel::kInfo, event, "",
                     {{"person", permit.actor().person.value()}, {"from", excerpt(permit.who().from, 64)}});
}

Error totp_none() {
  return {ErrorKind::kConflict, "totp.none", "This account has no second factor. Begin with one first."};
}
Error totp_already() {
  return {ErrorKind::kConflict, "totp.already", "This account has a second factor already. End that one first."};
}
Error totp_wrong() {
  return {ErrorKind::kInvalid, "totp.wrong_code",
          "The code is wrong, too old or was used already. Look whether the clock of the device is right, and take the "
          "next one."};
}

// "xxxxx-xxxxx" of base32 letters: 50 random bits.
std::string recovery_code() {
  const std::string letters = ascii_lower(credential::base32(random_bytes(8)));
  return letters.substr(0, 5) + "-" + letters.substr(5, 5);
}

Result<std::optional<TotpRecord>> totp_of(const OwnPermit& permit, const LoginServices& services) {
  return services.credentials.totp(permit.actor().person);
}

}  // namespace

Result<SignedIn> change_password(const OwnPermit& permit, const std::string& present, const std::string& wanted,
                                 const LoginServices& services, std::chrono::seconds& wait) {
  const auto account = account_in(permit, services);
  if (!account) return account.error();
  if (auto checked = check_password(permit, "password.set", *account, present, services, wait); !checked)
    return std::move(checked.error());
  const auto entry = entry_of(permit, "password.set", *account, services);
  if (!entry) return entry.error();
  if (auto kept = keep_password(*account, wanted, *entry, services); !kept) return std::move(kept.error());
  const auto how = present_how(permit, services);
  if (!how) return how.error();
  note(permit, "sign_in.password_changed", services);
  return start_anew(permit, *account, *how, services);
}

Result<TotpOffer> begin_totp(const OwnPermit& permit, const std::string& password, const LoginServices& services,
                             std::chrono::seconds& wait) {
  const auto account = account_in(permit, services);
  if (!account) return account.error();
  const auto before = totp_of(permit, services);
  if (!before) return before.error();
  if (*before && (*before)->is_confirmed) return totp_already();
  if (auto checked = check_password(permit, "totp.set", *account, password, services, wait); !checked)
    return std::move(checked.error());
  const std::string secret = random_bytes(credential::kTotpSecretBytes);
  const PersonId person = account->member.id;
  const TotpRecord record{services.sealer.seal(totp_context(person), secret), 0, false};
  if (auto kept = services.credentials.offer_totp(person, record); !kept) return std::move(kept.error());
  return TotpOffer{credential::base32(secret), credential::otpauth_uri(account->login, secret)};
}

Result<TotpConfirmed> confirm_totp(const OwnPermit& permit, const std::string& code, const LoginServices& services,
                                   std::chrono::seconds& wait) {
  const auto account = account_in(permit, services);
  if (!account) return account.error();
  auto record = totp_of(permit, services);
  if (!record) return std::move(record.error());
  if (!*record) return totp_none();
  if ((*record)->is_confirmed) return totp_already();
  const auto keys = keys_of(permit, *account, services);
  if (auto charged = charge(keys, services, wait); !charged)
    return noted(std::move(charged.error()), permit, "totp.set", services);
  const PersonId person = account->member.id;
  const auto taken = takes_code(person, **record, code, services);
  if (!taken) return taken.error();
  if (!*taken) return noted(totp_wrong(), permit, "totp.set", services);
  if (auto forgiven = services.credentials.forgive(keys); !forgiven) return std::move(forgiven.error());
  TotpConfirmed confirmed;
  std::vector<Sha256> digests;
  for (int i = 0; i < kRecoveryCodes; ++i) {
    confirmed.recovery_codes.push_back(recovery_code());
    digests.push_back(sha256(recovery_digest_text(person, confirmed.recovery_codes.back())));
  }
  auto now = totp_of(permit, services);  // with the step that was taken
  if (!now || !*now) return now ? totp_none() : std::move(now.error());
  (*now)->is_confirmed = true;
  const auto entry = entry_of(permit, "totp.set", *account, services);
  if (!entry) return entry.error();
  if (auto kept = services.credentials.set_totp(person, **now, digests, *entry); !kept) return std::move(kept.error());
  note(permit, "sign_in.second_factor_begun", services);
  auto anew = start_anew(permit, *account, How::kPasswordAndCode, services);
  if (!anew) return std::move(anew.error());
  confirmed.signed_in = std::move(*anew);
  return confirmed;
}

Result<SignedIn> end_totp(const OwnPermit& permit, const std::string& password, const std::string& code,
                          const LoginServices& services, std::chrono::seconds& wait) {
  const auto account = account_in(permit, services);
  if (!account) return account.error();
  const auto record = totp_of(permit, services);
  if (!record) return record.error();
  if (!*record || !(*record)->is_confirmed) return totp_none();
  if (auto checked = check_password(permit, "totp.end", *account, password, services, wait); !checked)
    return std::move(checked.error());
  const auto keys = keys_of(permit, *account, services);
  if (auto charged = charge(keys, services, wait); !charged)
    return noted(std::move(charged.error()), permit, "totp.end", services);
  const auto taken = takes_code(account->member.id, **record, code, services);
  if (!taken) return taken.error();
  if (!*taken) return noted(totp_wrong(), permit, "totp.end", services);
  if (auto forgiven = services.credentials.forgive(keys); !forgiven) return std::move(forgiven.error());
  const auto entry = entry_of(permit, "totp.end", *account, services);
  if (!entry) return entry.error();
  if (auto dropped = services.credentials.drop_totp(account->member.id, *entry); !dropped)
    return std::move(dropped.error());
  note(permit, "sign_in.second_factor_ended", services);
  return start_anew(permit, *account, How::kPassword, services);
}

Result<OwnAccount> own_account(const OwnPermit& permit, const LoginServices& services) {
  auto account = account_in(permit, services);
  if (!account) return std::move(account.error());
  auto sessions = services.credentials.sessions(permit.actor().person);
  if (!sessions) return std::move(sessions.error());
  const auto totp = totp_of(permit, services);
  if (!totp) return totp.error();
  const auto left = services.credentials.recovery_left(permit.actor().person);
  if (!left) return left.error();
  auto organisation = services.accounts.organisation(account->member.org);
  if (!organisation) return std::move(organisation.error());
  return OwnAccount{std::move(*account), *organisation ? (*organisation)->name : "", *totp && (*totp)->is_confirmed,
                    *left, std::move(*sessions)};
}

Status end_own_session(const OwnPermit& permit, const std::string& id, const LoginServices& services) {
  const PersonId person = permit.actor().person;
  const AuditEntry entry = audit_entry(permit, "session.end", {"person", std::to_string(person.value())},
                                       fmt::format("the session {}", excerpt(id, 64)), services.clock.now());
  const auto ended = services.credentials.end_session(person, id, entry);
  if (!ended) return ended.error();
  if (*ended) return Done{};
  return Error{ErrorKind::kNotFound, "session.unknown",
               fmt::format("You have no session \"{}\". GET /api/v1/sessions lists yours.", excerpt(id))};
}

Result<std::int64_t> end_own_other_sessions(const OwnPermit& permit, const LoginServices& services) {
  const PersonId person = permit.actor().person;
  const AuditEntry entry = audit_entry(permit, "session.end", {"person", std::to_string(person.value())},
                                       "all but the present one", services.clock.now());
  return services.credentials.end_sessions(person, permit.who().credential, &entry);
}

Result<std::int64_t> end_sessions_of(const Permit<identity::Act::kSessionEnd>& permit, PersonId person,
                                     const LoginServices& services) {
  const auto unknown = [&] {
    return Error{ErrorKind::kNotFound, "person.unknown", fmt::format("There is no person {}.", person.value())};
  };
  const auto directory = services.accounts.directory();
  if (!directory) return directory.error();
  const identity::Member* member = (*directory)->find(person);
  if (member == nullptr) return unknown();
  const identity::Organisation* organisation = (*directory)->find(member->org);
  const Jurisdiction where = organisation == nullptr ? Jurisdiction{} : organisation->jurisdiction;
  if (!permit.scope().covers(Actor{person, member->org, where})) return unknown();
  const AuditEntry entry = suyuan::entry_about(permit, "session.end", {"person", std::to_string(person.value())},
                                               member->org, where, {}, "all of this person", services.clock.now());
  auto ended = services.credentials.end_all(person, entry);
  if (!ended) return ended;
  services.log.write(LogLevel::kInfo, "sign_in.sessions_ended", "",
                     {{"person", person.value()}, {"by", permit.actor().person.value()}, {"sessions", *ended}});
  return ended;
}

}  // namespace suyuan
