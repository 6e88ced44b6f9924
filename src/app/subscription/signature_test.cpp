// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "app/subscription/subscription.h"

namespace suyuan {
namespace {

constexpr std::string_view kSecret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

// The example of the specification, standardwebhooks.com; its HMAC agrees with openssl dgst -mac HMAC.
TEST(Signature, is_that_of_standard_webhooks) {
  EXPECT_EQ(signature_of(kSecret, "msg_p5jXN8AQM9LWM0D4loKWxJek", "1614265330", R"({"test": 2432232314})"),
            "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
}

TEST(Signature, covers_every_part) {
  const std::string whole = signature_of(kSecret, "id", "1614265330", "body");
  EXPECT_NE(signature_of(kSecret.substr(6), "id", "1614265330", "body"), whole) << "not base64: taken as it is";
  EXPECT_NE(signature_of(kSecret, "id2", "1614265330", "body"), whole);
  EXPECT_NE(signature_of(kSecret, "id", "1614265331", "body"), whole);
  EXPECT_NE(signature_of(kSecret, "id", "1614265330", "body "), whole);
}

TEST(Signature, keys_are_base64_behind_whsec_and_else_as_they_are) {
  EXPECT_EQ(key_of_secret("whsec_c2VzYW1l"), "sesame");
  EXPECT_EQ(key_of_secret("whsec_c2VzYW0="), "sesam");
  EXPECT_EQ(key_of_secret("whsec_c2VzYW0"), "sesam") << "not everybody keeps the padding";
  EXPECT_EQ(key_of_secret("sesame"), "sesame");
  EXPECT_EQ(key_of_secret("WHSEC_c2VzYW1l"), "WHSEC_c2VzYW1l");
  for (const char* bad : {"", "whsec_", "whsec_=", "whsec_====", "whsec_c2Vz YW1l", "whsec_c2Vz\n", "whsec_c2VzYW1",
                          "whsec_c2VzY", "whsec_-_-_", "whsec_c2Vz=YW1", "whsec_whsec_", "whsec_\xE5\xAF\x86"})
    EXPECT_FALSE(key_of_secret(bad).has_value()) << bad;
}

}  // namespace
}  // namespace suyuan
