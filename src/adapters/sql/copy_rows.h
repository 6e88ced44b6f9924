// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <string>
#include <string_view>

namespace suyuan::sql {

// Rows for the binary COPY of PostgreSQL. Each value says its own width: it must be the column's.
class CopyRows {
 public:
  // Begins a row; exactly `fields` values follow.
  CopyRows& row(std::int16_t fields) {
    put(fields);
    ++rows_;
    return *this;
  }
  CopyRows& int16(std::int64_t value) {
    put(std::int32_t{2});
    put(static_cast<std::int16_t>(value));
    return *this;
  }
  CopyRows& int32(std::int64_t value) {
    put(std::int32_t{4});
    put(static_cast<std::int32_t>(value));
    return *this;
  }
  CopyRows& int64(std::int64_t value) {
    put(std::int32_t{8});
    put(value);
    return *this;
  }
  CopyRows& bytes(std::string_view value) {  // text too
    put(static_cast<std::int32_t>(value.size()));
    data_ += value;
    return *this;
  }
  std::size_t rows() const { return rows_; }
  const std::string& data() const { return data_; }

 private:
  template <class Number>
  void put(Number value) {
    for (int shift = static_cast<int>(sizeof(Number)) * 8 - 8; shift >= 0; shift -= 8)
      data_ += static_cast<char>(value >> shift & 0xFF);
  }

  std::string data_;
  std::size_t rows_ = 0;
};

}  // namespace suyuan::sql
