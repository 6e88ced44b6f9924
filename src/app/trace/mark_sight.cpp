// SPDX-License-Identifier: Apache-2.0
#include "app/trace/mark_sight.h"

#include "app/trace/survey.h"

namespace suyuan {

Result<std::vector<codes::Identity>> MarkSight::starts(std::span<const codes::Identity> codes, std::int64_t upto,
                                                       bool thorough, std::set<codes::Identity>& theirs) {
  std::vector<codes::Identity> all(codes.begin(), codes.end());
  if (!seen_.sees_chains()) return all;
  auto named = seen_.warehouse().find(codes);
  if (!named) return std::move(named.error());
  std::vector<codes::Identity> found;
  for (std::size_t i = 0; i < all.size(); ++i) {
    bool is_theirs = (*named)[i].has_value() || theirs.contains(all[i]);
    if (!is_theirs && thorough) {
      auto affected = survey(std::span(&all[i], 1), upto, whole_);
      if (!affected) return std::move(affected.error());
      ScopedEvents::Reached reached;
      for (const trace::ObjectId object : affected->all_goods()) {
        const trace::Windows windows = affected->goods(object);
        reached[object].assign(windows.all().begin(), windows.all().end());
      }
      auto touches = seen_.touches(reached);
      if (!touches) return std::move(touches.error());
      is_theirs = *touches;
    }
    if (!is_theirs) continue;
    theirs.insert(all[i]);
    found.push_back(all[i]);
  }
  return found;
}

}  // namespace suyuan
