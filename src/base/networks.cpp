// SPDX-License-Identifier: Apache-2.0
#include "base/networks.h"

#include <arpa/inet.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>

#include "base/text.h"

namespace suyuan {

namespace {

constexpr std::string_view kWrapped("\0\0\0\0\0\0\0\0\0\0\xFF\xFF", 12);  // what precedes IPv4 in IPv6

}  // namespace

std::optional<std::string> address_bytes(std::string_view text) {
  const std::string whole(text);
  if (whole.find('\0') != std::string::npos) return std::nullopt;
  std::string bytes(4, '\0');
  if (inet_pton(AF_INET, whole.c_str(), bytes.data()) == 1) return bytes;
  bytes.resize(16);
  if (inet_pton(AF_INET6, whole.c_str(), bytes.data()) != 1) return std::nullopt;
  return bytes.starts_with(kWrapped) ? bytes.substr(12) : bytes;
}

std::string address_text(std::string_view text) {
  const auto bytes = address_bytes(text);
  if (!bytes) return "";
  std::array<char, INET6_ADDRSTRLEN> shown{};
  inet_ntop(bytes->size() == 4 ? AF_INET : AF_INET6, bytes->data(), shown.data(), shown.size());
  return shown.data();
}

bool is_within(std::string_view address_bytes, std::string_view network_bytes, int bits) {
  if (address_bytes.size() != network_bytes.size()) return false;
  for (std::size_t i = 0; bits > 0; ++i, bits -= 8) {
    const unsigned mask = bits >= 8 ? 0xFFU : (0xFFU << static_cast<unsigned>(8 - bits)) & 0xFFU;
    const auto differ = static_cast<unsigned char>(address_bytes[i]) ^
                        static_cast<unsigned>(static_cast<unsigned char>(network_bytes[i]));
    if ((differ & mask) != 0) return false;
  }
  return true;
}

Result<Networks> Networks::parse(std::string_view text, std::string_view setting) {
  Networks all;
  std::string parts(text);
  std::replace(parts.begin(), parts.end(), ',', ' ');
  for (const std::string_view part : split(parts, ' ')) {
    if (part.empty()) continue;
    const std::size_t slash = part.find('/');
    const auto bytes = address_bytes(part.substr(0, slash));
    int bits = bytes ? static_cast<int>(bytes->size()) * 8 : 0;
    const int most = bits;
    bool sound = bytes.has_value();
    if (sound && slash != std::string_view::npos) {
      const std::string_view digits = part.substr(slash + 1);
      sound = is_all_digits(digits) && digits.size() <= 3 &&
              std::from_chars(digits.data(), digits.data() + digits.size(), bits).ec == std::errc() && bits <= most;
    }
    if (!sound)
      return Error{ErrorKind::kInvalid, std::string(setting),
                   fmt::format("\"{}\" in {} is neither an address nor a network. Write 127.0.0.1, 10.1.0.0/16 or "
                               "fd00::/8, separated by blanks.",
                               excerpt(part), setting)};
    all.networks_.push_back({*bytes, bits});
  }
  return all;
}

bool Networks::contains(std::string_view address) const {
  const auto bytes = address_bytes(address);
  if (!bytes) return false;
  return std::any_of(networks_.begin(), networks_.end(),
                     [&](const Network& network) { return is_within(*bytes, network.bytes, network.bits); });
}

}  // namespace suyuan
