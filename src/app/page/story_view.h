// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <set>
#include <utility>

#include "app/identity/permit.h"
#include "app/page/story.h"
#include "app/ports/warehouse.h"

// How much of the demonstration one visitor sees.
namespace suyuan {

struct StoryView {
  std::int64_t events = 0, events_total = 0;
  std::set<std::size_t> parties;                        // indexes of the story's: named by an event that they see
  std::set<std::pair<std::size_t, std::size_t>> flows;  // goods went from, to, as such an event says
};

// Reads every event that the permit reaches: for stores of the demonstration's size. Errors: those of the warehouse.
Result<StoryView> view_of_story(const Permit<identity::Act::kEventRead>& permit, const DemoStory& story,
                                Warehouse& warehouse);

}  // namespace suyuan
