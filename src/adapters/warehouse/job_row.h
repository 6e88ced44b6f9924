// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>

#include "adapters/sql/sql.h"
#include "adapters/warehouse/findings_json.h"
#include "app/ports/warehouse.h"

// Capture jobs as rows of `submission`, which are the same in every engine.
namespace suyuan {

inline constexpr std::string_view kJobColumns =
    "public_id, person, org, jurisdiction, created, finished, success, proceed, accepted, duplicates, refused, "
    "findings";

// From three columns.
inline Actor actor_of(const sql::Statement& row, int column) {
  return {PersonId(row.integer(column)), OrgId(row.integer(column + 1)),
          Jurisdiction{static_cast<std::int32_t>(row.integer(column + 2))}};
}

// From kJobColumns.
inline JobRecord job_of_row(const sql::Statement& row) {
  const auto instant = [&](int column) { return Instant(std::chrono::microseconds(row.integer(column))); };
  return {
      std::string(row.bytes(0)), actor_of(row, 1), instant(4),     instant(5),      row.integer(6) != 0,
      row.integer(7) != 0,       row.integer(8),   row.integer(9), row.integer(10), findings_of_json(row.bytes(11))};
}

}  // namespace suyuan
