// SPDX-License-Identifier: Apache-2.0
#include "engine/graph/circulation.h"

#include <gtest/gtest.h>

namespace suyuan {
namespace {

TEST(Circulation, what_is_split_can_go_either_way) {
  Circulation net;
  const int a = net.add_node(), b = net.add_node();
  net.add_arc(a, b, 60, 60);
  const int first = net.add_arc(b, a, 0, 70), second = net.add_arc(b, a, 0, 30);
  EXPECT_EQ(net.range_of(first)->least, 30);
  EXPECT_EQ(net.range_of(first)->most, 60);
  EXPECT_EQ(net.range_of(second)->least, 0);
  EXPECT_EQ(net.range_of(second)->most, 30);
}

TEST(Circulation, least_amounts_that_do_not_fit_are_told) {
  Circulation net;
  const int a = net.add_node(), b = net.add_node();
  const int arc = net.add_arc(a, b, 10, 20);
  net.add_arc(b, a, 0, 5);
  EXPECT_FALSE(net.range_of(arc).has_value());
}

}  // namespace
}  // namespace suyuan
