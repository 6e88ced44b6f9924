// SPDX-License-Identifier: Apache-2.0
#include "adapters/webhook/address.h"

#include <fmt/format.h>

#include <boost/asio/ip/address.hpp>
#include <charconv>
#include <optional>

#include "base/text.h"

namespace suyuan {

namespace {

namespace ip = boost::asio::ip;

// Network-order bytes, 4 or 16; an IPv4 address that IPv6 wraps is itself.
std::optional<std::string> bytes_of(std::string_view text) {
  boost::system::error_code bad;
  const auto address = ip::make_address(std::string(text), bad);
  if (bad) return std::nullopt;
  if (address.is_v4()) {
    const auto bytes = address.to_v4().to_bytes();
    return std::string(bytes.begin(), bytes.end());
  }
  const auto bytes = address.to_v6().to_bytes();
  if (address.to_v6().is_v4_mapped()) return std::string(bytes.begin() + 12, bytes.end());
  return std::string(bytes.begin(), bytes.end());
}

bool is_within(std::string_view address, std::string_view network, int bits) {
  if (address.size() != network.size()) return false;
  for (std::size_t i = 0; bits > 0; ++i, bits -= 8) {
    const unsigned mask = bits >= 8 ? 0xFFU : (0xFFU << static_cast<unsigned>(8 - bits)) & 0xFFU;
    if (((static_cast<unsigned char>(address[i]) ^ static_cast<unsigned char>(network[i])) & mask) != 0) return false;
  }
  return true;
}

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
  const auto bytes = bytes_of(address);
  if (!bytes) return false;
  for (const Range& range : kNotPublic) {
    if (is_within(*bytes, *bytes_of(range.network), range.bits)) return false;
  }
  return true;
}

Result<AllowedNetworks> AllowedNetworks::parse(std::string_view text) {
  AllowedNetworks all;
  std::string parts(text);
  for (char& c : parts) c = c == ',' ? ' ' : c;
  for (const std::string_view part : split(parts, ' ')) {
    if (part.empty()) continue;
    const std::size_t slash = part.find('/');
    const auto bytes = bytes_of(part.substr(0, slash));
    int bits = bytes ? static_cast<int>(bytes->size()) * 8 : 0;
    const int most = bits;
    bool sound = bytes.has_value();
    if (sound && slash != std::string_view::npos) {
      const std::string_view digits = part.substr(slash + 1);
      sound = is_all_digits(digits) && digits.size() <= 3 &&
              std::from_chars(digits.data(), digits.data() + digits.size(), bits).ec == std::errc() && bits <= most;
    }
    if (!sound)
      return Error{ErrorKind::kInvalid, "webhook.allow_private",
                   fmt::format("\"{}\" in webhook.allow_private is neither an address nor a network. Write 127.0.0.1, "
                               "10.1.0.0/16 or fd00::/8, separated by blanks.",
                               excerpt(part))};
    all.networks_.push_back({*bytes, bits});
  }
  return all;
}

bool AllowedNetworks::contains(std::string_view address) const {
  const auto bytes = bytes_of(address);
  if (!bytes) return false;
  for (const Network& network : networks_) {
    if (is_within(*bytes, network.bytes, network.bits)) return true;
  }
  return false;
}

}  // namespace suyuan
