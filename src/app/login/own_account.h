// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>
#include <vector>

#include "app/login/login.h"

// What people do with their own account, and others with the sessions of their people. A change of what somebody proves
// themselves with ends all their sessions and gives a new one.
namespace suyuan {

using OwnPermit = Permit<identity::Act::kAccountOwn>;

// The verbs that take the present password slow down like sign_in. Errors: kInvalid "login.wrong_password";
// kBusy "login.too_many"; kInvalid "password.refused", "password.used_before".
Result<SignedIn> change_password(const OwnPermit& permit, const std::string& present, const std::string& wanted,
                                 const LoginServices& services, std::chrono::seconds& wait);

struct TotpOffer {
  std::string secret;  // base32, to type
  std::string uri;     // "otpauth://…", for a QR code
};
// Nothing changes for signing in until a first code was right. Errors: as above; kConflict "totp.already".
Result<TotpOffer> begin_totp(const OwnPermit& permit, const std::string& password, const LoginServices& services,
                             std::chrono::seconds& wait);
struct TotpConfirmed {
  std::vector<std::string> recovery_codes;  // shown once
  SignedIn signed_in;
};
// Errors: kConflict "totp.none" (nothing begun), "totp.already"; kInvalid "totp.wrong_code"; kBusy "login.too_many".
Result<TotpConfirmed> confirm_totp(const OwnPermit& permit, const std::string& code, const LoginServices& services,
                                   std::chrono::seconds& wait);
// Errors: as begin_totp; kConflict "totp.none"; kInvalid "totp.wrong_code".
Result<SignedIn> end_totp(const OwnPermit& permit, const std::string& password, const std::string& code,
                          const LoginServices& services, std::chrono::seconds& wait);

struct OwnAccount {
  Account account;
  std::string organisation;
  bool has_totp = false;
  std::int64_t recovery_left = 0;
  std::vector<SessionRecord> sessions;  // newest first
};
Result<OwnAccount> own_account(const OwnPermit& permit, const LoginServices& services);
// Errors: kNotFound "session.unknown".
Status end_own_session(const OwnPermit& permit, const std::string& id, const LoginServices& services);
// All but the present one. Returns how many.
Result<std::int64_t> end_own_other_sessions(const OwnPermit& permit, const LoginServices& services);

// All sessions of a person within the permit's reach; its own password links too. Errors: kNotFound "person.unknown".
Result<std::int64_t> end_sessions_of(const Permit<identity::Act::kSessionEnd>& permit, PersonId person,
                                     const LoginServices& services);

}  // namespace suyuan
