// SPDX-License-Identifier: Apache-2.0
// Verifying beside a server that takes in, and on the other engine.
#include <atomic>
#include <thread>

#include "../personal/canaries.h"
#include "adapters/sql/postgres.h"
#include "logged_store.h"

namespace suyuan::log_test {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::UnorderedElementsAre;

const Keys kTrue('k');

// What a server does all day.
class Server {
 public:
  Server(std::unique_ptr<Store> store, const fs::path& log)
      : store_(std::move(store)),
        records_(make_log_store(store_->records(), "test", false)),
        files_(sure(make_log_folder(log))),
        sequencer_({*records_, store_->digests(), *files_, clock_, kTrue.signers(), kOrigin}) {}

  void capture(int first, int count) {
    sure(capture_document(capture_permit(2 + first % 2), storage::items_document(first, count), {}, read_epcis, *store_,
                          clock_));
  }
  void sequence() {
    while (sure(sequencer_.round())) continue;
  }
  Store& store() { return *store_; }
  Verification verify(const fs::path& key_file) {
    SystemClock clock;
    const auto kept = make_kept_documents(store_->records(), clock, key_file, true);
    const auto records = make_log_store(store_->records(), "verify", true);
    return sure(verify_log({*records, store_->digests(), files_.get(), kept.get(), read_epcis}, {}));
  }

 private:
  SystemClock clock_;
  std::unique_ptr<Store> store_;
  std::unique_ptr<LogStore> records_;
  std::unique_ptr<LogFolder> files_;
  Sequencer sequencer_;
};

TEST(Beside, whatever_a_server_does_meanwhile_is_no_fault) {
  const Folder folder;
  SystemClock clock;
  Server server(sure(open_sqlite_warehouse(folder.path(), clock, {})), folder.path() / "log");
  server.capture(1, 10);
  server.sequence();
  server.sequence();
  std::atomic<bool> is_over = false;
  std::thread work([&] {
    for (int first = 1000; !is_over; first += 25) {
      server.capture(first, 20 + first % 7);
      if (first % 2 == 0) server.sequence();
    }
  });
  const LoggedStore store(folder.path());
  std::uint64_t least = UINT64_MAX, most = 0;
  for (int i = 0; i < 25; ++i) {
    VerificationOptions options;
    options.wait = [] { std::this_thread::sleep_for(std::chrono::milliseconds(5)); };
    const auto result = store.verify(options);
    for (const LogFault& fault : result.faults) ADD_FAILURE() << fault.code << " " << fault.text;
    least = std::min(least, result.log->size);
    most = std::max(most, result.log->size);
  }
  is_over = true;
  work.join();
  EXPECT_LT(least, most) << "the server did nothing meanwhile";
}

// shows: T9
TEST(OnPostgres, the_same_is_found) {
  const Folder folder;
  SystemClock clock;
  const std::string url = storage::database_of(folder.path());
  Server server(sure(open_postgres_warehouse(url, clock, {.key_file = storage::key_file()})), folder.path() / "log");
  server.capture(1, 300);
  server.sequence();
  server.capture(1000, 40);
  server.sequence();
  const auto codes = [&] {
    std::set<std::string> all;
    for (const LogFault& fault : server.verify(storage::key_file()).faults) all.insert(fault.code);
    return all;
  };
  const auto sound = server.verify(storage::key_file());
  ASSERT_THAT(sound.faults, IsEmpty()) << said(sound);
  EXPECT_EQ(sound.events, 340U);
  EXPECT_EQ(sound.checked_events, 340U);
  const auto attacker = sure(sql::open_postgres(url));
  sure(attacker->execute("UPDATE event SET recorded = recorded + 1 WHERE seq = 40"));
  EXPECT_THAT(codes(), ElementsAre("verify.row_changed"));
  sure(attacker->execute("UPDATE event SET recorded = recorded - 1 WHERE seq = 40"));
  sure(attacker->execute("UPDATE event SET links = (SELECT links FROM event WHERE seq = 41) WHERE seq = 40"));
  EXPECT_THAT(codes(), ElementsAre("verify.event_changed"));
  sure(attacker->execute("DELETE FROM event WHERE seq = 40"));
  EXPECT_THAT(codes(), UnorderedElementsAre("verify.row_missing", "verify.event_missing"));
}

// Whatever the store took of documents that we did not write, in both syntaxes, is read again to the same rows.
TEST(Beside, public_documents_are_what_their_rows_say) {
  const char* given = std::getenv("SUYUAN_TEST_DATA");
  const fs::path data =
      (given != nullptr ? fs::path(given) : fs::path(SUYUAN_SOURCE_DIR) / ".." / "shared" / "data") / "traceability";
  if (!fs::exists(data / "gs1-epcis")) GTEST_SKIP() << "public test data not found in " << data;
  const Folder folder;
  const LoggedStore store(folder.path());
  int taken = 0;
  {
    SystemClock clock;
    const auto opened = sure(open_sqlite_warehouse(folder.path(), clock, {}));
    for (const auto& each : fs::recursive_directory_iterator(data)) {
      const std::string kind = each.path().extension();
      if (!each.is_regular_file() || (kind != ".json" && kind != ".jsonld" && kind != ".xml")) continue;
      const auto outcome = sure(capture_document(capture_permit(2 + taken % 2), contents(each.path()), {true, ""},
                                                 read_epcis, *opened, clock));
      taken += outcome.accepted > 0 ? 1 : 0;
    }
  }
  EXPECT_GT(taken, 50);
  LoggedStore(folder.path()).sequence(kTrue);
  const auto result = store.verify();
  for (const LogFault& fault : result.faults) ADD_FAILURE() << fault.code << " ×" << fault.count << " " << fault.text;
  EXPECT_EQ(result.checked_events, result.events);
  std::cout << result.documents << " documents, " << result.checked_events << " events\n";
}

// Values about people are opened to be compared; without their key nothing is said of them.
TEST(Beside, a_document_with_values_about_people_is_compared_as_far_as_it_can_be_opened) {
  const Folder folder;
  LoggedStore store(folder.path());
  {
    SystemClock clock;
    const auto opened = sure(open_sqlite_warehouse(folder.path(), clock, {}));
    const std::string document =
        std::string(R"({"@context":)") + personal_test::kContext +
        R"(,"type":"EPCISDocument","schemaVersion":"2.0","creationDate":"2026-03-01T08:00:00Z",)"
        R"("epcisBody":{"eventList":[)" +
        personal_test::json_event("urn:uuid:00000000-0000-7000-8000-000000000001",
                                  R"(, "suyuan:consumerPhone":"13911112222")") +
        "," +
        personal_test::json_event("urn:uuid:00000000-0000-7000-8000-000000000002",
                                  R"(, "suyuan:consumerName":"金丝雀甲")") +
        "]}}";
    const auto outcome = sure(capture_document(capture_permit(2), document, {}, read_epcis, *opened, clock));
    ASSERT_EQ(outcome.accepted, 2) << outcome_json(outcome);
  }
  store.sequence(kTrue);
  const auto sound = store.verify();
  ASSERT_THAT(sound.faults, IsEmpty()) << said(sound);
  EXPECT_EQ(sound.checked_events, 2U);
  EXPECT_EQ(sound.closed_documents, 0U);
  ASSERT_GT(store.number("SELECT count(*) FROM subject_key"), 0);
  // As after an erasure.
  store.change("DELETE FROM subject_key WHERE number = (SELECT max(number) FROM subject_key)");
  const auto erased = store.verify();
  EXPECT_THAT(erased.faults, IsEmpty());
  EXPECT_EQ(erased.closed_documents, 1U);
  EXPECT_EQ(erased.checked_events, 1U);
  fs::remove(folder.path() / "secrets" / "master.key");
  const auto closed = store.verify();
  EXPECT_THAT(closed.faults, IsEmpty());
  EXPECT_EQ(closed.checked_events, 0U);
}

}  // namespace
}  // namespace suyuan::log_test
