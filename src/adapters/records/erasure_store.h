// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <memory>

#include "adapters/sql/personal_seal.h"
#include "app/ports/erasure_store.h"

namespace suyuan {

// On the records of a store; both outlive it (schema/0009-subject-keys, 0012-erasures).
std::unique_ptr<ErasureStore> make_erasure_store(sql::Database& records, KeyEraser& keys);

}  // namespace suyuan
