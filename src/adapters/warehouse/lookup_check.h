// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "adapters/warehouse/lookups.h"

namespace suyuan {

struct LookupCheck {
  std::string_view name;  // "posting", "object key" …; "facts": of the blocks of facts, events up to the last one
  std::uint64_t expected = 0;  // entries that the tables make
  std::uint64_t found = 0;     // entries of the lookup
  bool is_same = false;
  bool is_damaged = false;  // a block could not be read
};

// Makes every entry from the tables and compares it with what the lookups and the blocks of facts
// hold. Memory does not grow with the store.
Result<std::vector<LookupCheck>> check_lookups(const Lookups& lookups, sql::Connection& connection);

}  // namespace suyuan
