// SPDX-License-Identifier: Apache-2.0
#include <boost/json.hpp>

#include "adapters/files/epcis_writer.h"
#include "adapters/http/page_routes.h"
#include "adapters/http/serve.h"
#include "adapters/records/mark_store.h"
#include "adapters/records/query_store.h"
#include "adapters/webhook/http_webhook.h"
#include "app/trace/mark.h"
#include "chain_world.h"
#include "tests/http/client.h"

// Another organisation's ids in every address: answered byte for byte as ids that nobody ever gave.
namespace suyuan::permissions {
namespace {

using test::Answer;
using testing::HasSubstr;
using testing::Not;

class Urls : public testing::Test {
 protected:
  Urls() : store_(open()), queries_(make_query_store(store_->records())), marks_(make_mark_store(store_->records())) {
    CHECK(options_.settings.set("server.port", "0", SettingSource::kCommandLine).ok());
    // Who asks is said in a header: these tests are of what the verbs do with it.
    services_.gate = [this](const http::Request& request, Act act) -> Result<Granted> {
      const std::string who(request.headers.get("X-Who"));
      return authorizer_.grant(principal(who.empty() ? "nobody" : who), act);
    };
    options_.add_routes.push_back(
        [this](http::Router& router) { add_page_routes(router, services_, 1 << 20, nullptr); });
    auto server = http::start_server(options_, services_);
    CHECK(server.ok());
    server_ = std::move(*server);
    for (const Deed& deed : deeds()) {
      const Answer taken = post(deed.who, "/epcis/v2/capture", document(event_json(deed, kItem, deed.id[1] - '0')));
      CHECK(taken.status == 202);
      jobs_[deed.who] = taken.header("Location").substr(std::string("/epcis/v2/capture/").size());
    }
  }

  std::unique_ptr<Store> open() {
    auto store = open_sqlite_warehouse(folder_.path(), clock_, {});
    CHECK(store.ok());
    return std::move(*store);
  }
  static std::unique_ptr<Webhook> make_webhook() {
    auto webhook = make_http_webhook({.allow_private = "127.0.0.1", .patience = std::chrono::milliseconds(500)});
    CHECK(webhook.ok());
    return std::move(*webhook);
  }

  std::string as(const std::string& who) { return who == "nobody" ? "" : "X-Who: " + who + "\r\n"; }
  Answer get(const std::string& who, const std::string& target, const std::string& more = "") {
    return test::get(server_->port(), target, as(who) + more);
  }
  Answer post(const std::string& who, const std::string& target, const std::string& body) {
    return test::post(server_->port(), target, "application/json", body, as(who));
  }
  Answer remove(const std::string& who, const std::string& target) {
    return test::ask(server_->port(), "DELETE " + target + " HTTP/1.1\r\nHost: a\r\n" + as(who) + "\r\n");
  }

  // The answer without what was asked and without its trace id.
  static std::string plain(const Answer& answer, const std::string& id) {
    std::string text = fmt::format("{} {}", answer.status, answer.body);
    const std::size_t trace_id = text.find("traceId");
    if (trace_id != std::string::npos) text.erase(trace_id, text.find_first_of(",}", trace_id) - trace_id);
    for (std::size_t at = text.find(id); at != std::string::npos; at = text.find(id)) text.replace(at, id.size(), "…");
    return text;
  }

  storage::Folder folder_;
  ManualClock clock_{parse_instant("2026-11-21T00:00:00Z")->at};
  SilentLog log_;
  const DocumentReader read_ = read_epcis;
  Town town_;
  const Authorizer authorizer_{town_, clock_};
  http::ServerOptions options_;
  const std::unique_ptr<Store> store_;
  const std::unique_ptr<QueryStore> queries_;
  const std::unique_ptr<MarkStore> marks_;
  const std::unique_ptr<Webhook> webhook_ = make_webhook();
  http::Services services_{.warehouse = *store_,
                           .clock = clock_,
                           .log = log_,
                           .read_document = read_,
                           .write_event = epcis_writer(),
                           .queries = queries_.get(),
                           .webhook = webhook_.get(),
                           .marks = marks_.get(),
                           .gate = http::public_gate(),
                           .authorizer = &authorizer_};
  std::unique_ptr<http::RunningServer> server_;
  std::map<std::string, std::string> jobs_;
};

// shows: R1, T3
TEST_F(Urls, an_id_of_somebody_else_is_answered_as_one_that_nobody_gave) {
  ASSERT_EQ(post("P", "/epcis/v2/queries", R"({"name":"mine","query":{"EQ_bizStep":["shipping"]}})").status, 201);
  const Answer subscribed =
      post("P", "/epcis/v2/queries/mine/subscriptions", R"({"dest":"http://127.0.0.1:1/","stream":true})");
  ASSERT_EQ(subscribed.status, 201) << subscribed.body;
  const std::string subscription = subscribed.header("Location").substr(subscribed.header("Location").rfind('/') + 1);
  const Answer marked = post("P", "/api/v1/marks", fmt::format(R"({{"id":"{}","reason":"test"}})", kItem));
  ASSERT_EQ(marked.status, 201) << marked.body;
  const std::string mark = marked.header("Location").substr(std::string("/api/v1/marks/").size());
  const std::string no_uuid = "019a0000-0000-7000-8000-000000000000";
  const std::string item = "https:%2F%2Fid.gs1.org%2F01%2F06901234567892%2F21%2F7";
  const std::string no_item = "https:%2F%2Fid.gs1.org%2F01%2F06901234567892%2F21%2F8";
  struct Case {
    std::string method, before, id, unknown, after;
  };
  const std::vector<Case> cases = {{"GET", "/epcis/v2/events/", "urn:event:e1", "urn:event:e9", ""},
                                   {"GET", "/epcis/v2/capture/", jobs_.at("P"), no_uuid, ""},
                                   {"GET", "/api/v1/captures/", jobs_.at("P"), no_uuid, "/document"},
                                   {"GET", "/epcis/v2/queries/", "mine", "none", ""},
                                   {"GET", "/epcis/v2/queries/", "mine", "none", "/events"},
                                   {"GET", "/epcis/v2/queries/", "mine", "none", "/subscriptions"},
                                   {"GET", "/epcis/v2/queries/mine/subscriptions/", subscription, no_uuid, ""},
                                   {"DELETE", "/epcis/v2/queries/mine/subscriptions/", subscription, no_uuid, ""},
                                   {"DELETE", "/epcis/v2/queries/", "mine", "none", ""},
                                   {"POST", "/epcis/v2/queries/", "mine", "none", "/subscriptions"},
                                   {"GET", "/api/v1/marks/", mark, no_uuid, ""},
                                   {"GET", "/api/v1/marks/", mark, no_uuid, "?format=csv"},
                                   {"POST", "/api/v1/marks/", mark, no_uuid, "/recheck"},
                                   {"POST", "/api/v1/marks/", mark, no_uuid, "/lift"},
                                   {"GET", "/api/v1/trace?id=", item, no_item, ""},
                                   {"GET", "/api/v1/recall?id=", item, no_item, ""},
                                   {"GET", "/api/v1/recall?id=", item, no_item, "&format=csv"},
                                   {"GET", "/epcis/v2/epcs/", item, no_item, "/events"},
                                   {"GET", "/epcis/v2/epcs/", item, no_item, ""}};
  const std::string reason = R"({"reason":"why","dest":"http://127.0.0.1:1/","stream":true})";
  for (const char* who : {"platform", "province"}) {
    for (const Case& each : cases) {
      const auto ask = [&](const std::string& id) {
        const std::string target = each.before + id + each.after;
        if (each.method == "GET") return get(who, target);
        if (each.method == "DELETE") return remove(who, target);
        return post(who, target, each.after == "/lift" ? R"({"reason":"why"})" : reason);
      };
      Answer theirs = ask(each.id), none = ask(each.unknown);
      std::string real = plain(theirs, each.id), unknown = plain(none, each.unknown);
      for (std::string* text : {&real, &unknown})  // the code as people write it
        for (const char* shown : {"21)7", "21)8", "/21/7", "/21/8"})
          if (const std::size_t at = text->find(shown); at != std::string::npos)
            text->replace(at, std::string(shown).size(), "…");
      EXPECT_EQ(real, unknown) << who << " " << each.method << " " << each.before << each.after;
      EXPECT_NE(theirs.status / 100, 5) << theirs.body;
    }
  }
  EXPECT_EQ(get("P", "/epcis/v2/queries/mine").status, 200) << "nobody took it away";
  EXPECT_EQ(get("P", "/epcis/v2/queries/mine/subscriptions/" + subscription).status, 200);
  EXPECT_THAT(get("P", "/api/v1/marks/" + mark).body, HasSubstr("\"open\":true"));
}

TEST_F(Urls, a_name_of_a_query_is_free_though_another_organisation_has_it) {
  ASSERT_EQ(post("P", "/epcis/v2/queries", R"({"name":"same","query":{"EQ_bizStep":["shipping"]}})").status, 201);
  ASSERT_EQ(post("D", "/epcis/v2/queries", R"({"name":"same","query":{"EQ_bizStep":["receiving"]}})").status, 201);
  EXPECT_EQ(post("D", "/epcis/v2/queries", R"({"name":"same","query":{}})").status, 409);
  EXPECT_THAT(get("P", "/epcis/v2/queries/same").body, HasSubstr("shipping"));
  EXPECT_THAT(get("D", "/epcis/v2/queries/same").body, HasSubstr("receiving"));
  EXPECT_THAT(get("D", "/epcis/v2/queries").body, Not(HasSubstr("shipping")));
  EXPECT_EQ(get("R", "/epcis/v2/queries").body, "[]");
  ASSERT_EQ(remove("D", "/epcis/v2/queries/same").status, 204);
  EXPECT_EQ(get("D", "/epcis/v2/queries/same").status, 404);
  EXPECT_THAT(get("P", "/epcis/v2/queries/same").body, HasSubstr("shipping"));
}

TEST_F(Urls, a_subscription_of_a_closed_organisation_rests_and_says_so) {
  ASSERT_EQ(post("county A", "/epcis/v2/queries", R"({"name":"q","query":{"EQ_bizStep":["shipping"]}})").status, 201);
  const Answer made =
      post("county A", "/epcis/v2/queries/q/subscriptions", R"({"dest":"http://127.0.0.1:1/","stream":true})");
  ASSERT_EQ(made.status, 201) << made.body;
  EXPECT_THAT(get("city", made.header("Location")).body, HasSubstr("\"state\":\"active\""));
  town_.closed = "county A";
  EXPECT_THAT(get("city", made.header("Location")).body, HasSubstr("\"state\":\"resting\""));
  EXPECT_EQ(get("county A", "/epcis/v2/queries").status, 403);
}

TEST_F(Urls, what_is_made_for_one_is_not_kept_for_others) {
  for (const char* target : {"/epcis/v2/events", "/api/v1/marks", "/epcis/v2/capture"}) {
    const Answer answer = get("P", target);
    EXPECT_THAT(answer.header("Cache-Control"), HasSubstr("private")) << target;
    EXPECT_THAT(answer.header("Vary"), HasSubstr("Authorization")) << target;
    EXPECT_EQ(answer.header("ETag"), "") << target;
  }
}

// shows: T3
TEST_F(Urls, the_public_gets_no_numbers_and_no_chain_but_words_and_a_way_on) {
  const Answer start = get("nobody", "/", "Accept: text/html\r\n");
  EXPECT_EQ(start.status, 200);
  EXPECT_THAT(start.body, Not(HasSubstr("条记录")));
  EXPECT_THAT(start.body, Not(HasSubstr("最近有记录")));
  EXPECT_THAT(get("P", "/").body, Not(HasSubstr("条记录")));
  EXPECT_THAT(get("machine", "/").body, HasSubstr("条记录"));
  const Answer trace =
      get("nobody", "/trace?id=" + std::string("https:%2F%2Fid.gs1.org%2F01%2F06901234567892%2F21%2F7"));
  EXPECT_EQ(trace.status, 401);
  EXPECT_THAT(trace.header("Content-Type"), HasSubstr("text/html"));
  EXPECT_THAT(trace.body, HasSubstr("需要登录"));
  EXPECT_THAT(trace.body, HasSubstr("/login"));
  EXPECT_THAT(trace.body, HasSubstr("/find?text="));
  EXPECT_EQ(get("nobody", "/trace?id=%22%3E%3Cscript%3E").body.find("<script>"), std::string::npos);
  EXPECT_EQ(get("nobody", "/api/v1/trace?id=x").status, 401);
  EXPECT_EQ(get("nobody", "/01/06901234567892/21/7").status, 200);
}

}  // namespace
}  // namespace suyuan::permissions
