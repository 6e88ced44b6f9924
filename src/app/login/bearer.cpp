// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include "app/login/login.h"
#include "base/text.h"
#include "engine/secret/random.h"

namespace suyuan {

namespace {

constexpr std::size_t kTokenCharacters = 43;
constexpr std::string_view kKeyBegins = "sk_";

Error ended() {
  return {ErrorKind::kSignIn, "access.ended", "The session is over, was ended, or never was. Sign in again."};
}

Error bad_key() {
  return {
      ErrorKind::kSignIn, "access.bad_key",
      "This key is unknown, revoked or expired, or its organisation is closed. Ask your security administrator for a "
      "new one."};
}

// The member while it and its organisation are active.
struct Active {
  const identity::Member* member;
  const identity::Organisation* organisation;
};
std::optional<Active> active_member(const identity::Directory& directory, PersonId person) {
  const identity::Member* member = directory.find(person);
  if (member == nullptr || !member->is_active) return std::nullopt;
  const identity::Organisation* organisation = directory.find(member->org);
  if (organisation == nullptr || !organisation->is_active) return std::nullopt;
  return Active{member, organisation};
}

std::string_view secret_bytes(const Sha256& digest) {
  return {reinterpret_cast<const char*>(digest.data()), digest.size()};
}

}  // namespace

Result<Bearer> bearer_of_session(const std::string& token, const std::string& address, const LoginServices& services) {
  if (token.size() != kTokenCharacters) return ended();
  const auto session = services.credentials.session(sha256(token));
  if (!session) return session.error();
  const Instant now = services.clock.now();
  if (!*session || now >= (*session)->ends || now - (*session)->seen > services.rules.idle) return ended();
  const auto directory = services.accounts.directory();
  if (!directory) return directory.error();
  const auto active = active_member(**directory, (*session)->person);
  if (!active) return ended();
  Instant password_set = now;
  if (services.rules.profile == credential::PasswordProfile::kMlps3) {
    const auto password = services.credentials.password((*session)->person);
    if (!password) return password.error();
    if (*password) password_set = (*password)->set_at;
  }
  Bearer bearer;
  bearer.session = **session;
  bearer.who.actor = {(*session)->person, active->organisation->id, active->organisation->jurisdiction};
  bearer.who.roles = active->member->roles;
  bearer.who.via = identity::Via::kSession;
  bearer.who.credential = (*session)->id;
  bearer.who.from = address;
  bearer.held_back = held_back(*active->member, (*session)->how, password_set, services.rules, now);
  if (bearer.held_back) {
    bearer.who.acts = identity::Acts();
    for (const auto act : {identity::Act::kAccountOwn, identity::Act::kPageRead}) bearer.who.acts.add(act);
  }
  return bearer;
}

Result<Bearer> bearer_of_key(std::string_view key, const std::string& address, const LoginServices& services) {
  if (!key.starts_with(kKeyBegins)) return bad_key();
  key.remove_prefix(kKeyBegins.size());
  const std::size_t end = key.find('_');
  if (end == std::string_view::npos || end == 0 || end > 64 || key.size() != end + 1 + kTokenCharacters)
    return bad_key();
  const auto found = services.credentials.key(std::string(key.substr(0, end)));
  if (!found) return found.error();
  const Sha256 given = sha256(key.substr(end + 1));
  const Instant now = services.clock.now();
  if (!*found || !same_secret(secret_bytes(given), secret_bytes((*found)->secret)) || (*found)->revoked ||
      now >= (*found)->expires)
    return bad_key();
  const ApiKeyRecord& record = **found;
  const auto directory = services.accounts.directory();
  if (!directory) return directory.error();
  const identity::Organisation* organisation = (*directory)->find(record.org);
  if (organisation == nullptr || !organisation->is_active) return bad_key();
  Bearer bearer;
  bearer.key = record;
  bearer.who.actor = {record.made_by, record.org, organisation->jurisdiction};
  bearer.who.roles = {record.role};
  bearer.who.via = identity::Via::kKey;
  bearer.who.acts = record.acts;
  bearer.who.credential = record.id;
  bearer.who.from = address;
  return bearer;
}

}  // namespace suyuan
