// SPDX-License-Identifier: Apache-2.0
#include "adapters/warehouse/insert_rows.h"

#include <fmt/format.h>

#include "base/check.h"

namespace suyuan {

namespace {

constexpr std::size_t kTogether = 16;
constexpr std::size_t kWaiting = 512, kBytesWaiting = 1U << 20U;

std::string statement(std::string_view table, std::size_t columns, std::size_t rows) {
  std::string text = fmt::format("INSERT INTO {} VALUES ", table);
  for (std::size_t i = 0; i < rows * columns; ++i) {
    const bool is_first = i % columns == 0;
    text += fmt::format("{}{}${}", is_first && i > 0 ? "), " : "", is_first ? "(" : ", ", i + 1);
  }
  return text + ")";
}

}  // namespace

InsertRows::InsertRows(sql::Connection& connection, std::string_view table, std::size_t columns)
    : connection_(connection),
      columns_(columns),
      one_(statement(table, columns, 1)),
      many_(statement(table, columns, kTogether)) {}

InsertRows& InsertRows::integer(std::int64_t value) {
  values_.push_back({value, 0, 0, false});
  return *this;
}

InsertRows& InsertRows::bytes(std::string_view value) {
  values_.push_back({0, bytes_.size(), value.size(), true});
  bytes_ += value;
  return *this;
}

Status InsertRows::write() {
  CHECK(values_.size() % columns_ == 0);
  const std::size_t all = values_.size() / columns_;
  Status done = Done{};
  for (std::size_t row = 0; done && row < all;) {
    const std::size_t rows = all - row < kTogether ? 1 : kTogether;
    done = write(rows == 1 ? one_ : many_, row, rows);
    row += rows;
  }
  clear();
  return done;
}

Status InsertRows::write(std::string_view statement, std::size_t first, std::size_t rows) {
  auto insert = connection_.prepare(statement);
  if (!insert) return std::move(insert.error());
  const std::string_view bytes = bytes_;
  int at = 0;
  for (std::size_t i = first * columns_; i < (first + rows) * columns_; ++i) {
    const Value& value = values_[i];
    if (value.is_bytes)
      (*insert)->bind_bytes(++at, bytes.substr(value.begin, value.size));
    else
      (*insert)->bind(++at, value.integer);
  }
  return (*insert)->run();
}

Status InsertRows::write_if_many() {
  const bool are_many = values_.size() >= kWaiting * columns_ || bytes_.size() >= kBytesWaiting;
  return are_many ? write() : Status(Done{});
}

void InsertRows::clear() {
  values_.clear();
  bytes_.clear();
}

}  // namespace suyuan
