// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>

#include "domain/codes/identity.h"
#include "engine/digest/sha256.h"

namespace suyuan {

// Scheme byte + canonical key, as the table `object` keeps it.
inline std::string key_of(const codes::Identity& id) { return static_cast<char>(id.scheme) + id.key; }
inline codes::Identity identity_of_key(std::string_view key) {
  return {static_cast<codes::Scheme>(key.empty() ? 0 : key[0]), std::string(key.substr(key.empty() ? 0 : 1))};
}

inline std::string_view as_text(const Sha256& digest) {
  return {reinterpret_cast<const char*>(digest.data()), digest.size()};
}

}  // namespace suyuan
