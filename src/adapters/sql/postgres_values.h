// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <string>
#include <string_view>

namespace suyuan::sql::pg {

// Types as the server numbers them (pg_type.dat; these never change).
enum Type : unsigned {
  kBool = 16,
  kBytes = 17,
  kInt8 = 20,
  kInt2 = 21,
  kInt4 = 23,
  kText = 25,
  kBytesList = 1001,
  kInt8List = 1016,
  kNumeric = 1700,
};

template <class Number>
void put_number(std::string& out, Number value) {
  for (int shift = static_cast<int>(sizeof(Number)) * 8 - 8; shift >= 0; shift -= 8)
    out += static_cast<char>(value >> shift & 0xFF);
}

// Big-endian, of 1, 2, 4 or 8 bytes, signed.
std::int64_t take_number(std::string_view bytes);

// A value of the binary format as a whole number: of any integer type, of a numeric (cut at the point), of a text.
std::int64_t integer_of(unsigned type, std::string_view value);
// As a text: numbers are spelled.
std::string text_of(unsigned type, std::string_view value);

// The binary format of a one-dimensional array: what stands before its elements.
std::string list_head(unsigned element, std::size_t count);

}  // namespace suyuan::sql::pg
