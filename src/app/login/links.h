// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>

#include "app/login/login.h"

// One-time links: for the first administrator of a new store, and for somebody's first or forgotten password. They open
// once, within 24 hours; the store has only their hash.
namespace suyuan {

inline constexpr std::chrono::hours kLinkLasts{24};

using MachinePermit = Permit<identity::Act::kStoreMaintain>;

// For the start of a server: the token of a new set-up link, in place of all earlier ones, while nobody has an
// administrator's role; else nothing.
Result<std::optional<std::string>> set_up_link(const MachinePermit& permit, const LoginServices& services);
// In place of earlier ones of that person. Errors: kNotFound "login.unknown".
Result<std::string> password_link(const MachinePermit& permit, const std::string& login, const LoginServices& services);
// At a terminal. Errors: kNotFound "login.unknown"; kInvalid "password.refused", "password.used_before".
Status set_password_of(const MachinePermit& permit, const std::string& login, const std::string& password,
                       const LoginServices& services);

struct OpenLink {
  LinkRecord::Kind kind;
  std::string login;  // whose password it sets; "" for the set-up link
};
// Errors: kNotFound "login.link" (unknown, used, expired; one text for all).
Result<OpenLink> open_link(const Permit<identity::Act::kPageRead>& permit, const std::string& token,
                           const LoginServices& services);

struct LinkUse {
  std::string login, name;  // of the administrator to be; not read for a password link
  std::string password;
};
// Makes the first security administrator, or sets the password; ends the sessions of that person. What was wrong with
// the input leaves the link open. Errors: kNotFound "login.link"; kInvalid "login.name", "password.refused",
// "password.used_before"; kConflict "account.login_taken".
Status use_link(const Permit<identity::Act::kPageRead>& permit, const std::string& token, const LinkUse& use,
                const LoginServices& services);

}  // namespace suyuan
