// SPDX-License-Identifier: Apache-2.0
// A store is moved from any engine to any other: whole, or not at all.
#include "adapters/warehouse/move_store.h"

#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <thread>

#include "adapters/records/account_store.h"
#include "adapters/records/lease_store.h"
#include "adapters/records/query_store.h"
#include "adapters/records/task_store.h"
#include "adapters/sql/postgres.h"
#include "adapters/warehouse/move_tables.h"
#include "base/text.h"
#include "random_world.h"
#include "store_rows.h"

namespace suyuan::storage {
namespace {

namespace fs = std::filesystem;
using testing_support::PostgresServer;

struct Way {
  bool from_postgres, to_postgres;
};

// A place for a store of one engine.
struct Place {
  bool is_postgres;
  StoreAddress address;

  static Place fresh(bool is_postgres, const fs::path& parent) {
    static int count = 0;
    if (is_postgres) return {true, {"", PostgresServer::own().fresh_database()}};
    return {false, {parent / fmt::format("store-{}", ++count), ""}};
  }
  Result<std::unique_ptr<Store>> open(Clock& clock) const {
    if (is_postgres) return open_postgres_warehouse(address.url, clock, {.key_file = key_file()});
    SqliteWarehouseOptions options = small_runs();
    options.key_file = key_file();
    return open_sqlite_warehouse(address.folder, clock, options);
  }
  // The files or the database as they are now.
  Place copy(const fs::path& parent) const {
    if (!is_postgres) {
      const Place made = fresh(false, parent);
      fs::copy(address.folder, made.address.folder, fs::copy_options::recursive);
      return made;
    }
    const std::string name = address.url.substr(14, address.url.find('?') - 14);  // after postgresql:///
    return {true, {"", PostgresServer::own().fresh_database_like(name)}};
  }
};

class Moving : public SameAnswers, public testing::WithParamInterface<Way> {
 protected:
  Moving()
      : from_(Place::fresh(GetParam().from_postgres, folder_.path())),
        to_(Place::fresh(GetParam().to_postgres, folder_.path())) {}

  // A store with something in every table; of dictionaries only where there is enough (`more`) to learn one from.
  void fill(int documents, int more = 0) {
    stores_.clear();
    auto opened = from_.open(clock_);
    ASSERT_TRUE(opened.ok()) << opened.error().text;
    stores_.push_back(std::move(*opened));
    ASSERT_NO_FATAL_FAILURE(tell(documents));
    ASSERT_TRUE(capture_document(at_this_machine(), described_place(), {}, read_epcis, *stores_[0], clock_).ok());
    ASSERT_NO_FATAL_FAILURE(see_again(more));
    if (more > 0) {
      const auto patience = std::chrono::steady_clock::now() + std::chrono::seconds(30);
      while (rows_in(move_table("zstd_dictionary")) == 0 && std::chrono::steady_clock::now() < patience)
        std::this_thread::sleep_for(std::chrono::milliseconds(10));
      ASSERT_NO_FATAL_FAILURE(see_again(more + 1, more));  // packed with it
    }
    ASSERT_TRUE(stores_[0]->record_refusal(local_actor(), "refused-job", true, 3, {{"/a", "json.syntax", "说"}}).ok());
    ASSERT_TRUE(LeaseStore(stores_[0]->records()).take("log", "a", clock_.now(), clock_.now()).ok());
    const auto queries = make_query_store(stores_[0]->records());
    ASSERT_TRUE(
        queries->add(NamedQuery{"发货", R"({"EQ_bizStep":["shipping"]})", local_actor(), clock_.now()}, AuditEntry())
            .ok());
    for (const char* id : {"s-1", "s-2"}) {
      Subscription subscription;
      subscription.id = id;
      subscription.query = "发货";
      subscription.dest = "https://example.org/told";
      subscription.secret = "sesame";
      subscription.resume = 5;
      subscription.created = subscription.run_at = clock_.now();
      ASSERT_TRUE(queries->add(subscription, AuditEntry()).ok());
    }
    Subscription moved_on = **queries->subscription("s-1");
    moved_on.resume = 7;
    ASSERT_TRUE(
        queries->move_on(moved_on, 5, Delivery{"d-1", "s-1", 5, 7, clock_.now(), clock_.now(), 0, false, ""}).ok());
    const auto accounts = make_account_store(stores_[0]->records(), stores_[0]->names());
    for (const char* code : {"https://id.gs1.org/417/6901234000016", "https://id.gs1.org/417/6901234000023"}) {
      ASSERT_TRUE(accounts
                      ->add(identity::Organisation{.name = "某局",
                                                   .kind = identity::OrgKind::kProducer,
                                                   .superior = OrgId(1),
                                                   .jurisdiction = {429004},
                                                   .codes = {code}},
                            AuditEntry())
                      .ok());
    }
    Account person{{.org = OrgId(2), .roles = {identity::Role::kProducer}}, "zhang", std::string("\0\xFF name", 7)};
    ASSERT_TRUE(accounts->add(person, AuditEntry()).ok());
    ASSERT_TRUE(make_task_store(stores_[0]->records())
                    ->open({.id = "t", .kind = "mark.lift", .subject = "m", .org = OrgId(2), .person = PersonId(2)})
                    .ok());
    ASSERT_TRUE(stores_[0]->token_key().ok());
    for (const MoveTable& table : move_tables()) {
      if (rows_in(table) == 0 && !table.is_numbered) {
        ASSERT_NO_FATAL_FAILURE(add_rows(table));
      }
      ASSERT_TRUE(rows_in(table) > 0 || (table.name == "zstd_dictionary" && more == 0)) << table.name;
    }
    stores_.clear();
  }
  // The same few items, again and again, elsewhere each time.
  void see_again(int upto, int from = 0) {
    for (int i = from; i < upto; ++i) {
      const std::string place = fmt::format(R"(,"readPoint":{{"id":"{}{}"}})", kPlace, 1000 + i);
      const auto seen =
          capture_document(at_this_machine(), items_document(10'000, 45, place), {}, read_epcis, *stores_[0], clock_);
      ASSERT_TRUE(seen.ok());
      ASSERT_EQ(seen->accepted, 45);
    }
  }
  static std::string described_place() {
    return fmt::format(
        R"({{"@context": ["https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld"], "type": "EPCISDocument",
          "schemaVersion": "2.0", "creationDate": "2026-03-01T00:00:00Z", "epcisHeader": {{"epcisMasterData":
          {{"vocabularyList": [{{"type": "urn:epcglobal:epcis:vtype:Location", "vocabularyElementList": [{{"id": "{}0",
          "attributes": [{{"id": "cbvmda:city", "attribute": "杭州"}}]}}]}}]}}}}, "epcisBody": {{"eventList": []}}}})",
        kPlace);
  }
  std::int64_t rows_in(const MoveTable& table) {
    return number_in(*stores_[0], fmt::format("SELECT count(*) FROM {}", table.name));
  }
  // Two rows that no verb above makes: every column of each with a value of its own.
  void add_rows(const MoveTable& table) {
    std::string places;
    for (std::size_t i = 1; i <= table.columns.size(); ++i) places += fmt::format("{}${}", i == 1 ? "" : ", ", i);
    for (std::size_t row = 1; row <= 2; ++row) {
      const auto written = stores_[0]->records().write([&](sql::Connection& connection) -> Status {
        auto insert =
            connection.prepare(fmt::format("INSERT INTO {} ({}) VALUES ({})", table.name, table.names(), places));
        if (!insert) return std::move(insert.error());
        std::vector<std::string> values;
        values.reserve(table.columns.size());
        for (std::size_t i = 0; i < table.columns.size(); ++i) {
          const int at = static_cast<int>(i) + 1;
          const std::string& text = values.emplace_back(fmt::format("{}{}、{}", row == 1 ? 'b' : 'C', i, table.name));
          if (table.columns[i].kind == MoveColumn::Kind::kInt64)
            (*insert)->bind(at, static_cast<std::int64_t>(row * 1000 + i));
          else if (table.columns[i].kind == MoveColumn::Kind::kWords)
            (*insert)->bind(at, std::string_view(text));
          else  // some have 32 bytes and no others
            (*insert)->bind_bytes(
                at, values.back() = std::string("\0\xFF", 2) + std::string(30, static_cast<char>(i + row)));
        }
        return (*insert)->run();
      });
      ASSERT_TRUE(written.ok()) << table.name << ": " << written.error().text << written.error().for_log;
    }
  }
  Result<MoveReport> move(const MoveOptions& options = {}) {
    return move_store(from_.address, to_.address, clock_, options);
  }
  void expect_loss_found(const MoveTable& table, const Place& to) {
    MoveOptions options;
    options.loses = [&, is_lost = false](std::string_view of, std::int64_t) mutable {
      return of == table.name && !std::exchange(is_lost, true);
    };
    const auto moved = move_store(from_.address, to.address, clock_, options);
    ASSERT_FALSE(moved.ok()) << table.name;
    // A lost object or dictionary may be missed before: the copy of an event that needs it cannot be made.
    EXPECT_TRUE(moved.error().code == "move.differs" || moved.error().code == "store.damaged") << moved.error().text;
    if (!table.is_numbered) {
      EXPECT_NE(moved.error().text.find(fmt::format("the table {} ", table.name)), std::string::npos)
          << moved.error().text;
    }
  }
  std::string code_of_opening(const Place& place) {
    auto opened = place.open(clock_);
    return opened ? "" : opened.error().code;
  }
  // Every record of queries and subscriptions as text.
  static std::string records_of(Store& store) {
    const auto queries = make_query_store(store.records());
    std::string all;
    const auto named = *queries->queries({}, 100);
    const auto subscriptions = *queries->subscriptions({OrgId(1), "发货"}, "", 100);
    for (const NamedQuery& each : named) all += each.name + each.definition + format_instant(each.created);
    for (const Subscription& each : subscriptions) {
      all += fmt::format("|{} {} {} {} {} {}", each.id, each.dest, each.secret, each.resume, each.target,
                         format_instant(each.run_at));
      if (each.outbox) all += fmt::format(" {} {} {}", each.outbox->id, each.outbox->after, each.outbox->upto);
    }
    const auto accounts = make_account_store(store.records(), store.names());
    const auto directory = *accounts->directory();
    for (const identity::Organisation& each : directory->organisations())
      all += fmt::format("|{} {} {} {}", each.name, each.jurisdiction.division, each.version, each.codes.size());
    const auto people = *accounts->accounts(OrgId(2), 0, 10);
    for (const Account& each : people)
      all += fmt::format("|{} {} {}", each.login,
                         hex({reinterpret_cast<const std::uint8_t*>(each.name.data()), each.name.size()}),
                         each.member.roles.size());
    const auto tasks = *make_task_store(store.records())->tasks({.person = PersonId(2)});
    for (const Task& each : tasks) all += "|" + each.id + each.kind + each.subject;
    return all;
  }
  void expect_same(const Place& before, const Place& after) {
    stores_.clear();
    for (const Place* place : {&before, &after}) {
      auto opened = place->open(clock_);
      ASSERT_TRUE(opened.ok()) << opened.error().text;
      stores_.push_back(std::move(*opened));
    }
    ASSERT_NO_FATAL_FAILURE(ask_everything());
    for (const MoveTable& table : move_tables()) {
      if (!table.is_numbered || table.name == "audit_entry")
        same(table.name.data(), [&](Store& store) {
          auto rows = rows_of(store, table);
          std::sort(rows.begin(), rows.end());
          return rows;
        });
    }
    same("records", [](Store& store) { return records_of(store); });
    EXPECT_NE(records_of(*stores_[0]).find("d-1 5 7"), std::string::npos);
    EXPECT_NE(records_of(*stores_[0]).find("|zhang 00ff"), std::string::npos);
    same("lease", [&](Store& store) {
      return (*LeaseStore(store.records()).take("log", "b", clock_.now() + std::chrono::hours(1), clock_.now()))->epoch;
    });
    same("a refused job", [](Store& store) { return (*store.job("refused-job"))->findings; });
  }

  Place from_, to_;
};

std::string name_of(const testing::TestParamInfo<Way>& it) {
  return fmt::format("{}_to_{}", it.param.from_postgres ? "postgres" : "sqlite",
                     it.param.to_postgres ? "postgres" : "sqlite");
}
INSTANTIATE_TEST_SUITE_P(Ways, Moving, testing::Values(Way{false, true}, Way{true, false}), name_of);
class MovingWithin : public Moving {};
INSTANTIATE_TEST_SUITE_P(Ways, MovingWithin, testing::Values(Way{true, true}, Way{false, false}), name_of);

TEST_P(MovingWithin, one_engine_from_place_to_place) {
  ASSERT_NO_FATAL_FAILURE(fill(20));
  const Place before = from_.copy(folder_.path());
  const auto report = move();
  ASSERT_TRUE(report.ok()) << report.error().text << report.error().for_log;
  EXPECT_EQ(code_of_opening(from_), "store.moved");
  ASSERT_NO_FATAL_FAILURE(expect_same(before, to_));
}

// shows: X3
TEST_P(Moving, every_answer_is_the_same_before_and_after) {
  ASSERT_NO_FATAL_FAILURE(fill(60, 50));  // enough to learn a dictionary from
  const Place before = from_.copy(folder_.path());
  const auto report = move();
  ASSERT_TRUE(report.ok()) << report.error().text << report.error().for_log;
  EXPECT_EQ(report->root.size(), 64U);
  ASSERT_NO_FATAL_FAILURE(expect_same(before, to_));
  ASSERT_NO_FATAL_FAILURE(tell(30));  // to both: numbering goes on where it was
  ASSERT_NO_FATAL_FAILURE(ask_everything());
}

TEST_P(Moving, the_old_store_is_closed_and_says_where_it_went) {
  ASSERT_NO_FATAL_FAILURE(fill(3));
  const auto report = move();
  ASSERT_TRUE(report.ok()) << report.error().text;
  const auto opened = from_.open(clock_);
  ASSERT_FALSE(opened.ok());
  EXPECT_EQ(opened.error().code, "store.moved");
  EXPECT_NE(opened.error().text.find(report->to), std::string::npos) << opened.error().text;
  EXPECT_EQ(move().error().code, "store.moved");
  const Place other = Place::fresh(false, folder_.path());
  EXPECT_EQ(move_store(from_.address, other.address, clock_).error().code, "store.moved");
  if (!from_.is_postgres) {
    EXPECT_EQ(check_sqlite_lookups(from_.address.folder, true).error().code, "store.moved");
  }
  EXPECT_EQ(code_of_opening(to_), "");
}

// Killed at each step that a move takes, one after the other: there is one store to work with, and the same command
// ends what it began.
TEST_P(Moving, killed_at_any_step_it_goes_on) {
  ASSERT_NO_FATAL_FAILURE(fill(5, 50));  // more rows than one transaction takes
  const Place before = from_.copy(folder_.path());
  bool is_over = false, was_closed = false;
  int kills = 0;
  for (int n = 1; !is_over; ++n) {
    const pid_t child = ::fork();
    if (child == 0) {
      int seen = 0;
      MoveOptions options;
      options.reached = [&](std::string_view) {
        if (++seen == n) ::kill(::getpid(), SIGKILL);
      };
      ::_exit(move(options) ? 0 : 1);
    }
    int status = 0;
    ::waitpid(child, &status, 0);
    is_over = WIFEXITED(status);
    ASSERT_TRUE(!is_over || WEXITSTATUS(status) == 0);
    if (is_over) break;
    ++kills;
    ASSERT_EQ(code_of_opening(to_), "store.unfinished") << "kill " << n;
    const std::string source = code_of_opening(from_);
    was_closed = source == "store.moved";
    ASSERT_TRUE(was_closed || source.empty()) << source;
    if (was_closed) {
      ASSERT_TRUE(move().ok());
      break;
    }
  }
  EXPECT_GT(kills, 12);
  EXPECT_TRUE(was_closed) << "the last step was not met";
  ASSERT_NO_FATAL_FAILURE(expect_same(before, to_));
}

// Between two tries the source was used: what is new there arrives too.
TEST_P(Moving, what_came_between_two_tries_is_moved_too) {
  ASSERT_NO_FATAL_FAILURE(fill(3));
  const pid_t child = ::fork();
  if (child == 0) {
    MoveOptions options;
    options.reached = [](std::string_view step) {
      if (step == "filled") ::kill(::getpid(), SIGKILL);
    };
    ::_exit(move(options) ? 0 : 1);
  }
  ::waitpid(child, nullptr, 0);
  stores_.push_back(std::move(*from_.open(clock_)));
  ASSERT_NO_FATAL_FAILURE(tell(10));
  ASSERT_TRUE(make_query_store(stores_[0]->records())->remove_subscription("s-2", AuditEntry()).ok());
  stores_.clear();
  const Place before = from_.copy(folder_.path());
  ASSERT_TRUE(move().ok());
  ASSERT_NO_FATAL_FAILURE(expect_same(before, to_));
}

// A row that gets lost is found by comparing, whichever table it is of; the source stays open, the copy stays closed.
TEST_P(Moving, a_row_that_is_lost_is_found) {
  ASSERT_NO_FATAL_FAILURE(fill(5));
  for (const MoveTable& table : move_tables()) {
    if (table.name == "zstd_dictionary") continue;
    // What is not numbered is copied anew by every try.
    const Place own = table.is_numbered ? Place::fresh(to_.is_postgres, folder_.path()) : to_;
    ASSERT_NO_FATAL_FAILURE(expect_loss_found(table, own));
    if (table.is_numbered) {
      EXPECT_EQ(code_of_opening(own), "store.unfinished") << table.name;
    }
  }
  EXPECT_EQ(code_of_opening(to_), "store.unfinished");
  EXPECT_EQ(code_of_opening(from_), "");
  ASSERT_TRUE(move().ok()) << "the last try lost nothing";
}

TEST_P(Moving, a_dictionary_that_is_lost_is_found) {
  ASSERT_NO_FATAL_FAILURE(fill(5, 50));
  ASSERT_NO_FATAL_FAILURE(expect_loss_found(move_table("zstd_dictionary"), to_));
  EXPECT_EQ(code_of_opening(to_), "store.unfinished");
  EXPECT_EQ(code_of_opening(from_), "");
}

TEST_P(Moving, what_must_not_be_mixed_is_refused) {
  ASSERT_NO_FATAL_FAILURE(fill(2));
  auto in_use = std::move(*from_.open(clock_));
  EXPECT_EQ(move().error().code, "store.in_use");
  in_use.reset();
  auto filled = std::move(*to_.open(clock_));
  EXPECT_EQ(move().error().code, "store.in_use");
  ASSERT_TRUE(capture_document(at_this_machine(), items_document(1, 1), {}, read_epcis, *filled, clock_).ok());
  filled.reset();
  EXPECT_EQ(move().error().code, "move.not_empty");
  EXPECT_EQ(code_of_opening(to_), "") << "it is untouched";
  const Place twin = from_.copy(folder_.path());
  EXPECT_EQ(move_store(from_.address, twin.address, clock_).error().code, "move.same_store");
  const Place nowhere = Place::fresh(from_.is_postgres, folder_.path());
  EXPECT_EQ(move_store(nowhere.address, to_.address, clock_).error().code, "store.none");
  // Begun from one store, and then from another.
  const Place target = Place::fresh(to_.is_postgres, folder_.path());
  MoveOptions loses;
  loses.loses = [](std::string_view table, std::int64_t) { return table == "event"; };
  EXPECT_FALSE(move_store(from_.address, target.address, clock_, loses).ok());
  EXPECT_EQ(move_store(to_.address, target.address, clock_).error().code, "move.other_source");
  EXPECT_EQ(move_store(target.address, Place::fresh(false, folder_.path()).address, clock_).error().code,
            "store.unfinished");
  EXPECT_EQ(code_of_opening(from_), "");
}

// A server whose connections were lost while its store was moved comes back, and changes nothing.
TEST(MovedDatabase, a_server_that_comes_back_to_it_is_told) {
  const Folder folder;
  ManualClock clock(parse_instant("2026-11-21T00:00:00Z")->at);
  const std::string url = PostgresServer::own().fresh_database();
  auto away = std::move(*open_postgres_warehouse(url, clock, {}));
  ASSERT_TRUE(capture_document(at_this_machine(), items_document(1, 2), {}, read_epcis, *away, clock).ok());
  const auto end_others = [&] {
    auto connection = sql::open_postgres(url);
    ASSERT_TRUE(connection.ok());
    ASSERT_TRUE((*connection)
                    ->execute("SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = "
                              "current_database() AND pid <> pg_backend_pid()")
                    .ok());
  };
  end_others();
  const StoreAddress to{folder.path() / "new", ""};
  ASSERT_TRUE(move_store({"", url}, to, clock).ok());
  const auto refused = capture_document(at_this_machine(), items_document(7, 2), {}, read_epcis, *away, clock);
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().code, "store.moved") << refused.error().text;
  EXPECT_EQ(away->settled().error().code, "store.moved");
  EXPECT_EQ(make_query_store(away->records())
                ->add(NamedQuery{"q", "{}", local_actor(), clock.now()}, AuditEntry())
                .error()
                .code,
            "store.moved");
  auto moved = std::move(*open_sqlite_warehouse(to.folder, clock, {}));
  EXPECT_EQ(*moved->settled(), 2);
}

}  // namespace
}  // namespace suyuan::storage
