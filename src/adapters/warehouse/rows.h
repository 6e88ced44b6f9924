// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string_view>

#include "adapters/sql/sql.h"

namespace suyuan {

// Runs a statement to its end, handing each row to `take`.
template <class Bind, class Take>
Status each_row_of(sql::Connection& connection, std::string_view query, Bind bind, Take take) {
  auto statement = connection.prepare(query);
  if (!statement) return std::move(statement.error());
  const sql::Reset reset(**statement);
  bind(**statement);
  for (;;) {
    auto row = (*statement)->step();
    if (!row) return std::move(row.error());
    if (!*row) return Done{};
    take(**statement);
  }
}

}  // namespace suyuan
