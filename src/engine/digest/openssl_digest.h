// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <openssl/evp.h>

#include <memory>
#include <string_view>

#include "base/check.h"

// Only for sources: no header of ours shows OpenSSL. Looking an algorithm up by name costs more than hashing a short
// text, and so does a new context: the first is done once, the second once a thread.
namespace suyuan::openssl {

struct FreeDigest {
  void operator()(EVP_MD_CTX* it) const { EVP_MD_CTX_free(it); }
};

inline const EVP_MD* fetched(const char* name) {
  const EVP_MD* found = EVP_MD_fetch(nullptr, name, nullptr);  // kept until the process ends
  CHECK(found != nullptr);
  return found;
}

// `Tag` tells the contexts of two algorithms apart.
template <class Tag>
void digest(const EVP_MD* hash, std::string_view bytes, unsigned char* out, unsigned expected) {
  thread_local const std::unique_ptr<EVP_MD_CTX, FreeDigest> context(EVP_MD_CTX_new());
  unsigned size = 0;
  CHECK(context != nullptr && EVP_DigestInit_ex2(context.get(), hash, nullptr) == 1 &&
        EVP_DigestUpdate(context.get(), bytes.data(), bytes.size()) == 1 &&
        EVP_DigestFinal_ex(context.get(), out, &size) == 1 && size == expected);
}

}  // namespace suyuan::openssl
