// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>

#include "app/oidc/digests.h"
#include "app/oidc/oidc.h"
#include "base/text.h"

namespace suyuan {

namespace {

constexpr std::size_t kIssuerMost = 1024, kSubjectMost = 255;

Error wrong_link(std::string_view name, std::string_view value, std::string_view expected) {
  return {ErrorKind::kInvalid, "oidc.link",
          fmt::format("The {} \"{}\" cannot be one: {}. Copy it from the page that refused the sign-in.", name,
                      excerpt(value), expected)};
}

Error no_such_login(const std::string& login) {
  return {
      ErrorKind::kNotFound, "oidc.no_such_login",
      fmt::format("There is no person with the login \"{}\" that you may change. Check the spelling.", excerpt(login))};
}

bool is_printable(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c >= ' ' && c < '\x7F'; });
}

struct Found {
  OidcLink link;
  Actor owner;
};

AuditEntry entry_of(const Granted& permit, const Found& found, const LinkRequest& request, bool is_new, Instant now) {
  std::vector<AuditField> link{{"issuer", request.issuer}, {"subject", request.subject, true}};
  AuditChange change;
  (is_new ? change.after : change.before) = std::move(link);
  const Actor& owner = found.owner;
  return entry_about(permit, is_new ? "oidc.link" : "oidc.unlink", {"person", std::to_string(owner.person.value())},
                     owner.org, owner.jurisdiction, std::move(change), "", now);
}

Result<Found> link_of(const Granted& permit, const LinkRequest& request, const LinkServices& services) {
  if (!request.issuer.starts_with("http") || request.issuer.size() > kIssuerMost || !is_printable(request.issuer))
    return wrong_link("issuer", request.issuer, "an issuer is a URL such as https://id.example.cn");
  if (request.subject.empty() || request.subject.size() > kSubjectMost || !is_printable(request.subject))
    return wrong_link("subject", request.subject, "a subject is 1 to 255 ASCII characters");
  auto account = services.accounts.account_of(request.login);
  if (!account) return std::move(account.error());
  if (!*account) return no_such_login(request.login);
  const auto organisation = services.accounts.organisation((*account)->member.org);
  if (!organisation) return organisation.error();
  const Actor owner{(*account)->member.id, (*account)->member.org,
                    *organisation ? (*organisation)->jurisdiction : Jurisdiction{}};
  if (!permit.scope().covers(owner)) return no_such_login(request.login);
  return Found{{request.issuer, subject_digest(request.issuer, request.subject), owner.person}, owner};
}

}  // namespace

Result<PersonId> link_identity(const Permit<identity::Act::kPersonChange>& permit, const LinkRequest& request,
                               const LinkServices& services) {
  const auto found = link_of(permit, request, services);
  if (!found) return found.error();
  const Instant now = services.clock.now();
  const AuditEntry entry = entry_of(permit, *found, request, true, now);
  if (auto done = services.store.link(found->link, permit.actor().person, now, entry); !done)
    return std::move(done.error());
  return found->owner.person;
}

Result<PersonId> unlink_identity(const Permit<identity::Act::kPersonChange>& permit, const LinkRequest& request,
                                 const LinkServices& services) {
  const auto found = link_of(permit, request, services);
  if (!found) return found.error();
  const AuditEntry entry = entry_of(permit, *found, request, false, services.clock.now());
  const auto gone = services.store.unlink(found->link, entry);
  if (!gone) return gone.error();
  if (!*gone)
    return Error{
        ErrorKind::kNotFound, "oidc.no_such_link",
        fmt::format("\"{}\" is not linked to that subject of {}.", excerpt(request.login), excerpt(request.issuer))};
  return found->owner.person;
}

}  // namespace suyuan
