// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

// IP addresses and networks as text: "203.0.113.7", "2001:db8::1", "10.1.0.0/16".
namespace suyuan {

// Network-order bytes, 4 or 16; an IPv4 address that IPv6 wraps is itself. Nothing: the text is no address.
std::optional<std::string> address_bytes(std::string_view text);
// The one way to write that address; "" when the text is none. "::ffff:10.0.0.1" is "10.0.0.1".
std::string address_text(std::string_view text);

bool is_within(std::string_view address_bytes, std::string_view network_bytes, int bits);

// Some addresses and networks, as an operator names them.
class Networks {
 public:
  // Separated by blanks or commas. Errors: kInvalid, the setting's name as code, naming the part that is no network.
  static Result<Networks> parse(std::string_view text, std::string_view setting);
  bool contains(std::string_view address) const;  // false for what is no address

 private:
  struct Network {
    std::string bytes;  // 4 or 16
    int bits = 0;
  };
  std::vector<Network> networks_;
};

}  // namespace suyuan
