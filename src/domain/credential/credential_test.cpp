// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <set>

#include "base/text.h"
#include "domain/credential/attempts.h"
#include "domain/credential/password_policy.h"
#include "domain/credential/totp.h"
#include "engine/digest/hmac.h"

namespace suyuan::credential {
namespace {

using namespace std::chrono_literals;

constexpr Instant at(std::int64_t seconds) { return Instant(std::chrono::seconds(seconds)); }

std::set<std::string> refusals(PasswordProfile profile, std::string_view password, const PasswordOwner& owner = {}) {
  std::set<std::string> codes;
  const Status judged = judge_password(profile, password, owner);
  if (judged.ok()) return codes;
  EXPECT_EQ(judged.error().code, "password.refused");
  for (const Finding& finding : judged.error().findings) {
    codes.insert(finding.code);
    EXPECT_EQ(finding.text.find(password.empty() ? "\x01" : password), std::string::npos) << finding.text;
  }
  return codes;
}

using Codes = std::set<std::string>;

TEST(Password, asvs_asks_for_length_and_nothing_common_but_no_classes) {
  const auto judge = [](std::string_view password) { return refusals(PasswordProfile::kAsvs5, password); };
  EXPECT_EQ(judge("correct horse battery staple"), Codes{});
  EXPECT_EQ(judge("雨后春笋一夜长高"), Codes{}) << "eight characters, whatever their bytes";
  EXPECT_EQ(judge("雨后春笋一夜"), Codes{"password.too_short"});
  EXPECT_EQ(judge("kzvw7q2"), Codes{"password.too_short"});
  EXPECT_EQ(judge(std::string(64, 'a') + "b"), Codes{}) << "64 and more are allowed";
  EXPECT_EQ(judge("xq" + std::string(511, 'b')), Codes{"password.too_long"});
  EXPECT_EQ(judge("\xff\xfe kzvw7q2 kzvw"), Codes{"password.not_text"});
  EXPECT_EQ(judge(std::string_view("kzvw7q2\0kzvw", 12)), Codes{"password.not_text"});
  EXPECT_EQ(judge("woaini1314"), Codes{"password.common"});
  EXPECT_EQ(judge("WoAiNi1314"), Codes{"password.common"});
  EXPECT_EQ(judge("a123456789"), Codes{"password.common"});
  EXPECT_EQ(judge("hijklmnopq"), Codes{"password.simple"});
  EXPECT_EQ(judge("xkxkxkxkxk"), Codes{"password.simple"});
  EXPECT_EQ(judge("5555555555555"), Codes{"password.simple"});
  EXPECT_GE(common_passwords(), 500U);
}

TEST(Password, mlps_asks_for_three_classes_too) {
  EXPECT_EQ(refusals(PasswordProfile::kMlps3, "correct horse battery staple"), Codes{"password.classes"});
  EXPECT_EQ(refusals(PasswordProfile::kMlps3, "Correct horse battery staple"), Codes{});
  EXPECT_EQ(refusals(PasswordProfile::kMlps3, "kzvw7q2KX"), Codes{});
  EXPECT_EQ(refusals(PasswordProfile::kMlps3, "P@ssw0rd"), Codes{"password.common"});
  EXPECT_TRUE(is_too_old(PasswordProfile::kMlps3, at(0), at(0) + kMlps3Age + 1s));
  EXPECT_FALSE(is_too_old(PasswordProfile::kMlps3, at(0), at(0) + kMlps3Age));
  EXPECT_FALSE(is_too_old(PasswordProfile::kAsvs5, at(0), at(0) + 100 * kMlps3Age));
}

TEST(Password, what_everybody_knows_of_the_owner_is_no_secret) {
  const PasswordOwner owner{"zhanghua", "张华丽", "深圳云起贸易有限公司"};
  const auto judge = [&](std::string_view password) { return refusals(PasswordProfile::kAsvs5, password, owner); };
  EXPECT_EQ(judge("ZhangHua#2931"), Codes{"password.personal"});
  EXPECT_EQ(judge("我是张华丽呀你好"), Codes{"password.personal"});
  EXPECT_EQ(judge("深圳云起贸易8817"), Codes{"password.personal"});
  EXPECT_EQ(judge("kzvw7q2-mond"), Codes{});
  EXPECT_EQ(refusals(PasswordProfile::kAsvs5, "kzvw7q2-mond", {"ab", "", "公司"}), Codes{})
      << "too short to say anything";
}

// RFC 4226 appendix D, RFC 6238 appendix B.
TEST(Totp, vectors_of_the_standards) {
  const std::string secret = "12345678901234567890";
  const std::vector<std::string> expected = {"755224", "287082", "359152", "969429", "338314",
                                             "254676", "287922", "162583", "399871", "520489"};
  for (std::size_t i = 0; i < expected.size(); ++i) EXPECT_EQ(hotp(secret, i), expected[i]) << i;
  const std::vector<std::pair<std::int64_t, std::string>> timed = {{59, "94287082"},         {1111111109, "07081804"},
                                                                   {1111111111, "14050471"}, {1234567890, "89005924"},
                                                                   {2000000000, "69279037"}, {20000000000, "65353130"}};
  for (const auto& [time, code] : timed)
    EXPECT_EQ(hotp(secret, static_cast<std::uint64_t>(totp_step(at(time))), 8), code) << time;
  // RFC 2202, test case 2.
  EXPECT_EQ(hex(hmac_sha1("Jefe", "what do ya want for nothing?")), "effcdf6ae5eb2fa2d27416d5f184df9c259a7c79");
}

TEST(Totp, a_code_counts_one_step_early_or_late_and_once) {
  const std::string secret = "12345678901234567890";
  const auto code_of = [&](std::int64_t step) { return hotp(secret, static_cast<std::uint64_t>(step)); };
  const Instant now = at(30 * 1000 + 7);
  EXPECT_EQ(matching_step(secret, code_of(1000), now, 0), 1000);
  EXPECT_EQ(matching_step(secret, code_of(999), now, 0), 999);
  EXPECT_EQ(matching_step(secret, code_of(1001), now, 0), 1001);
  EXPECT_EQ(matching_step(secret, code_of(998), now, 0), std::nullopt);
  EXPECT_EQ(matching_step(secret, code_of(1002), now, 0), std::nullopt);
  EXPECT_EQ(matching_step(secret, code_of(1000), now, 1000), std::nullopt) << "used";
  EXPECT_EQ(matching_step(secret, code_of(999), now, 1000), std::nullopt) << "an earlier one after a later one";
  EXPECT_EQ(matching_step(secret, code_of(1001), now, 1000), 1001);
  EXPECT_EQ(matching_step(secret, "", now, 0), std::nullopt);
  EXPECT_EQ(matching_step(secret, code_of(1000) + "0", now, 0), std::nullopt);
}

TEST(Totp, apps_get_an_address_that_cannot_be_broken_by_a_login) {
  EXPECT_EQ(base32("foobar"), "MZXW6YTBOI") << "RFC 4648 §10";
  EXPECT_EQ(base32("foob"), "MZXW6YQ");
  EXPECT_EQ(base32(""), "");
  const std::string uri = otpauth_uri("a&secret=x/张", "12345678901234567890");
  EXPECT_EQ(uri,
            "otpauth://totp/Suyuan:a%26secret%3Dx%2F%E5%BC%A0?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Suyuan"
            "&algorithm=SHA1&digits=6&period=30");
}

TEST(Attempts, failures_beyond_the_free_ones_wait_ever_longer_and_are_forgotten_after_quiet) {
  const AttemptRule rule{.free = 3, .quiet = 900s, .first_wait = 30s, .longest_wait = 100s};
  Attempts a;
  a = after_failure(a, rule, at(0));
  a = after_failure(a, rule, at(1));
  EXPECT_EQ(a, (Attempts{2, at(1), Instant()}));
  a = after_failure(a, rule, at(2));
  EXPECT_EQ(a.open_at, at(32));
  a = after_failure(a, rule, at(32));
  EXPECT_EQ(a.open_at, at(92));
  a = after_failure(a, rule, at(92));
  EXPECT_EQ(a.open_at, at(192)) << "not longer than the longest";
  for (int i = 0; i < 100; ++i) a = after_failure(a, rule, at(192));
  EXPECT_EQ(a.open_at, at(292)) << "nor for ever";
  const Attempts later = after_failure(a, rule, at(192 + 901));
  EXPECT_EQ(later.failures, 1);
  EXPECT_LT(later.open_at, at(192 + 901));
  EXPECT_EQ(without_one(later).failures, 0);
  EXPECT_EQ(without_one(Attempts{}).failures, 0);
}

}  // namespace
}  // namespace suyuan::credential
