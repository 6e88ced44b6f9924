// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <gtest/gtest.h>

#include <random>

#include "store_under_test.h"

// Random documents, and every question that a store answers.
namespace suyuan::storage {

inline constexpr const char* kPlace = "https://id.gs1.org/414/6901234000009/254/";

class Teller {
 public:
  explicit Teller(unsigned seed) : random_(seed) {}

  std::size_t below(std::size_t limit) { return random_() % limit; }

  std::string document() {
    std::string events;
    for (std::size_t i = 1 + below(6); i > 0; --i) events += (events.empty() ? "" : ",") + event();
    return R"({"@context": ["https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld"], "type":
      "EPCISDocument", "schemaVersion": "2.0", "creationDate": "2026-03-01T00:00:00Z")" +
           (below(3) == 0 ? header() : "") + R"(, "epcisBody": {"eventList": [)" + events + "]}}";
  }

 private:
  std::string header() {
    return fmt::format(
        R"(,"epcisHeader":{{"epcisMasterData":{{"vocabularyList":[{{"type":"urn:epcglobal:epcis:vtype:Location","vocabularyElementList":[{{"id":"{}{}","attributes":[{{"id":"cbvmda:city","attribute":"city {}"}}]}}]}}]}}}})",
        kPlace, below(5), below(100));
  }
  std::string item() { return fmt::format("\"https://id.gs1.org/01/06901234567892/21/{}\"", below(150)); }
  std::string common() {
    static constexpr const char* kSteps[] = {"commissioning", "shipping", "receiving", "https://example.org/own_step"};
    static constexpr const char* kDispositions[] = {"active", "in_transit", "in_progress"};
    std::string text = fmt::format(R"("eventTime":"2026-03-{:02}T{:02}:00:00Z","eventTimeZoneOffset":"+08:00")",
                                   1 + below(28), below(24));
    if (below(4) != 0) text += fmt::format(R"(,"bizStep":"{}")", kSteps[below(4)]);
    if (below(3) != 0) text += fmt::format(R"(,"disposition":"{}")", kDispositions[below(3)]);
    if (below(3) != 0) text += fmt::format(R"(,"readPoint":{{"id":"{}{}"}})", kPlace, below(5));
    if (below(3) == 0) text += fmt::format(R"(,"bizLocation":{{"id":"{}{}"}})", kPlace, 3 + below(5));
    return text;
  }
  std::string event() {
    switch (below(6)) {
      case 0:
        return fmt::format(
            R"({{"type":"AggregationEvent",{},"action":"{}","parentID":"https://id.gs1.org/00/169012345678900{:03}","childEPCs":[{},{}]}})",
            common(), below(2) == 0 ? "ADD" : "DELETE", below(20) * 7 % 10, item(), item());
      case 1:
        return fmt::format(
            R"({{"type":"ObjectEvent",{},"action":"ADD","epcList":[{}],"quantityList":[{{"epcClass":"https://id.gs1.org/01/06901234567892/10/L{}","quantity":5.5,"uom":"KGM"}}],"ilmd":{{"cbvmda:lotNumber":"L{}"}}}})",
            common(), item(), below(9), below(9));
      case 2: {  // an event with an id of its own; now and then told again with other content
        const std::string wrong = fmt::format(
            R"({{"type":"ObjectEvent",{},"eventID":"urn:uuid:00000000-0000-4000-8000-{:012}","action":"OBSERVE","epcList":[{}])",
            common(), below(4) == 0 ? below(ids_ + 1) : ++ids_, item());
        if (below(2) == 0) return wrong + "}";
        return wrong + "}," + wrong + R"(,"errorDeclaration":{"declarationTime":"2026-04-01T00:00:00Z"}})";
      }
      case 3:
        return fmt::format(R"({{"type":"TransformationEvent",{},"inputEPCList":[{}],"outputEPCList":[{}]}})", common(),
                           item(), item());
      default:
        return fmt::format(R"({{"type":"ObjectEvent",{},"action":"OBSERVE","epcList":[{},{}]}})", common(), item(),
                           item());
    }
  }

  std::mt19937 random_;
  std::size_t ids_ = 0;
};

// Two stores, or more, that must answer alike, numbers included.
class SameAnswers : public testing::Test {
 protected:
  void tell(int documents) {
    for (int i = 0; i < documents; ++i) {
      const std::string document = teller_.document();
      const CaptureOptions options{.proceed = teller_.below(2) == 0, .public_id = fmt::format("job-{}", jobs_.size())};
      jobs_.push_back(options.public_id);
      std::vector<CaptureOutcome> outcomes;
      for (const auto& store : stores_) {
        auto outcome = capture_document(at_this_machine(), document, options, read_epcis, *store, clock_);
        ASSERT_TRUE(outcome.ok()) << outcome.error().text;
        outcomes.push_back(std::move(*outcome));
      }
      for (const CaptureOutcome& other : outcomes) {
        ASSERT_EQ(outcomes[0].accepted, other.accepted) << document;
        ASSERT_EQ(outcomes[0].duplicates, other.duplicates) << document;
        ASSERT_EQ(outcomes[0].refused, other.refused) << document;
        ASSERT_EQ(outcomes[0].findings, other.findings);
      }
      clock_.set(clock_.now() + std::chrono::minutes(teller_.below(3)));
    }
  }
  // Asks both engines; errors are told apart by their codes.
  template <class Ask>
  void same(const char* what, Ask ask) {
    const auto first = ask(*stores_[0]), second = ask(*stores_[1]);
    ASSERT_TRUE(first == second) << what;
  }
  std::vector<trace::StoredEvent> walk(Warehouse& store, Warehouse::Scan scan) {
    std::vector<trace::StoredEvent> all;
    for (int pages = 0; pages < 10'000; ++pages) {
      auto page = store.scan(scan);
      EXPECT_TRUE(page.ok()) << (page.ok() ? "" : page.error().text);
      if (!page.ok()) return all;
      EXPECT_LE(page->events.size(), scan.limit);
      all.insert(all.end(), page->events.begin(), page->events.end());
      if (!page->next) return all;
      scan.after = page->next;
    }
    ADD_FAILURE() << "the scan does not end";
    return all;
  }
  trace::EventSeq some_seq() {
    return trace::EventSeq(1 + static_cast<std::int64_t>(teller_.below(static_cast<std::size_t>(events_))));
  }
  trace::ObjectId some_object() {
    return trace::ObjectId(1 + static_cast<std::int64_t>(teller_.below(static_cast<std::size_t>(objects_))));
  }
  Warehouse::Scan some_scan();
  void ask_everything();

  Folder folder_;
  ManualClock clock_{parse_instant("2026-11-21T00:00:00Z")->at};
  Teller teller_{20261121};
  std::vector<std::unique_ptr<Store>> stores_;
  std::vector<std::string> jobs_;
  std::int64_t events_ = 0, objects_ = 0;
};

inline Warehouse::Scan SameAnswers::some_scan() {
  Warehouse::Scan scan{.filter = {},
                       .order = teller_.below(2) == 0 ? Warehouse::Order::kRecord : Warehouse::Order::kTime,
                       .descending = teller_.below(2) == 0,
                       .upto = some_seq(),
                       .after = {},
                       .limit = 1 + teller_.below(40),
                       .look_at = 1 + teller_.below(300)};
  Warehouse::Filter& filter = scan.filter;
  if (teller_.below(3) == 0) filter.types = {trace::EventType::kObject, trace::EventType::kTransformation};
  if (teller_.below(4) == 0) filter.actions = {trace::Action::kObserve};
  if (teller_.below(4) == 0) filter.biz_steps = {"https://ref.gs1.org/cbv/BizStep-shipping", "https://nobody/has/it"};
  if (teller_.below(6) == 0) filter.dispositions = {"https://nobody/has/it"};
  if (teller_.below(3) == 0)
    filter.time_from = parse_instant(fmt::format("2026-03-{:02}T05:00:00Z", 1 + teller_.below(28)))->at;
  if (teller_.below(3) == 0)
    filter.time_until = parse_instant(fmt::format("2026-03-{:02}T05:00:00Z", 1 + teller_.below(28)))->at;
  const Instant start = parse_instant("2026-11-21T00:00:00Z")->at;
  if (teller_.below(4) == 0) filter.recorded_from = start + std::chrono::minutes(teller_.below(200));
  if (teller_.below(4) == 0) filter.recorded_until = start + std::chrono::minutes(teller_.below(200));
  for (std::size_t i = teller_.below(3); i > 0; --i) {
    Warehouse::Filter::Naming naming;
    for (std::size_t j = teller_.below(20); j > 0; --j) naming.objects.push_back(some_object());
    if (teller_.below(2) == 0) naming.roles = {trace::Role::kSubject, trace::Role::kReadPoint, trace::Role::kChild};
    filter.naming.push_back(std::move(naming));
  }
  return scan;
}

// Of the first two stores.
inline void SameAnswers::ask_everything() {
  same("settled", [](Warehouse& w) { return *w.settled(); });
  events_ = *stores_[0]->settled();
  same("counts", [](Warehouse& w) {
    const auto c = *w.counts();
    return std::vector{c.events, c.objects, c.submissions, c.bytes};
  });
  objects_ = stores_[0]->counts()->objects;
  std::vector<trace::ObjectId> all;
  for (std::int64_t i = 1; i <= objects_; ++i) all.emplace_back(i);
  same("describe", [&](Warehouse& w) { return *w.describe(all); });
  const std::vector<codes::Identity> names = *stores_[0]->describe(all);
  same("find", [&](Warehouse& w) { return *w.find(names); });
  same("classes", [&](Warehouse& w) { return *w.classes(all); });
  for (const trace::ObjectId each : all)
    ASSERT_NO_FATAL_FAILURE(same("members", [&](Warehouse& w) { return *w.members(each, 3, 7); }));
  for (const codes::Level level : {codes::Level::kItem, codes::Level::kLot, codes::Level::kPlace})
    same("recent objects", [&](Warehouse& w) { return *w.recent_objects(level, 9); });
  for (int kind = 1; kind <= 6; ++kind) {
    same("known", [&](Warehouse& w) {
      std::vector<std::tuple<std::int64_t, std::optional<codes::Identity>, std::string>> found;
      for (std::int64_t after = 0;;) {
        const auto page = *w.known(static_cast<Warehouse::Resource>(kind), after, 7);
        for (const auto& one : page.known) found.emplace_back(one.id, one.identity, one.text);
        if (!page.more) return found;
        after = page.known.back().id;
      }
    });
  }
  std::vector<trace::EventSeq> seqs;
  for (std::int64_t i = events_; i >= 1; --i) seqs.emplace_back(i);
  same("events", [&](Warehouse& w) { return *w.events(seqs, trace::EventSeq(INT64_MAX)); });
  same("originals", [&](Warehouse& w) {
    std::vector<std::tuple<std::string, std::string, std::string>> found;
    const auto all_of_them = *w.originals(seqs);
    for (const auto& one : all_of_them) found.emplace_back(one.bytes, one.frame, one.job);
    return found;
  });
  const std::vector<trace::StoredEvent> every = *stores_[0]->events(seqs, trace::EventSeq(INT64_MAX));
  for (const trace::StoredEvent& event : every)
    same("event id", [&](Warehouse& w) { return *w.find_event(event.id, event.is_declaration); });
  same("no event", [&](Warehouse& w) { return *w.find_event("ni:///nothing", false); });
  for (const std::string& job : jobs_) {
    ASSERT_NO_FATAL_FAILURE(same("document", [&](Warehouse& w) {
      auto document = w.document(job);
      return document.ok() ? *document : document.error().code;
    }));
  }
  same("jobs", [&](Warehouse& w) {
    std::vector<std::tuple<std::string, Instant, bool, std::int64_t, std::int64_t, std::int64_t, std::vector<Finding>>>
        found;
    for (std::string after;;) {
      const auto page = *w.jobs(11, after);
      for (const JobRecord& one : page)
        found.emplace_back(one.public_id, one.created, one.success, one.accepted, one.duplicates, one.refused,
                           one.findings);
      if (page.empty()) return found;
      after = page.back().public_id;
    }
  });
  same("master data", [&](Warehouse& w) {
    std::vector<std::tuple<codes::Identity, std::string, std::string, std::string>> found;
    const auto data = *w.master_data(names);
    for (const auto& one : data) found.emplace_back(one.subject, one.vocabulary, one.attribute, one.value);
    return found;
  });
  EXPECT_FALSE(stores_[0]->master_data(names)->empty());
  for (int i = 0; i < 150; ++i) {
    std::vector<trace::ObjectId> some;
    for (std::size_t j = 1 + teller_.below(5); j > 0; --j) some.push_back(some_object());
    const std::vector<trace::Role> roles = teller_.below(2) == 0
                                               ? std::vector<trace::Role>()
                                               : std::vector{trace::Role::kSubject, trace::Role::kReadPoint};
    const trace::EventSeq upto = some_seq();
    const auto after = static_cast<std::int64_t>(teller_.below(30));
    const std::size_t limit = 1 + teller_.below(20);
    ASSERT_NO_FATAL_FAILURE(same("history", [&](Warehouse& w) {
      auto page = *w.history(some, roles, upto, after, limit);
      return std::pair(std::move(page.events), page.more);
    }));
  }
  int found = 0;
  for (int i = 0; i < 120; ++i) {
    const Warehouse::Scan scan = some_scan();
    ASSERT_NO_FATAL_FAILURE(same("scan",
                                 [&](Warehouse& w) {
                                   const auto events = walk(w, scan);
                                   found += static_cast<int>(events.size());
                                   return events;
                                 }))
        << "scan " << i;
  }
  EXPECT_GT(found, std::min(1000, 3 * static_cast<int>(events_)));
}

}  // namespace suyuan::storage
