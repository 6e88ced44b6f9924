// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "adapters/sql/database.h"
#include "app/ports/warehouse.h"

namespace suyuan {

// One database: the trace events of the warehouse, and the records beside them.
class Store : public Warehouse {
 public:
  virtual sql::Database& records() = 0;
};

}  // namespace suyuan
