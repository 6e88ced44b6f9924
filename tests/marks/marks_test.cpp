// SPDX-License-Identifier: Apache-2.0
// Marks on every engine: what new records add, that everything is found once whoever is killed or looks at the same
// time, and that a large mark costs no more for each new record than a small one.
#include "app/trace/mark.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/json.hpp>

#include "adapters/records/mark_store.h"
#include "tests/storage/store_under_test.h"

namespace suyuan::marks {
namespace {

namespace json = boost::json;
using storage::Engine;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

constexpr const char *kLot = "https://id.gs1.org/01/06901234567892/10/L1",
                     *kOther = "https://id.gs1.org/01/06901234567892/10/L2";
constexpr const char* kBox = "https://id.gs1.org/00/369012340000000017";

std::string party(int number) {
  return fmt::format("https://id.gs1.org/417/{}", number == 1   ? "6901234000016"
                                                  : number == 2 ? "6901234000023"
                                                                : "6901234000030");
}
std::string thing(int serial) { return fmt::format("https://id.gs1.org/01/06901234567892/21/{}", serial); }
codes::Identity code(const std::string& uri) { return codes::read_epcis_id(uri)->id; }

std::string quantity(const std::string& lot, int amount) {
  return fmt::format(R"([{{"epcClass":"{}","quantity":{},"uom":"KGM"}}])", lot, amount);
}

class MarksTest : public testing::TestWithParam<Engine> {
 protected:
  void SetUp() override { open(); }

  void open() {
    marks_.reset();
    store_.reset();
    auto store = GetParam().open(folder_.path(), clock_);
    ASSERT_TRUE(store.ok()) << store.error().text;
    store_ = std::move(*store);
    marks_ = make_mark_store(store_->records());
  }

  MarkServices services() { return {*marks_, *store_, clock_, authorizer_}; }
  OneMachine directory_;
  const Authorizer authorizer_{directory_, clock_};

  // Members of an event without its time, which goes on by a minute each.
  static std::string event(const std::string& type, const std::string& members, int minute) {
    return fmt::format(
        R"({{"type":"{}","eventTime":"2026-03-01T{:02}:{:02}:00+08:00","eventTimeZoneOffset":"+08:00",{}}})", type,
        8 + minute / 60, minute % 60, members);
  }
  void capture(const std::string& events) {
    const std::string document =
        R"({"@context":["https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld"],"type":"EPCISDocument",)"
        R"("schemaVersion":"2.0","creationDate":"2026-03-01T00:00:00Z","epcisBody":{"eventList":[)" +
        events + "]}}";
    const auto outcome = capture_document(at_this_machine(), document, {}, read_epcis, *store_, clock_);
    ASSERT_TRUE(outcome.ok());
    ASSERT_FALSE(outcome->document_refused) << outcome->findings.at(0).text;
  }
  void tell(const std::string& type, const std::string& members) { capture(event(type, members, minute_++)); }

  void commission(const std::string& lot) {
    tell("ObjectEvent", R"("action":"ADD","bizStep":"commissioning","quantityList":)" + quantity(lot, 100));
  }
  void ship(const std::string& what, int from, int to) {
    tell("ObjectEvent",
         fmt::format(
             R"("action":"OBSERVE","bizStep":"shipping",{},"sourceList":[{{"type":"possessing_party","source":"{}"}}],)"
             R"("destinationList":[{{"type":"possessing_party","destination":"{}"}}])",
             what, party(from), party(to)));
  }
  void make(const std::string& lot, int serial) {
    tell("TransformationEvent",
         fmt::format(R"("inputQuantityList":{},"outputEPCList":["{}"])", quantity(lot, 1), thing(serial)));
  }
  static std::string of(const std::string& lot, int amount) { return R"("quantityList":)" + quantity(lot, amount); }
  static std::string items(std::initializer_list<int> serials) {
    std::string list;
    for (const int serial : serials) list += fmt::format("{}\"{}\"", list.empty() ? "" : ",", thing(serial));
    return "\"epcList\":[" + list + "]";
  }

  std::string mark(std::initializer_list<std::string> uris) {
    MarkRequest request{{}, "召回 test"};
    for (const std::string& uri : uris) request.codes.push_back(code(uri));
    auto made = make_mark(at_this_machine(), request, services());
    EXPECT_TRUE(made.ok());
    return made->id;
  }
  void look() { ASSERT_TRUE(MarkFollower(services()).catch_up().ok()); }
  Mark now(const std::string& id) { return **marks_->mark(id); }

  // "shipped 1", "transformed 1+1": what was done, to how many affected things, how many of them new.
  std::vector<std::string> finds(const std::string& id) {
    const auto found = mark_finds(at_this_machine(), id, 0, 1000, services());
    EXPECT_TRUE(found.ok());
    std::vector<std::string> lines;
    for (const auto& each : found->finds) {
      std::string line =
          fmt::format("{} {}", each.event ? deed_word(*each.event) : "rechecked", each.find.goods.size());
      if (each.find.newly > 0) line += fmt::format("+{}", each.find.newly);
      if (each.find.gone > 0) line += fmt::format("-{}", each.find.gone);
      if (!each.find.carriers.empty()) line += " carried";
      if (!each.find.told.empty()) line += fmt::format(" tell {}", each.find.told.size());
      lines.push_back(line);
    }
    return lines;
  }

  storage::Folder folder_;
  ManualClock clock_{parse_instant("2026-11-21T00:00:00Z")->at};
  std::unique_ptr<Store> store_;
  std::unique_ptr<MarkStore> marks_;
  int minute_ = 0;
};

// shows: X3, T3
TEST_P(MarksTest, later_shipments_of_a_marked_lot_are_found_and_what_is_made_of_it) {
  commission(kLot);
  make(kLot, 1);
  ship(items({1}), 1, 2);
  const std::string id = mark({kLot});
  EXPECT_EQ(now(id).affected, (trace::Affected::Counts{1, 1, 0, 0}));
  look();
  EXPECT_THAT(finds(id), ElementsAre()) << "what was known when it was marked is no news";
  ship(of(kLot, 40), 1, 2);
  ship(of(kOther, 40), 1, 2);
  ship(of(kLot, 10), 1, 3);
  make(kLot, 2);
  ship(items({2, 9}), 2, 3);
  look();
  EXPECT_THAT(finds(id), ElementsAre("shipped 1", "shipped 1 tell 1", "transformed 2+1", "shipped 1"))
      << "party 2 was to be told already, party 3 was not";
  EXPECT_EQ(now(id).affected, (trace::Affected::Counts{2, 1, 0, 0}));
  EXPECT_EQ(now(id).looked, *store_->settled());
  EXPECT_EQ(now(id).recheck_since, 0);
}

TEST_P(MarksTest, what_is_packed_in_a_box_moves_with_the_box_and_no_longer_when_it_is_out) {
  commission(kLot);
  make(kLot, 1);
  const std::string id = mark({kLot});
  const std::string in_box = fmt::format(R"("parentID":"{}","childEPCs":["{}","{}"])", kBox, thing(1), thing(9));
  tell("AggregationEvent", R"("action":"ADD",)" + in_box);
  ship(fmt::format(R"("epcList":["{}"])", kBox), 1, 2);
  tell("AggregationEvent", fmt::format(R"("action":"DELETE","parentID":"{}")", kBox));
  ship(fmt::format(R"("epcList":["{}"])", kBox), 2, 3);
  look();
  EXPECT_THAT(finds(id), ElementsAre("packed 1", "shipped 0 carried tell 2", "unpacked 0 carried"))
      << "the empty box is nobody's worry";
  EXPECT_EQ(now(id).affected.items, 1) << "what was beside it in the box is a stranger";
  EXPECT_EQ(now(id).recheck_since, 0);
}

TEST_P(MarksTest, a_lot_that_nobody_has_seen_is_found_when_somebody_does) {
  ship(of(kOther, 1), 1, 2);
  const std::string id = mark({kLot});
  EXPECT_EQ(now(id).affected, trace::Affected::Counts{});
  look();
  ship(of(kLot, 5), 1, 2);
  make(kLot, 3);
  look();
  EXPECT_THAT(finds(id), ElementsAre("shipped 1 tell 2", "transformed 2+1"));
  EXPECT_EQ(now(id).affected, (trace::Affected::Counts{1, 1, 0, 0}));
}

TEST_P(MarksTest, a_marked_product_takes_in_every_new_item_and_lot_of_it) {
  const std::string id = mark({"https://id.gs1.org/01/06901234567892"});
  ship(items({1}), 1, 2);
  ship(of(kLot, 5), 1, 2);
  look();
  EXPECT_EQ(now(id).affected.items, 1);
  EXPECT_EQ(now(id).affected.lots, 1);
  ship(items({1, 2}), 2, 3);
  look();
  EXPECT_EQ(now(id).affected.items, 2);
  EXPECT_EQ(finds(id).back(), "shipped 2+1 tell 1");
}

TEST_P(MarksTest, two_marks_on_overlapping_lots_find_each_their_own_and_a_lifted_one_no_more) {
  commission(kLot);
  commission(kOther);
  const std::string one = mark({kLot}), both = mark({kLot, kOther, kLot});
  EXPECT_EQ(now(both).codes.size(), 2U) << "named twice, marked once";
  ship(of(kLot, 1), 1, 2);
  ship(of(kOther, 1), 1, 2);
  look();
  EXPECT_THAT(finds(one), ElementsAre("shipped 1 tell 2"));
  EXPECT_THAT(finds(both), ElementsAre("shipped 1 tell 2", "shipped 1"));
  const auto lifted = lift_mark(at_this_machine(), one, "tested again, good", services());
  ASSERT_TRUE(lifted.ok());
  EXPECT_FALSE(lifted->is_open);
  ship(of(kLot, 2), 1, 3);
  look();
  EXPECT_THAT(finds(one), ElementsAre("shipped 1 tell 2")) << "the history stays, and nothing is added";
  EXPECT_EQ(finds(both).size(), 3U);
  EXPECT_EQ(now(one).acts.size(), 2U);
  EXPECT_EQ(now(one).acts[1].reason, "tested again, good");
  EXPECT_EQ(lift_mark(at_this_machine(), one, "again", services()).error().code, "mark.lifted");
  EXPECT_EQ(marks_->marks("", 10, true)->size(), 1U);
  EXPECT_EQ(marks_->marks("", 10, false)->size(), 2U);
}

// What came late may have taken something back: it says so, and is exact again after a recheck.
TEST_P(MarksTest, a_late_record_is_answered_with_too_much_rather_than_too_little_until_it_is_rechecked) {
  commission(kLot);
  make(kLot, 1);
  const std::string id = mark({kLot});
  tell("AggregationEvent", fmt::format(R"("action":"ADD","parentID":"{}","childEPCs":["{}"])", kBox, thing(1)));
  minute_ = 20;
  tell("TransformationEvent", fmt::format(R"("inputEPCList":["{}"],"outputEPCList":["{}"])", kBox, thing(5)));
  MarkFollower follower(services());
  ASSERT_TRUE(*follower.look());
  EXPECT_EQ(now(id).affected.items, 2) << "it was in the box that was used up";
  minute_ = 10;  // told later: it had been taken out before
  tell("AggregationEvent", fmt::format(R"("action":"DELETE","parentID":"{}","childEPCs":["{}"])", kBox, thing(1)));
  ASSERT_TRUE(*follower.look());
  EXPECT_EQ(now(id).affected.items, 2);
  EXPECT_EQ(now(id).recheck_since, now(id).looked);
  ASSERT_TRUE(*follower.look()) << "by itself, when there is nothing else to do";
  EXPECT_EQ(now(id).affected.items, 1);
  EXPECT_EQ(now(id).recheck_since, 0);
  EXPECT_FALSE(*follower.look());
  EXPECT_EQ(finds(id).back(), "rechecked 0-1");
  ASSERT_TRUE(follower.recheck(at_this_machine(), id).ok());
  EXPECT_EQ(now(id).acts.back().kind, MarkAct::Kind::kRechecked);
  EXPECT_EQ(follower.recheck(at_this_machine(), "none").error().code, "mark.unknown");
}

TEST_P(MarksTest, whoever_ends_before_it_is_written_loses_nothing_and_finds_nothing_twice) {
  commission(kLot);
  const std::string id = mark({kLot});
  for (int i = 0; i < 5; ++i) {
    ship(of(kLot, 1), 1, 2);
    open();  // ended between the record and the look
  }
  MarkFollower one(services()), two(services());  // two servers
  ASSERT_TRUE(*one.look());
  ASSERT_FALSE(*two.look());
  ship(of(kLot, 1), 1, 3);
  make(kLot, 7);
  ASSERT_TRUE(*two.look());
  ASSERT_FALSE(*one.look());
  ship(items({7}), 1, 3);
  ASSERT_TRUE(*one.look()) << "and knows what the other found";
  EXPECT_EQ(finds(id).size(), 8U);
  EXPECT_EQ(finds(id).back(), "shipped 1");
  open();
  EXPECT_EQ(finds(id).size(), 8U);
  look();
  EXPECT_EQ(finds(id).size(), 8U);
}

TEST_P(MarksTest, only_who_saw_its_last_state_may_move_a_mark_on) {
  const std::string id = mark({kLot});
  const Mark before = now(id);
  MarkStore::Step step;
  step.looked = 7;
  step.finds.push_back({1, trace::EventSeq(5), clock_.now(), {trace::ObjectId(3), trace::ObjectId(900)}, {}, {}, 1, 0});
  step.parts = {"\xff"};
  ASSERT_TRUE(*marks_->move_on(before, step));
  ASSERT_FALSE(*marks_->move_on(before, step)) << "somebody moved it on";
  EXPECT_EQ(now(id).finds, 1);
  EXPECT_EQ(now(id).looked, 7);
  const auto found = *marks_->finds(id, 0, 10);
  ASSERT_EQ(found.size(), 1U);
  EXPECT_THAT(found[0].goods, ElementsAre(trace::ObjectId(3), trace::ObjectId(900)));
  EXPECT_TRUE(marks_->finds(id, 1, 10)->empty());
  EXPECT_EQ(MarkFollower(services()).recheck(at_this_machine(), id).error().code, "mark.damaged") << "no such bytes";
  ASSERT_TRUE(
      marks_->lift(id, MarkAct{MarkAct::Kind::kLifted, clock_.now(), local_actor(), "x", 7, 0, 0}, AuditEntry()).ok());
  ASSERT_FALSE(*marks_->move_on(now(id), step)) << "it was lifted";
}

TEST_P(MarksTest, one_that_cannot_be_read_does_not_hold_up_the_others) {
  commission(kLot);
  const std::string broken = mark({kLot}), good = mark({kLot});
  MarkStore::Step step;
  step.looked = now(broken).looked;
  step.parts = {"\xff"};
  ASSERT_TRUE(*marks_->move_on(now(broken), step));
  ship(of(kLot, 1), 1, 2);
  MarkFollower follower(services());
  EXPECT_EQ(follower.look().error().code, "mark.damaged");
  EXPECT_THAT(finds(good), ElementsAre("shipped 1 tell 2"));
  EXPECT_FALSE(*follower.look()) << "and it is left alone for a while";
  ASSERT_TRUE(lift_mark(at_this_machine(), broken, "made anew", services()).ok());
}

TEST_P(MarksTest, wrong_input_is_named) {
  const auto made = [&](MarkRequest request) {
    const auto mark = make_mark(at_this_machine(), request, services());
    return mark.ok() ? "made" : mark.error().code;
  };
  EXPECT_EQ(made({{code(kLot)}, "  "}), "mark.reason");
  EXPECT_EQ(made({{code(kLot)}, std::string(5000, 'x')}), "mark.reason");
  EXPECT_EQ(made({{code(kLot)}, "\xff"}), "mark.reason");
  EXPECT_EQ(made({{}, "why"}), "trace.no_code");
  EXPECT_EQ(made({std::vector<codes::Identity>(101, code(kLot)), "why"}), "mark.codes");
  EXPECT_EQ(mark_finds(at_this_machine(), "none", 0, 10, services()).error().code, "mark.unknown");
  EXPECT_EQ(mark_finds(at_this_machine(), "none", 0, 0, services()).error().code, "trace.limit");
  EXPECT_EQ(lift_mark(at_this_machine(), "none", "why", services()).error().code, "mark.unknown");
  EXPECT_TRUE(marks_->marks("", 10, false)->empty());
}

TEST_P(MarksTest, pages_of_finds_go_on_where_the_last_one_ended_and_cells_are_no_formulas) {
  commission(kLot);
  const std::string id = mark({kLot});
  for (int i = 0; i < 7; ++i) ship(of(kLot, 1), 1, 2);
  look();
  std::int64_t after = 0;
  int pages = 0, found = 0;
  for (bool more = true; more; ++pages) {
    const auto page = *mark_finds(at_this_machine(), id, after, 3, services());
    found += static_cast<int>(page.finds.size());
    more = page.more;
    after = page.finds.back().find.number;
  }
  EXPECT_EQ(pages, 3);
  EXPECT_EQ(found, 7);
  std::string table;
  ASSERT_TRUE(mark_finds_csv(at_this_machine(), id, 0, services(), [&](std::string_view text) { table += text; }).ok());
  EXPECT_EQ(table.substr(0, 3), "\xEF\xBB\xBF");
  EXPECT_EQ(std::count(table.begin(), table.end(), '\n'), 8);
  EXPECT_THAT(table, HasSubstr("(01)06901234567892(10)L1,1,KGM"));
  const auto object = json::parse(mark_finds_json(*mark_finds(at_this_machine(), id, 0, 3, services()))).as_object();
  EXPECT_EQ(object.at("next").as_int64(), 3);
  EXPECT_EQ(object.at("mark").at("lookedUpto").as_int64(), object.at("mark").at("recorded").as_int64());
  EXPECT_THAT(mark_finds_text(*mark_finds(at_this_machine(), id, 0, 3, services()), true), HasSubstr("--after 3"));
}

INSTANTIATE_TEST_SUITE_P(Engines, MarksTest,
                         testing::Values(storage::sqlite("sqlite", SqliteWarehouseOptions{}),
                                         storage::postgres("postgres", PostgresWarehouseOptions{})),
                         [](const auto& one) { return one.param.name; });

}  // namespace
}  // namespace suyuan::marks
