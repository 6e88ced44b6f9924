// SPDX-License-Identifier: Apache-2.0
#include "domain/identity/place_ranges.h"

#include <algorithm>
#include <mutex>
#include <unordered_map>

#include "domain/codes/place_set.h"

namespace suyuan::identity {

// Finding out what a place covers takes half a millisecond, and every act asks; there are some thousand places, and
// what they cover never changes while the program runs.
PlaceRanges PlaceRanges::of(Jurisdiction jurisdiction) {
  static std::mutex mutex;
  static std::unordered_map<std::int32_t, PlaceRanges> known;
  const std::lock_guard lock(mutex);
  auto [found, is_new] = known.try_emplace(jurisdiction.division);
  if (is_new) {
    const codes::PlaceSet places = codes::PlaceSet::of(jurisdiction.division);
    for (const auto& [from, until] : places.ranges()) found->second.ranges.push_back({from, until});
  }
  return found->second;
}

bool PlaceRanges::covers(Jurisdiction place) const {
  const auto after = std::upper_bound(ranges.begin(), ranges.end(), place.division,
                                      [](std::int32_t code, const Range& range) { return code < range.from; });
  return after != ranges.begin() && place.division < std::prev(after)->until;
}

void PlaceRanges::add(const PlaceRanges& other) {
  std::vector<Range> all = ranges;
  all.insert(all.end(), other.ranges.begin(), other.ranges.end());
  std::sort(all.begin(), all.end(), [](const Range& a, const Range& b) { return a.from < b.from; });
  ranges.clear();
  for (const Range& range : all) {
    if (!ranges.empty() && range.from <= ranges.back().until)
      ranges.back().until = std::max(ranges.back().until, range.until);
    else
      ranges.push_back(range);
  }
}

}  // namespace suyuan::identity
