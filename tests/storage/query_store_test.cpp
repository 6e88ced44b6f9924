// SPDX-License-Identifier: Apache-2.0
#include "adapters/records/query_store.h"

#include <gtest/gtest.h>

#include "store_under_test.h"

// Subscriptions and their outbox: whatever two servers do at once, a place moves on once, with its delivery.
namespace suyuan::storage {
namespace {

constexpr Instant at(int second) { return Instant(std::chrono::seconds(1'800'000'000 + second)); }

class QueryStoreTest : public testing::TestWithParam<Engine> {
 protected:
  QueryStoreTest() {
    auto store = GetParam().open(folder_.path(), clock_);
    CHECK(store.ok());
    store_ = std::move(*store);
    queries_ = make_query_store(store_->records());
    EXPECT_TRUE(queries_->add(NamedQuery{"q", "{}", local_actor(), at(0)}, AuditEntry()).ok());
    subscription_.id = "s1";
    subscription_.query = "q";
    subscription_.dest = "https://a.example/";
    subscription_.created = subscription_.run_at = at(0);
    EXPECT_TRUE(queries_->add(subscription_, AuditEntry()).ok());
  }

  Delivery delivery(const std::string& id, std::int64_t upto) const {
    return Delivery{id, "s1", 0, upto, at(1), at(1), 0, false, ""};
  }

  Subscription now() { return **queries_->subscription("s1"); }

  Folder folder_;
  SystemClock clock_;
  std::unique_ptr<Store> store_;
  std::unique_ptr<QueryStore> queries_;
  Subscription subscription_;
};

TEST_P(QueryStoreTest, a_place_moves_on_with_its_delivery_and_only_from_where_it_was) {
  Subscription moved = subscription_;
  moved.resume = moved.target = 7;
  ASSERT_TRUE(queries_->move_on(moved, 3, delivery("wrong", 7)).ok());
  EXPECT_EQ(now().resume, 0) << "somebody else had moved it";
  EXPECT_FALSE(now().outbox.has_value());
  ASSERT_TRUE(queries_->move_on(moved, 0, delivery("d1", 7)).ok());
  EXPECT_EQ(now().resume, 7);
  ASSERT_TRUE(now().outbox.has_value());
  EXPECT_EQ(now().outbox->id, "d1");
  moved.resume = 9;
  ASSERT_TRUE(queries_->move_on(moved, 7, delivery("d2", 9)).ok());
  EXPECT_EQ(now().resume, 7) << "one delivery at a time";
  EXPECT_EQ(now().outbox->id, "d1");
}

TEST_P(QueryStoreTest, a_delivery_is_taken_by_one_until_its_lease_ends_and_again_after_that) {
  Subscription moved = subscription_;
  moved.resume = 7;
  ASSERT_TRUE(queries_->move_on(moved, 0, delivery("d1", 7)).ok());
  EXPECT_TRUE(queries_->take_due(at(0), at(30), 10)->empty()) << "not due yet";
  const auto first = *queries_->take_due(at(1), at(30), 10);
  ASSERT_EQ(first.size(), 1U);
  EXPECT_EQ(first[0].attempts, 1);
  EXPECT_TRUE(queries_->take_due(at(2), at(31), 10)->empty());
  const auto again = *queries_->take_due(at(31), at(60), 10);
  ASSERT_EQ(again.size(), 1U);
  EXPECT_EQ(again[0].id, "d1");
  EXPECT_EQ(again[0].attempts, 2);
  ASSERT_TRUE(queries_->failed(again[0], "it is away", at(100), false).ok());
  EXPECT_EQ(now().outbox->last_error, "it is away");
  EXPECT_TRUE(queries_->take_due(at(99), at(200), 10)->empty());
  ASSERT_TRUE(queries_->failed(again[0], "gone", at(100), true).ok());
  EXPECT_TRUE(queries_->take_due(at(500), at(600), 10)->empty()) << "dead";
  EXPECT_TRUE(queries_->awake(99, at(500), 10)->empty()) << "and stops its subscription";
  ASSERT_TRUE(queries_->delivered(again[0], at(501)).ok());
  EXPECT_EQ(now().delivered, 1);
  EXPECT_EQ(queries_->awake(99, at(502), 10)->size(), 1U);
  EXPECT_TRUE(queries_->awake(7, at(502), 10)->empty()) << "nothing new";
}

TEST_P(QueryStoreTest, a_run_is_awake_when_it_is_due_or_not_at_its_target) {
  Subscription scheduled = subscription_;
  scheduled.id = "s2";
  scheduled.schedule = R"({"hour":"1"})";
  scheduled.due = at(10);
  ASSERT_TRUE(queries_->add(scheduled, AuditEntry()).ok());
  EXPECT_TRUE(queries_->awake(0, at(9), 10)->empty());
  EXPECT_EQ(queries_->awake(0, at(10), 10)->size(), 1U);
  scheduled.due = at(20);
  scheduled.target = 5;
  scheduled.resume = 3;
  ASSERT_TRUE(queries_->move_on(scheduled, 0, std::nullopt).ok());
  EXPECT_EQ(queries_->awake(0, at(11), 10)->size(), 1U) << "the run has not reached its target";
}

TEST_P(QueryStoreTest, a_smaller_delivery_takes_the_place_of_a_larger_one_and_the_rest_comes_later) {
  Subscription moved = subscription_;
  moved.resume = 7;
  ASSERT_TRUE(queries_->move_on(moved, 0, delivery("d1", 7)).ok());
  const auto taken = *queries_->take_due(at(1), at(30), 10);
  ASSERT_EQ(taken.size(), 1U);
  ASSERT_TRUE(queries_->replace(taken[0], delivery("d2", 3)).ok());
  EXPECT_EQ(now().resume, 3);
  EXPECT_EQ(now().outbox->id, "d2");
  const auto smaller = *queries_->take_due(at(2), at(30), 10);
  ASSERT_EQ(smaller.size(), 1U) << "at once, whatever lease the larger one had";
  EXPECT_EQ(smaller[0].upto, 3);
  EXPECT_EQ(smaller[0].attempts, 1);
  ASSERT_TRUE(queries_->replace(taken[0], delivery("d3", 1)).ok());
  EXPECT_EQ(now().outbox->id, "d2") << "the larger one is gone";
  EXPECT_EQ(now().resume, 3);
  ASSERT_TRUE(queries_->delivered(smaller[0], at(3)).ok());
  EXPECT_EQ(queries_->awake(7, at(4), 10)->size(), 1U) << "the rest";
}

TEST_P(QueryStoreTest, everything_of_a_subscription_and_a_query_comes_back_as_it_was) {
  const NamedQuery query{"\xE5\x8F\x91\xE8\xB4\xA7 '\"", R"({"EQ_bizStep":["shipping"]})", local_actor(), at(3)};
  ASSERT_TRUE(queries_->add(query, AuditEntry()).ok());
  const auto found = *queries_->query(query.key());
  ASSERT_TRUE(found.has_value());
  EXPECT_EQ(found->definition, query.definition);
  EXPECT_EQ(found->created, query.created);
  EXPECT_EQ(queries_->queries({}, 10)->size(), 2U);
  EXPECT_EQ(queries_->queries(queries_->queries({}, 1)->front().key(), 10)->size(), 1U);
  Subscription it = subscription_;
  it.id = "s3";
  it.query = query.name;
  it.secret = "whsec_c2VzYW1l";
  it.schedule = R"({"second":"0"})";
  it.report_if_empty = true;
  it.epcs = trace::EpcFormat::kDigitalLink;
  it.initial = at(-5);
  it.resume = 4;
  it.target = 6;
  it.due = at(9);
  ASSERT_TRUE(queries_->add(it, AuditEntry()).ok());
  const Subscription back = **queries_->subscription("s3");
  EXPECT_EQ(back.query, it.query);
  EXPECT_EQ(back.dest, it.dest);
  EXPECT_EQ(back.secret, it.secret);
  EXPECT_EQ(back.schedule, it.schedule);
  EXPECT_EQ(back.report_if_empty, it.report_if_empty);
  EXPECT_EQ(back.epcs, it.epcs);
  EXPECT_EQ(back.initial, it.initial);
  EXPECT_EQ(back.created, it.created);
  EXPECT_EQ(back.run_at, it.run_at);
  EXPECT_EQ(back.resume, it.resume);
  EXPECT_EQ(back.target, it.target);
  EXPECT_EQ(back.due, it.due);
  EXPECT_FALSE(back.notified.has_value());
  EXPECT_EQ(queries_->subscriptions(it.asks(), "", 10)->size(), 1U);
  EXPECT_TRUE(queries_->subscriptions(it.asks(), "s3", 10)->empty());
  EXPECT_TRUE(queries_->remove_subscription("s3", AuditEntry()).ok());
  EXPECT_FALSE(queries_->subscription("s3")->has_value());
}

TEST_P(QueryStoreTest, what_is_deleted_takes_what_hangs_on_it_along) {
  Subscription moved = subscription_;
  moved.resume = 7;
  ASSERT_TRUE(queries_->move_on(moved, 0, delivery("d1", 7)).ok());
  EXPECT_EQ(queries_->add(NamedQuery{"q", "{}", local_actor(), at(0)}, AuditEntry()).error().code, "query.name_taken");
  ASSERT_TRUE(queries_->remove_query({OrgId(1), "q"}, AuditEntry()).ok());
  EXPECT_FALSE(queries_->subscription("s1")->has_value());
  EXPECT_TRUE(queries_->take_due(at(9), at(10), 10)->empty());
  EXPECT_EQ(queries_->remove_query({OrgId(1), "q"}, AuditEntry()).error().code, "query.unknown");
  EXPECT_EQ(queries_->remove_subscription("s1", AuditEntry()).error().code, "subscription.unknown");
  EXPECT_EQ(queries_->add(subscription_, AuditEntry()).error().code, "query.unknown");
}

INSTANTIATE_TEST_SUITE_P(Engines, QueryStoreTest,
                         testing::Values(sqlite("sqlite", SqliteWarehouseOptions{}),
                                         postgres("postgres", PostgresWarehouseOptions{})),
                         [](const auto& engine) { return engine.param.name; });

}  // namespace
}  // namespace suyuan::storage
