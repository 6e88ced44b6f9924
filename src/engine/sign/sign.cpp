// SPDX-License-Identifier: Apache-2.0
#include "engine/sign/sign.h"

#include <openssl/core_names.h>

#include <utility>

#include "base/check.h"
#include "engine/sign/openssl_owned.h"

namespace suyuan {

namespace {

using namespace openssl;

constexpr int kHalf = 32;
constexpr std::size_t kSm2PublicBytes = 65;

// Nothing: no such point or number. The public key belongs to the key even where only the private one is used: the
// text that is signed begins with it.
Key sm2_key(std::string_view public_bytes, const BIGNUM* secret) {
  const Builder builder(OSSL_PARAM_BLD_new());
  CHECK(builder != nullptr);
  CHECK(OSSL_PARAM_BLD_push_utf8_string(builder.get(), OSSL_PKEY_PARAM_GROUP_NAME, "SM2", 0) == 1);
  CHECK(OSSL_PARAM_BLD_push_octet_string(builder.get(), OSSL_PKEY_PARAM_PUB_KEY, public_bytes.data(),
                                         public_bytes.size()) == 1);
  if (secret != nullptr) CHECK(OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_PRIV_KEY, secret) == 1);
  const Parameters parameters(OSSL_PARAM_BLD_to_param(builder.get()));
  const KeyContext context(EVP_PKEY_CTX_new_from_name(nullptr, "SM2", nullptr));
  CHECK(parameters != nullptr && context != nullptr && EVP_PKEY_fromdata_init(context.get()) == 1);
  EVP_PKEY* made = nullptr;
  const int selection = secret != nullptr ? EVP_PKEY_KEYPAIR : EVP_PKEY_PUBLIC_KEY;
  if (EVP_PKEY_fromdata(context.get(), &made, selection, parameters.get()) != 1) return nullptr;
  Key key(made);
  CHECK(EVP_PKEY_is_a(key.get(), "SM2") == 1);  // a key of type EC would sign with ECDSA and say nothing
  return key;
}

Key public_key_of(SignatureAlgorithm algorithm, std::string_view bytes) {
  if (algorithm == SignatureAlgorithm::kEd25519)
    return Key(bytes.size() != kHalf
                   ? nullptr
                   : EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, nullptr, bytes_of(bytes), bytes.size()));
  if (bytes.size() != kSm2PublicBytes || bytes.front() != 4) return nullptr;
  return sm2_key(bytes, nullptr);
}

// The contexts of one signature; the key's must outlive the digest's.
struct Contexts {
  KeyContext key;
  DigestContext digest;
};
Contexts contexts_of(EVP_PKEY* key, SignatureAlgorithm algorithm) {
  Contexts made{nullptr, DigestContext(EVP_MD_CTX_new())};
  CHECK(made.digest != nullptr);
  if (algorithm == SignatureAlgorithm::kSm2) {
    made.key.reset(EVP_PKEY_CTX_new_from_pkey(nullptr, key, nullptr));
    CHECK(made.key != nullptr &&
          EVP_PKEY_CTX_set1_id(made.key.get(), kSm2Identifier.data(), kSm2Identifier.size()) == 1);
    EVP_MD_CTX_set_pkey_ctx(made.digest.get(), made.key.get());
  }
  return made;
}
const EVP_MD* digest_of(SignatureAlgorithm algorithm) {
  return algorithm == SignatureAlgorithm::kSm2 ? EVP_sm3() : nullptr;
}

std::optional<std::string> der_of(std::string_view raw) {
  Number r(BN_bin2bn(bytes_of(raw), kHalf, nullptr)), s(BN_bin2bn(bytes_of(raw) + kHalf, kHalf, nullptr));
  const Signature both(ECDSA_SIG_new());
  CHECK(r != nullptr && s != nullptr && both != nullptr && ECDSA_SIG_set0(both.get(), r.release(), s.release()) == 1);
  unsigned char* der = nullptr;
  const int size = i2d_ECDSA_SIG(both.get(), &der);
  if (size <= 0) return std::nullopt;
  std::string text(reinterpret_cast<const char*>(der), static_cast<std::size_t>(size));
  OPENSSL_free(der);
  return text;
}

std::string raw_of(std::string_view der) {
  const unsigned char* at = bytes_of(der);
  const Signature both(d2i_ECDSA_SIG(nullptr, &at, static_cast<long>(der.size())));
  CHECK(both != nullptr);
  std::string raw(kSignatureBytes, '\0');
  CHECK(BN_bn2binpad(ECDSA_SIG_get0_r(both.get()), bytes_of(raw), kHalf) == kHalf &&
        BN_bn2binpad(ECDSA_SIG_get0_s(both.get()), bytes_of(raw) + kHalf, kHalf) == kHalf);
  return raw;
}

// 04, x and y of the point that belongs to the secret number; nothing for a number outside 1 … n-2.
std::optional<std::string> sm2_public_of(const BIGNUM* secret) {
  using Group = std::unique_ptr<EC_GROUP, Freed<EC_GROUP_free>>;
  using Point = std::unique_ptr<EC_POINT, Freed<EC_POINT_free>>;
  const Group group(EC_GROUP_new_by_curve_name(NID_sm2));
  CHECK(group != nullptr);
  const Number limit(BN_dup(EC_GROUP_get0_order(group.get())));
  CHECK(limit != nullptr && BN_sub_word(limit.get(), 1) == 1);
  if (BN_is_zero(secret) || BN_is_negative(secret) || BN_cmp(secret, limit.get()) >= 0) return std::nullopt;
  const Point point(EC_POINT_new(group.get()));
  CHECK(point != nullptr && EC_POINT_mul(group.get(), point.get(), secret, nullptr, nullptr, nullptr) == 1);
  std::string bytes(kSm2PublicBytes, '\0');
  CHECK(EC_POINT_point2oct(group.get(), point.get(), POINT_CONVERSION_UNCOMPRESSED, bytes_of(bytes), bytes.size(),
                           nullptr) == bytes.size());
  return bytes;
}

}  // namespace

bool verify(SignatureAlgorithm algorithm, std::string_view public_key, std::string_view text,
            std::string_view signature) {
  if (signature.size() != kSignatureBytes) return false;
  const Key key = public_key_of(algorithm, public_key);
  if (key == nullptr) return false;
  std::string bytes(signature);
  if (algorithm == SignatureAlgorithm::kSm2) {
    auto der = der_of(signature);
    if (!der) return false;
    bytes = std::move(*der);
  }
  const Contexts contexts = contexts_of(key.get(), algorithm);
  return EVP_DigestVerifyInit(contexts.digest.get(), nullptr, digest_of(algorithm), nullptr, key.get()) == 1 &&
         EVP_DigestVerify(contexts.digest.get(), bytes_of(std::string_view(bytes)), bytes.size(), bytes_of(text),
                          text.size()) == 1;
}

struct PrivateKey::State {
  SignatureAlgorithm algorithm;
  Key key;
};

PrivateKey::PrivateKey(std::unique_ptr<State> state) : state_(std::move(state)) {}
PrivateKey::PrivateKey(PrivateKey&&) noexcept = default;
PrivateKey& PrivateKey::operator=(PrivateKey&&) noexcept = default;
PrivateKey::~PrivateKey() = default;
SignatureAlgorithm PrivateKey::algorithm() const { return state_->algorithm; }

PrivateKey PrivateKey::fresh(SignatureAlgorithm algorithm) {
  const bool is_sm2 = algorithm == SignatureAlgorithm::kSm2;
  Key key(EVP_PKEY_Q_keygen(nullptr, nullptr, is_sm2 ? "SM2" : "ED25519"));
  CHECK(key != nullptr && (!is_sm2 || EVP_PKEY_is_a(key.get(), "SM2") == 1));
  return PrivateKey(std::make_unique<State>(State{algorithm, std::move(key)}));
}

std::optional<PrivateKey> PrivateKey::of_bytes(SignatureAlgorithm algorithm, std::string_view bytes) {
  if (bytes.size() != kHalf) return std::nullopt;
  Key key;
  if (algorithm == SignatureAlgorithm::kEd25519) {
    key.reset(EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, nullptr, bytes_of(bytes), bytes.size()));
  } else {
    const Number secret(BN_bin2bn(bytes_of(bytes), kHalf, nullptr));
    CHECK(secret != nullptr);
    const auto point = sm2_public_of(secret.get());
    if (!point) return std::nullopt;
    key = sm2_key(*point, secret.get());
  }
  if (key == nullptr) return std::nullopt;
  return PrivateKey(std::make_unique<State>(State{algorithm, std::move(key)}));
}

std::string PrivateKey::public_key() const {
  std::string bytes(state_->algorithm == SignatureAlgorithm::kSm2 ? kSm2PublicBytes : kHalf, '\0');
  std::size_t size = bytes.size();
  if (state_->algorithm == SignatureAlgorithm::kEd25519) {
    CHECK(EVP_PKEY_get_raw_public_key(state_->key.get(), bytes_of(bytes), &size) == 1);
  } else {
    CHECK(EVP_PKEY_get_octet_string_param(state_->key.get(), OSSL_PKEY_PARAM_PUB_KEY, bytes_of(bytes), bytes.size(),
                                          &size) == 1);
  }
  CHECK(size == bytes.size());
  return bytes;
}

std::optional<std::string> PrivateKey::sign(std::string_view text) const {
  const Contexts contexts = contexts_of(state_->key.get(), state_->algorithm);
  std::string signature(80, '\0');
  std::size_t size = signature.size();
  CHECK(EVP_DigestSignInit(contexts.digest.get(), nullptr, digest_of(state_->algorithm), nullptr, state_->key.get()) ==
        1);
  CHECK(EVP_DigestSign(contexts.digest.get(), bytes_of(signature), &size, bytes_of(text), text.size()) == 1);
  signature.resize(size);
  return state_->algorithm == SignatureAlgorithm::kSm2 ? raw_of(signature) : signature;
}

std::string PrivateKey::bytes() const {
  std::string bytes(kHalf, '\0');
  std::size_t size = bytes.size();
  if (state_->algorithm == SignatureAlgorithm::kEd25519) {
    CHECK(EVP_PKEY_get_raw_private_key(state_->key.get(), bytes_of(bytes), &size) == 1 && size == bytes.size());
    return bytes;
  }
  BIGNUM* secret = nullptr;
  CHECK(EVP_PKEY_get_bn_param(state_->key.get(), OSSL_PKEY_PARAM_PRIV_KEY, &secret) == 1);
  const Number owned(secret);
  CHECK(BN_bn2binpad(secret, bytes_of(bytes), kHalf) == kHalf);
  return bytes;
}

}  // namespace suyuan
