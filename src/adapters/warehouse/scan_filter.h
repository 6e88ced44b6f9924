// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <algorithm>

#include "app/ports/warehouse.h"

namespace suyuan {

// What a scan asks of an event.
inline bool passes(const Warehouse::Filter& filter, const trace::StoredEvent& event) {
  const auto among = [](const auto& wanted, const auto& value) {
    return wanted.empty() || std::find(wanted.begin(), wanted.end(), value) != wanted.end();
  };
  const auto names = [&](const Warehouse::Filter::Naming& naming) {
    return std::any_of(event.links.begin(), event.links.end(), [&](const trace::Link& link) {
      return among(naming.roles, link.role) && !naming.objects.empty() && among(naming.objects, link.object);
    });
  };
  return among(filter.types, event.type) && among(filter.actions, event.action) &&
         among(filter.biz_steps, event.biz_step) && among(filter.dispositions, event.disposition) &&
         event.time >= filter.time_from.value_or(kInstantMin) && event.time < filter.time_until.value_or(kInstantMax) &&
         event.recorded >= filter.recorded_from.value_or(kInstantMin) &&
         event.recorded < filter.recorded_until.value_or(kInstantMax) &&
         std::all_of(filter.naming.begin(), filter.naming.end(), names);
}

}  // namespace suyuan
