// SPDX-License-Identifier: Apache-2.0
#include "app/query/hierarchy.h"

namespace suyuan {

trace::Hierarchy StoredHierarchy::hierarchy() {
  return trace::hierarchy_from([this](const codes::Identity& subject) {
    const auto [entry, is_new] = known_.try_emplace(subject);
    if (!is_new) return entry->second;
    auto data = warehouse_.master_data(std::span(&subject, 1));
    if (data)
      entry->second = std::move(*data);
    else
      failed_ = std::move(data.error());
    return entry->second;
  });
}

}  // namespace suyuan
