// SPDX-License-Identifier: Apache-2.0
#include "engine/sign/sign.h"

#include <gtest/gtest.h>

namespace suyuan {
namespace {

constexpr SignatureAlgorithm kBoth[] = {SignatureAlgorithm::kEd25519, SignatureAlgorithm::kSm2};

TEST(Sign, only_the_text_that_was_signed_verifies) {
  for (const SignatureAlgorithm algorithm : kBoth) {
    const PrivateKey key = PrivateKey::fresh(algorithm), other = PrivateKey::fresh(algorithm);
    const std::string text = "a checkpoint\n", signature = key.sign(text).value();
    EXPECT_EQ(signature.size(), kSignatureBytes);
    EXPECT_TRUE(verify(algorithm, key.public_key(), text, signature));
    EXPECT_FALSE(verify(algorithm, key.public_key(), "a checkpoint", signature));
    EXPECT_FALSE(verify(algorithm, other.public_key(), text, signature));
    for (std::size_t bit = 0; bit < signature.size() * 8; bit += 7) {
      std::string changed = signature;
      changed[bit / 8] = static_cast<char>(changed[bit / 8] ^ (1 << (bit % 8)));
      EXPECT_FALSE(verify(algorithm, key.public_key(), text, changed)) << bit;
    }
  }
}

TEST(Sign, a_key_that_was_kept_is_the_same_key) {
  for (const SignatureAlgorithm algorithm : kBoth) {
    const PrivateKey key = PrivateKey::fresh(algorithm);
    const auto again = PrivateKey::of_bytes(algorithm, key.bytes());
    ASSERT_TRUE(again.has_value());
    EXPECT_EQ(again->public_key(), key.public_key());
    EXPECT_TRUE(verify(algorithm, key.public_key(), "text", again->sign("text").value()));
  }
}

TEST(Sign, what_is_no_key_or_signature_is_refused) {
  for (const SignatureAlgorithm algorithm : kBoth) {
    EXPECT_FALSE(PrivateKey::of_bytes(algorithm, "short").has_value());
    const PrivateKey key = PrivateKey::fresh(algorithm);
    const std::string signature = key.sign("text").value();
    EXPECT_FALSE(verify(algorithm, key.public_key(), "text", signature + "x"));
    EXPECT_FALSE(verify(algorithm, key.public_key(), "text", ""));
    EXPECT_FALSE(verify(algorithm, key.public_key(), "text", std::string(kSignatureBytes, '\0')));
    EXPECT_FALSE(verify(algorithm, key.public_key(), "text", std::string(kSignatureBytes, '\xff')));
    EXPECT_FALSE(verify(algorithm, key.public_key().substr(1), "text", signature));
    EXPECT_FALSE(verify(algorithm, "", "text", signature));
  }
  EXPECT_FALSE(PrivateKey::of_bytes(SignatureAlgorithm::kSm2, std::string(32, '\0')).has_value());
  EXPECT_FALSE(PrivateKey::of_bytes(SignatureAlgorithm::kSm2, std::string(32, '\xff')).has_value());
  EXPECT_FALSE(verify(SignatureAlgorithm::kSm2, "\x04" + std::string(64, '\x01'), "text", std::string(64, '\x01')));
}

}  // namespace
}  // namespace suyuan
