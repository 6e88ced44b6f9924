// SPDX-License-Identifier: Apache-2.0
#include "engine/secret/random.h"

#include <openssl/crypto.h>
#include <openssl/rand.h>

#include "base/check.h"
#include "base/text.h"

namespace suyuan {

std::string random_bytes(std::size_t count) {
  std::string bytes(count, '\0');
  CHECK(RAND_bytes(reinterpret_cast<unsigned char*>(bytes.data()), static_cast<int>(count)) == 1);
  return bytes;
}

std::string random_token() {
  const std::string bytes = random_bytes(32);
  return base64url({reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size()});
}

bool same_secret(std::string_view a, std::string_view b) {
  return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

}  // namespace suyuan
