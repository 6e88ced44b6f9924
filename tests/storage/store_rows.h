// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "adapters/warehouse/move_tables.h"
#include "adapters/warehouse/store.h"

// What tests look at and change behind a store's back.
namespace suyuan::storage {

inline std::int64_t number_in(Store& store, const std::string& query) {
  std::int64_t number = -1;
  EXPECT_TRUE(store.records()
                  .read([&](sql::Connection& connection) -> Status {
                    sql::Statement* statement = *connection.prepare(query);
                    const sql::Reset reset(*statement);
                    if (auto row = statement->step(); !row) return std::move(row.error());
                    number = statement->integer(0);
                    return Done{};
                  })
                  .ok());
  return number;
}

// The rows of a table as texts, in the order of its first column; different rows are different texts.
inline std::vector<std::string> rows_of(Store& store, const MoveTable& table) {
  std::vector<std::string> all;
  const auto read = store.records().read([&](sql::Connection& connection) -> Status {
    sql::Statement* row = *connection.prepare(
        fmt::format("SELECT {} FROM {} ORDER BY {}", table.names(), table.name, table.columns[0].name));
    while (*row->step()) {
      std::string text;
      for (std::size_t i = 0; i < table.columns.size(); ++i) {
        const int at = static_cast<int>(i);
        const bool is_number = table.columns[i].kind <= MoveColumn::Kind::kInt64;
        text += is_number ? fmt::format("|{}", row->integer(at))
                          : fmt::format("|{}:{}", row->bytes(at).size(), row->bytes(at));
      }
      all.push_back(std::move(text));
    }
    return Done{};
  });
  EXPECT_TRUE(read.ok()) << table.name;
  return all;
}

// From now on no entry of the audit can be written: the next number is taken. And again from then on.
inline void let_audit_fail(Store& store, bool fails) {
  const std::string sign = fails ? "-" : "+";
  ASSERT_TRUE(store.records()
                  .write([&](sql::Connection& connection) {
                    return connection.execute("UPDATE audit_state SET last = last " + sign + " 1");
                  })
                  .ok());
}

}  // namespace suyuan::storage
