// SPDX-License-Identifier: Apache-2.0
#include "engine/digest/sm3.h"

#include "engine/digest/openssl_digest.h"

namespace suyuan {

Sm3 sm3(std::string_view bytes) {
  struct Mine {};
  static const EVP_MD* const hash = openssl::fetched("SM3");
  Sm3 made;
  openssl::digest<Mine>(hash, bytes, made.data(), made.size());
  return made;
}

}  // namespace suyuan
