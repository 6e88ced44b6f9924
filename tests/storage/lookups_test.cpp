// SPDX-License-Identifier: Apache-2.0
// The lookups of the SQLite engine are what its tables say: after merges, restarts, damage and a rebuild.
#include <gtest/gtest.h>

#include <chrono>
#include <map>
#include <random>
#include <set>
#include <thread>

#include "adapters/warehouse/keys.h"
#include "adapters/warehouse/links.h"
#include "store_under_test.h"

namespace suyuan::storage {
namespace {

constexpr const char* kPlace = "https://id.gs1.org/414/6901234000009/254/";

// Random documents of every shape that a lookup sees: items, lots, packing, places, event ids, error declarations.
class RandomDocuments {
 public:
  explicit RandomDocuments(unsigned seed, unsigned items = 150) : random_(seed), items_(items) {}

  std::string next() {
    std::string events;
    for (std::size_t i = 1 + random_() % 6; i > 0; --i) events += (events.empty() ? "" : ",") + event();
    return R"({"@context": ["https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld"], "type":
      "EPCISDocument", "schemaVersion": "2.0", "creationDate": "2026-03-01T00:00:00Z", "epcisBody": {"eventList": [)" +
           events + "]}}";
  }

 private:
  std::string item() { return fmt::format("\"https://id.gs1.org/01/06901234567892/21/{}\"", random_() % items_); }
  std::string time() {
    return fmt::format(R"("eventTime":"2026-03-{:02}T{:02}:00:00Z","eventTimeZoneOffset":"+08:00")", 1 + random_() % 28,
                       random_() % 24);
  }
  std::string event() {
    const std::string place = fmt::format(R"("readPoint":{{"id":"{}{}"}})", kPlace, random_() % 5);
    switch (random_() % 5) {
      case 0:
        return fmt::format(
            R"({{"type":"AggregationEvent",{},"action":"ADD","parentID":"https://id.gs1.org/00/169012345678900{:03}","childEPCs":[{},{}],{}}})",
            time(), random_() % 20 * 7 % 10, item(), item(), place);
      case 1:
        return fmt::format(
            R"({{"type":"ObjectEvent",{},"action":"ADD","epcList":[{}],"quantityList":[{{"epcClass":"https://id.gs1.org/01/06901234567892/10/L{}","quantity":5}}],{},"ilmd":{{"cbvmda:lotNumber":"L{}"}}}})",
            time(), item(), random_() % 9, place, random_() % 9);
      case 2: {
        const std::string wrong = fmt::format(
            R"({{"type":"ObjectEvent",{},"eventID":"urn:uuid:00000000-0000-4000-8000-{:012}","action":"OBSERVE","epcList":[{}])",
            time(), ++ids_, item());
        return wrong + "}," + wrong + R"(,"errorDeclaration":{"declarationTime":"2026-04-01T00:00:00Z"}})";
      }
      default:
        return fmt::format(R"({{"type":"ObjectEvent",{},"action":"OBSERVE","epcList":[{},{}],{}}})", time(), item(),
                           item(), place);
    }
  }

  std::mt19937 random_;
  unsigned items_;
  int ids_ = 0;
};

class LookupsOfSqlite : public testing::Test {
 protected:
  void open(std::size_t spill, std::size_t fan_in = 3) {
    SqliteWarehouseOptions options;
    options.lookups = {.spill = spill, .fan_in = fan_in, .blocks_per_commit = 2, .blocks_waiting = 4};
    auto opened = open_sqlite_warehouse(folder_.path(), clock_, options);
    ASSERT_TRUE(opened.ok()) << opened.error().text;
    store_ = std::move(*opened);
  }
  void tell(RandomDocuments& documents, int count) {
    for (int i = 0; i < count; ++i) {
      auto outcome = capture_document(at_this_machine(), documents.next(), {.proceed = true, .public_id = ""},
                                      read_epcis, *store_, clock_);
      ASSERT_TRUE(outcome.ok()) << outcome.error().text;
      accepted_ += outcome->accepted;
    }
  }
  // Every lookup against what plain SQL over the tables says.
  void expect_as_tables() {
    auto connection = sql::open_sqlite(folder_.path() / "suyuan.db", sql::Mode::kRead);
    std::map<std::int64_t, std::set<std::int64_t>> postings;
    std::vector<std::pair<std::int64_t, std::int64_t>> times;
    sql::Statement* events = *(*connection)->prepare("SELECT seq, time, links FROM event");
    while (*events->step()) {
      times.emplace_back(events->integer(1), events->integer(0));
      const auto links = decode_links(events->bytes(2));
      for (const trace::Link& link : *links) postings[link.object.value()].insert(events->integer(0));
    }
    std::sort(times.begin(), times.end());
    const trace::EventSeq upto(std::max<std::int64_t>(1, *store_->settled()));
    sql::Statement* objects = *(*connection)->prepare("SELECT obj, key FROM object");
    while (*objects->step()) {
      const codes::Identity id = identity_of_key(objects->bytes(1));
      const auto found = store_->find(std::span(&id, 1));
      ASSERT_TRUE(found.ok()) << found.error().text;
      ASSERT_TRUE((*found)[0].has_value()) << id.key;
      ASSERT_EQ((*found)[0]->value(), objects->integer(0));
      const auto history = store_->history(std::span(&*(*found)[0], 1), {}, upto, 0, 100'000);
      ASSERT_TRUE(history.ok()) << history.error().text;
      std::set<std::int64_t> seqs;
      for (const trace::StoredEvent& event : history->events) seqs.insert(event.seq.value());
      ASSERT_EQ(seqs, postings[objects->integer(0)]) << id.key;
      for (const trace::StoredEvent& event : history->events)
        ASSERT_TRUE((*store_->find_event(event.id, event.is_declaration)).has_value());
    }
    for (const bool descending : {false, true}) {
      Warehouse::Scan scan{.filter = {},
                           .order = Warehouse::Order::kTime,
                           .descending = descending,
                           .upto = upto,
                           .after = {},
                           .limit = 17};
      std::vector<std::pair<std::int64_t, std::int64_t>> seen;
      do {
        const auto page = store_->scan(scan);
        ASSERT_TRUE(page.ok()) << page.error().text;
        for (const trace::StoredEvent& event : page->events)
          seen.emplace_back(event.time.time_since_epoch().count(), event.seq.value());
        scan.after = page->next;
      } while (scan.after);
      if (descending) std::reverse(seen.begin(), seen.end());
      ASSERT_EQ(seen, times);
    }
  }
  void expect_same_by_check(bool rebuild) {
    store_.reset();
    const auto checks = check_sqlite_lookups(folder_.path(), rebuild);
    ASSERT_TRUE(checks.ok()) << checks.error().text;
    ASSERT_EQ(checks->size(), 8U);
    for (const LookupCheck& check : *checks) {
      EXPECT_TRUE(check.is_same) << check.name << ": " << check.expected << " in the tables, " << check.found
                                 << " in the lookup";
      EXPECT_GT(check.found, 0U) << check.name;
    }
  }
  void execute(const std::string& script) {
    auto connection = sql::open_sqlite(folder_.path() / "suyuan.db", sql::Mode::kWrite);
    ASSERT_TRUE((*connection)->execute(script).ok());
  }
  std::int64_t number(const std::string& query) {
    auto connection = sql::open_sqlite(folder_.path() / "suyuan.db", sql::Mode::kRead);
    sql::Statement* row = *(*connection)->prepare(query);
    return *row->step() ? row->integer(0) : -1;
  }
  // One byte in the middle of every block with entries, of one lookup or of all (0).
  void damage(int lookup) {
    execute(fmt::format(
        "UPDATE run_block SET data = CAST(substr(data, 1, 20) || x'ff' || substr(data, 22) AS BLOB) WHERE id & "
        "16777215 < (SELECT blocks FROM run WHERE run.id = run_block.id >> 24 AND (lookup = {0} OR {0} = 0))",
        lookup));
  }
  Result<CaptureOutcome> capture(const std::string& document) {
    return capture_document(at_this_machine(), document, {}, read_epcis, *store_, clock_);
  }

  Folder folder_;
  ManualClock clock_{parse_instant("2026-11-21T00:00:00Z")->at};
  std::unique_ptr<Store> store_;
  std::int64_t accepted_ = 0;
};

TEST_F(LookupsOfSqlite, random_documents_agree_with_plain_tables_over_restarts) {
  RandomDocuments documents(11);
  for (int round = 0; round < 6; ++round) {
    open(round % 2 == 0 ? 50 : 400);
    tell(documents, 60);
    ASSERT_NO_FATAL_FAILURE(expect_as_tables());
    store_.reset();
  }
  EXPECT_GT(accepted_, 500);
  expect_same_by_check(false);
}

// A lookup that gets few entries must not make every start read the tables from their beginning.
TEST_F(LookupsOfSqlite, none_lies_far_behind_the_tables) {
  RandomDocuments documents(11);
  open(40);
  tell(documents, 150);
  store_.reset();
  auto connection = sql::open_sqlite(folder_.path() / "suyuan.db", sql::Mode::kRead);
  sql::Statement* behind = *(*connection)
                                ->prepare(
                                    "SELECT lookup, (SELECT max(seq) FROM event) - max(upto_event), (SELECT "
                                    "max(obj) FROM object) - max(upto_object) FROM run GROUP BY lookup");
  int lookups = 0;
  for (; *behind->step(); ++lookups) {
    const bool is_of_objects = behind->integer(0) == 2 || behind->integer(0) == 7;
    EXPECT_LT(behind->integer(is_of_objects ? 2 : 1), 40 * 4) << "lookup " << behind->integer(0);
  }
  EXPECT_EQ(lookups, 7);
}

TEST_F(LookupsOfSqlite, are_made_again_from_the_tables) {
  RandomDocuments documents(12);
  open(100'000);
  tell(documents, 300);
  store_.reset();
  open(1'000);  // what was in memory alone becomes runs of many blocks while it opens
  expect_as_tables();
  expect_same_by_check(true);
  store_.reset();
  execute("DELETE FROM run; DELETE FROM run_block");
  expect_same_by_check(false);
  open(100'000);
  expect_as_tables();
}

TEST_F(LookupsOfSqlite, a_damaged_run_is_found_and_made_again_while_the_store_is_open) {
  RandomDocuments documents(13);
  open(50);
  tell(documents, 120);
  store_.reset();
  damage(1);
  const auto checks = check_sqlite_lookups(folder_.path(), false);
  ASSERT_TRUE(checks.ok());
  EXPECT_TRUE((*checks)[0].is_damaged);
  open(50);
  const codes::Identity id{codes::Scheme::kGs1, "/01/06901234567892/21/3"};
  bool was_told = false;
  const auto patience = std::chrono::steady_clock::now() + std::chrono::seconds(20);
  const auto object = (*store_->find(std::span(&id, 1)))[0];
  const auto look = [&] { return store_->history(std::span(&*object, 1), {}, trace::EventSeq(1000), 0, 1000); };
  for (auto found = look(); !found.ok() && std::chrono::steady_clock::now() < patience; found = look()) {
    was_told = true;
    ASSERT_EQ(found.error().code, "store.mending") << found.error().text;
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  EXPECT_TRUE(was_told);
  expect_as_tables();
  tell(documents, 20);
  expect_as_tables();
  expect_same_by_check(false);
}

TEST_F(LookupsOfSqlite, damage_that_the_start_meets_is_mended_by_it) {
  RandomDocuments documents(16);
  open(50);
  tell(documents, 120);
  store_.reset();
  damage(0);
  execute("DELETE FROM run WHERE lookup = 4");  // members are made at start, by asking the damaged keys
  open(50);
  expect_as_tables();
}

TEST_F(LookupsOfSqlite, a_damaged_filter_is_found_at_start) {
  RandomDocuments documents(14);
  open(50);
  tell(documents, 120);
  store_.reset();
  execute(
      "UPDATE run_block SET data = CAST(x'00000000' || substr(data, 5) AS BLOB) WHERE id & 16777215 >= (SELECT blocks "
      "FROM run WHERE run.id = run_block.id >> 24)");
  open(50);
  expect_as_tables();
}

TEST_F(LookupsOfSqlite, a_missing_entry_is_found_by_the_check) {
  RandomDocuments documents(15);
  open(1'000'000);
  tell(documents, 20);
  store_.reset();
  open(1);  // everything goes into runs
  tell(documents, 20);
  store_.reset();
  execute(
      "DELETE FROM run WHERE id = (SELECT min(id) FROM run WHERE lookup = 1 AND id < (SELECT max(id) FROM run WHERE "
      "lookup = 1))");
  const auto checks = check_sqlite_lookups(folder_.path(), false);
  ASSERT_TRUE(checks.ok());
  EXPECT_FALSE((*checks)[0].is_same);
  EXPECT_LT((*checks)[0].found, (*checks)[0].expected);
  expect_same_by_check(true);
}

// Damage that nobody who reads meets: the one who captures does, or a merge. 0: of every lookup at once.
class DamagedLookup : public LookupsOfSqlite, public testing::WithParamInterface<int> {
 protected:
  // A store with runs of every lookup, nothing of it remembered by the writer; then the damage.
  void fill_and_damage() {
    open(50);
    ASSERT_EQ(capture(items_document(kKnown, 3))->accepted, 3);
    ASSERT_NO_FATAL_FAILURE(tell(documents_, 120));
    store_.reset();
    open(50);
    damage(GetParam());
    damaged_ = number("SELECT max(id) FROM run");
  }
  std::int64_t damaged_runs() {
    return number(fmt::format("SELECT count(*) FROM run WHERE id <= {} AND (lookup = {} OR {} = 0)", damaged_,
                              GetParam(), GetParam()));
  }

  static constexpr int kKnown = 900'001;
  static constexpr auto kElsewhere = R"(,"readPoint":{"id":"https://id.gs1.org/414/6901234000009/254/77"})";
  RandomDocuments documents_{17, 100'000};
  std::int64_t damaged_ = 0;
};
INSTANTIATE_TEST_SUITE_P(Kinds, DamagedLookup, testing::Range(0, 8));
class LookupOfTheWriter : public DamagedLookup {};
INSTANTIATE_TEST_SUITE_P(Kinds, LookupOfTheWriter, testing::Values(0, 2, 3));

TEST_P(LookupOfTheWriter, the_document_that_meets_damage_is_stored_once) {
  ASSERT_NO_FATAL_FAILURE(fill_and_damage());
  const auto seen = capture(items_document(kKnown, 3, kElsewhere));
  ASSERT_TRUE(seen.ok()) << seen.error().code << " " << seen.error().text;
  EXPECT_EQ(seen->accepted, 3);
  if (GetParam() != 3) {
    EXPECT_EQ(damaged_runs(), 0);
  }
  if (GetParam() == 0) {  // it mended what the next would meet
    store_.reset();
    open(50);
    damage(0);
  }
  const auto again = capture(items_document(kKnown, 3));
  ASSERT_TRUE(again.ok()) << again.error().code << " " << again.error().text;
  EXPECT_EQ(again->duplicates, 3);
  EXPECT_EQ(again->accepted, 0);
  EXPECT_EQ(number("SELECT count(*) - count(DISTINCT key) FROM object"), 0);
  EXPECT_EQ(number("SELECT count(*) - count(DISTINCT hex(id) || hex(content) || (kind >> 8 & 1)) FROM event"), 0);
  EXPECT_EQ(damaged_runs(), 0);
  ASSERT_NO_FATAL_FAILURE(expect_as_tables());
  expect_same_by_check(false);
}

TEST_P(DamagedLookup, the_merge_that_meets_it_has_it_mended) {
  ASSERT_NO_FATAL_FAILURE(fill_and_damage());
  const auto patience = std::chrono::steady_clock::now() + std::chrono::seconds(10);
  while (damaged_runs() > 0 && std::chrono::steady_clock::now() < patience)
    ASSERT_NO_FATAL_FAILURE(tell(documents_, 10));
  EXPECT_EQ(damaged_runs(), 0);
  ASSERT_NO_FATAL_FAILURE(tell(documents_, 1));  // until it is mended readers are told to wait; writers wait
  ASSERT_NO_FATAL_FAILURE(expect_as_tables());
  expect_same_by_check(false);
}

// Whoever was dropped and could not be made again knows nothing: a document judged by that would be stored twice.
class NoRoomToMend : public LookupsOfSqlite, public testing::WithParamInterface<bool> {};
INSTANTIATE_TEST_SUITE_P(Restarted, NoRoomToMend, testing::Bool());

TEST_P(NoRoomToMend, nothing_is_stored_until_there_is) {
  RandomDocuments documents(18);
  open(50);
  ASSERT_EQ(capture(items_document(1000, 3))->accepted, 3);
  tell(documents, 120);
  for (int i = 0; i < 2; ++i) {  // then no room within the file is free
    store_.reset();
    execute("VACUUM");
    open(50, 1'000'000);  // no merge: it would meet the damage too, and have it mended while there is room
  }
  damage(0);
  const auto let_grow = [&](std::int64_t pages) {  // how large the file may become
    return store_->records().write([&](sql::Connection& connection) {
      return connection.execute(fmt::format("PRAGMA max_page_count = {}", pages));
    });
  };
  ASSERT_TRUE(let_grow(number("PRAGMA page_count")).ok());
  for (int i = 0; i < 3; ++i) {
    const auto refused = capture(items_document(1000, 3));
    if (refused.ok()) {  // what became a run after the damage knows it
      EXPECT_EQ(refused->duplicates, 3);
    } else {
      EXPECT_EQ(refused.error().code, "store.mending") << refused.error().text;
      EXPECT_EQ(refused.error().kind, ErrorKind::kBusy);
    }
    static_cast<void>(
        store_->record_refusal(local_actor(), fmt::format("job-{}", i), true, 1, {}));  // as the disk lets
  }
  if (GetParam()) {
    store_.reset();
    open(50);
  } else {
    ASSERT_TRUE(let_grow(1'000'000'000).ok());
  }
  const auto again = capture(items_document(1000, 3));
  ASSERT_TRUE(again.ok()) << again.error().code << " " << again.error().text;
  EXPECT_EQ(again->duplicates, 3);
  ASSERT_NO_FATAL_FAILURE(expect_as_tables());
  expect_same_by_check(false);
}

}  // namespace
}  // namespace suyuan::storage
