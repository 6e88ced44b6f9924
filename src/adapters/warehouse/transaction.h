// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "adapters/sql/sql.h"

namespace suyuan {

// Work in a transaction of its own, of an SQLite connection that writes: committed when it ended well.
template <class Work>
Status in_transaction(sql::Connection& connection, Work work) {
  if (auto begun = connection.execute("BEGIN IMMEDIATE"); !begun) return begun;
  Status done = work();
  if (done) done = connection.execute("COMMIT");
  if (!done) static_cast<void>(connection.execute("ROLLBACK"));
  return done;
}

}  // namespace suyuan
