// SPDX-License-Identifier: Apache-2.0
#include "adapters/oidc/oidc_client.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <map>

#include "adapters/oidc/signer_test.h"

// The client against a provider that answers what a test says.
namespace suyuan {
namespace {

namespace json = boost::json;
using oidc::Question;
using oidc::Reply;
using oidc::Signer;

const std::string kIssuer = "https://id.example.cn/realm";
const std::string kBack = "https://trace.example.cn/login/oidc/callback";

class TestClock final : public Clock {
 public:
  Instant now() override { return now_; }
  void pass(std::chrono::seconds time) { now_ += time; }

 private:
  Instant now_{std::chrono::seconds(1'800'000'000)};
};

class OidcClient : public testing::Test {
 protected:
  void SetUp() override { make("hemlig +"); }

  void make(const std::string& secret) {
    client_ = make_oidc_client(
        {kIssuer, "suyuan", secret}, [this](const Question& asked) { return answer(asked); }, clock_);
  }

  Result<Reply> answer(const Question& asked) {
    asked_.push_back(asked);
    if (is_away_) return Error{ErrorKind::kBusy, "oidc.unreachable", "away"};
    if (asked.url == kIssuer + "/.well-known/openid-configuration") return Reply{200, json::serialize(configuration_)};
    if (asked.url == kIssuer + "/keys") return Reply{200, oidc::key_set({signer_.jwk()})};
    if (asked.url == kIssuer + "/token") return Reply{token_status_, json::serialize(token_answer_)};
    return Reply{404, ""};
  }
  std::size_t asked_for(std::string_view path) const {
    std::size_t count = 0;
    for (const Question& each : asked_) count += each.url == kIssuer + std::string(path) ? 1U : 0U;
    return count;
  }

  void give_token(const std::string& nonce) {
    const std::int64_t now = std::chrono::floor<std::chrono::seconds>(clock_.now()).time_since_epoch().count();
    const json::object claims{{"iss", kIssuer},   {"aud", "suyuan"}, {"sub", "u-1"},
                              {"exp", now + 300}, {"iat", now},      {"nonce", nonce}};
    token_answer_ = {{"id_token", signer_.token("RS256", json::serialize(claims))}, {"token_type", "Bearer"}};
  }
  Result<ProviderPerson> finish() {
    give_token("n");
    return client_->finish({"the code", kIssuer}, "n", "v", kBack);
  }
  std::string begun_error() {
    make("s");
    const auto begun = client_->begin(kBack);
    return begun ? "" : begun.error().code + ": " + begun.error().text;
  }

  TestClock clock_;
  Signer signer_ = Signer::rsa("k1");
  json::object configuration_{{"issuer", kIssuer},
                              {"authorization_endpoint", kIssuer + "/auth"},
                              {"token_endpoint", kIssuer + "/token"},
                              {"jwks_uri", kIssuer + "/keys"}};
  json::object token_answer_;
  int token_status_ = 200;
  bool is_away_ = false;
  std::vector<Question> asked_;
  std::unique_ptr<IdentityProvider> client_;
};

TEST_F(OidcClient, sends_the_browser_away_with_fresh_secrets_and_a_challenge) {
  const auto first = client_->begin(kBack), second = client_->begin(kBack);
  ASSERT_TRUE(first.ok()) << first.error().text;
  EXPECT_TRUE(first->url.starts_with(kIssuer + "/auth?response_type=code&client_id=suyuan&"));
  EXPECT_NE(first->url.find("redirect_uri=https%3A%2F%2Ftrace.example.cn%2Flogin%2Foidc%2Fcallback"),
            std::string::npos);
  EXPECT_NE(first->url.find("state=" + first->secrets.state), std::string::npos);
  EXPECT_NE(first->url.find("nonce=" + first->secrets.nonce), std::string::npos);
  EXPECT_NE(first->url.find("code_challenge_method=S256"), std::string::npos);
  EXPECT_EQ(first->url.find(first->secrets.verifier), std::string::npos) << "only its hash goes";
  EXPECT_EQ(first->url.find(first->secrets.browser), std::string::npos);
  EXPECT_EQ(first->secrets.state.size(), 43U);
  EXPECT_NE(first->secrets.state, second->secrets.state);
  EXPECT_NE(first->secrets.verifier, second->secrets.verifier);
  EXPECT_EQ(asked_.size(), 1U) << "the configuration is kept";
}

TEST_F(OidcClient, redeems_the_code_with_verifier_and_secret) {
  const auto person = finish();
  ASSERT_TRUE(person.ok()) << person.error().text;
  EXPECT_EQ(person->subject, "u-1");
  ASSERT_GE(asked_.size(), 2U);
  EXPECT_EQ(asked_[1].authorization, "Basic c3V5dWFuOmhlbWxpZyUyMCUyQg==");  // suyuan:hemlig%20%2B
  EXPECT_EQ(asked_[1].form,
            "grant_type=authorization_code&code=the%20code&redirect_uri=https%3A%2F%2Ftrace.example.cn%2Flogin%2Foidc%"
            "2Fcallback&code_verifier=v");
  make("");
  ASSERT_TRUE(finish().ok());
  EXPECT_NE(asked_[asked_.size() - 2].form->find("&client_id=suyuan"), std::string::npos) << "a public client";
}

TEST_F(OidcClient, a_provider_that_is_not_the_one_that_was_named_is_refused) {
  configuration_["issuer"] = kIssuer + "/";
  EXPECT_NE(begun_error().find("calls itself"), std::string::npos);
  configuration_["issuer"] = kIssuer;
  for (const char* name : {"authorization_endpoint", "token_endpoint", "jwks_uri"}) {
    const json::value kept = configuration_[name];
    for (const char* url : {"http://id.example.cn/x", "http://127.0.0.1/x", "ftp://id.example.cn/x", "/x", "",
                            "https://u:p@id.example.cn/", "https://id.example.cn/#x"}) {
      configuration_[name] = url;
      EXPECT_TRUE(begun_error().starts_with("oidc.provider")) << name << " " << url;
    }
    configuration_[name] = kept;
  }
  configuration_["code_challenge_methods_supported"] = json::array{"plain"};
  EXPECT_NE(begun_error().find("PKCE"), std::string::npos);
  configuration_["code_challenge_methods_supported"] = json::array{"plain", "S256"};
  configuration_["token_endpoint_auth_methods_supported"] = json::array{"private_key_jwt"};
  EXPECT_NE(begun_error().find("client_secret_basic"), std::string::npos);
  configuration_.erase("token_endpoint_auth_methods_supported");
  EXPECT_EQ(begun_error(), "");
}

TEST_F(OidcClient, the_answer_names_the_provider_that_was_asked) {
  give_token("n");
  EXPECT_EQ(client_->finish({"c", "https://evil.example"}, "n", "v", kBack).error().code, "oidc.refused");
  EXPECT_TRUE(client_->finish({"c", ""}, "n", "v", kBack).ok());
  configuration_["authorization_response_iss_parameter_supported"] = true;
  make("s");
  EXPECT_EQ(client_->finish({"c", ""}, "n", "v", kBack).error().code, "oidc.refused");
  EXPECT_TRUE(client_->finish({"c", kIssuer}, "n", "v", kBack).ok());
}

TEST_F(OidcClient, keys_are_read_again_for_an_unknown_key_id_once_a_minute) {
  ASSERT_TRUE(finish().ok());
  ASSERT_TRUE(finish().ok());
  EXPECT_EQ(asked_for("/keys"), 1U);
  signer_ = Signer::rsa("k2");
  EXPECT_EQ(finish().error().code, "oidc.token") << "the minute is not over";
  EXPECT_EQ(asked_for("/keys"), 1U);
  clock_.pass(std::chrono::seconds(61));
  EXPECT_TRUE(finish().ok());
  EXPECT_EQ(asked_for("/keys"), 2U);
  clock_.pass(std::chrono::minutes(61));
  EXPECT_TRUE(finish().ok());
  EXPECT_EQ(asked_for("/keys"), 3U) << "a key that was withdrawn is forgotten after an hour";
}

TEST_F(OidcClient, a_provider_that_is_away_is_left_alone_for_a_moment) {
  is_away_ = true;
  for (int i = 0; i < 5; ++i) EXPECT_EQ(client_->begin(kBack).error().code, "oidc.unreachable");
  EXPECT_EQ(asked_.size(), 1U);
  is_away_ = false;
  clock_.pass(std::chrono::seconds(11));
  EXPECT_TRUE(client_->begin(kBack).ok());
  is_away_ = true;
  clock_.pass(std::chrono::hours(2));
  EXPECT_TRUE(client_->begin(kBack).ok()) << "what it said before still leads there";
}

TEST_F(OidcClient, a_code_that_is_not_taken_and_an_answer_without_token_are_refused) {
  give_token("n");
  token_status_ = 400;
  token_answer_ = {{"error", "invalid_grant"}};
  const auto refused = client_->finish({"c", ""}, "n", "v", kBack);
  EXPECT_EQ(refused.error().code, "oidc.refused");
  EXPECT_NE(refused.error().text.find("invalid_grant"), std::string::npos);
  EXPECT_EQ(refused.error().text.find("hemlig"), std::string::npos);
  token_status_ = 200;
  EXPECT_EQ(client_->finish({"c", ""}, "n", "v", kBack).error().code, "oidc.provider");
  token_status_ = 302;
  EXPECT_EQ(client_->finish({"c", ""}, "n", "v", kBack).error().code, "oidc.provider") << "redirects are not followed";
}

TEST(OidcSettings, say_what_is_missing) {
  TestClock clock;
  const auto problem = [&](const std::map<std::string, std::string>& values) {
    Settings settings;
    for (const auto& [name, value] : values)
      EXPECT_TRUE(settings.set(name, value, SettingSource::kCommandLine).ok()) << name;
    const auto made = make_oidc_client(settings, clock);
    return made ? std::string(*made ? "made" : "none") : made.error().code + ": " + made.error().text;
  };
  EXPECT_EQ(problem({}), "none");
  std::map<std::string, std::string> good{
      {"oidc.issuer", kIssuer}, {"oidc.client_id", "suyuan"}, {"server.public_url", "https://trace.example.cn"}};
  EXPECT_EQ(problem(good), "made");
  for (const char* name : {"oidc.client_id", "server.public_url"}) {
    auto lacking = good;
    lacking.erase(name);
    EXPECT_NE(problem(lacking).find(name), std::string::npos);
  }
  for (const char* issuer : {"http://id.example.cn", "id.example.cn", "https://id.example.cn?x=1", "http://10.0.0.1"}) {
    auto bad = good;
    bad["oidc.issuer"] = issuer;
    EXPECT_TRUE(problem(bad).starts_with("oidc.settings")) << issuer;
  }
  good["oidc.issuer"] = "http://127.0.0.1:9000";
  EXPECT_EQ(problem(good), "made");
  good["oidc.ca_file"] = "/nonexistent/ca.pem";
  EXPECT_NE(problem(good).find("oidc.ca_file"), std::string::npos);
  good.erase("oidc.ca_file");
  good["oidc.client_secret_file"] = "/nonexistent/secret";
  EXPECT_NE(problem(good).find("oidc.client_secret_file"), std::string::npos);
}

}  // namespace
}  // namespace suyuan
