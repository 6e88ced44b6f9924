// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <boost/json.hpp>
#include <mutex>

#include "../http/client.h"
#include "../http/receiver.h"
#include "../personal/canaries.h"
#include "adapters/clock/system_clock.h"
#include "adapters/files/epcis.h"
#include "adapters/files/epcis_writer.h"
#include "adapters/http/page_routes.h"
#include "adapters/http/router.h"
#include "adapters/http/serve.h"
#include "adapters/records/account_store.h"
#include "adapters/records/audit_store.h"
#include "adapters/records/erasure_store.h"
#include "adapters/records/mark_store.h"
#include "adapters/records/query_store.h"
#include "adapters/records/task_store.h"
#include "adapters/warehouse/sqlite_warehouse.h"
#include "adapters/webhook/delivery_threads.h"
#include "adapters/webhook/http_webhook.h"

// Whatever the server says, to whomever, in whatever form: nothing about people in the clear but what is unmasked.
namespace suyuan::personal_test {
namespace {

namespace json = boost::json;
using test::Answer;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

class KeptLog final : public Log {
 public:
  void write(LogLevel, std::string_view event, std::string_view, std::vector<LogField> fields) override {
    const std::lock_guard lock(mutex_);
    text_.append(event).append("\n");
    for (const LogField& field : fields)
      if (const auto* text = std::get_if<std::string>(&field.value)) text_.append(*text).append("\n");
  }
  std::string text() {
    const std::lock_guard lock(mutex_);
    return text_;
  }

 private:
  std::mutex mutex_;
  std::string text_;
};

// Organisation 1 sends things in; 2 is the regulator of the country, with two leaders.
class People : public DirectorySource {
 public:
  std::shared_ptr<const identity::Directory> directory() override {
    return *identity::Directory::make(
        {{.id = OrgId(1), .name = "厂", .kind = identity::OrgKind::kProducer, .jurisdiction = Jurisdiction{340100}},
         {.id = OrgId(2), .name = "局", .kind = identity::OrgKind::kRegulator},
         {.id = OrgId(3), .name = "店", .kind = identity::OrgKind::kSeller, .jurisdiction = Jurisdiction{330100}}},
        {});
  }
};

class PersonalRoutesTest : public testing::Test {
 protected:
  PersonalRoutesTest() {
    std::filesystem::remove_all(folder_);
    EXPECT_TRUE(options_.settings.set("server.port", "0", SettingSource::kCommandLine).ok());
    store_ = std::move(*open_sqlite_warehouse(folder_, clock_, {}));
    queries_ = make_query_store(store_->records());
    marks_ = make_mark_store(store_->records());
    accounts_ = make_account_store(store_->records(), store_->names());
    tasks_ = make_task_store(store_->records());
    audit_ = make_audit_store(store_->records());
    erasures_ = make_erasure_store(store_->records(), store_->eraser());
    WebhookOptions webhook;
    webhook.allow_private = "127.0.0.1";
    webhook_ = std::move(*make_http_webhook(webhook));
    services_ = std::make_unique<http::Services>(http::Services{.warehouse = *store_,
                                                                .clock = clock_,
                                                                .log = log_,
                                                                .read_document = read_,
                                                                .write_event = epcis_writer(),
                                                                .queries = queries_.get(),
                                                                .webhook = webhook_.get(),
                                                                .marks = marks_.get(),
                                                                .gate = gate(),
                                                                .accounts = accounts_.get(),
                                                                .tasks = tasks_.get(),
                                                                .audit = audit_.get(),
                                                                .personal = &store_->personal(),
                                                                .erasures = erasures_.get(),
                                                                .authorizer = &authorizer_});
    options_.add_routes.push_back([&](http::Router& router) { http::add_page_routes(router, *services_, 1U << 20U); });
    server_ = std::move(*http::start_server(options_, *services_));
    port_ = server_->port();
    deliveries_ = start_deliveries({*queries_, {*store_, read_, epcis_writer()}, *webhook_, clock_, log_},
                                   standing_options(options_.settings), 1, authorizer_);
  }
  ~PersonalRoutesTest() override {
    deliveries_.reset();
    server_.reset();
    std::filesystem::remove_all(folder_);
  }

  // "X-Test-Who: role organisation person".
  http::Gate gate() {
    return [this](const http::Request& request, identity::Act act) -> Result<Granted> {
      const std::string who(request.headers.get("X-Test-Who"));
      if (who == "machine") return at_this_machine().grant(act);
      if (who.empty()) return Authorizer::grant_public(act);
      const std::size_t first = who.find(' '), second = who.find(' ', first + 1);
      identity::Principal principal;
      principal.roles = {*identity::role_of(who.substr(0, first))};
      const auto directory = people_.directory();
      const auto* org = directory->find(OrgId(std::stoi(who.substr(first + 1))));
      principal.actor = {PersonId(std::stoi(who.substr(second + 1))), org->id, org->jurisdiction};
      principal.via = identity::Via::kSession;
      return authorizer_.grant(principal, act);
    };
  }

  static std::string as(const std::string& who) { return "X-Test-Who: " + who + "\r\n"; }
  Answer get(const std::string& target, const std::string& who, const std::string& more = "") {
    Answer answer = test::get(port_, target, as(who) + more);
    said_ += answer.head + answer.body;
    return answer;
  }
  Answer post(const std::string& target, const std::string& body, const std::string& who,
              const std::string& type = "application/json", const std::string& more = "") {
    Answer answer = test::post(port_, target, type, body, as(who) + more);
    said_ += answer.head + answer.body;
    return answer;
  }
  std::vector<AuditEntry> entries(const std::string& act) {
    AuditStore::Search search;
    search.act = act;
    auto page = audit_->search(search);
    return page ? page->entries : std::vector<AuditEntry>();
  }
  Answer approve(const std::string& erasure, const std::string& who) {
    const std::string id(json::parse(erasure).at("id").as_string());
    return post("/api/v1/erasures/" + id + "/approve", "", who);
  }

  const std::string producer_ = "producer 1 11", seller_ = "seller 3 31", officer_ = "officer 2 21",
                    leader_ = "leader 2 22";
  const std::filesystem::path folder_ =
      std::filesystem::temp_directory_path() / ("suyuan-personal-" + std::to_string(getpid()));
  SystemClock clock_;
  KeptLog log_;
  People people_;
  const Authorizer authorizer_{people_, clock_};
  const DocumentReader read_ = read_epcis;
  http::ServerOptions options_;
  std::unique_ptr<Store> store_;
  std::unique_ptr<QueryStore> queries_;
  std::unique_ptr<MarkStore> marks_;
  std::unique_ptr<AccountStore> accounts_;
  std::unique_ptr<TaskStore> tasks_;
  std::unique_ptr<AuditStore> audit_;
  std::unique_ptr<ErasureStore> erasures_;
  std::unique_ptr<Webhook> webhook_;
  std::unique_ptr<http::Services> services_;
  std::unique_ptr<http::RunningServer> server_;
  std::unique_ptr<DeliveryThreads> deliveries_;
  int port_ = 0;
  std::string said_;  // all answers
};

// shows: R1, T10, R21
TEST_F(PersonalRoutesTest, no_answer_log_line_metric_or_message_holds_what_is_about_people) {
  test::Receiver receiver;
  ASSERT_EQ(post("/epcis/v2/queries", R"({"name":"all","query":{}})", producer_).status, 201);
  ASSERT_EQ(
      post("/epcis/v2/queries/all/subscriptions", R"({"dest":")" + receiver.url() + R"(","stream":true})", producer_)
          .status,
      201);
  std::vector<std::string> jobs;
  for (const auto& [type, document] :
       {std::pair{"application/json", json_document()}, {"application/xml", xml_document()}}) {
    const Answer taken = post("/epcis/v2/capture", document, producer_, type);
    ASSERT_EQ(taken.status, 202) << taken.body;
    jobs.push_back(taken.header("Location").substr(std::string("/epcis/v2/capture/").size()));
  }
  const Answer refused = post("/epcis/v2/capture", refused_document(true), producer_);
  EXPECT_EQ(refused.status, 400);
  EXPECT_THAT(refused.body, HasSubstr("eventTime"));
  post("/epcis/v2/capture", refused_document(false), producer_, "application/json",
       "GS1-Capture-Error-Behaviour: proceed\r\n");
  post("/epcis/v2/events",
       json_event("urn:uuid:00000000-0000-7000-8000-000000000073",
                  R"(,"https://suyuan.example/ns/consumerName":"金丝雀甲")"),
       producer_);
  const auto told = receiver.wait_for(1);
  ASSERT_GE(told.size(), 1U);
  for (const auto& message : told) said_ += message.body;

  const std::string item = "/01/06901234567892/21/71", encoded = "urn%3Aepc%3Aid%3Asgtin%3A6901234.056789.71";
  for (const std::string& who : {producer_, seller_, officer_, leader_, std::string("auditor 2 23")}) {
    for (const std::string& path : std::vector<std::string>{
             std::string("/epcis/v2/events"), "/epcis/v2/events/" + kEvent, "/epcis/v2/events/" + kXmlEvent,
             std::string("/epcis/v2/capture"), "/epcis/v2/capture/" + jobs[0], "/epcis/v2/epcs/" + encoded + "/events",
             std::string("/epcis/v2/queries/all/events"), "/api/v1/trace?id=" + encoded, "/api/v1/recall?id=" + encoded,
             "/api/v1/recall?format=csv&id=" + encoded, std::string("/api/v1/marks"), std::string("/metrics"),
             std::string("/openapi.json"), item, item + "?lang=en", "/414/6901234000016", std::string("/"),
             "/trace?id=" + encoded, std::string("/epcis/v2/events?EQ_suyuan%23consumerName=x")})
      get(path, who);
    get("/epcis/v2/events", who, "Accept: application/xml\r\n");
    get("/epcis/v2/events/" + kEvent, who, "Accept: application/xml\r\n");
    get("/epcis/v2/events/" + kXmlEvent, who, "Accept: application/json\r\n");
    for (const std::string& job : jobs)
      if (who != producer_) get("/api/v1/captures/" + job + "/document", who);
  }
  EXPECT_THAT(said_, HasSubstr("139****2222"));
  EXPECT_THAT(canaries_in(said_), IsEmpty());
  EXPECT_THAT(canaries_in(log_.text()), IsEmpty());
  const Answer own = test::get(port_, "/api/v1/captures/" + jobs[0] + "/document", as(producer_));
  EXPECT_EQ(own.body, json_document()) << "for who sent it, byte for byte";
  const auto read = entries("original.read");
  ASSERT_EQ(read.size(), 1U);
  EXPECT_EQ(read[0].target, jobs[0]);
  EXPECT_EQ(read[0].person, PersonId(11));
  const Answer xml = test::get(port_, "/api/v1/captures/" + jobs[1] + "/document", as(producer_));
  EXPECT_EQ(xml.body, xml_document());
}

// A value must not be found by asking whether it is this one.
TEST_F(PersonalRoutesTest, a_query_cannot_find_out_what_is_masked) {
  ASSERT_EQ(post("/epcis/v2/capture", json_document(), producer_).status, 202);
  const auto events = [&](const std::string& value) {
    const Answer answer =
        get("/epcis/v2/events?EQ_https%3A%2F%2Fsuyuan.example%2Fns%2F%23consumerPhone=" + value, producer_);
    return answer.body.find(kEvent) != std::string::npos;
  };
  EXPECT_EQ(events("13911112222"), events("13911112223"));
}

// shows: R1, T10
TEST_F(PersonalRoutesTest, unmasks_for_a_purpose_inside_the_scope) {
  ASSERT_EQ(post("/epcis/v2/capture", json_document(), producer_).status, 202);
  const std::string phone =
      R"({"event":")" + kEvent + R"(","field":"suyuan:consumerPhone","purpose":"a complaint came in","case":"2026-7"})";
  const Answer seen = test::post(port_, "/api/v1/unmask", "application/json", phone, as(officer_));
  EXPECT_EQ(seen.status, 200) << seen.body;
  EXPECT_EQ(seen.body, R"({"field":"suyuan:consumerPhone","values":["13911112222"]})");
  EXPECT_EQ(seen.header("Cache-Control"), "no-store");
  const std::string contact =
      R"({"id":"https://id.gs1.org/414/6901234000016/254/0","field":"suyuan:contact","purpose":"a complaint came in","case":"2026-7"})";
  ASSERT_EQ(entries("personal.unmask").size(), 1U);
  EXPECT_EQ(entries("personal.unmask")[0].target, kEvent);
  EXPECT_EQ(entries("personal.unmask")[0].person, PersonId(21));
  EXPECT_EQ(post("/api/v1/unmask", phone, seller_).status, 404) << "of another organisation";
  EXPECT_EQ(post("/api/v1/unmask", contact, seller_).status, 404);
  EXPECT_EQ(post("/api/v1/unmask", phone, "auditor 2 23").status, 403);
  EXPECT_EQ(test::post(port_, "/api/v1/unmask", "application/json", phone).status, 401);
  for (const std::string& wrong :
       {std::string("[]"), std::string("{"), std::string("{}"), std::string(R"({"id":7})"),
        std::string(R"({"colour":"x"})"),
        R"({"id":"x","event":")" + kEvent +
            R"(","field":"suyuan:consumerPhone","purpose":"a complaint came in","case":"7"})",
        R"({"event":")" + kEvent + R"(","field":"suyuan:consumerPhone","purpose":"short","case":"7"})",
        R"({"event":")" + kEvent + R"(","field":"suyuan:consumerPhone","purpose":"a complaint came in","case":""})",
        std::string(R"({"person":"2","field":"name","purpose":"a complaint came in","case":"7"})"),
        std::string(R"({"person":-2,"field":"name","purpose":"a complaint came in","case":"7"})"),
        std::string(R"({"person":2,"event":"x","field":"name","purpose":"a complaint came in","case":"7"})"),
        R"({"event":")" + kEvent + R"(","field":"bizStep","purpose":"a complaint came in","case":"7"})"})
    EXPECT_EQ(post("/api/v1/unmask", wrong, officer_).status, 400) << wrong;
  EXPECT_EQ(entries("personal.unmask").size(), 1U) << "what was not shown has no entry";
  EXPECT_THAT(canaries_in(said_), IsEmpty());
}

// shows: R1, T10
TEST_F(PersonalRoutesTest, erases_what_one_person_asks_for_and_another_approves) {
  const Answer taken = post("/epcis/v2/capture", json_document(), producer_);
  ASSERT_EQ(taken.status, 202);
  const std::string document = "/api/v1/captures/" + taken.header("Location").substr(18) + "/document";
  const std::string wanted = R"({"event":")" + kEvent + R"(","why":"the consumer asked for it"})";
  EXPECT_EQ(post("/api/v1/erasures", wanted, seller_).status, 404) << "nothing of theirs";
  EXPECT_EQ(post("/api/v1/erasures", wanted, officer_).status, 403);
  const Answer asked = post("/api/v1/erasures", wanted, producer_);
  ASSERT_EQ(asked.status, 201) << asked.body;
  EXPECT_THAT(get("/api/v1/erasures", producer_).body, HasSubstr(kEvent));
  EXPECT_THAT(get("/api/v1/erasures", seller_).body, Not(HasSubstr(kEvent)));
  EXPECT_THAT(get("/api/v1/approvals/erasures", leader_).body, HasSubstr(R"("done":null)"));
  EXPECT_EQ(approve(asked.body, producer_).status, 403);
  EXPECT_EQ(approve(asked.body, "secadmin 3 32").status, 404);
  EXPECT_EQ(approve(asked.body, "secadmin 1 11").status, 403) << "the same person";
  EXPECT_THAT(test::get(port_, document, as(producer_)).body, HasSubstr("13911112222"));
  EXPECT_EQ(approve(asked.body, leader_).status, 200);
  EXPECT_EQ(approve(asked.body, leader_).status, 409);
  const Answer left = test::get(port_, document, as(producer_));
  EXPECT_THAT(left.body, Not(HasSubstr("13911112222")));
  EXPECT_THAT(left.body, HasSubstr(kErased));
  EXPECT_THAT(get("/epcis/v2/events/" + kEvent, producer_).body, HasSubstr(kErased));
}

// shows: R1, T10, R21
TEST_F(PersonalRoutesTest, names_and_numbers_of_people_with_accounts_are_nowhere_in_the_clear) {
  test::Receiver receiver;
  ASSERT_EQ(post("/epcis/v2/queries", R"({"name":"all","query":{}})", producer_).status, 201);
  post("/epcis/v2/queries/all/subscriptions", R"({"dest":")" + receiver.url() + R"(","stream":true})", producer_);
  ASSERT_EQ(post("/api/v1/organisations", R"({"name":"某厂","kind":"producer","division":"340100"})", "machine").status,
            201);
  const auto add = [&](const std::string& login, const std::string& name, const std::string& mobile) {
    return post("/api/v1/people",
                R"({"login":")" + login + R"(","org":2,"name":")" + name + R"(","mobile":")" + mobile + R"("})",
                "machine");
  };
  ASSERT_EQ(add("zhang", "金丝雀甲", "13911112222").status, 201);
  EXPECT_EQ(add("li", "金丝雀丁\u202e", "13922223333").status, 400);
  EXPECT_EQ(add("li", "金丝雀丁", "13922223333 金丝雀戊").status, 400);
  EXPECT_EQ(add("zhang", "金丝雀丁", "13933334444").status, 409);
  EXPECT_EQ(post("/api/v1/people", R"({"login":"li","name":"金丝雀丁","mobile":13922223333})", "machine").status, 400);
  post("/epcis/v2/events", json_event("urn:uuid:00000000-0000-7000-8000-000000000074", ""), producer_);
  for (const auto& message : receiver.wait_for(1)) said_ += message.body;
  for (const char* path : {"/api/v1/people", "/api/v1/people/2", "/api/v1/people?org=2", "/api/v1/tasks",
                           "/api/v1/audit", "/api/v1/audit?format=csv", "/metrics", "/openapi.json", "/"})
    get(path, "machine");
  EXPECT_THAT(said_, HasSubstr("金*"));
  EXPECT_THAT(said_, HasSubstr("139****2222"));
  EXPECT_THAT(canaries_in(said_), IsEmpty());
  EXPECT_THAT(canaries_in(log_.text()), IsEmpty());
  EXPECT_THAT(canaries_in(bytes_of_folder(folder_)), IsEmpty());

  const Answer asked = post("/api/v1/erasures", R"({"person":2,"why":"asked for it in writing"})", "machine");
  ASSERT_EQ(asked.status, 201) << asked.body;
  const std::string erasure = "/api/v1/erasures/" + std::string(json::parse(asked.body).at("id").as_string());
  EXPECT_THAT(get("/api/v1/tasks", "machine").body, HasSubstr("erasure.approve"));
  EXPECT_EQ(post(erasure + "/refuse", R"({"why":"still needed for a case"})", "secadmin 3 32").status, 404);
  EXPECT_EQ(post(erasure + "/refuse", R"({"why":"no"})", leader_).status, 400);
  EXPECT_EQ(post(erasure + "/withdraw", "", producer_).status, 403) << "somebody else asked";
  EXPECT_EQ(approve(asked.body, leader_).status, 200);
  EXPECT_EQ(post(erasure + "/refuse", R"({"why":"still needed for a case"})", leader_).status, 409);
  EXPECT_EQ(post(erasure + "/withdraw", "", "machine").status, 409);
  EXPECT_THAT(get("/api/v1/tasks", "machine").body, Not(HasSubstr("erasure.approve")));
  EXPECT_THAT(get("/api/v1/people/2", "machine").body, HasSubstr(kErased));
  EXPECT_EQ((*accounts_->account(PersonId(2)))->name, "");
}

}  // namespace
}  // namespace suyuan::personal_test
