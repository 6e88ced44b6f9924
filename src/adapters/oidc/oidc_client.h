// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <memory>
#include <string>

#include "adapters/oidc/fetch.h"
#include "app/operation/settings.h"
#include "app/ports/identity_provider.h"
#include "base/time.h"

namespace suyuan {

struct OidcOptions {
  std::string issuer, client_id;
  std::string client_secret;  // "": a public client
};

// Knows the provider by its discovery document (OpenID Connect Discovery 1.0), read again after an hour; its keys are
// read again after an hour, or for a key id that is not among them, at most once a minute.
std::unique_ptr<IdentityProvider> make_oidc_client(OidcOptions options, oidc::Fetch fetch, Clock& clock);

// From oidc.*; nullptr when there is no oidc.issuer. Nobody is asked yet. Errors: kInvalid "oidc.settings".
Result<std::unique_ptr<IdentityProvider>> make_oidc_client(const Settings& settings, Clock& clock);

}  // namespace suyuan
