// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <functional>

#include "adapters/sql/sql.h"

namespace suyuan::sql {

// Units of work on the records of a store, in the SQL that all engines share. Threads: any.
class Database {
 public:
  virtual ~Database() = default;
  using Work = std::function<Status(Connection&)>;

  // Runs `work` in one transaction; durable on return. An error of `work` undoes it. May run `work` again after the
  // engine gave up on a transaction, so it must have no other effect. Must not be called from within work.
  // Errors: those of `work`; kBusy "store.busy" (nothing was done); kInternal "store.disk".
  virtual Status write(const Work& work) = 0;
  // Runs `work` on one state of the store; what it writes is refused.
  virtual Status read(const Work& work) = 0;
};

}  // namespace suyuan::sql
