// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "app/account/account.h"

// What the verbs of this folder judge alike.
namespace suyuan::account {

inline constexpr std::size_t kPageMax = 1000;

Error unknown_organisation(OrgId id);
Error unknown_person(PersonId id);
Status good_limit(std::size_t limit);

// Trimmed. Errors: kInvalid `code`.
Result<std::string> good_name(std::string_view name, std::string_view code);
Result<std::string> good_login(std::string_view login);
Result<std::string> good_mobile(std::string_view mobile);
Result<std::string> good_uscc(std::string_view uscc);
Result<Jurisdiction> good_division(std::string_view division);
// Canonical, sorted, each once.
Result<std::vector<std::string>> good_codes(const std::vector<std::string>& codes);

// Whether a scope reaches an organisation, or somebody of it.
bool reaches(const identity::Scope& scope, const identity::Organisation& org);
bool reaches(const identity::Scope& scope, PersonId person, const identity::Organisation& org);
bool is_expected(const Versions& expected, std::int64_t version);
// The error of a change that was decided on another version; `differs`: what is now other than asked for.
Error changed_since(std::string_view what, std::int64_t version, std::vector<Finding> differs);
Finding differs(std::string_view field, std::string_view now);

// Of an organisation that the scope reaches. Errors: kNotFound.
Result<identity::Organisation> reached(const identity::Scope& scope, OrgId id, AccountStore& accounts);
// With the organisation that the person belongs to.
struct Reached {
  Account account;
  identity::Organisation org;
};
Result<Reached> reached(const identity::Scope& scope, PersonId id, AccountStore& accounts);

PersonView view_of(const Account& account);

}  // namespace suyuan::account
