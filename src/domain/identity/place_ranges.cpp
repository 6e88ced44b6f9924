// SPDX-License-Identifier: Apache-2.0
#include "domain/identity/place_ranges.h"

#include <algorithm>

namespace suyuan::identity {

PlaceRanges PlaceRanges::of(Jurisdiction jurisdiction) {
  const std::int32_t code = jurisdiction.division;
  std::int32_t width = 1;
  if (code == 0)
    width = 1'000'000;
  else if (code % 10'000 == 0)
    width = 10'000;
  else if (code % 100 == 0)
    width = 100;
  return {{{code, code + width}}};
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
