// SPDX-License-Identifier: Apache-2.0
#include "adapters/webhook/address.h"

#include "base/networks.h"

namespace suyuan {

namespace {

struct Range {
  std::string_view network;
  int bits;
};

// IANA IPv4 and IPv6 Special-Purpose Address Registries; what is not globally reachable, and multicast.
constexpr Range kNotPublic[] = {{"0.0.0.0", 8},      {"10.0.0.0", 8},     {"100.64.0.0", 10}, {"127.0.0.0", 8},
                                {"169.254.0.0", 16}, {"172.16.0.0", 12},  {"192.0.0.0", 24},  {"192.0.2.0", 24},
                                {"192.88.99.0", 24}, {"192.168.0.0", 16}, {"198.18.0.0", 15}, {"198.51.100.0", 24},
                                {"203.0.113.0", 24}, {"224.0.0.0", 4},    {"240.0.0.0", 4},   {"::", 96},
                                {"64:ff9b::", 96},   {"64:ff9b:1::", 48}, {"100::", 64},      {"2001::", 23},
                                {"2001:db8::", 32},  {"2002::", 16},      {"3fff::", 20},     {"5f00::", 16},
                                {"fc00::", 7},       {"fe80::", 10},      {"fec0::", 10},     {"ff00::", 8}};

}  // namespace

bool is_public_address(std::string_view address) {
  const auto bytes = address_bytes(address);
  if (!bytes) return false;
  for (const Range& range : kNotPublic) {
    if (is_within(*bytes, *address_bytes(range.network), range.bits)) return false;
  }
  return true;
}

}  // namespace suyuan
