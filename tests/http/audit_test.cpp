// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <map>

#include "adapters/http/audited_gate.h"
#include "adapters/http/message.h"
#include "app/emergency/emergency.h"
#include "store_fixture.h"

// What the server writes down of those who use it, and who may read that.
namespace suyuan::test {
namespace {

namespace json = boost::json;
using identity::OrgKind;
using identity::Role;

identity::Organisation body(std::int64_t id, OrgKind kind, std::int32_t place, std::int64_t superior = 0) {
  identity::Organisation made;
  made.id = OrgId(id);
  made.name = fmt::format("body {}", id);
  made.kind = kind;
  made.jurisdiction = {place};
  if (superior != 0) made.superior = OrgId(superior);
  return made;
}

class Bodies : public DirectorySource {
 public:
  Bodies() {
    auto made =
        identity::Directory::make({body(10, OrgKind::kRegulator, 440000), body(11, OrgKind::kRegulator, 440300, 10),
                                   body(12, OrgKind::kRegulator, 440305, 11), body(20, OrgKind::kRegulator, 110000),
                                   body(30, OrgKind::kProducer, 440305), body(40, OrgKind::kIndustry, 440000)},
                                  {});
    CHECK(made.ok());
    directory_ = std::move(*made);
  }
  std::shared_ptr<const identity::Directory> directory() override { return directory_; }

 private:
  std::shared_ptr<const identity::Directory> directory_;
};

// Whoever the field X-Who names; nobody without it.
class AuditTest : public StoreFixture {
 protected:
  struct Person {
    std::int64_t id, org;
    std::int32_t place;
    Role role;
  };
  const std::map<std::string, Person, std::less<>> people_ = {
      {"officer", {101, 12, 440305, Role::kOfficer}},   {"colleague", {102, 12, 440305, Role::kLeader}},
      {"city", {103, 11, 440300, Role::kLeader}},       {"province", {104, 10, 440000, Role::kLeader}},
      {"beijing", {105, 20, 110000, Role::kLeader}},    {"top", {106, 10, 440000, Role::kLeader}},
      {"auditor", {107, 12, 440305, Role::kAuditor}},   {"chief auditor", {108, 10, 440000, Role::kAuditor}},
      {"producer", {109, 30, 440305, Role::kProducer}}, {"industry", {110, 40, 440000, Role::kIndustry}}};

  ~AuditTest() override { stop(); }

  Result<identity::Principal> who(const http::Request& request) {
    const std::string_view name = request.headers.get("X-Who");
    if (name.empty()) return identity::public_principal();
    if (name == "machine") return identity::machine_principal();
    const auto found = people_.find(name);
    if (found == people_.end()) return Error{ErrorKind::kSignIn, "access.sign_in", "No such session."};
    const Person& it = found->second;
    identity::Principal who;
    who.actor = {PersonId(it.id), OrgId(it.org), Jurisdiction{it.place}};
    who.roles = {it.role};
    who.via = identity::Via::kSession;
    who.credential = "session-" + std::to_string(it.id);
    auto emergency = current_emergency(who.actor.person, clock_.now(), *emergencies_);
    if (!emergency) return std::move(emergency.error());
    who.emergency = std::move(*emergency);
    return who;
  }

  http::Gate gate() override {
    return http::audited_gate([this](const http::Request& request) { return who(request); }, people_may_, *audit_);
  }
  DirectorySource& directory() override { return bodies_; }

  static std::string as(std::string_view who, std::string_view more = "") {
    return fmt::format("X-Who: {}\r\n{}", who, more);
  }
  Answer ask(std::string_view who, const std::string& target) { return get(port_, target, as(who)); }
  Answer send(std::string_view who, const std::string& target, const std::string& body) {
    return post(port_, target, "application/json", body, as(who));
  }
  int remove(std::string_view who, const std::string& target) {
    return test::ask(port_,
                     fmt::format("DELETE {} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n{}\r\n", target, as(who)))
        .status;
  }
  std::vector<AuditEntry> entries(const std::string& act = "") {
    EXPECT_TRUE(audit_->flush().ok());
    AuditStore::Search search;
    search.act = act;
    search.limit = 1000;
    return audit_store_->search(search)->entries;
  }
  static std::string code_of(const Answer& answer) {
    boost::system::error_code error;
    const auto body = json::parse(answer.body, error);
    return error || !body.is_object() || !body.as_object().contains("code")
               ? fmt::format("status {} {}", answer.status, answer.body)
               : std::string(body.at("code").as_string());
  }

  Bodies bodies_;
  const Authorizer people_may_{bodies_, clock_};
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
  EXPECT_EQ(all[0].person, PersonId(101));
  EXPECT_EQ(all[0].org, OrgId(12));
  EXPECT_EQ(all[0].jurisdiction, Jurisdiction{440305});
  EXPECT_EQ(all[0].credential, "session-101");
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
    EXPECT_EQ(found[0].person, PersonId(101)) << act;
    EXPECT_EQ(found[0].outcome, AuditOutcome::kAllowed) << act;
    EXPECT_EQ(found[0].trace_id.size(), 32U) << act;
    EXPECT_EQ((found[0].before + found[0].after).find("verysecret"), std::string::npos) << act;
    EXPECT_EQ((found[0].before + found[0].after).find("c2VjcmV0"), std::string::npos) << act;
  }
  EXPECT_EQ(entries("mark.lift")[0].reason, "复检合格");
  EXPECT_EQ(entries("mark.lift")[0].target, id);
  EXPECT_NE(entries("query.remove")[0].before.find("EQ_bizStep"), std::string::npos);
}

// shows: R1
TEST_F(AuditTest, auditors_see_their_own_body_and_those_below_it) {
  start();
  for (const std::string_view who : {"officer", "city", "beijing"})
    ASSERT_EQ(send(who, "/api/v1/marks", R"({"id": "6901234567892", "reason": "看看"})").status, 201);
  const auto own = json::parse(ask("auditor", "/api/v1/audit?act=mark.make").body).at("entries").as_array();
  ASSERT_EQ(own.size(), 1U);
  EXPECT_EQ(own[0].at("person").as_int64(), 101);
  EXPECT_FALSE(own[0].as_object().contains("number"));
  EXPECT_EQ(json::parse(ask("chief auditor", "/api/v1/audit?act=mark.make").body).at("entries").as_array().size(), 2U);
  const auto all = json::parse(ask("machine", "/api/v1/audit?act=mark.make").body).at("entries").as_array();
  EXPECT_EQ(all.size(), 3U);
  EXPECT_TRUE(all[0].as_object().contains("number"));
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
  ASSERT_EQ(ask("officer", "/epcis/v2/events").status, 200);
  const auto read = entries("event.read");
  ASSERT_EQ(read.size(), 1U);
  EXPECT_EQ(read[0].emergency, id);
  EXPECT_EQ(read[0].person, PersonId(101));
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
  EXPECT_EQ(json::parse(ask("city", "/api/v1/emergencies?reviewed=yes").body).at("emergencies").as_array().size(), 1U);
  EXPECT_EQ(entries("emergency.use").size(), 1U);
  auto reviews = entries("emergency.review");
  std::erase_if(reviews, [](const AuditEntry& each) { return each.outcome != AuditOutcome::kAllowed; });
  ASSERT_EQ(reviews.size(), 1U);
  EXPECT_EQ(reviews[0].reason, "情况属实");
  EXPECT_EQ(reviews[0].person, PersonId(103));
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
