// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

// Little-endian base-128 numbers, and zigzag for signed ones.
namespace suyuan {

inline void put_varint(std::string& out, std::uint64_t value) {
  for (; value >= 0x80; value >>= 7U) out += static_cast<char>(0x80 | (value & 0x7F));
  out += static_cast<char>(value);
}

inline void put_signed(std::string& out, std::int64_t value) {
  put_varint(out, (static_cast<std::uint64_t>(value) << 1U) ^ static_cast<std::uint64_t>(value >> 63));
}

// Takes a number off the front; nothing when the bytes end or are none.
inline std::optional<std::uint64_t> take_varint(std::string_view& bytes) {
  std::uint64_t value = 0;
  for (unsigned shift = 0; shift < 64 && !bytes.empty(); shift += 7) {
    const auto byte = static_cast<unsigned char>(bytes.front());
    bytes.remove_prefix(1);
    value |= static_cast<std::uint64_t>(byte & 0x7FU) << shift;
    if (byte < 0x80) return value;
  }
  return std::nullopt;
}

inline std::optional<std::int64_t> take_signed(std::string_view& bytes) {
  const auto value = take_varint(bytes);
  if (!value) return std::nullopt;
  return static_cast<std::int64_t>(*value >> 1U) ^ -static_cast<std::int64_t>(*value & 1U);
}

}  // namespace suyuan
