// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

struct evp_pkey_st;

namespace suyuan::oidc {

// How a token may be signed (RFC 7518 §3.1). Nothing else is read: not "none", not the HS family, whose secret would
// be the public key.
enum class Algorithm { kRs256, kPs256, kEs256 };
std::optional<Algorithm> algorithm_of(std::string_view word);

struct Key {
  std::string kid;                     // "" when it has none
  bool is_elliptic = false;            // P-256; else RSA of 2048 to 8192 bits
  std::optional<Algorithm> algorithm;  // the only one that it is for
  std::shared_ptr<evp_pkey_st> key;
};

// A JWK set (RFC 7517). Keys of other kinds and uses, and unsound ones, are left out; nothing when it is no set.
std::optional<std::vector<Key>> read_keys(std::string_view text);

// Those that may have signed a token with this head; a token without kid is for a set with one such key.
std::vector<Key> keys_for(const std::vector<Key>& keys, Algorithm algorithm, const std::optional<std::string>& kid);

// `signature` as in a JWS: of ES256, r and s of 32 bytes each.
bool is_signed(Algorithm algorithm, const Key& key, std::string_view text, std::string_view signature);

}  // namespace suyuan::oidc
