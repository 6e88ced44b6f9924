// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <map>
#include <span>

#include "app/ports/warehouse.h"
#include "domain/trace/affected.h"

// Recalls for marks: whole, and from where the last one ended.
namespace suyuan {

// Everything that these codes affected, as of `upto`. Codes that nobody has reported affect nothing yet.
Result<trace::Affected> survey(std::span<const codes::Identity> codes, std::int64_t upto, Warehouse& warehouse);

// Goes on from these, and adds what is found.
Status spread(const std::map<trace::ObjectId, trace::Windows>& newly, std::int64_t upto, Warehouse& warehouse,
              trace::Affected& affected);

// Starts that are in the store by now and not yet in `affected`.
Result<std::map<trace::ObjectId, trace::Windows>> fresh_starts(std::span<const codes::Identity> codes,
                                                               const trace::Affected& affected, Warehouse& warehouse);

inline trace::EventSeq seq_upto(std::int64_t upto) { return trace::EventSeq(upto < 1 ? 1 : upto); }

}  // namespace suyuan
