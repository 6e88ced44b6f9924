// SPDX-License-Identifier: Apache-2.0
// `suyuan serve` gets SIGKILL at a random moment while several clients send, and is started again: what it acknowledged
// is there, once and whole; what it did not is whole or absent, and counts once when it is sent again; its log has one
// history.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>

#include <boost/json.hpp>
#include <cstdio>
#include <mutex>
#include <random>
#include <thread>

#include "../http/client.h"
#include "../load/served.h"
#include "../storage/store_under_test.h"
#include "../support/program_key.h"
#include "adapters/log_folder/log_folder.h"
#include "app/tlog/tiles_of.h"
#include "domain/tlog/checkpoint.h"
#include "sent.h"
#include "tests/support/cycles.h"

namespace suyuan::crash {
namespace {

using test::Answer;
namespace json = boost::json;

struct Sent {
  int number, events;
};
enum class Fate { kAcknowledged, kRefused, kUnknown };

class Killed : public testing::Test {
 protected:
  static constexpr int kClients = 4, kOfAFolder = 20;
  static constexpr const char* kJson = "application/ld+json";

  void fresh() {
    server_.reset();
    folder_.emplace();
    all_.clear();
    seen_.clear();
    events_ = 0;
  }
  void start() {
    server_.reset();
    server_.emplace(folder_->path(), std::vector<std::string>{"store.spill_entries=1024", "http.worker_threads=2"});
  }
  Answer get(const std::string& target) { return test::get(server_->port(), target); }

  // Whether the job says success, once it has ended.
  Fate fate_of_job(const std::string& job) {
    for (;;) {
      const Answer answer = get(job);
      if (answer.status != 200) return Fate::kUnknown;
      const auto said = json::parse(answer.body);
      if (!said.at("running").as_bool()) return said.at("success").as_bool() ? Fate::kAcknowledged : Fate::kRefused;
    }
  }
  Fate send_document(const Sent& sent) {
    const Answer answer = test::post(server_->port(), "/epcis/v2/capture", kJson, document(sent.number, sent.events));
    if (answer.status == 0) return Fate::kUnknown;
    return answer.status == 202 ? fate_of_job(answer.header("Location")) : Fate::kRefused;
  }
  Fate send_event(const Sent& sent) {
    const Answer answer = test::post(server_->port(), "/epcis/v2/events", kJson, document(sent.number, 1));
    if (answer.status == 0) return Fate::kUnknown;
    return answer.status == 201 ? Fate::kAcknowledged : Fate::kRefused;
  }

  // Sends until the server is gone; the last client sends single events.
  void be_client(int cycle, int which) {
    for (int i = 0; i < 1000; ++i) {
      const int number = (cycle * kClients + which) * 1000 + i;
      const bool is_single = which == kClients - 1;
      const Sent sent{number, is_single ? 1 : events_in(number)};
      const Fate fate = is_single ? send_event(sent) : send_document(sent);
      const std::lock_guard lock(mutex_);
      fates_[static_cast<std::size_t>(fate)].push_back(sent);
      if (fate == Fate::kUnknown) return;
    }
  }

  void load_and_kill(int cycle, int milliseconds) {
    for (auto& each : fates_) each.clear();
    std::vector<std::thread> clients;
    for (int i = 0; i < kClients; ++i) clients.emplace_back([this, cycle, i] { be_client(cycle, i); });
    std::this_thread::sleep_for(std::chrono::milliseconds(milliseconds));
    if (const Answer checkpoint = get("/log/checkpoint"); checkpoint.status == 200) seen_.push_back(checkpoint.body);
    server_->kill_at_once();
    for (std::thread& each : clients) each.join();
  }

  bool is_there(const Sent& sent, int event) {
    const int status = get("/epcis/v2/events/" + event_id(sent.number, event)).status;
    EXPECT_TRUE(status == 200 || status == 404) << status;
    return status == 200;
  }
  // How many of the first, the middle and the last event are there: 0 or 3.
  int parts_there(const Sent& sent) {
    int there = 0;
    for (const int event : {0, sent.events / 2, sent.events - 1}) there += is_there(sent, event) ? 1 : 0;
    return there;
  }
  void expect_events(const char* when) {
    ASSERT_THAT(get("/metrics").body, testing::HasSubstr(fmt::format("\nsuyuan_store_events {}\n", events_))) << when;
  }
  void send_again(const Sent& sent) { ASSERT_EQ(send_document(sent), Fate::kAcknowledged) << sent.number; }

  void expect_whole_and_once() {
    for (const Sent& sent : fates_[0]) {
      ASSERT_EQ(parts_there(sent), 3) << "acknowledged and lost: " << sent.number;
      events_ += sent.events;
      all_.push_back(sent);
    }
    for (const Sent& sent : fates_[1]) ASSERT_EQ(parts_there(sent), 0) << "refused and there: " << sent.number;
    std::vector<Sent> absent;
    for (const Sent& sent : fates_[2]) {
      const int there = parts_there(sent);
      ASSERT_TRUE(there == 0 || there == 3) << "half visible: " << sent.number;
      ++(there == 0 ? unknown_absent_ : unknown_there_);
      if (there == 0) absent.push_back(sent);
      events_ += there == 0 ? 0 : sent.events;
    }
    expect_events("after the restart");
    for (const Sent& sent : fates_[2]) ASSERT_NO_FATAL_FAILURE(send_again(sent));
    if (!fates_[0].empty()) {
      ASSERT_NO_FATAL_FAILURE(send_again(fates_[0].back()));
    }
    for (const Sent& sent : absent) events_ += sent.events;
    expect_events("after all that was open was sent again");
    all_.insert(all_.end(), fates_[2].begin(), fates_[2].end());
  }

  // Every event of every cycle, and the lookups, with nobody's help.
  void expect_folder() {
    server_.reset();
    const std::string said = test::said_by_program("lookups --data '" + folder_->path().string() + "'");
    EXPECT_THAT(said, testing::HasSubstr("same"));
    EXPECT_THAT(said, testing::Not(testing::HasSubstr("different")));
    EXPECT_THAT(said, testing::Not(testing::HasSubstr("damaged")));
    SystemClock clock;
    auto store = open_sqlite_warehouse(folder_->path(), clock, {});
    ASSERT_TRUE(store.ok()) << store.error().text;
    ASSERT_EQ((*store)->counts()->events, events_);
    for (const Sent& sent : all_) {
      for (int i = 0; i < sent.events; ++i)
        ASSERT_TRUE((*store)->find_event(event_id(sent.number, i), false)->has_value()) << sent.number;
    }
  }

  // The log is what the store says, and every checkpoint that anybody saw is of its past: no fork.
  void expect_one_history() {
    start();  // a server that was killed may not have published what it signed: the next one does
    for (std::string last; last.empty() || get("/log/checkpoint").body != last;) {
      last = get("/log/checkpoint").body;
      std::this_thread::sleep_for(std::chrono::milliseconds(500));
    }
    test::said_by_program("verify --data '" + folder_->path().string() + "'");
    const auto folder = make_log_folder(folder_->path() / "log");
    ASSERT_TRUE(folder.ok()) << folder.error().text;
    TilesOf tiles(**folder, tlog::HashKind::kSha256);
    std::uint64_t before = 0;
    for (const std::string& note : seen_) {
      const auto seen = tlog::checkpoint_of(tlog::note_of(note)->text);
      ASSERT_TRUE(seen.ok());
      EXPECT_GE(seen->size, before) << "the log went back";
      before = seen->size;
      tlog::TileNodes nodes(tlog::HashKind::kSha256, seen->size, tiles);
      EXPECT_EQ(*tlog::root_of(tlog::HashKind::kSha256, nodes, seen->size), seen->root) << "a fork at " << seen->size;
    }
    checkpoints_ += seen_.size();
  }

  std::vector<std::string> seen_;  // checkpoints, in the order of time
  std::size_t checkpoints_ = 0;
  std::optional<storage::Folder> folder_;
  std::optional<test::Served> server_;
  std::mutex mutex_;
  std::array<std::vector<Sent>, 3> fates_;
  std::vector<Sent> all_;
  std::int64_t events_ = 0;
  int unknown_there_ = 0, unknown_absent_ = 0;
};

// shows: T10
TEST_F(Killed, a_server_killed_at_any_moment_loses_nothing_acknowledged_and_shows_nothing_half) {
  const int count = test::cycles("SUYUAN_TEST_KILLS", 200);
  std::mt19937 random(20261121);
  std::size_t acknowledged = 0;
  for (int cycle = 0; cycle < count; ++cycle) {
    if (cycle % kOfAFolder == 0) fresh();
    if (cycle % kOfAFolder == 0) start();
    load_and_kill(cycle, static_cast<int>(random() % 80));
    acknowledged += fates_[0].size();
    start();
    ASSERT_NO_FATAL_FAILURE(expect_whole_and_once()) << "cycle " << cycle;
    if ((cycle + 1) % kOfAFolder != 0 && cycle + 1 != count) continue;
    ASSERT_NO_FATAL_FAILURE(expect_folder()) << "cycle " << cycle;
    ASSERT_NO_FATAL_FAILURE(expect_one_history()) << "cycle " << cycle;
  }
  std::printf("%d kills; %zu documents acknowledged; %d not, and there; %d not, and absent; %zu checkpoints seen\n",
              count, acknowledged, unknown_there_, unknown_absent_, checkpoints_);
  EXPECT_GT(acknowledged, 0U);
  EXPECT_GT(checkpoints_, 0U);
  if (count >= 50) {  // else the kills do not fall where they hurt
    EXPECT_GT(unknown_there_, 0);
    EXPECT_GT(unknown_absent_, 0);
  }
}

TEST_F(Killed, a_second_server_on_one_folder_is_refused_and_told_who_holds_it) {
  fresh();
  start();
  std::string said;
  try {
    test::said_by_program("serve --set server.port=0 --data '" + folder_->path().string() + "'");
  } catch (const std::runtime_error& refused) {
    said = refused.what();
  }
  EXPECT_THAT(said, testing::HasSubstr(fmt::format("is in use by process {}", server_->process())));
  EXPECT_EQ(send_event({1, 1}), Fate::kAcknowledged);
}

// The server's files may not grow, as on a full disk.
TEST_F(Killed, a_server_that_cannot_write_says_so_goes_on_reading_and_takes_what_is_sent_again_later) {
  fresh();
  start();
  ASSERT_EQ(send_document({1, 3}), Fate::kAcknowledged);
  const auto let_files_grow_to = [&](rlim_t bytes) {
    const rlimit limit{bytes, RLIM_INFINITY};
    ASSERT_EQ(::prlimit(server_->process(), RLIMIT_FSIZE, &limit, nullptr), 0);
  };
  let_files_grow_to(1024);
  for (int i = 0; i < 5; ++i) {
    const Answer refused = test::post(server_->port(), "/epcis/v2/events", kJson, document(100 + i, 1));
    EXPECT_EQ(refused.status, 500);
    EXPECT_THAT(refused.body, testing::HasSubstr("nothing was stored"));
    EXPECT_THAT(refused.body, testing::HasSubstr("store.disk"));
  }
  EXPECT_EQ(send_document({200, 3}), Fate::kRefused);
  EXPECT_EQ(get("/healthz").status, 200);
  EXPECT_EQ(parts_there({1, 3}), 3);
  EXPECT_FALSE(is_there({100, 1}, 0));
  let_files_grow_to(RLIM_INFINITY);
  EXPECT_EQ(send_document({200, 3}), Fate::kAcknowledged);
  for (int i = 0; i < 5; ++i) EXPECT_EQ(send_event({100 + i, 1}), Fate::kAcknowledged);
  all_ = {{1, 3}, {200, 3}, {100, 1}};
  events_ = 3 + 3 + 5;
  expect_folder();
}

}  // namespace
}  // namespace suyuan::crash
