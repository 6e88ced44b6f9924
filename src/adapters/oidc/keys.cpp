// SPDX-License-Identifier: Apache-2.0
#include "adapters/oidc/keys.h"

#include <openssl/core_names.h>
#include <openssl/err.h>
#include <openssl/rsa.h>

#include "adapters/oidc/strict_json.h"
#include "engine/sign/openssl_owned.h"

namespace suyuan::oidc {

namespace {

namespace json = boost::json;

constexpr std::size_t kKeysMost = 64, kSizeMost = 1024;
constexpr int kRsaLeast = 2048, kRsaMost = 8192;

using namespace openssl;

Number number_of(std::string_view bytes) {
  return Number(BN_bin2bn(bytes_of(bytes), static_cast<int>(bytes.size()), nullptr));
}

std::optional<std::string> bytes_in(const json::object& jwk, std::string_view name) {
  const auto text = text_in(jwk, name);
  if (!text || text->empty() || text->size() > 2 * kSizeMost) return std::nullopt;
  return from_base64url_strict(*text);
}

std::shared_ptr<EVP_PKEY> key_from(const char* kind, OSSL_PARAM_BLD* builder) {
  const Parameters params(OSSL_PARAM_BLD_to_param(builder));
  const KeyContext context(EVP_PKEY_CTX_new_from_name(nullptr, kind, nullptr));
  EVP_PKEY* made = nullptr;
  if (!params || !context || EVP_PKEY_fromdata_init(context.get()) != 1 ||
      EVP_PKEY_fromdata(context.get(), &made, EVP_PKEY_PUBLIC_KEY, params.get()) != 1)
    return nullptr;
  std::shared_ptr<EVP_PKEY> key(made, EVP_PKEY_free);
  const KeyContext check(EVP_PKEY_CTX_new_from_pkey(nullptr, key.get(), nullptr));
  return check && EVP_PKEY_public_check(check.get()) == 1 ? key : nullptr;
}

std::shared_ptr<EVP_PKEY> rsa_key(const json::object& jwk) {
  const auto n = bytes_in(jwk, "n"), e = bytes_in(jwk, "e");
  if (!n || !e || e->size() > 8) return nullptr;
  const Number modulus = number_of(*n), exponent = number_of(*e);
  const int bits = BN_num_bits(modulus.get());
  if (bits < kRsaLeast || bits > kRsaMost || !BN_is_odd(exponent.get()) || BN_is_one(exponent.get())) return nullptr;
  const Builder builder(OSSL_PARAM_BLD_new());
  if (OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_RSA_N, modulus.get()) != 1 ||
      OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_RSA_E, exponent.get()) != 1)
    return nullptr;
  return key_from("RSA", builder.get());
}

std::shared_ptr<EVP_PKEY> elliptic_key(const json::object& jwk) {
  const auto x = bytes_in(jwk, "x"), y = bytes_in(jwk, "y");
  if (text_in(jwk, "crv") != "P-256" || !x || !y || x->size() != 32 || y->size() != 32) return nullptr;
  const std::string point = '\x04' + *x + *y;
  const Builder builder(OSSL_PARAM_BLD_new());
  if (OSSL_PARAM_BLD_push_utf8_string(builder.get(), OSSL_PKEY_PARAM_GROUP_NAME, "prime256v1", 0) != 1 ||
      OSSL_PARAM_BLD_push_octet_string(builder.get(), OSSL_PKEY_PARAM_PUB_KEY, point.data(), point.size()) != 1)
    return nullptr;
  return key_from("EC", builder.get());
}

std::optional<Key> read_key(const json::object& jwk) {
  if (jwk.contains("use") && text_in(jwk, "use") != "sig") return std::nullopt;
  Key key;
  if (jwk.contains("alg")) {
    key.algorithm = algorithm_of(text_in(jwk, "alg").value_or(""));
    if (!key.algorithm) return std::nullopt;
  }
  key.kid = text_in(jwk, "kid").value_or("");
  const auto kind = text_in(jwk, "kty");
  if (kind != "RSA" && kind != "EC") return std::nullopt;
  key.is_elliptic = kind == "EC";
  key.key = key.is_elliptic ? elliptic_key(jwk) : rsa_key(jwk);
  if (!key.key) return std::nullopt;
  return key;
}

// r and s as DER, which OpenSSL reads.
std::optional<std::string> der_of(std::string_view signature) {
  if (signature.size() != 64) return std::nullopt;
  const Signature pair(ECDSA_SIG_new());
  Number r = number_of(signature.substr(0, 32)), s = number_of(signature.substr(32));
  if (!pair || ECDSA_SIG_set0(pair.get(), r.release(), s.release()) != 1) return std::nullopt;
  unsigned char* out = nullptr;
  const int size = i2d_ECDSA_SIG(pair.get(), &out);
  if (size <= 0) return std::nullopt;
  std::string der(reinterpret_cast<const char*>(out), static_cast<std::size_t>(size));
  OPENSSL_free(out);
  return der;
}

bool use_pss(EVP_PKEY_CTX* context) {
  return EVP_PKEY_CTX_set_rsa_padding(context, RSA_PKCS1_PSS_PADDING) == 1 &&
         EVP_PKEY_CTX_set_rsa_mgf1_md(context, EVP_sha256()) == 1 &&
         EVP_PKEY_CTX_set_rsa_pss_saltlen(context, RSA_PSS_SALTLEN_DIGEST) == 1;
}

}  // namespace

std::optional<Algorithm> algorithm_of(std::string_view word) {
  if (word == "RS256") return Algorithm::kRs256;
  if (word == "PS256") return Algorithm::kPs256;
  if (word == "ES256") return Algorithm::kEs256;
  return std::nullopt;
}

std::optional<std::vector<Key>> read_keys(std::string_view text) {
  const auto set = strict_object(text);
  const json::value* all = set ? set->if_contains("keys") : nullptr;
  if (all == nullptr || !all->is_array()) return std::nullopt;
  std::vector<Key> keys;
  for (const json::value& each : all->as_array()) {
    if (keys.size() == kKeysMost) break;
    auto key = each.is_object() ? read_key(each.as_object()) : std::nullopt;
    if (key) keys.push_back(std::move(*key));
  }
  ERR_clear_error();
  return keys;
}

std::vector<Key> keys_for(const std::vector<Key>& keys, Algorithm algorithm, const std::optional<std::string>& kid) {
  std::vector<Key> fitting;
  for (const Key& key : keys) {
    if (key.is_elliptic == (algorithm == Algorithm::kEs256) && (!key.algorithm || key.algorithm == algorithm) &&
        (!kid || key.kid == *kid))
      fitting.push_back(key);
  }
  if (!kid && fitting.size() > 1) fitting.clear();
  return fitting;
}

bool is_signed(Algorithm algorithm, const Key& key, std::string_view text, std::string_view signature) {
  std::optional<std::string> wanted(signature);
  if (algorithm == Algorithm::kEs256) wanted = der_of(signature);
  const DigestContext context(EVP_MD_CTX_new());
  EVP_PKEY_CTX* inner = nullptr;  // belongs to context
  const bool is_right =
      wanted && context && EVP_DigestVerifyInit(context.get(), &inner, EVP_sha256(), nullptr, key.key.get()) == 1 &&
      (algorithm != Algorithm::kPs256 || use_pss(inner)) &&
      EVP_DigestVerify(context.get(), bytes_of(*wanted), wanted->size(), bytes_of(text), text.size()) == 1;
  ERR_clear_error();
  return is_right;
}

}  // namespace suyuan::oidc
