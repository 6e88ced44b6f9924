// SPDX-License-Identifier: Apache-2.0
#include "engine/stats/rational.h"

#include <gtest/gtest.h>

namespace suyuan::stats {

TEST(Rational, tenths_multiply_to_hundredths_exactly) {
  EXPECT_GT(0.1 * 0.1, 0.01) << "the reason why there are rationals";
  const Rational tenth = *parse_rational("0.1");
  EXPECT_EQ(tenth * tenth, *parse_rational("1/100"));
}

TEST(Rational, reads_fractions_and_decimals) {
  EXPECT_EQ(to_text(*parse_rational("2/100")), "1/50");
  EXPECT_EQ(to_text(*parse_rational("2e-2")), "1/50");
  EXPECT_EQ(to_text(*parse_rational("0.5/10")), "1/20");
  EXPECT_EQ(decimal_text(*parse_rational("1/50")), "0.02");
  EXPECT_EQ(decimal_text(*parse_rational("-12.50")), "-12.5");
  EXPECT_EQ(decimal_text(*parse_rational("100")), "100");
  EXPECT_EQ(decimal_text(*parse_rational("1/3")), "1/3");
  EXPECT_EQ(exactly(0.1) == *parse_rational("0.1"), false);
  EXPECT_EQ(to_double(exactly(0.1)), 0.1);
}

TEST(Rational, refuses_what_is_no_number_of_this_world) {
  for (const auto* text : {"", "a", "1/", "/2", "1/2/3", "NaN", "Infinity", "1 / 2", "0x10"})
    EXPECT_EQ(parse_rational(text).error().code, "rational.not_a_number") << text;
  EXPECT_EQ(parse_rational("1/0").error().code, "rational.zero_denominator");
  for (const auto* text : {"1e400", "12345678901234567890123", "1e-99"})
    EXPECT_EQ(parse_rational(text).error().code, "rational.out_of_range") << text;
}

TEST(Rational, a_long_chain_of_fine_steps_stays_exact) {
  Rational product = 1;
  for (int i = 0; i < 20; ++i) product *= *parse_rational("0.123456789012345678");
  for (int i = 0; i < 20; ++i) product /= *parse_rational("0.123456789012345678");
  EXPECT_EQ(product, 1);
}

}  // namespace suyuan::stats
