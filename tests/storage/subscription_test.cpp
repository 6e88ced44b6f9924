// SPDX-License-Identifier: Apache-2.0
#include "app/subscription/subscription.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/wait.h>

#include <boost/json.hpp>
#include <csignal>
#include <random>
#include <set>

#include "adapters/files/epcis_writer.h"
#include "adapters/records/query_store.h"
#include "store_under_test.h"

// Whoever does what docs/formats/webhooks.md says after a subscription died misses nothing, on every engine.
namespace suyuan::storage {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;
using Serials = std::vector<int>;

class StandingClock final : public Clock {
 public:
  Instant now() override { return now_; }
  void pass(std::chrono::microseconds time) { now_ += time; }

 private:
  Instant now_ = parse_instant("2026-03-01T08:00:00.000007Z")->at;
};

struct Told {
  std::string id;
  Instant least;  // GS1-Query-Min-Record-Time
  Serials serials;
};

Told read(const OutgoingMessage& message) {
  Told told;
  for (const auto& [name, value] : message.headers) {
    if (name == "webhook-id") told.id = value;
    if (name == "GS1-Query-Min-Record-Time") told.least = parse_instant(value)->at;
  }
  const auto document = boost::json::parse(message.body);
  const auto& events = document.at("epcisBody").at("queryResults").at("resultsBody").at("eventList").as_array();
  for (const auto& event : events) {
    const std::string epc(event.at("epcList").as_array().front().as_string());
    told.serials.push_back(std::stoi(epc.substr(epc.rfind('/') + 1)));
  }
  return told;
}

// Somebody who subscribed, under any address.
class Subscriber final : public Webhook {
 public:
  Status judge(const std::string&) const override { return Done{}; }
  Result<int> post(const OutgoingMessage& message) override {
    const Told told = read(message);
    const int status = answer(told);
    if (status == 200) taken[message.url].push_back(told);
    return status;
  }

  std::function<int(const Told&)> answer = [](const Told&) { return 200; };
  std::map<std::string, std::vector<Told>> taken;  // by address
};

class SubscriptionStoreTest : public testing::TestWithParam<Engine> {
 protected:
  SubscriptionStoreTest() {
    open();
    auto made =
        create_query(at_this_machine(), R"({"name":"q","query":{"EQ_bizStep":["commissioning"]}})", {}, services());
    CHECK(made.ok());
  }

  void open() {
    queries_.reset();
    store_.reset();
    auto store = GetParam().open(folder_.path(), clock_);
    CHECK(store.ok());
    store_ = std::move(*store);
    queries_ = make_query_store(store_->records());
  }

  StandingServices services() { return {*queries_, {*store_, read_, epcis_writer()}, subscriber_, clock_, log_}; }

  // One document: all its events are of one record time.
  void capture(int first, int count = 1) {
    clock_.pass(std::chrono::microseconds(1));
    const auto outcome =
        capture_document(at_this_machine(), items_document(first, count), {}, read_epcis, *store_, clock_);
    ASSERT_TRUE(outcome.ok());
    ASSERT_EQ(outcome->accepted, count);
  }

  Subscription subscribe(const std::string& dest, std::optional<Instant> from = {}) {
    std::string body = R"({"stream":true,"dest":")" + dest + "\"";
    if (from) body += R"(,"initialRecordTime":")" + format_instant(*from) + "\"";
    auto made =
        suyuan::subscribe(at_this_machine(), "q", body + "}", trace::EpcFormat::kDigitalLink, services(), options_);
    CHECK(made.ok());
    return *made;
  }

  Subscription now(const std::string& id) { return **queries_->subscription(id); }
  Instant least(const std::string& id) { return *min_record_time(now(id), *store_); }

  // Until nothing is left to look at or to deliver.
  void run() {
    Deliverer deliverer(services(), options_, authorizer_);
    for (bool any = true; any;) {
      any = *deliverer.look_for_news();
      any = *deliverer.deliver_one() || any;
    }
  }

  // What the same address is told by another subscription that begins where this one says.
  Serials told_anew(const std::string& id) {
    subscriber_.answer = [](const Told&) { return 200; };
    static int number = 0;
    const std::string dest = "https://again.example/" + std::to_string(++number);
    const Subscription made = subscribe(dest, least(id));
    run();
    Serials all;
    for (const Told& told : subscriber_.taken[dest]) all.insert(all.end(), told.serials.begin(), told.serials.end());
    CHECK(queries_->remove_subscription(made.id, AuditEntry()).ok());
    return all;
  }

  Folder folder_;
  StandingClock clock_;
  SilentLog log_;
  const DocumentReader read_ = read_epcis;
  Subscriber subscriber_;
  OneMachine directory_;
  const Authorizer authorizer_{directory_, clock_};
  StandingOptions options_;
  std::unique_ptr<Store> store_;
  std::unique_ptr<QueryStore> queries_;
};

TEST_P(SubscriptionStoreTest, subscribing_again_after_410_tells_what_was_not_delivered_and_nothing_else) {
  const std::string id = subscribe("https://a.example/").id;
  capture(1);
  run();
  EXPECT_THAT(subscriber_.taken["https://a.example/"], SizeIs(1));
  subscriber_.answer = [](const Told&) { return 410; };
  capture(2);
  const Instant second = clock_.now();
  clock_.pass(std::chrono::seconds(3));
  run();
  capture(3);
  run();
  ASSERT_TRUE(now(id).outbox && now(id).outbox->dead);
  EXPECT_EQ(least(id), second) << "to the microsecond";
  EXPECT_THAT(told_anew(id), ElementsAre(2, 3));
}

TEST_P(SubscriptionStoreTest, so_does_subscribing_again_after_too_many_failures) {
  options_.attempts_max = 3;
  const std::string id = subscribe("https://a.example/").id;
  subscriber_.answer = [](const Told&) { return 503; };
  capture(1);
  const Instant first = clock_.now();
  for (int attempt = 0; attempt < 3; ++attempt) {
    capture(10 + attempt);
    run();
    EXPECT_EQ(least(id), first) << "while it is tried again, too";
    clock_.pass(std::chrono::hours(2));
  }
  ASSERT_TRUE(now(id).outbox && now(id).outbox->dead);
  EXPECT_THAT(told_anew(id), ElementsAre(1, 10, 11, 12));
}

TEST_P(SubscriptionStoreTest, and_half_way_through_several_messages) {
  options_.events_max = 3;
  const std::string id = subscribe("https://a.example/").id;
  int messages = 0;
  subscriber_.answer = [&](const Told&) { return ++messages == 1 ? 200 : 410; };
  std::vector<Instant> recorded(9);
  for (int i = 1; i <= 8; ++i) {
    capture(i);
    recorded[static_cast<std::size_t>(i)] = clock_.now();
  }
  run();
  ASSERT_THAT(subscriber_.taken["https://a.example/"], SizeIs(1));
  EXPECT_EQ(subscriber_.taken["https://a.example/"][0].least, recorded[1]) << "each message says where it begins";
  EXPECT_EQ(least(id), recorded[4]);
  EXPECT_THAT(told_anew(id), ElementsAre(4, 5, 6, 7, 8));
}

TEST_P(SubscriptionStoreTest, events_of_one_record_time_come_again_rather_than_never) {
  options_.events_max = 3;
  const std::string id = subscribe("https://a.example/").id;
  int messages = 0;
  subscriber_.answer = [&](const Told&) { return ++messages == 1 ? 200 : 410; };
  capture(1, 8);
  run();
  ASSERT_THAT(subscriber_.taken["https://a.example/"], SizeIs(1));
  EXPECT_THAT(subscriber_.taken["https://a.example/"][0].serials, ElementsAre(1, 2, 3));
  EXPECT_THAT(told_anew(id), ElementsAre(1, 2, 3, 4, 5, 6, 7, 8));
}

TEST_P(SubscriptionStoreTest, killed_between_delivering_and_noting_it_tells_again_under_the_same_id) {
  const std::string id = subscribe("https://a.example/").id;
  capture(1);
  int ends[2];
  ASSERT_EQ(::pipe(ends), 0);
  queries_.reset();
  store_.reset();
  const pid_t child = ::fork();
  if (child == 0) {
    open();
    subscriber_.answer = [&](const Told& told) {
      static_cast<void>(!::write(ends[1], told.id.data(), told.id.size()));
      ::raise(SIGKILL);
      return 200;
    };
    run();
    ::_exit(1);
  }
  ::close(ends[1]);
  char buffer[64];
  const ssize_t size = ::read(ends[0], buffer, sizeof buffer);
  ::close(ends[0]);
  int status = 0;
  ::waitpid(child, &status, 0);
  ASSERT_TRUE(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
  ASSERT_GT(size, 0);
  open();
  EXPECT_EQ(least(id), clock_.now()) << "nobody noted that it was delivered";
  clock_.pass(std::chrono::hours(1));  // beyond the lease of who was killed
  capture(2);
  run();
  const auto& taken = subscriber_.taken["https://a.example/"];
  ASSERT_THAT(taken, SizeIs(2));
  EXPECT_EQ(taken[0].id, std::string(buffer, static_cast<std::size_t>(size)));
  EXPECT_THAT(taken[0].serials, ElementsAre(1));
  EXPECT_THAT(taken[1].serials, ElementsAre(2));
}

// Whatever receivers answer and whoever records in between.
TEST_P(SubscriptionStoreTest, at_every_moment_min_record_time_covers_all_that_was_not_delivered) {
  options_.events_max = 3;
  options_.attempts_max = 4;
  std::mt19937 random(7);
  const auto pick = [&](int most) { return static_cast<int>(random() % static_cast<unsigned>(most)); };
  int serial = 0;
  for (int world = 0; world < 6; ++world) {
    const std::string dest = "https://a.example/" + std::to_string(world);
    const int first = serial + 1;
    const std::string id = subscribe(dest).id;
    std::map<int, Instant> recorded;
    Deliverer deliverer(services(), options_, authorizer_);
    for (int step = 0; step < 40; ++step) {
      subscriber_.answer = [&](const Told& told) {
        const int answers[] = {200, 200, 200, 413, 503, step > 30 ? 410 : 200};
        EXPECT_EQ(told.least, recorded[told.serials.front()]);
        return answers[pick(6)];
      };
      switch (pick(4)) {
        case 0: {
          const int count = 1 + pick(5);
          capture(serial + 1, count);
          for (int i = 0; i < count; ++i) recorded[++serial] = clock_.now();
          break;
        }
        case 1:
          ASSERT_TRUE(deliverer.look_for_news().ok());
          break;
        case 2:
          ASSERT_TRUE(deliverer.deliver_one().ok());
          break;
        default:
          clock_.pass(std::chrono::milliseconds(pick(100'000)));
          break;
      }
      std::set<int> delivered;
      for (const Told& told : subscriber_.taken[dest]) delivered.insert(told.serials.begin(), told.serials.end());
      const Instant from = least(id);
      for (int i = first; i <= serial; ++i) {
        ASSERT_TRUE(delivered.contains(i) || recorded[i] >= from) << "event " << i << " would be lost, step " << step;
      }
    }
    ASSERT_TRUE(queries_->remove_subscription(id, AuditEntry()).ok());
  }
}

INSTANTIATE_TEST_SUITE_P(Engines, SubscriptionStoreTest,
                         testing::Values(sqlite("sqlite", SqliteWarehouseOptions{}),
                                         postgres("postgres", PostgresWarehouseOptions{})),
                         [](const auto& engine) { return engine.param.name; });

}  // namespace
}  // namespace suyuan::storage
