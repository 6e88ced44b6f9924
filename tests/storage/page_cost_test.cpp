// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>
#include <sqlite3.h>

#include <atomic>
#include <thread>

#include "adapters/files/epcis_writer.h"
#include "app/query/query.h"
#include "store_under_test.h"

// A page costs the same wherever it stands: what is read for it is counted, in rows, and no clock is asked.
namespace suyuan::storage {
namespace {

constexpr int kEvents = 21'000;  // above what a scan puts into the order of time in memory
constexpr int kTogether = 1'000;
constexpr int kFewEvery = 10;
constexpr const char* kMany = "https://id.gs1.org/01/06901234567892/21/MANY";  // in all events
constexpr const char* kFew = "https://id.gs1.org/01/06901234567892/21/FEW";    // in each tenth

std::string document(int first) {
  std::string events;
  for (int i = first; i < first + kTogether; ++i) {
    const auto time = parse_instant("2026-03-01T08:00:00Z")->at + std::chrono::seconds(i * 7'919LL % kEvents);
    events += fmt::format(
        R"({}{{"type":"ObjectEvent","eventTime":"{}","eventTimeZoneOffset":"+00:00","action":"OBSERVE","bizStep":)"
        R"("shipping","epcList":["{}"{}],"eventID":"urn:event:{}"}})",
        i == first ? "" : ",", format_instant(time), kMany, i % kFewEvery == 0 ? fmt::format(",\"{}\"", kFew) : "", i);
  }
  return R"({"@context":["https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld"],"type":"EPCISDocument",)"
         R"("schemaVersion":"2.0","creationDate":"2026-03-01T00:00:00Z","epcisBody":{"eventList":[)" +
         events + "]}}";
}

// Rows that statements of SQLite gave, blocks of lookups among them.
std::atomic<std::int64_t> rows_given = 0;

int count_row(unsigned, void*, void*, void*) {
  ++rows_given;
  return 0;
}

int watch_connection(sqlite3* connection, const char**, const struct sqlite3_api_routines*) {
  return sqlite3_trace_v2(connection, SQLITE_TRACE_ROW, count_row, nullptr);
}

// Counts what engines read. The store is opened anew for each question, so that nothing is in memory.
class Meter {
 public:
  virtual ~Meter() = default;
  virtual std::int64_t during(const std::function<void()>& work) = 0;
};

class SqliteMeter final : public Meter {
 public:
  SqliteMeter() { sqlite3_auto_extension(reinterpret_cast<void (*)()>(watch_connection)); }
  ~SqliteMeter() override { sqlite3_cancel_auto_extension(reinterpret_cast<void (*)()>(watch_connection)); }
  std::int64_t during(const std::function<void()>& work) override {
    const std::int64_t before = rows_given;
    work();
    return rows_given - before;
  }
};

// PostgreSQL counts the entries of indexes and the rows of tables that it read, and adds them up when a connection
// ends.
class PostgresMeter final : public Meter {
 public:
  // The planner reads small tables whole, whatever is asked of them: this one is to take a store for a large one.
  explicit PostgresMeter(const std::string& database) : connection_(std::move(*sql::open_postgres(database))) {
    const std::string name = database.substr(0, database.find('?'));
    for (const std::string& each :
         {std::string("ANALYZE"), "ALTER DATABASE " + name.substr(name.rfind('/') + 1) + " SET enable_seqscan = off"})
      EXPECT_TRUE(connection_->execute(each).ok()) << each;
  }
  std::int64_t during(const std::function<void()>& work) override {
    const std::int64_t before = read();
    work();
    return read() - before;
  }

 private:
  std::int64_t read() {
    while (number("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND backend_type = "
                  "'client backend'") > 1)
      std::this_thread::sleep_for(std::chrono::milliseconds(5));
    return number(
        "SELECT (SELECT sum(seq_tup_read) FROM pg_stat_user_tables) + (SELECT sum(idx_tup_read) FROM "
        "pg_stat_user_indexes)");
  }
  std::int64_t number(const std::string& query) {
    auto statement = *connection_->prepare(query);
    const sql::Reset reset(*statement);
    EXPECT_TRUE(statement->step().ok());
    return statement->integer(0);
  }

  std::unique_ptr<sql::Connection> connection_;
};

struct Case {
  Engine engine;
  std::function<std::unique_ptr<Meter>(const std::filesystem::path&)> meter;
};

class PageCost : public testing::TestWithParam<Case> {
 protected:
  std::unique_ptr<Store> open() {
    auto store = GetParam().engine.open(folder_.path(), clock_);
    CHECK(store.ok());
    return std::move(*store);
  }

  void SetUp() override {
    const auto store = open();
    for (int first = 0; first < kEvents; first += kTogether) {
      const auto outcome = capture_document(at_this_machine(), document(first), {}, read_epcis, *store, clock_);
      ASSERT_TRUE(outcome.ok() && outcome->accepted == kTogether);
    }
  }

  EventPage page(Store& store, const std::string& query, std::size_t per_page, const std::string& token) {
    const DocumentReader read = read_epcis;
    auto answer =
        run_query(at_this_machine(), *parameters_of_json(query), {per_page, token}, {}, {store, read, epcis_writer()});
    EXPECT_TRUE(answer.ok()) << answer.error().text;
    return answer ? std::move(*answer) : EventPage();
  }

  // The tokens behind so many events; `places` ascend. "" is the beginning.
  std::vector<std::string> tokens_behind(const std::string& query, const std::vector<std::size_t>& places) {
    const auto store = open();
    std::vector<std::string> tokens;
    std::string token;
    std::size_t given = 0;
    for (const std::size_t place : places) {
      while (given < place) {
        const EventPage some = page(*store, query, std::min<std::size_t>(place - given, 1'000), token);
        given += some.events.size();
        token = some.next_token;
        CHECK(!token.empty());
      }
      tokens.push_back(token);
    }
    return tokens;
  }

  // Rows read for a page of 30 and for opening the store.
  std::int64_t cost(Meter& meter, const std::string& query, const std::string& token) {
    return meter.during([&] {
      const auto store = open();
      EXPECT_EQ(page(*store, query, 30, token).events.size(), 30U) << query;
    });
  }

  Folder folder_;
  SystemClock clock_;
};

TEST_P(PageCost, is_the_same_wherever_the_page_stands) {
  const auto meter = GetParam().meter(folder_.path());
  open();  // ends what a writer leaves to do
  const std::int64_t opening = meter->during([&] { open(); });
  for (const std::string epc : {"", kFew, kMany}) {
    const std::size_t total = epc == kFew ? kEvents / kFewEvery : kEvents;
    const std::vector<std::size_t> places = {0, total / 7, total - 30};
    for (const std::string order : {"recordTime", "eventTime"}) {
      const std::string query =
          R"({"orderBy":")" + order + "\"" + (epc.empty() ? "" : R"(,"MATCH_anyEPC":[")" + epc + "\"]") + "}";
      const auto tokens = tokens_behind(query, places);
      const std::int64_t first = cost(*meter, query, tokens[0]) - opening;
      EXPECT_GE(first, 30) << query;
      for (std::size_t i = 1; i < places.size(); ++i) {
        std::int64_t later = cost(*meter, query, tokens[i]) - opening;
        if (later > first) later = cost(*meter, query, tokens[i]) - opening;  // lookups were merged meanwhile
        EXPECT_LE(later, first) << query << " behind " << places[i];
      }
      // To put what one thing was in into the order of time all of it is looked at, up to 20,000 events.
      const std::int64_t most = epc.empty() || order == "recordTime" ? 2'000 : 3 * kEvents;
      EXPECT_LE(first, most) << query << " reads more than it needs";
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Engines, PageCost,
                         testing::Values(Case{sqlite("sqlite", SqliteWarehouseOptions{}),
                                              [](const auto&) { return std::make_unique<SqliteMeter>(); }},
                                         Case{postgres("postgres", PostgresWarehouseOptions{}),
                                              [](const auto& folder) {
                                                return std::make_unique<PostgresMeter>(database_of(folder));
                                              }}),
                         [](const auto& each) { return each.param.engine.name; });

}  // namespace
}  // namespace suyuan::storage
