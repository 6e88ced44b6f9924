// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "app/identity/permit.h"
#include "app/operation/log.h"
#include "app/ports/account_store.h"

namespace suyuan {

// Who there is, from the store at every question. While it cannot be read there is nobody: even the server's own
// organisation is closed, so that everybody may what the public may. An old snapshot is never taken for the newest: it
// would keep letting in who was suspended meanwhile.
class AccountDirectory : public DirectorySource {
 public:
  AccountDirectory(AccountStore& accounts, Log& log) : accounts_(accounts), log_(log) {}
  std::shared_ptr<const identity::Directory> directory() override;

 private:
  AccountStore& accounts_;
  Log& log_;
};

}  // namespace suyuan
