// SPDX-License-Identifier: Apache-2.0
#include "engine/digest/sm3.h"

#include <openssl/evp.h>

#include "base/check.h"

namespace suyuan {

Sm3 sm3(std::string_view bytes) {
  Sm3 digest;
  unsigned size = 0;
  CHECK(EVP_Digest(bytes.data(), bytes.size(), digest.data(), &size, EVP_sm3(), nullptr) == 1 && size == digest.size());
  return digest;
}

}  // namespace suyuan
