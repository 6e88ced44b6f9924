// SPDX-License-Identifier: Apache-2.0
#include "engine/digest/hmac.h"

#include <gtest/gtest.h>

#include <string>

#include "base/text.h"

namespace suyuan {
namespace {

TEST(Hmac, vectors_of_rfc_4231) {
  EXPECT_EQ(hex(hmac_sha256(std::string(20, '\x0b'), "Hi There")),
            "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7");
  EXPECT_EQ(hex(hmac_sha256("Jefe", "what do ya want for nothing?")),
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
  EXPECT_EQ(hex(hmac_sha256(std::string(131, '\xaa'), "Test Using Larger Than Block-Size Key - Hash Key First")),
            "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54");
}

TEST(Hmac, of_a_key_that_is_used_again_or_not_is_the_same) {
  const std::string one(20, '\x0b'), other = "Jefe";
  const Sha256 first = hmac_sha256(one, "Hi There"), of_none = hmac_sha256("", "Hi There");
  for (const std::string& before : {one, other, std::string()}) {
    hmac_sha256(before, "what came before");
    EXPECT_EQ(hmac_sha256(one, "Hi There"), first);
    hmac_sha256(before, "what came before");
    EXPECT_EQ(hmac_sha256("", "Hi There"), of_none);
    hmac_sha256(before, "what came before");
    EXPECT_EQ(hex(hmac_sha1(other, "what do ya want for nothing?")), "effcdf6ae5eb2fa2d27416d5f184df9c259a7c79");
  }
}

}  // namespace
}  // namespace suyuan
