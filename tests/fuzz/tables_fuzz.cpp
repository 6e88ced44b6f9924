// SPDX-License-Identifier: Apache-2.0
#include "backtest.h"
#include "base/csv_read.h"
#include "fuzz.h"

using namespace suyuan;

namespace {

// The columns of the seeds, read as a list of events.
Mapping events(char separator) {
  const auto mapping = read_mapping(R"({"kind":"events","period":"month","date":{"column":"date","like":"30-10-2024"},
    "count":"count","id":"id","by":[{"name":"product","column":"product","split":";","cut":[" ("],"lowerCase":true}]})");
  CHECK(mapping.ok());
  Mapping with = *mapping;
  with.separator = separator;
  return with;
}

}  // namespace

// The tables of a backtest: with the usual columns, and as a list of events.
FUZZ(input) {
  for (const char separator : {',', ';'}) {
    const auto table = read_csv(input, separator);
    if (!table) {
      fuzzing::check_refusal(table.error());
      continue;
    }
    for (const auto& row : table->rows) CHECK(row.size() == table->header.size());
    CHECK(table->lines.size() == table->rows.size());
    if (const auto usual = default_mapping(table->header)) {
      fuzzing::check_table(*usual, *table);
    } else {
      fuzzing::check_refusal(usual.error());
    }
    fuzzing::check_table(events(separator), *table);
  }
}
