// SPDX-License-Identifier: Apache-2.0
#include "adapters/http/page_cache.h"

#include <atomic>
#include <random>
#include <thread>

#include "../reference/random_world.h"
#include "../support/machine_gate.h"
#include "adapters/files/epcis_writer.h"
#include "adapters/http/page_routes.h"
#include "adapters/http/serve.h"
#include "page_world.h"

// A kept page is the page that would be made now, always.
namespace suyuan::test {

namespace {

using http::Request;
using http::Response;
using trace::Action;
using trace::EventType;
using trace::Role;

constexpr std::size_t kMiB = 1U << 20U;

class KeptPages : public PageWorld {
 protected:
  KeptPages() {
    const http::Services services{*store_, clock_,  log_,    read_epcis,          epcis_writer(),
                                  nullptr, nullptr, nullptr, test::machine_gate()};
    http::add_page_routes(keeping_, services, kMiB);
    http::add_page_routes(fresh_, services, 0);
  }

  static Request request(const std::string& target, const std::string& accept) {
    Request made;
    made.method = "GET";
    std::string why;
    CHECK(http::read_target(target, made, why));
    made.headers.add("Host", "trace.example");
    made.headers.add("Accept", accept);
    return made;
  }

  // What the server does: from memory on the network thread, else by a worker.
  Response ask(Request asked) {
    const http::Route* route = keeping_.find(asked);
    CHECK(route != nullptr);
    if (const auto kept = route->from_memory(asked)) {
      ++hits_;
      return *kept;
    }
    return keeping_.answer(asked);
  }
  Response ask_fresh(Request asked) { return fresh_.answer(asked); }

  static std::string all_of(const Response& response) {
    std::string text = fmt::format("{}\n", response.status);
    for (const auto& [name, value] : response.headers.all()) text += name + ": " + value + "\n";
    return text + response.body;
  }

  SilentLog log_;
  http::Router keeping_, fresh_;
  std::atomic<int> hits_ = 0;
};

// A world that is told little by little, while people look.
class Telling {
 public:
  Telling(std::uint64_t seed, int number) : world_(reference::random_world(seed, number, false)), number_(number) {}

  bool is_over() const { return next_ == world_.happenings.size() && declared_ == world_.happenings.size(); }
  // The next happening, or a declaration that an earlier one was wrong: some repeat its things, some only its id.
  std::optional<trace::Event> next(std::mt19937_64& dice) {
    if (next_ > declared_ && (next_ == world_.happenings.size() || dice() % 2 == 0)) {
      const reference::Happening& h = world_.happenings[declared_++];
      if (!h.wrong) return std::nullopt;
      trace::Event e = event_of(h);
      e.error_declaration = trace::ErrorDeclaration{e.time.at + std::chrono::hours(1), "", {}};
      if (dice() % 2 == 0) {
        e.objects = {{Role::kSubject, elsewhere(), {}, "", false, ""}};
        e.content = sha256(e.id + " elsewhere");
      }
      return e;
    }
    if (next_ == world_.happenings.size()) return std::nullopt;
    return event_of(world_.happenings[next_++]);
  }
  const codes::Identity& thing(std::mt19937_64& dice) const { return world_.things[dice() % world_.things.size()].id; }

 private:
  trace::Event event_of(const reference::Happening& h) const {
    trace::Event e;
    e.type = h.type;
    e.action = h.action;
    e.id = fmt::format("https://world.example/{}/{}", number_, h.name);
    e.content = sha256(e.id);
    e.time = {parse_instant("2026-03-01T00:00:00Z")->at + std::chrono::minutes(h.minute), std::chrono::minutes(0)};
    e.biz_step = h.biz_step;
    for (const reference::Part& p : h.parts)
      e.objects.push_back(
          {p.role, world_.things[static_cast<std::size_t>(p.thing)].id, p.amount, p.uom, p.is_quantity, ""});
    return e;
  }
  codes::Identity elsewhere() const {
    return code_at(fmt::format("/01/{}/21/ELSEWHERE", with_check_digit("0691999999999")));
  }

  reference::RandomWorld world_;
  int number_;
  std::size_t next_ = 0, declared_ = 0;
};

trace::MasterDatum some_master_data(const codes::Identity& subject, std::mt19937_64& dice) {
  static constexpr const char* kAttributes[] = {"urn:epcglobal:cbv:mda#descriptionShort", "suyuan:role",
                                                "suyuan:county", "suyuan:model"};
  return {subject, "urn:epcglobal:epcis:vtype:Location", kAttributes[dice() % 4], fmt::format("v{}", dice() % 50)};
}

std::string some_target(const codes::Identity& id, std::mt19937_64& dice) {
  static constexpr const char* kQueries[] = {"", "?lang=en", "?linkType=linkset", "?linkType=gs1:pip", "?size=large"};
  return codes::page_path(id) + kQueries[dice() % 5];
}

}  // namespace

// shows: X6
TEST_F(KeptPages, are_what_would_be_made_now) {
  static constexpr const char* kAccepts[] = {"text/html", "application/json", "application/linkset+json", "*/*"};
  for (int number = 1; number <= 60; ++number) {
    std::mt19937_64 dice(static_cast<std::uint64_t>(number));
    Telling telling(static_cast<std::uint64_t>(number), number);
    while (!telling.is_over()) {
      if (dice() % 6 == 0) {
        std::vector<trace::Event> events;
        std::vector<trace::MasterDatum> data;
        for (auto i = dice() % 3; i > 0; --i) {
          if (auto one = telling.next(dice)) events.push_back(std::move(*one));
        }
        for (auto i = dice() % 3; i > 0; --i) data.push_back(some_master_data(telling.thing(dice), dice));
        tell(std::move(events), std::move(data));
      }
      const Request asked = request(some_target(telling.thing(dice), dice), kAccepts[dice() % 4]);
      ASSERT_EQ(all_of(ask(asked)), all_of(ask_fresh(asked))) << asked.target << " in world " << number;
    }
  }
  EXPECT_GT(hits_, 300);
}

// shows: X6
TEST_F(KeptPages, show_what_was_acknowledged_while_others_look) {
  const auto thing = code_at("/01/" + with_check_digit("0691234567890") + "/21/A");
  const Request asked = request(codes::page_path(thing), "application/json");
  std::atomic<bool> done = false;
  std::thread others([&] {
    while (!done) ask(asked);
  });
  for (int records = 1; records <= 300; ++records) {
    tell({event(EventType::kObject, Action::kObserve, {{Role::kSubject, thing}})});
    const Response seen = ask(asked);
    EXPECT_NE(seen.body.find(fmt::format("\"records\":{},", records)), std::string::npos) << seen.body;
  }
  done = true;
  others.join();
}

TEST_F(KeptPages, of_a_class_follow_its_new_members) {
  const std::string product = "/01/" + with_check_digit("0691234567890");
  const auto here = code_at("/414/" + with_check_digit("691000000001")),
             there = code_at("/414/" + with_check_digit("691000000002"));
  const auto county = [](const codes::Identity& place, const char* name) {
    return trace::MasterDatum{place, "urn:epcglobal:epcis:vtype:Location", "suyuan:county", name};
  };
  tell({event(EventType::kObject, Action::kObserve,
              {{Role::kSubject, code_at(product), true}, {Role::kBizLocation, here}})},
       {county(here, "HERE"), county(there, "THERE")});
  const Request asked = request(product, "text/html");
  EXPECT_NE(ask(asked).body.find("HERE"), std::string::npos);
  tell({event(EventType::kObject, Action::kAdd,
              {{Role::kSubject, code_at(product + "/21/A")}, {Role::kBizLocation, there}})});
  EXPECT_NE(ask_fresh(asked).body.find("THERE"), std::string::npos);
  EXPECT_EQ(all_of(ask(asked)), all_of(ask_fresh(asked)));
}

TEST_F(KeptPages, end_with_the_year_that_two_digits_are_read_by) {
  const Request asked = request("/t/2027010801234567", "application/json");  // a certificate of 2027, or something else
  const std::string in_2026 = all_of(ask_fresh(asked));
  ask(asked);
  EXPECT_EQ(all_of(ask(asked)), in_2026);
  clock_.set(parse_instant("2027-06-01T00:00:00Z")->at);
  EXPECT_NE(all_of(ask_fresh(asked)), in_2026);
  EXPECT_EQ(all_of(ask(asked)), all_of(ask_fresh(asked)));
}

TEST_F(KeptPages, are_not_sent_again_to_who_has_them) {
  const auto thing = code_at("/01/" + with_check_digit("0691234567890") + "/21/A");
  tell({event(EventType::kObject, Action::kObserve, {{Role::kSubject, thing}})});
  Request asked = request(codes::page_path(thing), "text/html");
  const Response first = ask(asked);
  const std::string tag(first.headers.get("ETag"));
  ASSERT_FALSE(tag.empty());
  asked.headers.set("If-None-Match", "\"other\", W/" + tag);
  for (const Response& again : {ask(asked), ask_fresh(asked)}) {
    EXPECT_EQ(again.status, 304);
    EXPECT_EQ(again.body, "");
    EXPECT_EQ(again.headers.get("ETag"), tag);
    EXPECT_EQ(again.headers.get("Vary"), "Accept, Cookie");
  }
  tell({event(EventType::kObject, Action::kObserve, {{Role::kSubject, thing}})});
  EXPECT_EQ(ask(asked).status, 200);
}

TEST_F(KeptPages, of_people_outlast_somebody_who_tries_out_codes) {
  const auto thing = code_at("/01/" + with_check_digit("0691234567890") + "/21/A");
  tell({event(EventType::kObject, Action::kObserve, {{Role::kSubject, thing}})});
  const Request popular = request(codes::page_path(thing), "text/html");
  ask(popular);
  ask(popular);
  for (int i = 0; i < 2000; ++i)
    ask(request(fmt::format("/01/{}/21/T{}", with_check_digit("0691234567890"), i), "text/html"));
  const int before = hits_;
  ask(popular);
  EXPECT_EQ(hits_, before + 1);
}

namespace {

class Nothing final : public Changes {
 public:
  Place place_of(Of, trace::ObjectId) const override { return 0; }
  Place place_of_arrival(const codes::Identity&) const override { return 0; }
  Place place_of_declaration(std::string_view) const override { return 0; }
  std::uint64_t moment() const override { return 0; }
  bool is_unchanged(std::span<const Place>, std::uint64_t) const override { return true; }
};

}  // namespace

TEST(PageCache, stays_within_its_memory) {
  const Nothing changes;
  http::PageCache cache(&changes, 100'000);
  std::mt19937_64 dice(3);
  for (int i = 0; i < 5000; ++i) {
    Footprint footprint(&changes);
    cache.keep(fmt::format("{}", i),
               std::make_shared<const Response>(http::reply(200, "text/html", std::string(dice() % 20'000, 'x'))),
               footprint);
    cache.find(fmt::format("{}", dice() % static_cast<std::uint64_t>(i + 1)));
    ASSERT_LE(cache.bytes(), 100'000U);
  }
  EXPECT_GT(cache.bytes(), 50'000U);
}

}  // namespace suyuan::test
