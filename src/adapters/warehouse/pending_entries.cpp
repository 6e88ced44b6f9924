// SPDX-License-Identifier: Apache-2.0
#include "adapters/warehouse/pending_entries.h"

namespace suyuan {

void PendingEntries::add(Lookup which, runs::Entry entry) {
  entries_[slot(which)].push_back(entry);
  if (!is_asked_by_writer(which)) return;
  std::size_t& newest = newest_[entry.key];
  asked_.push_back({entry.key, entry.value, newest, which});
  newest = asked_.size();
}

void PendingEntries::find(Lookup which, std::uint64_t key, std::vector<std::uint64_t>& values) const {
  const auto newest = newest_.find(key);
  if (newest == newest_.end()) return;
  for (std::size_t at = newest->second; at != 0; at = asked_[at - 1].before) {
    if (asked_[at - 1].which == which) values.push_back(asked_[at - 1].value);
  }
}

PendingEntries::Mark PendingEntries::mark() const {
  Mark mark{};
  for (std::size_t i = 0; i < mark.size(); ++i) mark[i] = entries_[i].size();
  return mark;
}

void PendingEntries::forget_after(const Mark& mark) {
  std::size_t asked = 0;
  for (const Lookup which : kAllLookups) {
    entries_[slot(which)].resize(mark[slot(which)]);
    if (is_asked_by_writer(which)) asked += mark[slot(which)];
  }
  for (; asked_.size() > asked; asked_.pop_back()) {
    const Asked& last = asked_.back();
    if (last.before == 0)
      newest_.erase(last.key);
    else
      newest_[last.key] = last.before;
  }
}

void PendingEntries::clear() {
  for (runs::Part& entries : entries_) entries.clear();
  asked_.clear();
  newest_.clear();
}

}  // namespace suyuan
