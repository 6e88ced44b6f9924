// SPDX-License-Identifier: Apache-2.0
#include "base/networks.h"

#include <gtest/gtest.h>

namespace suyuan {
namespace {

TEST(Networks, an_address_has_one_text) {
  EXPECT_EQ(address_text("::ffff:10.0.0.1"), "10.0.0.1");
  EXPECT_EQ(address_text("2001:DB8:0:0::1"), "2001:db8::1");
  for (const char* none : {"", "unknown", "10.0.0.1:80", "[::1]", "1.2.3", "fe80::1%lo", "10.0.0.1 "})
    EXPECT_EQ(address_text(none), "") << none;
}

TEST(Networks, contain_what_the_operator_named) {
  const auto allowed = Networks::parse("127.0.0.1, 10.1.0.0/16  fd00::/8 172.16.0.0/12", "webhook.allow_private");
  ASSERT_TRUE(allowed.ok());
  for (const char* address : {"127.0.0.1", "10.1.2.3", "fd12::1", "::ffff:10.1.0.1", "172.31.0.1"})
    EXPECT_TRUE(allowed->contains(address)) << address;
  for (const char* address : {"127.0.0.2", "10.2.0.1", "fe80::1", "172.32.0.1", "nonsense"})
    EXPECT_FALSE(allowed->contains(address)) << address;
  EXPECT_FALSE(Networks::parse("", "webhook.allow_private")->contains("127.0.0.1"));
}

TEST(Networks, a_network_that_is_none_is_named) {
  for (const char* text : {"localhost", "10.0.0.0/33", "fd00::/129", "10.0.0.0/", "10.0.0.0/x", "10.0.0"}) {
    const auto allowed = Networks::parse(text, "webhook.allow_private");
    ASSERT_FALSE(allowed.ok()) << text;
    EXPECT_EQ(allowed.error().code, "webhook.allow_private");
    EXPECT_NE(allowed.error().text.find(text), std::string::npos);
  }
}

}  // namespace
}  // namespace suyuan
