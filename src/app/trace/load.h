// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <map>
#include <set>
#include <span>
#include <vector>

#include "app/ports/warehouse.h"
#include "app/trace/trace.h"
#include "domain/trace/chain.h"
#include "domain/trace/recall.h"

// What traces and recalls read of the store.
namespace suyuan {

Error unknown_code(const codes::Identity& code);  // "trace.unknown_code"
// Errors: kNotFound "trace.unknown_code", naming the code.
Result<std::vector<trace::ObjectId>> find_starts(std::span<const codes::Identity> codes, Warehouse& warehouse);
// Puts the whole history of these, ascending, into the chain.
Status load_chain(Warehouse& warehouse, std::span<const trace::ObjectId> wanted, trace::EventSeq upto,
                  trace::Chain& chain);
// Asks the store for what the recall wants, until it wants nothing more.
Status find_all(Warehouse& warehouse, trace::EventSeq upto, trace::Chain& chain, trace::Recall& recall);
Result<std::vector<trace::ObjectId>> members_of(Warehouse& warehouse, trace::ObjectId of_class);  // ascending
// Identities, and names as master data gives them.
Result<std::map<trace::ObjectId, TraceName>> names_of(Warehouse& warehouse, const std::set<trace::ObjectId>& objects);

}  // namespace suyuan
