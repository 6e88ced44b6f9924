// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>

#include "adapters/sql/database.h"
#include "adapters/sql/personal_seal.h"
#include "app/ports/log_store.h"
#include "app/ports/personal_data.h"
#include "app/ports/subject_seal.h"
#include "app/ports/warehouse.h"

namespace suyuan {

// One database: the trace events of the warehouse, and the records beside them.
class Store : public Warehouse {
 public:
  virtual sql::Database& records() = 0;
  virtual PersonalData& personal() = 0;
  virtual NameSeal& names() = 0;  // for make_account_store
  virtual SubjectSeal& seals() = 0;
  virtual KeyEraser& eraser() = 0;  // for make_erasure_store
  virtual EventDigests& digests() = 0;
};

// An engine, which knows nothing of values about people: a document is what it was given, whatever was sent.
class Engine : public Warehouse, public EventDigests {
 public:
  virtual sql::Database& records() = 0;
  struct Kept {
    std::string bytes;
    Sha256 sent{};  // of what was sent
  };
  virtual Result<Kept> kept(const std::string& public_id) = 0;
  // Not for use: only SealedStore can say whether it is what was sent.
  Result<std::string> document(const std::string& public_id) final {
    auto found = kept(public_id);
    return found ? Result(std::move(found->bytes)) : Result<std::string>(std::move(found.error()));
  }
};

}  // namespace suyuan
