// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string_view>

// Which addresses a message may go to: those of the public internet. Others the operator names (base/networks.h).
namespace suyuan {

// "203.0.113.7" or "2001:db8::1". Not public: private, loopback, link-local, multicast, shared, reserved and
// documentation ranges, and IPv6 forms that carry such an IPv4 address. Text that is no address is not public.
bool is_public_address(std::string_view address);

}  // namespace suyuan
