// SPDX-License-Identifier: Apache-2.0
// People with accounts: their names and numbers are kept as everything else about people, and an erasure is asked for,
// judged by somebody else, and in the audit.
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <map>

#include "adapters/warehouse/key_rotation.h"
#include "adapters/warehouse/migrations.h"
#include "adapters/warehouse/postgres_schema.h"
#include "base/text.h"
#include "sealed_store.h"

namespace suyuan::personal_test {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;

const std::string kName = "金丝雀甲", kMobile = "13911112222";

std::string said_by(const std::string& command) {
  std::string said;
  std::FILE* pipe = ::popen(command.c_str(), "r");
  CHECK(pipe != nullptr);
  std::array<char, 65536> part{};
  for (std::size_t size = 0; (size = std::fread(part.data(), 1, part.size(), pipe)) > 0;)
    said.append(part.data(), size);
  EXPECT_EQ(::pclose(pipe), 0) << command;
  return said;
}

std::string hex_of(std::string_view bytes) {
  return hex({reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size()});
}

class PeopleTest : public SealedStoreTest {
 protected:
  AccountServices account_services() { return {*accounts_, *tasks_, clock_}; }
  OrgId org(const std::string& name, const std::string& kind) {
    return add_organisation(at_this_machine(), {.name = name, .kind = kind, .superior = OrgId(1)}, account_services())
        ->id;
  }
  PersonId person(const std::string& login, OrgId org, const std::vector<std::string>& roles = {}) {
    const auto added = add_person(at_this_machine(), {.login = login, .org = org, .name = kName, .mobile = kMobile},
                                  account_services());
    EXPECT_TRUE(added.ok()) << added.error().text;
    for (const std::string& role : roles)
      EXPECT_TRUE(grant_role(at_this_machine(), added->id, role, {}, account_services()).ok()) << role;
    return added->id;
  }
  Granted may(PersonId id, identity::Act act) {
    const auto directory = directory_->directory();
    const auto* member = directory->find(id);
    const auto* own = directory->find(member->org);
    return *authorizer_->grant({{id, own->id, own->jurisdiction}, member->roles, identity::Via::kSession}, act);
  }
  Account account(PersonId id) { return **accounts_->account(id); }
  Result<Erasure> ask_for(PersonId who, PersonId whom) {
    return request_erasure(may(who, identity::Act::kErasureRequest), {.person = whom}, "asked for it in writing",
                           services());
  }
  Granted judge(PersonId who) { return may(who, identity::Act::kErasureApprove); }
  std::size_t open_tasks(OrgId org) { return tasks_->tasks({.org = org})->size(); }

  static std::string dump_of(const std::filesystem::path& folder) {
    return said_by("pg_dump --inserts '" + storage::database_of(folder) + "'");
  }
  // As an operator makes one: a copy of SQLite's file while the store is in use, a dump of PostgreSQL's database.
  std::string fresh_backup() {
    if (is_postgres()) return dump_of(folder_.path());
    std::filesystem::remove(copy_.path() / "suyuan.db");
    auto own = std::move(*sql::open_sqlite(folder_.path() / "suyuan.db", sql::Mode::kWrite));
    EXPECT_TRUE(own->execute("VACUUM INTO '" + (copy_.path() / "suyuan.db").string() + "'").ok());
    return bytes_of_folder(copy_.path());
  }
  // What the backup says of somebody, to who has the master key as well.
  std::string name_in_backup(PersonId id) {
    auto own_key = folder_.path() / "secrets" / "master.key";
    auto copy = open_sqlite_warehouse(copy_.path(), clock_, {.key_file = own_key});
    EXPECT_TRUE(copy.ok()) << copy.error().text;
    return (*make_account_store((*copy)->records(), (*copy)->names())->account(id))->name;
  }
  // The same in hexadecimal digits, as pg_dump writes bytes.
  static void expect_no_canary(const std::string& text) {
    EXPECT_THAT(canaries_in(text), IsEmpty());
    for (const std::string& canary : {kName, kMobile}) EXPECT_EQ(text.find(hex_of(canary)), std::string::npos);
  }

  Folder copy_;
};

// shows: T10, R1
TEST_P(PeopleTest, names_and_numbers_are_in_no_file_and_no_backup) {
  const OrgId firm = org("某厂", "producer");
  const PersonId id = person("zhang", firm);
  ASSERT_TRUE(
      change_person(at_this_machine(), id, {.name = "金丝雀丁", .mobile = "13933334444"}, account_services()).ok());
  ASSERT_TRUE(change_person(at_this_machine(), id, {.name = kName, .mobile = kMobile}, account_services()).ok());
  expect_no_canary(all_that_is_kept());
  expect_no_canary(fresh_backup());
  open();
  EXPECT_EQ(account(id).name, kName);
  EXPECT_EQ(account(id).mobile, kMobile);
  EXPECT_EQ((*accounts_->account_of("zhang"))->name, kName);
  EXPECT_EQ(accounts_->accounts(firm, 0, 10)->front().mobile, kMobile);
  const auto keys = *store_->personal().keys_of(person_subject(id));
  EXPECT_THAT(keys, SizeIs(1)) << "one key for all that is kept of a person";
  const OrgId other = org("别厂", "producer");
  ASSERT_TRUE(transfer_person(at_this_machine(), id, {.to = other}, account_services()).ok());
  EXPECT_EQ(account(id).name, kName);
  EXPECT_THAT(*store_->personal().keys_of(person_subject(id)), SizeIs(1)) << "wherever they belong to";
}

// shows: T10, R23
TEST_P(PeopleTest, an_erased_person_cannot_be_read_with_the_master_key_either) {
  const OrgId firm = org("某厂", "producer");
  const PersonId gone = person("zhang", firm), stays = person("li", firm), asks = person("wang", firm, {"producer"}),
                 approves = person("zhao", firm, {"secadmin"});
  const Account before = account(gone);
  const auto wrapped = column(*connection(), "SELECT wrapped FROM subject_key ORDER BY number");
  fresh_backup();
  if (!is_postgres()) {
    EXPECT_EQ(name_in_backup(gone), kName);
  }
  const auto asked = ask_for(asks, gone);
  ASSERT_TRUE(asked.ok()) << asked.error().text;
  EXPECT_EQ(account(gone).name, kName) << "nobody approved it yet";
  const auto done = approve_erasure(judge(approves), asked->id, services());
  ASSERT_TRUE(done.ok()) << done.error().text;
  for (int i = 0; i < 2; ++i) {
    EXPECT_EQ(account(gone).name, "");
    EXPECT_EQ(account(gone).mobile, "");
    EXPECT_FALSE(account(gone).member.is_active);
    EXPECT_FALSE(accounts_->account_of("zhang")->has_value()) << "the login may be a name";
    const auto view = *view_person(at_this_machine(), gone, account_services());
    EXPECT_EQ(view.masked_name, kErased);
    EXPECT_EQ(view.masked_mobile, "");
    EXPECT_EQ(account(stays).name, kName);
    open();
  }
  EXPECT_EQ(accounts_->change(before, AuditEntry()).error().code, "account.changed")
      << "what was read before is not written again";
  const std::string backup = fresh_backup();
  expect_no_canary(backup);
  EXPECT_EQ(backup.find(wrapped[0]), std::string::npos);
  EXPECT_EQ(backup.find(hex_of(wrapped[0])), std::string::npos);
  EXPECT_TRUE(backup.find(wrapped[1]) != std::string::npos || backup.find(hex_of(wrapped[1])) != std::string::npos);
  if (is_postgres()) return;
  EXPECT_EQ(bytes_of_folder(folder_.path()).find(wrapped[0]), std::string::npos);
  EXPECT_EQ(name_in_backup(gone), "");
  EXPECT_EQ(name_in_backup(stays), kName);
}

TEST_P(PeopleTest, a_sealed_name_is_of_nobody_else) {
  const OrgId firm = org("某厂", "producer");
  const PersonId id = person("zhang", firm), other = person("li", firm);
  const auto done = store_->records().write([](sql::Connection& connection) {
    return connection.execute("UPDATE person SET name = (SELECT p.name FROM person p WHERE p.id = 2) WHERE id = 3");
  });
  ASSERT_TRUE(done.ok()) << done.error().text;
  EXPECT_EQ(account(id).name, kName);
  EXPECT_EQ(accounts_->account(other).error().code, "store.damaged");
}

// shows: T10
TEST_P(PeopleTest, an_erased_person_is_erased_again_after_an_old_copy_was_restored) {
  if (is_postgres()) GTEST_SKIP() << "a copy of a folder";
  const OrgId firm = org("某厂", "producer");
  const PersonId gone = person("zhang", firm);
  close();
  Folder old;
  std::filesystem::copy(folder_.path(), old.path(), std::filesystem::copy_options::recursive);
  open();
  const auto asked = request_erasure(at_this_machine(), {.person = gone}, "asked for it in writing", services());
  ASSERT_TRUE(asked.ok()) << asked.error().text;
  EXPECT_EQ(open_tasks(OrgId(1)), 1U) << "nobody above may approve what the machine asks for";
  ASSERT_TRUE(approve_erasure(approver(9), asked->id, services()).ok());
  const auto list = *list_erasures(at_this_machine().grant(identity::Act::kErasureRequest), "", 10, services());
  auto copy = std::move(*open_sqlite_warehouse(old.path(), clock_, {}));
  const auto accounts = make_account_store(copy->records(), copy->names());
  EXPECT_EQ((*accounts->account(gone))->name, kName);
  EXPECT_EQ(*repeat_erasures(at_this_machine(), *read_erasures_json(erasures_json(list, 10)),
                             *make_erasure_store(copy->records(), copy->eraser())),
            1);
  EXPECT_EQ((*accounts->account(gone))->name, "");
  EXPECT_FALSE((*accounts->account(gone))->member.is_active);
}

TEST_P(PeopleTest, a_person_is_erased_and_unmasked_by_who_reaches_their_organisation) {
  const OrgId firm = org("某厂", "producer"), other = org("别厂", "producer");
  const PersonId mine = person("zhang", firm), theirs = person("li", other), asks = person("wang", firm, {"producer"});
  EXPECT_EQ(ask_for(asks, theirs).error().code, "erasure.nothing");
  EXPECT_EQ(ask_for(asks, PersonId(77)).error().code, "erasure.nothing");
  const auto sneaked = request_erasure(at_this_machine(), {.event_id = person_subject(mine)},
                                       "named as if it were an event", services());
  EXPECT_EQ(sneaked.error().code, "erasure.nothing");
  ASSERT_TRUE(transfer_person(at_this_machine(), theirs, {.to = firm}, account_services()).ok());
  EXPECT_TRUE(ask_for(asks, theirs).ok()) << "they belong here now";
  UnmaskRequest wanted{{.person = mine}, "mobile", "called about a recall", "2026-7"};
  const Granted unmask_here = may(asks, identity::Act::kPersonalUnmask);
  EXPECT_THAT(*unmask(unmask_here, wanted, services()), ElementsAre(kMobile));
  wanted.field = "name";
  EXPECT_THAT(*unmask(unmask_here, wanted, services()), ElementsAre(kName));
  wanted.field = "login";
  EXPECT_EQ(unmask(unmask_here, wanted, services()).error().code, "unmask.field");
  wanted = {{.person = person("far", other)}, "name", "called about a recall", "2026-7"};
  EXPECT_EQ(unmask(unmask_here, wanted, services()).error().code, "unmask.nothing");
  const auto noted = entries("personal.unmask");
  ASSERT_THAT(noted, SizeIs(2));
  EXPECT_EQ(noted[0].target, person_subject(mine));
  EXPECT_THAT(noted[0].after, AllOf(HasSubstr("name"), HasSubstr("2026-7"), Not(HasSubstr(kName))));
}

// shows: T10, R23
TEST_P(PeopleTest, an_erasure_is_a_task_until_somebody_else_judged_it) {
  const OrgId firm = org("某厂", "producer");
  const PersonId mine = person("zhang", firm), asks = person("wang", firm, {"producer", "secadmin"});
  EXPECT_EQ(ask_for(asks, mine)->by.person, asks);
  EXPECT_EQ(open_tasks(firm), 1U) << "nobody else may: it waits where it was asked for";
  const PersonId approves = person("zhao", firm, {"secadmin"}), above = person("qian", OrgId(1), {"secadmin"});
  ASSERT_TRUE(above.value() > 0);
  const auto refused = *ask_for(asks, mine), withdrawn = *ask_for(asks, mine), done = *ask_for(asks, mine);
  EXPECT_EQ(open_tasks(firm), 4U);
  EXPECT_EQ(open_tasks(OrgId(1)), 0U) << "the nearest organisation that has somebody";

  EXPECT_EQ(refuse_erasure(judge(asks), refused.id, "still needed for a case", services()).error().code,
            "erasure.same_person");
  EXPECT_EQ(refuse_erasure(judge(approves), refused.id, "no", services()).error().code, "erasure.reason");
  const auto no = refuse_erasure(judge(approves), refused.id, "still needed for a case", services());
  ASSERT_TRUE(no.ok()) << no.error().text;
  EXPECT_THAT(erasure_json(*no), HasSubstr("still needed for a case"));
  EXPECT_EQ(approve_erasure(judge(approves), refused.id, services()).error().code, "erasure.ended");
  EXPECT_EQ(account(mine).name, kName);

  const Granted other = may(person("sun", firm, {"producer"}), identity::Act::kErasureRequest);
  EXPECT_EQ(withdraw_erasure(other, withdrawn.id, services()).error().code, "erasure.other_person");
  const Granted asking = may(asks, identity::Act::kErasureRequest);
  ASSERT_TRUE(withdraw_erasure(asking, withdrawn.id, services()).ok());
  EXPECT_EQ(approve_erasure(judge(approves), withdrawn.id, services()).error().code, "erasure.ended");
  EXPECT_EQ(withdraw_erasure(asking, withdrawn.id, services()).error().code, "erasure.ended");
  EXPECT_EQ(account(mine).name, kName);

  EXPECT_EQ(open_tasks(firm), 2U);
  ASSERT_TRUE(approve_erasure(judge(approves), done.id, services()).ok());
  EXPECT_EQ(refuse_erasure(judge(approves), done.id, "still needed for a case", services()).error().code,
            "erasure.done");
  EXPECT_EQ(open_tasks(firm), 1U);
  const auto closed = *tasks_->tasks({.org = firm, .open_only = false});
  // Ids of one millisecond stand in any order.
  const auto task =
      std::find_if(closed.begin(), closed.end(), [&](const Task& each) { return each.subject == done.id; });
  ASSERT_TRUE(task != closed.end());
  EXPECT_EQ(task->closed_by, approves);

  EXPECT_THAT(entries("erasure.request"), SizeIs(4));
  for (const auto& [act, id, who] : {std::tuple("erasure.refuse", refused.id, approves),
                                     {"erasure.withdraw", withdrawn.id, asks},
                                     {"erasure.approve", done.id, approves}}) {
    const auto noted = entries(act);
    ASSERT_THAT(noted, SizeIs(1)) << act << ": what was not done has no entry";
    EXPECT_EQ(noted[0].target, id);
    EXPECT_EQ(noted[0].person, who);
    EXPECT_THAT(noted[0].after, HasSubstr(person_subject(mine)));
  }
  const auto read = *read_erasures_json(
      erasures_json(*list_erasures(at_this_machine().grant(identity::Act::kErasureRequest), "", 10, services()), 10));
  ASSERT_THAT(read, SizeIs(4));
  std::map<std::string, Erasure> by_id;
  for (const Erasure& each : read) by_id[each.id] = each;
  EXPECT_EQ(by_id[refused.id].words, "still needed for a case");
  EXPECT_EQ(by_id[withdrawn.id].state, Erasure::State::kWithdrawn);
  EXPECT_EQ(by_id[done.id].ended_by.person, approves);
}

TEST_P(PeopleTest, the_own_document_is_read_in_the_clear_with_an_entry) {
  const auto sent = capture(json_document());
  const auto plain = capture(storage::items_document(1, 2));
  const auto read = [&](const std::string& job) {
    return read_original(at_this_machine(), job, *store_, &store_->personal(), audit_.get());
  };
  EXPECT_EQ(*read(sent.job), json_document());
  ASSERT_TRUE(read(plain.job).ok());
  const auto noted = entries("original.read");
  ASSERT_THAT(noted, SizeIs(1)) << "the other one is about nobody";
  EXPECT_EQ(noted[0].target, sent.job);
}

// ------------------------------------------------------------------------------------------------- another master key

// shows: T10
TEST_P(PeopleTest, another_master_key_opens_everything_and_the_old_one_nothing) {
  const OrgId firm = org("某厂", "producer");
  const PersonId id = person("zhang", firm), other = person("li", firm);
  const auto sent = capture(json_document());
  const auto wrapped = column(*connection(), "SELECT wrapped FROM subject_key ORDER BY number");
  ASSERT_GE(wrapped.size(), 4U);
  close();
  Folder elsewhere;
  const auto to = elsewhere.path() / "new", old = elsewhere.path() / "old";
  std::ofstream(to) << std::string(64, 'c') << "\n";
  const auto from = is_postgres() ? keys_.path() / "key" : folder_.path() / "secrets" / "master.key";
  std::filesystem::copy_file(from, old);
  const StoreAddress address =
      is_postgres() ? StoreAddress{"", storage::database_of(folder_.path())} : StoreAddress{folder_.path(), ""};
  const auto opened_with = [&](const std::filesystem::path& file) {
    auto store = is_postgres() ? open_postgres_warehouse(address.url, clock_, {.key_file = file})
                               : open_sqlite_warehouse(address.folder, clock_, {.key_file = file});
    return store ? std::string() : store.error().code;
  };
  KeyRotation rotation{from, to, !is_postgres(), 2};
  const pid_t child = ::fork();
  if (child == 0) {
    rotation.progress = [](std::int64_t) { ::raise(SIGKILL); };
    static_cast<void>(rotate_master_key(address, rotation));
    ::_exit(1);
  }
  int how = 0;
  ::waitpid(child, &how, 0);
  ASSERT_TRUE(WIFSIGNALED(how));
  EXPECT_EQ(opened_with(old), "secrets.two_keys");
  EXPECT_EQ(opened_with(to), "secrets.two_keys");
  const auto done = rotate_master_key(address, rotation);
  ASSERT_TRUE(done.ok()) << done.error().text;
  EXPECT_EQ(*done, static_cast<std::int64_t>(wrapped.size()));
  EXPECT_EQ(opened_with(old), "secrets.wrong_key");
  EXPECT_EQ(*rotate_master_key(address, rotation), *done) << "again, after it ended";
  if (is_postgres()) std::filesystem::copy_file(to, from, std::filesystem::copy_options::overwrite_existing);
  open();
  EXPECT_EQ(account(id).name, kName);
  EXPECT_EQ(account(other).mobile, kMobile);
  EXPECT_EQ(*store_->personal().sent_document(sent.job), json_document());
  if (is_postgres()) return;
  const std::string raw = bytes_of_folder(folder_.path());
  for (const std::string& key : wrapped) EXPECT_EQ(raw.find(key), std::string::npos);
}

// ------------------------------------------------------------------------------------------------- an older store

class OlderStoreTest : public PeopleTest {
 protected:
  // What version 0.1 of step 11 left: a person in the clear, and who unmasked what in a table of its own.
  static constexpr std::size_t kSteps = 11;
  static std::string insert_rows(bool is_postgres) {
    const auto bytes = [&](const std::string& text) {
      return is_postgres ? "'\\x" + hex_of(text) + "'::bytea" : "x'" + hex_of(text) + "'";
    };
    return "INSERT INTO account_state VALUES (1, 1);"
           "INSERT INTO person VALUES (2, 1, 'zhang', 1, 1, 0, " +
           bytes(kName) + ", " + bytes(kMobile) + "), (3, 1, 'li', 1, 1, 0, " + bytes("李") + ", " + bytes("") +
           ");"
           "INSERT INTO audit_state VALUES (1, 1, 0);"
           "INSERT INTO audit_entry (id, at, person, org, jurisdiction, via, credential, address, act, target_kind, "
           "target, outcome, reason, before, after, salt, trace_id, emergency) VALUES (1, 5, 7, 1, 0, 2, '', '', "
           "'mark.make', 'mark', 'm', 1, '', '', '', " +
           bytes("") +
           ", '', '');"
           "INSERT INTO unmasking VALUES ('u-1', 8, 7, 3, 330100, 'urn:event:1', 'suyuan:consumerName', "
           "'complaint \"7\"', 'case 7'), ('u-2', 9, 7, 3, 330100, 'urn:event:2', 'f', 'another one', 'case 8');"
           "INSERT INTO erasure VALUES ('e-1', 'urn:event:1', '17', 17, 'why', 5, 7, 3, 0, 6, 8, 3, 0), "
           "('e-2', 'urn:event:2', '18', 18, 'why', 5, 7, 3, 0, 0, 0, 0, 0);";
  }
  template <class Connection>
  static void make(Connection& connection, std::span<const Migration> steps, bool is_postgres) {
    const std::string integer = is_postgres ? "bigint" : "INTEGER", end = is_postgres ? "" : " STRICT";
    std::string script = "CREATE TABLE schema_step (number " + integer +
                         " PRIMARY KEY, name TEXT NOT NULL, sha256 TEXT NOT NULL)" + end + ";";
    for (const Migration& step : steps) {
      const int number = std::stoi(std::string(step.name.substr(0, 4)));
      if (number > static_cast<int>(kSteps)) break;
      script +=
          std::string(step.script) + fmt::format(";INSERT INTO schema_step VALUES ({}, '{}', '');", number, step.name);
    }
    const auto made = connection.execute(script + insert_rows(is_postgres));
    ASSERT_TRUE(made.ok()) << made.error().text << made.error().for_log;
  }
  void make_older() {
    close();
    if (is_postgres()) {
      older_ = std::make_unique<Folder>();
      auto own = std::move(*sql::open_postgres(storage::database_of(older_->path())));
      make(*own, postgres_migrations(), true);
    } else {
      older_ = std::make_unique<Folder>();
      auto own = std::move(*sql::open_sqlite(older_->path() / "suyuan.db", sql::Mode::kWrite));
      ASSERT_TRUE(own->execute("PRAGMA journal_mode = WAL").ok());
      make(*own, migrations(), false);
    }
  }
  std::unique_ptr<Store> open_older(const std::filesystem::path& key) {
    auto store = is_postgres()
                     ? open_postgres_warehouse(storage::database_of(older_->path()), clock_, {.key_file = key})
                     : open_sqlite_warehouse(older_->path(), clock_, {.key_file = key});
    EXPECT_TRUE(store.ok()) << store.error().text << store.error().for_log;
    return store ? std::move(*store) : nullptr;
  }

  std::unique_ptr<Folder> older_;
};

// shows: T10
TEST_P(OlderStoreTest, its_names_are_sealed_when_it_is_opened) {
  ASSERT_NO_FATAL_FAILURE(make_older());
  const auto store = open_older(keys_.path() / "key");
  ASSERT_TRUE(store);
  const auto accounts = make_account_store(store->records(), store->names());
  EXPECT_EQ((*accounts->account(PersonId(2)))->name, kName);
  EXPECT_EQ((*accounts->account(PersonId(2)))->mobile, kMobile);
  EXPECT_EQ((*accounts->account(PersonId(3)))->name, "李");
  EXPECT_EQ((*accounts->account(PersonId(3)))->mobile, "");
  EXPECT_THAT(*store->personal().keys_of("person/2"), SizeIs(1));
  if (is_postgres())
    expect_no_canary(dump_of(older_->path()));
  else
    expect_no_canary(bytes_of_folder(older_->path()));
}

// Nobody who upgrades is locked out for want of a key file.
TEST_P(OlderStoreTest, without_a_key_its_names_are_read_and_not_written) {
  if (!is_postgres()) GTEST_SKIP() << "a folder makes its key";
  ASSERT_NO_FATAL_FAILURE(make_older());
  const auto store = open_older({});
  ASSERT_TRUE(store);
  const auto accounts = make_account_store(store->records(), store->names());
  Account who = **accounts->account(PersonId(2));
  EXPECT_EQ(who.name, kName);
  who.name = "another";
  EXPECT_EQ(accounts->change(who, AuditEntry()).error().code, "secrets.no_key");
}

TEST_P(OlderStoreTest, who_unmasked_what_is_in_the_audit) {
  ASSERT_NO_FATAL_FAILURE(make_older());
  const auto store = open_older(keys_.path() / "key");
  ASSERT_TRUE(store);
  const auto audit = make_audit_store(store->records());
  const auto page = *audit->search({});
  ASSERT_THAT(page.entries, SizeIs(3));
  EXPECT_EQ(page.entries[1].id, 2);
  EXPECT_EQ(page.entries[1].act, "personal.unmask");
  EXPECT_EQ(page.entries[1].person, PersonId(7));
  EXPECT_EQ(page.entries[1].jurisdiction.division, 330100);
  EXPECT_EQ(page.entries[1].target, "urn:event:1");
  EXPECT_EQ(page.entries[1].reason, "complaint \"7\"");
  EXPECT_THAT(page.entries[1].after, AllOf(HasSubstr("suyuan:consumerName"), HasSubstr("case 7")));
  EXPECT_EQ(page.entries[0].id, 3);
  AuditEntry next = page.entries[0];
  EXPECT_TRUE(audit->append({next}).ok()) << "numbers go on";
  const auto erasures = *make_erasure_store(store->records(), store->eraser())->erasures("", 10);
  ASSERT_THAT(erasures, SizeIs(2));
  EXPECT_EQ(erasures[0].state, Erasure::State::kDone);
  EXPECT_EQ(erasures[1].state, Erasure::State::kWaiting);
}

const auto kEngines = testing::Values(Kind{"sqlite", false}, Kind{"postgres", true});
std::string name_of(const testing::TestParamInfo<Kind>& test) { return test.param.name; }
INSTANTIATE_TEST_SUITE_P(Engines, PeopleTest, kEngines, name_of);
INSTANTIATE_TEST_SUITE_P(Engines, OlderStoreTest, kEngines, name_of);

}  // namespace
}  // namespace suyuan::personal_test
