// SPDX-License-Identifier: Apache-2.0
#include "engine/stats/discovery.h"

#include <algorithm>
#include <numeric>

#include "base/check.h"

namespace suyuan::stats {

std::vector<double> adjusted_tails(std::span<const double> tails) { return adjusted_tails(tails, tails.size()); }

std::vector<double> adjusted_tails(std::span<const double> tails, std::size_t size) {
  CHECK(size >= tails.size());
  std::vector<std::size_t> order(tails.size());
  std::iota(order.begin(), order.end(), 0U);
  std::stable_sort(order.begin(), order.end(), [&](std::size_t x, std::size_t y) { return tails[x] < tails[y]; });
  std::vector<double> adjusted(tails.size());
  double least = 1;
  for (std::size_t rank = order.size(); rank-- > 0;) {
    const double scaled = tails[order[rank]] * static_cast<double>(size) / static_cast<double>(rank + 1);
    adjusted[order[rank]] = least = std::min(least, scaled);
  }
  return adjusted;
}

}  // namespace suyuan::stats
