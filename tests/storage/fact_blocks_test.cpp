// SPDX-License-Identifier: Apache-2.0
// What a recall reads of events comes from blocks that are derived from the rows: it is what the rows say, whatever was
// declared wrong, refused, bent or made by an older program.
#include <numeric>
#include <thread>

#include "domain/trace/fact_table.h"
#include "random_world.h"

namespace suyuan::storage {
namespace {

using trace::EventSeq;
using trace::FactTable;

constexpr std::size_t kOfBlocks = 7;  // in the answer of a check, after the lookups

class FactBlocksOfSqlite : public SameAnswers {
 protected:
  Store& store() { return *stores_[0]; }
  void open() {
    stores_.clear();
    auto opened = sqlite("sqlite", small_runs()).open(folder_.path(), clock_);
    ASSERT_TRUE(opened.ok()) << opened.error().text;
    stores_.push_back(std::move(*opened));
  }
  void capture(const std::string& events) {
    const std::string document =
        R"({"@context": ["https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld"], "type": "EPCISDocument",
        "schemaVersion": "2.0", "creationDate": "2026-03-01T00:00:00Z", "epcisBody": {"eventList": [)" +
        events + "]}}";
    const auto outcome = capture_document(at_this_machine(), document, {}, read_epcis, store(), clock_);
    ASSERT_TRUE(outcome.ok()) << outcome.error().text;
    ASSERT_EQ(outcome->duplicates, 0);
  }
  static std::string observed(int number, std::size_t items, bool is_declaration = false) {
    std::string epcs;
    for (std::size_t i = 0; i < items; ++i)
      epcs += fmt::format(R"({}"https://id.gs1.org/01/06901234567892/21/{}")", i == 0 ? "" : ",", i);
    return fmt::format(
        R"({{"type":"ObjectEvent","eventTime":"2026-03-01T00:00:00Z","eventTimeZoneOffset":"+08:00","eventID":)"
        R"("urn:uuid:00000000-0000-4000-9000-{:012}","action":"OBSERVE","epcList":[{}]{}}})",
        number, epcs, is_declaration ? R"(,"errorDeclaration":{"declarationTime":"2026-04-01T00:00:00Z"})" : "");
  }
  std::int64_t settled() { return *store().settled(); }

  static std::vector<std::string> lines_of(const FactTable& table) {
    std::vector<std::string> lines;
    std::vector<trace::Link> memory;
    for (std::size_t i = 0; i < table.size(); ++i) {
      const FactTable::Head& head = table.head(i);
      std::string line =
          fmt::format("{} {} {} {} {} {}", head.seq, static_cast<int>(head.type), static_cast<int>(head.action),
                      head.time.time_since_epoch().count(), static_cast<int>(head.movement), head.counts);
      std::vector<trace::ObjectId> goods = {trace::ObjectId(1)};  // of none: what is no goods is said of everything
      table.each_goods(i, [&](trace::ObjectId object, trace::Role, bool) { goods.push_back(object); });
      for (const trace::ObjectId object : goods) {
        for (const trace::Link& link : table.fact_of(i, object, memory).links) {
          line += fmt::format("|{} {} {} {} {}", link.object.value(), static_cast<int>(link.role), link.is_quantity,
                              link.amount ? link.amount->to_string() : "-", link.uom);
        }
      }
      lines.push_back(std::move(line));
    }
    return lines;
  }
  // Of these events, from the store and from the whole events as they stand in its rows.
  void expect_same_facts(const std::vector<EventSeq>& seqs, std::int64_t upto) {
    FactTable found, expected;
    const auto done = store().facts(seqs, EventSeq(upto), found);
    ASSERT_TRUE(done.ok()) << done.error().text;
    ASSERT_TRUE(store().Warehouse::facts(seqs, EventSeq(upto), expected).ok());
    ASSERT_EQ(lines_of(found), lines_of(expected));
  }
  std::vector<EventSeq> all() {
    std::vector<EventSeq> seqs;
    for (std::int64_t seq = 1; seq <= settled(); ++seq) seqs.emplace_back(seq);
    return seqs;
  }
  void expect_same_facts() {
    ASSERT_NO_FATAL_FAILURE(expect_same_facts(all(), settled()));
    ASSERT_NO_FATAL_FAILURE(expect_same_facts(all(), 1 + settled() / 2));  // later declarations do not count yet
    for (const std::size_t share : {2U, 5U, 40U}) {
      std::vector<EventSeq> some;
      for (const EventSeq seq : all()) {
        if (teller_.below(share) == 0) some.push_back(seq);
      }
      ASSERT_NO_FATAL_FAILURE(expect_same_facts(some, settled()));
    }
  }
  // Closes the store.
  LookupCheck check(bool rebuild = false) {
    stores_.clear();
    const auto checks = check_sqlite_lookups(folder_.path(), rebuild);
    EXPECT_TRUE(checks.ok()) << checks.error().text;
    EXPECT_EQ((*checks)[kOfBlocks].name, "facts");
    return (*checks)[kOfBlocks];
  }
  void execute(const std::string& script) {
    auto connection = sql::open_sqlite(folder_.path() / "suyuan.db", sql::Mode::kWrite);
    ASSERT_TRUE((*connection)->execute(script).ok());
  }
  std::vector<std::string> blocks() {
    auto connection = sql::open_sqlite(folder_.path() / "suyuan.db", sql::Mode::kRead);
    sql::Statement* rows = *(*connection)->prepare("SELECT first, hex(data) FROM fact_block ORDER BY first");
    std::vector<std::string> all;
    while (*rows->step()) all.push_back(fmt::format("{} {}", rows->integer(0), rows->text(1)));
    return all;
  }
};

// shows: X3
TEST_F(FactBlocksOfSqlite, say_what_the_rows_say_over_restarts_and_refusals) {
  for (int round = 0; round < 5; ++round) {
    ASSERT_NO_FATAL_FAILURE(open());
    ASSERT_NO_FATAL_FAILURE(tell(60));
    ASSERT_NO_FATAL_FAILURE(expect_same_facts());
  }
  const std::int64_t events = settled();
  const LookupCheck checked = check();
  EXPECT_TRUE(checked.is_same) << checked.found << " of " << checked.expected;
  EXPECT_GT(checked.found, 500U);
  EXPECT_LT(static_cast<std::int64_t>(checked.found), events);  // the newest wait for others to fill a block
}

TEST_F(FactBlocksOfSqlite, do_not_depend_on_how_documents_came) {
  ASSERT_NO_FATAL_FAILURE(open());
  ASSERT_NO_FATAL_FAILURE(tell(250));
  stores_.clear();
  const auto before = blocks();
  ASSERT_GT(before.size(), 5U);
  EXPECT_TRUE(check(true).is_same);
  EXPECT_EQ(blocks(), before);  // made anew, in one sweep
}

TEST_F(FactBlocksOfSqlite, leave_out_what_is_too_long_but_not_from_the_answer) {
  ASSERT_NO_FATAL_FAILURE(open());
  for (int i = 0; i < 150; ++i) ASSERT_NO_FATAL_FAILURE(capture(observed(i, i % 7 == 3 ? 1000 : 2)));
  ASSERT_NO_FATAL_FAILURE(expect_same_facts());
  const LookupCheck checked = check();
  EXPECT_TRUE(checked.is_same);
  EXPECT_GT(checked.found, 50U);
}

// An event that some declaration is about does not count, whichever came first, and only from the declaration on.
TEST_F(FactBlocksOfSqlite, know_what_was_declared_wrong) {
  ASSERT_NO_FATAL_FAILURE(open());
  ASSERT_NO_FATAL_FAILURE(capture(observed(500, 3, true)));
  ASSERT_NO_FATAL_FAILURE(capture(observed(501, 3, true)));
  for (int i = 0; i < 60; ++i) ASSERT_NO_FATAL_FAILURE(capture(observed(i, 3)));
  ASSERT_NO_FATAL_FAILURE(expect_same_facts());
  const auto wrong = [&] {
    FactTable table;
    EXPECT_TRUE(store().facts(all(), EventSeq(settled()), table).ok());
    std::vector<std::int64_t> seqs;
    for (std::size_t i = 0; i < table.size(); ++i) {
      if (!table.head(i).counts) seqs.push_back(table.head(i).seq);
    }
    return seqs;
  };
  EXPECT_EQ(wrong(), (std::vector<std::int64_t>{1, 2}));  // the declarations
  ASSERT_NO_FATAL_FAILURE(capture(observed(500, 3)));     // 63
  ASSERT_NO_FATAL_FAILURE(capture(observed(20, 3, true)));
  for (int i = 60; i < 110; ++i) ASSERT_NO_FATAL_FAILURE(capture(observed(i, 3)));
  EXPECT_EQ(wrong(), (std::vector<std::int64_t>{1, 2, 23, 63, 64}));
  ASSERT_NO_FATAL_FAILURE(expect_same_facts());
  ASSERT_NO_FATAL_FAILURE(open());
  ASSERT_NO_FATAL_FAILURE(capture(observed(501, 3)));
  for (int i = 110; i < 160; ++i) ASSERT_NO_FATAL_FAILURE(capture(observed(i, 3)));
  EXPECT_EQ(wrong(), (std::vector<std::int64_t>{1, 2, 23, 63, 64, 115}));
  ASSERT_NO_FATAL_FAILURE(expect_same_facts());
}

TEST_F(FactBlocksOfSqlite, of_an_older_store_are_made_when_it_is_opened) {
  ASSERT_NO_FATAL_FAILURE(open());
  ASSERT_NO_FATAL_FAILURE(tell(250));
  stores_.clear();
  const auto before = blocks();
  // None, some, and some that were written before events were taken away behind the program's back.
  for (const char* harm : {"DELETE FROM fact_block", "DELETE FROM fact_block WHERE first > 100",
                           "UPDATE fact_block SET first = 1000000 WHERE first = (SELECT max(first) FROM fact_block)"}) {
    ASSERT_NO_FATAL_FAILURE(execute(harm));
    ASSERT_NO_FATAL_FAILURE(open());
    ASSERT_NO_FATAL_FAILURE(expect_same_facts());
    EXPECT_TRUE(check().is_same) << harm;
    EXPECT_EQ(blocks(), before) << harm;
  }
}

TEST_F(FactBlocksOfSqlite, that_are_damaged_are_found_and_made_again_while_the_store_is_open) {
  ASSERT_NO_FATAL_FAILURE(open());
  ASSERT_NO_FATAL_FAILURE(tell(250));
  stores_.clear();
  const auto before = blocks();
  ASSERT_NO_FATAL_FAILURE(
      execute("UPDATE fact_block SET data = CAST(substr(data, 1, 20) || x'ff' || substr(data, 22) AS BLOB) WHERE first "
              "< (SELECT max(first) FROM fact_block)"));
  EXPECT_TRUE(check().is_damaged);
  ASSERT_NO_FATAL_FAILURE(open());
  bool was_told = false;
  const auto patience = std::chrono::steady_clock::now() + std::chrono::seconds(20);
  for (bool is_mended = false; !is_mended && std::chrono::steady_clock::now() < patience;) {
    FactTable table;
    const auto done = store().facts(all(), EventSeq(settled()), table);
    is_mended = done.ok();
    if (is_mended) break;
    was_told = true;
    ASSERT_EQ(done.error().code, "store.mending") << done.error().text;
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  EXPECT_TRUE(was_told);
  ASSERT_NO_FATAL_FAILURE(tell(20));
  ASSERT_NO_FATAL_FAILURE(expect_same_facts());
  EXPECT_TRUE(check().is_same);
  const auto after = blocks();
  ASSERT_GE(after.size(), before.size());
  EXPECT_TRUE(std::equal(before.begin(), before.end(), after.begin()));
}

// Rows are read meanwhile, and nothing of what was not written comes back with a later document.
TEST_F(FactBlocksOfSqlite, that_cannot_be_made_again_are_made_later) {
  ASSERT_NO_FATAL_FAILURE(open());
  ASSERT_NO_FATAL_FAILURE(tell(250));
  stores_.clear();
  ASSERT_NO_FATAL_FAILURE(execute(
      "UPDATE fact_block SET data = zeroblob(length(data)) WHERE first < (SELECT max(first) FROM fact_block); CREATE "
      "TRIGGER no_room BEFORE INSERT ON fact_block WHEN NEW.first > 100 BEGIN SELECT RAISE(ABORT, 'no room'); END"));
  ASSERT_NO_FATAL_FAILURE(open());
  const auto patience = std::chrono::steady_clock::now() + std::chrono::seconds(20);
  const auto can_be_read = [&] {
    FactTable table;
    return store().facts(all(), EventSeq(settled()), table).ok();
  };
  while (!can_be_read() && std::chrono::steady_clock::now() < patience)
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  ASSERT_NO_FATAL_FAILURE(expect_same_facts());
  ASSERT_NO_FATAL_FAILURE(execute("DROP TRIGGER no_room"));
  ASSERT_NO_FATAL_FAILURE(capture(observed(1, 3)));
  ASSERT_NO_FATAL_FAILURE(tell(50));
  ASSERT_NO_FATAL_FAILURE(expect_same_facts());
  EXPECT_TRUE(check().is_same);
  ASSERT_NO_FATAL_FAILURE(open());
  ASSERT_NO_FATAL_FAILURE(expect_same_facts());
}

// A check that agrees with everything would be worth nothing.
TEST_F(FactBlocksOfSqlite, that_differ_are_found_by_the_check) {
  ASSERT_NO_FATAL_FAILURE(open());
  ASSERT_NO_FATAL_FAILURE(tell(250));
  stores_.clear();
  for (const char* harm :
       {"UPDATE event SET time = time + 1 WHERE seq = 50", "UPDATE event SET kind = 17 WHERE seq = 60",
        "DELETE FROM fact_block WHERE first = (SELECT min(first) FROM fact_block WHERE first > 1)"}) {
    EXPECT_TRUE(check(true).is_same) << harm;
    ASSERT_NO_FATAL_FAILURE(execute(harm));
    ASSERT_NO_FATAL_FAILURE(open());
    ASSERT_NO_FATAL_FAILURE(std::string_view(harm).starts_with("DELETE") ? expect_same_facts() : void());
    const LookupCheck checked = check();
    EXPECT_FALSE(checked.is_same) << harm;
    EXPECT_FALSE(checked.is_damaged) << harm;
    EXPECT_LT(checked.found, checked.expected) << harm;
  }
}

}  // namespace
}  // namespace suyuan::storage
