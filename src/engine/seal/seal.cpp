// SPDX-License-Identifier: Apache-2.0
#include "engine/seal/seal.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/rand.h>

#include <algorithm>
#include <memory>

#include "base/check.h"

namespace suyuan {

namespace {

constexpr std::size_t kNonce = 12, kTag = 16, kHead = 2;

struct Free {
  void operator()(EVP_CIPHER_CTX* context) const { EVP_CIPHER_CTX_free(context); }
};
using Context = std::unique_ptr<EVP_CIPHER_CTX, Free>;

const unsigned char* bytes_of(std::string_view text) { return reinterpret_cast<const unsigned char*>(text.data()); }
unsigned char* bytes_of(std::string& text) { return reinterpret_cast<unsigned char*>(text.data()); }

}  // namespace

SealKey SealKey::fresh() {
  SealKey key;
  CHECK(RAND_priv_bytes(key.bytes_.data(), static_cast<int>(key.bytes_.size())) == 1);
  return key;
}

std::optional<SealKey> SealKey::of_bytes(std::string_view bytes) {
  if (bytes.size() != kSealKeyBytes) return std::nullopt;
  SealKey key;
  std::copy_n(bytes_of(bytes), bytes.size(), key.bytes_.begin());
  return key;
}

SealKey::~SealKey() { OPENSSL_cleanse(bytes_.data(), bytes_.size()); }

std::string seal(const SealKey& key, std::uint8_t version, std::string_view plain, std::string_view bound) {
  std::string sealed(kHead + kNonce + plain.size() + kTag, '\0');
  sealed[0] = static_cast<char>(SealAlgorithm::kAes256Gcm);
  sealed[1] = static_cast<char>(version);
  CHECK(RAND_bytes(bytes_of(sealed) + kHead, static_cast<int>(kNonce)) == 1);
  const std::string head = sealed.substr(0, kHead);
  const Context context(EVP_CIPHER_CTX_new());
  int size = 0;
  unsigned char* body = bytes_of(sealed) + kHead + kNonce;
  const bool done =
      context &&
      EVP_EncryptInit_ex(context.get(), EVP_aes_256_gcm(), nullptr, bytes_of(key.bytes()), bytes_of(sealed) + kHead) ==
          1 &&
      EVP_EncryptUpdate(context.get(), nullptr, &size, bytes_of(head), static_cast<int>(head.size())) == 1 &&
      EVP_EncryptUpdate(context.get(), nullptr, &size, bytes_of(bound), static_cast<int>(bound.size())) == 1 &&
      EVP_EncryptUpdate(context.get(), body, &size, bytes_of(plain), static_cast<int>(plain.size())) == 1 &&
      EVP_EncryptFinal_ex(context.get(), body + plain.size(), &size) == 1 &&
      EVP_CIPHER_CTX_ctrl(context.get(), EVP_CTRL_GCM_GET_TAG, static_cast<int>(kTag), body + plain.size()) == 1;
  CHECK(done);
  return sealed;
}

std::optional<std::string> open_sealed(const SealKey& key, std::string_view sealed, std::string_view bound) {
  if (sealed.size() < kHead + kNonce + kTag) return std::nullopt;
  if (sealed[0] != static_cast<char>(SealAlgorithm::kAes256Gcm)) return std::nullopt;
  const std::string_view body = sealed.substr(kHead + kNonce, sealed.size() - kHead - kNonce - kTag);
  std::string tag(sealed.substr(sealed.size() - kTag)), plain(body.size(), '\0');
  const Context context(EVP_CIPHER_CTX_new());
  int size = 0;
  unsigned char last[16];
  const bool done =
      context &&
      EVP_DecryptInit_ex(context.get(), EVP_aes_256_gcm(), nullptr, bytes_of(key.bytes()), bytes_of(sealed) + kHead) ==
          1 &&
      EVP_DecryptUpdate(context.get(), nullptr, &size, bytes_of(sealed), static_cast<int>(kHead)) == 1 &&
      EVP_DecryptUpdate(context.get(), nullptr, &size, bytes_of(bound), static_cast<int>(bound.size())) == 1 &&
      EVP_DecryptUpdate(context.get(), bytes_of(plain), &size, bytes_of(body), static_cast<int>(body.size())) == 1 &&
      EVP_CIPHER_CTX_ctrl(context.get(), EVP_CTRL_GCM_SET_TAG, static_cast<int>(kTag), tag.data()) == 1 &&
      EVP_DecryptFinal_ex(context.get(), last, &size) == 1;
  if (!done) {
    OPENSSL_cleanse(plain.data(), plain.size());
    return std::nullopt;
  }
  return plain;
}

}  // namespace suyuan
