// SPDX-License-Identifier: Apache-2.0
#include "app/login/parts.h"

#include <arpa/inet.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/text.h"
#include "domain/credential/totp.h"
#include "engine/secret/random.h"

namespace suyuan {

namespace login {

namespace {

using credential::AttemptRule;
using namespace std::chrono_literals;

// docs/login.md says these numbers too.
constexpr AttemptRule kOfAccountAndAddress{.free = 5, .quiet = 15min, .first_wait = 30s, .longest_wait = 15min};
constexpr AttemptRule kOfDevice = kOfAccountAndAddress;
constexpr AttemptRule kOfAddress{.free = 100, .quiet = 15min, .first_wait = 60s, .longest_wait = 15min};
constexpr AttemptRule kOfAccount{.free = 50, .quiet = 15min, .first_wait = 60s, .longest_wait = 15min};

std::string bytes_text(const std::string& bytes) {
  return base64url({reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size()});
}

// Of IPv6 the network: one household or firm has at least 2^64 addresses.
std::string network_of(const std::string& address) {
  std::array<unsigned char, 16> bytes{};
  if (address.find(':') == std::string::npos || ::inet_pton(AF_INET6, address.c_str(), bytes.data()) != 1)
    return address;
  return hex(std::span(bytes).first(8));
}

std::string device_signature(const Sealer& sealer, std::string_view text) {
  return bytes_text(sealer.sign("device", text));
}

// "person.nonce.signature". The nonce, when it is a device that this person signed in with.
std::optional<std::string> known_device(std::string_view device, PersonId person, const Sealer& sealer) {
  const auto parts = split(device, '.');
  if (parts.size() != 3 || parts[0] != std::to_string(person.value())) return std::nullopt;
  const std::string_view signed_text = device.substr(0, parts[0].size() + 1 + parts[1].size());
  if (!same_secret(parts[2], device_signature(sealer, signed_text))) return std::nullopt;
  return std::string(parts[1]);
}

}  // namespace

std::string new_id(Instant now) {
  const auto ms = std::chrono::floor<std::chrono::milliseconds>(now).time_since_epoch().count();
  const std::string random = random_bytes(10);
  return fmt::format("{:012x}{}", ms, hex({reinterpret_cast<const std::uint8_t*>(random.data()), random.size()}));
}

Error wrong_login() {
  return {ErrorKind::kSignIn, "login.wrong", "Login name or password is wrong, or the account is closed."};
}

std::vector<AttemptKey> attempt_keys(const std::string& login, const std::string& address, const std::string& device,
                                     const std::optional<Account>& account, const Sealer& sealer) {
  using By = AttemptKey::By;
  if (account) {
    if (const auto nonce = known_device(device, account->member.id, sealer))
      return {{By::kDevice, sha256("device " + *nonce), kOfDevice}};
  }
  const std::string network = network_of(address);
  return {{By::kAccountAndAddress, sha256(login + '\0' + network), kOfAccountAndAddress},
          {By::kAddress, sha256(network), kOfAddress},
          {By::kAccount, sha256(login), kOfAccount}};
}

Status charge(const std::vector<AttemptKey>& keys, const LoginServices& services, std::chrono::seconds& wait) {
  const Instant now = services.clock.now();
  const auto open_at = services.credentials.charge(keys, now);
  if (!open_at) return open_at.error();
  if (!*open_at) return Done{};
  wait = std::chrono::ceil<std::chrono::seconds>(**open_at - now);
  return Error{ErrorKind::kBusy, "login.too_many",
               fmt::format("Too many attempts failed. Try again in {} s; nothing was looked at.", wait.count())};
}

std::string device_text(PersonId person, const Sealer& sealer) {
  const std::string text = fmt::format("{}.{}", person.value(), bytes_text(random_bytes(16)));
  return fmt::format("{}.{}", text, device_signature(sealer, text));
}

namespace {

std::string_view how_word(SessionRecord::How how) {
  switch (how) {
    case SessionRecord::How::kPassword:
      return "password";
    case SessionRecord::How::kPasswordAndCode:
      return "password and code";
    case SessionRecord::How::kProvider:
      return "OpenID provider";
  }
  return "unknown";
}

AuditEntry entry_of_session(const Granted& who, const Actor& person, const SignedIn& made, std::string_view instead) {
  const SessionRecord& session = made.session;
  const identity::Principal self{.actor = person,
                                 .via = identity::Via::kSession,
                                 .credential = session.id,
                                 .from = session.from,
                                 .trace_id = who.who().trace_id};
  std::vector<AuditField> after{{"how", std::string(how_word(session.how))}};
  if (made.held_back) after.push_back({"heldBack", made.held_back->code});
  if (!instead.empty()) after.push_back({"inPlaceOfAnother", "true"});
  return with_fields(
      audit_entry(self, "session.open", {"person", std::to_string(person.person.value())}, "", session.created), {},
      after);
}

}  // namespace

Result<Actor> actor_of(const Account& account, const LoginServices& services) {
  const auto organisation = services.accounts.organisation(account.member.org);
  if (!organisation) return organisation.error();
  return Actor{account.member.id, account.member.org, *organisation ? (*organisation)->jurisdiction : Jurisdiction{}};
}

Result<AuditEntry> entry_about(const Granted& who, std::string_view act, const Account& account,
                               std::string_view reason, const LoginServices& services, AuditChange change) {
  const auto person = actor_of(account, services);
  if (!person) return person.error();
  return suyuan::entry_about(who, act, {"person", std::to_string(person->person.value())}, person->org,
                             person->jurisdiction, std::move(change), reason, services.clock.now());
}

Result<SignedIn> start_session(const Granted& who, const Account& account, SessionRecord::How how,
                               const std::string& address, const std::string& instead, const LoginServices& services) {
  const Instant now = services.clock.now();
  const auto person = actor_of(account, services);
  if (!person) return person.error();
  const auto password = services.credentials.password(account.member.id);
  if (!password) return password.error();
  SignedIn made;
  made.token = random_token();
  made.session = {new_id(now), account.member.id, now, now, now + services.rules.longest, how, address};
  made.device = device_text(account.member.id, services.sealer);
  made.held_back = held_back(account.member, how, *password ? (*password)->set_at : now, services.rules, now);
  const auto replaced = instead.empty() ? std::nullopt : std::optional(sha256(instead));
  const AuditEntry entry = entry_of_session(who, *person, made, instead);
  if (auto kept = services.credentials.add_session(sha256(made.token), made.session, replaced, entry); !kept)
    return std::move(kept.error());
  services.log.write(LogLevel::kInfo, "sign_in.done", "",
                     {{"person", account.member.id.value()},
                      {"session", made.session.id},
                      {"second_factor", how == SessionRecord::How::kPasswordAndCode},
                      {"from", excerpt(address, 64)}});
  return made;
}

std::string totp_context(PersonId person) { return fmt::format("totp {}", person.value()); }

std::string recovery_digest_text(PersonId person, std::string_view code) {
  std::string letters;
  for (const char c : ascii_lower(code))
    if (c != '-' && c != ' ') letters.push_back(c);
  return fmt::format("recovery {} {}", person.value(), letters);
}

Result<bool> takes_code(PersonId person, const TotpRecord& totp, std::string_view code, const LoginServices& services) {
  const std::string folded = fold_text(code);
  if (folded.size() != static_cast<std::size_t>(credential::kTotpDigits) || !is_all_digits(folded))
    return services.credentials.use_recovery(person, sha256(recovery_digest_text(person, folded)));
  const auto secret = services.sealer.open(totp_context(person), totp.sealed);
  if (!secret)
    return Error{ErrorKind::kInternal, "login.sealed",
                 "The second factor cannot be read: login.key_file is not the one it was made with."};
  const auto step = credential::matching_step(*secret, folded, services.clock.now(), totp.used);
  if (!step) return false;
  return services.credentials.use_totp(person, *step);
}

Status keep_password(const Account& account, const std::string& password, const AuditEntry& entry,
                     const LoginServices& services) {
  std::string organisation;
  if (auto found = services.accounts.organisation(account.member.org); found && *found) organisation = (*found)->name;
  const auto profile = services.rules.profile;
  if (auto judged = judge_password(profile, password, {account.login, account.name, organisation}); !judged)
    return judged;
  const bool keeps = profile == credential::PasswordProfile::kMlps3;
  if (keeps) {
    const auto before = services.credentials.password(account.member.id);
    if (!before) return before.error();
    // The one in use is the newest of the last five.
    std::vector<std::string> hashes;
    if (*before) {
      hashes = (*before)->earlier;
      hashes.insert(hashes.begin(), (*before)->hash);
    }
    hashes.resize(std::min(hashes.size(), credential::kPasswordHistory));
    for (const std::string& hash : hashes) {
      if (!services.hasher.matches(hash, password)) continue;
      return Error{ErrorKind::kInvalid, "password.used_before",
                   fmt::format("GB/T 22239: none of the last {} passwords may come back. Choose another.",
                               credential::kPasswordHistory)};
    }
  }
  auto hash = services.hasher.hash(password);
  if (!hash) return std::move(hash.error());
  return services.credentials.set_password(account.member.id, *hash, services.clock.now(),
                                           keeps ? credential::kPasswordHistory - 1 : 0, entry);
}

Result<bool> has_administrator(AccountStore& accounts) {
  constexpr std::size_t kPage = 500;
  const auto directory = accounts.directory();
  if (!directory) return directory.error();
  for (const identity::Organisation& organisation : (*directory)->organisations()) {
    std::int64_t after = 0;
    for (bool more = true; more;) {
      const auto people = accounts.accounts(organisation.id, after, kPage);
      if (!people) return people.error();
      for (const Account& each : *people) {
        const auto& roles = each.member.roles;
        const auto has = [&](identity::Role role) {
          return std::find(roles.begin(), roles.end(), role) != roles.end();
        };
        if (each.member.is_active && (has(identity::Role::kSysadmin) || has(identity::Role::kSecadmin))) return true;
        after = each.member.id.value();
      }
      more = people->size() == kPage;
    }
  }
  return false;
}

}  // namespace login

std::string folded_login(std::string_view login) { return ascii_lower(fold_text(login)); }

}  // namespace suyuan
