// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "app/ports/warehouse.h"
#include "domain/trace/node.h"

namespace suyuan {

// SimpleEventQuery parameters as they came: "EQ_bizStep" and its values.
using QueryParameters = std::vector<std::pair<std::string, std::vector<std::string>>>;

// A query made ready for one store: what its indexes can answer, and what must be asked of each event.
struct Question {
  Warehouse::Filter filter;  // every match passes; what passes need not match
  bool is_hopeless = false;  // it names things that the store has never seen: nothing matches
  // When event ids were asked for: the only events that can match.
  std::optional<std::vector<trace::StoredEvent>> only;
  bool needs_document = true;  // `matches` wants the event's tree
  std::function<bool(const trace::StoredEvent& event, const trace::Node* tree)> matches;
  // Sorts by a field that only the document holds; nothing: by time or record.
  std::function<std::string(const trace::StoredEvent& event, const trace::Node* tree)> sort_key;

  Warehouse::Order order = Warehouse::Order::kRecord;
  bool descending = false;
  std::optional<std::int64_t> count_limit;  // eventCountLimit: that many and no more
  std::optional<std::int64_t> count_max;    // maxEventCount: more than that is an error
  std::string text;                         // the same for the same question
};

// Errors: kInvalid "query.…" with a finding for each parameter that is wrong.
Result<Question> read_question(const QueryParameters& parameters, Warehouse& warehouse);

}  // namespace suyuan
