// SPDX-License-Identifier: Apache-2.0
#include <sys/wait.h>
#include <csignal>
#include <fstream>
#include <set>

#include "../support/program_key.h"
#include "base/text.h"
#include "engine/digest/hmac.h"
#include "receiver.h"
#include "store_fixture.h"

// Subscribers are told of every event once or more often, never of none, and know who tells them.
namespace suyuan::test {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;
using Ids = std::vector<std::string>;

Ids ids_in(const Received& message) { return event_ids(Answer{200, message.head, message.body}); }

class SubscriptionTest : public StoreFixture {
 protected:
  void SetUp() override {
    start();
    const Answer made = post(port_, "/epcis/v2/queries", "application/json",
                             R"({"name":"shipped","query":{"EQ_bizStep":["shipping"]}})");
    ASSERT_EQ(made.status, 201) << made.body;
  }

  Answer subscribe(const std::string& members, const std::string& url) {
    return post(port_, kPath, "application/json", R"({"dest":")" + url + "\"," + members + "}");
  }

  std::string subscription(const Answer& made) { return get(port_, made.header("Location")).body; }

  // The subscription's state once it is the one that is wanted, or after ten seconds.
  std::string once_it_says(const Answer& made, const std::string& wanted) {
    std::string body;
    for (int i = 0; i < 200; ++i) {
      body = subscription(made);
      if (body.find(wanted) != std::string::npos) break;
      std::this_thread::sleep_for(std::chrono::milliseconds(50));
    }
    return body;
  }

  static constexpr const char* kPath = "/epcis/v2/queries/shipped/subscriptions";
};

TEST_F(SubscriptionTest, a_stream_tells_of_new_events_signed_and_in_order) {
  capture(observed(1));
  Receiver receiver;
  const Answer made = subscribe(R"("stream":true,"signatureToken":"sesame")", receiver.url());
  ASSERT_EQ(made.status, 201) << made.body;
  EXPECT_THAT(made.body, Not(HasSubstr("sesame")));
  capture(observed(2) + "," + observed(3, "receiving") + "," + observed(4));
  const auto first = receiver.wait_for(1);
  ASSERT_EQ(first.size(), 1U);
  EXPECT_THAT(ids_in(first[0]), ElementsAre("2", "4")) << "not what was there before, not what does not match";
  EXPECT_THAT(first[0].body, HasSubstr(R"("queryName":"shipped")"));
  const std::string id = first[0].header("webhook-id"), stamp = first[0].header("webhook-timestamp");
  // HMAC-SHA256 over id.timestamp.body, as Standard Webhooks has it.
  const auto digest = hmac_sha256("sesame", id + "." + stamp + "." + first[0].body);
  std::string expected = base64url(digest);
  for (char& c : expected) c = c == '-' ? '+' : c == '_' ? '/' : c;
  EXPECT_EQ(first[0].header("webhook-signature"), "v1," + expected + "=");
  EXPECT_EQ(first[0].header("GS1-Signature"), "v1," + expected + "=");
  EXPECT_EQ(first[0].header("GS1-EPCIS-Version"), "2.0.0");
  capture(observed(5));
  const auto both = receiver.wait_for(2);
  ASSERT_EQ(both.size(), 2U);
  EXPECT_THAT(ids_in(both[1]), ElementsAre("5"));
  EXPECT_NE(both[1].header("webhook-id"), id);
  EXPECT_THAT(once_it_says(made, "\"deliveries\":2"), HasSubstr("lastNotifiedAt"));
}

TEST_F(SubscriptionTest, what_was_recorded_before_is_told_from_the_initial_record_time_on) {
  capture(observed(1) + "," + observed(2));
  Receiver receiver;
  ASSERT_EQ(subscribe(R"("stream":true,"initialRecordTime":"2020-01-01T00:00:00Z")", receiver.url()).status, 201);
  const auto told = receiver.wait_for(1);
  ASSERT_EQ(told.size(), 1U);
  EXPECT_THAT(ids_in(told[0]), ElementsAre("1", "2"));
  EXPECT_EQ(told[0].header("webhook-signature"), "") << "nobody gave a secret";
}

TEST_F(SubscriptionTest, many_events_come_in_messages_of_a_bounded_size) {
  set("webhook.events_max", "3");
  start();
  Receiver receiver;
  ASSERT_EQ(subscribe(R"("stream":true)", receiver.url()).status, 201);
  std::string events;
  for (int i = 1; i <= 8; ++i) events += (i > 1 ? "," : "") + observed(i);
  capture(events);
  Ids told;
  for (const Received& message : receiver.wait_for(3)) {
    const Ids ids = ids_in(message);
    EXPECT_LE(ids.size(), 3U);
    told.insert(told.end(), ids.begin(), ids.end());
  }
  EXPECT_THAT(told, ElementsAre("1", "2", "3", "4", "5", "6", "7", "8"));
}

TEST_F(SubscriptionTest, a_schedule_tells_what_came_since_the_last_run_also_when_that_is_nothing) {
  Receiver receiver;
  const Answer made = subscribe(R"("schedule":{"second":"[0-59]"},"reportIfEmpty":true)", receiver.url());
  ASSERT_EQ(made.status, 201) << made.body;
  EXPECT_THAT(made.body, testing::AllOf(HasSubstr("nextRunAt"), HasSubstr(R"("reportIfEmpty":true)")));
  ASSERT_FALSE(receiver.wait_for(1).empty());
  capture(observed(1));
  std::multiset<std::string> told;
  bool was_empty = false;
  const std::size_t before = receiver.count();
  for (const Received& message : receiver.wait_for(before + 3)) {
    const Ids ids = ids_in(message);
    was_empty = was_empty || ids.empty();
    told.insert(ids.begin(), ids.end());
  }
  EXPECT_TRUE(was_empty);
  EXPECT_THAT(told, ElementsAre("1")) << "once, however often it ran";
  const Answer gone = ask(port_, "DELETE " + made.header("Location") + " HTTP/1.1\r\nHost: a\r\n\r\n");
  EXPECT_EQ(gone.status, 204);
  EXPECT_EQ(get(port_, made.header("Location")).status, 404);
}

TEST_F(SubscriptionTest, a_receiver_that_fails_is_told_again_with_the_same_id_until_it_is_given_up) {
  set("webhook.attempts_max", "2");
  start();
  Receiver receiver;
  receiver.answer_with(503);
  const Answer made = subscribe(R"("stream":true)", receiver.url());
  ASSERT_EQ(made.status, 201);
  capture(observed(1));
  ASSERT_EQ(receiver.wait_for(1).size(), 1U);
  const std::string waiting = once_it_says(made, "\"state\":\"retrying\"");
  EXPECT_THAT(waiting, testing::AllOf(HasSubstr("answered 503"), HasSubstr("nextAttemptAt")));
  const auto both = receiver.wait_for(2);
  ASSERT_EQ(both.size(), 2U);
  EXPECT_EQ(both[0].header("webhook-id"), both[1].header("webhook-id"));
  EXPECT_EQ(both[0].body, both[1].body);
  EXPECT_THAT(once_it_says(made, "dead"), HasSubstr(R"("state":"dead")"));
  EXPECT_THAT(get(port_, kPath).body, HasSubstr(R"("state":"dead")"));
}

TEST_F(SubscriptionTest, a_redirect_is_not_followed_and_gone_is_gone) {
  Receiver moved, gone;
  moved.answer_with(302);
  gone.answer_with(410);
  const Answer one = subscribe(R"("stream":true)", moved.url());
  const Answer two = subscribe(R"("stream":true)", gone.url());
  capture(observed(1));
  EXPECT_THAT(once_it_says(one, "\"state\":\"retrying\""), HasSubstr("answered 302"));
  EXPECT_THAT(once_it_says(two, "dead"), HasSubstr("answered 410"));
}

// As docs/formats/webhooks.md says; on every engine and at every moment: tests/storage/subscription_test.cpp.
// shows: X8
TEST_F(SubscriptionTest, whoever_subscribes_again_from_min_record_time_misses_nothing) {
  Receiver gone;
  const Answer made = subscribe(R"("stream":true)", gone.url());
  capture(observed(1));
  ASSERT_EQ(gone.wait_for(1).size(), 1U);
  once_it_says(made, "\"deliveries\":1");
  gone.answer_with(410);
  capture(observed(2));
  const auto told = gone.wait_for(2);
  ASSERT_EQ(told.size(), 2U);
  const std::string dead = once_it_says(made, R"("state":"dead")");
  capture(observed(3));
  const std::string from(boost::json::parse(dead).at("minRecordTime").as_string());
  const auto recorded = store_->find_event("urn:event:2", false);
  ASSERT_TRUE(recorded.ok() && *recorded);
  EXPECT_EQ(from, format_instant((*recorded)->recorded));
  EXPECT_EQ(told[1].header("GS1-Query-Min-Record-Time"), from);
  const Answer shown = get(port_, made.header("Location"));
  EXPECT_EQ(shown.header("GS1-Query-Min-Record-Time"), from);
  Receiver receiver;
  const Answer again = subscribe(R"("stream":true,"initialRecordTime":")" + from + "\"", receiver.url());
  EXPECT_THAT(again.body, HasSubstr(R"("minRecordTime":")" + from + "\""));
  Ids all;
  for (std::size_t wanted = 1; wanted <= 2 && all.size() < 2; ++wanted) {
    all.clear();
    for (const Received& message : receiver.wait_for(wanted)) {
      const Ids ids = ids_in(message);
      all.insert(all.end(), ids.begin(), ids.end());
    }
  }
  EXPECT_THAT(all, ElementsAre("2", "3"));
}

TEST_F(SubscriptionTest, a_receiver_for_whom_a_message_is_too_large_gets_smaller_ones) {
  Receiver receiver;
  receiver.answer_with(413);
  const Answer made = subscribe(R"("stream":true)", receiver.url());
  ASSERT_EQ(made.status, 201) << made.body;
  EXPECT_THAT(made.body, HasSubstr(R"("epcFormat":"Always_GS1_Digital_Link")"));
  capture(observed(1) + "," + observed(2) + "," + observed(3) + "," + observed(4));
  const auto first = receiver.wait_for(3);
  ASSERT_EQ(first.size(), 3U);
  EXPECT_THAT(ids_in(first[0]), ElementsAre("1", "2", "3", "4"));
  EXPECT_THAT(ids_in(first[1]), ElementsAre("1", "2"));
  EXPECT_THAT(ids_in(first[2]), ElementsAre("1"));
  EXPECT_NE(first[0].header("webhook-id"), first[1].header("webhook-id")) << "another body is another message";
  EXPECT_THAT(once_it_says(made, "answered 413"), HasSubstr(R"("state":"retrying")")) << "one event is the least";
  receiver.answer_with(200);
  Ids told;
  for (std::size_t wanted = 4; wanted < 8 && (told.empty() || told.back() != "4"); ++wanted) {
    told.clear();
    const auto all = receiver.wait_for(wanted);
    for (std::size_t i = 3; i < all.size(); ++i) {
      const Ids ids = ids_in(all[i]);
      told.insert(told.end(), ids.begin(), ids.end());
    }
  }
  EXPECT_THAT(told, ElementsAre("1", "2", "3", "4")) << "nothing is lost by making it smaller";
}

TEST_F(SubscriptionTest, urns_that_nobody_can_promise_are_refused_before_they_stop_a_subscription) {
  const Answer refused = post(port_, kPath, "application/json", R"({"dest":"https://a.example/","stream":true})",
                              "GS1-EPC-Format: Always_EPC_URN\r\n");
  EXPECT_EQ(refused.status, 406) << refused.body;
  EXPECT_EQ(problem_type(refused), "epcisException:NotAcceptableException");
}

TEST_F(SubscriptionTest, addresses_that_are_not_public_are_refused_also_behind_a_name) {
  set("webhook.allow_private", "");
  start();
  for (const char* url : {"http://127.0.0.1:1/", "http://[::1]/", "https://10.0.0.1/x", "http://[::ffff:192.168.0.1]/",
                          "http://169.254.169.254/latest", "http://0x7f000001/", "http://2130706433/", "http://127.1/",
                          "http://0177.0.0.1/", "http://[::ffff:7f00:1]/", "http://[64:ff9b::7f00:1]/"}) {
    const Answer refused = subscribe(R"("stream":true)", url);
    EXPECT_EQ(refused.status, 403) << url << refused.body;
    EXPECT_EQ(problem_type(refused), "epcisException:SecurityException") << url;
  }
  Receiver receiver;
  const Answer made = subscribe(R"("stream":true)", "http://localhost:" + std::to_string(receiver.port()) + "/");
  ASSERT_EQ(made.status, 201) << "a name is judged when it is resolved";
  capture(observed(1));
  EXPECT_THAT(once_it_says(made, "\"state\":\"retrying\""), HasSubstr("not an address of the public internet"));
  EXPECT_EQ(receiver.count(), 0U);
}

TEST_F(SubscriptionTest, a_request_that_is_none_is_refused_with_every_reason) {
  const std::string url = "http://127.0.0.1:1/";
  for (const char* members :
       {R"("stream":false)", R"("stream":true,"schedule":{"hour":"1"})", R"("schedule":{})", R"("schedule":"daily")",
        R"("schedule":{"hour":"24"})", R"("schedule":{"dayOfMonth":"30","month":"2"})", R"("schedule":{"second":"60"})",
        R"("schedule":{"minute":"*/5"})", R"("schedule":{"minute":"[9-5]"})", R"("schedule":{"minute":""})",
        R"("schedule":{"year":"2026"})", R"("stream":"yes")", R"("stream":true,"reportIfEmpty":1)",
        R"("stream":true,"initialRecordTime":"yesterday")", R"("stream":true,"secret":"x")",
        R"("stream":true,"signatureToken":"")", R"("stream":true,"signatureToken":"whsec_")",
        R"("stream":true,"signatureToken":"whsec_not base64")", R"("stream":true,"signatureToken":7)"}) {
    const Answer refused = subscribe(members, url);
    EXPECT_EQ(refused.status, 400) << members;
    EXPECT_EQ(problem_type(refused), "epcisException:SubscriptionControlsException") << members;
    EXPECT_THAT(refused.body, HasSubstr("findings")) << members;
  }
  EXPECT_THAT(subscribe(R"("stream":true,"signatureToken":"whsec_not base64")", url).body,
              testing::AllOf(HasSubstr("begins with whsec_"), Not(HasSubstr("not base64"))));
  for (const char* bad :
       {"", "ftp://a.example/", "no url", "http://user:pw@a.example/", "https:///x", "http://a.example:99999/",
        "http://a.example:0/", "//a.example/", "http://a.example/#x", "http://a.example/\\r\\nX: y"})
    EXPECT_EQ(subscribe(R"("stream":true)", bad).status, 400) << bad;
  EXPECT_EQ(post(port_, kPath, "application/json", "nonsense").status, 400);
  EXPECT_EQ(post(port_, "/epcis/v2/queries/none/subscriptions", "application/json",
                 R"({"dest":"https://a.example/","stream":true})")
                .status,
            404);
  EXPECT_EQ(get(port_, "/epcis/v2/queries/none/subscriptions").status, 404);
  EXPECT_EQ(get(port_, std::string(kPath) + "/none").status, 404);
  EXPECT_EQ(get(port_, kPath).body, "[]");
  ASSERT_EQ(post(port_, "/epcis/v2/queries", "application/json",
                 R"({"name":"last","query":{"orderBy":"eventTime","eventCountLimit":1}})")
                .status,
            201);
  EXPECT_EQ(post(port_, "/epcis/v2/queries/last/subscriptions", "application/json",
                 R"({"dest":"https://a.example/","stream":true})")
                .status,
            400);
}

// The whole program, killed at any moment.
class Program {
 public:
  Program(const std::filesystem::path& folder, int port) {
    always_send(key_header("--data '" + folder.string() + "'", "producer", "producer"));
    child_ = ::fork();
    if (child_ == 0) {
      const std::string at = "server.port=" + std::to_string(port);
      static_cast<void>(std::freopen("/dev/null", "w", stdout));
      static_cast<void>(std::freopen("/dev/null", "w", stderr));
      ::execl(SUYUAN_BINARY, SUYUAN_BINARY, "serve", "--data", folder.c_str(), "--set", at.c_str(), "--set",
              "webhook.allow_private=127.0.0.1", "--set", "webhook.timeout_ms=500", nullptr);
      ::_exit(127);
    }
    for (int i = 0; i < 200 && get(port, "/healthz").status != 200; ++i)
      std::this_thread::sleep_for(std::chrono::milliseconds(50));
  }
  ~Program() {
    ::kill(child_, SIGKILL);
    ::waitpid(child_, nullptr, 0);
  }

 private:
  pid_t child_ = 0;
};

// shows: X8
TEST_F(SubscriptionTest, nothing_is_lost_when_the_program_is_killed_while_it_tells) {
  ASSERT_TRUE(std::filesystem::exists(SUYUAN_BINARY)) << "build the target suyuan first";
  Receiver receiver;
  receiver.answer_with(0);  // takes the message and hangs up: the sender cannot know
  ASSERT_EQ(subscribe(R"("stream":true)", receiver.url()).status, 201);
  stop();
  const int port = Receiver().port();  // was free a moment ago
  std::string first;
  {
    const Program program(folder_, port);
    port_ = port;
    capture(observed(1));
    const auto told = receiver.wait_for(1);
    ASSERT_FALSE(told.empty());
    first = told[0].header("webhook-id");
  }
  receiver.answer_with(200);
  const Program again(folder_, port);
  capture(observed(2));
  Ids told;
  std::set<std::string> ids_of_first;
  for (std::size_t wanted = 2; wanted < 20 && (told.empty() || told.back() != "2"); ++wanted) {
    told.clear();
    for (const Received& message : receiver.wait_for(wanted)) {
      const Ids ids = ids_in(message);
      if (ids.front() == "1") ids_of_first.insert(message.header("webhook-id"));
      told.insert(told.end(), ids.begin(), ids.end());
    }
  }
  EXPECT_EQ(told.front(), "1");
  EXPECT_EQ(told.back(), "2");
  EXPECT_EQ(ids_of_first, std::set<std::string>{first}) << "told again, under the same id";
}

}  // namespace
}  // namespace suyuan::test
