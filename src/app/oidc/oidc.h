// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>

#include "app/audit/audit.h"
#include "app/identity/permit.h"
#include "app/ports/account_store.h"
#include "app/ports/identity_provider.h"
#include "app/ports/oidc_store.h"

// Signing in with an account of an OpenID provider. Nobody gets an account by it: an administrator links the provider's
// subject to a person first.
namespace suyuan {

struct OidcServices {
  IdentityProvider& provider;
  OidcStore& store;
  DirectorySource& directory;
  Clock& clock;
  Audit& audit;
};

struct BegunSignIn {
  std::string url;      // where the browser goes
  std::string browser;  // its cookie, for ten minutes
};
inline constexpr std::chrono::minutes kSignInPatience{10};

// `return_path`: where to go afterwards, a path of this server; anything else becomes "/".
// Errors: those of IdentityProvider::begin.
Result<BegunSignIn> begin_sign_in(const Permit<identity::Act::kPageRead>&, const std::string& redirect_uri,
                                  const std::string& return_path, const OidcServices& services);

// What the browser brings back.
struct SignInAnswer {
  std::string state, code, issuer;
  std::string error;    // of the provider, instead of a code
  std::string browser;  // the cookie
};

struct FinishedSignIn {
  PersonId person;
  std::string return_path;
};

// What fails is in the audit. Errors: kInvalid "oidc.state" (never begun, over, done already, or begun in another
// browser); kForbidden "oidc.refused", "oidc.not_linked" (with the line that links it), "oidc.inactive"; those of
// IdentityProvider::finish.
Result<FinishedSignIn> finish_sign_in(const Permit<identity::Act::kPageRead>&, const SignInAnswer& answer,
                                      const std::string& redirect_uri, const OidcServices& services);

// A path of this server, and not one of the sign-in itself.
bool is_own_path(const std::string& path);

struct LinkRequest {
  std::string login, issuer, subject;
};
struct LinkServices {
  AccountStore& accounts;
  OidcStore& store;
  Clock& clock;
};
// Who signs in at `issuer` as `subject` is from now on the person with that login. Errors: kInvalid "oidc.link";
// kNotFound "oidc.no_such_login" (or one outside of the permit's scope); kConflict "oidc.linked".
Result<PersonId> link_identity(const Permit<identity::Act::kPersonChange>& permit, const LinkRequest& request,
                               const LinkServices& services);
// Errors: the same; kNotFound "oidc.no_such_link".
Result<PersonId> unlink_identity(const Permit<identity::Act::kPersonChange>& permit, const LinkRequest& request,
                                 const LinkServices& services);

}  // namespace suyuan
