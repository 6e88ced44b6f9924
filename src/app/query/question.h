// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "app/ports/warehouse.h"
#include "domain/trace/query/query.h"

namespace suyuan {

// SimpleEventQuery parameters as they came, with the prefixes that explain their extension fields.
using QueryParameters = trace::QueryBody;

// A query made ready for one store: what its indexes can answer, and what must be asked of each event.
struct Question {
  trace::EventQuery query;
  Warehouse::Filter filter;    // every match passes; what passes need not match
  bool is_hopeless = false;    // it names things that the store has never seen: nothing matches
  bool needs_document = true;  // the filter is not all of it
  // When event ids were asked for: the only events that can match.
  std::optional<std::vector<trace::StoredEvent>> only;

  Warehouse::Order order = Warehouse::Order::kRecord;
  bool descending = false;
  std::string text;  // the same for the same question
};

// `seen`: the store as the asker sees it. Errors: those of trace::read_event_query, and of the store.
Result<Question> read_question(const QueryParameters& parameters, Warehouse& warehouse, Warehouse& seen);

}  // namespace suyuan
