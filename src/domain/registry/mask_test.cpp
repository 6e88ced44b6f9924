// SPDX-License-Identifier: Apache-2.0
#include "domain/registry/mask.h"

#include <gtest/gtest.h>

namespace suyuan::registry {

// shows: T10
TEST(Mask, hides_all_of_a_value_but_what_tells_people_apart) {
  EXPECT_EQ(mask(PersonalKind::kName, "张三"), "张*");
  EXPECT_EQ(mask(PersonalKind::kName, "欧阳修文"), "欧*");
  EXPECT_EQ(mask(PersonalKind::kPhone, "13800138000"), "138****8000");
  EXPECT_EQ(mask(PersonalKind::kPhone, "+86 138-0013-8000"), "138****8000");
  EXPECT_EQ(mask(PersonalKind::kPhone, "0551-62345678"), "055****78");
  EXPECT_EQ(mask(PersonalKind::kEmail, "zhang.san@example.cn"), "z***@example.cn");
  EXPECT_EQ(mask(PersonalKind::kAddress, "安徽省合肥市蜀山区黄山路1号幸福小区3栋"), "安徽省合肥市蜀山区***");
  EXPECT_EQ(mask(PersonalKind::kAddress, "广西壮族自治区南宁市青秀区民族大道1号"), "广西壮族自治区南宁市青秀区***");
  EXPECT_EQ(mask(PersonalKind::kAddress, "广东省东莞市鸿福路99号"), "广东省东莞市***");
  EXPECT_EQ(mask(PersonalKind::kCitizen, "34010418500101001X"), "****************1X");
  EXPECT_EQ(mask(PersonalKind::kOther, "anything"), "***");
}

TEST(Mask, hides_a_short_value_whole) {
  EXPECT_EQ(mask(PersonalKind::kName, "张"), "*");
  EXPECT_EQ(mask(PersonalKind::kName, "X"), "*");
  EXPECT_EQ(mask(PersonalKind::kPhone, "62345678"), "***");
  EXPECT_EQ(mask(PersonalKind::kPhone, "12345"), "***");
  EXPECT_EQ(mask(PersonalKind::kEmail, "a@example.cn"), "***@example.cn");
  EXPECT_EQ(mask(PersonalKind::kEmail, "ab@example.cn"), "***@example.cn");
  EXPECT_EQ(mask(PersonalKind::kEmail, "nobody"), "***");
  EXPECT_EQ(mask(PersonalKind::kAddress, "黄山路1号"), "***");
  EXPECT_EQ(mask(PersonalKind::kCitizen, "12345"), "***");
  EXPECT_EQ(mask(PersonalKind::kPhone, "0551-1234567"), "055****67");
  EXPECT_EQ(mask(PersonalKind::kName, ""), "");
  EXPECT_EQ(mask(PersonalKind::kPhone, ""), "");
}

// The vectors have birth years before 1870.
TEST(Mask, knows_a_citizen_number_by_place_day_and_check_character) {
  for (const auto* text : {"34010418500101001X", "110101184910011232", "330106184802294565", "440301185512319997",
                           "51010418620808002X", "51010418620808002x"})
    EXPECT_TRUE(is_citizen_number(text)) << text;
  for (const auto* text : {"340104185001010010", "340104185013010017", "340104185002300019", "34010418500101001",
                           "340104500101001", "990104185001010010", "", "340104185001010I1X"})
    EXPECT_FALSE(is_citizen_number(text)) << text;
}

TEST(Mask, knows_a_mobile_number) {
  for (const auto* text :
       {"13800138000", "15912345678", "16600000000", "19912345678", "17712345678", "+8613800138000", "138-0013-8000"})
    EXPECT_TRUE(mobile_number(text)) << text;
  for (const auto* text : {"12345678901", "1380013800", "138001380000", "", "1380013800a", "62345678"})
    EXPECT_FALSE(mobile_number(text)) << text;
}

// shows: T10
TEST(Mask, takes_the_numbers_of_people_out_of_a_message) {
  EXPECT_EQ(without_numbers_of_people("Seen 34010418500101001X, expected a code."),
            "Seen ****************1X, expected a code.");
  EXPECT_EQ(without_numbers_of_people(R"("13800138000" is no code)"), R"("138****8000" is no code)");
  EXPECT_EQ(without_numbers_of_people("urn:epc:id:sgtin:6901234.056789.13800138000"),
            "urn:epc:id:sgtin:6901234.056789.13800138000");
  EXPECT_EQ(without_numbers_of_people("934010418500101001X"), "934010418500101001X");
}

}  // namespace suyuan::registry
