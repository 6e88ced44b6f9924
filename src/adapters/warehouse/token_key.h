// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <mutex>
#include <string>

#include "adapters/sql/database.h"

namespace suyuan {

// Warehouse::token_key, kept in a table of one row (schema/0010-scoped). Threads: any.
class TokenKey {
 public:
  Result<std::string> get(sql::Database& records);

 private:
  std::mutex mutex_;
  std::string known_;
};

}  // namespace suyuan
