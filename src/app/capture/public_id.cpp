// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>
#include <openssl/rand.h>

#include <array>

#include "app/capture/capture.h"
#include "base/text.h"

namespace suyuan {

// UUIDv7 (RFC 9562 §5.7): milliseconds since 1970, then random bits.
std::string new_public_id(Instant now) {
  std::array<std::uint8_t, 16> bytes{};
  CHECK(RAND_bytes(bytes.data(), static_cast<int>(bytes.size())) == 1);
  const auto ms =
      static_cast<std::uint64_t>(std::chrono::floor<std::chrono::milliseconds>(now).time_since_epoch().count());
  for (std::size_t i = 0; i < 6; ++i) bytes[i] = static_cast<std::uint8_t>(ms >> (40 - 8 * i));
  bytes[6] = static_cast<std::uint8_t>(0x70 | (bytes[6] & 0x0F));
  bytes[8] = static_cast<std::uint8_t>(0x80 | (bytes[8] & 0x3F));
  const std::string text = hex(bytes);
  return fmt::format("{}-{}-{}-{}-{}", text.substr(0, 8), text.substr(8, 4), text.substr(12, 4), text.substr(16, 4),
                     text.substr(20));
}

}  // namespace suyuan
