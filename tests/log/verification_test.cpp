// SPDX-License-Identifier: Apache-2.0
// Somebody edits the database, or the log, or both: `suyuan verify` names what is wrong.
#include <random>

#include "logged_store.h"

namespace suyuan::log_test {
namespace {

using testing::AnyOf;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;
using testing::UnorderedElementsAre;
using tlog::HashKind;

const Keys kTrue('k'), kForged('f');

VerificationOptions with_keys(const Keys& keys) {
  VerificationOptions options;
  for (const std::string& vkey : vkeys_of(kOrigin, keys.signers()))
    options.keys.push_back(sure(tlog::note_key_of(vkey)));
  return options;
}
VerificationOptions against(std::string checkpoint) {
  VerificationOptions options;
  options.against = std::move(checkpoint);
  return options;
}

class Verifying : public testing::Test {
 protected:
  Verifying() {
    static const Folder kept;
    static const bool is_filled = [] {
      LoggedStore(kept.path()).fill(kTrue);
      return true;
    }();
    static_cast<void>(is_filled);
    fs::copy(kept.path(), own_.path(), fs::copy_options::recursive | fs::copy_options::overwrite_existing);
  }

  // The first fault's text.
  std::string first(VerificationOptions options = {}) const {
    const auto result = store_.verify(std::move(options));
    return result.faults.empty() ? "" : result.faults.front().text;
  }
  void flip(const fs::path& file, std::size_t byte, int bit = 0) const {
    std::string bytes = contents(store_.log() / file);
    ASSERT_LT(byte, bytes.size()) << file;
    bytes[byte] = static_cast<char>(bytes[byte] ^ (1 << bit));
    put(store_.log() / file, bytes);
  }
  // The one file of that tile, of whatever width.
  std::string tile_file(const std::string& folder, const std::string& name) const {
    if (fs::exists(store_.log() / folder / name)) return folder + "/" + name;
    for (const auto& each : fs::directory_iterator(store_.log() / folder / (name + ".p")))
      return folder + "/" + name + ".p/" + each.path().filename().string();
    return "";
  }
  std::int64_t leaves() const { return store_.number("SELECT size FROM tlog"); }

  Folder own_;
  LoggedStore store_{own_.path()};
};

// shows: T9
TEST_F(Verifying, a_store_that_nobody_touched_agrees_with_its_log) {
  const auto result = store_.verify();
  EXPECT_THAT(result.faults, IsEmpty()) << said(result);
  EXPECT_EQ(result.events, 705U);
  EXPECT_EQ(result.submitters, 2U);
  EXPECT_EQ(result.acts, 9U);
  EXPECT_EQ(result.anchors, 2U);
  EXPECT_EQ(result.log->size, 716U);
  EXPECT_EQ(result.published, 716U);
  EXPECT_EQ(result.documents, 4U);
  EXPECT_EQ(result.checked_events, 705U);
  EXPECT_TRUE(result.only_own_keys);
  const auto vouched = store_.verify(with_keys(kTrue));
  EXPECT_THAT(vouched.faults, IsEmpty());
  EXPECT_FALSE(vouched.only_own_keys);
}

TEST_F(Verifying, it_reads_beside_a_server_and_changes_nothing) {
  SystemClock clock;
  const auto server = sure(open_sqlite_warehouse(store_.folder(), clock, {}));
  const auto files = sure(make_log_folder(store_.log()));
  sure(files->write({}));  // taken for this process
  EXPECT_THAT(store_.faults(), IsEmpty());
  const auto view = sure(view_sqlite_store(store_.folder()));
  EXPECT_FALSE(view->records().write([](sql::Connection& c) { return c.execute("DELETE FROM event"); }).ok());
}

TEST_F(Verifying, every_byte_of_an_event_that_the_log_covers_is_missed_when_it_is_another) {
  const std::map<std::string, std::string> changes = {
      {"content = (SELECT content FROM event WHERE seq = 41)", "content hash"},
      {"id = CAST(char(2) || 'https://id.example/other' AS BLOB)", "its id"},
      {"kind = kind | 256", "its kind"},
      {"org = 3", "another organisation"},
      {"recorded = recorded + 1", "it was recorded at 2026-03-02T00:11:0"}};
  for (const auto& [change, named] : changes) {
    SCOPED_TRACE(change);
    fs::copy(store_.folder() / "suyuan.db", store_.folder() / "kept", fs::copy_options::overwrite_existing);
    store_.change("UPDATE event SET " + change + " WHERE seq = 40");
    const auto result = store_.verify({}, false);
    ASSERT_THAT(result.faults, SizeIs(1)) << said(result);
    EXPECT_EQ(result.faults.front().code, "verify.row_changed");
    EXPECT_THAT(result.faults.front().text, HasSubstr("event 40"));
    EXPECT_THAT(result.faults.front().text, HasSubstr(named));
    for (const char* name : {"suyuan.db-wal", "suyuan.db-shm"}) fs::remove(store_.folder() / name);
    fs::rename(store_.folder() / "kept", store_.folder() / "suyuan.db");
  }
  store_.change("UPDATE event SET org = -1 WHERE seq = 40");
  EXPECT_THAT(store_.faults({}, false), ElementsAre("verify.row_unreadable"));
}

TEST_F(Verifying, what_the_log_does_not_cover_of_an_event_its_document_does) {
  for (const char* change :
       {"time = time + 1", "zone = 0", "biz_step = 0", "disposition = 1", "kind = kind + 16",
        "links = (SELECT links FROM event WHERE seq = 41)", "links = x''", "submission = 1", "jurisdiction = 110000"}) {
    SCOPED_TRACE(change);
    store_.change(
        fmt::format("CREATE TABLE kept_event AS SELECT * FROM event; UPDATE event SET {} WHERE seq = 40", change));
    EXPECT_THAT(store_.faults(), ElementsAre("verify.event_changed"));
    EXPECT_THAT(first(), HasSubstr("Event 40"));
    store_.change("DELETE FROM event; INSERT INTO event SELECT * FROM kept_event; DROP TABLE kept_event");
  }
  EXPECT_THAT(store_.faults(), IsEmpty());
}

TEST_F(Verifying, a_document_that_was_changed_is_named) {
  const std::string job = store_.text("SELECT public_id FROM submission WHERE id = 1");
  store_.change("UPDATE document SET z = (SELECT z FROM document WHERE seq = 8) WHERE seq = 7");
  EXPECT_THAT(store_.faults(), UnorderedElementsAre("verify.document", "verify.event_changed"));
  EXPECT_THAT(first(), HasSubstr(job));
  EXPECT_THAT(store_.faults({}, false), IsEmpty()) << "the log does not cover it";
  store_.change("UPDATE document SET z = substr(z, 1, length(z) - 1) WHERE seq = 7");
  EXPECT_THAT(store_.faults(), ElementsAre("verify.document"));
  store_.change("DELETE FROM document WHERE seq = 7");
  EXPECT_THAT(first(), HasSubstr("event 7 are not in the store"));
  store_.change("DELETE FROM submission WHERE id = 1");
  EXPECT_THAT(store_.faults(), ElementsAre("verify.event_without_document"));
}

TEST_F(Verifying, an_event_that_was_taken_away_is_named) {
  store_.change("DELETE FROM event WHERE seq = 40");
  EXPECT_THAT(store_.faults(), UnorderedElementsAre("verify.row_missing", "verify.event_missing"));
  EXPECT_THAT(first(), HasSubstr("event 40"));
  store_.change("DELETE FROM event WHERE seq > 700");
  const auto result = store_.verify({}, false);
  ASSERT_THAT(result.faults, SizeIs(1));
  EXPECT_EQ(result.faults.front().count, 6U);
}

TEST_F(Verifying, an_entry_of_the_audit_that_was_taken_away_or_changed_is_named) {
  store_.change("DROP TRIGGER audit_no_delete; DROP TRIGGER audit_no_update; DELETE FROM audit_entry WHERE id = 4");
  EXPECT_THAT(store_.faults(), ElementsAre("verify.row_missing"));
  EXPECT_THAT(first(), HasSubstr("entry 4 of the audit"));
  store_.change("UPDATE audit_entry SET reason = 'another' WHERE id = 2");
  EXPECT_THAT(store_.faults(), UnorderedElementsAre("verify.row_missing", "verify.row_changed"));
  store_.change("UPDATE audit_entry SET at = at + 1 WHERE id = 2");
  EXPECT_THAT(first(), HasSubstr("it is of"));
}

TEST_F(Verifying, an_entry_of_the_audit_that_was_pruned_is_kept_as_a_text) {
  {
    const auto connection = sure(sql::open_sqlite(store_.folder() / "suyuan.db", sql::Mode::kWrite));
    const auto view = sure(view_sqlite_store(store_.folder()));
    const auto entries = sure(make_log_store(view->records(), "test", true)->audits(0, 2));
    sure(connection->execute("BEGIN"));
    sure(keep_leaves_of(*connection, entries));
    sure(connection->execute("DROP TRIGGER audit_no_delete; DELETE FROM audit_entry WHERE id <= 2; COMMIT"));
  }
  EXPECT_THAT(store_.faults(), IsEmpty());
  store_.change(
      "UPDATE tlog_entry SET entry = replace(entry, 'audit/1 ', 'audit/1 A') WHERE leaf = (SELECT first FROM "
      "tlog_run WHERE stream = 2 AND ref = 1)");
  EXPECT_THAT(store_.faults(), ElementsAre("verify.row_changed"));
}

TEST_F(Verifying, a_row_that_was_put_in_later_is_named) {
  store_.change(
      "INSERT INTO event SELECT 706, submission, org, jurisdiction, recorded, time, zone, kind, biz_step, "
      "disposition, CAST(char(2) || 'https://id.example/late' AS BLOB), content, links FROM event WHERE seq = 5");
  EXPECT_THAT(store_.faults({}, false), IsEmpty()) << "it waits for the log";
  EXPECT_THAT(store_.faults(), ElementsAre("verify.event_without_document"));
  store_.change("UPDATE tlog SET event_upto = 706");
  EXPECT_THAT(store_.faults({}, false), UnorderedElementsAre("verify.state", "verify.row_unlogged"));
}

TEST_F(Verifying, tiles_of_every_level_of_both_trees_are_compared) {
  for (const std::string tree : {"", "sm3/"}) {
    for (const std::string tile : {"tile/0", "tile/1"}) {
      const std::string file = tile_file(tree + tile, "000");
      SCOPED_TRACE(file);
      flip(file, 33, 3);
      const auto result = store_.verify();
      ASSERT_THAT(result.faults, SizeIs(1)) << said(result);
      EXPECT_EQ(result.faults.front().code, "verify.tile");
      EXPECT_THAT(result.faults.front().text, HasSubstr("Hash 1 of the file " + file));
      flip(file, 33, 3);
    }
  }
  const std::string last = tile_file("tile/0", "002");
  EXPECT_THAT(last, HasSubstr("002.p/204"));
  fs::remove(store_.log() / last);
  EXPECT_THAT(store_.faults(), ElementsAre("verify.tile_missing"));
  EXPECT_THAT(first(), HasSubstr(last));
}

TEST_F(Verifying, an_entry_bundle_that_was_changed_is_named) {
  flip("tile/entries/001", 30);  // within an entry
  EXPECT_THAT(store_.faults(), ElementsAre("verify.entry_changed"));
  EXPECT_THAT(first(), HasSubstr("tile/entries/001"));
  flip("tile/entries/001", 1);  // a length
  EXPECT_THAT(store_.faults(), ElementsAre("verify.tile"));
}

TEST_F(Verifying, a_checkpoint_that_was_changed_is_named) {
  for (const std::string file : {"checkpoint", "sm3/checkpoint"}) {
    const std::string before = contents(store_.log() / file);
    for (std::size_t byte = 0; byte < before.size(); byte += 7) {
      flip(file, byte);
      const auto codes = store_.faults({}, false);
      EXPECT_THAT(codes, AnyOf(ElementsAre("verify.checkpoint"), Contains("verify.folder_behind"))) << file << byte;
      put(store_.log() / file, before);
    }
  }
  store_.change("UPDATE tlog SET note_sm3 = note_sha256");
  EXPECT_THAT(store_.faults({}, false), Contains("verify.state"));
}

TEST_F(Verifying, runs_that_leave_a_gap_or_overlap_are_named) {
  store_.change("CREATE TABLE kept_run AS SELECT * FROM tlog_run");
  const auto again = [&] { store_.change("DELETE FROM tlog_run; INSERT INTO tlog_run SELECT * FROM kept_run"); };
  store_.change("DELETE FROM tlog_run WHERE first = 0");
  EXPECT_THAT(store_.faults({}, false), Contains("verify.run"));
  EXPECT_THAT(first(), HasSubstr("leaves 0 to 19"));
  again();
  store_.change("UPDATE tlog_run SET count = count + 1 WHERE first = 0");
  EXPECT_THAT(store_.faults({}, false), Contains("verify.run"));
  again();
  store_.change("UPDATE tlog_run SET ref = ref - 1 WHERE stream = 1 AND first > 30");
  EXPECT_THAT(store_.faults({}, false), Contains("verify.run"));
  again();
  store_.change("UPDATE tlog_run SET number = number + 1 WHERE first = 0");
  EXPECT_THAT(store_.faults({}, false), ElementsAre("verify.row_changed"));
  again();
  store_.change("UPDATE tlog_run SET org = 3 WHERE first = 0");
  EXPECT_THAT(store_.faults({}, false), Contains("verify.run"));
  again();
  store_.change("UPDATE tlog_submitter SET count = count - 1 WHERE org = 3");
  EXPECT_THAT(store_.faults({}, false), ElementsAre("verify.count"));
}

TEST_F(Verifying, an_older_folder_in_the_place_of_the_newer_is_named) {
  const Folder older;
  fs::copy(store_.log(), older.path() / "log", fs::copy_options::recursive);
  store_.capture(2, 5000, 10);
  store_.sequence(kTrue);
  EXPECT_THAT(store_.faults(), IsEmpty());
  fs::remove_all(store_.log());
  fs::copy(older.path() / "log", store_.log(), fs::copy_options::recursive);
  int waited = 0;
  VerificationOptions options;
  options.wait = [&] { ++waited; };
  EXPECT_THAT(store_.faults(options), ElementsAre("verify.folder_behind"));
  EXPECT_GT(waited, 3) << "a server might have been publishing";
  fs::remove_all(store_.log());
  EXPECT_THAT(store_.faults(), ElementsAre("verify.no_folder"));
}

TEST_F(Verifying, an_older_database_in_the_place_of_the_newer_is_named) {
  const Folder older;
  fs::copy(store_.folder() / "suyuan.db", older.path() / "suyuan.db");
  store_.capture(2, 5000, 10);
  store_.sequence(kTrue);
  fs::remove(store_.folder() / "suyuan.db-wal");
  fs::copy(older.path() / "suyuan.db", store_.folder() / "suyuan.db", fs::copy_options::overwrite_existing);
  EXPECT_THAT(store_.faults(), ElementsAre("verify.ahead"));
  EXPECT_THAT(first(), HasSubstr("signed for 726 entries, and the store knows 716"));
}

TEST_F(Verifying, who_signs_everything_anew_with_other_keys_is_seen_with_a_key_from_elsewhere) {
  store_.change("UPDATE event SET recorded = recorded + 1 WHERE seq = 700");
  store_.change("DELETE FROM tlog_entry");
  // Without anchors, which the true keys signed.
  store_.rebuild(kForged, [](std::vector<LogRun>& runs) {
    std::erase_if(runs, [](const LogRun& run) { return run.stream == LogStream::kAnchor; });
    std::uint64_t next = 0;
    for (LogRun& run : runs) next = (run.first = next) + run.count;
  });
  EXPECT_THAT(store_.faults(), IsEmpty());
  EXPECT_TRUE(store_.verify().only_own_keys);
  EXPECT_THAT(store_.faults(with_keys(kTrue)), UnorderedElementsAre("verify.state", "verify.checkpoint"));
}

TEST_F(Verifying, a_consistent_rewrite_with_the_true_keys_is_seen_against_a_checkpoint_kept_elsewhere) {
  const std::string kept = checkpoint_of(store_.log()), kept_sm3 = checkpoint_of(store_.log(), HashKind::kSm3);
  store_.change("UPDATE event SET recorded = recorded + 1 WHERE seq = 700");
  EXPECT_THAT(store_.faults(), ElementsAre("verify.row_changed"));
  store_.rebuild(kTrue);
  EXPECT_THAT(store_.faults(with_keys(kTrue)), IsEmpty());
  for (const std::string& checkpoint : {kept, kept_sm3}) {
    EXPECT_THAT(store_.faults(against(checkpoint)), ElementsAre("verify.against"));
    EXPECT_THAT(first(against(checkpoint)), HasSubstr("for 716 entries"));
  }
}

TEST_F(Verifying, rows_and_bundles_that_were_changed_together_are_named) {
  store_.change("UPDATE event SET recorded = recorded + 1 WHERE seq = 3");
  const Folder tiles;
  fs::copy(store_.log(), tiles.path() / "log", fs::copy_options::recursive);
  const std::string before = checkpoint_of(store_.log());
  store_.rebuild(kTrue);
  for (const char* folder : {"tile/0", "tile/1", "sm3/tile"}) {
    fs::remove_all(store_.log() / folder);
    fs::copy(tiles.path() / "log" / folder, store_.log() / folder, fs::copy_options::recursive);
  }
  EXPECT_THAT(store_.faults(), Contains("verify.leaf"));
}

TEST_F(Verifying, a_report_that_somebody_left_out_is_a_gap_in_its_submitters_numbers) {
  const std::string kept = checkpoint_of(store_.log());
  store_.change(
      "DELETE FROM document WHERE seq BETWEEN 21 AND 25; DELETE FROM event WHERE seq BETWEEN 21 AND 25; DELETE "
      "FROM submission WHERE id = 2");
  const auto without = [](std::vector<LogRun>& runs) {
    std::erase_if(runs, [](const LogRun& run) { return run.stream == LogStream::kEvent && run.ref == 21; });
    std::uint64_t next = 0;
    for (LogRun& run : runs) next = (run.first = next) + run.count;
  };
  store_.change("UPDATE tlog_entry SET leaf = leaf - 5");
  store_.rebuild(kTrue, without);
  EXPECT_THAT(store_.faults(), UnorderedElementsAre("verify.number", "verify.anchor"))
      << "an anchor holds what was signed before";
  // Who numbers anew, and writes the anchors anew, is seen by whoever kept a checkpoint or a receipt.
  EXPECT_THAT(store_.faults(against(kept)), Contains("verify.cut_off"));
}

TEST_F(Verifying, an_anchor_that_was_changed_is_named) {
  // The size in one of the two checkpoints of the first anchor.
  store_.change(
      "UPDATE tlog_entry SET entry = replace(entry, 'log.example.cn/1' || char(10) || '23', 'log.example.cn/1' || "
      "char(10) || '22')");
  EXPECT_THAT(store_.faults(), ElementsAre("verify.row_changed"));
  EXPECT_THAT(first(), HasSubstr("an anchor"));
  store_.rebuild(kTrue);
  EXPECT_THAT(store_.faults(), Contains("verify.anchor"));
}

TEST_F(Verifying, a_checkpoint_kept_elsewhere_may_be_older_and_of_either_tree) {
  const std::string kept = checkpoint_of(store_.log()), kept_sm3 = checkpoint_of(store_.log(), HashKind::kSm3);
  const Folder cut;
  fs::copy(store_.folder(), cut.path() / "store", fs::copy_options::recursive);
  store_.capture(2, 5000, 300);
  store_.sequence(kTrue);
  EXPECT_THAT(store_.faults(against(kept)), IsEmpty());
  EXPECT_THAT(store_.faults(against(kept_sm3)), IsEmpty());
  // The whole store, with its log, from before.
  const LoggedStore older(cut.path() / "store");
  EXPECT_THAT(older.faults(), IsEmpty());
  EXPECT_THAT(older.faults(against(checkpoint_of(store_.log()))), ElementsAre("verify.cut_off"));
  // Of another log.
  std::string other = kept;
  other.replace(0, 3, "lag");
  EXPECT_THAT(store_.faults(against(other)), ElementsAre("verify.other_log"));
  EXPECT_THAT(store_.faults(with_keys(kForged)), Contains("verify.checkpoint"));
}

TEST_F(Verifying, a_store_whose_log_was_taken_away_is_named) {
  store_.change("DELETE FROM tlog");
  EXPECT_THAT(store_.faults({}, false), ElementsAre("verify.no_log"));
  EXPECT_THAT(first(), HasSubstr("taken away"));
}

// Every file that is published, at a random bit.
TEST_F(Verifying, no_flipped_bit_of_a_tile_an_entry_or_a_checkpoint_is_missed) {
  std::vector<fs::path> files;
  for (const auto& each : fs::recursive_directory_iterator(store_.log()))
    if (each.is_regular_file() && !each.path().filename().string().starts_with('.'))
      files.push_back(fs::relative(each.path(), store_.log()));
  ASSERT_GT(files.size(), 12U);
  std::mt19937_64 random(20'261'121);
  std::map<std::string, int> seen;
  for (int i = 0; i < 400; ++i) {
    const fs::path& file = files[random() % files.size()];
    const std::string before = contents(store_.log() / file);
    const std::size_t byte = random() % before.size();
    flip(file, byte, static_cast<int>(random() % 8));
    const auto codes = store_.faults({}, false);
    EXPECT_THAT(codes, Contains(testing::StartsWith("verify."))) << file << " byte " << byte;
    for (const std::string& code : codes) ++seen[code];
    put(store_.log() / file, before);
  }
  for (const char* code : {"verify.tile", "verify.entry_changed", "verify.checkpoint"})
    EXPECT_GT(seen[code], 10) << code;
}

}  // namespace
}  // namespace suyuan::log_test
