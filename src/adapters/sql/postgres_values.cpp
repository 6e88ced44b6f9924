// SPDX-License-Identifier: Apache-2.0
#include "adapters/sql/postgres_values.h"

#include <charconv>

namespace suyuan::sql::pg {

namespace {

// Digits in groups of 10,000: count, weight of the first group, sign, scale, groups.
std::int64_t integer_of_numeric(std::string_view value) {
  if (value.size() < 8) return 0;
  const std::int64_t count = take_number(value.substr(0, 2)), weight = take_number(value.substr(2, 2));
  const bool is_negative = take_number(value.substr(4, 2)) == 0x4000;
  std::uint64_t sum = 0;
  for (std::int64_t i = 0; i <= weight; ++i) {
    const auto at = static_cast<std::size_t>(8 + 2 * i);
    const std::int64_t group = i < count && at + 2 <= value.size() ? take_number(value.substr(at, 2)) : 0;
    sum = sum * 10'000 + static_cast<std::uint64_t>(group);
  }
  return static_cast<std::int64_t>(is_negative ? 0 - sum : sum);
}

}  // namespace

std::int64_t take_number(std::string_view bytes) {
  std::uint64_t value = 0;
  for (const char byte : bytes) value = value << 8U | static_cast<unsigned char>(byte);
  const unsigned unused = 64 - 8 * static_cast<unsigned>(bytes.size());
  if (bytes.empty() || unused == 0) return static_cast<std::int64_t>(value);
  return static_cast<std::int64_t>(value << unused) >> unused;
}

std::int64_t integer_of(unsigned type, std::string_view value) {
  switch (type) {
    case kBool:
    case kInt2:
    case kInt4:
    case kInt8:
      return take_number(value);
    case kNumeric:
      return integer_of_numeric(value);
    default: {
      std::int64_t number = 0;
      std::from_chars(value.data(), value.data() + value.size(), number);
      return number;
    }
  }
}

std::string text_of(unsigned type, std::string_view value) {
  const bool is_number = type == kBool || type == kInt2 || type == kInt4 || type == kInt8 || type == kNumeric;
  return is_number ? std::to_string(integer_of(type, value)) : std::string(value);
}

std::string list_head(unsigned element, std::size_t count) {
  std::string head;
  put_number(head, std::int32_t{count == 0 ? 0 : 1});  // dimensions
  put_number(head, std::int32_t{0});                   // no NULL in it
  put_number(head, static_cast<std::int32_t>(element));
  if (count == 0) return head;
  put_number(head, static_cast<std::int32_t>(count));
  put_number(head, std::int32_t{1});  // lower bound
  return head;
}

}  // namespace suyuan::sql::pg
