// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include "base/csv.h"
#include "base/decimal.h"
#include "base/text.h"
#include "base/time.h"

namespace suyuan {
namespace {

std::string utc(std::string_view text) {
  const auto at = parse_instant(text);
  return at ? format_instant(at->at) : at.error().text;
}

TEST(Time, instants_are_points_whatever_the_offset) {
  EXPECT_EQ(utc("2026-03-01T08:00:00+08:00"), "2026-03-01T00:00:00Z");
  EXPECT_EQ(utc("2026-03-01t00:00:00z"), "2026-03-01T00:00:00Z");
  EXPECT_EQ(utc("2026-02-28T20:00:00.5-14:00"), "2026-03-01T10:00:00.500Z");
  EXPECT_EQ(utc("2026-03-01T00:00:00.1234567Z"), "2026-03-01T00:00:00.123457Z");
  EXPECT_EQ(utc("2026-12-31T23:59:59.9999999Z"), "2027-01-01T00:00:00Z");
}

TEST(Time, what_no_calendar_has_is_refused) {
  for (const std::string_view text :
       {"", "2026-03-01", "2026-03-01T08:00:00", "2026-02-30T00:00:00Z", "2026-13-01T00:00:00Z", "2026-03-01T24:00:00Z",
        "2026-03-01T23:59:60Z", "2026-03-01T08:00:00+14:01", "2026-03-01T08:00:00+8:00", "2026-03-01T08:00:00.Z",
        "0000-01-01T00:00:00Z", "2026-03-01T08:00:00Zx", "２０２６-03-01T08:00:00Z"}) {
    EXPECT_FALSE(parse_instant(text).ok()) << text;
  }
}

TEST(Time, milliseconds_round_half_up) {
  EXPECT_EQ(format_instant_ms(parse_instant("2023-02-02T11:04:03.1415Z")->at), "2023-02-02T11:04:03.142Z");
  EXPECT_EQ(format_instant_ms(parse_instant("2023-02-02T11:04:03Z")->at), "2023-02-02T11:04:03.000Z");
}

TEST(Time, the_day_in_china_begins_at_sixteen_hours_utc) {
  EXPECT_EQ(format_day(day_in_china(parse_instant("2026-03-01T15:59:59Z")->at)), "2026-03-01");
  EXPECT_EQ(format_day(day_in_china(parse_instant("2026-03-01T16:00:00Z")->at)), "2026-03-02");
}

RC_GTEST_PROP(Time, what_is_written_is_read_again, ()) {
  const auto micros = *rc::gen::inRange<std::int64_t>(-62'000'000'000'000'000, 250'000'000'000'000'000);
  const auto offset = std::chrono::minutes(*rc::gen::inRange(-840, 841));
  const Instant at{std::chrono::microseconds(micros)};
  const auto read = parse_instant(format_instant(at, offset));
  RC_ASSERT(read.ok());
  RC_ASSERT(read->at == at);
  RC_ASSERT(read->offset == offset);
}

TEST(DecimalNumber, is_exact_and_in_lowest_terms) {
  EXPECT_EQ(Decimal::parse("12.500")->to_string(), "12.5");
  EXPECT_EQ(Decimal::parse("1e3")->to_string(), "1000");
  EXPECT_EQ(Decimal::parse("-0.0")->to_string(), "0");
  EXPECT_EQ(Decimal::parse("9007199254740993")->to_string(), "9007199254740993");  // 2^53 + 1
  EXPECT_EQ(add(*Decimal::parse("0.1"), *Decimal::parse("0.2")), *Decimal::parse("0.3"));
  EXPECT_LT(*Decimal::parse("-1.01"), *Decimal::parse("-1.001"));
}

TEST(DecimalNumber, refuses_what_it_cannot_hold) {
  for (const std::string_view text : {"", ".5", "5.", "1e", "--1", "1 ", "NaN", "Infinity", "0x10", "１"})
    EXPECT_EQ(Decimal::parse(text).error().code, "decimal.not_a_number") << text;
  for (const std::string_view text : {"1234567890123456789", "1e18", "1e-19", "1e99999999999999999999"})
    EXPECT_EQ(Decimal::parse(text).error().code, "decimal.out_of_range") << text;
  EXPECT_FALSE(add(*Decimal::parse("999999999999999999"), Decimal(1)).has_value());
}

RC_GTEST_PROP(DecimalNumber, sums_can_be_taken_apart, (std::int32_t a, std::int32_t b)) {
  const Decimal left = Decimal::scaled(a, 3), right = Decimal::scaled(b, 7);
  const auto sum = add(left, right);
  RC_ASSERT(sum.has_value());
  RC_ASSERT(subtract(*sum, right) == left);
  RC_ASSERT(*Decimal::parse(sum->to_string()) == *sum);
}

TEST(Text, folds_width_and_drops_what_nobody_sees) {
  EXPECT_EQ(fold_text("　６９０\u200b１２３４ＡＢ\ufeff "), "6901234AB");
  EXPECT_EQ(fold_text("（皖）ＸＫ０８"), "(皖)XK08");
  EXPECT_EQ(fold_text("O0l1"), "O0l1");
}

TEST(Text, knows_sound_utf8) {
  EXPECT_TRUE(is_utf8("溯源 Suyuan 𠮷"));
  for (const std::string_view bad : {"\xC0\x80", "\xED\xA0\x80", "\xF4\x90\x80\x80", "\xE6\xBA", "\xFF", "a\x80"})
    EXPECT_FALSE(is_utf8(bad));
  EXPECT_EQ(first_bad_utf8("ab\xFF"), 2U);
}

TEST(Text, excerpts_cannot_forge_a_line) {
  EXPECT_EQ(excerpt("a\nb\x1b[31m"), "a\\x0ab\\x1b[31m");
  EXPECT_EQ(excerpt("溯源溯源", 6), "溯源…");
}

TEST(Csv, no_cell_begins_like_a_formula) {
  for (const char* cell : {"=1", "+1", "-1", "@A", "\t=1", "\r=1", " =1", "  \n-1", "＝1", " ＋1", "－1", "＠A"})
    EXPECT_NE(csv_cell(cell).find('\''), std::string::npos) << cell;
  EXPECT_EQ(csv_cell("＝"), "'＝");
  for (const char* cell : {"", " ", "a=1", "溯源", "1-2"}) EXPECT_EQ(csv_cell(cell), cell);
  EXPECT_EQ(csv_cell("=a,\"b\""), "\"'=a,\"\"b\"\"\"");
}

TEST(Text, the_nearest_name_is_near) {
  constexpr std::string_view kNames[] = {"shipping", "receiving", "packing"};
  EXPECT_EQ(nearest("shiping", kNames), "shipping");
  EXPECT_EQ(nearest("Packing", kNames), "packing");
  EXPECT_EQ(nearest("xyz", kNames), "");
}

RC_GTEST_PROP(Text, base64url_comes_back, (const std::vector<std::uint8_t>& bytes)) {
  RC_ASSERT(from_base64url(base64url(bytes)) == bytes);
}

TEST(Text, base64url_has_one_spelling) {
  EXPECT_FALSE(from_base64url("AB=").has_value());
  EXPECT_FALSE(from_base64url("AB").has_value());  // four bits left that are not zero
  EXPECT_TRUE(from_base64url("AA").has_value());
}

}  // namespace
}  // namespace suyuan
