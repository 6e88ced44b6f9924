// SPDX-License-Identifier: Apache-2.0
// `suyuan backup` and `suyuan restore` as a person at a terminal meets them, in good and in bad hands.
#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <csignal>
#include <set>
#include <thread>

#include "../cli/run_binary.h"
#include "../personal/sealed_store.h"
#include "adapters/warehouse/backup_manifest.h"
#include "adapters/warehouse/folder_lock.h"

namespace suyuan::personal_test {
namespace {

namespace fs = std::filesystem;

std::string contents(const fs::path& file) {
  std::ifstream stream(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(stream), {}};
}

std::set<std::string> names_in(const fs::path& folder) {
  std::set<std::string> names;
  for (const auto& each : fs::directory_iterator(folder)) names.insert(each.path().filename().string());
  return names;
}

class Backup : public SealedStoreTest {
 protected:
  fs::path at(const std::string& name) const { return out_.path() / name; }
  static std::string quoted(const fs::path& path) { return "'" + path.string() + "'"; }
  Ran backup(const std::string& name, const std::string& before = "") const {
    return run("backup --english --data " + quoted(folder_.path()) + " --to " + quoted(at(name)), before);
  }
  Ran restore(const std::string& from, const std::string& to, const std::string& more = "--no-erasures") const {
    return run("restore --english --from " + quoted(at(from)) + " --data " + quoted(at(to)) + " " + more);
  }
  void put_master_key(const std::string& name) const {
    fs::create_directories(at(name) / "secrets");
    fs::copy_file(folder_.path() / "secrets" / "master.key", at(name) / "secrets" / "master.key",
                  fs::copy_options::overwrite_existing);
  }
  // What somebody does who changes a file and its hash.
  void hash_again(const std::string& name) const {
    BackupManifest manifest = sure(read_manifest(at(name)));
    for (BackupManifest::File& each : manifest.files) each.digest = sure(digest_file(at(name) / each.name));
    std::ofstream(at(name) / kManifestName) << manifest_json(manifest);
  }
  void change(const fs::path& file, const std::string& script) const {
    auto connection = sure(sql::open_sqlite(file, sql::Mode::kWrite));
    const auto done = connection->execute(script);
    ASSERT_TRUE(done.ok()) << done.error().for_log;
  }
  std::string document_in(const std::string& name, const std::string& job) {
    auto store = open_sqlite_warehouse(at(name), clock_, {});
    EXPECT_TRUE(store.ok()) << (store.ok() ? "" : store.error().text);
    return store ? sure((*store)->personal().sent_document(job)) : "";
  }
  void erase_event() {
    const auto asked =
        *request_erasure(at_this_machine(), {.event_id = kEvent}, "the consumer asked for it", services());
    ASSERT_TRUE(approve_erasure(approver(2), asked.id, services()).ok());
  }
  std::string one_event(int number) const {
    return R"({"@context":)" + kContext +
           R"(,"type":"EPCISDocument","schemaVersion":"2.0","creationDate":"2026-03-01T08:00:00Z","epcisBody":{"eventList":[)" +
           json_event(fmt::format("urn:uuid:00000000-0000-7000-8000-{:012}", 1000 + number), "") + "]}}";
  }
  pid_t start(const std::string& words) const {
    const pid_t process = ::fork();
    if (process == 0) {
      const int out = ::open("/dev/null", O_WRONLY);
      ::dup2(out, 1);
      ::dup2(out, 2);
      ::execl("/bin/sh", "sh", "-c", fmt::format("exec '{}' {}", SUYUAN_BINARY, words).c_str(),
              static_cast<char*>(nullptr));
      ::_exit(127);
    }
    return process;
  }

  Folder out_;
};

// shows: T10
TEST_P(Backup, a_store_comes_back_as_it_was_and_says_that_it_was_restored) {
  const auto job = capture(json_document()).job;
  const Ran made = backup("b");  // the store is open here, as in a server
  ASSERT_EQ(made.exit, 0) << made.out;
  EXPECT_THAT(made.out, HasSubstr("1 events, 1 documents"));
  EXPECT_THAT(made.out, HasSubstr("no key is in it"));
  EXPECT_THAT(names_in(at("b")), ElementsAre("backup.json", "erasures.json", "suyuan.db"));
  EXPECT_THAT(names_in(out_.path()), ElementsAre("b"));
  for (const auto& each : fs::directory_iterator(at("b")))
    EXPECT_EQ(each.status().permissions(), fs::perms::owner_read | fs::perms::owner_write) << each.path();
  const std::string key = contents(folder_.path() / "secrets" / "master.key");
  EXPECT_THAT(bytes_of_folder(at("b")), Not(HasSubstr(key.substr(0, 64))));
  EXPECT_THAT(canaries_in(bytes_of_folder(at("b"))), IsEmpty());

  change(at("b") / "suyuan.db",
         "INSERT INTO session VALUES (x'01', 's', 1, 0, 0, 9223372036854775807, 1, ''); "
         "INSERT INTO login_link VALUES (x'02', 1, 0, 9223372036854775807, 0)");
  hash_again("b");
  const Ran restored = restore("b", "r");
  ASSERT_EQ(restored.exit, 0) << restored.out;
  EXPECT_THAT(restored.out, HasSubstr("the master key is missing"));
  EXPECT_THAT(restored.out, HasSubstr("the key of sign-in is missing"));
  EXPECT_THAT(names_in(at("r")), ElementsAre("suyuan.db", "suyuan.lock"));
  {
    auto copy = sure(sql::open_sqlite(at("r") / "suyuan.db", sql::Mode::kRead));
    auto count = sure(copy->prepare("SELECT (SELECT count(*) FROM session) + (SELECT count(*) FROM login_link)"));
    ASSERT_TRUE(*count->step());
    EXPECT_EQ(count->integer(0), 0) << "nobody comes in with a session of the past";
  }
  EXPECT_EQ(open_sqlite_warehouse(at("r"), clock_, {}).error().code, "secrets.no_key");
  put_master_key("r");
  EXPECT_EQ(document_in("r", job), json_document());
  const Ran lookups = run("lookups --data " + quoted(at("r")));
  EXPECT_EQ(lookups.exit, 0) << lookups.out;

  const BackupManifest manifest = sure(read_manifest(at("b")));
  const Ran audit = run("audit --json --act store.restore --data " + quoted(at("r")));
  EXPECT_THAT(audit.out, HasSubstr(fmt::format(R"("after":{{"backup":"{}","events":"1","submissions":"1")",
                                               format_instant(manifest.made))));
  EXPECT_THAT(audit.out, HasSubstr(manifest.files[0].digest.sha256));
  EXPECT_TRUE(entries("store.restore").empty()) << "the store that it is a copy of";
}

// shows: T10
TEST_P(Backup, of_a_store_at_work_is_one_moment_with_all_that_was_acknowledged_before) {
  std::atomic<int> acknowledged = 0;
  std::atomic<bool> is_over = false;
  std::thread sender([&] {
    for (int i = 0; !is_over; ++i) {
      EXPECT_EQ(capture(one_event(i)).accepted, 1);
      ++acknowledged;
    }
  });
  for (int i = 0; i < 3; ++i) {
    const std::string name = fmt::format("b{}", i);
    const int before = acknowledged;
    const Ran made = backup(name);
    const int after = acknowledged + 1;
    EXPECT_EQ(made.exit, 0) << made.out;
    const BackupManifest manifest = sure(read_manifest(at(name)));
    EXPECT_GE(manifest.events, before);
    EXPECT_LE(manifest.events, after);
    EXPECT_EQ(manifest.events, manifest.submissions);
    const Ran restored = restore(name, "r" + name);
    EXPECT_EQ(restored.exit, 0) << restored.out;
  }
  is_over = true;
  sender.join();
}

// shows: T10
TEST_P(Backup, what_was_erased_after_it_is_erased_again) {
  const auto job = capture(json_document()).job;
  ASSERT_EQ(backup("old").exit, 0);
  auto own = connection();
  const auto wrapped = column(*own, "SELECT wrapped FROM subject_key WHERE subject = '" + kEvent + "'");
  own.reset();
  ASSERT_EQ(wrapped.size(), 1U);
  erase_event();
  ASSERT_EQ(backup("new").exit, 0);
  close();
  const Ran list = run("erasure list --json --data " + quoted(folder_.path()));
  std::ofstream(at("list.json")) << list.out;

  EXPECT_THAT(bytes_of_folder(at("new")), Not(HasSubstr(wrapped[0]))) << "no backup holds what was destroyed before";
  const Ran silent = restore("old", "r", "");
  EXPECT_EQ(silent.exit, 1);
  EXPECT_THAT(silent.out, HasSubstr("restore.erasures"));
  EXPECT_FALSE(fs::exists(at("r")));
  for (const char* text : {"{}", R"({"erasures":[],"next":"0190"})"}) {
    std::ofstream(at("no.json")) << text;
    EXPECT_THAT(restore("old", "r", "--erasures " + quoted(at("no.json"))).out, HasSubstr("erasure.list")) << text;
    EXPECT_FALSE(fs::exists(at("r")));
  }

  put_master_key("plain");
  ASSERT_EQ(restore("old", "plain").exit, 0);
  EXPECT_THAT(document_in("plain", job), HasSubstr("13911112222")) << "so the list is needed";
  const std::string lists[] = {"--erasures " + quoted(at("list.json")),
                               "--erasures " + quoted(at("new") / "erasures.json"),
                               "--erasures " + quoted(at("old") / "erasures.json") + " --erasures " +
                                   quoted(at("list.json")) + " --erasures " + quoted(at("new") / "erasures.json")};
  for (int i = 0; i < 3; ++i) {
    const std::string to = fmt::format("r{}", i);
    put_master_key(to);
    const Ran restored = restore("old", to, lists[i]);
    ASSERT_EQ(restored.exit, 0) << restored.out;
    EXPECT_THAT(restored.out, HasSubstr("1 keys destroyed again"));
    EXPECT_THAT(bytes_of_folder(at(to)), Not(HasSubstr(wrapped[0])));
    EXPECT_THAT(document_in(to, job), Not(HasSubstr("13911112222")));
    EXPECT_THAT(document_in(to, job), HasSubstr("13933334444")) << "of another subject";
  }
}

TEST_P(Backup, is_written_over_nothing_and_a_full_disk_leaves_nothing) {
  capture(json_document());
  fs::create_directories(at("folder"));
  std::ofstream(at("file")) << "mine";
  fs::create_symlink(at("nowhere"), at("link"));
  for (const char* name : {"folder", "folder/", "file", "link"}) {
    const Ran ran = backup(name);
    EXPECT_EQ(ran.exit, 1) << name;
    EXPECT_THAT(ran.out, HasSubstr("backup.exists")) << name;
  }
  EXPECT_EQ(contents(at("file")), "mine");
  EXPECT_THAT(backup("file/b").out, HasSubstr("backup.disk"));
  fs::create_directories(at("mine.unfinished"));
  std::ofstream(at("mine.unfinished") / "note") << "mine";
  const Ran full = run("backup --data " + quoted(folder_.path()) + " --to " + quoted(at("full")),
                       "sh -c 'trap \"\" XFSZ; ulimit -f "
                       "64; exec \"$0\" \"$@\"'");
  EXPECT_EQ(full.exit, 1) << full.out;
  EXPECT_THAT(full.out, HasSubstr("[store.disk]"));
  EXPECT_THAT(names_in(out_.path()), ElementsAre("file", "folder", "link", "mine.unfinished"));
  EXPECT_EQ(backup("full").exit, 0);
  EXPECT_EQ(contents(at("mine.unfinished") / "note"), "mine");
  EXPECT_EQ(capture(one_event(1)).accepted, 1) << "the store goes on";
  EXPECT_THAT(run("backup --data " + quoted(at("none")) + " --to " + quoted(at("x"))).out, HasSubstr("store.none"));
}

TEST_P(Backup, damage_is_named_and_never_restored) {
  capture(json_document());
  ASSERT_EQ(backup("b").exit, 0);
  const std::string sound = contents(at("b") / "suyuan.db"), manifest = contents(at("b") / kManifestName);
  const auto refused = [&](const std::string& code, const std::string& what) {
    const Ran ran = restore("b", "r");
    EXPECT_EQ(ran.exit, 1) << what;
    EXPECT_THAT(ran.out, HasSubstr("[" + code + "]")) << what;
    EXPECT_FALSE(fs::exists(at("r") / "suyuan.db")) << what;
    EXPECT_FALSE(fs::exists(at("r") / "restoring")) << what;
    return ran.out;
  };
  for (const std::size_t place : {std::size_t{0}, std::size_t{100}, sound.size() / 2, sound.size() - 1}) {
    std::string bytes = sound;
    bytes[place] = static_cast<char>(bytes[place] ^ 1);
    std::ofstream(at("b") / "suyuan.db", std::ios::binary) << bytes;
    EXPECT_THAT(refused("backup.damaged", fmt::format("bit at {}", place)), HasSubstr("suyuan.db"));
  }
  std::ofstream(at("b") / "suyuan.db", std::ios::binary) << sound.substr(0, sound.size() - 1);
  EXPECT_THAT(refused("backup.damaged", "cut"), HasSubstr("bytes"));
  // Its hash changed along with it: the pages, the counts and the schema are looked at.
  std::string torn = sound;
  std::fill(torn.begin() + 8192, torn.begin() + 3 * 8192, 'x');
  std::ofstream(at("b") / "suyuan.db", std::ios::binary) << torn;
  hash_again("b");
  const Ran ran = restore("b", "r");
  EXPECT_EQ(ran.exit, 1) << ran.out;
  EXPECT_FALSE(fs::exists(at("r") / "suyuan.db"));
  std::ofstream(at("b") / "suyuan.db", std::ios::binary) << sound;
  change(at("b") / "suyuan.db", "DELETE FROM event");
  hash_again("b");
  EXPECT_THAT(refused("backup.damaged", "an event less"), HasSubstr("0 events, and 1"));
  std::ofstream(at("b") / "suyuan.db", std::ios::binary) << sound;
  change(at("b") / "suyuan.db", "INSERT INTO schema_step VALUES (999, 'from-the-future', '')");
  hash_again("b");
  refused("store.newer", "a newer store");
  std::ofstream(at("b") / "suyuan.db", std::ios::binary) << sound;
  std::ofstream(at("b") / kManifestName) << manifest;
  fs::rename(at("b") / "erasures.json", at("list"));
  EXPECT_THAT(refused("backup.damaged", "a file less"), HasSubstr("erasures.json"));
  fs::rename(at("list"), at("b") / "erasures.json");
  for (const std::string& text :
       {std::string(), std::string("{}"), manifest.substr(0, manifest.size() / 2), std::string("[]"),
        std::string(manifest).replace(manifest.find("erasures.json"), 13, "../../../etc/")}) {
    std::ofstream(at("b") / kManifestName) << text;
    refused("backup.manifest", text);
  }
  fs::remove(at("b") / kManifestName);
  refused("backup.none", "no manifest");
  std::ofstream(at("b") / kManifestName) << manifest;
  fs::rename(at("b"), at("b.unfinished"));
  EXPECT_THAT(restore("b.unfinished", "r").out, HasSubstr("backup.none"));
  EXPECT_THAT(restore("b.unfinished/", "r").out, HasSubstr("backup.none"));
  fs::rename(at("b.unfinished"), at("b"));
  EXPECT_EQ(restore("b", "r").exit, 0) << "put right again";
}

TEST_P(Backup, lookups_that_differ_are_made_anew) {
  close();
  store_ = sure(open_sqlite_warehouse(folder_.path(), clock_, storage::small_runs()));
  for (int i = 0; i < 150; ++i) EXPECT_EQ(capture(one_event(i)).accepted, 1);
  store_.reset();
  store_ = sure(open_sqlite_warehouse(folder_.path(), clock_, storage::small_runs()));
  ASSERT_FALSE(column(*connection(), "SELECT data FROM run_block").empty());
  for (const std::string harm : {"UPDATE run_block SET data = zeroblob(length(data))", "DELETE FROM run_block",
                                 "UPDATE event SET time = time + 60000000 WHERE seq = 1"}) {
    fs::remove_all(at("b"));
    fs::remove_all(at("r"));
    ASSERT_EQ(backup("b").exit, 0);
    change(at("b") / "suyuan.db", harm);
    hash_again("b");
    put_master_key("r");
    const Ran restored = restore("b", "r");
    EXPECT_EQ(restored.exit, 0) << harm << restored.out;
    // Blocks that cannot be read are made anew by whoever opens the store.
    if (harm.find("time") != std::string::npos) {
      EXPECT_THAT(restored.out, HasSubstr("made anew")) << harm;
    }
    EXPECT_EQ(run("lookups --data " + quoted(at("r"))).exit, 0) << harm;
  }
}

TEST_P(Backup, is_restored_over_no_store_and_with_no_wrong_key) {
  capture(json_document());
  ASSERT_EQ(backup("b").exit, 0);
  const Ran used = run("restore --no-erasures --from " + quoted(at("b")) + " --data " + quoted(folder_.path()));
  EXPECT_EQ(used.exit, 1);
  EXPECT_THAT(used.out, HasSubstr("restore.not_empty"));
  fs::create_directories(at("held"));
  const auto holder = sure(FolderLock::take(at("held")));
  EXPECT_THAT(restore("b", "held").out, HasSubstr("store.in_use"));
  fs::create_directories(at("wrong") / "secrets");
  std::ofstream(at("wrong") / "secrets" / "master.key") << std::string(64, 'b') << "\n";
  fs::permissions(at("wrong") / "secrets" / "master.key", fs::perms::owner_read | fs::perms::owner_write);
  const Ran wrong = restore("b", "wrong");
  EXPECT_EQ(wrong.exit, 1);
  EXPECT_THAT(wrong.out, HasSubstr("secrets.wrong_key"));
  EXPECT_FALSE(fs::exists(at("wrong") / "suyuan.db"));
  put_master_key("wrong");
  EXPECT_EQ(restore("b", "wrong").exit, 0);
}

TEST_P(Backup, of_another_schema_and_of_databases_are_refused) {
  capture(json_document());
  for (const std::string words : {"backup --to ", "restore --no-erasures --from "}) {
    fs::create_directories(at("b"));
    const Ran ran = run(words + quoted(at("b")) + " --database postgresql://u:geheim@127.0.0.1:1/d");
    EXPECT_EQ(ran.exit, 1);
    EXPECT_THAT(ran.out, HasSubstr("backup.postgres"));
    EXPECT_THAT(ran.out, HasSubstr("pg_basebackup"));
    EXPECT_THAT(ran.out, Not(HasSubstr("geheim")));
  }
  close();
  change(folder_.path() / "suyuan.db", "INSERT INTO schema_step VALUES (999, 'from-the-future', '')");
  EXPECT_THAT(backup("x").out, HasSubstr("store.newer"));
  change(folder_.path() / "suyuan.db", "DELETE FROM schema_step WHERE number > 11");
  EXPECT_THAT(backup("x").out, HasSubstr("backup.older_store"));
  EXPECT_FALSE(fs::exists(at("x")));
}

// shows: T10
TEST_P(Backup, killed_at_any_moment_leaves_nothing_that_looks_like_one) {
  const auto job = capture(json_document()).job;
  close();
  change(folder_.path() / "suyuan.db",
         "CREATE TABLE ballast (b BLOB); WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 48) "
         "INSERT INTO ballast SELECT randomblob(1000000) FROM n");
  open();
  // Kills it once `sign` is there, again until it was in time for three.
  const auto killed = [&](const std::string& words, const fs::path& sign, const fs::path& result) {
    int in_time = 0;
    for (int i = 0; i < 60 && in_time < 3; ++i) {
      fs::remove_all(result);
      const pid_t process = start(words);
      while (!fs::exists(sign) && ::waitpid(process, nullptr, WNOHANG) == 0) std::this_thread::yield();
      std::this_thread::sleep_for(std::chrono::milliseconds(7 * (i % 5)));
      ::kill(process, SIGKILL);
      ::waitpid(process, nullptr, 0);
      if (!fs::exists(result)) ++in_time;
    }
    EXPECT_EQ(in_time, 3) << words;
  };
  const fs::path unfinished = at("b.unfinished");
  killed("backup --data " + quoted(folder_.path()) + " --to " + quoted(at("b")), unfinished / "suyuan.db", at("b"));
  ASSERT_TRUE(fs::exists(unfinished));
  EXPECT_THAT(restore("b.unfinished", "r").out, HasSubstr("backup.none"));
  {
    const auto holder = sure(FolderLock::take(unfinished));
    EXPECT_THAT(backup("b").out, HasSubstr("backup.running"));
  }
  for (const char* name : {"backup.json", "erasures.json", "suyuan.db"})
    std::ofstream(unfinished / name) << "of one that was killed at its end";
  ASSERT_EQ(backup("b").exit, 0) << "begun anew";
  EXPECT_FALSE(fs::exists(unfinished));

  put_master_key("r");
  killed("restore --no-erasures --from " + quoted(at("b")) + " --data " + quoted(at("r")),
         at("r") / "restoring" / "suyuan.db", at("r") / "suyuan.db");
  ASSERT_EQ(restore("b", "r").exit, 0) << "begun anew";
  EXPECT_FALSE(fs::exists(at("r") / "restoring"));
  EXPECT_EQ(document_in("r", job), json_document());
}

INSTANTIATE_TEST_SUITE_P(Engines, Backup, testing::Values(Kind{"sqlite", false}),
                         [](const auto& test) { return test.param.name; });

}  // namespace
}  // namespace suyuan::personal_test
