// SPDX-License-Identifier: Apache-2.0
#include "domain/codes/division.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace suyuan::codes {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

std::string refusal(std::string_view text) {
  const auto read = read_division(text);
  return read.ok() ? "none" : read.error().code;
}

std::string complaint(std::string_view csv) {
  auto read = DivisionTable::read(csv);
  return read.ok() ? "none" : read.error().text;
}

TEST(Division, is_a_versioned_table_that_starts_with_the_country) {
  EXPECT_EQ(divisions().version(), "2026-11-21.1");
  EXPECT_EQ(divisions().rows().front().name, "全国");
  EXPECT_GT(divisions().rows().size(), 7000U);
  EXPECT_EQ(find_division(0)->level, DivisionLevel::kCountry);
  EXPECT_EQ(find_division(340199), nullptr);
  for (const std::int32_t nothing : {-1, 1, 99'999, 999'999, 1'000'000, 2'000'000'000, -2'000'000'000})
    EXPECT_EQ(find_division(nothing), nullptr) << nothing;
}

TEST(Division, is_read_as_people_write_it) {
  for (const auto& [text, name] :
       std::initializer_list<std::pair<std::string_view, std::string_view>>{{"340000", "安徽省"},
                                                                            {"340100", "安徽省合肥市"},
                                                                            {"340104", "安徽省合肥市蜀山区"},
                                                                            {"330106", "浙江省杭州市西湖区"},
                                                                            {"659001", "新疆维吾尔自治区石河子市"},
                                                                            {"441900", "广东省东莞市"},
                                                                            {" 340104 ", "安徽省合肥市蜀山区"},
                                                                            {"３４０１０４", "安徽省合肥市蜀山区"},
                                                                            {"000000", "全国"},
                                                                            {"0", "全国"}}) {
    const auto read = read_division(text);
    ASSERT_TRUE(read.ok()) << read.error().text;
    EXPECT_EQ(full_name(*read), name) << text;
    EXPECT_EQ(withdrawal_note(*read), "") << text;
  }
}

TEST(Division, is_refused_with_what_is_wrong) {
  for (const auto* text : {"34010", "34O104", "", "340104001", "3401040010010", "-34010", "34 104", "合肥市", "\xff"})
    EXPECT_EQ(refusal(text), "division.shape") << text;
  for (const auto* text : {"990000", "340199", "340176", "000001", "010000", "830000"})
    EXPECT_EQ(refusal(text), "division.unknown") << text;
  EXPECT_THAT(read_division("34010").error().text, HasSubstr("seen 5"));
  EXPECT_THAT(read_division("34O104").error().text, HasSubstr("byte 3"));
  EXPECT_THAT(read_division("340104001002").error().text, HasSubstr("first six"));
  EXPECT_THAT(read_division("340176").error().text, HasSubstr("安徽省合肥市 (340100)"));
  EXPECT_THAT(read_division("990000").error().text, HasSubstr("no province has the digits 99"));
}

// 密云县 became a district in 2015.
TEST(Division, withdrawn_is_taken_with_a_note) {
  EXPECT_EQ(*read_division("110228"), 110228);
  EXPECT_EQ(withdrawal_note(110228), "110228 was withdrawn; it is now 北京市密云区 (110118).");
  EXPECT_EQ(full_name(110228), "北京市110228");
  EXPECT_FALSE(find_division(110228)->current);
  EXPECT_EQ(withdrawal_note(110100), "110100 was withdrawn; what came after is not on record.");
  EXPECT_EQ(withdrawal_note(340199), "");
}

TEST(Division, municipality_has_no_city_row) {
  EXPECT_EQ(full_name(110101), "北京市东城区");
  EXPECT_EQ(find_division(110101)->superior, 110000);
  EXPECT_EQ(find_division(500229)->superior, 500000);
  EXPECT_EQ(find_division(110000)->superior, 0);
}

TEST(Division, city_directly_under_a_province) {
  EXPECT_EQ(full_name(429004), "湖北省仙桃市");
  EXPECT_EQ(find_division(429004)->superior, 420000);
  EXPECT_EQ(find_division(429004)->level, DivisionLevel::kCounty);
  EXPECT_EQ(find_division(659001)->superior, 650000);
}

TEST(Division, city_without_counties) {
  EXPECT_EQ(find_division(441900)->level, DivisionLevel::kPrefecture);
  EXPECT_EQ(divisions().listed_in(441900, 442000).size(), 1U);
}

// 巢湖市 was dissolved in 2011; its district and counties went to three cities.
TEST(Division, dissolved_prefecture_has_several_heirs) {
  EXPECT_THAT(find_division(341400)->successors, ElementsAre(340100, 340200, 340500));
  EXPECT_EQ(divisions().heirs(*find_division(341402)), std::vector{340181});
  EXPECT_EQ(full_name(340181), "安徽省合肥市巢湖市");
}

// 永川: 510281 under Sichuan, for some months 500383 under Chongqing, now its district.
TEST(Division, heirs_are_followed_to_the_end) {
  EXPECT_THAT(find_division(500383)->successors, ElementsAre(510281));
  EXPECT_EQ(divisions().heirs(*find_division(500383)), std::vector{500118});
  EXPECT_EQ(divisions().heirs(*find_division(500118)), std::vector{500118});
}

// 460302 and 710000 stand among the old codes of the source as well as among the current ones: the number is in use.
TEST(Division, number_given_again_is_current) {
  EXPECT_TRUE(find_division(460302)->current);
  EXPECT_EQ(full_name(460302), "海南省三沙市西沙区");
  EXPECT_THAT(find_division(460302)->successors, IsEmpty());
  EXPECT_TRUE(find_division(710000)->current);
  EXPECT_EQ(withdrawal_note(460302), "");
}

TEST(Division, regulator_of_a_city_directly_under_a_province_acts_as_a_city) {
  EXPECT_EQ(regulator_level(0), RegulatorLevel::kNational);
  EXPECT_EQ(regulator_level(340000), RegulatorLevel::kProvince);
  EXPECT_EQ(regulator_level(110000), RegulatorLevel::kProvince);
  EXPECT_EQ(regulator_level(340100), RegulatorLevel::kCity);
  EXPECT_EQ(regulator_level(441900), RegulatorLevel::kCity);
  EXPECT_EQ(regulator_level(429004), RegulatorLevel::kCity);
  EXPECT_EQ(regulator_level(659001), RegulatorLevel::kCity);
  EXPECT_EQ(regulator_level(340104), RegulatorLevel::kCounty);
  EXPECT_EQ(regulator_level(110101), RegulatorLevel::kCounty);
  EXPECT_EQ(regulator_level(500229), RegulatorLevel::kCounty);
}

TEST(Division, table_that_leaves_doubt_is_refused) {
  EXPECT_EQ(complaint("340000,安徽省,\n340100,合肥市,\n"), "none");
  EXPECT_THAT(complaint("340000,安徽省\n"), HasSubstr("three cells"));
  EXPECT_THAT(complaint("34000,安徽省,\n"), HasSubstr("Line 1"));
  EXPECT_THAT(complaint("340000,,\n"), HasSubstr("has a name"));
  EXPECT_THAT(complaint("340000,安徽省,\n340000,安徽省,\n"), HasSubstr("ascending"));
  EXPECT_THAT(complaint("340000,安徽省,\n330000,浙江省,\n"), HasSubstr("ascending"));
  EXPECT_THAT(complaint("340100,合肥市,\n"), HasSubstr("its province"));
  EXPECT_THAT(complaint("340000,安徽省,\n340199,,340104\n"), HasSubstr("its successor 340104"));
  EXPECT_THAT(complaint("340000,安徽省,\n340199,,34010\n"), HasSubstr("a successor is not six digits"));
}

}  // namespace
}  // namespace suyuan::codes
