// SPDX-License-Identifier: Apache-2.0
#include <future>
#include <thread>

#include "adapters/http/form.h"
#include "login_world.h"

namespace suyuan::test {
namespace {

using identity::Act;
using identity::OrgKind;
using identity::Role;
using testing::HasSubstr;
using testing::Not;

constexpr const char* kSameOrigin = "Origin: http://test\r\n";

// Of everybody whom a Set-Cookie of the answer makes: "suyuan=…; suyuan-device=…".
std::string cookies_of(const Answer& answer) {
  std::string all;
  for (std::size_t at = answer.head.find("Set-Cookie: "); at != std::string::npos;
       at = answer.head.find("Set-Cookie: ", at + 1)) {
    const std::string line = answer.head.substr(at + 12, answer.head.find(';', at) - at - 12);
    all += (all.empty() ? "" : "; ") + line;
  }
  return all;
}
std::string session_of(const Answer& answer) {
  const std::string all = cookies_of(answer);
  return "Cookie: " + all.substr(0, all.find(';')) + "\r\n";
}
std::string code_of(const Answer& answer) {
  boost::system::error_code error;
  const auto body = boost::json::parse(answer.body, error);
  return std::to_string(answer.status) + (error || !body.is_object() || !body.as_object().contains("code")
                                              ? ""
                                              : " " + std::string(body.at("code").as_string()));
}

class Http : public LoginWorld {
 protected:
  void SetUp() override {
    // A form of the product, as later parts have them.
    more_routes_.push_back({.method = "POST",
                            .path = "/test/report",
                            .operation_id = "testReport",
                            .summary = "A long form.",
                            .tag = "Test",
                            .act = Act::kEventCapture,
                            .body_types = {std::string(http::kFormType)},
                            .answers = {{200, "Taken.", {"text/plain"}}},
                            .handler = [this](http::Request& request) {
                              const auto form = http::read_form(request.body);
                              reported_ = form ? *form : http::Pairs{};
                              return http::reply(200, "text/plain", "taken");
                            }});
    more_routes_.push_back({.method = "GET",
                            .path = "/test/who",
                            .operation_id = "testWho",
                            .summary = "Who.",
                            .tag = "Test",
                            .act = Act::kEventCapture,
                            .answers = {{200, "Who.", {"text/plain"}}},
                            .handler = [](http::Request& request) {
                              const auto& who = request.granted->who();
                              return http::reply(200, "text/plain",
                                                 std::to_string(who.actor.person.value()) + " " +
                                                     std::to_string(who.actor.org.value()));
                            }});
    start();
  }

  Answer sign_in_by_json(const std::string& login, const std::string& password = kPassword) {
    const boost::json::object body{{"login", login}, {"password", password}};
    return post(port_, "/api/v1/session", "application/json", boost::json::serialize(body));
  }
  Answer form(const std::string& target, const std::string& body, const std::string& headers = kSameOrigin) {
    return post(port_, target, http::kFormType, body, headers);
  }
  Answer who(const std::string& headers) { return get(port_, "/test/who", headers); }
  std::string sign_in_cookie(const std::string& login = "wang") { return session_of(sign_in_by_json(login)); }

  http::Pairs reported_;
  const OrgId seller_ = organisation(OrgKind::kSeller);
  const Account wang_ = person(seller_, {Role::kSeller}, "wang");
};

// shows: T10
TEST_F(Http, signing_in_gives_a_cookie_that_no_script_and_no_other_site_gets) {
  const Answer in = sign_in_by_json("wang");
  ASSERT_EQ(in.status, 201) << in.body;
  EXPECT_THAT(in.head, testing::ContainsRegex("Set-Cookie: suyuan=[A-Za-z0-9_-]{43}; Path=/; Max-Age=43200; HttpOnly; "
                                              "SameSite=Strict\r\n"));
  EXPECT_THAT(in.head, HasSubstr("Cache-Control: no-store"));
  const std::string token = session_of(in).substr(15, 43);
  EXPECT_THAT(in.body, Not(HasSubstr(token)));
  EXPECT_THAT(in.body, HasSubstr("event.capture"));
  EXPECT_EQ(who(session_of(in)).body, "2 2");
  const Answer me = get(port_, "/api/v1/session", session_of(in));
  EXPECT_THAT(me.body, HasSubstr("\"roles\":[\"seller\"]"));
  const Answer nobody = get(port_, "/api/v1/session");
  EXPECT_THAT(nobody.body, HasSubstr("\"signedIn\":false"));
  EXPECT_THAT(nobody.body, HasSubstr("page.read"));
  EXPECT_EQ(code_of(who("")), "401 access.sign_in");
  const Answer out = ask(port_, "DELETE /api/v1/session HTTP/1.1\r\nHost: test\r\n" + session_of(in) + kSameOrigin +
                                    "Connection: close\r\n\r\n");
  EXPECT_EQ(out.status, 204);
  EXPECT_THAT(out.head, HasSubstr("Set-Cookie: suyuan=; Path=/; Max-Age=0"));
  EXPECT_EQ(code_of(who(session_of(in))), "401 access.ended");
}

TEST_F(Http, wrong_words_are_answered_alike_and_hostile_ones_too) {
  const Answer wrong = sign_in_by_json("wang", "guess"), unknown = sign_in_by_json("nobody", "guess");
  EXPECT_EQ(code_of(wrong), "401 login.wrong");
  EXPECT_EQ(code_of(unknown), "401 login.wrong");
  EXPECT_EQ(wrong.head.find("Set-Cookie"), std::string::npos);
  EXPECT_EQ(code_of(sign_in_by_json("x\r\nSet-Cookie: suyuan=evil\r\n", "guess")), "401 login.wrong");
  for (const char* body : {"", "[]", "{\"login\":1}", "{\"user\":\"x\"}", "{\"login\":\"\\u0000\"", "nul"}) {
    const Answer answer = post(port_, "/api/v1/session", "application/json", body);
    EXPECT_EQ(code_of(answer), "400 login.body") << body;
  }
  EXPECT_EQ(post(port_, "/api/v1/session", "text/plain", "{}").status, 415) << "no form of another site sends JSON";
  const Answer page = form("/login", "login=%22%3E%3Cscript%3E&password=guess");
  EXPECT_EQ(page.status, 401);
  EXPECT_THAT(page.body, HasSubstr("&quot;&gt;&lt;script&gt;"));
  EXPECT_THAT(page.body, Not(HasSubstr("<script")));
  EXPECT_THAT(page.body, Not(HasSubstr("guess")));
  EXPECT_THAT(page.head, HasSubstr("Content-Security-Policy"));
  for (const std::string& bad :
       {std::string("login=%"), std::string("login=%zz"), std::string("login=%ff%fe"), std::string("login=%00"),
        "login=" + std::string(300'000, 'a'), std::string(200, '&'), std::string(101, 'n') + "=1"})
    EXPECT_EQ(code_of(form("/login", bad)), "400 http.form") << bad.substr(0, 20);
}

TEST_F(Http, a_forged_expired_or_doubled_cookie_is_refused_and_never_taken_for_the_public) {
  const std::string forged = "Cookie: suyuan=" + std::string(43, 'A') + "\r\n";
  EXPECT_EQ(code_of(get(port_, "/api/v1/session", forged)), "401 access.ended") << "though the public may ask this";
  EXPECT_EQ(code_of(get(port_, "/openapi.json", forged)), "401 access.ended");
  const std::string cookie = sign_in_cookie();
  EXPECT_EQ(who(cookie).status, 200);
  EXPECT_EQ(code_of(who("Cookie: suyuan=" + std::string(43, 'A') + "; " + cookie.substr(8))),
            "401 access.bad_credential")
      << "one planted by another host of the domain";
  EXPECT_EQ(code_of(who("Cookie: __Host-" + cookie.substr(8))), "401 access.sign_in")
      << "not the name of this connection";
  clock_.pass(31min);
  EXPECT_EQ(code_of(who(cookie)), "401 access.ended");
  for (const std::string& header :
       {std::string("Basic d2FuZzp4"), std::string("Bearer"), std::string("sk_x"), std::string("Bearer sk_ "),
        "Bearer " + cookie.substr(15, 43), std::string("Bearer sk_\xff\xfe")}) {
    const Answer answer = get(port_, "/api/v1/session", "Authorization: " + header + "\r\n");
    EXPECT_EQ(answer.status, 401) << header;
    EXPECT_EQ(answer.header("WWW-Authenticate"), "Bearer");
  }
}

// shows: T10
TEST_F(Http, the_token_changes_with_every_sign_in_so_that_none_can_be_planted) {
  const std::string first = sign_in_cookie();
  const Answer again =
      post(port_, "/api/v1/session", "application/json", R"({"login":"wang","password":"kzvw7q2-mond"})", first);
  ASSERT_EQ(again.status, 201);
  EXPECT_NE(session_of(again), first);
  EXPECT_EQ(code_of(who(first)), "401 access.ended") << "the old one dies";
  EXPECT_EQ(who(session_of(again)).status, 200);
  const std::string planted = "Cookie: suyuan=" + std::string(43, 'P') + "\r\n";
  const Answer victim =
      post(port_, "/api/v1/session", "application/json", R"({"login":"wang","password":"kzvw7q2-mond"})", planted);
  ASSERT_EQ(victim.status, 201) << "an ended cookie does not keep anybody from signing in";
  EXPECT_EQ(code_of(who(planted)), "401 access.ended");
}

// shows: T10
TEST_F(Http, a_change_with_a_cookie_comes_from_a_page_of_ours_or_not_at_all) {
  const std::string cookie = sign_in_cookie();
  const auto report = [&](const std::string& headers) { return form("/test/report", "a=1", cookie + headers).status; };
  EXPECT_EQ(report(kSameOrigin), 200);
  EXPECT_EQ(report("Sec-Fetch-Site: same-origin\r\n"), 200);
  for (const char* headers :
       {"", "Origin: http://evil.example\r\n", "Origin: null\r\n", "Origin: http://test.evil.example\r\n",
        "Origin: http://test:1\r\n", "Sec-Fetch-Site: cross-site\r\n", "Sec-Fetch-Site: same-site\r\n",
        "Sec-Fetch-Site: none\r\n", "Origin: http://test\r\nSec-Fetch-Site: cross-site\r\n",
        "Origin: http://evil.example\r\nSec-Fetch-Site: same-origin\r\n",
        "Origin: http://test\r\nOrigin: http://evil.example\r\n", "Referer: http://test/\r\n"})
    EXPECT_EQ(report(headers), 403) << headers;
  EXPECT_EQ(who(cookie + "Origin: http://evil.example\r\n").status, 200) << "reading changes nothing";
  EXPECT_EQ(form("/login", "login=wang&password=kzvw7q2-mond", "Origin: http://evil.example\r\n").status, 403)
      << "nor is anybody signed in from elsewhere";
  EXPECT_EQ(form("/logout", "", cookie + "Origin: http://evil.example\r\n").status, 403);
  EXPECT_EQ(who(cookie).status, 200);
}

// shows: R23
TEST_F(Http, a_key_needs_no_origin_does_what_it_may_and_dies_when_it_is_revoked) {
  identity::Acts capture;
  capture.add(Act::kEventCapture);
  const MadeKey made =
      *make_key(at_this_machine(), {seller_, Role::kSeller, capture, "扫码枪", clock_.now() + 24h}, *services_);
  const std::string key = "Authorization: Bearer " + made.text + "\r\n";
  EXPECT_EQ(form("/test/report", "a=1", key).status, 200);
  EXPECT_EQ(who(key).body, "1 2");
  EXPECT_EQ(code_of(get(port_, "/api/v1/sessions", key)), "403 access.key_limits") << "a key with too little";
  const std::string cookie = sign_in_cookie();
  EXPECT_EQ(who(cookie + key).body, "1 2") << "the key goes before the cookie";
  EXPECT_EQ(code_of(who(cookie + "Authorization: Bearer sk_x\r\n")), "401 access.bad_key");
  EXPECT_EQ(code_of(who(key + key)), "401 access.bad_credential");
  ASSERT_TRUE(revoke_key(at_this_machine(), made.record.id, *services_).ok());
  EXPECT_EQ(code_of(who(key)), "401 access.bad_key");
  EXPECT_THAT(log_.text(), Not(HasSubstr(made.text.substr(made.text.size() - 43))));
}

TEST_F(Http, administrators_make_list_and_revoke_keys) {
  services_->rules.second_factor = LoginRules::SecondFactor::kNone;
  start();
  person(seller_, {Role::kSecadmin}, "sec");
  const std::string cookie = sign_in_cookie("sec") + kSameOrigin;
  const auto make = [&](const std::string& body) {
    return post(port_, "/api/v1/keys", "application/json", body, cookie);
  };
  const Answer made = make(R"({"role":"seller","acts":["event.capture"],"name":"x","expires":"2027-02-01T00:00:00Z"})");
  ASSERT_EQ(made.status, 201) << made.body;
  const auto body = boost::json::parse(made.body).as_object();
  const std::string text(body.at("key").as_string()), id(body.at("id").as_string());
  EXPECT_EQ(who("Authorization: Bearer " + text + "\r\n").status, 200);
  const Answer list = get(port_, "/api/v1/keys", cookie);
  EXPECT_THAT(list.body, HasSubstr(id));
  EXPECT_THAT(list.body, Not(HasSubstr(text.substr(text.size() - 43))));
  for (
      const auto& [wrong, code] : std::vector<std::pair<std::string, std::string>>{
          {R"({"role":"king","acts":["event.capture"],"name":"x","expires":"2027-02-01T00:00:00Z"})", "400 login.body"},
          {R"({"role":"seller","acts":["event.captur"],"name":"x","expires":"2027-02-01T00:00:00Z"})",
           "400 login.body"},
          {R"({"role":"seller","acts":"event.capture","name":"x","expires":"2027-02-01T00:00:00Z"})", "400 login.body"},
          {R"({"role":"seller","acts":["account.own"],"name":"x","expires":"2027-02-01T00:00:00Z"})", "400 key.acts"},
          {R"({"role":"seller","acts":["event.capture"],"name":"x","expires":"2127-02-01T00:00:00Z"})",
           "400 key.expires"},
          {R"({"role":"seller","acts":["event.capture"],"name":"x","expires":"soon"})", "400 time.not_an_instant"},
          {R"({"organisation":-1,"role":"seller","acts":["event.capture"],"name":"x","expires":"2027-02-01T00:00:00Z"})",
           "400 login.body"},
          {R"({"organisation":99,"role":"seller","acts":["event.capture"],"name":"x","expires":"2027-02-01T00:00:00Z"})",
           "404 organisation.unknown"}})
    EXPECT_EQ(code_of(make(wrong)), code) << wrong;
  EXPECT_EQ(code_of(post(port_, "/api/v1/keys", "application/json", "{}", sign_in_cookie() + kSameOrigin)),
            "403 access.denied");
  const auto revoke = [&](const std::string& which) {
    return ask(port_,
               "DELETE /api/v1/keys/" + which + " HTTP/1.1\r\nHost: test\r\nConnection: close\r\n" + cookie + "\r\n");
  };
  EXPECT_EQ(revoke(id).status, 204);
  EXPECT_EQ(code_of(revoke(id)), "409 key.revoked");
  EXPECT_EQ(code_of(revoke("none")), "404 key.unknown");
  EXPECT_EQ(code_of(who("Authorization: Bearer " + text + "\r\n")), "401 access.bad_key");
}

// shows: T10
TEST_F(Http, a_dismissed_officers_cookie_is_refused_with_the_next_request) {
  const std::string cookie = sign_in_cookie();
  ASSERT_EQ(who(cookie).status, 200);
  Account wang = wang_;
  wang.member.is_active = false;
  ASSERT_TRUE(accounts_.change(wang).ok());
  EXPECT_EQ(code_of(who(cookie)), "401 access.ended");
  EXPECT_EQ(code_of(get(port_, "/api/v1/session", cookie)), "401 access.ended");
}

// shows: T10
TEST_F(Http, a_session_that_ends_inside_a_long_form_loses_nothing_typed) {
  const std::string cookie = sign_in_cookie();
  clock_.pass(31min);
  const Answer page =
      form("/test/report",
           "title=%E9%A3%8E%E9%99%A9+%22A%22%3Cb%3E&body=line1%0D%0Aline2&password=hush&empty=", cookie + kSameOrigin);
  EXPECT_EQ(page.status, 401);
  EXPECT_THAT(page.head, HasSubstr("Set-Cookie: suyuan=; "));
  EXPECT_THAT(page.body, HasSubstr("name=\"carried_target\" value=\"/test/report\""));
  EXPECT_THAT(page.body, HasSubstr("name=\"carried.title\" value=\"风险 &quot;A&quot;&lt;b&gt;\""));
  EXPECT_THAT(page.body, HasSubstr("name=\"carried.body\" value=\"line1\nline2\""));
  EXPECT_THAT(page.body, HasSubstr("name=\"carried.empty\" value=\"\""));
  EXPECT_THAT(page.body, Not(HasSubstr("hush")));
  EXPECT_TRUE(reported_.empty());
  const std::string carried =
      "&carried_target=%2Ftest%2Freport&carried_method=post&carried.title=%E9%A3%8E%E9%99%A9+%22A%22%3Cb%3E&carried."
      "body="
      "line1%0D%0Aline2";
  const Answer wrong = form("/login", "login=wang&password=guess" + carried);
  EXPECT_EQ(wrong.status, 401);
  EXPECT_THAT(wrong.body, HasSubstr("name=\"carried.body\" value=\"line1\nline2\"")) << "nor by a slip of the finger";
  const Answer back = form("/login", "login=wang&password=kzvw7q2-mond" + carried);
  EXPECT_EQ(back.status, 200);
  EXPECT_THAT(back.body, HasSubstr("已重新登录，您填写的内容还在"));
  EXPECT_THAT(back.body, HasSubstr("<form method=\"post\" action=\"/test/report\">"));
  EXPECT_THAT(back.body, HasSubstr("name=\"title\" value=\"风险 &quot;A&quot;&lt;b&gt;\""));
  const Answer sent = form("/test/report", "title=x", session_of(back) + kSameOrigin);
  EXPECT_EQ(sent.body, "taken");
}

TEST_F(Http, what_comes_back_after_a_sign_in_goes_to_our_own_paths_only) {
  const auto target_after = [&](const std::string& carried) {
    const Answer answer = form("/login", "login=wang&password=kzvw7q2-mond&" + carried);
    EXPECT_EQ(answer.body.find("action=\"http"), std::string::npos);
    return answer.status == 303 ? answer.header("Location") : answer.body;
  };
  EXPECT_EQ(target_after("carried_target=%2Ftest%2Fwho%3Fa%3D1"), "/test/who?a=1");
  for (const std::string& target :
       {std::string("https://evil.example/"), std::string("//evil.example/"), std::string("/%5Cevil.example"),
        std::string("/\\evil.example"), std::string("javascript:alert(1)"), std::string("/none"),
        std::string("/test/report"), std::string("/test/who%0D%0ASet-Cookie:x"), std::string("/login"),
        std::string("/test/who%20x"), std::string(), "/" + std::string(5000, 'a'), std::string("/setup/abc")})
    EXPECT_EQ(target_after("carried_target=" + target), "/account") << target;
  EXPECT_EQ(target_after("carried_target=https://evil.example/&carried_method=post&carried.a=1"), "/account");
  EXPECT_EQ(target_after("carried_target=/test/who&carried_method=post&carried.a=1"), "/account") << "takes no form";
  // What another site sent is not kept for anybody.
  const Answer planted = form("/test/report", "amount=1000000", "Origin: http://evil.example\r\n");
  EXPECT_EQ(planted.status, 401);
  EXPECT_THAT(planted.body, Not(HasSubstr("1000000")));
}

TEST_F(Http, a_page_that_needs_an_account_asks_to_sign_in_and_leads_there) {
  const Answer page = get(port_, "/account", "Accept: text/html\r\n");
  EXPECT_EQ(page.status, 401);
  EXPECT_THAT(page.body, HasSubstr("name=\"carried_target\" value=\"/account\""));
  EXPECT_EQ(get(port_, "/account", "Accept: application/json\r\n").header("Content-Type"), "application/problem+json");
  const Answer in = form("/login?lang=en", "login=wang&password=kzvw7q2-mond&carried_target=%2Faccount");
  EXPECT_EQ(in.status, 303);
  const Answer own = get(port_, "/account?lang=en", session_of(in) + "Accept: text/html\r\n");
  EXPECT_EQ(own.status, 200);
  EXPECT_THAT(own.body, HasSubstr("My account"));
  EXPECT_THAT(own.body, HasSubstr("this one"));
  EXPECT_THAT(own.head, HasSubstr("Cache-Control: no-store"));
  EXPECT_THAT(own.body, Not(HasSubstr("<script")));
  const Answer out = form("/logout", "", session_of(in) + kSameOrigin);
  EXPECT_EQ(out.header("Location"), "/login");
  EXPECT_EQ(code_of(who(session_of(in))), "401 access.ended");
  EXPECT_EQ(form("/logout", "", session_of(in) + kSameOrigin).status, 303) << "twice does no harm";
}

TEST_F(Http, the_own_account_by_forms_password_second_factor_and_sessions) {
  Answer in = form("/login", "login=wang&password=kzvw7q2-mond");
  const auto with = [&](const std::string& target, const std::string& body) {
    return form(target, body, session_of(in) + kSameOrigin);
  };
  EXPECT_EQ(with("/account/password", "password=kzvw7q2-mond&new_password=a&new_password_again=b").status, 400);
  EXPECT_EQ(
      with("/account/password", "password=guess&new_password=neu-und-lang&new_password_again=neu-und-lang").status,
      400);
  Answer answer = with("/account/password", "password=kzvw7q2-mond&new_password=12345678&new_password_again=12345678");
  EXPECT_EQ(answer.status, 400);
  EXPECT_THAT(answer.body, HasSubstr("最常被猜到"));
  EXPECT_THAT(answer.body, Not(HasSubstr("12345678")));
  answer = with("/account/password", "password=kzvw7q2-mond&new_password=neu-und-lang&new_password_again=neu-und-lang");
  ASSERT_EQ(answer.status, 303) << answer.body;
  EXPECT_EQ(code_of(who(session_of(in))), "401 access.ended");
  in = answer;
  EXPECT_EQ(who(session_of(in)).status, 200);
  answer = with("/account/totp", "password=neu-und-lang");
  EXPECT_EQ(answer.status, 200);
  const std::size_t at = answer.body.find("<code>") + 6;
  const TotpOffer offer{answer.body.substr(at, answer.body.find('<', at) - at), ""};
  EXPECT_EQ(with("/account/totp/confirm", "totp=abc").status, 400);
  answer = with("/account/totp/confirm", "totp=" + totp_of(offer));
  EXPECT_EQ(answer.status, 200);
  EXPECT_THAT(answer.body, HasSubstr("备用码"));
  in = answer;
  EXPECT_EQ(form("/login", "login=wang&password=neu-und-lang").status, 401);
  const Answer second = form("/login", "login=wang&password=neu-und-lang&totp=" + totp_of(offer, 1));
  EXPECT_EQ(second.status, 303);
  const std::string page = get(port_, "/account", session_of(in)).body;
  EXPECT_EQ(with("/account/sessions/end", "id=others").status, 303);
  EXPECT_EQ(code_of(who(session_of(second))), "401 access.ended");
  EXPECT_EQ(with("/account/sessions/end", "id=none").status, 404);
  clock_.pass(2min);
  answer = with("/account/totp/end", "password=neu-und-lang&totp=" + totp_of(offer));
  EXPECT_EQ(answer.status, 303) << answer.body;
  EXPECT_EQ(form("/login", "login=wang&password=neu-und-lang").status, 303);
}

TEST_F(Http, the_own_account_by_json_too) {
  Answer in = sign_in_by_json("wang");
  const auto with = [&](const std::string& target, const std::string& body) {
    return post(port_, "/api/v1" + target, "application/json", body, session_of(in) + kSameOrigin);
  };
  EXPECT_EQ(code_of(with("/account/password", R"({"password":"guess","newPassword":"neu-und-lang"})")),
            "400 login.wrong_password");
  in = with("/account/password", R"({"password":"kzvw7q2-mond","newPassword":"neu-und-lang"})");
  ASSERT_EQ(in.status, 200) << in.body;
  const auto offered = boost::json::parse(with("/account/totp", R"({"password":"neu-und-lang"})").body).as_object();
  const TotpOffer offer{std::string(offered.at("secret").as_string()), ""};
  in = with("/account/totp/confirm", R"({"code":")" + totp_of(offer) + "\"}");
  EXPECT_THAT(in.body, HasSubstr("recoveryCodes"));
  EXPECT_EQ(code_of(sign_in_by_json("wang", "neu-und-lang")), "401 login.code_needed");
  const Answer list = get(port_, "/api/v1/sessions", session_of(in));
  EXPECT_THAT(list.body, HasSubstr("\"secondFactor\":true"));
  clock_.pass(2min);
  EXPECT_EQ(code_of(with("/account/totp/end", R"({"password":"neu-und-lang","code":"000000"})")),
            "400 totp.wrong_code");
  in = with("/account/totp/end", R"({"password":"neu-und-lang","code":")" + totp_of(offer) + "\"}");
  EXPECT_EQ(in.status, 200);
  for (int i = 0; i < 5; ++i) static_cast<void>(with("/account/password", R"({"password":"guess","newPassword":"x"})"));
  const Answer waits = with("/account/password", R"({"password":"neu-und-lang","newPassword":"neu-und-lang2"})");
  EXPECT_EQ(code_of(waits), "429 login.too_many");
  EXPECT_EQ(waits.header("Retry-After"), "30");
}

TEST_F(Http, who_is_held_back_is_told_why_and_loses_nothing) {
  const OrgId office = organisation(OrgKind::kRegulator, "南山局");
  person(office, {Role::kLeader}, "leader");
  const Answer in = form("/login", "login=leader&password=kzvw7q2-mond&carried_target=%2Ftest%2Fwho");
  EXPECT_EQ(in.header("Location"), "/account") << "first the second factor";
  EXPECT_EQ(code_of(get(port_, "/epcis/v2/events", session_of(in))), "403 login.second_factor_needed");
  EXPECT_EQ(get(port_, "/account", session_of(in)).status, 200);
  const Answer page = form("/test/report", "title=kept", session_of(in) + kSameOrigin);
  EXPECT_EQ(page.status, 403);
  EXPECT_THAT(page.body, HasSubstr("/account"));
  EXPECT_THAT(page.body, HasSubstr("name=\"title\" value=\"kept\""));
}

// shows: T10
TEST_F(Http, a_set_up_link_works_once_and_is_in_no_log) {
  const std::string link = **set_up_link(at_this_machine(), *services_);
  const std::string path = "/setup/" + link;
  EXPECT_EQ(get(port_, "/setup/" + std::string(43, 'A')).status, 404);
  const Answer page = get(port_, path);
  EXPECT_EQ(page.status, 200);
  EXPECT_THAT(page.head, HasSubstr("Referrer-Policy: same-origin"));
  EXPECT_THAT(page.head, HasSubstr("no-store"));
  const std::string good = "login=zhangsf&name=%E5%BC%A0%E4%B8%89%E4%B8%B0&password=kzvw7q2-mond&password_again=";
  EXPECT_EQ(form(path, good + "other").status, 400);
  EXPECT_EQ(form(path, good + "kzvw7q2-mond", "Origin: http://evil.example\r\n").status, 403);
  EXPECT_EQ(form(path, good + "kzvw7q2-mond").header("Location"), "/login");
  EXPECT_EQ(form(path, good + "kzvw7q2-mond").status, 404) << "used";
  EXPECT_EQ(get(port_, path).status, 404);
  EXPECT_EQ(form("/login", "login=zhangsf&password=kzvw7q2-mond").status, 303);
  stop();
  EXPECT_THAT(log_.text(), HasSubstr("/setup/"));
  EXPECT_THAT(log_.text(), Not(HasSubstr(link)));
}

TEST_F(Http, a_flood_of_sign_ins_waits_in_its_own_queue_while_others_are_answered) {
  settings_ = {{"login.threads", "2"}, {"login.queue_max", "8"}, {"http.client_queue_max", "1000"}};
  const std::string cookie = sign_in_cookie();
  start();
  std::latch gate(1);
  hasher_.gate = &gate;
  const int before = hasher_.asked;
  constexpr int kMany = 40;
  std::vector<std::future<int>> answers;
  for (int i = 0; i < kMany; ++i)
    answers.push_back(
        std::async(std::launch::async, [&, i] { return sign_in_by_json("n" + std::to_string(i)).status; }));
  int refused = 0;
  while (refused < kMany - 8) {  // those that found the queue full are answered though nobody hashes
    refused = 0;
    for (auto& each : answers) refused += each.wait_for(1ms) == std::future_status::ready ? 1 : 0;
  }
  for (int i = 0; i < 50; ++i) EXPECT_EQ(who(cookie).status, 200) << "others get in";
  EXPECT_EQ(hasher_.asked - before, 2) << "two at a time";
  gate.count_down();
  int busy = 0, wrong = 0;
  for (auto& each : answers) {
    const int status = each.get();
    busy += status == 503 ? 1 : 0;
    wrong += status == 401 ? 1 : 0;
  }
  EXPECT_EQ(busy, kMany - 8);
  EXPECT_EQ(wrong, 8);
  hasher_.gate = nullptr;
}

TEST_F(Http, two_thousand_sign_ins_beside_others_lose_none_of_the_others) {
  settings_ = {{"http.client_queue_max", "1000"}};
  const std::string cookie = sign_in_cookie();
  start();
  std::atomic<int> asked = 0, heard = 0, others = 0;
  {
    std::vector<std::jthread> threads;
    for (int t = 0; t < 4; ++t)
      threads.emplace_back([&, t] {
        for (int i = 0; i < 500; ++i) {
          const int status = sign_in_by_json("n" + std::to_string(t) + "-" + std::to_string(i), "guess").status;
          ++asked;
          heard += status == 401 || status == 429 || status == 503 ? 1 : 0;
        }
      });
    threads.emplace_back([&] {
      for (int i = 0; i < 300; ++i) others += who(cookie).status == 200 ? 1 : 0;
    });
  }
  EXPECT_EQ(asked, 2000);
  EXPECT_EQ(heard, 2000);
  EXPECT_EQ(others, 300);
}

TEST(Form, reads_what_browsers_send_and_refuses_the_rest) {
  const auto read = *http::read_form("a=1&b=%E5%BC%A0+x&a=2&&c&=d&e=%0D%0A%0Dx");
  EXPECT_EQ(read, (http::Pairs{{"a", "1"}, {"b", "张 x"}, {"a", "2"}, {"c", ""}, {"", "d"}, {"e", "\n\nx"}}));
  EXPECT_EQ(http::field(read, "a"), "1");
  EXPECT_EQ(http::field(read, "none"), "");
  EXPECT_TRUE(http::read_form("")->empty());
  for (const std::string_view bad : {"%", "%1", "%1x=1", "a=%g0", "a=%80", "a=%ED%A0%80", "%00=1"})
    EXPECT_FALSE(http::read_form(bad).ok()) << bad;
}

}  // namespace
}  // namespace suyuan::test
