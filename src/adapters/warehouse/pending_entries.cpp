// SPDX-License-Identifier: Apache-2.0
#include "adapters/warehouse/pending_entries.h"

#include <algorithm>

namespace suyuan {

void PendingEntries::add(Lookup which, runs::Entry entry) {
  entries_[slot(which)].push_back(entry);
  if (is_asked_by_writer(which)) by_key_.emplace(entry.key, std::pair(which, entry.value));
}

void PendingEntries::find(Lookup which, std::uint64_t key, std::vector<std::uint64_t>& values) const {
  const auto [first, last] = by_key_.equal_range(key);
  for (auto at = first; at != last; ++at) {
    if (at->second.first == which) values.push_back(at->second.second);
  }
}

PendingEntries::Mark PendingEntries::mark() const {
  Mark mark{};
  for (std::size_t i = 0; i < mark.size(); ++i) mark[i] = entries_[i].size();
  return mark;
}

void PendingEntries::forget_after(const Mark& mark) {
  for (const Lookup which : kAllLookups) {
    runs::Part& entries = entries_[slot(which)];
    if (is_asked_by_writer(which)) {
      for (std::size_t i = mark[slot(which)]; i < entries.size(); ++i) {
        const auto [first, last] = by_key_.equal_range(entries[i].key);
        const auto found = std::find_if(
            first, last, [&](const auto& each) { return each.second == std::pair(which, entries[i].value); });
        if (found != last) by_key_.erase(found);
      }
    }
    entries.resize(mark[slot(which)]);
  }
}

void PendingEntries::clear() {
  for (runs::Part& entries : entries_) entries.clear();
  by_key_.clear();
}

}  // namespace suyuan
