// SPDX-License-Identifier: Apache-2.0
#include "engine/seal/seal.h"

#include <gtest/gtest.h>

namespace suyuan {

// shows: T10
TEST(Seal, opens_with_its_key_and_what_it_is_bound_to_only) {
  const SealKey key = SealKey::fresh(), other = SealKey::fresh();
  for (const std::string& plain : {std::string(), std::string("张三"), std::string(100'000, 'x')}) {
    const std::string sealed = seal(key, 3, plain, "subject");
    EXPECT_EQ(open_sealed(key, sealed, "subject"), plain);
    EXPECT_FALSE(open_sealed(other, sealed, "subject"));
    EXPECT_FALSE(open_sealed(key, sealed, "another"));
    EXPECT_TRUE(plain.empty() || sealed.find(plain) == std::string::npos);
    EXPECT_EQ(sealed[0], 1);
    EXPECT_EQ(sealed[1], 3);
  }
}

TEST(Seal, never_seals_twice_alike) {
  const SealKey key = SealKey::fresh();
  EXPECT_NE(seal(key, 1, "same", "s"), seal(key, 1, "same", "s"));
}

TEST(Seal, refuses_whatever_was_changed_or_cut) {
  const SealKey key = SealKey::fresh();
  const std::string sealed = seal(key, 1, "13800138000", "s");
  for (std::size_t i = 0; i < sealed.size(); ++i) {
    std::string changed = sealed;
    changed[i] = static_cast<char>(changed[i] ^ 1);
    EXPECT_FALSE(open_sealed(key, changed, "s")) << i;
    EXPECT_FALSE(open_sealed(key, sealed.substr(0, i), "s")) << i;
  }
}

TEST(Seal, takes_keys_of_32_bytes_only) {
  EXPECT_TRUE(SealKey::of_bytes("0123456789abcdef0123456789abcdef"));
  EXPECT_FALSE(SealKey::of_bytes("0123456789abcdef0123456789abcde"));
  EXPECT_FALSE(SealKey::of_bytes(""));
}

}  // namespace suyuan
