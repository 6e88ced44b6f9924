// SPDX-License-Identifier: Apache-2.0
#include "adapters/records/credential_store.h"

#include <gtest/gtest.h>

#include <thread>

#include "adapters/records/audit_store.h"
#include "store_under_test.h"

namespace suyuan::storage {
namespace {

using namespace std::chrono_literals;

constexpr Instant at(std::int64_t second) { return Instant(std::chrono::seconds(1'800'000'000 + second)); }
const PersonId kSomebody(7), kOther(8);

class CredentialStoreTest : public testing::TestWithParam<Engine> {
 protected:
  CredentialStoreTest() {
    auto store = GetParam().open(folder_.path(), clock_);
    CHECK(store.ok());
    store_ = std::move(*store);
    credentials_ = make_credential_store(store_->records());
  }

  Folder folder_;
  SystemClock clock_;
  std::unique_ptr<Store> store_;
  std::unique_ptr<CredentialStore> credentials_;
};

TEST_P(CredentialStoreTest, a_password_has_those_before_it_up_to_the_kept_ones) {
  EXPECT_FALSE(credentials_->password(kSomebody)->has_value());
  for (int i = 0; i < 5; ++i)
    ASSERT_TRUE(credentials_->set_password(kSomebody, "h" + std::to_string(i), at(i), 2, AuditEntry()).ok());
  ASSERT_TRUE(credentials_->set_password(kOther, "x", at(9), 5, AuditEntry()).ok());
  const PasswordRecord now = **credentials_->password(kSomebody);
  EXPECT_EQ(now.hash, "h4");
  EXPECT_EQ(now.set_at, at(4));
  EXPECT_EQ(now.earlier, (std::vector<std::string>{"h3", "h2"}));
  ASSERT_TRUE(credentials_->rehash(kSomebody, "h3", "wrong").ok());
  EXPECT_EQ((*credentials_->password(kSomebody))->hash, "h4") << "it was changed in between";
  ASSERT_TRUE(credentials_->rehash(kSomebody, "h4", "again").ok());
  EXPECT_EQ((*credentials_->password(kSomebody))->hash, "again");
  EXPECT_EQ((*credentials_->password(kSomebody))->set_at, at(4));
  ASSERT_TRUE(credentials_->set_password(kSomebody, "h5", at(5), 0, AuditEntry()).ok());
  EXPECT_TRUE((*credentials_->password(kSomebody))->earlier.empty());
}

TEST_P(CredentialStoreTest, a_step_and_a_recovery_code_count_once) {
  const std::string sealed(
      "\0\xff"
      "box",
      5);
  ASSERT_TRUE(credentials_->set_totp(kSomebody, {sealed, 10, true}, {sha256("a"), sha256("b")}, AuditEntry()).ok());
  EXPECT_EQ((*credentials_->totp(kSomebody))->sealed, sealed);
  EXPECT_FALSE(*credentials_->use_totp(kSomebody, 10));
  EXPECT_FALSE(*credentials_->use_totp(kSomebody, 9));
  EXPECT_TRUE(*credentials_->use_totp(kSomebody, 11));
  EXPECT_FALSE(*credentials_->use_totp(kSomebody, 11));
  EXPECT_FALSE(*credentials_->use_totp(kOther, 12));
  EXPECT_EQ(*credentials_->recovery_left(kSomebody), 2);
  EXPECT_FALSE(*credentials_->use_recovery(kOther, sha256("a")));
  EXPECT_TRUE(*credentials_->use_recovery(kSomebody, sha256("a")));
  EXPECT_FALSE(*credentials_->use_recovery(kSomebody, sha256("a")));
  EXPECT_EQ(*credentials_->recovery_left(kSomebody), 1);
  ASSERT_TRUE(credentials_->drop_totp(kSomebody, AuditEntry()).ok());
  EXPECT_FALSE(credentials_->totp(kSomebody)->has_value());
  EXPECT_FALSE(*credentials_->use_recovery(kSomebody, sha256("b")));
}

TEST_P(CredentialStoreTest, a_session_replaces_another_in_one_moment_and_only_its_person_ends_it) {
  const SessionRecord first{"s1", kSomebody, at(0), at(0), at(1000), SessionRecord::How::kPassword, "192.0.2.1"};
  SessionRecord second = first;
  second.id = "s2";
  second.created = second.seen = at(1);
  second.how = SessionRecord::How::kPasswordAndCode;
  ASSERT_TRUE(credentials_->add_session(sha256("t1"), first, {}, AuditEntry()).ok());
  EXPECT_EQ(*credentials_->session(sha256("t1")), first);
  EXPECT_FALSE(credentials_->session(sha256("t2"))->has_value());
  ASSERT_TRUE(credentials_->add_session(sha256("t2"), second, sha256("t1"), AuditEntry()).ok());
  EXPECT_FALSE(credentials_->session(sha256("t1"))->has_value());
  ASSERT_TRUE(credentials_->seen_session(sha256("t2"), at(60)).ok());
  ASSERT_TRUE(credentials_->seen_session(sha256("t2"), at(50)).ok());
  EXPECT_EQ((*credentials_->session(sha256("t2")))->seen, at(60)) << "never back";
  ASSERT_TRUE(credentials_->add_session(sha256("t1"), first, {}, AuditEntry()).ok());
  const auto listed = *credentials_->sessions(kSomebody);
  ASSERT_EQ(listed.size(), 2U);
  EXPECT_EQ(listed[0].id, "s2");
  EXPECT_FALSE(*credentials_->end_session(kOther, "s2", AuditEntry())) << "another person's";
  EXPECT_TRUE(*credentials_->end_session(kSomebody, "s2", AuditEntry()));
  EXPECT_FALSE(*credentials_->end_session(kSomebody, "s2", AuditEntry()));
  ASSERT_TRUE(credentials_->add_session(sha256("t2"), second, {}, AuditEntry()).ok());
  EXPECT_EQ(*credentials_->end_sessions(kSomebody, "s1", nullptr), 1);
  EXPECT_EQ(*credentials_->end_sessions(kSomebody, "", nullptr), 1);
  EXPECT_TRUE(credentials_->sessions(kSomebody)->empty());
}

TEST_P(CredentialStoreTest, a_key_comes_back_as_it_was_and_is_revoked_once) {
  ApiKeyRecord key{"k1",
                   sha256("secret"),
                   OrgId(3),
                   identity::Role::kSeller,
                   identity::Acts::all(),
                   "扫码枪 \"1\"",
                   at(0),
                   at(100),
                   kSomebody,
                   {},
                   0};
  ASSERT_TRUE(credentials_->add(key, AuditEntry()).ok());
  EXPECT_EQ(*credentials_->key("k1"), key);
  EXPECT_FALSE(credentials_->key("k2")->has_value());
  ASSERT_TRUE(credentials_->used_key("k1", 20000).ok());
  EXPECT_EQ((*credentials_->key("k1"))->used_day, 20000);
  EXPECT_TRUE(*credentials_->revoke_key("k1", at(5), AuditEntry()));
  EXPECT_FALSE(*credentials_->revoke_key("k1", at(6), AuditEntry()));
  EXPECT_EQ((*credentials_->key("k1"))->revoked, at(5));
  key.id = "k2";
  ASSERT_TRUE(credentials_->add(key, AuditEntry()).ok());
  EXPECT_EQ(credentials_->keys(OrgId(3), "", 10)->size(), 2U);
  EXPECT_EQ(credentials_->keys(OrgId(3), "k1", 10)->front().id, "k2");
  EXPECT_TRUE(credentials_->keys(OrgId(4), "", 10)->empty());
}

TEST_P(CredentialStoreTest, of_many_who_open_a_link_one_gets_in) {
  ASSERT_TRUE(credentials_->add(sha256("l"), {LinkRecord::Kind::kPassword, kSomebody, at(100), {}}, AuditEntry()).ok());
  std::atomic<int> in = 0;
  {
    std::vector<std::jthread> threads;
    for (int i = 0; i < 8; ++i)
      threads.emplace_back([&] { in += *credentials_->use_link(sha256("l"), at(1)) ? 1 : 0; });
  }
  EXPECT_EQ(in, 1);
  EXPECT_EQ((*credentials_->link(sha256("l")))->used, at(1));
  ASSERT_TRUE(credentials_->give_back_link(sha256("l")).ok());
  EXPECT_FALSE(*credentials_->use_link(sha256("l"), at(100))) << "expired";
  EXPECT_FALSE(*credentials_->use_link(sha256("none"), at(1)));
  ASSERT_TRUE(credentials_->drop_links(LinkRecord::Kind::kSetUp, {}).ok());
  EXPECT_TRUE(credentials_->link(sha256("l"))->has_value());
  ASSERT_TRUE(credentials_->drop_links(LinkRecord::Kind::kPassword, kSomebody).ok());
  EXPECT_FALSE(credentials_->link(sha256("l"))->has_value());
}

TEST_P(CredentialStoreTest, attempts_at_once_are_all_counted_and_one_that_waits_counts_nothing) {
  const credential::AttemptRule rule{.free = 5, .quiet = 900s, .first_wait = 30s, .longest_wait = 900s};
  const std::vector<AttemptKey> keys = {{AttemptKey::By::kAccount, sha256("a"), {.free = 100}},
                                        {AttemptKey::By::kAccountAndAddress, sha256("a 1"), rule}};
  std::atomic<int> heard = 0;
  {
    std::vector<std::jthread> threads;
    for (int i = 0; i < 12; ++i)
      threads.emplace_back([&] { heard += credentials_->charge(keys, at(0))->has_value() ? 0 : 1; });
  }
  EXPECT_EQ(heard, 5);
  EXPECT_EQ(*credentials_->charge(keys, at(29)), at(30));
  EXPECT_EQ(*credentials_->charge(keys, at(30)), std::nullopt) << "the sixth, heard after its wait";
  EXPECT_EQ(*credentials_->charge(keys, at(31)), at(90));
  const std::vector<AttemptKey> elsewhere = {keys[0], {AttemptKey::By::kAccountAndAddress, sha256("a 2"), rule}};
  EXPECT_EQ(*credentials_->charge(elsewhere, at(31)), std::nullopt);
  ASSERT_TRUE(credentials_->take_back(keys).ok());
  EXPECT_EQ(*credentials_->charge(keys, at(31)), std::nullopt) << "one less, and open as it was";
  EXPECT_EQ(*credentials_->charge(keys, at(31)), at(91)) << "those before it count";
  ASSERT_TRUE(credentials_->forgive(keys).ok());
  EXPECT_EQ(*credentials_->charge(keys, at(32)), std::nullopt);
}

TEST_P(CredentialStoreTest, what_is_over_is_swept_away_and_nothing_else) {
  const SessionRecord base{"s", kSomebody, at(0), at(0), at(1000), SessionRecord::How::kPassword, ""};
  SessionRecord idle = base, over = base, live = base;
  idle.id = "idle";
  idle.seen = at(10);
  over.id = "over";
  over.seen = at(400);
  over.ends = at(500);
  live.id = "live";
  live.seen = at(400);
  ASSERT_TRUE(credentials_->add_session(sha256("1"), idle, {}, AuditEntry()).ok());
  ASSERT_TRUE(credentials_->add_session(sha256("2"), over, {}, AuditEntry()).ok());
  ASSERT_TRUE(credentials_->add_session(sha256("3"), live, {}, AuditEntry()).ok());
  ASSERT_TRUE(credentials_->add(sha256("l"), {LinkRecord::Kind::kSetUp, {}, at(499), {}}, AuditEntry()).ok());
  ASSERT_TRUE(credentials_->sweep(at(500), at(300)).ok());
  const auto left = *credentials_->sessions(kSomebody);
  ASSERT_EQ(left.size(), 1U);
  EXPECT_EQ(left[0].id, "live");
  EXPECT_TRUE(credentials_->link(sha256("l"))->has_value());
  ASSERT_TRUE(credentials_->sweep(at(500 + 24 * 3600), at(0)).ok());
  EXPECT_FALSE(credentials_->link(sha256("l"))->has_value());
}

// shows: T10, R1
TEST_P(CredentialStoreTest, each_change_and_its_entry_are_there_together_or_not_at_all) {
  const auto audit = make_audit_store(store_->records());
  std::int64_t known = 0;
  const auto acts = [&] {
    AuditStore::Search search;
    search.limit = 1000;
    const auto page = audit->search(search);
    std::vector<std::string> found;
    for (const AuditEntry& each : page->entries)
      if (each.id > known) found.insert(found.begin(), each.act + each.after);
    known += static_cast<std::int64_t>(found.size());
    return found;
  };
  const auto entry = [](const std::string& act) {
    AuditEntry made;
    made.at = at(1);
    made.act = act;
    return made;
  };
  const SessionRecord session{"s", kSomebody, at(1), at(1), at(1000), SessionRecord::How::kPassword, "a"};
  const LinkRecord link{LinkRecord::Kind::kPassword, kSomebody, at(100), {}};
  ApiKeyRecord key;
  key.id = "k";
  ASSERT_TRUE(credentials_->set_password(kSomebody, "hash", at(1), 1, entry("password")).ok());
  ASSERT_TRUE(credentials_->set_totp(kSomebody, {"sealed", 1, true}, {sha256("a")}, entry("totp")).ok());
  ASSERT_TRUE(credentials_->add_session(sha256("t"), session, {}, entry("session")).ok());
  ASSERT_TRUE(credentials_->add(key, entry("key")).ok());
  ASSERT_TRUE(credentials_->add(sha256("l"), link, entry("link")).ok());
  EXPECT_EQ(acts(), (std::vector<std::string>{"password", "totp", "session", "key", "link"}));
  ASSERT_TRUE(credentials_->offer_totp(kOther, {"sealed", 0, false}).ok());
  EXPECT_FALSE(*credentials_->end_session(kOther, "s", entry("end")));
  EXPECT_EQ(*credentials_->end_sessions(kOther, "", nullptr), 0);
  const AuditEntry none = entry("end");
  EXPECT_EQ(*credentials_->end_sessions(kOther, "", &none), 0);
  ASSERT_TRUE(credentials_->end_session(sha256("none"), entry("end")).ok());
  EXPECT_FALSE(*credentials_->revoke_key("none", at(2), entry("revoke")));
  EXPECT_TRUE(acts().empty()) << "nothing changed";
  const auto execute = [&](const std::string& statement) {
    ASSERT_TRUE(
        store_->records().write([&](sql::Connection& connection) { return connection.execute(statement); }).ok());
  };
  execute("UPDATE audit_state SET last = last - 1");  // the next number is taken: no entry can be written
  key.id = "k2";
  EXPECT_FALSE(credentials_->set_password(kOther, "hash", at(1), 1, entry("password")).ok());
  EXPECT_FALSE(credentials_->set_totp(kOther, {"other", 1, true}, {}, entry("totp")).ok());
  EXPECT_FALSE(credentials_->drop_totp(kSomebody, entry("drop")).ok());
  EXPECT_FALSE(credentials_->add_session(sha256("t2"), session, sha256("t"), entry("session")).ok());
  EXPECT_FALSE(credentials_->end_session(sha256("t"), entry("end")).ok());
  EXPECT_FALSE(credentials_->end_session(kSomebody, "s", entry("end")).ok());
  EXPECT_FALSE(credentials_->end_sessions(kSomebody, "", &none).ok());
  EXPECT_FALSE(credentials_->end_all(kSomebody, entry("all")).ok());
  EXPECT_FALSE(credentials_->add(key, entry("key")).ok());
  EXPECT_FALSE(credentials_->revoke_key("k", at(2), entry("revoke")).ok());
  EXPECT_FALSE(credentials_->add(sha256("l2"), link, entry("link")).ok());
  execute("UPDATE audit_state SET last = last + 1");
  EXPECT_TRUE(acts().empty());
  EXPECT_FALSE(credentials_->password(kOther)->has_value());
  EXPECT_EQ((*credentials_->totp(kOther))->sealed, "sealed");
  EXPECT_EQ(*credentials_->recovery_left(kSomebody), 1);
  EXPECT_EQ(credentials_->sessions(kSomebody)->size(), 1U);
  EXPECT_TRUE(credentials_->session(sha256("t"))->has_value());
  EXPECT_FALSE(credentials_->key("k2")->has_value());
  EXPECT_FALSE((*credentials_->key("k"))->revoked);
  EXPECT_TRUE(credentials_->link(sha256("l"))->has_value());
  EXPECT_FALSE(credentials_->link(sha256("l2"))->has_value());
  ASSERT_TRUE(credentials_->add(sha256("l2"), link, entry("link")).ok());
  EXPECT_FALSE(credentials_->link(sha256("l"))->has_value()) << "in its place";
  AuditEntry by = entry("all");
  by.after = R"({"actingFor":"7"})";
  EXPECT_EQ(*credentials_->end_all(kSomebody, by), 1);
  EXPECT_FALSE(credentials_->link(sha256("l2"))->has_value());
  EXPECT_EQ(*credentials_->end_all(kSomebody, entry("all")), 0);
  ASSERT_TRUE(credentials_->drop_totp(kSomebody, entry("drop")).ok());
  ASSERT_TRUE(credentials_->drop_totp(kSomebody, entry("drop")).ok());
  EXPECT_EQ(acts(),
            (std::vector<std::string>{"link", R"(all{"sessions":1,"actingFor":"7"})", R"(all{"sessions":0})", "drop"}));
}

INSTANTIATE_TEST_SUITE_P(Engines, CredentialStoreTest,
                         testing::ValuesIn(with_citus({sqlite("sqlite", {}), postgres("postgres", {})})),
                         [](const auto& engine) { return engine.param.name; });

}  // namespace
}  // namespace suyuan::storage
