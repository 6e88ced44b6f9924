// SPDX-License-Identifier: Apache-2.0
#include "engine/secret/argon2.h"

#include <sodium.h>

#include <array>

#include "base/check.h"

namespace suyuan {

namespace {

std::size_t bytes_of(const Argon2Cost& cost) { return static_cast<std::size_t>(cost.kib) * 1024; }

}  // namespace

Result<std::string> argon2id(std::string_view password, const Argon2Cost& cost) {
  CHECK(sodium_init() >= 0);
  std::array<char, crypto_pwhash_STRBYTES> text{};
  const int made =
      crypto_pwhash_str_alg(text.data(), password.data(), password.size(), static_cast<unsigned long long>(cost.passes),
                            bytes_of(cost), crypto_pwhash_ALG_ARGON2ID13);
  if (made == 0) return std::string(text.data());
  return Error{ErrorKind::kBusy, "login.busy",
               "There is no memory to hash a password just now. Try again in a moment."};
}

bool argon2id_matches(const std::string& hash, std::string_view password) {
  CHECK(sodium_init() >= 0);
  if (hash.size() >= crypto_pwhash_STRBYTES) return false;
  return crypto_pwhash_str_verify(hash.c_str(), password.data(), password.size()) == 0;
}

bool argon2id_has_cost(const std::string& hash, const Argon2Cost& cost) {
  CHECK(sodium_init() >= 0);
  if (hash.size() >= crypto_pwhash_STRBYTES) return false;
  return crypto_pwhash_str_needs_rehash(hash.c_str(), static_cast<unsigned long long>(cost.passes), bytes_of(cost)) ==
         0;
}

}  // namespace suyuan
