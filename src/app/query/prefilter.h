// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "app/query/question.h"

namespace suyuan {

// Fills in what the store's indexes can answer of the parameters: Question::filter, is_hopeless and only. Each is a
// condition that every match meets; what it does not know it leaves out. Values that cannot be read are no conditions.
Status add_prefilter(const QueryParameters& parameters, Warehouse& warehouse, Question& question);

// Whether the event passes, as Warehouse::scan judges it.
bool passes(const Warehouse::Filter& filter, const trace::StoredEvent& event);

}  // namespace suyuan
