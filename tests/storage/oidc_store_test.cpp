// SPDX-License-Identifier: Apache-2.0
#include "adapters/records/oidc_store.h"

#include <gtest/gtest.h>

#include <atomic>
#include <thread>

#include "store_under_test.h"

namespace suyuan::storage {
namespace {

constexpr Instant at(int second) { return Instant(std::chrono::seconds(1'800'000'000 + second)); }
constexpr std::size_t kMost = 3;

class OidcStoreTest : public testing::TestWithParam<Engine> {
 protected:
  OidcStoreTest() {
    auto store = GetParam().open(folder_.path(), clock_);
    CHECK(store.ok());
    store_ = std::move(*store);
    oidc_ = make_oidc_store(store_->records());
  }
  // 32 bytes, NUL and what is no UTF-8 among them.
  static std::string digest(char of) { return std::string(30, of) + '\0' + '\xFF'; }
  static OidcState state(char of, int until) {
    return {digest(of), digest('B'), "nonce", "verifier", "/t/1?x=\xE7\xA0\x81", at(until)};
  }
  bool is_there(char of) { return oidc_->take(digest(of), digest('B'))->has_value(); }

  Folder folder_;
  SystemClock clock_;
  std::unique_ptr<Store> store_;
  std::unique_ptr<OidcStore> oidc_;
};

// shows: R1
TEST_P(OidcStoreTest, a_sign_in_comes_back_whole_once_and_only_to_its_browser) {
  ASSERT_TRUE(oidc_->keep(state('1', 600), at(0), kMost).ok());
  EXPECT_FALSE(oidc_->take(digest('1'), digest('C'))->has_value());
  EXPECT_FALSE(oidc_->take(digest('2'), digest('B'))->has_value());
  const auto taken = *oidc_->take(digest('1'), digest('B'));
  ASSERT_TRUE(taken.has_value());
  EXPECT_EQ(taken->nonce, "nonce");
  EXPECT_EQ(taken->verifier, "verifier");
  EXPECT_EQ(taken->return_path, "/t/1?x=\xE7\xA0\x81");
  EXPECT_EQ(taken->until, at(600));
  EXPECT_FALSE(is_there('1'));
}

TEST_P(OidcStoreTest, of_many_at_once_one_gets_it) {
  ASSERT_TRUE(oidc_->keep(state('1', 600), at(0), kMost).ok());
  std::atomic<int> got = 0;
  std::vector<std::thread> all;
  for (int i = 0; i < 4; ++i) {
    all.emplace_back([&] {
      const auto taken = oidc_->take(digest('1'), digest('B'));
      if (taken && taken->has_value()) ++got;
    });
  }
  for (std::thread& each : all) each.join();
  EXPECT_EQ(got, 1);
}

TEST_P(OidcStoreTest, what_is_over_and_the_oldest_of_too_many_go) {
  ASSERT_TRUE(oidc_->keep(state('1', 10), at(0), kMost).ok());
  ASSERT_TRUE(oidc_->keep(state('2', 20), at(0), kMost).ok());
  ASSERT_TRUE(oidc_->keep(state('3', 30), at(10), kMost).ok());
  EXPECT_FALSE(is_there('1')) << "over";
  ASSERT_TRUE(oidc_->keep(state('4', 40), at(10), kMost).ok());
  ASSERT_TRUE(oidc_->keep(state('5', 50), at(10), kMost).ok());
  EXPECT_FALSE(is_there('2')) << "the oldest of four";
  for (const char of : {'3', '4', '5'}) EXPECT_TRUE(is_there(of)) << of;
}

// shows: R1
TEST_P(OidcStoreTest, a_subject_belongs_to_one_person_of_one_provider) {
  const OidcLink link{"https://a.example", digest('s'), PersonId(7)};
  EXPECT_FALSE(oidc_->person_of(link.issuer, link.subject)->has_value());
  ASSERT_TRUE(oidc_->link(link, PersonId(1), at(0), AuditEntry()).ok());
  ASSERT_TRUE(oidc_->link(link, PersonId(1), at(1), AuditEntry()).ok()) << "the same again";
  EXPECT_EQ(*oidc_->person_of(link.issuer, link.subject), PersonId(7));
  EXPECT_FALSE(oidc_->person_of("https://a.example/", link.subject)->has_value());
  EXPECT_FALSE(oidc_->person_of(link.issuer, digest('t'))->has_value());
  const OidcLink other{link.issuer, link.subject, PersonId(8)};
  EXPECT_EQ(oidc_->link(other, PersonId(1), at(2), AuditEntry()).error().code, "oidc.linked");
  EXPECT_EQ(*oidc_->person_of(link.issuer, link.subject), PersonId(7));
  EXPECT_FALSE(*oidc_->unlink(other, AuditEntry())) << "not theirs";
  EXPECT_TRUE(*oidc_->unlink(link, AuditEntry()));
  EXPECT_FALSE(*oidc_->unlink(link, AuditEntry()));
  EXPECT_FALSE(oidc_->person_of(link.issuer, link.subject)->has_value());
}

INSTANTIATE_TEST_SUITE_P(Engines, OidcStoreTest,
                         testing::ValuesIn(with_citus({sqlite("sqlite", SqliteWarehouseOptions{}),
                                                       postgres("postgres", PostgresWarehouseOptions{})})),
                         [](const auto& engine) { return engine.param.name; });

}  // namespace
}  // namespace suyuan::storage
