// SPDX-License-Identifier: Apache-2.0
#include "domain/codes/identify.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include "domain/codes/check_digit.h"
#include "domain/codes/digital_link.h"

namespace suyuan::codes {
namespace {

Identification of(std::string_view text) { return identify(text, OrgId(1), 2026); }

std::string one(std::string_view text) {
  const Identification found = of(text);
  return found.candidates.size() == 1 ? canonical_uri(found.candidates[0].id)
                                      : std::to_string(found.candidates.size()) + " candidates";
}

std::string problem(std::string_view text) {
  const Identification found = of(text);
  return found.candidates.empty() && !found.findings.empty() ? found.findings[0].code : "none";
}

// shows: T4, X6
TEST(Identify, one_identity_whatever_the_notation) {
  const std::string expected = "https://id.gs1.org/01/06901234567892/21/00001";
  for (const std::string_view text :
       {"(01)06901234567892(21)00001", "]d201069012345678922100001", "^01069012345678922100001",
        "https://example.cn/p/01/06901234567892/21/00001?linkType=all", "urn:epc:id:sgtin:6901234.056789.00001",
        "（０１）０６９０１２３４５６７８９２（２１）００００１", "\ufeff(01)06901234567892(21)00001\r\n"}) {
    EXPECT_EQ(one(text), expected) << text;
  }
}

// GB 32100: the outer check refuses, the organisation code inside (GB 11714) only warns. Letters may stand first.
TEST(Identify, credit_code_with_a_wrong_organisation_code_inside_is_read_with_a_warning) {
  const Identification doubtful = of("91340100MA2N00019J");
  ASSERT_EQ(doubtful.candidates.size(), 1U);
  ASSERT_EQ(doubtful.candidates[0].warnings.size(), 1U);
  EXPECT_EQ(doubtful.candidates[0].warnings[0].code, "uscc.inner_check");
  for (const auto* text : {"91340100MA2N0001XG", "N2340104MF00012359", "Y1110000717820006C", "91110000600037341L"}) {
    const Identification found = of(text);
    ASSERT_EQ(found.candidates.size(), 1U) << text;
    EXPECT_EQ(found.candidates[0].notation, "uscc") << text;
    EXPECT_TRUE(found.candidates[0].warnings.empty()) << text;
  }
}

// shows: T4
TEST(Identify, every_scheme_of_the_programme_is_known) {
  EXPECT_EQ(one("6901234567892"), "https://id.gs1.org/01/06901234567892");
  EXPECT_EQ(one("1009647007264657137080782"), "1009647007264657137080782");
  EXPECT_EQ(of("https://www.iotroot.com/E=1006412345678").candidates.at(0).notation, "ecode");
  EXPECT_EQ(of("http://s.idcode.org.cn/?code=MA.156.1003.1629/10.46100000.x/1").candidates.at(0).notation, "ma");
  EXPECT_EQ(of("88.1000.2/mm").candidates.at(0).notation, "handle");
  EXPECT_EQ(of("1.2.156.3001.11.1").candidates.at(0).notation, "oid");
  EXPECT_EQ(of("(皖)XK08-001-00012").candidates.at(0).notation, "production_licence");
  EXPECT_EQ(of("91340100MA2N0001XG").candidates.at(0).notation, "uscc");
  EXPECT_EQ(of("2016010901123456").candidates.at(0).notation, "ccc");
}

TEST(Identify, a_wrong_check_digit_names_the_expected_one) {
  const Identification found = of("6901234567891");
  EXPECT_TRUE(found.candidates.empty());
  EXPECT_NE(found.findings.at(0).text.find("expected 2"), std::string::npos);
  EXPECT_EQ(problem("https://id.gs1.org/01/06901234567891"), "gs1.check_digit");
  EXPECT_EQ(problem("91340100MA2N0001X0"), "uscc.check");
}

TEST(Identify, a_doubtful_text_gives_candidates_and_no_guess) {
  // 18 digits that are an SSCC and a credit code at once.
  std::string both;
  for (int i = 0; both.empty() && i < 100'000; ++i) {
    std::string digits = "1134010000000" + std::to_string(10000 + i % 90000).substr(0, 4) + "0";
    digits.back() = gs1_check_digit(digits);
    digits.replace(8, 5, std::to_string(10000 + i % 90000));
    digits.back() = gs1_check_digit(digits);
    if (of(digits).candidates.size() == 2) both = digits;
  }
  ASSERT_FALSE(both.empty());
  const Identification found = of(both);
  EXPECT_NE(found.candidates[0].id.scheme, found.candidates[1].id.scheme);
  EXPECT_FALSE(found.candidates[0].reason.empty());
}

// shows: T4
TEST(Identify, an_in_house_code_belongs_to_its_organisation) {
  const auto mine = identify("A001", OrgId(1), 2026).candidates.at(0).id,
             theirs = identify("A001", OrgId(2), 2026).candidates.at(0).id;
  EXPECT_EQ(mine.scheme, Scheme::kInHouse);
  EXPECT_NE(mine, theirs);
  EXPECT_EQ(display_text(mine), "A001");
}

TEST(Identify, a_swallowed_separator_is_pointed_out) {
  EXPECT_EQ(of("]d201069012345678921020241018A2100001").candidates.at(0).warnings.at(0).code,
            "gs1.swallowed_separator");
}

TEST(Identify, what_is_no_code_is_answered_calmly) {
  EXPECT_EQ(problem(""), "code.empty");
  EXPECT_EQ(problem("\xff\xfe"), "code.not_text");
  EXPECT_EQ(problem(std::string(5000, '1')), "code.too_long");
  EXPECT_EQ(problem("ab\x01"), "code.control_character");
  EXPECT_EQ(problem("(99999)x"), "gs1.unknown_ai");
}

TEST(Identify, levels_and_classes) {
  const auto id = [](std::string_view uri) { return read_epcis_id(uri)->id; };
  EXPECT_EQ(level_of(id("urn:epc:id:sscc:6901234.3567890123")), Level::kItem);
  EXPECT_EQ(level_of(id("urn:epc:class:lgtin:6901234.056789.L1")), Level::kLot);
  EXPECT_EQ(level_of(id("urn:epc:idpat:sgtin:6901234.056789.*")), Level::kClass);
  EXPECT_EQ(level_of(id("urn:epc:id:sgln:6901234.00000.0")), Level::kPlace);
  EXPECT_EQ(level_of(id("urn:epc:id:pgln:6901234.00000")), Level::kParty);
  EXPECT_EQ(class_of(id("urn:epc:class:lgtin:6901234.056789.L1"))->key, "/01/06901234567892");
  EXPECT_EQ(read_epcis_id("https://id.gs1.org/01/06901234567892/10/L1/21/7")->lot->key, "/01/06901234567892/10/L1");
}

// The short way for usual links says what the long way says.
RC_GTEST_PROP(DigitalLink, the_short_way_agrees_with_the_long_way, ()) {
  std::string gtin = "0690123" + std::to_string(*rc::gen::inRange(100'000, 999'999)) + "0";
  gtin.back() = *rc::gen::inRange(0, 4) == 0 ? '7' : gs1_check_digit(gtin);
  const std::string tail =
      *rc::gen::element<std::string>("", "/21/A-1", "/10/L_7", "/21/01", "/10/a%2Fb", "/21/", "/21/a b", "/01/x",
                                     "/10/L/21/7", "?17=261231", "/21/ABCDEFGHIJKLMNOPQRSTU");
  const std::string uri = *rc::gen::element<std::string>("https://id.gs1.org", "http://a.example/21/1", "https://",
                                                         "https:///", "ftp://x") +
                          "/01/" + gtin + tail;
  const auto quick = read_plain_gtin_link(uri);
  const auto whole = read_digital_link(uri);
  if (quick) {
    RC_ASSERT(whole.ok());
    RC_ASSERT(identity_of(*whole)->id == *quick);
  }
}

RC_GTEST_PROP(Identify, never_falls_over, (const std::string& text)) {
  const Identification found = of(text);
  RC_ASSERT(!found.candidates.empty() || !found.findings.empty());
  static_cast<void>(read_epcis_id(text));
}

}  // namespace
}  // namespace suyuan::codes
