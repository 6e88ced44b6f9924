// SPDX-License-Identifier: Apache-2.0
#include "adapters/oidc/id_token.h"

#include <gtest/gtest.h>

#include <functional>

#include "adapters/oidc/signer_test.h"

// Every way in which a token can be wrong, each made from one that is right.
namespace suyuan::oidc {
namespace {

namespace json = boost::json;

const std::string kIssuer = "https://id.example.cn";
const std::string kClient = "suyuan";
const std::string kNonce = "n-0S6_WzA2Mj";
constexpr std::int64_t kNow = 1'800'000'000;

Instant at(std::int64_t seconds) { return Instant(std::chrono::seconds(seconds)); }

json::object good_claims() {
  return {{"iss", kIssuer}, {"aud", kClient},  {"sub", "248289761001"},       {"exp", kNow + 300},
          {"iat", kNow},    {"nonce", kNonce}, {"preferred_username", "wang"}};
}

class IdToken : public testing::Test {
 protected:
  static const Signer& rsa() {
    static const Signer kSigner = Signer::rsa("r1");
    return kSigner;
  }
  static const Signer& elliptic() {
    static const Signer kSigner = Signer::elliptic("e1");
    return kSigner;
  }
  static std::vector<Key> known() { return *read_keys(key_set({rsa().jwk(), elliptic().jwk()})); }

  static Result<ProviderPerson> judged(const std::string& token, const std::vector<Key>& keys = known()) {
    const auto head = read_head(token);
    if (!head) return head.error();
    return verify(token, *head, keys_for(keys, head->algorithm, head->kid), {kIssuer, kClient, kNonce, at(kNow)});
  }
  static Result<ProviderPerson> with(const std::function<void(json::object&)>& change) {
    json::object claims = good_claims();
    change(claims);
    return judged(rsa().token("RS256", json::serialize(claims)));
  }
  static void expect_refused(const Result<ProviderPerson>& result, std::string_view why) {
    ASSERT_FALSE(result.ok()) << "was trusted; expected: " << why;
    EXPECT_EQ(result.error().code, "oidc.token");
    EXPECT_NE(result.error().text.find(why), std::string::npos) << result.error().text;
  }
};

// shows: R1
TEST_F(IdToken, each_algorithm_of_the_list_is_verified) {
  for (const char* algorithm : {"RS256", "PS256"}) {
    const auto person = judged(rsa().token(algorithm, json::serialize(good_claims())));
    ASSERT_TRUE(person.ok()) << algorithm << person.error().text;
    EXPECT_EQ(person->subject, "248289761001");
    EXPECT_EQ(person->issuer, kIssuer);
    EXPECT_EQ(person->name, "wang");
  }
  EXPECT_TRUE(judged(elliptic().token("ES256", json::serialize(good_claims()))).ok());
}

// shows: R1
TEST_F(IdToken, no_signature_and_the_public_key_as_a_secret_are_refused) {
  const std::string claims = base64url_of(json::serialize(good_claims()));
  for (const char* none : {"none", "None", "NONE", "", "nOnE"}) {
    const std::string head = base64url_of(std::string(R"({"alg":")") + none + R"("})");
    expect_refused(judged(head + "." + claims + "."), "not with RS256");
  }
  expect_refused(judged(base64url_of(R"({"kid":"r1"})") + "." + claims + "."), "not with RS256");
  for (const std::string& secret : {rsa().pem(), rsa().der()})
    expect_refused(judged(rsa().hmac_token(json::serialize(good_claims()), secret)), "\"HS256\"");
  const std::string head = base64url_of(R"({"alg":"RS256","kid":"r1"})");
  expect_refused(judged(head + "." + claims + "."), "signature is wrong");
}

TEST_F(IdToken, a_token_that_was_changed_is_refused) {
  const std::string token = rsa().token("RS256", json::serialize(good_claims()));
  json::object other = good_claims();
  other["sub"] = "1";
  const std::size_t first = token.find('.'), second = token.rfind('.');
  expect_refused(judged(token.substr(0, first + 1) + base64url_of(json::serialize(other)) + token.substr(second)),
                 "signature is wrong");
  expect_refused(judged(base64url_of(R"({"alg":"PS256","kid":"r1"})") + token.substr(first)), "signature is wrong");
  expect_refused(judged(base64url_of(R"({"alg":"ES256","kid":"r1"})") + token.substr(first)), "no key with its key id");
  for (std::size_t i = 0; i < token.size(); i += 13) {
    std::string bent = token;
    bent[i] = bent[i] == 'A' ? 'B' : 'A';
    EXPECT_FALSE(judged(bent).ok()) << i;
  }
  for (std::size_t i = 0; i < token.size(); i += 29) EXPECT_FALSE(judged(token.substr(0, i)).ok()) << i;
}

TEST_F(IdToken, a_signature_has_one_spelling_and_there_is_one_of_it) {
  const std::string token = rsa().token("RS256", json::serialize(good_claims()));
  const std::string signature = token.substr(token.rfind('.') + 1);
  expect_refused(judged(token + "." + signature), "three parts");
  expect_refused(judged(token + "="), "signature is wrong");
  expect_refused(judged(token + "\n"), "signature is wrong");
  expect_refused(judged(R"({"payload":"e30","signatures":[{},{}]})"), "three parts");
  const std::string elliptic_token = elliptic().token("ES256", json::serialize(good_claims()));
  const std::string start = elliptic_token.substr(0, elliptic_token.rfind('.') + 1);
  expect_refused(judged(start + base64url_of(std::string(64, '\0'))), "signature is wrong");
  expect_refused(judged(start + base64url_of(std::string(64, '\xFF'))), "signature is wrong");
  const auto raw = *from_base64url(elliptic_token.substr(start.size()));
  expect_refused(judged(start + base64url_of(std::string(raw.begin(), raw.end()) + '\0')), "signature is wrong");
}

TEST_F(IdToken, the_head_names_the_key_and_nothing_more) {
  const std::string claims = json::serialize(good_claims());
  const auto with_head = [&](const std::string& head) { return rsa().token_with_head("RS256", head, claims); };
  expect_refused(judged(with_head(R"({"alg":"RS256","kid":"r2"})")), "no key with its key id");
  expect_refused(judged(with_head(R"({"alg":"RS256","kid":1})")), "key id (kid) is no text");
  expect_refused(judged(with_head(R"({"alg":"RS256","kid":"r1","crit":["exp"],"exp":1})")), "(crit)");
  expect_refused(judged(with_head(R"({"alg":"RS256","kid":"r1","typ":"at+jwt"})")), "(typ)");
  expect_refused(judged(with_head(R"({"alg":"none","alg":"RS256","kid":"r1"})")), "each member once");
  expect_refused(judged(with_head(R"({"alg":"RS256","\u0061lg":"RS256","kid":"r1"})")), "each member once");
  expect_refused(judged(with_head(R"(["RS256"])")), "no JSON object");
  EXPECT_TRUE(judged(with_head(R"({"alg":"RS256","typ":"JWT","kid":"r1"})")).ok());
  EXPECT_TRUE(judged(with_head(R"({"alg":"RS256"})")).ok()) << "the set holds one key for it";
  const Signer stranger = Signer::rsa("r1");
  expect_refused(judged(stranger.token("RS256", claims)), "signature is wrong");
  json::object own{{"alg", "RS256"}, {"kid", "r1"}, {"jwk", stranger.jwk()}, {"jku", "https://evil.example/keys"}};
  expect_refused(judged(stranger.token_with_head("RS256", json::serialize(own), claims)), "signature is wrong");
  const auto two = *read_keys(key_set({rsa().jwk(), stranger.jwk()}));
  expect_refused(judged(with_head(R"({"alg":"RS256"})"), two), "no key with its key id");
}

TEST_F(IdToken, whom_it_is_from_and_for_is_compared_exactly) {
  for (const char* issuer : {"https://id.example.cn/", "https://ID.example.cn", "http://id.example.cn", ""})
    expect_refused(with([&](auto& c) { c["iss"] = issuer; }), "(iss)");
  expect_refused(with([](auto& c) { c.erase("iss"); }), "(iss)");
  expect_refused(with([](auto& c) { c["aud"] = "other"; }), "(aud)");
  expect_refused(with([](auto& c) { c["aud"] = "suyuan2"; }), "(aud)");
  expect_refused(with([](auto& c) { c["aud"] = json::array{}; }), "(aud)");
  expect_refused(with([](auto& c) { c["aud"] = json::array{1, "suyuan"}; }), "(aud)");
  expect_refused(with([](auto& c) { c.erase("aud"); }), "(aud)");
  expect_refused(with([](auto& c) { c["aud"] = json::array{"suyuan", "other"}; }), "(azp)");
  expect_refused(with([](auto& c) { c["azp"] = "other"; }), "(azp)");
  EXPECT_TRUE(with([](auto& c) { c["aud"] = json::array{"suyuan"}; }).ok());
  EXPECT_TRUE(with([](auto& c) {
                c["aud"] = json::array{"suyuan", "other"};
                c["azp"] = "suyuan";
              }).ok());
}

TEST_F(IdToken, times_count_with_a_minute_between_the_clocks) {
  EXPECT_TRUE(with([](auto& c) { c["exp"] = kNow - 59; }).ok());
  expect_refused(with([](auto& c) { c["exp"] = kNow - 60; }), "(exp)");
  EXPECT_TRUE(with([](auto& c) { c["iat"] = kNow + 60; }).ok());
  expect_refused(with([](auto& c) { c["iat"] = kNow + 61; }), "(iat)");
  expect_refused(with([](auto& c) { c["nbf"] = kNow + 61; }), "(nbf)");
  expect_refused(with([](auto& c) { c["nbf"] = "soon"; }), "(nbf)");
  expect_refused(with([](auto& c) { c.erase("exp"); }), "(exp)");
  expect_refused(with([](auto& c) { c.erase("iat"); }), "(iat)");
  expect_refused(with([](auto& c) { c["exp"] = "1900000000"; }), "(exp)");
  for (const double odd : {1e300, -1.0, 1e12}) expect_refused(with([&](auto& c) { c["exp"] = odd; }), "(exp)");
  EXPECT_TRUE(with([](auto& c) { c["exp"] = static_cast<double>(kNow) + 0.5; }).ok());
}

TEST_F(IdToken, it_answers_this_sign_in_and_names_somebody) {
  expect_refused(with([](auto& c) { c["nonce"] = "another"; }), "(nonce)");
  expect_refused(with([](auto& c) { c["nonce"] = ""; }), "(nonce)");
  expect_refused(with([](auto& c) { c.erase("nonce"); }), "(nonce)");
  expect_refused(with([](auto& c) { c.erase("sub"); }), "(sub)");
  expect_refused(with([](auto& c) { c["sub"] = ""; }), "(sub)");
  expect_refused(with([](auto& c) { c["sub"] = 7; }), "(sub)");
  expect_refused(with([](auto& c) { c["sub"] = "a\nb"; }), "(sub)");
  expect_refused(with([](auto& c) { c["sub"] = std::string(256, 'a'); }), "(sub)");
  const auto twice = [](const std::string& claims) { return judged(rsa().token("RS256", claims)); };
  std::string claims = json::serialize(good_claims());
  claims.insert(1, R"("sub":"1",)");
  expect_refused(twice(claims), "each member once");
  claims = json::serialize(good_claims());
  claims.insert(1, R"("x":{"a":1,"a":2},)");
  expect_refused(twice(claims), "each member once");
  expect_refused(twice("[]"), "no JSON object");
  expect_refused(twice(json::serialize(good_claims()) + "x"), "no JSON object");
  expect_refused(twice(R"({"x":)" + std::string(200, '[') + std::string(200, ']') + "}"), "no JSON object");
}

TEST_F(IdToken, a_huge_one_is_not_read) {
  expect_refused(with([](auto& c) { c["x"] = std::string(kTokenMost, 'a'); }), "larger than");
  expect_refused(judged(std::string(1 << 20, '.')), "larger than");
  expect_refused(judged(std::string(kTokenMost, '.')), "three parts");
}

TEST_F(IdToken, unsound_keys_are_left_out) {
  const auto count = [](json::object jwk) { return read_keys(key_set({std::move(jwk)}))->size(); };
  const auto changed = [](json::object jwk, std::string_view name, json::value value) {
    jwk[name] = std::move(value);
    return jwk;
  };
  EXPECT_EQ(count(rsa().jwk()), 1U);
  EXPECT_EQ(count(changed(rsa().jwk(), "use", "enc")), 0U);
  EXPECT_EQ(count(changed(rsa().jwk(), "alg", "HS256")), 0U);
  EXPECT_EQ(count(changed(rsa().jwk(), "kty", "oct")), 0U);
  EXPECT_EQ(count(changed(rsa().jwk(), "e", "AQ")), 0U);
  EXPECT_EQ(count(changed(rsa().jwk(), "n", "AQAB")), 0U);
  EXPECT_EQ(count(Signer::rsa("small", 1024).jwk()), 0U) << "1024 bits";
  EXPECT_EQ(count(changed(elliptic().jwk(), "x", json::string(base64url_of(std::string(32, '\x01'))))), 0U)
      << "not on the curve";
  EXPECT_EQ(count(changed(elliptic().jwk(), "crv", "P-384")), 0U);
  EXPECT_FALSE(read_keys("[]").has_value());
  EXPECT_FALSE(read_keys(R"({"keys":{}})").has_value());
  EXPECT_TRUE(read_keys(R"({"keys":[1,null,{}]})")->empty());
  const auto for_pss = *read_keys(key_set({changed(rsa().jwk(), "alg", "PS256")}));
  expect_refused(judged(rsa().token("RS256", json::serialize(good_claims())), for_pss), "no key with its key id");
}

}  // namespace
}  // namespace suyuan::oidc
