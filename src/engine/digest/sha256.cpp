// SPDX-License-Identifier: Apache-2.0
#include "engine/digest/sha256.h"

#include "base/check.h"
#include "engine/digest/openssl_digest.h"

namespace suyuan {

namespace {

const EVP_MD* hash() {
  static const EVP_MD* const found = openssl::fetched("SHA256");
  return found;
}

}  // namespace

Sha256 sha256(std::string_view bytes) {
  Sha256 made;
  openssl::digest<Sha256Stream>(hash(), bytes, made.data(), made.size());
  return made;
}

struct Sha256Stream::State {
  EVP_MD_CTX* context = EVP_MD_CTX_new();
  ~State() { EVP_MD_CTX_free(context); }
};

Sha256Stream::Sha256Stream() : state_(std::make_unique<State>()) {
  CHECK(state_->context != nullptr && EVP_DigestInit_ex2(state_->context, hash(), nullptr) == 1);
}

Sha256Stream::~Sha256Stream() = default;

void Sha256Stream::add(std::string_view bytes) {
  CHECK(EVP_DigestUpdate(state_->context, bytes.data(), bytes.size()) == 1);
}

Sha256 Sha256Stream::finish() {
  Sha256 digest;
  unsigned size = 0;
  CHECK(EVP_DigestFinal_ex(state_->context, digest.data(), &size) == 1 && size == 32);
  return digest;
}

}  // namespace suyuan
