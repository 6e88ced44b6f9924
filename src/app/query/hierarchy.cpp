// SPDX-License-Identifier: Apache-2.0
#include "app/query/hierarchy.h"

#include <set>

namespace suyuan {

trace::Hierarchy StoredHierarchy::hierarchy() {
  trace::Hierarchy hierarchy;
  hierarchy.above = [this](const codes::Identity& place) { return above(place); };
  hierarchy.attributes = [this](const codes::Identity& subject) { return attributes_of(subject); };
  return hierarchy;
}

const trace::Hierarchy::Attributes& StoredHierarchy::attributes_of(const codes::Identity& subject) {
  const auto [entry, is_new] = known_.try_emplace(subject);
  if (!is_new) return entry->second;
  auto data = warehouse_.master_data(std::span(&subject, 1));
  if (!data) {
    failed_ = std::move(data.error());
    return entry->second;
  }
  for (trace::MasterDatum& datum : *data)
    entry->second.emplace_back(std::move(datum.attribute), std::move(datum.value));
  return entry->second;
}

// Sites may stand below several others, and careless data in a circle.
std::vector<codes::Identity> StoredHierarchy::above(const codes::Identity& place) {
  std::vector<codes::Identity> all;
  std::set<codes::Identity> seen{place};
  std::vector<codes::Identity> next{place};
  while (!next.empty()) {
    const codes::Identity one = std::move(next.back());
    next.pop_back();
    for (const auto& [attribute, value] : attributes_of(one)) {
      if (!attribute.starts_with(trace::kChildOf)) continue;
      auto parent = codes::read_epcis_id(value);
      if (!parent || !seen.insert(parent->id).second) continue;
      all.push_back(parent->id);
      next.push_back(std::move(parent->id));
    }
  }
  return all;
}

}  // namespace suyuan
