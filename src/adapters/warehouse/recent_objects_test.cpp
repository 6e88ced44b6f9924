// SPDX-License-Identifier: Apache-2.0
#include "adapters/warehouse/recent_objects.h"

#include <gtest/gtest.h>

namespace suyuan {
namespace {

TEST(RecentObjects, remembers_the_newest_four_of_keys_that_end_alike) {
  constexpr std::uint64_t kApart = 1ULL << 40U;
  RecentObjects recent;
  const auto hash = [](std::uint64_t i) { return KeyHash{i * kApart + 7, static_cast<std::uint32_t>(i)}; };
  for (std::uint64_t i = 0; i < 5; ++i) {
    EXPECT_EQ(recent.find(hash(i)), 0U);
    recent.put(hash(i).key, object_value(static_cast<std::int64_t>(100 + i), hash(i)));
  }
  EXPECT_EQ(recent.find(hash(0)), 0U);
  for (std::uint64_t i = 1; i < 5; ++i) {
    EXPECT_EQ(object_of_value(recent.find(hash(i))), static_cast<std::int64_t>(100 + i));
    EXPECT_EQ(recent.find({hash(i).key, 99}), 0U) << "another object, whose key agrees in the first 64 bits";
  }
  recent.forget(hash(3).key);
  EXPECT_EQ(recent.find(hash(3)), 0U);
  EXPECT_NE(recent.find(hash(4)), 0U);
}

}  // namespace
}  // namespace suyuan
