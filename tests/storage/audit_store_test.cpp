// SPDX-License-Identifier: Apache-2.0
#include "adapters/records/audit_store.h"

#include <gtest/gtest.h>

#include <atomic>
#include <thread>

#include "adapters/records/emergency_store.h"
#include "adapters/records/mark_store.h"
#include "adapters/records/query_store.h"
#include "adapters/records/task_store.h"
#include "app/audit/audit.h"
#include "app/audit/search.h"
#include "store_under_test.h"

// The audit on every engine: only ever added to, whoever asks for something else.
namespace suyuan::storage {
namespace {

constexpr Instant at(int second) { return Instant(std::chrono::seconds(1'800'000'000 + second)); }

class AuditStoreTest : public testing::TestWithParam<Engine> {
 protected:
  AuditStoreTest() {
    auto store = GetParam().open(folder_.path(), clock_);
    CHECK(store.ok());
    store_ = std::move(*store);
    audit_ = make_audit_store(store_->records());
  }

  static AuditEntry entry(int second, std::int64_t person = 5, std::int64_t org = 7, std::string act = "mark.make") {
    AuditEntry made;
    made.at = at(second);
    made.person = PersonId(person);
    made.org = OrgId(org);
    made.jurisdiction = {440305};
    made.via = identity::Via::kSession;
    made.credential = "s-1";
    made.from = "10.0.0.1";
    made.act = std::move(act);
    made.target_kind = "mark";
    made.target = "m-" + std::to_string(second);
    made.reason = "Because 缘由";
    made.after = R"({"x":1})";
    made.salt = std::string("\0\1\xff", 3);
    made.trace_id = "t";
    made.emergency = "e-1";
    return made;
  }
  static Task task_of(const Emergency& it) {
    return {.id = "t-" + it.id,
            .kind = std::string(kTaskReviewEmergency),
            .subject = it.id,
            .org = OrgId(3),
            .opened = it.begun};
  }
  std::vector<std::int64_t> found(const AuditStore::Search& search) {
    const auto page = audit_->search(search);
    EXPECT_TRUE(page.ok());
    std::vector<std::int64_t> ids;
    for (const AuditEntry& each : page->entries) ids.push_back(each.id);
    return ids;
  }
  Status execute(const std::string& statement) {
    return store_->records().write([&](sql::Connection& connection) { return connection.execute(statement); });
  }
  std::int64_t rows() {
    AuditStore::Search all;
    all.limit = 100'000;
    return static_cast<std::int64_t>(found(all).size());
  }

  Folder folder_;
  SystemClock clock_;
  std::unique_ptr<Store> store_;
  std::unique_ptr<AuditStore> audit_;
};

// shows: R1
TEST_P(AuditStoreTest, an_entry_comes_back_as_it_was_with_a_number_of_its_own) {
  ASSERT_TRUE(audit_->append({entry(1), entry(2)}).ok());
  ASSERT_TRUE(audit_->append({entry(3)}).ok());
  const auto page = audit_->search({});
  ASSERT_TRUE(page.ok());
  ASSERT_EQ(page->entries.size(), 3U);
  EXPECT_FALSE(page->next.has_value());
  AuditEntry expected = entry(3);
  expected.id = 3;
  EXPECT_EQ(page->entries[0], expected) << "newest first";
  EXPECT_EQ(page->entries[2].id, 1);
}

TEST_P(AuditStoreTest, the_first_entry_has_to_be_the_first) {
  const std::string none = GetParam().name.starts_with("sqlite") ? "x''" : "''";
  const auto insert = [&](int id) {
    return execute(fmt::format(
        "INSERT INTO audit_entry VALUES ({}, 0, 1, 1, 0, 1, '', '', 'x', '', '', 1, '', '', '', {}, '', '')", id,
        none));
  };
  EXPECT_FALSE(insert(5).ok());
  EXPECT_FALSE(insert(1).ok()) << "without having taken its number";
  EXPECT_EQ(rows(), 0);
}

// shows: R1
TEST_P(AuditStoreTest, nothing_is_changed_or_deleted_or_left_out_whatever_the_statement) {
  ASSERT_TRUE(audit_->append({entry(1), entry(2)}).ok());
  for (const std::string statement :
       {"UPDATE audit_entry SET reason = 'nothing' WHERE id = 1", "UPDATE audit_entry SET id = 9",
        "DELETE FROM audit_entry", "DELETE FROM audit_entry WHERE id = 2",
        "INSERT INTO audit_entry SELECT 77, at, person, org, jurisdiction, via, credential, address, act, target_kind, "
        "target, outcome, reason, before, after, salt, trace_id, emergency FROM audit_entry WHERE id = 1",
        "UPDATE audit_state SET pruned = 9000000000000000; DELETE FROM audit_entry"}) {
    EXPECT_FALSE(execute(statement).ok()) << statement;
  }
  const std::string other =
      GetParam().name.starts_with("sqlite")
          ? "INSERT OR REPLACE INTO audit_entry SELECT 2, 0, person, org, jurisdiction, via, credential, address, act, "
            "target_kind, target, outcome, 'forged', before, after, salt, trace_id, emergency FROM audit_entry WHERE "
            "id = 1"
          : "TRUNCATE audit_entry";
  EXPECT_FALSE(execute(other).ok());
  const auto page = audit_->search({});
  ASSERT_EQ(page->entries.size(), 2U);
  EXPECT_EQ(page->entries[0].reason, entry(2).reason);
}

TEST_P(AuditStoreTest, what_is_old_goes_when_it_is_pruned_and_the_pruning_is_an_entry) {
  const Instant now = clock_.now();
  std::vector<AuditEntry> entries;
  for (const int days : {400, 300, 200, 184, 182, 1}) {
    entries.push_back(entry(0));
    entries.back().at = now - std::chrono::days(days);
  }
  ASSERT_TRUE(audit_->append(entries).ok());
  EXPECT_FALSE(audit_->prune(now, 100, entry(0)).ok()) << "the database keeps six months, whatever it is told";
  EXPECT_EQ(rows(), 6);
  EXPECT_FALSE(execute("DELETE FROM audit_entry WHERE id = 1").ok()) << "old, but nobody pruned";
  const auto gone = prune_audit(*audit_, 250, clock_);
  ASSERT_TRUE(gone.ok());
  EXPECT_EQ(*gone, 2);
  AuditStore::Search search;
  search.act = "audit.prune";
  const auto notes = audit_->search(search);
  ASSERT_EQ(notes->entries.size(), 1U);
  EXPECT_NE(notes->entries[0].after.find(R"("entries":2)"), std::string::npos);
  EXPECT_EQ(notes->entries[0].id, 7);
  EXPECT_EQ(*prune_audit(*audit_, 1, clock_), 2) << "183 days at least";
  EXPECT_EQ(*prune_audit(*audit_, 1, clock_), 0);
  EXPECT_EQ(rows(), 4) << "nothing gone leaves no entry";
}

TEST_P(AuditStoreTest, a_search_asks_by_everything_and_goes_on_page_by_page) {
  std::vector<AuditEntry> entries;
  for (int i = 0; i < 60; ++i) {
    entries.push_back(entry(i / 3, 1 + i % 4, 10 + i % 5, i % 2 == 0 ? "mark.make" : "mark.lift"));
    entries.back().outcome = i % 6 == 0 ? AuditOutcome::kRefused : AuditOutcome::kAllowed;
    if (i == 31) entries.back().reason = "100%_Sure \\ 'x'";
  }
  ASSERT_TRUE(audit_->append(entries).ok());
  AuditStore::Search search;
  search.person = 2;
  EXPECT_EQ(found(search).size(), 15U);
  search.act = "mark.make";
  EXPECT_EQ(found(search).size(), 0U) << "person 2 only lifts";
  search = {};
  search.orgs = std::vector{OrgId(14), OrgId(10)};
  EXPECT_EQ(found(search).size(), 24U);
  search.orgs = std::vector{OrgId(12)};
  search.outcome = AuditOutcome::kRefused;
  EXPECT_EQ(found(search), (std::vector<std::int64_t>{43, 13}));
  search.orgs = std::vector<OrgId>();
  EXPECT_TRUE(found(search).empty());
  search = {};
  search.text = "100%_sUre \\ '";
  EXPECT_EQ(found(search), std::vector<std::int64_t>{32});
  search.text = "100_";
  EXPECT_TRUE(found(search).empty()) << "no letter stands for others";
  search = {};
  search.target_kind = "mark";
  search.target = "m-4";
  EXPECT_EQ(found(search), (std::vector<std::int64_t>{15, 14, 13}));
  search = {};
  search.from = at(2);
  search.until = at(4);
  EXPECT_EQ(found(search), (std::vector<std::int64_t>{12, 11, 10, 9, 8, 7}));

  search = {};
  search.limit = 7;
  std::vector<std::int64_t> all;
  for (;;) {
    const auto page = audit_->search(search);
    for (const AuditEntry& each : page->entries) all.push_back(each.id);
    if (!page->next) break;
    search.before = page->next;
  }
  ASSERT_EQ(all.size(), 60U);
  EXPECT_TRUE(std::is_sorted(all.rbegin(), all.rend()));
}

TEST_P(AuditStoreTest, a_page_looks_at_a_bounded_number_and_says_where_it_ended) {
  std::vector<AuditEntry> entries;
  for (int i = 0; i < 1000; ++i) entries.push_back(entry(i, 1, i == 0 ? 8 : 9));
  ASSERT_TRUE(audit_->append(entries).ok());
  AuditStore::Search search;
  search.orgs = std::vector{OrgId(8), OrgId(80)};
  search.look_at = 300;
  int pages = 0;
  for (;; ++pages) {
    const auto page = audit_->search(search);
    ASSERT_TRUE(page.ok());
    if (!page->entries.empty()) {
      EXPECT_EQ(page->entries[0].id, 1);
      break;
    }
    ASSERT_TRUE(page->next.has_value());
    search.before = page->next;
  }
  EXPECT_LE(pages, 3);
}

TEST_P(AuditStoreTest, who_append_at_the_same_time_get_numbers_without_gaps) {
  std::atomic<int> refused = 0;
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&, t] {
      for (int i = 0; i < 20; ++i) {
        if (i % 5 == 4) {  // a change that is refused after it took its number
          const auto undone = store_->records().write([&](sql::Connection& connection) -> Status {
            if (auto done = append_audit(connection, entry(i)); !done) return done;
            return Error{ErrorKind::kConflict, "test.undone", "x"};
          });
          if (!undone.ok()) ++refused;
        } else {
          EXPECT_TRUE(audit_->append({entry(i, t + 1)}).ok());
        }
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(refused, 16);
  AuditStore::Search all;
  all.limit = 1000;
  std::vector<std::int64_t> ids = found(all);
  std::sort(ids.begin(), ids.end());
  ASSERT_EQ(ids.size(), 64U);
  EXPECT_EQ(ids.front(), 1);
  EXPECT_EQ(ids.back(), 64);
}

// shows: R1
TEST_P(AuditStoreTest, a_change_and_its_entry_are_there_together_or_not_at_all) {
  const auto queries = make_query_store(store_->records());
  const NamedQuery query{"q", "{}", local_actor(), at(0)};
  ASSERT_TRUE(queries->add(query, entry(1, 5, 7, "query.define")).ok());
  EXPECT_FALSE(queries->add(query, entry(2, 5, 7, "query.define")).ok());
  EXPECT_EQ(rows(), 1) << "a refused change has no entry of having been made";
  EXPECT_FALSE(queries->remove_query({OrgId(1), "other"}, entry(3, 5, 7, "query.remove")).ok());
  Subscription subscription;
  subscription.id = "s";
  subscription.query = "q";
  ASSERT_TRUE(queries->add(subscription, entry(4, 5, 7, "subscription.make")).ok());
  ASSERT_TRUE(queries->remove_subscription("s", entry(5, 5, 7, "subscription.end")).ok());
  ASSERT_TRUE(queries->remove_query({OrgId(1), "q"}, entry(6, 5, 7, "query.remove")).ok());
  EXPECT_EQ(rows(), 4);

  ASSERT_TRUE(queries->add(query, entry(7, 5, 7, "query.define")).ok());
  ASSERT_TRUE(execute("UPDATE audit_state SET last = 2").ok());  // the next number is taken
  EXPECT_FALSE(queries->remove_query({OrgId(1), "q"}, entry(8, 5, 7, "query.remove")).ok());
  EXPECT_TRUE(queries->query({OrgId(1), "q"})->has_value()) << "what cannot be written down is not done";
}

TEST_P(AuditStoreTest, searches_are_audited_and_stay_within_the_scope) {
  ASSERT_TRUE(audit_->append({entry(1, 5, 7), entry(2, 6, 8), entry(3, 6, 9)}).ok());
  identity::Organisation body, below, other;
  body.id = OrgId(7), below.id = OrgId(8), other.id = OrgId(9);
  for (identity::Organisation* each : {&body, &below, &other}) each->kind = identity::OrgKind::kRegulator;
  below.superior = OrgId(7);
  auto directory = identity::Directory::make({body, below, other}, {});
  ASSERT_TRUE(directory.ok());
  struct Source : DirectorySource {
    std::shared_ptr<const identity::Directory> is;
    std::shared_ptr<const identity::Directory> directory() override { return is; }
  } source;
  source.is = *directory;
  const Authorizer authorizer(source, clock_);
  identity::Principal auditor;
  auditor.actor = {PersonId(70), OrgId(7), Jurisdiction{440000}};
  auditor.roles = {identity::Role::kAuditor};
  auditor.via = identity::Via::kSession;
  auditor.trace_id = "0af7";
  const auto granted = authorizer.grant(auditor, identity::Act::kAuditRead);
  ASSERT_TRUE(granted.ok());
  AuditQuestion question;
  question.text = "because";
  const auto answer = search_audit(*granted, question, {*audit_, clock_});
  ASSERT_TRUE(answer.ok());
  ASSERT_EQ(answer->entries.size(), 2U);
  EXPECT_EQ(answer->entries[0].org, OrgId(8));
  EXPECT_EQ(answer->entries[0].id, 0) << "a number tells how much others do";
  AuditStore::Search search;
  search.act = "audit.read";
  const auto searches = audit_->search(search);
  ASSERT_EQ(searches->entries.size(), 1U);
  EXPECT_EQ(searches->entries[0].person, auditor.actor.person);
  EXPECT_EQ(searches->entries[0].trace_id, "0af7");
  EXPECT_NE(searches->entries[0].after.find(R"("text":"because")"), std::string::npos);
  EXPECT_EQ(audit_json(*answer).find(R"("salt")"), std::string::npos);

  auditor.roles = {identity::Role::kOfficer};
  EXPECT_EQ(authorizer.grant(auditor, identity::Act::kAuditRead).error().code, "access.denied");
}

TEST_P(AuditStoreTest, pages_of_one_instant_lose_and_repeat_nothing) {
  std::vector<AuditEntry> entries(25, entry(1));
  entries.insert(entries.begin(), entry(0));
  entries.push_back(entry(2));
  ASSERT_TRUE(audit_->append(entries).ok());
  AuditQuestion question;
  question.from = at(0);
  question.until = at(100);
  question.limit = 4;
  std::vector<std::int64_t> ids;
  for (int pages = 0; pages < 20; ++pages) {
    const auto answer = search_audit(at_this_machine(), question, {*audit_, clock_});
    ASSERT_TRUE(answer.ok()) << answer.error().text;
    for (const AuditEntry& each : answer->entries) ids.push_back(each.id);
    question.token = answer->next_token;
    if (question.token.empty()) break;
  }
  std::vector<std::int64_t> expected;
  for (std::int64_t id = 27; id > 0; --id) expected.push_back(id);
  EXPECT_EQ(ids, expected);
}

TEST_P(AuditStoreTest, hostile_questions_are_refused_by_what_is_wrong_with_them) {
  const auto code = [&](const AuditQuestion& question) {
    const auto answer = search_audit(at_this_machine(), question, {*audit_, clock_});
    return answer.ok() ? "ok" : answer.error().code;
  };
  for (const std::string token : {"x", "1", "1.", ".1", "1.2.3", "-1.-1", "1.99999999999999999999", "1.10001",
                                  "99999999999999999999.0", "1.0 ", "' OR 1=1 --.1", "9223372036854775807.0"}) {
    AuditQuestion question;
    question.token = token;
    EXPECT_EQ(code(question), "audit.token") << token;
  }
  AuditQuestion question;
  question.text = std::string(201, 'x');
  EXPECT_EQ(code(question), "audit.question");
  question = {};
  question.text = "\xff";
  EXPECT_EQ(code(question), "audit.question");
  question = {};
  question.target = "x";
  EXPECT_EQ(code(question), "audit.question");
  question = {};
  question.outcome = "allowed'";
  EXPECT_EQ(code(question), "audit.question");
  question = {};
  question.limit = 1001;
  EXPECT_EQ(code(question), "audit.question");
  question = {};
  question.act = "'; DROP TABLE audit_entry; --";
  EXPECT_EQ(code(question), "ok");
  question = {};
  question.from = question.until = at(1);
  EXPECT_EQ(code(question), "audit.question");
}

// shows: T10
TEST_P(AuditStoreTest, csv_holds_every_entry_and_no_formula) {
  std::vector<AuditEntry> entries(2500, entry(1));
  for (const std::string_view formula : {"=1+1", "@SUM(A1)", "+1", "-1", "\"a\",b", " =cmd|x"}) {
    entries.push_back(entry(2));
    entries.back().reason = formula;
    entries.back().target = formula;
  }
  ASSERT_TRUE(audit_->append(entries).ok());
  std::string csv;
  AuditQuestion question;
  question.from = at(0);
  question.until = at(1000);
  ASSERT_TRUE(
      audit_csv(at_this_machine(), question, {*audit_, clock_}, [&](std::string_view text) { csv += text; }).ok());
  EXPECT_EQ(std::count(csv.begin(), csv.end(), '\n'), 2507);
  for (const std::string_view start : {",=", ",@", ",+", ",-", "\n=", ", ="})
    EXPECT_EQ(csv.find(start), std::string::npos) << start;
  EXPECT_NE(csv.find("'=1+1"), std::string::npos);
}

TEST_P(AuditStoreTest, one_emergency_at_a_time_and_one_review) {
  const auto emergencies = make_emergency_store(store_->records());
  Emergency it;
  it.id = "e1";
  it.actor = {PersonId(5), OrgId(7), Jurisdiction{440305}};
  it.place = {110101};
  it.reason = "食物中毒";
  it.begun = at(0);
  it.ends = at(3600);
  ASSERT_TRUE(emergencies->add(it, task_of(it), entry(0, 5, 7, "emergency.use")).ok());
  EXPECT_EQ(**emergencies->emergency("e1"), it);
  Emergency second = it;
  second.id = "e2";
  second.begun = at(3599);
  EXPECT_EQ(emergencies->add(second, task_of(second), entry(1)).error().code, "emergency.running");
  EXPECT_EQ((*emergencies->running(PersonId(5), at(3599)))->id, "e1");
  EXPECT_FALSE(emergencies->running(PersonId(5), at(3600))->has_value());
  EXPECT_FALSE(emergencies->running(PersonId(6), at(1))->has_value());
  second.begun = at(3600);
  second.ends = at(7200);
  ASSERT_TRUE(emergencies->add(second, task_of(second), entry(2)).ok());
  const Emergency::Review review{PersonId(9), OrgId(3), at(9000), true, "好"};
  ASSERT_TRUE(emergencies->review("e1", review, entry(3)).ok());
  EXPECT_EQ((*emergencies->emergency("e1"))->review, review);
  EXPECT_EQ(emergencies->review("e1", review, entry(4)).error().code, "emergency.reviewed");
  EXPECT_EQ(emergencies->review("e9", review, entry(4)).error().code, "emergency.unknown");
  EXPECT_EQ(emergencies->emergencies("", 10, false)->size(), 2U);
  EXPECT_EQ(emergencies->emergencies("", 10, true)->front().id, "e2");
  EXPECT_EQ(emergencies->emergencies("e1", 10, false)->size(), 1U);
  EXPECT_EQ(rows(), 3);
  const auto tasks = *make_task_store(store_->records())->tasks({.open_only = false});
  ASSERT_EQ(tasks.size(), 2U) << "what was refused opened none";
  EXPECT_EQ(tasks[0].subject, "e1");
  EXPECT_EQ(tasks[0].closed, at(9000));
  EXPECT_EQ(tasks[0].closed_by, PersonId(9));
  EXPECT_FALSE(tasks[1].closed) << "not reviewed yet";
}

TEST_P(AuditStoreTest, a_person_who_asks_twice_at_once_gets_one_emergency) {
  const auto emergencies = make_emergency_store(store_->records());
  std::atomic<int> got = 0;
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&, t] {
      Emergency it;
      it.id = "e" + std::to_string(t);
      it.actor.person = PersonId(5);
      it.begun = at(0);
      it.ends = at(60);
      if (emergencies->add(it, task_of(it), entry(t)).ok()) ++got;
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(got, 1);
}

INSTANTIATE_TEST_SUITE_P(Engines, AuditStoreTest,
                         testing::ValuesIn(with_citus({sqlite("sqlite", {}), postgres("postgres", {})})),
                         [](const auto& engine) { return engine.param.name; });

}  // namespace
}  // namespace suyuan::storage
