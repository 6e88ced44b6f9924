// SPDX-License-Identifier: Apache-2.0
#include "engine/seal/seal.h"

#include <sodium.h>

#include "base/check.h"

namespace suyuan {

namespace {

constexpr std::size_t kNonce = crypto_aead_xchacha20poly1305_ietf_NPUBBYTES;
constexpr std::size_t kTag = crypto_aead_xchacha20poly1305_ietf_ABYTES;

const unsigned char* bytes(std::string_view text) { return reinterpret_cast<const unsigned char*>(text.data()); }
unsigned char* bytes(std::string& text) { return reinterpret_cast<unsigned char*>(text.data()); }

}  // namespace

std::string seal(std::string_view key, std::string_view about, std::string_view text) {
  CHECK(key.size() == crypto_aead_xchacha20poly1305_ietf_KEYBYTES && sodium_init() >= 0);
  std::string sealed(kNonce + text.size() + kTag, '\0');
  randombytes_buf(sealed.data(), kNonce);
  unsigned long long size = 0;
  crypto_aead_xchacha20poly1305_ietf_encrypt(bytes(sealed) + kNonce, &size, bytes(text), text.size(), bytes(about),
                                             about.size(), nullptr, bytes(sealed), bytes(key));
  return sealed;
}

std::optional<std::string> open_sealed(std::string_view key, std::string_view about, std::string_view sealed) {
  CHECK(key.size() == crypto_aead_xchacha20poly1305_ietf_KEYBYTES && sodium_init() >= 0);
  if (sealed.size() < kNonce + kTag) return std::nullopt;
  const std::string_view rest = sealed.substr(kNonce);
  std::string text(rest.size() - kTag, '\0');
  unsigned long long size = 0;
  if (crypto_aead_xchacha20poly1305_ietf_decrypt(bytes(text), &size, nullptr, bytes(rest), rest.size(), bytes(about),
                                                 about.size(), bytes(sealed), bytes(key)) != 0)
    return std::nullopt;
  return text;
}

}  // namespace suyuan
