// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>

#include "base/result.h"

// Somebody else who knows people: an OpenID provider (OpenID Connect Core 1.0, authorization code flow). Threads: any.
namespace suyuan {

// Drawn for one sign-in; 256 bits each, base64url.
struct SignInSecrets {
  std::string state;     // goes to the provider and comes back
  std::string nonce;     // comes back within the token
  std::string verifier;  // of PKCE (RFC 7636)
  std::string browser;   // cookie of the browser that began
};

struct SignInStart {
  std::string url;  // where the browser goes
  SignInSecrets secrets;
};

struct ProviderReply {
  std::string code;
  std::string issuer;  // parameter "iss" (RFC 9207), "" when there is none
};

struct ProviderPerson {
  std::string issuer, subject;
  std::string name;  // preferred_username, else name, else ""; for people, never to find anybody by
};

class IdentityProvider {
 public:
  virtual ~IdentityProvider() = default;
  virtual const std::string& issuer() const = 0;
  // `redirect_uri`: where the provider sends the browser back to, the same for both calls.
  // Errors: kBusy "oidc.unreachable", "oidc.provider" (what it says of itself cannot be used).
  virtual Result<SignInStart> begin(const std::string& redirect_uri) = 0;
  // Errors: those of begin; kForbidden "oidc.refused" (it did not take the code), "oidc.token".
  virtual Result<ProviderPerson> finish(const ProviderReply& reply, const std::string& nonce,
                                        const std::string& verifier, const std::string& redirect_uri) = 0;
};

}  // namespace suyuan
