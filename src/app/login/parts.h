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

// A new session; `instead` is a token that ends. `who`: asks for it.
Result<SignedIn> start_session(const Granted& who, const Account& account, SessionRecord::How how,
                               const std::string& address, const std::string& instead, const LoginServices& services);

// Whom an entry of the audit is about.
Result<Actor> actor_of(const Account& account, const LoginServices& services);
// About a person, of their organisation. `who` may be the person, the machine or nobody who is known.
Result<AuditEntry> entry_about(const Granted& who, std::string_view act, const Account& account,
                               std::string_view reason, const LoginServices& services, AuditChange change = {});

// Whether the code is the person's: of a new time step, or a recovery code that was not used.
Result<bool> takes_code(PersonId person, const TotpRecord& totp, std::string_view code, const LoginServices& services);
std::string totp_context(PersonId person);
std::string recovery_digest_text(PersonId person, std::string_view code);

// Judges, hashes and keeps, with the entry. Errors: kInvalid "password.refused".
Status keep_password(const Account& account, const std::string& password, const AuditEntry& entry,
                     const LoginServices& services);

// Whether there is somebody who may give others roles or accounts.
Result<bool> has_administrator(AccountStore& accounts);

}  // namespace suyuan::login
