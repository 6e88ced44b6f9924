// SPDX-License-Identifier: Apache-2.0
#include "engine/digest/hmac.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include "base/check.h"

namespace suyuan {

namespace {

template <class Digest>
Digest hmac(const EVP_MD* hash, std::string_view key, std::string_view text) {
  Digest digest{};
  unsigned size = 0;
  const auto* made = HMAC(hash, key.data(), static_cast<int>(key.size()),
                          reinterpret_cast<const unsigned char*>(text.data()), text.size(), digest.data(), &size);
  CHECK(made != nullptr && size == digest.size());
  return digest;
}

}  // namespace

Sha256 hmac_sha256(std::string_view key, std::string_view text) { return hmac<Sha256>(EVP_sha256(), key, text); }

std::array<std::uint8_t, 20> hmac_sha1(std::string_view key, std::string_view text) {
  return hmac<std::array<std::uint8_t, 20>>(EVP_sha1(), key, text);
}

}  // namespace suyuan
