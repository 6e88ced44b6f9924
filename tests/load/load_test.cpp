// SPDX-License-Identifier: Apache-2.0
// More than the server takes, from many clients at once, while its lookups are written and merged all the time, until
// it is killed: what it acknowledged is there, what it refused is not. No time is asserted here; bench/trace measures.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <boost/json.hpp>
#include <functional>
#include <mutex>
#include <optional>
#include <thread>

#include "../http/client.h"
#include "served.h"

namespace suyuan::test {
namespace {

namespace json = boost::json;
using Clock = std::chrono::steady_clock;

constexpr std::size_t kEvents = 400;  // of a large document
constexpr std::uint64_t kMiB = 1U << 20U;

std::string event_id(int document, std::size_t event) { return fmt::format("urn:event:{}:{}", document, event); }
std::string item(int document, std::size_t event) {
  return fmt::format("/01/06901234567892/21/D{}E{}", document, event);
}

std::string document(int number, std::size_t events) {
  std::string text =
      R"({"@context":["https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld",{"ex":"https://ex.cn/"}],)"
      R"("type":"EPCISDocument","schemaVersion":"2.0","creationDate":"2026-03-01T08:00:00Z","epcisBody":{"eventList":[)";
  for (std::size_t i = 0; i < events; ++i) {
    text += fmt::format(
        R"({}{{"type":"ObjectEvent","eventTime":"2026-03-01T08:00:{:02}+08:00","eventTimeZoneOffset":"+08:00",)"
        R"("action":"OBSERVE","bizStep":"shipping","epcList":["https://id.gs1.org{}","https://id.gs1.org{}"],)"
        R"("eventID":"{}","ex:note":"{:0200}"}})",
        i == 0 ? "" : ",", i % 60, item(number, i), item(number, 0), event_id(number, i), number * 1000 + i);
  }
  return text + "]}}";
}

// What the clients saw. Threads: any.
class Ledger {
 public:
  enum class Fate { kAcknowledged, kRefused, kUnknown };
  struct Sent {
    int number;
    std::size_t events;
    std::string job;
  };
  void note(Fate fate, Sent sent) {
    const std::lock_guard lock(mutex_);
    sent_[static_cast<std::size_t>(fate)].push_back(std::move(sent));
  }
  void wrong(std::string what) {
    const std::lock_guard lock(mutex_);
    wrong_.push_back(std::move(what));
  }
  std::vector<Sent> all(Fate fate) const {
    const std::lock_guard lock(mutex_);
    return sent_[static_cast<std::size_t>(fate)];
  }
  std::size_t count(Fate fate) const { return all(fate).size(); }
  std::optional<Sent> last() const {
    const std::lock_guard lock(mutex_);
    const auto& acknowledged = sent_[0];
    return acknowledged.empty() ? std::nullopt : std::optional(acknowledged.back());
  }
  std::vector<std::string> all_wrong() const {
    const std::lock_guard lock(mutex_);
    return wrong_;
  }

 private:
  mutable std::mutex mutex_;
  std::vector<Sent> sent_[3];
  std::vector<std::string> wrong_;
};
using Fate = Ledger::Fate;

// "" for what a client may be told under load: yes, or come again and when.
std::string problem_with(const Answer& answer) {
  if (answer.status >= 200 && answer.status < 300) return "";
  if (answer.status != 503 && answer.status != 429) return fmt::format("{}: {}", answer.status, answer.body);
  const std::string after = answer.header("Retry-After");
  if (after.empty() || after.find_first_not_of("0123456789") != std::string::npos || std::stoi(after) < 1)
    return fmt::format("{} with Retry-After \"{}\"", answer.status, after);
  boost::system::error_code error;
  const auto problem = json::parse(answer.body, error);
  if (error || answer.header("Content-Type") != "application/problem+json" || !problem.is_object() ||
      problem.at("status") != answer.status || !problem.as_object().contains("code"))
    return fmt::format("{} with the body {}", answer.status, answer.body);
  return "";
}

class LoadTest : public testing::Test {
 protected:
  LoadTest() { std::filesystem::remove_all(folder_); }
  ~LoadTest() override {
    server_.reset();
    std::filesystem::remove_all(folder_);
  }

  void start() {
    server_.reset();
    server_.emplace(folder_, std::vector<std::string>{"capture.queue_max=3", "capture.client_queue_max=1",
                                                      "store.spill_entries=1024", "http.worker_threads=2"});
  }
  Answer get(const std::string& target, std::string_view headers = "") {
    return test::get(server_->port(), target, headers);
  }

  // Sends documents, one after the other, as `client`, until told to stop.
  void flood(const std::string& client, std::size_t events) {
    const std::string forwarded = "X-Forwarded-For: " + client + "\r\n";
    while (!stop_) {
      const int number = ++numbers_;
      const Answer answer =
          post(server_->port(), "/epcis/v2/capture", "application/ld+json", document(number, events), forwarded);
      const std::string job = answer.header("Location");
      if (answer.status == 0) {
        ledger_.note(Fate::kUnknown, {number, events, ""});
      } else if (const std::string problem = problem_with(answer); !problem.empty()) {
        ledger_.wrong("capture: " + problem);
      } else if (answer.status != 202) {
        ++(answer.status == 429 ? too_many_ : busy_);
        ledger_.note(Fate::kRefused, {number, events, ""});
      } else {
        ledger_.note(is_stored(job, forwarded) ? Fate::kAcknowledged : Fate::kUnknown, {number, events, job});
      }
    }
  }

  // Whether the job says success, once it has ended.
  bool is_stored(const std::string& job, const std::string& forwarded) {
    for (;;) {
      const Answer answer = get(job, forwarded);
      if (answer.status == 0) return false;
      if (const std::string problem = problem_with(answer); !problem.empty()) ledger_.wrong("job: " + problem);
      if (answer.status == 404) return false;
      if (answer.status != 200) continue;
      const auto said = json::parse(answer.body);
      if (!said.at("running").as_bool()) return said.at("success").as_bool();
    }
  }

  // Asks for what was acknowledged a moment ago, and whether the process lives.
  void scan(int which) {
    const std::string forwarded = fmt::format("X-Forwarded-For: 10.9.0.{}\r\n", which);
    while (!stop_) {
      const auto sent = ledger_.last();
      if (!sent) continue;
      const std::size_t event = sent->events - 1;
      const std::string place = item(sent->number, event), id = event_id(sent->number, event);
      expect_answer(get("/epcis/v2/events/" + id, forwarded), id);
      expect_answer(get("/api/v1/trace?id=https://id.gs1.org" + place, forwarded), place);
      expect_answer(get(place, forwarded + "Accept: text/html\r\n"), place.substr(place.rfind('/') + 1));
      if (const Answer health = get("/healthz"); health.status != 200 && health.status != 0)
        ledger_.wrong("healthz: " + health.head);
      ++scans_;
    }
  }

  void expect_answer(const Answer& answer, const std::string& text) {
    if (answer.status == 0) return;  // it was killed meanwhile
    if (const std::string problem = problem_with(answer); !problem.empty())
      ledger_.wrong(fmt::format("scan of {}: {}", text, problem));
    else if (answer.status == 200 && answer.body.find(text) == std::string::npos)
      ledger_.wrong(fmt::format("scan of {}: {}", text, answer.body));
  }

  bool is_there(int number, std::size_t event) {
    const int status = get("/epcis/v2/events/" + event_id(number, event)).status;
    EXPECT_TRUE(status == 200 || status == 404) << status;
    return status == 200;
  }

  void expect_whole_and_once() {
    std::size_t events = 0;
    for (const auto& sent : ledger_.all(Fate::kAcknowledged)) {
      EXPECT_TRUE(is_there(sent.number, 0) && is_there(sent.number, sent.events - 1)) << sent.number;
      EXPECT_EQ(get("/api/v1/captures/" + sent.job.substr(18) + "/document").body, document(sent.number, sent.events));
      events += sent.events;
    }
    for (const auto& sent : ledger_.all(Fate::kRefused))
      EXPECT_FALSE(is_there(sent.number, 0) || is_there(sent.number, sent.events - 1)) << sent.number;
    for (const auto& sent : ledger_.all(Fate::kUnknown)) {
      const bool first = is_there(sent.number, 0);
      EXPECT_EQ(first, is_there(sent.number, sent.events - 1)) << sent.number;
      events += first ? sent.events : 0;
    }
    EXPECT_THAT(get("/metrics").body, testing::HasSubstr(fmt::format("\nsuyuan_store_events {}\n", events)));
  }

  // Until enough happened; a server that is slow gets a minute.
  bool wait_until(const std::function<bool()>& enough) {
    for (int i = 0; i < 1200 && !enough(); ++i) std::this_thread::sleep_for(std::chrono::milliseconds(50));
    return enough();
  }
  bool has_merged() { return get("/metrics").body.find("\nsuyuan_lookup_merges 0\n") == std::string::npos; }

  const std::filesystem::path folder_ =
      std::filesystem::temp_directory_path() / fmt::format("suyuan-load-{}", ::getpid());
  std::optional<Served> server_;
  Ledger ledger_;
  std::atomic<int> numbers_ = 0;
  std::atomic<std::int64_t> scans_ = 0, busy_ = 0, too_many_ = 0;
  std::atomic<bool> stop_ = false;
};

// shows: X8
TEST_F(LoadTest, what_is_acknowledged_under_more_than_it_takes_survives_a_kill_and_what_is_refused_is_not_there) {
  start();
  std::vector<std::thread> clients;
  for (int i = 0; i < 5; ++i) clients.emplace_back([this, i] { flood(fmt::format("10.1.0.{}", i), kEvents); });
  for (int i = 0; i < 3; ++i) clients.emplace_back([this] { flood("10.2.0.1", kEvents); });
  for (int i = 0; i < 2; ++i) clients.emplace_back([this, i] { flood(fmt::format("10.3.0.{}", i), 1); });
  for (int i = 0; i < 2; ++i) clients.emplace_back([this, i] { scan(i); });
  EXPECT_TRUE(wait_until(
      [this] { return ledger_.count(Fate::kAcknowledged) >= 60 && busy_ >= 10 && too_many_ >= 10 && scans_ >= 20; }));
  EXPECT_TRUE(wait_until([this] { return has_merged(); }));
  EXPECT_LT(server_->memory(), 1024 * kMiB);
  server_->kill_at_once();
  stop_ = true;
  for (std::thread& each : clients) each.join();
  start();
  expect_whole_and_once();
  EXPECT_THAT(ledger_.all_wrong(), testing::IsEmpty());
}

}  // namespace
}  // namespace suyuan::test
