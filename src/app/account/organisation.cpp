// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>

#include "app/account/account.h"
#include "app/account/checks.h"
#include "app/account/entries.h"
#include "base/text.h"

namespace suyuan {

namespace {

using namespace account;
using identity::Act;
using identity::Organisation;
using identity::OrgKind;
using ChangePermit = Permit<Act::kOrganisationChange>;

Error forbidden(std::string code, std::string text) {
  return {ErrorKind::kForbidden, std::move(code), std::move(text)};
}

Result<OrgKind> good_kind(const std::string& word) {
  const auto kind = identity::org_kind_of(word);
  if (kind) return *kind;
  std::vector<std::string_view> words(identity::kOrgKindWords.begin() + 2, identity::kOrgKindWords.end());
  return Error{ErrorKind::kInvalid, "organisation.kind",
               fmt::format("\"{}\" is no kind of organisation. Known: {}.", excerpt(word), fmt::join(words, ", "))};
}

// A code opens the events that name it, so nobody takes one for themselves.
Status may_give_codes(const ChangePermit& permit, AccountStore& accounts) {
  if (permit.scope().is_everything()) return Done{};
  auto own = accounts.organisation(permit.actor().org);
  if (!own) return std::move(own.error());
  if (*own && ((*own)->kind == OrgKind::kServer || (*own)->kind == OrgKind::kRegulator)) return Done{};
  return forbidden("organisation.codes_by_regulator",
                   "The codes of an organisation open the events that name them. Ask your regulator, or who runs this "
                   "server, to enter them.");
}

// The change of what may be changed, on what is there.
Status apply(const OrganisationChange& wanted, Organisation& it) {
  if (wanted.name) {
    auto name = good_name(*wanted.name, "organisation.name");
    if (!name) return std::move(name.error());
    it.name = std::move(*name);
  }
  if (wanted.division) {
    auto division = good_division(*wanted.division);
    if (!division) return std::move(division.error());
    it.jurisdiction = *division;
  }
  if (wanted.uscc) {
    auto uscc = good_uscc(*wanted.uscc);
    if (!uscc) return std::move(uscc.error());
    it.uscc = std::move(*uscc);
  }
  if (wanted.codes) {
    auto codes = good_codes(*wanted.codes);
    if (!codes) return std::move(codes.error());
    it.codes = std::move(*codes);
  }
  if (wanted.superior) it.superior = *wanted.superior;
  if (wanted.active) it.is_active = *wanted.active;
  return Done{};
}

std::vector<Finding> differences(const Organisation& wanted, const Organisation& now) {
  std::vector<Finding> found;
  if (wanted.name != now.name) found.push_back(differs("name", now.name));
  if (wanted.superior != now.superior)
    found.push_back(differs("superior", now.superior ? std::to_string(now.superior->value()) : ""));
  if (wanted.jurisdiction != now.jurisdiction)
    found.push_back(differs("division", fmt::format("{:06}", now.jurisdiction.division)));
  if (wanted.uscc != now.uscc) found.push_back(differs("uscc", now.uscc));
  if (wanted.codes != now.codes) found.push_back(differs("codes", fmt::format("{}", fmt::join(now.codes, ", "))));
  if (wanted.is_active != now.is_active) found.push_back(differs("active", now.is_active ? "true" : "false"));
  return found;
}

// What an organisation sees, and who sees it, is for somebody above it.
Status may_change(const ChangePermit& permit, const Organisation& now, const Organisation& next,
                  AccountStore& accounts) {
  if (permit.scope().is_everything()) return Done{};
  Organisation renamed = now;
  renamed.name = next.name;
  if (renamed == next) return Done{};
  if (now.id == permit.actor().org) {
    return forbidden("organisation.from_above",
                     "Of your own organisation you change the name. Place, superior, codes and closing are for the "
                     "administrator of its superior.");
  }
  if (next.superior != now.superior) {
    if (auto above = reached(permit.scope(), *next.superior, accounts); !above) return std::move(above.error());
  }
  return next.codes == now.codes ? Status(Done{}) : may_give_codes(permit, accounts);
}

}  // namespace

Result<Organisation> add_organisation(const ChangePermit& permit, const NewOrganisation& wanted,
                                      const AccountServices& services) {
  Organisation it;
  auto kind = good_kind(wanted.kind);
  if (!kind) return std::move(kind.error());
  it.kind = *kind;
  it.superior = wanted.superior.value_or(permit.actor().org);
  if (auto above = reached(permit.scope(), *it.superior, services.accounts); !above) return std::move(above.error());
  const OrganisationChange fields{
      .name = wanted.name, .division = wanted.division, .uscc = wanted.uscc, .codes = wanted.codes};
  if (auto good = apply(fields, it); !good) return std::move(good.error());
  if (!it.codes.empty())
    if (auto may = may_give_codes(permit, services.accounts); !may) return std::move(may.error());
  const AuditEntry entry = entry_of_new(permit, it, services.clock.now());
  return services.accounts.add(std::move(it), entry);
}

Result<Organisation> change_organisation(const ChangePermit& permit, OrgId id, const OrganisationChange& wanted,
                                         const AccountServices& services) {
  auto now = reached(permit.scope(), id, services.accounts);
  if (!now) return std::move(now.error());
  Organisation next = *now;
  if (auto good = apply(wanted, next); !good) return std::move(good.error());
  if (auto may = may_change(permit, *now, next, services.accounts); !may) return std::move(may.error());
  if (!is_expected(wanted.expected, now->version))
    return changed_since("organisation", now->version, differences(next, *now));
  if (next == *now) return next;
  if (auto changed = services.accounts.change(next, entry_of_change(permit, *now, next, services.clock.now()));
      !changed)
    return std::move(changed.error());
  ++next.version;
  return next;
}

Result<Organisation> view_organisation(const Permit<Act::kOrganisationRead>& permit, OrgId id,
                                       const AccountServices& services) {
  return reached(permit.scope(), id, services.accounts);
}

Result<std::vector<Organisation>> list_organisations(const Permit<Act::kOrganisationRead>& permit,
                                                     const OrganisationQuestion& question,
                                                     const AccountServices& services) {
  if (auto good = good_limit(question.limit); !good) return std::move(good.error());
  std::optional<identity::OrgKind> kind;
  if (!question.kind.empty()) {
    auto known = good_kind(question.kind);
    if (!known) return std::move(known.error());
    kind = *known;
  }
  auto directory = services.accounts.directory();
  if (!directory) return std::move(directory.error());
  std::vector<Organisation> found;
  for (const Organisation& each : (*directory)->organisations()) {
    if (found.size() > question.limit) break;
    if (each.id.value() <= question.after || (kind && each.kind != *kind)) continue;
    if ((each.is_active || question.with_closed) && reaches(permit.scope(), each)) found.push_back(each);
  }
  return found;
}

}  // namespace suyuan
