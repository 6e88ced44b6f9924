// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "adapters/sql/database.h"
#include "domain/identity/actor.h"

namespace suyuan {

// What names and numbers of people with accounts become in the store. Called in the transaction that reads or writes
// them, whose connection it uses: a key that is missing is made in it. Threads: any.
class NameSeal {
 public:
  virtual ~NameSeal() = default;
  // "" stays "". The transaction holds account_state. Errors: kInternal "secrets.no_key", "secrets.key_file"; kCorrupt
  // "secrets.wrong_key"; those of the store.
  virtual Result<std::string> seal(sql::Connection& connection, const Actor& person, std::string_view text) = 0;
  // "" once the person was erased. What stood in an older store in the clear is given as it is. Errors: as seal;
  // kCorrupt "store.damaged".
  virtual Result<std::string> open(sql::Connection& connection, PersonId person, std::string_view bytes) = 0;
};

// Destroys keys of subjects, so that every copy of what they sealed is unreadable. Threads: any.
class KeyEraser {
 public:
  virtual ~KeyEraser() = default;
  // In one transaction with `also`; afterwards nothing of the keys is left in the store's files. How many there were.
  // Errors: those of `also` and of the store (nothing was done); kBusy "erasure.log_in_use" (done, but a reader holds
  // the log back).
  virtual Result<std::int64_t> destroy(const std::vector<std::int64_t>& keys, const sql::Database::Work& also) = 0;
};

}  // namespace suyuan
