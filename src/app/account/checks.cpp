// SPDX-License-Identifier: Apache-2.0
#include "app/account/checks.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <set>

#include "app/ports/personal_data.h"
#include "base/text.h"
#include "domain/codes/identity.h"
#include "domain/codes/other_schemes.h"
#include "domain/registry/mask.h"

namespace suyuan::account {

namespace {

constexpr std::size_t kNameMax = 300, kLoginLeast = 2, kLoginMost = 64, kCodesMax = 100;

Error invalid(std::string_view code, std::string text) {
  return {ErrorKind::kInvalid, std::string(code), std::move(text)};
}

// Beside what excerpt() shows as bytes: line and paragraph separators, and the invisible tag letters.
bool has_hidden(std::string_view text) {
  if (excerpt(text, text.size() * 5 + 1) != text) return true;
  for (const std::string_view hidden : {"\xE2\x80\xA8", "\xE2\x80\xA9", "\xF3\xA0\x80", "\xF3\xA0\x81"})
    if (text.find(hidden) != std::string_view::npos) return true;
  return false;
}

}  // namespace

Error unknown_organisation(OrgId id) {
  return Error{ErrorKind::kNotFound, "organisation.unknown",
               fmt::format("There is no organisation {}. `suyuan org list`, or GET /api/v1/organisations, lists them.",
                           id.value())};
}

Error unknown_person(PersonId id) {
  return Error{
      ErrorKind::kNotFound, "person.unknown",
      fmt::format("There is no person {}. `suyuan user list`, or GET /api/v1/people, lists them.", id.value())};
}

Status good_limit(std::size_t limit) {
  if (limit >= 1 && limit <= kPageMax) return Done{};
  return invalid("account.limit",
                 fmt::format("The limit is {}; 1 to {} rows in one answer are allowed.", limit, kPageMax));
}

Result<std::string> good_name(std::string_view name, std::string_view code) {
  const std::string_view text = trim(name);
  if (text.empty() || text.size() > kNameMax) {
    return invalid(code, fmt::format("The name has {} bytes; 1 to {} are wanted.", text.size(), kNameMax));
  }
  if (!is_utf8(text) || has_hidden(text)) {
    // Without the name: an error may end in a log.
    return invalid(code,
                   "The name is not plain text: control characters, invisible ones and those that turn the direction "
                   "of writing cannot stand in it.");
  }
  return std::string(text);
}

Result<std::string> good_login(std::string_view login) {
  const std::string folded = ascii_lower(fold_text(login.substr(0, kNameMax)));
  const bool is_good = folded.size() >= kLoginLeast && folded.size() <= kLoginMost && login.size() <= kNameMax &&
                       folded.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789._@-") == std::string::npos;
  if (is_good) return folded;
  return invalid("person.login", fmt::format("The login is \"{}\"; {} to {} of the characters a-z 0-9 . _ @ - are "
                                             "wanted, so that no two look alike.",
                                             excerpt(login), kLoginLeast, kLoginMost));
}

Result<std::string> good_mobile(std::string_view mobile) {
  std::string digits;
  for (const char c : fold_text(mobile.substr(0, kNameMax)))
    if (c != ' ' && c != '-') digits += c;
  if (digits.starts_with("+86")) digits.erase(0, 3);
  if (digits.empty()) return digits;
  constexpr std::size_t kDigits = 11;
  if (digits.size() == kDigits && is_all_digits(digits) && digits[0] == '1' && digits[1] >= '3') return digits;
  // Without the number: an error may end in a log.
  return invalid("person.mobile", fmt::format("The mobile number has {} characters and is none of mainland China: 11 "
                                              "digits, from 13 to 19 on. Leave it out if there is none.",
                                              digits.size()));
}

Result<std::string> good_uscc(std::string_view uscc) {
  std::string text = fold_text(uscc.substr(0, kNameMax));
  std::transform(text.begin(), text.end(), text.begin(),
                 [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c; });
  if (text.empty()) return text;
  auto read = codes::read_uscc(text);
  if (!read) return std::move(read.error());
  return text;
}

Result<Jurisdiction> good_division(std::string_view division) {
  constexpr std::size_t kDigits = 6;
  std::int32_t code = -1;
  if (division.size() == kDigits && is_all_digits(division))
    std::from_chars(division.data(), division.data() + division.size(), code);
  if (code >= 0) return Jurisdiction{code};
  return invalid("organisation.division",
                 fmt::format("\"{}\" is no division code. Give the six digits of GB/T 2260, or 000000 for the whole "
                             "country.",
                             excerpt(division)));
}

Result<std::vector<std::string>> good_codes(const std::vector<std::string>& codes) {
  if (codes.size() > kCodesMax) {
    return invalid("organisation.codes",
                   fmt::format("{} codes of one organisation; at most {} are allowed.", codes.size(), kCodesMax));
  }
  std::set<std::string> found;
  for (const std::string& code : codes) {
    auto read = codes::read_epcis_id(code);
    if (!read) {
      Error error =
          invalid("organisation.codes", fmt::format("\"{}\" is no code of a party or place as events write it: "
                                                    "https://id.gs1.org/417/… or urn:epc:id:pgln:…",
                                                    excerpt(code, 200)));
      error.findings.push_back({"/codes", read.error().code, read.error().text});
      return error;
    }
    found.insert(codes::canonical_uri(read->id));
  }
  return std::vector<std::string>(found.begin(), found.end());
}

bool reaches(const identity::Scope& scope, const identity::Organisation& org) {
  return scope.covers({scope.actor().person, org.id, org.jurisdiction});
}

bool reaches(const identity::Scope& scope, PersonId person, const identity::Organisation& org) {
  return scope.covers({person, org.id, org.jurisdiction});
}

bool is_expected(const Versions& expected, std::int64_t version) {
  return expected.empty() || std::find(expected.begin(), expected.end(), version) != expected.end();
}

Error changed_since(std::string_view what, std::int64_t version, std::vector<Finding> differs) {
  Error error{ErrorKind::kConflict, "account.changed",
              fmt::format("Somebody else has changed this {} since it was read: it is version {} now. Read it again, "
                          "and decide again.",
                          what, version)};
  error.findings = std::move(differs);
  return error;
}

Finding differs(std::string_view field, std::string_view now) {
  return {"/" + std::string(field), "account.differs", fmt::format("It is \"{}\" now.", excerpt(now, 300))};
}

Result<identity::Organisation> reached(const identity::Scope& scope, OrgId id, AccountStore& accounts) {
  auto found = accounts.organisation(id);
  if (!found) return std::move(found.error());
  if (!*found || !reaches(scope, **found)) return unknown_organisation(id);
  return std::move(**found);
}

Result<Account> reached(const identity::Scope& scope, PersonId id, AccountStore& accounts) {
  auto found = accounts.account(id);
  if (!found) return std::move(found.error());
  if (!*found) return unknown_person(id);
  auto org = accounts.organisation((*found)->member.org);
  if (!org) return std::move(org.error());
  if (!*org || !reaches(scope, id, **org)) return unknown_person(id);
  return std::move(**found);
}

PersonView view_of(const Account& account) {
  PersonView view;
  view.id = account.member.id;
  view.version = account.version;
  view.login = account.login;
  view.org = account.member.org;
  view.is_active = account.member.is_active;
  view.deputy = account.deputy;
  // A name is never empty: it was erased.
  view.masked_name =
      account.name.empty() ? std::string(kErased) : registry::mask(registry::PersonalKind::kName, account.name);
  view.masked_mobile = registry::mask(registry::PersonalKind::kPhone, account.mobile);
  view.roles = account.grants;
  return view;
}

}  // namespace suyuan::account
