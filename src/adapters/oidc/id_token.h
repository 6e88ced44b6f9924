// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "adapters/oidc/keys.h"
#include "app/ports/identity_provider.h"
#include "base/time.h"

// ID tokens: JWS in compact form (RFC 7515) of claims (OpenID Connect Core §2, judged by §3.1.3.7; RFC 8725).
namespace suyuan::oidc {

inline constexpr std::size_t kTokenMost = 16 * 1024;
inline constexpr std::chrono::seconds kSkew{60};  // between two clocks

struct TokenHead {
  Algorithm algorithm = Algorithm::kRs256;
  std::optional<std::string> kid;
};

// Nothing in it is trusted; it says which key to look for. Errors: kForbidden "oidc.token".
Result<TokenHead> read_head(std::string_view token);

struct Expected {
  std::string issuer, client_id, nonce;
  Instant now;
};

// `keys`: those of keys_for(). Errors: kForbidden "oidc.token", saying what is wrong with it.
Result<ProviderPerson> verify(std::string_view token, const TokenHead& head, const std::vector<Key>& keys,
                              const Expected& expected);

}  // namespace suyuan::oidc
