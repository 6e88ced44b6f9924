// SPDX-License-Identifier: Apache-2.0
// What every engine must keep of src/app/ports/warehouse.h.
#include <gtest/gtest.h>
#include <sys/wait.h>

#include <csignal>
#include <map>
#include <random>
#include <thread>

#include "store_under_test.h"

namespace suyuan::storage {
namespace {

class Conformance : public testing::TestWithParam<Engine> {
 protected:
  void SetUp() override { open(); }
  void open() {
    auto opened = GetParam().open(folder_.path(), clock_);
    ASSERT_TRUE(opened.ok()) << opened.error().text;
    store_ = std::move(*opened);
  }
  void reopen() {
    store_.reset();
    open();
  }
  CaptureOutcome capture(std::string document, CaptureOptions options = {}) {
    auto outcome = capture_document(at_this_machine(), std::move(document), options, read_epcis, *store_, clock_);
    EXPECT_TRUE(outcome.ok()) << outcome.error().text;
    return outcome ? std::move(*outcome) : CaptureOutcome{};
  }
  std::size_t events_of(int serial) {
    const codes::Identity id = item(serial);
    const auto found = store_->find(std::span(&id, 1));
    if (!(*found)[0]) return 0;
    return store_
        ->history(std::span(&*(*found)[0], 1), {}, trace::EventSeq(std::max<std::int64_t>(1, *store_->settled())), 0,
                  1000)
        ->events.size();
  }

  Folder folder_;
  ManualClock clock_{parse_instant("2026-11-21T00:00:00Z")->at};
  std::unique_ptr<Warehouse> store_;
};

INSTANTIATE_TEST_SUITE_P(Engines, Conformance,
                         testing::ValuesIn(with_citus({sqlite("sqlite", {}), sqlite("sqlite_small_runs", small_runs()),
                                                       postgres("postgres", {})})),
                         [](const auto& engine) { return engine.param.name; });

TEST_P(Conformance, what_is_acknowledged_is_seen_at_once_and_after_a_restart) {
  EXPECT_EQ(capture(items_document(1, 3)).accepted, 3);
  EXPECT_EQ(events_of(2), 1U);
  reopen();
  EXPECT_EQ(events_of(2), 1U);
  EXPECT_EQ(*store_->settled(), 3);
}

// A document, and at its end the event of another.
std::string with_event_of(std::string document, const std::string& other) {
  const std::string_view begin = "[\n   ", end = "\n]}}";
  const std::size_t first = other.find(begin) + begin.size();
  return document.insert(document.rfind(end), ",\n   " + other.substr(first, other.rfind(end) - first));
}

// shows: T9
TEST_P(Conformance, originals_come_back_byte_for_byte) {
  const std::string plain = items_document(1, 3),
                    marked = "\xEF\xBB\xBF" + items_document(10, 2, R"(, "example:note" : "两 斤\u0041" )");
  std::string with_context = marked;
  with_context.replace(with_context.find("epcis-context.jsonld\"]"), 22,
                       "epcis-context.jsonld\", {\"example\": \"https://ns.example/\"}]");
  for (const std::string& original : {plain, with_context}) {
    const CaptureOutcome outcome = capture(original);
    ASSERT_FALSE(outcome.document_refused) << outcome.findings[0].text;
    reopen();
    const auto kept = store_->document(outcome.job);
    ASSERT_TRUE(kept.ok()) << kept.error().text;
    EXPECT_EQ(*kept, original);
  }
}

TEST_P(Conformance, an_event_comes_back_with_its_own_bytes_and_submitter) {
  capture(items_document(7, 1));
  const auto original = store_->original(trace::EventSeq(1));
  ASSERT_TRUE(original.ok());
  EXPECT_TRUE(original->bytes.starts_with("{\"type\":\"ObjectEvent\"")) << original->bytes;
  EXPECT_TRUE(original->bytes.ends_with("}"));
  EXPECT_EQ(original->actor, local_actor());
}

TEST_P(Conformance, a_duplicate_counts_once_and_answers_as_before) {
  capture(items_document(1, 2));
  const CaptureOutcome again = capture(items_document(1, 3));
  EXPECT_EQ(again.accepted, 1);
  EXPECT_EQ(again.duplicates, 2);
  EXPECT_EQ(events_of(1), 1U);
}

TEST_P(Conformance, the_same_id_with_other_content_is_refused_and_named) {
  const std::string id = R"(,"eventID":"urn:uuid:00000000-0000-4000-8000-000000000001")";
  capture(items_document(1, 1, id));
  const CaptureOutcome other = capture(items_document(2, 1, id));
  EXPECT_TRUE(other.document_refused);
  ASSERT_EQ(other.findings.size(), 1U);
  EXPECT_EQ(other.findings[0].code, "trace.event_id_conflict");
  EXPECT_EQ(other.findings[0].path, "/epcisBody/eventList/0");
  EXPECT_EQ(events_of(2), 0U);
}

// Longer than what any engine writes with one statement.
TEST_P(Conformance, a_long_document_may_repeat_its_own_events) {
  const std::string original =
      with_event_of(with_event_of(items_document(1, 700), items_document(3, 1)), items_document(690, 1));
  const CaptureOutcome outcome = capture(original);
  ASSERT_FALSE(outcome.document_refused) << outcome.findings[0].text;
  EXPECT_EQ(outcome.accepted, 700);
  EXPECT_EQ(outcome.duplicates, 2);
  reopen();
  EXPECT_EQ(*store_->settled(), 700);
  EXPECT_EQ(*store_->document(outcome.job), original);
  for (const int serial : {1, 3, 16, 17, 512, 513, 688, 690, 700}) {
    EXPECT_EQ(events_of(serial), 1U) << serial;
    const auto event = store_->original(trace::EventSeq(serial));
    ASSERT_TRUE(event.ok()) << serial;
    EXPECT_NE(event->bytes.find(fmt::format("/21/{}\"", serial)), std::string::npos) << event->bytes;
  }
}

TEST_P(Conformance, a_long_document_that_ends_in_a_conflict_leaves_nothing) {
  const std::string id = R"(,"eventID":"urn:uuid:00000000-0000-4000-8000-000000000001")";
  capture(items_document(9000, 1, id));
  const CaptureOutcome refused = capture(with_event_of(items_document(1, 700), items_document(9001, 1, id)));
  EXPECT_TRUE(refused.document_refused);
  ASSERT_EQ(refused.findings.size(), 1U);
  EXPECT_EQ(refused.findings[0].path, "/epcisBody/eventList/700");
  EXPECT_EQ(*store_->settled(), 1);
  EXPECT_EQ(events_of(1), 0U);
  EXPECT_EQ(capture(items_document(500, 700)).accepted, 700);
  reopen();
  EXPECT_EQ(*store_->settled(), 701);
  EXPECT_EQ(events_of(499), 0U);
  for (const int serial : {500, 700, 1199}) EXPECT_EQ(events_of(serial), 1U) << serial;
}

TEST_P(Conformance, a_document_is_stored_whole_or_not_at_all) {
  std::string half = items_document(1, 3);
  half.replace(half.rfind("\"ADD\""), 5, "\"PUT\"");
  const CaptureOutcome refused = capture(half);
  EXPECT_TRUE(refused.document_refused);
  EXPECT_EQ(*store_->settled(), 0);
  EXPECT_EQ(events_of(1), 0U);
  const auto job = store_->job(refused.job);
  ASSERT_TRUE(job.ok() && job->has_value());
  EXPECT_FALSE((*job)->success);
  EXPECT_EQ((*job)->findings[0].path, "/epcisBody/eventList/2/action");
}

TEST_P(Conformance, proceed_keeps_the_sound_events) {
  std::string half = items_document(1, 3);
  half.replace(half.rfind("\"ADD\""), 5, "\"PUT\"");
  const CaptureOutcome outcome = capture(half, {.proceed = true, .public_id = ""});
  EXPECT_EQ(outcome.accepted, 2);
  EXPECT_EQ(outcome.refused, 1);
  EXPECT_EQ(events_of(1), 1U);
  EXPECT_EQ(*store_->document(outcome.job), half);
}

TEST_P(Conformance, judging_says_what_capturing_would) {
  const CaptureOutcome judged = judge_document(items_document(1, 3), false, read_epcis, clock_);
  EXPECT_EQ(judged.accepted, 3);
  EXPECT_EQ(judged.event_ids, capture(items_document(1, 3)).event_ids);
}

TEST_P(Conformance, jobs_are_listed_newest_first_and_resume) {
  std::vector<std::string> ids;
  for (int i = 0; i < 5; ++i) ids.push_back(capture(items_document(i, 1)).job);
  const auto first = store_->jobs(2, "");
  ASSERT_EQ(first->size(), 2U);
  EXPECT_EQ((*first)[0].public_id, ids[4]);
  const auto next = store_->jobs(10, (*first)[1].public_id);
  ASSERT_EQ(next->size(), 3U);
  EXPECT_EQ((*next)[2].public_id, ids[0]);
}

TEST_P(Conformance, an_error_declaration_marks_the_event_and_keeps_its_id) {
  capture(items_document(1, 1));
  const std::string id = store_->events(std::vector{trace::EventSeq(1)}, trace::EventSeq(INT64_MAX))->at(0).id;
  capture(items_document(
      1, 1, fmt::format(R"(,"eventID":"{}","errorDeclaration":{{"declarationTime":"2026-03-02T00:00:00Z"}})", id)));
  EXPECT_EQ(events_of(1), 2U);
  const auto wrong = store_->find_event(id, false);
  EXPECT_TRUE((*wrong)->declared_wrong);
  EXPECT_FALSE((*wrong)->is_declaration);
  EXPECT_TRUE((*store_->find_event(id, true))->is_declaration);
}

TEST_P(Conformance, histories_come_in_pages_and_by_role) {
  for (int i = 0; i < 5; ++i)
    capture(items_document(1, 1,
                           fmt::format(R"(,"bizLocation":{{"id":"https://id.gs1.org/414/6901234000009/254/{}"}})", i)));
  const codes::Identity id = item(1);
  const trace::ObjectId object = *(*store_->find(std::span(&id, 1)))[0];
  const auto page = store_->history(std::span(&object, 1), {}, trace::EventSeq(5), 0, 2);
  ASSERT_EQ(page->events.size(), 2U);
  EXPECT_TRUE(page->more);
  const auto rest = store_->history(std::span(&object, 1), {}, trace::EventSeq(5), page->events[1].seq.value(), 10);
  EXPECT_EQ(rest->events.size(), 3U);
  EXPECT_FALSE(rest->more);
  const trace::Role parent = trace::Role::kParent;
  EXPECT_TRUE(store_->history(std::span(&object, 1), std::span(&parent, 1), trace::EventSeq(5), 0, 10)->events.empty());
  EXPECT_EQ(store_->history(std::span(&object, 1), {}, trace::EventSeq(3), 0, 10)->events.size(), 3U);
}

TEST_P(Conformance, members_of_a_class_are_its_items) {
  capture(items_document(1, 4));
  const codes::Identity gtin{codes::Scheme::kGs1, "/01/06901234567892"};
  const auto of_class = (*store_->find(std::span(&gtin, 1)))[0];
  ASSERT_TRUE(of_class.has_value());
  EXPECT_EQ(store_->members(*of_class, 0, 100)->size(), 4U);
  EXPECT_EQ(store_->members(*of_class, 0, 3)->size(), 3U);
}

TEST_P(Conformance, many_callers_at_once_lose_nothing_and_number_densely) {
  constexpr int kThreads = 6, kEach = 25;
  std::vector<std::thread> threads;
  for (int t = 0; t < kThreads; ++t) {
    threads.emplace_back([this, t] {
      for (int i = 0; i < kEach; ++i) capture(items_document(1000 * (t + 1) + i * 2, 2));
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(*store_->settled(), kThreads * kEach * 2);
  reopen();
  for (int t = 0; t < kThreads; ++t) EXPECT_EQ(events_of(1000 * (t + 1) + 7), 1U);
  EXPECT_EQ(store_->counts()->submissions, kThreads * kEach);
}

TEST_P(Conformance, random_submissions_agree_with_a_map) {
  std::mt19937 random(20261121);
  std::map<int, std::size_t> model;
  for (int round = 0; round < 60; ++round) {
    const int first = static_cast<int>(random() % 200), count = 1 + static_cast<int>(random() % 8);
    const int place = static_cast<int>(random() % 3);
    static std::map<std::pair<int, int>, bool> seen;
    if (round == 0) seen.clear();
    capture(items_document(
        first, count, fmt::format(R"(,"readPoint":{{"id":"https://id.gs1.org/414/6901234000009/254/{}"}})", place)));
    for (int i = first; i < first + count; ++i) {
      if (seen.try_emplace({i, place}, true).second) ++model[i];
    }
    if (round % 20 == 19) reopen();
  }
  for (int i = 0; i < 210; ++i) EXPECT_EQ(events_of(i), model.contains(i) ? model[i] : 0U) << i;
}

// A process that is killed while it captures loses nothing that it acknowledged, and shows no half document.
TEST_P(Conformance, a_killed_process_loses_nothing_acknowledged) {
  store_.reset();
  for (int round = 0; round < 5; ++round) {
    int acknowledged[2];
    ASSERT_EQ(::pipe(acknowledged), 0);
    const pid_t child = ::fork();
    if (child == 0) {
      auto store = GetParam().open(folder_.path(), clock_);
      for (int i = 0; store && i < 10'000; ++i) {
        auto outcome = capture_document(at_this_machine(), items_document(100'000 * (round + 1) + i * 3, 3), {},
                                        read_epcis, **store, clock_);
        if (!outcome || ::write(acknowledged[1], "x", 1) != 1) ::_exit(1);
      }
      ::_exit(0);
    }
    ::close(acknowledged[1]);
    char byte = 0;
    std::int64_t count = 0;
    while (count < 5 + round * 3 && ::read(acknowledged[0], &byte, 1) == 1) ++count;
    ::kill(child, SIGKILL);
    while (::read(acknowledged[0], &byte, 1) == 1) ++count;
    ::close(acknowledged[0]);
    ::waitpid(child, nullptr, 0);
    ASSERT_GT(count, 0);
    open();
    for (int i = 0; i < count * 3; ++i)
      ASSERT_EQ(events_of(100'000 * (round + 1) + i), 1U) << "round " << round << ", item " << i;
    EXPECT_EQ(*store_->settled() % 3, 0);
    store_.reset();
  }
}

}  // namespace
}  // namespace suyuan::storage
