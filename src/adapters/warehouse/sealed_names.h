// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "adapters/sql/personal_seal.h"
#include "adapters/warehouse/subject_keys.h"

// Names and numbers of people with accounts: sealed under one key of each, whatever their organisation becomes.
namespace suyuan {

// A sealed field is the byte 1, which no name begins with, the number of its key, and what that sealed.
class SealedNames final : public NameSeal {
 public:
  explicit SealedNames(SubjectKeys& keys) : keys_(keys) {}
  Result<std::string> seal(sql::Connection& connection, const Actor& person, std::string_view text) override;
  Result<std::string> open(sql::Connection& connection, PersonId person, std::string_view bytes) override;

 private:
  SubjectKeys& keys_;
};

// Seals what an older version of this program left in the clear, and leaves nothing of it in the files. Without a key
// it stays as it is: it can be read, and not changed.
Status seal_plain_names(sql::Database& records, SubjectKeys& keys, NameSeal& seal);

}  // namespace suyuan
