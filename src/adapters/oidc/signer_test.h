// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ecdsa.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>

#include <boost/json.hpp>
#include <memory>
#include <string>

#include "base/text.h"
#include "engine/digest/hmac.h"

// A provider's key, made for one test, and tokens signed with it, right or wrong.
namespace suyuan::oidc {

inline std::string base64url_of(std::string_view text) {
  return base64url(std::span(reinterpret_cast<const std::uint8_t*>(text.data()), text.size()));
}

inline std::string key_set(const std::vector<boost::json::object>& keys) {
  boost::json::array all;
  for (const auto& key : keys) all.push_back(key);
  return boost::json::serialize(boost::json::object{{"keys", std::move(all)}});
}

class Signer {
 public:
  static Signer rsa(std::string kid, unsigned bits = 2048) {
    return {std::move(kid), EVP_PKEY_Q_keygen(nullptr, nullptr, "RSA", static_cast<std::size_t>(bits))};
  }
  static Signer elliptic(std::string kid) {
    return {std::move(kid), EVP_PKEY_Q_keygen(nullptr, nullptr, "EC", "P-256")};
  }

  boost::json::object jwk() const {
    if (is_elliptic())
      return {{"kty", "EC"},
              {"crv", "P-256"},
              {"kid", kid_},
              {"x", number(OSSL_PKEY_PARAM_EC_PUB_X, 32)},
              {"y", number(OSSL_PKEY_PARAM_EC_PUB_Y, 32)}};
    return {{"kty", "RSA"},
            {"use", "sig"},
            {"kid", kid_},
            {"n", number(OSSL_PKEY_PARAM_RSA_N, 0)},
            {"e", number(OSSL_PKEY_PARAM_RSA_E, 0)}};
  }

  std::string token(const std::string& algorithm, const std::string& claims) const {
    return token_with_head(algorithm, boost::json::serialize(boost::json::object{{"alg", algorithm}, {"kid", kid_}}),
                           claims);
  }
  std::string token_with_head(const std::string& algorithm, const std::string& head, const std::string& claims) const {
    const std::string text = base64url_of(head) + "." + base64url_of(claims);
    return text + "." + base64url_of(signature(algorithm, text));
  }
  // Signed with HMAC under a secret that everybody knows.
  std::string hmac_token(const std::string& claims, const std::string& secret) const {
    const std::string text = base64url_of(R"({"alg":"HS256","kid":")" + kid_ + R"("})") + "." + base64url_of(claims);
    const Sha256 digest = hmac_sha256(secret, text);
    return text + "." + base64url(digest);
  }
  std::string pem() const {
    const std::unique_ptr<BIO, int (*)(BIO*)> out(BIO_new(BIO_s_mem()), BIO_free);
    PEM_write_bio_PUBKEY(out.get(), key_.get());
    char* bytes = nullptr;
    const long size = BIO_get_mem_data(out.get(), &bytes);
    return {bytes, static_cast<std::size_t>(size)};
  }
  std::string der() const {
    unsigned char* out = nullptr;
    const int size = i2d_PUBKEY(key_.get(), &out);
    std::string bytes(reinterpret_cast<char*>(out), static_cast<std::size_t>(size));
    OPENSSL_free(out);
    return bytes;
  }

 private:
  Signer(std::string kid, EVP_PKEY* key) : kid_(std::move(kid)), key_(key, EVP_PKEY_free) {}
  bool is_elliptic() const { return EVP_PKEY_is_a(key_.get(), "EC") == 1; }

  std::string number(const char* name, int size) const {
    BIGNUM* value = nullptr;
    EVP_PKEY_get_bn_param(key_.get(), name, &value);
    std::string bytes(static_cast<std::size_t>(size == 0 ? BN_num_bytes(value) : size), '\0');
    BN_bn2binpad(value, reinterpret_cast<unsigned char*>(bytes.data()), static_cast<int>(bytes.size()));
    BN_free(value);
    return base64url_of(bytes);
  }

  std::string signature(const std::string& algorithm, const std::string& text) const {
    const std::unique_ptr<EVP_MD_CTX, void (*)(EVP_MD_CTX*)> context(EVP_MD_CTX_new(), EVP_MD_CTX_free);
    EVP_PKEY_CTX* inner = nullptr;
    EVP_DigestSignInit(context.get(), &inner, EVP_sha256(), nullptr, key_.get());
    if (algorithm == "PS256") {
      EVP_PKEY_CTX_set_rsa_padding(inner, RSA_PKCS1_PSS_PADDING);
      EVP_PKEY_CTX_set_rsa_pss_saltlen(inner, RSA_PSS_SALTLEN_DIGEST);
    }
    const auto* bytes = reinterpret_cast<const unsigned char*>(text.data());
    std::size_t size = 0;
    EVP_DigestSign(context.get(), nullptr, &size, bytes, text.size());
    std::string out(size, '\0');
    EVP_DigestSign(context.get(), reinterpret_cast<unsigned char*>(out.data()), &size, bytes, text.size());
    out.resize(size);
    return is_elliptic() ? raw_of(out) : out;
  }

  static std::string raw_of(const std::string& der) {
    const auto* at = reinterpret_cast<const unsigned char*>(der.data());
    const std::unique_ptr<ECDSA_SIG, void (*)(ECDSA_SIG*)> pair(
        d2i_ECDSA_SIG(nullptr, &at, static_cast<long>(der.size())), ECDSA_SIG_free);
    std::string raw(64, '\0');
    auto* out = reinterpret_cast<unsigned char*>(raw.data());
    BN_bn2binpad(ECDSA_SIG_get0_r(pair.get()), out, 32);
    BN_bn2binpad(ECDSA_SIG_get0_s(pair.get()), out + 32, 32);
    return raw;
  }

  std::string kid_;
  std::shared_ptr<EVP_PKEY> key_;
};

}  // namespace suyuan::oidc
