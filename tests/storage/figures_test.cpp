// SPDX-License-Identifier: Apache-2.0
#include "app/figures/figures.h"

#include <gtest/gtest.h>

#include "store_under_test.h"

// Numbers without names, counted from events that several organisations sent in.
namespace suyuan::storage {
namespace {

identity::Organisation body(std::int64_t id, identity::OrgKind kind, std::int32_t place) {
  identity::Organisation made;
  made.id = OrgId(id);
  made.name = fmt::format("body {}", id);
  made.kind = kind;
  made.jurisdiction = {place};
  return made;
}

class FiguresTest : public testing::TestWithParam<Engine> {
 protected:
  struct Source : DirectorySource {
    std::shared_ptr<const identity::Directory> is;
    std::shared_ptr<const identity::Directory> directory() override { return is; }
  };

  FiguresTest() {
    auto store = GetParam().open(folder_.path(), clock_);
    CHECK(store.ok());
    store_ = std::move(*store);
    std::vector<identity::Organisation> bodies = {body(2, identity::OrgKind::kIndustry, 110000),
                                                  body(3, identity::OrgKind::kRegulator, 440300)};
    for (int id = 31; id <= 33; ++id) bodies.push_back(body(id, identity::OrgKind::kProducer, 440300 + id));
    bodies.push_back(body(34, identity::OrgKind::kProducer, 110101));
    auto made = identity::Directory::make(std::move(bodies), {});
    CHECK(made.ok());
    source_.is = std::move(*made);
    int serial = 1;
    for (const int org : {31, 31, 32, 33, 34}) {
      const auto permit =
          granted(org, org == 34 ? 110101 : 440300 + org, identity::Role::kProducer, identity::Act::kEventCapture);
      const auto outcome = capture_document(permit, items_document(serial, 2), {}, read_epcis, *store_, clock_);
      CHECK(outcome.ok() && outcome->accepted == 2);
      serial += 2;
    }
  }

  Granted granted(std::int64_t org, std::int32_t place, identity::Role role, identity::Act act) {
    identity::Principal who;
    who.actor = {PersonId(1000 + org), OrgId(org), Jurisdiction{place}};
    who.roles = {role};
    who.via = identity::Via::kSession;
    auto may = Authorizer(source_, clock_).grant(who, act);
    CHECK(may.ok());
    return std::move(*may);
  }
  Result<Figures> figures(std::int64_t org, std::int32_t place, identity::Role role, std::size_t most = 1000) {
    const std::chrono::year_month march(std::chrono::year(2026), std::chrono::March);
    const FiguresPeriod period{CivilDay(march / 1), CivilDay(march / 31)};
    return read_figures(granted(org, place, role, identity::Act::kFiguresRead), period, {*store_, clock_}, most);
  }

  Folder folder_;
  SystemClock clock_;
  Source source_;
  std::unique_ptr<Store> store_;
};

// shows: R1
TEST_P(FiguresTest, a_stored_event_says_who_sent_it_in) {
  const auto events = store_->events(std::vector{trace::EventSeq(1), trace::EventSeq(9)}, trace::EventSeq(10));
  ASSERT_TRUE(events.ok());
  EXPECT_EQ((*events)[0].org, OrgId(31));
  EXPECT_EQ((*events)[0].place, Jurisdiction{440331});
  EXPECT_EQ((*events)[1].org, OrgId(34));
  EXPECT_EQ((*events)[1].place, Jurisdiction{110101});
}

// shows: R1
TEST_P(FiguresTest, industry_bodies_see_provinces_and_no_number_of_fewer_than_three) {
  const auto seen = figures(2, 110000, identity::Role::kIndustry);
  ASSERT_TRUE(seen.ok()) << seen.error().text;
  EXPECT_TRUE(seen->cells.empty()) << "of the two cells one has one organisation, and the total would tell it";
  EXPECT_EQ(seen->other_events, 10);
  EXPECT_EQ(seen->events, 10);
  EXPECT_EQ(seen->organisations, 4);
}

TEST_P(FiguresTest, the_regulator_of_a_place_sees_its_counties_and_a_producer_itself) {
  const auto place = figures(3, 440300, identity::Role::kOfficer);
  ASSERT_TRUE(place.ok());
  ASSERT_EQ(place->cells.size(), 3U);
  EXPECT_EQ(place->cells[0].place, 440331);
  EXPECT_EQ(place->cells[0].events, 4);
  EXPECT_TRUE(place->cells[0].step.ends_with("commissioning")) << place->cells[0].step;
  EXPECT_EQ(place->events, 8);
  const auto own = figures(34, 110101, identity::Role::kProducer);
  ASSERT_TRUE(own.ok());
  ASSERT_EQ(own->cells.size(), 1U);
  EXPECT_EQ(own->events, 2);
}

TEST_P(FiguresTest, more_events_than_one_answer_may_look_at_are_refused) {
  EXPECT_TRUE(figures(2, 110000, identity::Role::kIndustry, 10).ok());
  EXPECT_EQ(figures(2, 110000, identity::Role::kIndustry, 9).error().code, "figures.too_many");
}

INSTANTIATE_TEST_SUITE_P(Engines, FiguresTest, testing::Values(sqlite("sqlite", {}), postgres("postgres", {})),
                         [](const auto& engine) { return engine.param.name; });

}  // namespace
}  // namespace suyuan::storage
