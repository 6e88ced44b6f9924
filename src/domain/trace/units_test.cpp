// SPDX-License-Identifier: Apache-2.0
#include "domain/trace/units.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <string>

namespace suyuan::trace {
namespace {

Measure of(std::string_view amount, std::string_view unit, bool is_difference = false) {
  return measure_of(*Decimal::parse(amount), unit, is_difference);
}

struct Same {
  std::string_view a, unit_a, b, unit_b;
};

class SameAmount : public testing::TestWithParam<Same> {};

TEST_P(SameAmount, is_equal_in_both_units_and_nothing_beside_it_is) {
  const Same& row = GetParam();
  EXPECT_EQ(dimension_of(row.unit_a), dimension_of(row.unit_b));
  EXPECT_TRUE(of(row.a, row.unit_a) == of(row.b, row.unit_b));
  const auto more = add(*Decimal::parse(row.b), *Decimal::parse("0.0000001"));
  EXPECT_TRUE(of(row.a, row.unit_a) < measure_of(*more, row.unit_b, false));
  const auto less = subtract(*Decimal::parse(row.b), *Decimal::parse("0.0000001"));
  EXPECT_TRUE(of(row.a, row.unit_a) > measure_of(*less, row.unit_b, false));
}

INSTANTIATE_TEST_SUITE_P(
    Units, SameAmount,
    testing::Values(Same{"26", "CEL", "299.15", "KEL"}, Same{"-40", "CEL", "-40", "FAH"},
                    Same{"212", "FAH", "100", "CEL"}, Same{"-459.67", "FAH", "0", "KEL"},
                    Same{"491.67", "A48", "0", "CEL"}, Same{"1", "TNE", "1000", "KGM"}, Same{"1", "LBR", "16", "ONZ"},
                    Same{"1", "LBR", "453.59237", "GRM"}, Same{"1", "INH", "25.4", "MMT"},
                    Same{"1", "SMI", "5280", "FOT"}, Same{"1", "HAR", "10000", "MTK"}, Same{"1", "MTQ", "1000", "LTR"},
                    Same{"1", "GLL", "231", "INQ"}, Same{"1", "BLL", "42", "GLL"}, Same{"1", "ATM", "101.325", "KPA"},
                    Same{"1", "BAR", "1000", "MBR"}, Same{"760", "UA", "1", "ATM"}, Same{"36", "KMH", "10", "MTS"},
                    Same{"1", "KNT", "1.852", "KMH"}, Same{"1", "WEE", "168", "HUR"}, Same{"50", "P1", "500", "NX"},
                    Same{"1", "KWH", "3600", "KJO"}, Same{"2", "DZN", "24", ""}, Same{"24", "H87", "24", "C62"},
                    Same{"1", "A93", "1000", "GP"}, Same{"90", "DD", "5400", "D61"}, Same{"1", "GLI", "8", "PTI"},
                    Same{"1", "CUR", "37", "GBQ"}));

TEST(Units, a_difference_of_temperatures_has_no_zero_point) {
  EXPECT_TRUE(of("0.5", "CEL", true) == of("0.5", "KEL", true));
  EXPECT_TRUE(of("0.5", "CEL", true) == of("0.9", "FAH", true));
}

TEST(Units, an_unknown_unit_is_a_dimension_of_its_own) {
  EXPECT_EQ(dimension_of("XYZ"), "XYZ");
  EXPECT_NE(dimension_of("C81"), dimension_of("DD"));  // radian: no exact factor
  EXPECT_TRUE(of("2", "XYZ") == Measure(*Decimal::parse("2.0")));
}

TEST(Units, the_largest_numbers_still_compare_exactly) {
  EXPECT_TRUE(of("999999999999999999", "E35") > of("999999999999999998", "E35"));
  EXPECT_TRUE(of("0.000000000000000001", "FAH") > of("0", "FAH"));
  EXPECT_TRUE(of("-999999999999999999", "CEL") < of("-999999999999999998", "CEL"));
  EXPECT_TRUE(of("0.333333333333333333", "KGM") < Measure(1, 3));
  EXPECT_TRUE(of("0.333333333333333334", "KGM") > Measure(1, 3));
}

TEST(Units, amounts_are_converted_exactly_or_not_at_all) {
  const auto in = [](const char* amount, const char* from, const char* to) {
    const auto found = converted(*Decimal::parse(amount), from, to);
    return found ? found->to_string() : "-";
  };
  EXPECT_EQ(in("5000", "GRM", "KGM"), "5");
  EXPECT_EQ(in("0.25", "TNE", "GRM"), "250000");
  EXPECT_EQ(in("-1", "LBR", "KGM"), "-0.45359237");
  EXPECT_EQ(in("0", "GRM", "LBR"), "0");
  EXPECT_EQ(in("7", "", "H87"), "7");
  EXPECT_EQ(in("3", "DZN", ""), "36");
  EXPECT_EQ(in("9", "PR", "DZN"), "1.5");
  EXPECT_EQ(in("1", "EA", "DZN"), "-");  // a twelfth has no end
  EXPECT_EQ(in("1", "KGM", "LBR"), "-");
  EXPECT_EQ(in("1", "KGM", "LTR"), "-");
  EXPECT_EQ(in("4", "KGM", ""), "-");
  EXPECT_EQ(in("1", "CEL", "KEL"), "-");
  EXPECT_EQ(in("2.5", "XYZ", "XYZ"), "2.5");
  EXPECT_EQ(in("2.5", "XYZ", "KGM"), "-");
  EXPECT_EQ(in("999999999999999999", "TNE", "GRM"), "-");  // more than 18 digits
  EXPECT_EQ(in("0.000000000000000001", "GRM", "KGM"), "-");
}

RC_GTEST_PROP(Units, order_is_that_of_fractions, (std::int32_t a, std::int32_t c)) {
  const auto b = *rc::gen::inRange(1, 1'000'000), d = *rc::gen::inRange(1, 1'000'000);
  const auto expected = std::int64_t{a} * d <=> std::int64_t{c} * b;
  RC_ASSERT((Measure(a, b) <=> Measure(c, d)) == expected);
}

}  // namespace
}  // namespace suyuan::trace
