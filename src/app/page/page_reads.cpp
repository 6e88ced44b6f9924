// SPDX-License-Identifier: Apache-2.0
#include "app/page/page_reads.h"

#include <algorithm>

namespace suyuan {

std::vector<Changes::Place> Footprint::take_places() {
  std::sort(places_.begin(), places_.end());
  places_.erase(std::unique(places_.begin(), places_.end()), places_.end());
  return std::move(places_);
}

Result<std::vector<std::optional<trace::ObjectId>>> PageReads::find(std::span<const codes::Identity> ids) {
  auto found = warehouse_.find(ids);
  for (std::size_t i = 0; found && i < ids.size(); ++i) {
    if (!(*found)[i]) footprint_.add_unknown(ids[i]);  // what is known stays known
  }
  return found;
}

Result<Warehouse::Page> PageReads::history(trace::ObjectId object, std::size_t limit) {
  if (!upto_) {
    auto settled = warehouse_.settled();
    if (!settled) return std::move(settled.error());
    upto_ = *settled;
  }
  footprint_.add(Changes::Of::kHistory, object);
  if (*upto_ == 0) return Warehouse::Page{};
  auto page = warehouse_.history(std::span(&object, 1), {}, trace::EventSeq(*upto_), 0, limit);
  if (!page) return page;
  for (const trace::StoredEvent& event : page->events) footprint_.add_event(event.id);
  return page;
}

Result<std::vector<trace::ObjectId>> PageReads::members(trace::ObjectId of_class, std::size_t limit) {
  footprint_.add(Changes::Of::kMembers, of_class);
  return warehouse_.members(of_class, 0, limit);
}

Result<std::vector<trace::MasterDatum>> PageReads::master_data(std::span<const codes::Identity> subjects) {
  const auto objects = find(subjects);
  if (!objects) return objects.error();
  for (const auto& object : *objects) {
    if (object) footprint_.add(Changes::Of::kMasterData, *object);
  }
  return warehouse_.master_data(subjects);
}

}  // namespace suyuan
