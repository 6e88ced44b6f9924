// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <filesystem>
#include <memory>

#include "adapters/warehouse/store.h"
#include "adapters/warehouse/subject_keys.h"

namespace suyuan {

// The store around an engine that seals values about people on their way in, and masks them on their way out. What the
// engine keeps has none of them in the clear. Errors: those of SubjectKeys::check. `clock` outlives it.
Result<std::unique_ptr<Store>> seal_store(std::unique_ptr<Engine> engine, Clock& clock,
                                          std::unique_ptr<MasterKey> master, KeyErasing erasing);

}  // namespace suyuan
