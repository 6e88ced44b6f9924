// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <memory>

#include "adapters/sql/database.h"
#include "app/ports/evidence_store.h"

namespace suyuan {

// On the records of a store, which outlives it (schema/0014-evidence).
std::unique_ptr<EvidenceStore> make_evidence_store(sql::Database& records);

}  // namespace suyuan
