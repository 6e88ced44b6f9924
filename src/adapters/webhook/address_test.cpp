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

}  // namespace
}  // namespace suyuan
