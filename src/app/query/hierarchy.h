// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <map>
#include <optional>

#include "app/ports/warehouse.h"
#include "domain/trace/query/query.h"

namespace suyuan {

// What the store's master data says, for WD_, HASATTR_ and EQATTR_ parameters: asked once for each subject. A subject
// without master data has none; a store that does not answer leaves `failed`. One thread; outlives its `hierarchy`.
class StoredHierarchy {
 public:
  explicit StoredHierarchy(Warehouse& warehouse) : warehouse_(warehouse) {}
  StoredHierarchy(const StoredHierarchy&) = delete;
  StoredHierarchy& operator=(const StoredHierarchy&) = delete;

  trace::Hierarchy hierarchy();
  const std::optional<Error>& failed() const { return failed_; }

 private:
  Warehouse& warehouse_;
  std::map<codes::Identity, std::vector<trace::MasterDatum>> known_;
  std::optional<Error> failed_;
};

}  // namespace suyuan
