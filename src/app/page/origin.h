// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <vector>

#include "app/page/page_reads.h"
#include "domain/trace/stored_event.h"

// Where a thing came from, as far as a page looks: a walk back (docs/trace.md) that never reads more than its budget.
namespace suyuan {

struct OriginBudget {
  std::size_t nodes = 200;
  std::size_t events = 400;          // read in all, about
  std::size_t events_of_one = 250;   // or members; what has more is not gone into
  std::size_t links = 20'000;        // looked at in all, about
  std::size_t links_of_one = 5'000;  // that say what one thing holds or was made of
};

struct Origin {
  std::vector<trace::StoredEvent> events;  // of the way here and of what it was made from, by time; wrong ones left out
  bool is_whole = true;                    // false: there is more than the budget allowed to look at
};

// `own`: the first events of `start`, by seq; `own_is_whole`: there are no others. Errors: those of the warehouse.
Result<Origin> find_origin(trace::ObjectId start, const std::vector<trace::StoredEvent>& own, bool own_is_whole,
                           const OriginBudget& budget, PageReads& reads);

}  // namespace suyuan
