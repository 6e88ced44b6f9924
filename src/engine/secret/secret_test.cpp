// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <set>

#include "engine/secret/argon2.h"
#include "engine/secret/random.h"
#include "engine/secret/sealer.h"

namespace suyuan {
namespace {

TEST(Argon2, a_hash_matches_its_password_alone_and_knows_its_cost) {
  const Argon2Cost cheap{.kib = 64, .passes = 1};
  const std::string hash = *argon2id("长城Wall一道9", cheap);
  EXPECT_TRUE(hash.starts_with("$argon2id$v=19$m=64,t=1,p=1$")) << hash;
  EXPECT_TRUE(argon2id_matches(hash, "长城Wall一道9"));
  EXPECT_FALSE(argon2id_matches(hash, "长城Wall一道8"));
  EXPECT_FALSE(argon2id_matches(hash, ""));
  EXPECT_NE(hash, *argon2id("长城Wall一道9", cheap)) << "each has a salt of its own";
  EXPECT_TRUE(argon2id_has_cost(hash, cheap));
  EXPECT_FALSE(argon2id_has_cost(hash, {.kib = 64, .passes = 2}));
  EXPECT_FALSE(argon2id_has_cost(hash, {.kib = 128, .passes = 1}));
}

TEST(Argon2, what_is_no_hash_matches_nothing) {
  for (const std::string& text : {std::string(), std::string("$argon2id$"), std::string(500, 'a'),
                                  std::string("$argon2id$v=19$m=64,t=1,p=1$AAAA$")}) {
    EXPECT_FALSE(argon2id_matches(text, "")) << text;
    EXPECT_FALSE(argon2id_has_cost(text, {})) << text;
  }
}

TEST(Sealer, what_was_sealed_opens_with_the_same_key_for_the_same_thing_only) {
  const Sealer sealer(std::string(32, 'k')), other(std::string(32, 'x'));
  const std::string sealed = sealer.seal("totp 7", "secret");
  EXPECT_EQ(sealed.find("secret"), std::string::npos);
  EXPECT_EQ(sealer.open("totp 7", sealed), "secret");
  EXPECT_EQ(sealer.open("totp 8", sealed), std::nullopt);
  EXPECT_EQ(other.open("totp 7", sealed), std::nullopt);
  for (std::size_t i = 0; i < sealed.size(); ++i) {
    std::string changed = sealed;
    changed[i] = static_cast<char>(changed[i] ^ 1);
    EXPECT_EQ(sealer.open("totp 7", changed), std::nullopt) << i;
    EXPECT_EQ(sealer.open("totp 7", sealed.substr(0, i)), std::nullopt) << i;
  }
  EXPECT_NE(sealer.sign("a", "b"), sealer.sign("ab", ""));
  EXPECT_NE(sealer.sign("a", "b"), other.sign("a", "b"));
}

TEST(Random, tokens_are_43_characters_and_differ) {
  std::set<std::string> seen;
  for (int i = 0; i < 1000; ++i) seen.insert(random_token());
  EXPECT_EQ(seen.size(), 1000U);
  for (const std::string& token : seen) EXPECT_EQ(token.size(), 43U);
  EXPECT_TRUE(same_secret("abc", "abc"));
  EXPECT_FALSE(same_secret("abc", "abd"));
  EXPECT_FALSE(same_secret("abc", "ab"));
  EXPECT_TRUE(same_secret("", ""));
}

}  // namespace
}  // namespace suyuan
