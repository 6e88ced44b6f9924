// SPDX-License-Identifier: Apache-2.0
#include "adapters/warehouse/pending_entries.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include <algorithm>

namespace suyuan {
namespace {

using Values = std::vector<std::uint64_t>;

Values found(const PendingEntries& pending, Lookup which, std::uint64_t key) {
  Values values;
  pending.find(which, key, values);
  std::sort(values.begin(), values.end());
  return values;
}

// Few keys, so that many entries share one, in one lookup and in both.
RC_GTEST_PROP(PendingEntries, finds_what_was_added_and_not_forgotten, ()) {
  struct Added {
    Lookup which;
    std::uint64_t key, value;
  };
  PendingEntries pending;
  std::vector<Added> all;
  std::vector<std::pair<PendingEntries::Mark, std::size_t>> marks{{pending.mark(), 0}};
  const auto steps = *rc::gen::container<std::vector<int>>(rc::gen::inRange(0, 40));
  std::uint64_t value = 0;
  for (const int step : steps) {
    if (step == 0) {
      marks.emplace_back(pending.mark(), all.size());
    } else if (step == 1) {
      pending.forget_after(marks.back().first);
      all.resize(marks.back().second);
      if (marks.size() > 1) marks.pop_back();
    } else if (step == 2) {
      pending.clear();
      all.clear();
      marks = {{pending.mark(), 0}};
    } else {
      constexpr std::array kSome = {Lookup::kObjectKey, Lookup::kEventId, Lookup::kPosting};
      const Added one{kSome[static_cast<std::size_t>(step) % 3], static_cast<std::uint64_t>(step) / 8, ++value};
      pending.add(one.which, {one.key, one.value});
      all.push_back(one);
    }
    for (const Lookup which : {Lookup::kObjectKey, Lookup::kEventId}) {
      for (std::uint64_t key = 0; key < 5; ++key) {
        Values expected;
        for (const Added& each : all) {
          if (each.which == which && each.key == key) expected.push_back(each.value);
        }
        RC_ASSERT(found(pending, which, key) == expected);
      }
    }
  }
}

}  // namespace
}  // namespace suyuan
