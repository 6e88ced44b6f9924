// SPDX-License-Identifier: Apache-2.0
#include "adapters/webhook/address.h"

#include <gtest/gtest.h>

namespace suyuan {
namespace {

TEST(Address, what_is_not_of_the_public_internet_is_not_public) {
  for (const char* address : {"127.0.0.1",
                              "127.255.0.9",
                              "0.0.0.0",
                              "10.0.0.1",
                              "10.255.255.255",
                              "172.16.0.1",
                              "172.31.255.255",
                              "192.168.1.1",
                              "169.254.169.254",
                              "100.64.0.1",
                              "100.127.255.255",
                              "224.0.0.1",
                              "255.255.255.255",
                              "240.0.0.1",
                              "198.18.0.1",
                              "198.19.255.255",
                              "::1",
                              "::",
                              "::ffff:127.0.0.1",
                              "::ffff:10.0.0.1",
                              "::127.0.0.1",
                              "fe80::1",
                              "fc00::1",
                              "fdff::1",
                              "ff02::1",
                              "64:ff9b::7f00:1",
                              "2002:7f00:1::",
                              "2001:db8::1",
                              "localhost",
                              "",
                              "1.2.3"})
    EXPECT_FALSE(is_public_address(address)) << address;
  for (const char* address : {"8.8.8.8", "114.114.114.114", "172.15.255.255", "172.32.0.1", "100.63.255.255",
                              "100.128.0.1", "198.17.255.255", "223.255.255.255", "2400:3200::1", "::ffff:8.8.8.8"})
    EXPECT_TRUE(is_public_address(address)) << address;
}

TEST(Address, networks_that_the_operator_named_are_allowed) {
  const auto allowed = AllowedNetworks::parse("127.0.0.1, 10.1.0.0/16  fd00::/8 172.16.0.0/12");
  ASSERT_TRUE(allowed.ok());
  for (const char* address : {"127.0.0.1", "10.1.2.3", "fd12::1", "::ffff:10.1.0.1", "172.31.0.1"})
    EXPECT_TRUE(allowed->contains(address)) << address;
  for (const char* address : {"127.0.0.2", "10.2.0.1", "fe80::1", "172.32.0.1", "nonsense"})
    EXPECT_FALSE(allowed->contains(address)) << address;
  EXPECT_FALSE(AllowedNetworks::parse("")->contains("127.0.0.1"));
}

TEST(Address, a_network_that_is_none_is_named) {
  for (const char* text : {"localhost", "10.0.0.0/33", "fd00::/129", "10.0.0.0/", "10.0.0.0/x", "10.0.0"}) {
    const auto allowed = AllowedNetworks::parse(text);
    ASSERT_FALSE(allowed.ok()) << text;
    EXPECT_EQ(allowed.error().code, "webhook.allow_private");
    EXPECT_NE(allowed.error().text.find(text), std::string::npos);
  }
}

}  // namespace
}  // namespace suyuan
