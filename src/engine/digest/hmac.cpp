// SPDX-License-Identifier: Apache-2.0
#include "engine/digest/hmac.h"

#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/params.h>

#include <memory>
#include <optional>
#include <string>

#include "base/check.h"

namespace suyuan {

namespace {

struct FreeMac {
  void operator()(EVP_MAC_CTX* it) const { EVP_MAC_CTX_free(it); }
};
using Context = std::unique_ptr<EVP_MAC_CTX, FreeMac>;

// Looking an algorithm up by name costs more than a short text: once a thread.
Context context_of(const char* hash) {
  static EVP_MAC* const mac = EVP_MAC_fetch(nullptr, "HMAC", nullptr);  // kept until the process ends
  CHECK(mac != nullptr);
  Context context(EVP_MAC_CTX_new(mac));
  const OSSL_PARAM parameters[] = {OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, const_cast<char*>(hash), 0),
                                   OSSL_PARAM_construct_end()};
  CHECK(context != nullptr && EVP_MAC_CTX_set_params(context.get(), parameters) == 1);
  return context;
}

struct Keyed {
  explicit Keyed(const char* hash) : context(context_of(hash)) {}
  Context context;
  std::optional<std::string> key;  // that the context has: setting it again is half the work for a short text
};

template <class Digest>
Digest hmac(Keyed& keyed, std::string_view key, std::string_view text) {
  static constexpr unsigned char kNoKey = 0;  // a null pointer keeps the last key
  Digest digest{};
  std::size_t size = 0;
  EVP_MAC_CTX* const context = keyed.context.get();
  const auto* bytes = key.empty() ? &kNoKey : reinterpret_cast<const unsigned char*>(key.data());
  if (keyed.key == key) bytes = nullptr;
  CHECK(EVP_MAC_init(context, bytes, bytes == nullptr ? 0 : key.size(), nullptr) == 1);
  if (bytes != nullptr) keyed.key = key;
  CHECK(EVP_MAC_update(context, reinterpret_cast<const unsigned char*>(text.data()), text.size()) == 1 &&
        EVP_MAC_final(context, digest.data(), &size, digest.size()) == 1 && size == digest.size());
  return digest;
}

}  // namespace

Sha256 hmac_sha256(std::string_view key, std::string_view text) {
  thread_local Keyed keyed("SHA256");
  return hmac<Sha256>(keyed, key, text);
}

std::array<std::uint8_t, 20> hmac_sha1(std::string_view key, std::string_view text) {
  thread_local Keyed keyed("SHA1");
  return hmac<std::array<std::uint8_t, 20>>(keyed, key, text);
}

}  // namespace suyuan
