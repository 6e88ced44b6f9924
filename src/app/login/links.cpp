// SPDX-License-Identifier: Apache-2.0
#include "app/login/links.h"

#include <fmt/format.h>

#include "app/login/parts.h"
#include "base/text.h"
#include "engine/secret/random.h"

namespace suyuan {

namespace {

using namespace login;

constexpr std::size_t kLoginBytesMin = 2, kLoginBytesMax = 64, kNameBytesMax = 100;

Error bad_link() {
  return {ErrorKind::kNotFound, "login.link",
          "This link was used, has expired or never was. Restart the server for a new set-up link, or let `suyuan user "
          "password` make a new one."};
}

Result<Account> account_named(const std::string& login, AccountStore& accounts) {
  auto found = accounts.account_of(folded_login(login));
  if (!found) return std::move(found.error());
  if (*found) return std::move(**found);
  return Error{ErrorKind::kNotFound, "login.unknown", fmt::format("Nobody has the login name \"{}\".", excerpt(login))};
}

bool is_plain(std::string_view text) {
  for (const char c : text)
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F) return false;
  return is_utf8(text);
}

Status judge_names(const std::string& login, const std::string& name) {
  constexpr std::string_view kLetters = "abcdefghijklmnopqrstuvwxyz0123456789._@-";
  if (login.size() < kLoginBytesMin || login.size() > kLoginBytesMax ||
      login.find_first_not_of(kLetters) != std::string::npos)
    return Error{
        ErrorKind::kInvalid, "login.name",
        fmt::format("The login name has {} to {} of the characters a-z 0-9 . _ @ -.", kLoginBytesMin, kLoginBytesMax)};
  if (trim(name).empty() || name.size() > kNameBytesMax || !is_plain(name))
    return Error{ErrorKind::kInvalid, "login.name",
                 fmt::format("The name has 1 to {} bytes, without control characters.", kNameBytesMax)};
  return Done{};
}

Result<LinkRecord> valid_link(const std::string& token, const LoginServices& services) {
  const auto found = services.credentials.link(sha256(token));
  if (!found) return found.error();
  if (!*found || (*found)->used || services.clock.now() >= (*found)->expires) return bad_link();
  return **found;
}

// `account`: whose password it sets; nullptr: the set-up link.
Result<std::string> new_link(const MachinePermit& permit, const Account* account, const LoginServices& services) {
  const std::string token = random_token();
  const auto kind = account == nullptr ? LinkRecord::Kind::kSetUp : LinkRecord::Kind::kPassword;
  const auto person = account == nullptr ? std::nullopt : std::optional(account->member.id);
  const Instant now = services.clock.now();
  const LinkRecord record{kind, person, now + kLinkLasts, {}};
  const AuditChange change{{}, {{"expires", format_instant(record.expires)}}};
  auto entry = account == nullptr
                   ? with_fields(audit_entry(permit, "link.make", {"set-up", ""}, "", now), {}, change.after)
                   : entry_about(permit, "link.make", *account, "", services, change);
  if (!entry) return std::move(entry.error());
  if (auto kept = services.credentials.add(sha256(token), record, *entry); !kept) return std::move(kept.error());
  return token;
}

constexpr std::string_view kByLink = "by a one-time link";

Status make_administrator(const Granted& permit, const LinkUse& use, const LoginServices& services) {
  const auto taken = has_administrator(services.accounts);
  if (!taken) return taken.error();
  if (*taken) return bad_link();
  Account account;
  account.login = folded_login(use.login);
  account.name = std::string(trim(use.name));
  if (auto judged = judge_names(account.login, account.name); !judged) return judged;
  if (auto judged = judge_password(services.rules.profile, use.password, {account.login, account.name, ""}); !judged)
    return judged;
  account.member.org = OrgId(1);
  account.member.roles = {identity::Role::kSecadmin};
  const auto hash = services.hasher.hash(use.password);  // before the account: it must not be there without one
  if (!hash) return hash.error();
  const AuditChange change{{}, {{"login", account.login}, {"name", account.name, true}, {"roles", "secadmin"}}};
  const auto added = entry_about(permit, "person.add", account, kByLink, services, change);
  if (!added) return added.error();
  const auto made = services.accounts.add(account, *added);
  if (!made) return made.error();
  const auto entry = entry_about(permit, "password.set", *made, kByLink, services);
  if (!entry) return entry.error();
  return services.credentials.set_password(made->member.id, *hash, services.clock.now(), 0, *entry);
}

Status set_password(const Granted& permit, PersonId person, const std::string& password, std::string_view reason,
                    const LoginServices& services) {
  const auto account = services.accounts.account(person);
  if (!account) return account.error();
  if (!*account) return bad_link();
  const auto entry = entry_about(permit, "password.set", **account, reason, services);
  if (!entry) return entry.error();
  if (auto kept = keep_password(**account, password, *entry, services); !kept) return kept;
  const auto ended = services.credentials.end_sessions(person, "", nullptr);
  return ended ? Status(Done{}) : Status(ended.error());
}

}  // namespace

Result<std::optional<std::string>> set_up_link(const MachinePermit& permit, const LoginServices& services) {
  const auto taken = has_administrator(services.accounts);
  if (!taken) return taken.error();
  if (*taken) {
    if (auto dropped = services.credentials.drop_links(LinkRecord::Kind::kSetUp, {}); !dropped)
      return std::move(dropped.error());
    return std::optional<std::string>();
  }
  auto link = new_link(permit, nullptr, services);
  if (!link) return std::move(link.error());
  return std::optional(std::move(*link));
}

Result<std::string> password_link(const MachinePermit& permit, const std::string& login,
                                  const LoginServices& services) {
  const auto account = account_named(login, services.accounts);
  if (!account) return account.error();
  services.log.write(LogLevel::kInfo, "sign_in.link_made", "",
                     {{"person", account->member.id.value()}, {"by", permit.who().from}});
  return new_link(permit, &*account, services);
}

Status set_password_of(const MachinePermit& permit, const std::string& login, const std::string& password,
                       const LoginServices& services) {
  const auto account = account_named(login, services.accounts);
  if (!account) return account.error();
  return set_password(permit, account->member.id, password, "", services);
}

Result<OpenLink> open_link(const Permit<identity::Act::kPageRead>&, const std::string& token,
                           const LoginServices& services) {
  const auto link = valid_link(token, services);
  if (!link) return link.error();
  OpenLink open{link->kind, ""};
  if (link->person) {
    const auto account = services.accounts.account(*link->person);
    if (!account) return account.error();
    if (!*account) return bad_link();
    open.login = (*account)->login;
  }
  return open;
}

Status use_link(const Permit<identity::Act::kPageRead>& permit, const std::string& token, const LinkUse& use,
                const LoginServices& services) {
  const auto link = valid_link(token, services);
  if (!link) return link.error();
  // Taken before anything is made: of two at once, one gets it.
  const auto taken = services.credentials.use_link(sha256(token), services.clock.now());
  if (!taken) return taken.error();
  if (!*taken) return bad_link();
  Status done = link->kind == LinkRecord::Kind::kSetUp ? make_administrator(permit, use, services)
                : link->person ? set_password(permit, *link->person, use.password, kByLink, services)
                               : Status(bad_link());
  if (!done) {
    if (auto back = services.credentials.give_back_link(sha256(token)); !back) return back;
    return done;
  }
  services.log.write(LogLevel::kInfo, "sign_in.link_used", "",
                     {{"set_up", link->kind == LinkRecord::Kind::kSetUp},
                      {"person", link->person ? link->person->value() : std::int64_t{0}}});
  return done;
}

}  // namespace suyuan
