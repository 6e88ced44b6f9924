// SPDX-License-Identifier: Apache-2.0
#include "backtest.h"
#include "base/csv_read.h"
#include "fuzz.h"

using namespace suyuan;

namespace {

// Dates in every form, so that whichever a mapping names, some lines are read.
constexpr std::string_view kTable =
    "id,day,name,turned,slashes,product,hazard,n\n"
    "1,2026-01-04,\"Jan 4, 2026\",04-01-2026,2026/1/4,Kettle (blue); lamp,burn - hot,2\n"
    "2,2026-01-11,\"Jan 11, 2026\",11.01.2026 13:31,2026/1/11,kettle,burn,0\n"
    "2,2026-01-11,\"Jan 11, 2026\",11.01.2026,2026/01/11,电热水壶,烫伤,1\n"
    "3,2026-01-18,\"Jan 18, 2026\",18/01/2026,2026/1/18,,fall,11\n"
    "4,2026-01-25,\"Jan 25, 2026\",25-01-2026,2026/1/25,KETTLE,burn,9\n";

}  // namespace

// The mapping file of a backtest: refused with a place, or used on a table.
FUZZ(input) {
  const auto mapping = read_mapping(input);
  if (!mapping) return fuzzing::check_refusal(mapping.error());
  CHECK(mapping->events || !mapping->count_column.empty());
  const auto table = read_csv(kTable, mapping->separator);
  if (!table) return fuzzing::check_refusal(table.error());
  fuzzing::check_table(*mapping, *table);
}
