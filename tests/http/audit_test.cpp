// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <map>

#include "adapters/http/login_routes.h"
#include "adapters/records/credential_store.h"
#include "app/account/account_directory.h"
#include "app/audit/search.h"
#include "store_fixture.h"

// What the server writes down of those who use it, and who may read that.
namespace suyuan::test {
namespace {

namespace json = boost::json;
using identity::OrgKind;
using identity::Role;

AuditEntry arranged() {
  AuditEntry entry;
  entry.act = "arranged";
  return entry;
}

class NoHasher final : public PasswordHasher {
 public:
  Result<std::string> hash(std::string_view) override { return std::string(); }
  bool matches(const std::string&, std::string_view) override { return false; }
  bool is_current(const std::string&) override { return true; }
  const std::string& nobodys_hash() override { return nothing_; }

 private:
  const std::string nothing_;
};

// Bodies and their people in the store, each with a session; the gate is the server's own.
class AuditTest : public StoreFixture {
 protected:
  struct Person {
    PersonId id{1};
    OrgId org{1};
  };

  AuditTest() {
    options_.add_routes.push_back([this](http::Router& router) { http::add_login_routes(router, *context_); });
  }
  ~AuditTest() override {
    server_.reset();
    last_seen_.reset();
    stop();
  }

  OrgId body(OrgKind kind, std::int32_t place, OrgId superior = OrgId(1)) {
    identity::Organisation made;
    made.name = fmt::format("body of {}", place);
    made.kind = kind;
    made.jurisdiction = {place};
    made.superior = superior;
    const auto added = accounts_->add(made, arranged());
    CHECK(added.ok());
    return added->id;
  }
  void person(const std::string& name, OrgId org, Role role) {
    Account account;
    account.login = fmt::format("login{}", people_.size());
    account.name = name;
    account.member.org = org;
    account.member.roles = {role};
    const auto added = accounts_->add(account, arranged());
    CHECK(added.ok());
    SessionRecord session;
    session.id = "session-" + name;
    session.person = added->member.id;
    session.created = session.seen = clock_.now();
    session.ends = session.created + std::chrono::hours(1);
    session.how = SessionRecord::How::kPasswordAndCode;
    CHECK(credentials_->add_session(sha256(token(name)), session, {}, arranged()).ok());
    people_[name] = {added->member.id, org};
  }
  static std::string token(std::string_view name) { return std::string(43 - name.size(), '-') + std::string(name); }

  http::Gate gate() override {
    credentials_ = make_credential_store(store_->records());
    source_ = std::make_unique<AccountDirectory>(*accounts_, log_);
    may_ = std::make_unique<Authorizer>(*source_, clock_);
    province_ = body(OrgKind::kRegulator, 440000);
    city_ = body(OrgKind::kRegulator, 440300, province_);
    county_ = body(OrgKind::kRegulator, 440305, city_);
    const OrgId beijing = body(OrgKind::kRegulator, 110000), producer = body(OrgKind::kProducer, 440305),
                industry = body(OrgKind::kIndustry, 440000);
    person("officer", county_, Role::kOfficer);
    person("colleague", county_, Role::kLeader);
    person("city", city_, Role::kLeader);
    person("province", province_, Role::kLeader);
    person("beijing", beijing, Role::kLeader);
    person("top", province_, Role::kLeader);
    person("auditor", county_, Role::kAuditor);
    person("chief auditor", province_, Role::kAuditor);
    person("admin", city_, Role::kSysadmin);
    person("security", city_, Role::kSecadmin);
    person("producer", producer, Role::kProducer);
    person("industry", industry, Role::kIndustry);
    services_ = std::make_unique<LoginServices>(
        LoginServices{*accounts_, *credentials_, hasher_, sealer_, clock_, log_, *audit_});
    last_seen_ = start_last_seen(*services_);
    context_ = std::make_unique<http::LoginContext>(http::LoginContext{*services_, *may_, *last_seen_, *emergencies_});
    return http::sign_in_gate(*context_);
  }
  DirectorySource& directory() override { return *source_; }

  static std::string as(std::string_view who, std::string_view more = "") {
    return fmt::format("Cookie: suyuan={}\r\nSec-Fetch-Site: same-origin\r\nIf-Match: *\r\n{}", token(who), more);
  }
  Answer ask(std::string_view who, const std::string& target) { return get(port_, target, as(who)); }
  Answer send(std::string_view who, const std::string& target, const std::string& body) {
    return post(port_, target, "application/json", body, as(who));
  }
  int remove(std::string_view who, const std::string& target) { return bare("DELETE", who, target); }
  int bare(std::string_view method, std::string_view who, const std::string& target) {
    return test::ask(port_, fmt::format("{} {} HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: 0\r\n{}\r\n",
                                        method, target, as(who)))
        .status;
  }
  std::vector<AuditEntry> entries(const std::string& act = "") {
    EXPECT_TRUE(audit_->flush().ok());
    AuditStore::Search search;
    search.act = act;
    search.limit = 1000;
    auto found = audit_store_->search(search)->entries;
    std::erase_if(found, [](const AuditEntry& each) { return each.act == "arranged"; });
    return found;
  }
  static std::string code_of(const Answer& answer) {
    boost::system::error_code error;
    const auto body = json::parse(answer.body, error);
    return error || !body.is_object() || !body.as_object().contains("code")
               ? fmt::format("status {} {}", answer.status, answer.body)
               : std::string(body.at("code").as_string());
  }

  std::map<std::string, Person, std::less<>> people_;
  OrgId province_{1}, city_{1}, county_{1};
  NoHasher hasher_;
  const Sealer sealer_{std::string(Sealer::kKeyBytes, 'k')};
  std::unique_ptr<CredentialStore> credentials_;
  std::unique_ptr<AccountDirectory> source_;
  std::unique_ptr<Authorizer> may_;
  std::unique_ptr<LoginServices> services_;
  std::unique_ptr<LastSeen> last_seen_;
  std::unique_ptr<http::LoginContext> context_;
};

// shows: R1, T10
TEST_F(AuditTest, a_refusal_is_an_entry_with_who_from_where_what_and_why) {
  start();
  EXPECT_EQ(get(port_, "/api/v1/audit").status, 401);
  EXPECT_EQ(get(port_, "/api/v1/audit", as("forged")).status, 401);
  const std::string trace = "4bf92f3577b34da6a3ce929d0e0e4736";
  EXPECT_EQ(
      get(port_, "/api/v1/audit?text=%0d%0aX:y", as("officer", "traceparent: 00-" + trace + "-00f067aa0ba902b7-01\r\n"))
          .status,
      403);
  const auto all = entries("audit.read");
  ASSERT_EQ(all.size(), 3U);
  EXPECT_EQ(all[0].person, people_["officer"].id);
  EXPECT_EQ(all[0].org, county_);
  EXPECT_EQ(all[0].jurisdiction, Jurisdiction{440305});
  EXPECT_EQ(all[0].credential, "session-officer");
  EXPECT_EQ(all[0].from, "127.0.0.1");
  EXPECT_EQ(all[0].target, "GET /api/v1/audit") << "without what was asked";
  EXPECT_EQ(all[0].outcome, AuditOutcome::kRefused);
  EXPECT_TRUE(all[0].reason.starts_with("access.denied")) << all[0].reason;
  EXPECT_EQ(all[0].trace_id, trace);
  EXPECT_EQ(all[1].person, std::nullopt);
  EXPECT_EQ(all[2].person, std::nullopt);
}

TEST_F(AuditTest, many_anonymous_refusals_leave_few_entries) {
  start();
  for (int i = 0; i < 60; ++i) get(port_, "/api/v1/marks");
  EXPECT_LE(entries().size(), 2U * RefusalTally::kOfOneAddress + 2);
  EXPECT_GE(entries().size(), static_cast<std::size_t>(RefusalTally::kOfOneAddress));
}

// shows: R1
TEST_F(AuditTest, every_change_of_marks_queries_and_subscriptions_is_an_entry_of_who_made_it) {
  start();
  const auto made = send("officer", "/api/v1/marks", R"({"id": "6901234567892", "reason": "抽检不合格"})");
  ASSERT_EQ(made.status, 201) << made.body;
  const std::string id(json::parse(made.body).at("id").as_string());
  ASSERT_EQ(send("officer", "/api/v1/marks/" + id + "/recheck", "").status, 200);
  ASSERT_EQ(send("officer", "/api/v1/marks/" + id + "/lift", R"({"reason": "复检合格"})").status, 200);
  EXPECT_EQ(send("officer", "/api/v1/marks/" + id + "/lift", R"({"reason": "再"})").status, 409);
  ASSERT_EQ(send("officer", "/epcis/v2/queries", R"({"name": "q", "query": {"EQ_bizStep": ["shipping"]}})").status,
            201);
  const auto subscribed = send(
      "officer", "/epcis/v2/queries/q/subscriptions",
      R"({"dest": "http://127.0.0.1:9/x?token=verysecret", "signatureToken": "whsec_c2VjcmV0c2VjcmV0", "stream": true})");
  ASSERT_EQ(subscribed.status, 201) << subscribed.body;
  const std::string subscription(json::parse(subscribed.body).at("subscriptionID").as_string());
  ASSERT_EQ(remove("officer", "/epcis/v2/queries/q/subscriptions/" + subscription), 204);
  ASSERT_EQ(remove("officer", "/epcis/v2/queries/q"), 204);
  for (const std::string act : {"mark.make", "mark.recheck", "mark.lift", "query.define", "query.remove",
                                "subscription.make", "subscription.end"}) {
    const auto found = entries(act);
    ASSERT_EQ(found.size(), 1U) << act;
    EXPECT_EQ(found[0].person, people_["officer"].id) << act;
    EXPECT_EQ(found[0].outcome, AuditOutcome::kAllowed) << act;
    EXPECT_EQ(found[0].trace_id.size(), 32U) << act;
    EXPECT_EQ((found[0].before + found[0].after).find("verysecret"), std::string::npos) << act;
    EXPECT_EQ((found[0].before + found[0].after).find("c2VjcmV0"), std::string::npos) << act;
  }
  EXPECT_EQ(entries("mark.lift")[0].reason, "复检合格");
  EXPECT_EQ(entries("mark.lift")[0].target, id);
  EXPECT_NE(entries("query.remove")[0].before.find("EQ_bizStep"), std::string::npos);
}

// shows: R1, T10
TEST_F(AuditTest, every_change_of_bodies_people_roles_keys_and_sessions_is_an_entry_of_who_made_it) {
  start();
  const auto made =
      send("admin", "/api/v1/organisations", R"({"name": "某厂", "kind": "producer", "division": "440305"})");
  ASSERT_EQ(made.status, 201) << made.body;
  const std::string org = std::to_string(json::parse(made.body).at("id").as_int64());
  const auto added = send("admin", "/api/v1/people", R"({"login": "zhao", "org": )" + org + R"(, "name": "赵"})");
  ASSERT_EQ(added.status, 201) << added.body;
  const std::string person = "/api/v1/people/" + std::to_string(json::parse(added.body).at("id").as_int64());
  ASSERT_EQ(bare("PUT", "security", person + "/roles/producer"), 200);
  ASSERT_EQ(remove("security", person + "/roles/producer"), 200);
  ASSERT_EQ(send("admin", person + "/transfer", fmt::format(R"({{"to": {}}})", county_.value())).status, 200);
  const auto key =
      send("security", "/api/v1/keys",
           R"({"organisation": )" + org + R"(, "role": "producer", "acts": ["event.capture"], "name": "k", )" +
               R"("expires": ")" + format_instant(clock_.now() + std::chrono::hours(1)) + "\"}");
  ASSERT_EQ(key.status, 201) << key.body;
  ASSERT_EQ(remove("security", "/api/v1/keys/" + std::string(json::parse(key.body).at("id").as_string())), 204);
  ASSERT_EQ(remove("security", fmt::format("/api/v1/people/{}/sessions", people_["officer"].id.value())), 200);
  EXPECT_EQ(ask("officer", "/api/v1/marks").status, 401);
  ASSERT_EQ(remove("colleague", "/api/v1/session"), 204);
  for (const auto& [act, who] : std::map<std::string, std::string>{{"organisation.add", "admin"},
                                                                   {"person.add", "admin"},
                                                                   {"role.grant", "security"},
                                                                   {"role.revoke", "security"},
                                                                   {"person.transfer", "admin"},
                                                                   {"key.make", "security"},
                                                                   {"key.revoke", "security"}}) {
    const auto found = entries(act);
    ASSERT_EQ(found.size(), 1U) << act;
    EXPECT_EQ(found[0].person, people_[who].id) << act;
    EXPECT_EQ(found[0].credential, "session-" + who) << act;
    EXPECT_EQ(found[0].from, "127.0.0.1") << act;
    EXPECT_EQ(found[0].trace_id.size(), 32U) << act;
    EXPECT_EQ(found[0].outcome, AuditOutcome::kAllowed) << act;
    const std::string acting_for = fmt::format(R"("actingFor":"{}")", city_.value());
    EXPECT_EQ(found[0].after.find(acting_for) == std::string::npos, act == "organisation.add") << found[0].after;
  }
  const auto ended = entries("session.end");
  ASSERT_EQ(ended.size(), 2U);
  EXPECT_EQ(ended[0].person, people_["colleague"].id);
  EXPECT_EQ(ended[1].person, people_["security"].id);
  EXPECT_EQ(ended[1].target, std::to_string(people_["officer"].id.value()));
}

// shows: T10
TEST_F(AuditTest, a_sign_in_that_fails_and_one_from_another_site_leave_what_the_request_says) {
  start();
  const std::string trace = "4bf92f3577b34da6a3ce929d0e0e4736";
  const auto refused = post(port_, "/api/v1/session", "application/json", R"({"login": "login0", "password": "guess"})",
                            "traceparent: 00-" + trace + "-00f067aa0ba902b7-01\r\n");
  EXPECT_EQ(refused.status, 401);
  const auto found = entries("session.open");
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].outcome, AuditOutcome::kRefused);
  EXPECT_EQ(found[0].from, "127.0.0.1");
  EXPECT_EQ(found[0].trace_id, trace);
  EXPECT_EQ(found[0].org, county_);
  EXPECT_EQ(found[0].after.find("login0"), std::string::npos);
  // A cookie without a page of ours behind it.
  const std::string cookie = fmt::format("Cookie: suyuan={}\r\n", token("security"));
  EXPECT_EQ(post(port_, "/api/v1/keys", "application/json", "{}", cookie).status, 403);
  ASSERT_EQ(entries("key.make").size(), 1U);
  EXPECT_TRUE(entries("key.make")[0].reason.starts_with("access.cross_site"));
}

// shows: R1
TEST_F(AuditTest, auditors_see_their_own_body_and_those_below_it) {
  start();
  for (const std::string_view who : {"officer", "city", "beijing"})
    ASSERT_EQ(send(who, "/api/v1/marks", R"({"id": "6901234567892", "reason": "看看"})").status, 201);
  const auto own = json::parse(ask("auditor", "/api/v1/audit?act=mark.make").body).at("entries").as_array();
  ASSERT_EQ(own.size(), 1U);
  EXPECT_EQ(own[0].at("person").as_int64(), people_["officer"].id.value());
  EXPECT_FALSE(own[0].as_object().contains("number"));
  EXPECT_EQ(json::parse(ask("chief auditor", "/api/v1/audit?act=mark.make").body).at("entries").as_array().size(), 2U);
  AuditQuestion question;
  question.act = "mark.make";
  const auto all = search_audit(at_this_machine(), question, {*audit_store_, clock_});
  ASSERT_EQ(all->entries.size(), 3U);
  EXPECT_GT(all->entries[0].id, 0);
  EXPECT_EQ(entries("audit.read").size(), 3U) << "searches are audited";
  const auto csv = ask("auditor", "/api/v1/audit?act=mark.make&format=csv");
  EXPECT_EQ(csv.header("Content-Disposition"), "attachment; filename=\"audit.csv\"");
  EXPECT_EQ(std::count(csv.body.begin(), csv.body.end(), '\n'), 2);
}

TEST_F(AuditTest, hostile_searches_are_refused_or_find_nothing) {
  start();
  for (const std::string_view query :
       {"limit=0", "limit=1001", "limit=x", "person=-1", "person=1e9", "from=yesterday", "from=2026-01-01T00:00:00",
        "until=2026-13-01T00:00:00Z", "outcome=maybe", "format=xml", "after=..", "after=1.1e9", "target=x", "tarket=x",
        "from=2026-02-01T00:00:00Z&until=2026-01-01T00:00:00Z"}) {
    EXPECT_EQ(ask("auditor", "/api/v1/audit?" + std::string(query)).status, 400) << query;
  }
  for (const std::string_view query :
       {"text=%27%20OR%201=1--", "act=%25", "text=%0d%0aSet-Cookie:%20x=1", "text=%F0%9F%92%A9"}) {
    const auto answer = ask("auditor", "/api/v1/audit?" + std::string(query));
    EXPECT_EQ(answer.status, 200) << query;
    EXPECT_TRUE(answer.header("Set-Cookie").empty());
    EXPECT_TRUE(json::parse(answer.body).at("entries").as_array().empty()) << query;
  }
  EXPECT_EQ(ask("auditor", "/api/v1/audit?text=" + std::string(201, 'x')).status, 400);
}

constexpr std::string_view kUse = R"({"place": "110101", "reason": "北京发生食物中毒，需立即追查同批产品"})";

// shows: R1
TEST_F(AuditTest, what_is_read_in_an_emergency_names_it_and_a_superior_reviews_it_once) {
  start();
  const auto used = send("officer", "/api/v1/emergencies", std::string(kUse));
  ASSERT_EQ(used.status, 201) << used.body;
  const std::string id(json::parse(used.body).at("id").as_string());
  EXPECT_EQ(code_of(send("officer", "/api/v1/emergencies", std::string(kUse))), "emergency.running");
  const auto task = [&] { return tasks_->tasks({.open_only = false})->at(0); };
  EXPECT_EQ(task().kind, kTaskReviewEmergency);
  EXPECT_EQ(task().subject, id);
  EXPECT_EQ(task().org, city_) << "of the superior body";
  EXPECT_FALSE(task().closed);
  ASSERT_EQ(ask("officer", "/epcis/v2/events").status, 200);
  const auto read = entries("event.read");
  ASSERT_EQ(read.size(), 1U);
  EXPECT_EQ(read[0].emergency, id);
  EXPECT_EQ(read[0].person, people_["officer"].id);
  ASSERT_EQ(ask("colleague", "/epcis/v2/events").status, 200);
  EXPECT_EQ(entries("event.read").size(), 1U) << "reading without an emergency leaves none";

  const std::string review = R"({"justified": true, "words": "情况属实"})";
  const std::string path = "/api/v1/emergencies/" + id + "/review";
  EXPECT_EQ(send("officer", path, review).status, 403);
  EXPECT_EQ(code_of(send("colleague", path, review)), "emergency.unknown") << "there is a superior body";
  EXPECT_EQ(code_of(send("beijing", path, review)), "emergency.unknown");
  const auto waiting = [&](std::string_view who) {
    return json::parse(ask(who, "/api/v1/emergencies").body).at("emergencies").as_array().size();
  };
  EXPECT_EQ(waiting("city"), 1U);
  EXPECT_EQ(waiting("province"), 1U);
  EXPECT_EQ(waiting("colleague"), 0U);
  EXPECT_EQ(waiting("beijing"), 0U);
  EXPECT_EQ(ask("auditor", "/api/v1/emergencies").status, 403);
  ASSERT_EQ(send("city", path, review).status, 200);
  EXPECT_EQ(code_of(send("province", path, review)), "emergency.reviewed");
  EXPECT_EQ(waiting("city"), 0U);
  EXPECT_EQ(task().closed_by, people_["city"].id);
  EXPECT_EQ(json::parse(ask("city", "/api/v1/emergencies?reviewed=yes").body).at("emergencies").as_array().size(), 1U);
  EXPECT_EQ(entries("emergency.use").size(), 1U);
  auto reviews = entries("emergency.review");
  std::erase_if(reviews, [](const AuditEntry& each) { return each.outcome != AuditOutcome::kAllowed; });
  ASSERT_EQ(reviews.size(), 1U);
  EXPECT_EQ(reviews[0].reason, "情况属实");
  EXPECT_EQ(reviews[0].person, people_["city"].id);
  EXPECT_EQ(reviews[0].org, county_) << "whose emergency it was: its auditors see the verdict";
}

TEST_F(AuditTest, of_the_topmost_body_another_leader_of_it_reviews) {
  start();
  const auto used = send("province", "/api/v1/emergencies", std::string(kUse));
  ASSERT_EQ(used.status, 201) << used.body;
  const std::string path =
      "/api/v1/emergencies/" + std::string(json::parse(used.body).at("id").as_string()) + "/review";
  const std::string review = R"({"justified": false, "words": "可以先联系北京"})";
  EXPECT_EQ(code_of(send("province", path, review)), "duty.separate");
  EXPECT_EQ(code_of(send("city", path, review)), "emergency.unknown") << "nobody below reviews";
  const auto deputy_of = [&](const std::string& name, std::optional<PersonId> deputy) {
    Account account = **accounts_->account(people_[name].id);
    account.deputy = deputy;
    ASSERT_TRUE(accounts_->change(account, arranged()).ok());
  };
  deputy_of("province", people_["top"].id);
  EXPECT_EQ(code_of(send("top", path, review)), "duty.separate") << "who acts for them";
  deputy_of("province", std::nullopt);
  deputy_of("top", people_["province"].id);
  EXPECT_EQ(code_of(send("top", path, review)), "duty.separate") << "for whom they act";
  deputy_of("top", std::nullopt);
  EXPECT_TRUE(entries("emergency.review").empty()) << "no verdict yet";
  EXPECT_EQ(send("top", path, review).status, 200);
}

TEST_F(AuditTest, an_emergency_needs_a_regulator_another_place_a_reason_and_at_most_an_hour) {
  start();
  const auto code = [&](std::string_view who, const std::string& body) {
    return code_of(send(who, "/api/v1/emergencies", body));
  };
  const std::string reason = R"("reason": "需要立即追查同批产品")";
  EXPECT_EQ(code("producer", std::string(kUse)), "access.denied");
  EXPECT_EQ(code("auditor", std::string(kUse)), "access.denied");
  for (const std::string place : {"440305", "440300", "440000", "000000", "999999", "000001"})
    EXPECT_EQ(code("officer", R"({"place": ")" + place + R"(", )" + reason + "}"), "emergency.place") << place;
  for (const std::string place : {R"("44")", R"("-44030")", R"("44030x")", "440305", "null", R"("4403051")"})
    EXPECT_EQ(code("officer", R"({"place": )" + place + ", " + reason + "}"), "emergency.body") << place;
  for (const std::string minutes : {"0", "61", "1000000"})
    EXPECT_EQ(code("officer", R"({"place": "110101", "minutes": )" + minutes + ", " + reason + "}"),
              "emergency.minutes");
  for (const std::string minutes : {"-1", "1.5", "\"5\"", "99999999999"})
    EXPECT_EQ(code("officer", R"({"place": "110101", "minutes": )" + minutes + ", " + reason + "}"), "emergency.body");
  for (const std::string& text : {std::string("太短"), std::string(" 八个字的理由啊啊 "), std::string(1001, 'x'),
                                  std::string("a\\u0000bcdefghijkl")})
    EXPECT_EQ(code("officer", R"({"place": "110101", "reason": ")" + text + "\"}"), "emergency.reason")
        << text.substr(0, 40);
  for (const std::string body : {"", "[]", "{", R"({"place": "110101"})", R"({"plaze": "110101", "reason": "x"})"})
    EXPECT_EQ(code("officer", body), "emergency.body") << body;
  EXPECT_TRUE(entries("emergency.use").size() <= 2U) << "the refusals of the gate only";
}

// shows: R1
TEST_F(AuditTest, figures_are_for_a_stated_period_and_of_industry_bodies_for_a_month_that_is_over) {
  start();
  EXPECT_EQ(ask("industry", "/api/v1/figures?first=2026-03-01&last=2026-03-31").status, 200);
  EXPECT_EQ(code_of(ask("industry", "/api/v1/figures?first=2026-03-01&last=2026-03-30")), "figures.period");
  EXPECT_EQ(code_of(ask("industry", "/api/v1/figures?first=2026-03-02&last=2026-04-01")), "figures.period");
  EXPECT_EQ(code_of(ask("industry", "/api/v1/figures?first=9998-03-01&last=9998-03-31")), "figures.period");
  EXPECT_EQ(ask("officer", "/api/v1/figures?first=2026-03-01&last=2026-03-01").status, 200);
  EXPECT_EQ(code_of(ask("officer", "/api/v1/figures?first=2026-03-01&last=2026-04-01")), "figures.period");
  EXPECT_EQ(code_of(ask("officer", "/api/v1/figures?first=2026-03-02&last=2026-03-01")), "figures.period");
  EXPECT_EQ(code_of(ask("officer", "/api/v1/figures?first=2026-03-01")), "http.parameter");
  EXPECT_EQ(code_of(ask("officer", "/api/v1/figures?first=x&last=2026-03-01")), "http.parameter");
  EXPECT_EQ(ask("auditor", "/api/v1/figures?first=2026-03-01&last=2026-03-01").status, 403);
  EXPECT_EQ(get(port_, "/api/v1/figures?first=2026-03-01&last=2026-03-01").status, 401);
}

}  // namespace
}  // namespace suyuan::test
