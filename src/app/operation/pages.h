// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <algorithm>
#include <string>
#include <utility>

#include "base/result.h"

namespace suyuan {

// Goes over rows in the order of their ids until `limit` of them are taken, or so many were looked at that the rest is
// left to the next page. `read(after, most)`: the next rows; `take(row)`: whether it counts, or an error. Where to go
// on; "": that was all.
template <class Read, class Take>
Result<std::string> page_by_id(std::string after, std::size_t limit, Read read, Take take) {
  constexpr std::size_t kLeast = 100, kMost = 1000, kLookedAt = 5000;
  const std::size_t together = std::clamp(limit, kLeast, kMost);
  std::size_t taken = 0;
  for (std::size_t looked = 0; looked < kLookedAt;) {
    auto some = read(after, together);
    if (!some) return std::move(some.error());
    looked += some->size();
    const bool is_all = some->size() < together;
    for (auto& row : *some) {
      after = row.id;
      const Result<bool> is_taken = take(std::move(row));
      if (!is_taken) return is_taken.error();
      if (*is_taken && ++taken == limit) return after;
    }
    if (is_all) return std::string();
  }
  return after;
}

}  // namespace suyuan
