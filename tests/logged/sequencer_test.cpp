// SPDX-License-Identifier: Apache-2.0
// Rows become leaves exactly once, on every engine, whatever stops in between.
#include "app/tlog/sequencer.h"

#include "app/tlog/tiles_of.h"
#include "logged_store.h"

namespace suyuan::storage {
namespace {

using tlog::HashKind;

std::vector<tlog::NoteKey> keys_of(const OwnKeys& keys) {
  std::vector<tlog::NoteKey> all;
  for (const std::string& vkey : vkeys_of(kOrigin, keys.signers())) all.push_back(*tlog::note_key_of(vkey));
  return all;
}

class LogTest : public testing::TestWithParam<Engine> {
 protected:
  LoggedStore open(const std::string& log = "log", const OwnKeys* keys = nullptr, const std::string& holder = "test") {
    return LoggedStore(GetParam(), folder_.path() / "data", logs_.path() / log, clock_, keys ? keys : &keys_, holder);
  }
  void SetUp() override { std::filesystem::create_directories(folder_.path() / "data"); }

  // Every entry that the log has, in order, from its files; and that they lead to both checkpoints.
  std::vector<std::string> entries(LoggedStore& it, const OwnKeys& keys) {
    std::vector<std::string> all;
    const auto published = *it.files->published();
    for (const HashKind tree : tlog::kTrees) {
      const auto verified = tlog::verify_checkpoint(published.of(tree), keys_of(keys));
      EXPECT_TRUE(verified.ok()) << verified.error().text;
      if (!verified) return all;
      EXPECT_EQ(verified->by.size(), 2U) << "Ed25519 and SM2";
      EXPECT_EQ(verified->checkpoint.origin, origin_of(kOrigin, tree));
      TilesOf tiles(*it.files, tree);
      tlog::TileNodes nodes(tree, verified->checkpoint.size, tiles);
      const auto root = tlog::root_of(tree, nodes, verified->checkpoint.size);
      EXPECT_TRUE(root.ok() && *root == verified->checkpoint.root);
      all.clear();
      tlog::Frontier frontier(tree);
      for (const tlog::Tile& tile : tlog::tiles_since(0, verified->checkpoint.size)) {
        if (tile.level >= 0) continue;
        const std::string bytes = *tiles.tile(tile);
        const auto bundle = tlog::entries_of(bytes, tile.width);
        for (const std::string_view entry : *bundle) all.emplace_back(entry);
      }
      for (const std::string& entry : all) frontier.append(tlog::leaf_hash(tree, entry));
      EXPECT_EQ(frontier.root(), verified->checkpoint.root);
    }
    return all;
  }
  // Numbers of one organisation's events, in the order of the log.
  std::vector<std::uint64_t> numbers_of(const std::vector<std::string>& entries, const tlog::Pseudonym& whose) {
    std::vector<std::uint64_t> numbers;
    for (const std::string& text : entries) {
      const auto entry = tlog::entry_of(text);
      EXPECT_TRUE(entry.ok());
      if (const auto* event = std::get_if<tlog::EventEntry>(&*entry); event != nullptr && event->submitter == whose)
        numbers.push_back(event->number);
    }
    return numbers;
  }
  void check_whole(LoggedStore& it, std::map<std::int64_t, std::size_t> wanted) {
    const auto all = entries(it, keys_);
    for (const auto& [org, count] : wanted) {
      const auto numbers = numbers_of(all, tlog::pseudonym_of(it.state().secret, org));
      ASSERT_EQ(numbers.size(), count) << "organisation " << org;
      for (std::size_t i = 0; i < numbers.size(); ++i) EXPECT_EQ(numbers[i], i + 1);
    }
    std::uint64_t next = 0;
    const auto runs = it.records->runs(1, 0, 10'000);
    for (const LogRun& run : *runs) {
      EXPECT_EQ(run.first, next);
      next = run.end();
    }
    EXPECT_EQ(next, all.size());
  }
  void pass(int minutes) { clock_.set(clock_.now() + std::chrono::minutes(minutes)); }

  Folder folder_, logs_;
  ManualClock clock_{parse_instant("2026-11-21T00:00:00Z")->at};
  OwnKeys keys_;
};

INSTANTIATE_TEST_SUITE_P(Engines, LogTest,
                         testing::ValuesIn(with_citus({sqlite("sqlite", {}), postgres("postgres", {})})),
                         [](const auto& it) { return it.param.name; });

// shows: T9
// Two producers send events, somebody acts; each event has a receipt that is checked with nothing but the keys.
TEST_P(LogTest, what_is_captured_gets_a_receipt_that_needs_no_trust_in_us) {
  auto it = open();
  it.capture(1, 3, 31);
  it.act("first");
  it.capture(10, 2, 32);
  it.capture(20, 1, 31);
  EXPECT_EQ(it.settle(), "");
  check_whole(it, {{31, 4}, {32, 2}, {33, 0}});

  const auto job = it.captured;
  const auto logged = logged_events(permit_of(31, clock_, identity::Act::kJobRead), job, *it.store, it.reads());
  ASSERT_TRUE(logged.ok()) << logged.error().text;
  ASSERT_EQ(logged->size(), 1U);
  EXPECT_EQ((*logged)[0].number, 4U);
  ASSERT_TRUE((*logged)[0].leaf.has_value());
  const std::string id = (*logged)[0].id;
  for (const HashKind tree : tlog::kTrees) {
    const auto receipt =
        receipt_of_event(permit_of(31, clock_, identity::Act::kEventRead), id, false, tree, *it.store, it.reads());
    ASSERT_TRUE(receipt.ok() && receipt->has_value());
    const std::string& extra = (*receipt)->extra;
    const std::string entry = extra.substr(0, extra.find('\n')), opening = extra.substr(extra.find('\n') + 1);
    const auto verified = tlog::verify_receipt(tree, **receipt, entry, keys_of(keys_));
    ASSERT_TRUE(verified.ok()) << verified.error().text;
    const auto read = std::get<tlog::EventEntry>(*tlog::entry_of(entry));
    EXPECT_EQ(read.commitment, sha256(opening));
    EXPECT_EQ(opening.substr(16, 6), "event\n");
    EXPECT_EQ(opening.substr(opening.rfind('\n') + 1), id);
    EXPECT_FALSE(tlog::verify_receipt(tree, **receipt, entry + " ", keys_of(keys_)).ok());
  }
  const auto others = receipt_of_event(permit_of(32, clock_, identity::Act::kEventRead), id, false, HashKind::kSha256,
                                       *it.store, it.reads());
  ASSERT_FALSE(others.ok());
  EXPECT_EQ(others.error().code, "log.no_such_event");
}

TEST_P(LogTest, what_is_not_published_yet_is_pending) {
  auto it = open();
  it.capture(1, 1, 31);
  const auto permit = permit_of(31, clock_, identity::Act::kJobRead);
  auto logged = logged_events(permit, it.captured, *it.store, it.reads());
  ASSERT_TRUE(logged.ok());
  EXPECT_FALSE((*logged)[0].leaf.has_value());
  const auto receipt = receipt_of_event(permit_of(31, clock_, identity::Act::kEventRead), (*logged)[0].id, false,
                                        HashKind::kSha256, *it.store, it.reads());
  ASSERT_TRUE(receipt.ok());
  EXPECT_FALSE(receipt->has_value());
  EXPECT_EQ(it.settle(), "");
  logged = logged_events(permit, it.captured, *it.store, it.reads());
  EXPECT_EQ((*logged)[0].leaf, 0U);
}

TEST_P(LogTest, a_restart_goes_on_where_the_log_was) {
  {
    auto it = open();
    it.capture(1, 300, 31);
    EXPECT_EQ(it.settle(), "");
    it.capture(301, 5, 31);  // not seen by a round any more
  }
  auto it = open();
  it.capture(400, 300, 32);
  EXPECT_EQ(it.settle(), "");
  check_whole(it, {{31, 305}, {32, 300}});
}

TEST_P(LogTest, a_folder_that_was_lost_or_damaged_is_made_again_byte_for_byte) {
  std::map<std::string, std::string> before;
  {
    auto it = open();
    it.capture(1, 300, 31);
    it.act("one");
    EXPECT_EQ(it.settle(), "");
    pass(11);
    it.capture(400, 1, 32);
    EXPECT_EQ(it.settle(), "");
    before = files_under(logs_.path() / "log");
  }
  EXPECT_EQ(open("elsewhere").settle(), "");
  EXPECT_EQ(files_under(logs_.path() / "elsewhere"), before);
  std::ofstream(logs_.path() / "log" / "tile" / "0" / "001.p" / "47", std::ios::trunc) << "nonsense";
  EXPECT_EQ(open().settle(), "");
  EXPECT_EQ(files_under(logs_.path() / "log"), before);
}

// Each tree keeps what the other said.
TEST_P(LogTest, checkpoints_become_entries_when_the_log_grew_for_ten_minutes) {
  auto it = open();
  it.capture(1, 2, 31);
  EXPECT_EQ(it.settle(), "");
  const Checkpoints early = *it.files->published();
  pass(11);
  EXPECT_EQ(it.settle(), "") << "nothing new: no anchor";
  EXPECT_EQ(it.size(), 2U);
  it.capture(3, 1, 31);
  EXPECT_EQ(it.settle(), "");
  const auto all = entries(it, keys_);
  ASSERT_EQ(all.size(), 4U);
  const auto entry = tlog::entry_of(all[3]);
  ASSERT_TRUE(entry.ok());
  const auto& anchor = std::get<tlog::AnchorEntry>(*entry);
  EXPECT_EQ(anchor.sha256, early.sha256);
  EXPECT_EQ(anchor.sm3, early.sm3);
}

// A store that does what it was told and says that it failed, or says so and does nothing.
class Failing final : public LogStore {
 public:
  enum class When { kNever, kBefore, kAfter };
  explicit Failing(LogStore& whole) : whole_(whole) {}
  Result<std::optional<LogState>> state() override { return whole_.state(); }
  Result<bool> hold(Instant now, Instant until) override { return whole_.hold(now, until); }
  Status let_go() override { return whole_.let_go(); }
  Status open(const LogState& fresh, const std::vector<LogKey>& keys) override { return whole_.open(fresh, keys); }
  Status advance(const LogStep& step) override {
    if (when == When::kAfter) {
      EXPECT_TRUE(whole_.advance(step).ok());
    }
    if (when != When::kNever) return Error{ErrorKind::kInternal, "store.disk", "the connection broke"};
    return whole_.advance(step);
  }
  Status set_keys(std::int64_t log, const std::vector<LogKey>& keys) override { return whole_.set_keys(log, keys); }
  Result<std::vector<LogKey>> keys(std::int64_t log) override { return whole_.keys(log); }
  Result<std::vector<LogRun>> runs(std::int64_t log, std::uint64_t leaf, std::size_t limit) override {
    return whole_.runs(log, leaf, limit);
  }
  Result<std::optional<LogRun>> run_of(std::int64_t log, LogStream stream, std::int64_t ref) override {
    return whole_.run_of(log, stream, ref);
  }
  Result<std::map<std::uint64_t, std::string>> kept(std::int64_t log, std::uint64_t first, std::uint64_t end) override {
    return whole_.kept(log, first, end);
  }
  Result<std::map<OrgId, std::uint64_t>> counts(std::int64_t log, const std::vector<OrgId>& orgs) override {
    return whole_.counts(log, orgs);
  }
  Result<std::vector<AuditEntry>> audits(std::int64_t after, std::size_t limit) override {
    return whole_.audits(after, limit);
  }
  When when = When::kNever;

 private:
  LogStore& whole_;
};

// shows: X4
TEST_P(LogTest, an_unknown_outcome_of_the_swap_makes_no_leaf_twice_and_loses_none) {
  auto it = open();
  Failing store(*it.records);
  LogServices services = it.services(&keys_);
  Sequencer sequencer({store, services.events, services.folder, services.clock, services.signers, services.origin});
  ASSERT_TRUE(sequencer.round().ok());
  int first = 1;
  for (const auto when :
       {Failing::When::kBefore, Failing::When::kAfter, Failing::When::kAfter, Failing::When::kBefore}) {
    it.capture(first, 100, 31);
    first += 100;
    store.when = when;
    const auto failed = sequencer.round();
    ASSERT_FALSE(failed.ok());
    EXPECT_EQ(failed.error().code, "store.disk");
    store.when = Failing::When::kNever;
    while (true) {
      const auto size = it.size();
      const auto more = sequencer.round();
      ASSERT_TRUE(more.ok()) << more.error().text;
      if (!*more && it.size() == size) break;
    }
    check_whole(it, {{31, static_cast<std::size_t>(first - 1)}});
  }
}

// Two processes on one store: whoever was taken over from changes nothing, and both folders end the same.
TEST_P(LogTest, of_two_holders_only_the_later_one_writes) {
  auto one = open("log", &keys_, "one");
  one.capture(1, 10, 31);
  EXPECT_EQ(one.settle(), "");
  auto later = make_log_store(one.store->records(), "two", GetParam().name != "sqlite");
  auto folder = make_log_folder(logs_.path() / "two");
  ASSERT_TRUE(folder.ok());
  LogServices services = one.services(&keys_);
  Sequencer two({*later, services.events, **folder, clock_, services.signers, services.origin});
  one.capture(100, 10, 31);
  pass(1);  // the lease of the first ran out
  for (int i = 0; i < 3; ++i) ASSERT_TRUE(two.round().ok());
  EXPECT_EQ(one.size(), 20U);
  one.capture(200, 10, 31);
  const auto late = one.sequencer->round();
  EXPECT_TRUE(late.ok() || late.error().code == "lease.lost");
  EXPECT_EQ(one.size(), 20U) << "the first one woke up and wrote";
  for (int i = 0; i < 3; ++i) ASSERT_TRUE(two.round().ok());
  EXPECT_EQ(one.size(), 30U);
  if (GetParam().name == "sqlite") return;  // there the first may take it back at once
  for (int i = 0; i < 3; ++i) ASSERT_TRUE(one.sequencer->round().ok());
  for (LogFolder* each : {one.files.get(), folder->get()}) ASSERT_TRUE(each->make_durable().ok());
  EXPECT_EQ(files_under(logs_.path() / "log"), files_under(logs_.path() / "two"));
  check_whole(one, {{31, 30}});
}

// shows: T9
TEST_P(LogTest, an_older_store_makes_no_second_history) {
  auto it = open();
  it.capture(1, 5, 31);
  EXPECT_EQ(it.settle(), "");
  const LogState early = it.state();
  it.capture(6, 5, 31);
  EXPECT_EQ(it.settle(), "");
  const auto published = files_under(logs_.path() / "log");
  ASSERT_TRUE(it.store->records()
                  .write([&](sql::Connection& connection) -> Status {
                    auto cut = connection.execute(
                        "DELETE FROM tlog_run WHERE first >= 5; UPDATE tlog_submitter SET count = 5; UPDATE tlog SET "
                        "size = 5, event_upto = 5");
                    if (!cut) return cut;
                    return (*connection.prepare("UPDATE tlog SET note_sha256 = $1, note_sm3 = $2"))
                        ->bind(1, std::string_view(early.checkpoints.sha256))
                        .bind(2, std::string_view(early.checkpoints.sm3))
                        .run();
                  })
                  .ok());
  auto again = make_log_store(it.store->records(), "again", false);
  LogServices services = it.services(&keys_);
  Sequencer sequencer({*again, services.events, *it.files, clock_, services.signers, services.origin});
  pass(1);
  for (int i = 0; i < 3; ++i) {
    const auto refused = sequencer.round();
    ASSERT_FALSE(refused.ok());
    EXPECT_EQ(refused.error().code, "log.ahead");
  }
  EXPECT_EQ(files_under(logs_.path() / "log"), published);
  EXPECT_EQ(it.size(), 5U);
}

TEST_P(LogTest, rows_that_somebody_changed_are_noticed_when_the_folder_is_made_again) {
  {
    auto it = open();
    it.capture(1, 5, 31);
    EXPECT_EQ(it.settle(), "");
    ASSERT_TRUE(it.store->records()
                    .write([](sql::Connection& c) {
                      return c.execute("UPDATE event SET recorded = recorded + 1 WHERE seq = 3");
                    })
                    .ok());
  }
  auto it = open("elsewhere");
  EXPECT_EQ(it.settle(), "log.rows_changed");
  EXPECT_EQ((*it.files->published()).sha256, "");
  it.capture(6, 1, 31);
  EXPECT_EQ(it.settle(), "log.rows_changed") << "and nothing is signed on top";
  EXPECT_EQ(it.size(), 5U);
}

// Somebody puts the folder of one history before a store that has another, signed by the same keys.
TEST_P(LogTest, a_folder_of_another_history_is_refused_and_stays_as_it_is) {
  const auto log = [&](const char* name) { return logs_.path() / name; };
  {
    auto it = open("theirs");
    it.capture(1, 5, 31);
    EXPECT_EQ(it.settle(), "");
  }
  for (const std::string name : {"sound", "damaged", "as long"})
    std::filesystem::copy(log("theirs"), log(name.c_str()), std::filesystem::copy_options::recursive);
  std::ofstream(log("damaged") / "tile" / "0" / "000.p" / "5", std::ios::trunc) << "nonsense";
  const auto other = [&](const std::string& store, const char* folder, int events) {
    std::filesystem::create_directories(folder_.path() / store);
    {
      LoggedStore ours(GetParam(), folder_.path() / store, log(("own " + store).c_str()), clock_, &keys_);
      ours.capture(101, events, 31);
      EXPECT_EQ(ours.settle(), "");
    }
    const auto before = files_under(log(folder));
    LoggedStore it(GetParam(), folder_.path() / store, log(folder), clock_, &keys_);
    it.capture(201, 1, 31);
    const std::string refused = it.settle();
    EXPECT_EQ(files_under(log(folder)), before);
    EXPECT_EQ(it.size(), static_cast<std::uint64_t>(events));
    return refused;
  };
  EXPECT_EQ(other("longer", "sound", 8), "log.rows_changed") << "its rows do not go on from these tiles";
  EXPECT_EQ(other("longer too", "damaged", 8), "log.forked") << "its rows are sound, and never had that checkpoint";
  EXPECT_EQ(other("as long", "as long", 5), "log.forked");
  EXPECT_EQ(other("shorter", "sound", 3), "log.ahead");
}

TEST_P(LogTest, pruned_entries_of_the_audit_keep_their_leaves) {
  auto it = open();
  for (int i = 0; i < 5; ++i) it.act("act");
  EXPECT_EQ(it.settle(), "");
  const auto before = files_under(logs_.path() / "log");
  const Instant late = it.clock.now() + std::chrono::days(1);
  ASSERT_TRUE(it.store
                  ->records()  // as a database says whose clock is years ahead
                  .write([](sql::Connection& c) { return c.execute("UPDATE store_state SET state = 1"); })
                  .ok());
  AuditEntry note;
  note.at = late;
  note.act = "audit.prune";
  EXPECT_EQ(*make_audit_store(it.store->records())->prune(late, 3, note), 3);
  ASSERT_TRUE(
      it.store->records().write([](sql::Connection& c) { return c.execute("UPDATE store_state SET state = 0"); }).ok());
  EXPECT_EQ(number_in(*it.store, "SELECT count(*) FROM tlog_entry"), 3);
  auto again = make_log_folder(logs_.path() / "elsewhere");
  LogServices services = it.services(nullptr);
  Sequencer follower({*it.records, services.events, **again, clock_, {}, services.origin});
  ASSERT_TRUE(follower.round().ok());
  ASSERT_TRUE((*again)->make_durable().ok());
  EXPECT_EQ(files_under(logs_.path() / "elsewhere"), before);
}

TEST_P(LogTest, keys_are_changed_and_old_receipts_still_hold) {
  OwnKeys fresh;
  std::string old_note;
  {
    auto it = open();
    it.capture(1, 2, 31);
    EXPECT_EQ(it.settle(), "");
    old_note = (*it.files->published()).sha256;
  }
  pass(1);
  auto it = open("log", &fresh);
  it.capture(3, 2, 31);
  EXPECT_EQ(it.settle(), "");
  EXPECT_TRUE(tlog::verify_checkpoint(old_note, keys_of(keys_)).ok());
  const std::string note = (*it.files->published()).sha256;
  EXPECT_TRUE(tlog::verify_checkpoint(note, keys_of(fresh)).ok());
  EXPECT_EQ(tlog::verify_checkpoint(note, keys_of(keys_)).error().code, "log.unsigned");
  const auto known = *it.records->keys(1);
  ASSERT_EQ(known.size(), 8U);
  EXPECT_EQ(std::count_if(known.begin(), known.end(), [](const LogKey& key) { return key.until.has_value(); }), 4);
}

}  // namespace
}  // namespace suyuan::storage
