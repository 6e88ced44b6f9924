// SPDX-License-Identifier: Apache-2.0
#include <set>

#include "domain/trace/query/query.h"

namespace suyuan::trace {

namespace {

constexpr std::size_t kAncestorsMax = 1'000;  // no place lies in more; master data may go round

std::vector<codes::Identity> ancestors(const codes::Identity& place, const MasterDataOf& master_data) {
  std::vector<codes::Identity> found;
  std::set<codes::Identity> seen = {place};
  for (std::size_t next = 0; found.size() < kAncestorsMax; ++next) {
    for (const MasterDatum& datum : master_data(next == 0 ? place : found[next - 1])) {
      if (!datum.attribute.starts_with(kChildOf)) continue;
      auto parent = codes::read_epcis_id(datum.value);
      if (parent && seen.insert(parent->id).second) found.push_back(std::move(parent->id));
    }
    if (next == found.size()) break;
  }
  return found;
}

}  // namespace

Hierarchy hierarchy_from(MasterDataOf master_data) {
  Hierarchy hierarchy;
  hierarchy.above = [master_data](const codes::Identity& place) { return ancestors(place, master_data); };
  hierarchy.attributes = [master_data](const codes::Identity& subject) {
    Hierarchy::Attributes attributes;
    for (MasterDatum& datum : master_data(subject)) {
      if (!datum.attribute.starts_with(kChildOf))
        attributes.emplace_back(std::move(datum.attribute), std::move(datum.value));
    }
    return attributes;
  };
  return hierarchy;
}

}  // namespace suyuan::trace
