// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <optional>
#include <string>

#include "app/ports/audit_store.h"
#include "base/result.h"
#include "base/time.h"
#include "domain/identity/actor.h"

// Sign-ins that are under way, and who of which provider is which person. `entry`: of the audit, written with the
// change, and only if there is one. Threads: any.
namespace suyuan {

struct OidcState {
  std::string state, browser;  // SHA-256, 32 bytes each
  std::string nonce, verifier;
  std::string return_path;
  Instant until;
};

struct OidcLink {
  std::string issuer;
  std::string subject;  // SHA-256, 32 bytes
  PersonId person;
};

class OidcStore {
 public:
  virtual ~OidcStore() = default;

  // Those whose time is over go, and the oldest when there are more than `most`.
  virtual Status keep(const OidcState& state, Instant now, std::size_t most) = 0;
  // Once: whoever asks again, or from another browser, gets nothing. Over or not is for the caller to see.
  virtual Result<std::optional<OidcState>> take(const std::string& state, const std::string& browser) = 0;

  virtual Result<std::optional<PersonId>> person_of(const std::string& issuer, const std::string& subject) = 0;
  // Again the same: nothing happens. Errors: kConflict "oidc.linked" when it is another person's.
  virtual Status link(const OidcLink& link, PersonId by, Instant now, const AuditEntry& entry) = 0;
  // False: there was no such link of that person.
  virtual Result<bool> unlink(const OidcLink& link, const AuditEntry& entry) = 0;
};

}  // namespace suyuan
