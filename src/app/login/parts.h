// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <vector>

#include "app/login/login.h"

// What the verbs of this folder share.
namespace suyuan::login {

// Sortable by time, 80 random bits, hexadecimal.
std::string new_id(Instant now);

Error wrong_login();

// The keys that failures of this attempt are counted by.
std::vector<AttemptKey> attempt_keys(const std::string& login, const std::string& address, const std::string& device,
                                     const std::optional<Account>& account, const Sealer& sealer);
// Errors: kBusy "login.too_many", with `wait` set.
Status charge(const std::vector<AttemptKey>& keys, const LoginServices& services, std::chrono::seconds& wait);

std::string device_text(PersonId person, const Sealer& sealer);

// A new session; `instead` is a token that ends.
Result<SignedIn> start_session(const Account& account, SessionRecord::How how, const std::string& address,
                               const std::string& instead, const LoginServices& services);

// Whether the code is the person's: of a new time step, or a recovery code that was not used.
Result<bool> takes_code(PersonId person, const TotpRecord& totp, std::string_view code, const LoginServices& services);
std::string totp_context(PersonId person);
std::string recovery_digest_text(PersonId person, std::string_view code);

// Judges, hashes and keeps. Errors: kInvalid "password.refused".
Status keep_password(const Account& account, const std::string& password, const LoginServices& services);

// Whether there is somebody who may give others roles or accounts.
Result<bool> has_administrator(AccountStore& accounts);

}  // namespace suyuan::login
