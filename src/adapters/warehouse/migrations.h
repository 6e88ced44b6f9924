// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <span>
#include <string_view>

#include "adapters/sql/sql.h"

namespace suyuan {

struct Migration {
  std::string_view name;    // "0001-trace-events"
  std::string_view script;  // SQLite
};

// schema/, in order.
std::span<const Migration> migrations();

// Brings a store up to date, each step in a transaction of its own, and notes it with the hash of its text.
// Errors: kUnsupported "store.newer" when the store knows steps that this program does not.
Status migrate(sql::Connection& connection);

}  // namespace suyuan
