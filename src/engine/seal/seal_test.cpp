// SPDX-License-Identifier: Apache-2.0
#include "engine/seal/seal.h"

#include <gtest/gtest.h>

namespace suyuan {
namespace {

const std::string kKey(32, 'k');

TEST(Seal, gives_back_what_was_sealed_and_shows_nothing_of_it) {
  const std::string sealed = seal(kKey, "about", "record 1234567");
  EXPECT_EQ(open_sealed(kKey, "about", sealed), "record 1234567");
  EXPECT_EQ(sealed.find("1234567"), std::string::npos);
  EXPECT_NE(sealed, seal(kKey, "about", "record 1234567"));
  EXPECT_EQ(open_sealed(kKey, "", seal(kKey, "", "")), "");
}

TEST(Seal, opens_nothing_else) {
  const std::string sealed = seal(kKey, "about", "text");
  EXPECT_FALSE(open_sealed(kKey, "about another", sealed));
  EXPECT_FALSE(open_sealed(std::string(32, 'x'), "about", sealed));
  for (std::size_t i = 0; i < sealed.size(); ++i) {
    std::string damaged = sealed;
    damaged[i] = static_cast<char>(damaged[i] ^ 1);
    EXPECT_FALSE(open_sealed(kKey, "about", damaged)) << i;
    EXPECT_FALSE(open_sealed(kKey, "about", std::string_view(sealed).substr(0, i))) << i;
  }
}

}  // namespace
}  // namespace suyuan
