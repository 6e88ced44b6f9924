// SPDX-License-Identifier: Apache-2.0
#include "adapters/oidc/id_token.h"
#include "adapters/oidc/keys.h"
#include "fuzz.h"

using namespace suyuan;

// What an OpenID provider sends: a set of keys, and a token that no key here has signed.
FUZZ(input) {
  const std::size_t line = std::min(input.find('\n'), input.size());
  const auto keys = oidc::read_keys(input.substr(line));
  const auto head = oidc::read_head(input.substr(0, line));
  (void)oidc::read_keys(input);
  if (!head) return;
  const auto known = keys ? oidc::keys_for(*keys, head->algorithm, head->kid) : std::vector<oidc::Key>();
  const auto person = oidc::verify(input.substr(0, line), *head, known, {"https://id.example", "suyuan", "nonce", {}});
  CHECK(!person.ok() || !known.empty());
}
