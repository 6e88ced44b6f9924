// SPDX-License-Identifier: Apache-2.0
#include "engine/secret/sealer.h"

#include <sodium.h>

#include "base/check.h"
#include "engine/digest/hmac.h"
#include "engine/secret/random.h"

namespace suyuan {

namespace {

constexpr std::size_t kNonce = crypto_aead_xchacha20poly1305_ietf_NPUBBYTES;
constexpr std::size_t kTag = crypto_aead_xchacha20poly1305_ietf_ABYTES;

const unsigned char* bytes(std::string_view text) { return reinterpret_cast<const unsigned char*>(text.data()); }
unsigned char* bytes(std::string& text) { return reinterpret_cast<unsigned char*>(text.data()); }

std::string mac(std::string_view key, std::string_view text) {
  const Sha256 digest = hmac_sha256(key, text);
  return std::string(reinterpret_cast<const char*>(digest.data()), digest.size());
}

}  // namespace

Sealer::Sealer(std::string key) : seal_key_(mac(key, "suyuan seal")), sign_key_(mac(key, "suyuan sign")) {
  CHECK(sodium_init() >= 0 && key.size() == kKeyBytes);
}

std::string Sealer::seal(std::string_view context, std::string_view plain) const {
  std::string sealed = random_bytes(kNonce);
  sealed.resize(kNonce + plain.size() + kTag);
  unsigned long long size = 0;
  CHECK(crypto_aead_xchacha20poly1305_ietf_encrypt(bytes(sealed) + kNonce, &size, bytes(plain), plain.size(),
                                                   bytes(context), context.size(), nullptr, bytes(sealed),
                                                   bytes(std::string_view(seal_key_))) == 0);
  CHECK(size == plain.size() + kTag);
  return sealed;
}

std::optional<std::string> Sealer::open(std::string_view context, std::string_view sealed) const {
  if (sealed.size() < kNonce + kTag) return std::nullopt;
  std::string plain(sealed.size() - kNonce - kTag, '\0');
  unsigned long long size = 0;
  const int opened = crypto_aead_xchacha20poly1305_ietf_decrypt(bytes(plain), &size, nullptr, bytes(sealed) + kNonce,
                                                                sealed.size() - kNonce, bytes(context), context.size(),
                                                                bytes(sealed), bytes(std::string_view(seal_key_)));
  if (opened != 0) return std::nullopt;
  return plain;
}

std::string Sealer::sign(std::string_view context, std::string_view text) const {
  return mac(sign_key_, std::string(context) + '\0' + std::string(text));
}

}  // namespace suyuan
