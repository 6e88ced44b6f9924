// SPDX-License-Identifier: Apache-2.0
#include <boost/json.hpp>

#include "adapters/files/epcis_writer.h"
#include "adapters/records/mark_store.h"
#include "app/identity/scoped_warehouse.h"
#include "app/personal/personal.h"
#include "app/query/query.h"
#include "app/trace/mark.h"
#include "app/trace/recall.h"
#include "app/trace/trace.h"
#include "chain_world.h"

// What each sees of a chain, on both engines.
namespace suyuan::permissions {
namespace {

using storage::Engine;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::UnorderedElementsAre;
using Names = std::vector<std::string>;

class Chain : public testing::TestWithParam<Engine> {
 protected:
  Chain() : store_(open(folder_)) {
    for (const Deed& deed : deeds()) tell(*store_, deed);
  }

  std::unique_ptr<Store> open(const storage::Folder& folder) {
    auto store = GetParam().open(folder.path(), clock_);
    CHECK(store.ok());
    return std::move(*store);
  }

  std::string tell(Store& store, const Deed& deed, const std::string& item = kItem) {
    return capture(store, deed.who, event_json(deed, item, deed.id[1] - '0'));
  }
  std::string capture(Store& store, const std::string& who, const std::string& events, const std::string& all = "") {
    const auto taken = capture_document(capture_permit(authorizer_, who), all.empty() ? document(events) : all, {},
                                        read_epcis, store, clock_);
    EXPECT_TRUE(taken.ok()) << taken.error().text;
    CHECK(taken.ok());
    EXPECT_FALSE(taken->document_refused) << (taken->findings.empty() ? "" : taken->findings[0].text);
    return taken->job;
  }

  Granted permit(const std::string& who, Act act) {
    auto granted = authorizer_.grant(principal(who), act);
    CHECK(granted.ok());
    return *granted;
  }
  QueryServices services() { return {*store_, read_, epcis_writer()}; }

  static Names names_in(const std::vector<std::string>& events) {
    Names found;
    for (const std::string& text : events)
      found.emplace_back(std::string(boost::json::parse(text).at("eventID").as_string()).substr(10));
    return found;
  }
  Names query(const std::string& who) {
    auto page = run_query(permit(who, Act::kEventRead), {}, {}, {}, services());
    CHECK(page.ok());
    return names_in(page->events);
  }
  Result<TraceAnswer> trace(const std::string& who, Store& store, const std::string& code = kItem) {
    TraceRequest request;
    request.start = {codes::read_epcis_id(code)->id};
    return trace_chain(permit(who, Act::kTraceRead), request, store);
  }
  Result<RecallAnswer> recalled(const std::string& who, Store& store, const std::string& code = kItem) {
    RecallRequest request;
    request.start = {codes::read_epcis_id(code)->id};
    return recall(permit(who, Act::kRecallRead), request, store);
  }
  MarkServices mark_services() { return {*marks_, *store_, clock_, authorizer_}; }

  storage::Folder folder_;
  ManualClock clock_{parse_instant("2026-11-21T00:00:00Z")->at};
  const DocumentReader read_ = read_epcis;
  Town town_;
  const Authorizer authorizer_{town_, clock_};
  std::unique_ptr<Store> store_;
  const std::unique_ptr<MarkStore> marks_ = make_mark_store(store_->records());
};

const Names kAll = {"e1", "e2", "e3", "e4", "e5", "e6", "e7"};
const std::map<std::string, Names> kSeen = {{"machine", kAll},
                                            {"P", {"e1", "e2"}},
                                            {"D", {"e2", "e3", "e4"}},
                                            {"R", {"e4", "e5", "e6"}},
                                            {"Q", {"e6", "e7"}},
                                            {"platform", {}},
                                            {"city", kAll},
                                            {"county A", {"e1", "e2"}},
                                            {"county B", {"e3", "e4", "e5", "e6"}},
                                            {"province", {}}};

// shows: R1, T3
TEST_P(Chain, each_sees_their_own_events_and_those_that_name_them) {
  for (const auto& [who, seen] : kSeen) {
    EXPECT_EQ(query(who), seen) << who;
    const auto permit_of_them = permit(who, Act::kEventRead);
    for (const std::string& id : kAll) {
      const bool is_seen = std::find(seen.begin(), seen.end(), id) != seen.end();
      const auto texts = *read_event_texts(permit_of_them, "urn:event:" + id, {}, services());
      EXPECT_EQ(!texts.empty(), is_seen) << who << " " << id;
      const QueryParameters by_id{{{"EQ_eventID", {"urn:event:" + id}}}, {}};
      EXPECT_EQ(run_query(permit_of_them, by_id, {}, {}, services())->events.size(), is_seen ? 1U : 0U) << who << id;
    }
    using Resource = Warehouse::Resource;
    const auto items = *list_resources(permit_of_them, Resource::kEpc, {}, *store_);
    EXPECT_EQ(items.names.size(), seen.empty() ? 0U : 1U) << who;
    EXPECT_EQ(*has_resource(permit_of_them, Resource::kEpc, kItem, *store_), !seen.empty()) << who;
    const auto steps = *list_resources(permit_of_them, Resource::kBizStep, {}, *store_);
    const bool commissioned = std::find(seen.begin(), seen.end(), "e1") != seen.end();
    EXPECT_EQ(std::find(steps.names.begin(), steps.names.end(), "commissioning") != steps.names.end(), commissioned)
        << who;
    EXPECT_EQ(*has_resource(permit_of_them, Resource::kBizStep, "commissioning", *store_), commissioned) << who;
  }
}

// A store that holds nothing but what somebody sees gives the same traces and recalls; a regulator's are whole.
// shows: R1, T3
TEST_P(Chain, a_party_traces_what_it_sees_and_the_regulator_of_a_place_the_whole_chain) {
  for (const auto& [who, seen] : kSeen) {
    storage::Folder folder;
    auto copy = open(folder);
    const bool is_regulator = who == "city" || who.starts_with("county");
    for (const Deed& deed : deeds()) {
      if (is_regulator || std::find(seen.begin(), seen.end(), deed.id) != seen.end()) tell(*copy, deed);
    }
    const auto answer = trace(who, *store_), expected = trace("machine", *copy);
    ASSERT_EQ(answer.ok(), expected.ok()) << who;
    const auto told = recalled(who, *store_);
    auto told_expected = recalled("machine", *copy);
    ASSERT_EQ(told.ok(), expected.ok()) << who;
    if (!expected) {
      EXPECT_EQ(answer.error().code, "trace.unknown_code");
      EXPECT_EQ(answer.error().text, expected.error().text);
      EXPECT_EQ(told.error().text, told_expected.error().text);
      continue;
    }
    EXPECT_EQ(trace_json(*answer), trace_json(*expected)) << who;
    if (who != "machine") {
      EXPECT_FALSE(told->upto.has_value()) << who << ": how much there is in all is nobody's business";
      told_expected->upto.reset();
    }
    EXPECT_EQ(recall_json(*told), recall_json(*told_expected)) << who;
  }
}

TEST_P(Chain, of_several_codes_one_that_is_not_theirs_is_answered_like_one_that_nobody_reported) {
  const std::string other = "https://id.gs1.org/01/06901234567892/21/8", nobody = other + "0";
  capture(*store_, "Q", event_json({"x1", "Q", "commissioning", "", ""}, other, 1));
  const auto ask = [&](const std::string& who, const std::string& with) {
    TraceRequest request;
    request.start = {codes::read_epcis_id(kItem)->id, codes::read_epcis_id(with)->id};
    const auto answer = trace_chain(permit(who, Act::kTraceRead), request, *store_);
    return answer.ok() ? std::string("seen") : answer.error().text;
  };
  for (const char* who : {"D", "county A", "county B"}) {
    std::string theirs = ask(who, other), unknown = ask(who, nobody);
    EXPECT_THAT(theirs, testing::HasSubstr("No record names")) << who;
    for (std::string* text : {&theirs, &unknown})
      for (std::size_t at = text->find("80"); at != std::string::npos; at = text->find("80")) text->erase(at + 1, 1);
    EXPECT_EQ(theirs, unknown) << who;
  }
  EXPECT_EQ(ask("city", other), "seen");
}

// shows: R1
TEST_P(Chain, jobs_and_documents_are_those_of_the_own_organisation_or_place) {
  std::map<std::string, int> counts;
  for (const auto& [who, seen] : kSeen) {
    const auto page = *list_jobs(permit(who, Act::kJobRead), {}, *store_);
    counts[who] = static_cast<int>(page.jobs.size());
    const auto all = *list_jobs(permit("machine", Act::kJobRead), {}, *store_);
    for (const JobRecord& job : all.jobs) {
      const bool is_theirs = std::any_of(page.jobs.begin(), page.jobs.end(),
                                         [&](const JobRecord& each) { return each.public_id == job.public_id; });
      EXPECT_EQ(read_job(permit(who, Act::kJobRead), job.public_id, *store_)->has_value(), is_theirs);
      EXPECT_EQ(read_original(permit(who, Act::kOriginalRead), job.public_id, *store_, nullptr, nullptr).ok(),
                is_theirs)
          << who;
    }
  }
  const std::map<std::string, int> expected = {{"machine", 7},  {"P", 2},        {"D", 2},    {"R", 2},
                                               {"Q", 1},        {"platform", 0}, {"city", 7}, {"county A", 2},
                                               {"county B", 4}, {"province", 0}};
  EXPECT_EQ(counts, expected);
}

TEST_P(Chain, an_error_declaration_that_is_not_seen_declares_nothing) {
  std::string wrong = event_json(deeds()[0], kItem, 1);
  wrong.insert(wrong.size() - 1, R"(,"errorDeclaration":{"declarationTime":"2026-04-01T00:00:00Z"})");
  capture(*store_, "Q", wrong);
  const auto see = [&](const std::string& who) {
    ScopedEvents seen(permit(who, Act::kEventRead).scope(), *store_);
    return (**seen.warehouse().find_event("urn:event:e1", false)).declared_wrong;
  };
  EXPECT_FALSE(see("P"));
  EXPECT_FALSE(see("county A"));
  EXPECT_TRUE(see("city"));
  EXPECT_TRUE(see("machine"));
}

TEST_P(Chain, master_data_that_is_not_public_is_seen_by_its_sender_only) {
  const std::string lot = "https://id.gs1.org/01/06901234567892";
  const auto data = [&](const std::string& who, const std::string& brand, const std::string& grade) {
    std::string text = document(event_json({"m" + brand, who, "inspecting", "", ""}, kItem, 30));
    text.insert(
        text.find(R"("epcisBody")"),
        fmt::format(
            R"("epcisHeader":{{"epcisMasterData":{{"vocabularyList":[{{"type":"urn:epcglobal:epcis:vtype:EPCClass",)"
            R"("vocabularyElementList":[{{"id":"{}","attributes":[{{"id":"https://suyuan.example/ns/brand","attribute":"{}"}},)"
            R"({{"id":"https://suyuan.example/ns/grade","attribute":"{}"}}]}}]}}]}}}},)",
            lot, brand, grade));
    capture(*store_, who, "", text);
  };
  data("D", "1", "old");
  data("Q", "2", "new");
  const auto see = [&](const std::string& who) {
    ScopedEvents seen(permit(who, Act::kEventRead).scope(), *store_);
    const codes::Identity id = codes::read_epcis_id(lot)->id;
    std::map<std::string, std::string> values;
    const auto all = *seen.warehouse().master_data(std::span(&id, 1));
    for (const auto& each : all) values.emplace(each.attribute.substr(each.attribute.rfind('/') + 1), each.value);
    return fmt::format("{} {}", values["brand"], values["grade"]);
  };
  EXPECT_EQ(see("machine"), "2 new");
  EXPECT_EQ(see("Q"), "2 new");
  EXPECT_EQ(see("D"), "2 old");
  EXPECT_EQ(see("county B"), "2 old");
  EXPECT_EQ(see("R"), "2 ");
}

TEST_P(Chain, pages_of_a_list_are_cut_after_it_was_filtered_and_tokens_are_for_their_holder_only) {
  std::string others;
  for (int i = 0; i < 600; ++i) {
    others +=
        (others.empty() ? "" : ",") + event_json({fmt::format("o{}", i), "Q", "inspecting", "", ""},
                                                 fmt::format("https://id.gs1.org/01/06901234567892/21/{}", 100 + i), i);
    if (i % 200 != 100) continue;
    capture(*store_, "Q", others);
    others.clear();
    capture(*store_, "platform", event_json({fmt::format("p{}", i / 200), "platform", "inspecting", "", ""}, kItem, 1));
  }
  capture(*store_, "Q", others);
  for (const Names& order : {Names{}, Names{"eventTime"}}) {
    QueryParameters all;
    if (!order.empty()) all.parameters.push_back({"orderBy", order});
    const auto first = *run_query(permit("platform", Act::kEventRead), all, {2, ""}, {}, services());
    EXPECT_EQ(first.events.size(), 2U);
    ASSERT_FALSE(first.next_token.empty());
    const auto second = *run_query(permit("platform", Act::kEventRead), all, {2, first.next_token}, {}, services());
    EXPECT_EQ(second.events.size(), 1U);
    EXPECT_EQ(second.next_token, "");
    for (const char* other : {"P", "city", "machine"}) {
      const auto refused = run_query(permit(other, Act::kEventRead), all, {2, first.next_token}, {}, services());
      ASSERT_FALSE(refused.ok()) << other;
      EXPECT_EQ(refused.error().text, damaged_cursor().text);
    }
  }
  const auto jobs = *list_jobs(permit("platform", Act::kJobRead), {2, ""}, *store_);
  EXPECT_EQ(jobs.jobs.size(), 2U);
  EXPECT_EQ(list_jobs(permit("platform", Act::kJobRead), {2, jobs.next_token}, *store_)->jobs.size(), 1U);
  EXPECT_EQ(list_jobs(permit("P", Act::kJobRead), {2, jobs.next_token}, *store_).error().code, "query.cursor");
  const auto resources =
      *list_resources(permit("platform", Act::kEventRead), Warehouse::Resource::kEpc, {1, ""}, *store_);
  EXPECT_EQ(resources.names.size(), 1U);
  EXPECT_EQ(resources.next_token, "") << "there is one only";
}

TEST_P(Chain, the_rest_of_a_trace_is_for_whoever_got_its_beginning) {
  TraceRequest request;
  request.start = {codes::read_epcis_id("https://id.gs1.org/01/06901234567892")->id};
  request.node_limit = 1;
  auto first = trace_chain(permit("city", Act::kTraceRead), request, *store_);
  ASSERT_TRUE(first.ok()) << first.error().text;
  ASSERT_FALSE(first->continuation.empty());
  request.continuation = first->continuation;
  EXPECT_TRUE(trace_chain(permit("city", Act::kTraceRead), request, *store_).ok());
  for (const char* other : {"P", "county A", "machine"})
    EXPECT_EQ(trace_chain(permit(other, Act::kTraceRead), request, *store_).error().code, "trace.continuation")
        << other;
  request.direction = trace::Direction::kBack;
  EXPECT_EQ(trace_chain(permit("city", Act::kTraceRead), request, *store_).error().code, "trace.continuation");
}

// shows: R1, R23
TEST_P(Chain, a_mark_finds_what_its_organisation_sees_and_is_seen_by_whoever_covers_it) {
  const auto mark = [&](const std::string& who) {
    MarkRequest request{{codes::read_epcis_id(kItem)->id}, "test"};
    auto made = make_mark(permit(who, Act::kMarkMake), request, mark_services());
    CHECK(made.ok());
    return made->id;
  };
  const std::map<std::string, std::string> made = {
      {"P", mark("P")}, {"city", mark("city")}, {"county A", mark("county A")}, {"province", mark("province")}};
  capture(*store_, "Q", event_json({"y1", "Q", "shipping", "Q", "R"}, kItem, 40));
  capture(*store_, "P", event_json({"y2", "P", "inspecting", "", ""}, kItem, 41));
  ASSERT_TRUE(MarkFollower(mark_services()).catch_up().ok());
  const auto found = [&](const std::string& who) {
    Names names;
    const auto finds = mark_finds(permit(who, Act::kMarkRead), made.at(who), 0, 100, mark_services());
    CHECK(finds.ok());
    EXPECT_EQ(mark_finds_json(*finds).find("\"record\""), std::string::npos);
    EXPECT_EQ(mark_finds_json(*finds).find("recorded"), std::string::npos);
    for (const auto& each : finds->finds) names.push_back(each.event->id.substr(10));
    return names;
  };
  EXPECT_THAT(found("P"), ElementsAre("y2"));
  EXPECT_THAT(found("city"), ElementsAre("y1", "y2"));
  EXPECT_THAT(found("county A"), ElementsAre("y1", "y2"));
  EXPECT_THAT(found("province"), IsEmpty());
  EXPECT_EQ(view_mark(permit("province", Act::kMarkRead), made.at("province"), mark_services())->unseen.size(), 1U)
      << "as if nobody had reported it";
  const auto listed = [&](const std::string& who) {
    Names owners;
    const auto views = *list_marks(permit(who, Act::kMarkRead), "", 2, true, mark_services());
    for (const MarkView& view : views)
      for (const auto& [owner, id] : made)
        if (id == view.mark.id) owners.push_back(owner);
    return owners;
  };
  EXPECT_THAT(listed("P"), ElementsAre("P"));
  EXPECT_THAT(listed("county A"), UnorderedElementsAre("P", "county A"));
  EXPECT_THAT(listed("province"), ElementsAre("province"));
  EXPECT_THAT(listed("platform"), IsEmpty());
  for (const char* other : {"platform", "D", "county B"}) {
    const std::string real = made.at("P"), unknown = "00000000-0000-7000-8000-000000000001";
    auto theirs = view_mark(permit(other, Act::kMarkRead), real, mark_services());
    auto none = view_mark(permit(other, Act::kMarkRead), unknown, mark_services());
    ASSERT_FALSE(theirs.ok()) << other;
    EXPECT_EQ(theirs.error().code, none.error().code);
  }
  EXPECT_EQ(lift_mark(permit("county B", Act::kMarkLift), made.at("P"), "no", mark_services()).error().code,
            "mark.unknown");
  MarkFollower follower(mark_services());
  EXPECT_EQ(follower.recheck(permit("county B", Act::kMarkMake), made.at("P")).error().code, "mark.unknown");
  town_.closed = "P";
  capture(*store_, "Q", event_json({"y3", "Q", "inspecting", "", ""}, kItem, 42));
  EXPECT_TRUE(MarkFollower(mark_services()).catch_up().ok()) << "the mark of a closed organisation rests";
}

TEST_P(Chain, nothing_is_counted_for_those_who_do_not_see_all) {
  ScopedEvents seen(permit("city", Act::kEventRead).scope(), *store_);
  EXPECT_EQ(seen.warehouse().counts()->events, 0);
  ScopedEvents all(permit("machine", Act::kEventRead).scope(), *store_);
  EXPECT_EQ(&all.warehouse(), store_.get());
}

INSTANTIATE_TEST_SUITE_P(Engines, Chain,
                         testing::ValuesIn(storage::with_citus({storage::sqlite("sqlite", {}),
                                                                storage::postgres("postgres", {})})),
                         [](const auto& test) { return test.param.name; });

}  // namespace
}  // namespace suyuan::permissions
