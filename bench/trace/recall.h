// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <string>

#include "app/ports/warehouse.h"

namespace suyuan::bench {

struct RecallOutcome {
  std::int64_t affected = 0;  // items
  std::int64_t holders = 0;   // parties that hold some of them now
  bool complete = false;
  std::string note;
};

// One recall of a lot, as the product answers it.
RecallOutcome recall_once(Warehouse& warehouse, const codes::Identity& lot);

}  // namespace suyuan::bench
