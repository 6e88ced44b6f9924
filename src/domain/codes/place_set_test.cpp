// SPDX-License-Identifier: Apache-2.0
#include "domain/codes/place_set.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include <set>

#include "base/check.h"

namespace suyuan::codes {
namespace {

bool covers(std::int32_t jurisdiction, std::int32_t place) { return PlaceSet::of(jurisdiction).covers(place); }

TEST(PlaceSet, country_covers_everything) {
  const PlaceSet all = PlaceSet::of(0);
  for (const std::int32_t place : {0, 340104, 110228, 340176, 990000}) EXPECT_TRUE(all.covers(place)) << place;
  EXPECT_FALSE(all.covers(-1));
  EXPECT_FALSE(all.covers(1'000'000));
}

TEST(PlaceSet, covers_what_lies_below_and_nothing_above_or_beside) {
  EXPECT_TRUE(covers(340100, 340100));
  EXPECT_TRUE(covers(340100, 340104));
  EXPECT_FALSE(covers(340100, 340000));
  EXPECT_FALSE(covers(340100, 0));
  EXPECT_FALSE(covers(340104, 340100));
  EXPECT_FALSE(covers(340104, 340103));
  EXPECT_TRUE(covers(340000, 341881));
  EXPECT_FALSE(covers(340000, 350102));
}

TEST(PlaceSet, municipality_covers_its_districts_without_a_city_between) {
  EXPECT_TRUE(covers(110000, 110101));
  EXPECT_FALSE(covers(110101, 110102));
  EXPECT_TRUE(covers(110100, 110101));  // the collective row 市辖区, where somebody is registered under it
  EXPECT_FALSE(covers(110100, 120101));
}

TEST(PlaceSet, city_directly_under_a_province_is_a_place_of_its_own) {
  EXPECT_TRUE(covers(420000, 429004));
  EXPECT_TRUE(covers(429004, 429004));
  EXPECT_FALSE(covers(429004, 429005));
  EXPECT_FALSE(covers(421000, 429004));
  EXPECT_TRUE(covers(429000, 429004));  // the collective row 省直辖县级行政区划
  EXPECT_TRUE(covers(429000, 429099));
  EXPECT_FALSE(covers(429000, 421000));
}

TEST(PlaceSet, city_without_counties_covers_itself) {
  EXPECT_TRUE(covers(441900, 441900));
  EXPECT_TRUE(covers(440000, 441900));
  EXPECT_FALSE(covers(441900, 442000));
}

TEST(PlaceSet, development_zone_lies_where_its_digits_say) {
  EXPECT_TRUE(covers(340100, 340176));
  EXPECT_TRUE(covers(340000, 340176));
  EXPECT_FALSE(covers(340200, 340176));
  EXPECT_FALSE(covers(340104, 340176));
  EXPECT_TRUE(covers(340000, 349976));
  EXPECT_TRUE(covers(340176, 340176));
  EXPECT_FALSE(covers(340176, 340104));
}

TEST(PlaceSet, renamed_code_is_covered_by_its_successor_and_reads_as_it) {
  EXPECT_TRUE(covers(110118, 110228));
  EXPECT_TRUE(covers(110228, 110118));
  EXPECT_TRUE(covers(110228, 110228));
  EXPECT_TRUE(covers(110000, 110228));
  EXPECT_FALSE(covers(110101, 110228));
}

// 枞阳县 went from 安庆 to 铜陵 in 2016: its old digits are still those of 安庆.
TEST(PlaceSet, old_digits_alone_give_no_sight) {
  EXPECT_TRUE(covers(340722, 340823));
  EXPECT_TRUE(covers(340700, 340823));
  EXPECT_FALSE(covers(340800, 340823));
  EXPECT_TRUE(covers(340000, 340823));
}

// 重庆 left 四川 in 1997.
TEST(PlaceSet, municipality_took_its_old_codes_along) {
  EXPECT_TRUE(covers(500000, 510283));
  EXPECT_FALSE(covers(510000, 510283));
  EXPECT_TRUE(covers(510000, 510104));
}

// 巢湖市 was dissolved in 2011: 居巢 and 庐江 to 合肥, 无为 to 芜湖, 含山 and 和县 to 马鞍山.
TEST(PlaceSet, counties_of_a_dissolved_prefecture_go_to_whoever_has_them) {
  for (const auto& [old, city] : std::initializer_list<std::pair<std::int32_t, std::int32_t>>{
           {341402, 340100}, {341421, 340100}, {341422, 340200}, {341423, 340500}, {341424, 340500}}) {
    for (const std::int32_t each : {340100, 340200, 340500}) EXPECT_EQ(covers(each, old), each == city) << old;
  }
  for (const std::int32_t each : {340100, 340200, 340500}) EXPECT_TRUE(covers(each, 341400)) << each;
  EXPECT_FALSE(covers(340800, 341400));
}

TEST(PlaceSet, dissolved_prefecture_reads_as_its_counties_not_as_three_cities) {
  for (const std::int32_t place : {341400, 341402, 341424, 340181, 340124, 340281, 340522, 340523}) {
    EXPECT_TRUE(covers(341400, place)) << place;
  }
  for (const std::int32_t place : {340100, 340104, 340200, 340500, 340000})
    EXPECT_FALSE(covers(341400, place)) << place;
}

// 莱芜市 went into 济南 in 2019 as two districts; 南阳地区 became 南阳市 with nothing else in it.
TEST(PlaceSet, prefecture_that_went_into_another_does_not_get_the_other) {
  EXPECT_TRUE(covers(371200, 370116));
  EXPECT_TRUE(covers(371200, 370117));
  EXPECT_FALSE(covers(371200, 370100));
  EXPECT_FALSE(covers(371200, 370102));
  EXPECT_TRUE(covers(412900, 411300));
  EXPECT_TRUE(covers(412900, 411302));
}

// 132701 went into 秦皇岛 as such, the rest of the prefecture 132700 into 唐山.
TEST(PlaceSet, dissolved_prefecture_keeps_all_its_old_records) {
  EXPECT_TRUE(covers(132700, 132701));
  EXPECT_FALSE(covers(132700, 130300));
}

// 江干区 was split in 2021; who has a part sees the old records, and the old body reads as both.
TEST(PlaceSet, split_county_is_covered_by_every_part) {
  EXPECT_TRUE(covers(330102, 330104));
  EXPECT_TRUE(covers(330114, 330104));
  EXPECT_FALSE(covers(330106, 330104));
  EXPECT_TRUE(covers(330104, 330102));
  EXPECT_TRUE(covers(330104, 330114));
  EXPECT_FALSE(covers(330102, 330114));
}

// 邯郸县 was shared out among districts in 2016; on record is the city as a whole.
TEST(PlaceSet, county_that_went_into_a_prefecture_does_not_get_the_prefecture) {
  EXPECT_TRUE(covers(130421, 130421));
  EXPECT_FALSE(covers(130421, 130400));
  EXPECT_FALSE(covers(130421, 130402));
  EXPECT_TRUE(covers(130400, 130421));
  EXPECT_FALSE(covers(130402, 130421));
}

TEST(PlaceSet, number_given_again_means_what_it_means_now) {
  EXPECT_TRUE(covers(460302, 460302));
  EXPECT_TRUE(covers(460302, 460301));
  EXPECT_FALSE(covers(460303, 460302));
  EXPECT_TRUE(covers(460300, 460322));
}

TEST(PlaceSet, nothing_covers_nothing) {
  for (const std::int32_t nothing : {-1, 1, 99'999, 1'000'000, 2'000'000'000})
    EXPECT_TRUE(PlaceSet::of(nothing).ranges().empty()) << nothing;
  EXPECT_FALSE(covers(990000, 340104));
}

constexpr std::string_view kRound =
    "100000,甲,\n100100,乙,\n100101,丙,\n100102,,100103\n100103,,100101 100102\n100104,,100105\n100105,,100104\n";

TEST(PlaceSet, successors_that_go_round_end) {
  const auto read = DivisionTable::read(kRound);
  ASSERT_TRUE(read.ok());
  const PlaceSet county = PlaceSet::of(100101, *read);
  EXPECT_TRUE(county.covers(100102));
  EXPECT_TRUE(county.covers(100103));
  EXPECT_FALSE(county.covers(100104));
  EXPECT_TRUE(PlaceSet::of(100104, *read).covers(100104));
  EXPECT_TRUE(PlaceSet::of(100102, *read).covers(100101));
}

TEST(PlaceSet, ranges_are_few_ascending_and_apart) {
  for (const Division& row : divisions().rows()) {
    if (row.level == DivisionLevel::kCounty && row.code % 7 != 0) continue;
    const PlaceSet places = PlaceSet::of(row.code);
    ASSERT_FALSE(places.ranges().empty()) << row.code;
    EXPECT_TRUE(places.covers(row.code)) << row.code;
    EXPECT_LE(places.ranges().size(), 24U) << row.code;
    std::int32_t last = -1;
    for (const auto& range : places.ranges()) {
      EXPECT_GT(range.from, last) << row.code;
      EXPECT_LT(range.from, range.until) << row.code;
      last = range.until;
    }
  }
}

// The rule for current jurisdictions, word for word and slowly: is `place` under `jurisdiction`?
bool slowly(std::int32_t jurisdiction, std::int32_t place, std::set<std::int32_t> seen = {}) {
  if (place == jurisdiction) return true;
  if (place == 0 || !seen.insert(place).second) return false;
  const Division* row = find_division(place);
  if (row != nullptr && !row->current && !row->successors.empty()) {
    for (const std::int32_t next : row->successors) {
      if (slowly(jurisdiction, next, seen)) return true;
    }
    return false;
  }
  return slowly(jurisdiction, divisions().superior_by_digits(place), seen);
}

RC_GTEST_PROP(PlaceSet, covers_what_the_rule_says, ()) {
  const auto& rows = divisions().rows();
  const Division& jurisdiction = rows[*rc::gen::inRange<std::size_t>(0, rows.size())];
  RC_PRE(jurisdiction.current);
  const PlaceSet places = PlaceSet::of(jurisdiction.code);
  const auto agree = [&](std::int32_t place) {
    if (places.covers(place) != slowly(jurisdiction.code, place))
      RC_FAIL(std::to_string(jurisdiction.code) + " and " + std::to_string(place));
  };
  if (jurisdiction.code == 0) return;
  for (const Division& row : rows) agree(row.code);
  for (std::int32_t place = 100'000 + *rc::gen::inRange(0, 97); place < 1'000'000; place += 97) agree(place);
}

}  // namespace
}  // namespace suyuan::codes
