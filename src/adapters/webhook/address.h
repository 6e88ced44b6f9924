// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

// Which addresses a message may go to: those of the public internet, and what the operator named.
namespace suyuan {

// "203.0.113.7" or "2001:db8::1". Not public: private, loopback, link-local, multicast, shared, reserved and
// documentation ranges, and IPv6 forms that carry such an IPv4 address. Text that is no address is not public.
bool is_public_address(std::string_view address);

// Addresses and networks that are allowed though they are not public: "127.0.0.1", "10.1.0.0/16", "fd00::/8".
class AllowedNetworks {
 public:
  // Separated by blanks or commas. Errors: kInvalid "webhook.allow_private", naming the part that is no network.
  static Result<AllowedNetworks> parse(std::string_view text);
  bool contains(std::string_view address) const;

 private:
  struct Network {
    std::string bytes;  // 4 or 16
    int bits = 0;
  };
  std::vector<Network> networks_;
};

}  // namespace suyuan
