// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "adapters/sql/sql.h"

namespace suyuan {

// Rows on their way into one table, many with each statement: SQLite then looks for the place of ascending ones once.
class InsertRows {
 public:
  // `columns`: all that the table has.
  InsertRows(sql::Connection& connection, std::string_view table, std::size_t columns);

  // The values of the next row, in the order of the columns. Bytes are copied.
  InsertRows& integer(std::int64_t value);
  InsertRows& bytes(std::string_view value);

  // Writes those that have come since, in their order. Requires: the last of them is whole. Errors: as Statement::step;
  // then none of them waits any longer.
  Status write();
  // The same, once there are some hundred, or a megabyte: so that a long document does not pile up in memory.
  Status write_if_many();
  void clear();

 private:
  struct Value {
    std::int64_t integer;
    std::size_t begin, size;  // of `bytes_`
    bool is_bytes;
  };
  Status write(std::string_view statement, std::size_t first, std::size_t rows);

  sql::Connection& connection_;
  std::size_t columns_;
  std::string one_, many_;  // statements
  std::vector<Value> values_;
  std::string bytes_;
};

}  // namespace suyuan
