// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <gtest/gtest.h>

#include <string>

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
