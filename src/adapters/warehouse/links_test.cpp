// SPDX-License-Identifier: Apache-2.0
#include "adapters/warehouse/links.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

namespace suyuan {
namespace {

using trace::Link;
using trace::ObjectId;
using trace::Role;

TEST(Links, are_stored_as_the_worked_example_says) {  // docs/formats/links.md
  const std::vector<Link> links = {{ObjectId(5), Role::kSubject, {}, "", false},
                                   {ObjectId(7), Role::kSubject, *Decimal::parse("2.5"), "KGM", true},
                                   {ObjectId(3), Role::kReadPoint, {}, "", false}};
  const std::string bytes("\x03\x01\x0a\xe1\x04\x32\x01\x03KGM\x07\x07");
  EXPECT_EQ(encode_links(links), bytes);
  EXPECT_EQ(decode_links(bytes), links);
}

RC_GTEST_PROP(Links, come_back_as_they_went_in, ()) {
  std::vector<Link> links;
  for (int left = *rc::gen::inRange(0, 12); left > 0; --left) {
    Link link{ObjectId(*rc::gen::inRange<std::int64_t>(1, 1LL << 39U)),
              static_cast<Role>(*rc::gen::inRange(1, 17)),
              {},
              "",
              *rc::gen::arbitrary<bool>()};
    if (*rc::gen::arbitrary<bool>())
      link.amount = Decimal::scaled(*rc::gen::arbitrary<std::int32_t>(), *rc::gen::inRange(0, 19));
    link.uom = *rc::gen::element<std::string>("", "KGM", "5B");
    links.push_back(link);
  }
  RC_ASSERT(decode_links(encode_links(links)) == links);
}

RC_GTEST_PROP(Links, that_are_cut_or_have_a_tail_are_refused, (const std::string& bytes)) {
  static_cast<void>(decode_links(bytes));
  const std::string cut = encode_links({{ObjectId(9), Role::kChild, Decimal(4), "", true}});
  for (std::size_t size = 0; size < cut.size(); ++size) RC_ASSERT(!decode_links(std::string_view(cut).substr(0, size)));
  RC_ASSERT(!decode_links(cut + "x"));
}

}  // namespace
}  // namespace suyuan
