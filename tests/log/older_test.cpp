// SPDX-License-Identifier: Apache-2.0
// A store whose log ended when another one was begun (`suyuan log --new-origin`): both are verified, on both engines.
#include "logged_store.h"

namespace suyuan::log_test {
namespace {

using storage::Engine;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;
using testing::StartsWith;
using tlog::HashKind;

const Keys kTrue('k'), kForged('f');
constexpr const char* kSecond = "log.example.cn/2";

std::vector<tlog::NoteKey> keys_of(const char* origin, const Keys& keys = kTrue) {
  std::vector<tlog::NoteKey> all;
  for (const std::string& vkey : vkeys_of(origin, keys.signers())) all.push_back(sure(tlog::note_key_of(vkey)));
  return all;
}

std::set<std::string> codes_of(const std::vector<LogFault>& faults) {
  std::set<std::string> codes;
  for (const LogFault& fault : faults) codes.insert(fault.code);
  return codes;
}

class OlderLog : public testing::TestWithParam<Engine> {
 protected:
  // 30 events in the old log, which ends; 20 more in the new one, which begins with the first row.
  void SetUp() override {
    store_ = sure(GetParam().open(folder_.path() / "data", clock_));
    records_ = make_log_store(store_->records(), "test", false);
    capture(2, 1, 20);
    sequence(kOrigin);
    clock_.set(clock_.now() + std::chrono::minutes(11));
    capture(3, 100, 10);
    sequence(kOrigin);  // with an anchor
    sure(records_->open(fresh_log(2, kSecond, clock_.now()), {}));
    fs::rename(files_, older_files());
    capture(2, 200, 20);
    sequence(kSecond);
  }
  void TearDown() override { EXPECT_TRUE(records_->let_go().ok()); }

  fs::path older_files() const { return folder_.path() / "log-1"; }
  void capture(std::int64_t org, int first, int count) {
    sure(capture_document(capture_permit(org), storage::items_document(first, count), {}, read_epcis, *store_, clock_));
  }
  void sequence(const char* origin) {
    const auto files = sure(make_log_folder(files_));
    Sequencer sequencer({*records_, store_->digests(), *files, clock_, kTrue.signers(), origin});
    while (sure(sequencer.round())) clock_.set(clock_.now() + std::chrono::seconds(1));
  }
  void change(const std::string& script) {
    sure(store_->records().write([&](sql::Connection& connection) { return connection.execute(script); }));
  }
  Verification verify(const VerificationOptions& options = {}) {
    const auto files = sure(make_log_folder(files_));
    const auto older = [&](const LogState& log) -> Result<OlderFolder> {
      const fs::path place = folder_.path() / fmt::format("log-{}", log.number);
      if (!fs::exists(place)) return OlderFolder{nullptr, place.string()};
      return OlderFolder{sure(make_log_folder(place)), place.string()};
    };
    return sure(verify_log({*records_, store_->digests(), files.get(), nullptr, read_epcis, older}, options));
  }
  // The text of the one fault of that kind; "" where there is none.
  std::string text_of(const Verification& result, const std::string& code) {
    for (const LogFault& fault : result.faults)
      if (fault.code == code) return fault.text;
    return "";
  }
  std::string checkpoint_for(const char* origin, std::uint64_t size, const tlog::Hash& root) const {
    tlog::Note note{tlog::text_of({origin, size, root}), {}};
    note.signatures.push_back(*tlog::signature_of(note.text, origin, tlog::NoteKeyType::kEd25519, kTrue.ed25519));
    note.signatures.push_back(*tlog::signature_of(note.text, origin, tlog::NoteKeyType::kSm2, kTrue.sm2));
    return tlog::written(note);
  }

  Folder folder_;
  const fs::path files_ = folder_.path() / "log";
  ManualClock clock_{Instant(std::chrono::sys_days(std::chrono::year(2026) / 3 / 2))};
  std::unique_ptr<Store> store_;
  std::unique_ptr<LogStore> records_;
};

INSTANTIATE_TEST_SUITE_P(Engines, OlderLog,
                         testing::ValuesIn(std::vector<Engine>{storage::sqlite("sqlite", {}),
                                                               storage::postgres("postgres", {})}),
                         [](const auto& it) { return it.param.name; });

// shows: T9
TEST_P(OlderLog, is_verified_as_the_one_that_grows) {
  const auto result = verify();
  EXPECT_THAT(result.faults, IsEmpty()) << said(result);
  EXPECT_THAT(result.unverified, IsEmpty());
  EXPECT_EQ(result.log->origin, kSecond);
  EXPECT_EQ(result.events, 50U) << "a new log begins with the first row";
  ASSERT_THAT(result.older, SizeIs(1));
  const Verification& older = result.older.front();
  EXPECT_EQ(older.log->origin, kOrigin);
  EXPECT_EQ(older.events, 30U);
  EXPECT_EQ(older.submitters, 2U);
  EXPECT_EQ(older.anchors, 1U);
  EXPECT_EQ(older.published, older.log->size);
  EXPECT_TRUE(older.only_own_keys);
}

TEST_P(OlderLog, what_was_changed_in_it_alone_is_named) {
  const std::vector<std::pair<std::string, std::string>> changes = {
      {"UPDATE tlog_run SET number = number + 1 WHERE log = 1 AND org = 3", "verify.row_changed"},
      {"DELETE FROM tlog_run WHERE log = 1 AND org = 3", "verify.run"},
      {"UPDATE tlog_submitter SET count = count + 1 WHERE log = 1 AND org = 2", "verify.count"},
      {"UPDATE tlog_entry SET entry = 'anchor/1 0' WHERE log = 1", "verify.row_changed"},
      {"UPDATE tlog SET event_upto = event_upto + 1 WHERE number = 1", "verify.state"},
      {"UPDATE tlog SET note_sm3 = note_sha256 WHERE number = 1", "verify.state"}};
  for (const auto& [script, code] : changes) {
    for (const char* table : {"tlog", "tlog_run", "tlog_entry", "tlog_submitter"})
      change(fmt::format("CREATE TABLE kept_{0} AS SELECT * FROM {0}", table));
    change(script);
    const auto result = verify();
    EXPECT_THAT(codes_of(result.faults), Contains(code)) << script << "\n" << said(result);
    EXPECT_THAT(text_of(result, code), StartsWith(std::string("Of the older log ") + kOrigin)) << script;
    EXPECT_THAT(codes_of(result.older.at(0).faults), Contains(code));
    for (const char* table : {"tlog", "tlog_run", "tlog_entry", "tlog_submitter"})
      change(fmt::format("DELETE FROM {0}; INSERT INTO {0} SELECT * FROM kept_{0}; DROP TABLE kept_{0}", table));
  }
  EXPECT_THAT(verify().faults, IsEmpty());
  change("DELETE FROM tlog WHERE number = 1");
  const auto result = verify();
  EXPECT_THAT(codes_of(result.faults), ElementsAre("verify.log_missing"));
  EXPECT_THAT(result.older, IsEmpty());
}

TEST_P(OlderLog, without_its_files_it_is_held_against_what_the_store_has_kept_and_the_rest_is_said) {
  fs::remove_all(older_files());
  const auto result = verify();
  EXPECT_THAT(result.faults, IsEmpty()) << said(result);
  ASSERT_THAT(codes_of(result.unverified), ElementsAre("verify.older_no_folder"));
  EXPECT_THAT(result.unverified.front().text, HasSubstr(older_files().string()));
  EXPECT_EQ(result.older.at(0).published, 0U);
  EXPECT_EQ(result.older.at(0).events, 30U) << "from the rows";
  change("UPDATE event SET recorded = recorded + 1 WHERE seq = 5");
  const auto changed = verify();
  EXPECT_THAT(codes_of(changed.older.at(0).faults), ElementsAre("verify.anchor", "verify.root"));
}

TEST_P(OlderLog, what_was_changed_in_its_files_is_named_and_no_server_mends_it) {
  const fs::path tile = older_files() / "sm3" / "tile" / "0" / "000.p";
  const fs::path file = fs::directory_iterator(tile)->path();
  const std::string bytes = contents(file);
  std::string other = bytes;
  other[40] = static_cast<char>(other[40] ^ 1);
  put(file, other);
  const auto result = verify();
  EXPECT_THAT(codes_of(result.faults), ElementsAre("verify.tile"));
  EXPECT_THAT(result.faults.front().text, HasSubstr("no server makes its files again"));
  put(file, bytes);
  const std::string checkpoint = checkpoint_of(older_files());
  std::string changed = checkpoint;
  changed[changed.find("/1\n") + 3] = '7';
  put(older_files() / "checkpoint", changed);
  EXPECT_THAT(codes_of(verify().faults), ElementsAre("verify.checkpoint"));
  fs::remove(older_files() / "checkpoint");
  const auto behind = verify();
  EXPECT_THAT(behind.faults, IsEmpty()) << said(behind);
  EXPECT_THAT(codes_of(behind.unverified), ElementsAre("verify.older_folder_behind"));
}

TEST_P(OlderLog, keys_and_a_kept_checkpoint_count_for_the_log_whose_name_they_have) {
  VerificationOptions options;
  options.keys = keys_of(kOrigin);
  auto result = verify(options);
  EXPECT_THAT(result.faults, IsEmpty()) << said(result);
  EXPECT_TRUE(result.only_own_keys);
  EXPECT_FALSE(result.older.at(0).only_own_keys);
  for (const tlog::NoteKey& key : keys_of(kSecond)) options.keys.push_back(key);
  for (const char* origin : {kOrigin, kSecond}) {
    options.against = checkpoint_of(origin == kOrigin ? older_files() : files_);
    result = verify(options);
    EXPECT_THAT(result.faults, IsEmpty()) << said(result);
    EXPECT_FALSE(result.only_own_keys);
    options.against = checkpoint_for(origin, 5, tlog::Hash{});
    result = verify(options);
    EXPECT_THAT(codes_of(result.faults), ElementsAre("verify.against")) << origin;
    EXPECT_EQ(result.older.at(0).faults.size(), origin == kOrigin ? 1U : 0U);
  }
  options.against.reset();
  options.keys = keys_of(kOrigin, kForged);
  EXPECT_THAT(codes_of(verify(options).older.at(0).faults), Contains("verify.state"));
  options.keys = keys_of("log.example.cn/3");
  EXPECT_THAT(codes_of(verify(options).faults), ElementsAre("verify.other_log"));
}

}  // namespace
}  // namespace suyuan::log_test
