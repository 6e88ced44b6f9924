// SPDX-License-Identifier: Apache-2.0
// A document that is sent again, all of it or some, has the receipts of its events, on every engine.
#include "app/capture/capture.h"
#include "logged_store.h"

namespace suyuan::storage {
namespace {

class Repeated : public testing::TestWithParam<Engine> {
 protected:
  void SetUp() override {
    it_ = std::make_unique<LoggedStore>(GetParam(), folder_.path(), logs_.path() / "log", clock_, &keys_);
  }

  CaptureOutcome capture(const std::string& document, std::int64_t org, bool proceed = false) {
    const auto outcome =
        capture_document(permit_of(org, clock_), document, {proceed, ""}, read_epcis, *it_->store, clock_);
    EXPECT_TRUE(outcome.ok());
    return outcome ? *outcome : CaptureOutcome{};
  }
  std::vector<LoggedEvent> events_of(const std::string& job, std::int64_t org, bool in_the_clear = true) {
    RepeatedEvents repeated{read_epcis, in_the_clear ? &it_->store->personal() : nullptr,
                            permit_of(org, clock_, identity::Act::kEventRead)};
    const auto events =
        logged_events(permit_of(org, clock_, identity::Act::kJobRead), job, *it_->store, it_->reads(), repeated);
    EXPECT_TRUE(events.ok()) << events.error().text;
    return events ? *events : std::vector<LoggedEvent>();
  }
  // "3*": the event that the submitter numbers 3, which was there before; "-": of others, not shown; "?": not named.
  std::string text_of(const std::vector<LoggedEvent>& events) {
    std::string text;
    for (const LoggedEvent& each : events) {
      const std::string number = each.leaf ? std::to_string(each.number) : "pending";
      text += (text.empty() ? "" : " ") +
              (each.id.empty() ? "?"
               : each.is_shown ? number
                               : "-") +
              (each.is_repeated ? "*" : "");
      EXPECT_TRUE(each.is_shown || !each.leaf) << "a place in the log of what is not shown";
    }
    return text;
  }
  std::string receipts(const CaptureOutcome& outcome, std::int64_t org) { return text_of(events_of(outcome.job, org)); }

  Folder folder_, logs_;
  ManualClock clock_{parse_instant("2026-11-21T00:00:00Z")->at};
  OwnKeys keys_;
  std::unique_ptr<LoggedStore> it_;
};

INSTANTIATE_TEST_SUITE_P(Engines, Repeated,
                         testing::ValuesIn(with_citus({sqlite("sqlite", {}), postgres("postgres", {})})),
                         [](const auto& it) { return it.param.name; });

// shows: T9
TEST_P(Repeated, a_document_that_is_sent_again_has_the_receipts_of_its_events) {
  const auto first = capture(items_document(1, 300), 31);
  ASSERT_EQ(it_->settle(), "");
  const auto again = capture(items_document(1, 300), 31);
  EXPECT_EQ(again.duplicates, 300);
  const auto events = events_of(again.job, 31), earlier = events_of(first.job, 31);
  ASSERT_EQ(events.size(), 300U);
  ASSERT_EQ(earlier.size(), 300U);
  for (std::size_t i = 0; i < events.size(); ++i) {
    EXPECT_EQ(events[i].id, earlier[i].id);
    EXPECT_EQ(events[i].leaf, earlier[i].leaf);
    EXPECT_EQ(events[i].number, i + 1);
    EXPECT_TRUE(events[i].is_repeated && events[i].is_shown && !earlier[i].is_repeated);
  }
  const auto receipt = receipt_of_event(permit_of(31, clock_, identity::Act::kEventRead), events[7].id, false,
                                        tlog::HashKind::kSha256, *it_->store, it_->reads());
  ASSERT_TRUE(receipt.ok() && receipt->has_value());
  EXPECT_EQ((*receipt)->index, events[7].leaf);
}

TEST_P(Repeated, new_and_old_events_stand_in_the_order_of_the_document) {
  capture(items_document(3, 2), 31);
  capture(items_document(7, 1), 31);
  ASSERT_EQ(it_->settle(), "");
  const auto mixed = capture(items_document(1, 8), 31);
  EXPECT_EQ(receipts(mixed, 31), "pending pending 1* 2* pending pending 3* pending");
  ASSERT_EQ(it_->settle(), "");
  EXPECT_EQ(receipts(mixed, 31), "4 5 1* 2* 6 7 3* 8");
  // Twice in one document is once.
  std::string twice = items_document(20, 2);
  const std::size_t at = twice.find("21/20"), second = twice.find("21/21");
  ASSERT_TRUE(at != std::string::npos && second != std::string::npos);
  twice.replace(second, 5, "21/20");
  const auto once = capture(twice, 31);
  EXPECT_EQ(once.duplicates, 1);
  EXPECT_EQ(receipts(once, 31), "pending");
  EXPECT_EQ(receipts(capture(twice, 31), 31), "pending*");
}

TEST_P(Repeated, what_others_sent_in_first_is_not_shown_to_who_does_not_see_it) {
  capture(items_document(1, 1), 32);
  capture(items_document(2, 1), 31);
  ASSERT_EQ(it_->settle(), "");
  const auto job = capture(items_document(1, 3), 31);
  EXPECT_EQ(receipts(job, 31), "-* 1* pending");
  EXPECT_EQ(receipts(job, 1), "1* 1* pending") << "the machine sees everything";
  EXPECT_EQ(text_of(*logged_events(permit_of(31, clock_, identity::Act::kJobRead), job.job, *it_->store, it_->reads(),
                                   RepeatedEvents{read_epcis, nullptr, {}})),
            "-* -* pending")
      << "who may not read events";
}

// With proceed a document can hold events with the id of another: they are none of the job's.
TEST_P(Repeated, an_event_that_was_refused_is_not_taken_for_the_one_whose_id_it_has) {
  const auto with_id = [](int id, int serial) {
    std::string text = items_document(serial, 1);
    text.insert(text.find("\"action\""), fmt::format(R"("eventID":"urn:uuid:00000000-0000-4000-8000-{:012}",)", id));
    return text;
  };
  capture(with_id(1, 1), 31);
  ASSERT_EQ(it_->settle(), "");
  const auto event = [](const std::string& document) {
    const std::size_t from = document.find("[\n   ") + 5;
    return document.substr(from, document.find("\n]}}") - from);
  };
  std::string both = with_id(1, 5);
  both.insert(both.find("\n]}}"), "," + event(with_id(2, 6)) + "," + event(with_id(1, 1)));
  const auto job = capture(both, 31, true);
  EXPECT_EQ(job.accepted, 1);
  EXPECT_EQ(job.duplicates, 1);
  EXPECT_EQ(job.refused, 1);
  EXPECT_EQ(receipts(job, 31), "pending 1*");
}

// The id of an event without one comes from all that it says, values about people too.
TEST_P(Repeated, an_event_about_a_person_is_named_until_the_value_is_erased) {
  const std::string document = items_document(1, 1, R"(,"https://suyuan.example/ns/consumerName":"somebody")");
  const auto first = capture(document, 31);
  ASSERT_EQ(it_->settle(), "");
  const auto again = capture(document, 31);
  ASSERT_EQ(again.duplicates, 1);
  EXPECT_EQ(receipts(again, 31), "1*");
  EXPECT_EQ(text_of(events_of(again.job, 31, false)), "?*") << "from what is masked";
  const auto keys = it_->store->personal().keys_of(events_of(first.job, 31)[0].id);
  ASSERT_TRUE(keys.ok() && !keys->empty());
  for (const SubjectKey& key : *keys)
    ASSERT_TRUE(it_->store->eraser().destroy({key.number}, [](sql::Connection&) { return Done{}; }).ok());
  EXPECT_EQ(receipts(again, 31), "?*");
  EXPECT_EQ(receipts(first, 31), "1");
}

}  // namespace
}  // namespace suyuan::storage
