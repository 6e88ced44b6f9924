// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <random>

#include "page_world.h"

// However large or tangled the world around a code is: its page costs about the same, and claims nothing that it did
// not look at.
namespace suyuan::test {

namespace {

using trace::Action;
using trace::EventType;
using trace::Role;

// Counts what a page asks for and is given: one for each thing, one for each event.
class Counting final : public Changes {
 public:
  Place place_of(Of, trace::ObjectId) const override { return ++asked_; }
  Place place_of_arrival(const codes::Identity&) const override { return ++asked_; }
  Place place_of_declaration(std::string_view) const override { return ++asked_; }
  std::uint64_t moment() const override { return 0; }
  bool is_unchanged(std::span<const Place>, std::uint64_t) const override { return true; }
  std::uint32_t asked() const { return asked_; }

 private:
  mutable std::uint32_t asked_ = 0;
};

constexpr std::uint32_t kMost = 2000;

class PageBounds : public PageWorld {
 protected:
  CodePage look(const codes::Identity& id) {
    const Counting counting;
    Footprint footprint(&counting);
    const auto page = look_at_code(at_this_machine(), codes::page_path(id), read_epcis, *store_, clock_, footprint);
    CHECK(page.ok());
    EXPECT_LT(counting.asked(), kMost);
    return *page;
  }

  static codes::Identity order(int number) { return code_at(fmt::format("/01/{}/21/O{}", kProduct, number)); }
  static codes::Identity box(int number) {
    return code_at("/00/" + with_check_digit(fmt::format("3691{:013}", number)));
  }

  static inline const std::string kProduct = with_check_digit("0691234567891");
  const codes::Identity lot_ = code_at("/01/" + with_check_digit("0691234567890") + "/10/HUB");
};

}  // namespace

// shows: T1
TEST_F(PageBounds, a_lot_in_a_hundred_thousand_orders) {
  constexpr int kOrders = 100'000;
  std::vector<trace::Event> events;
  for (int i = 0; i < kOrders; ++i)
    events.push_back(
        event(EventType::kTransformation, Action::kNone, {{Role::kInput, lot_, true}, {Role::kOutput, order(i)}}));
  tell(std::move(events));

  const CodePage of_lot = look(lot_);
  EXPECT_EQ(of_lot.verdict, Verdict::kUndecided);
  EXPECT_TRUE(of_lot.records_at_least);
  EXPECT_TRUE(of_lot.steps_unfinished);
  const CodePage of_order = look(order(70'000));
  EXPECT_EQ(of_order.verdict, Verdict::kNormal);
  EXPECT_EQ(of_order.records, 1);
  EXPECT_TRUE(of_order.steps_unfinished);
}

TEST_F(PageBounds, a_box_that_is_used_again_and_again) {
  constexpr int kUses = 20'000;
  std::vector<trace::Event> events;
  for (int i = 0; i < kUses; ++i) {
    for (const Action action : {Action::kAdd, Action::kDelete})
      events.push_back(event(EventType::kAggregation, action, {{Role::kParent, box(0)}, {Role::kChild, order(i)}}));
  }
  tell(std::move(events));
  EXPECT_TRUE(look(order(5)).steps_unfinished);
  EXPECT_EQ(look(box(0)).verdict, Verdict::kUndecided);
}

TEST_F(PageBounds, a_box_with_very_many_things_in_it) {
  std::vector<Named> named{{Role::kParent, box(0)}};
  for (int i = 0; i < 30'000; ++i) named.push_back({Role::kChild, order(i)});
  tell({event(EventType::kAggregation, Action::kAdd, named)});
  const CodePage of_box = look(box(0));
  EXPECT_EQ(of_box.verdict, Verdict::kNormal);  // its one record was looked at
  EXPECT_TRUE(of_box.steps_unfinished);
  EXPECT_TRUE(look(order(29'999)).steps_unfinished);
}

TEST_F(PageBounds, one_of_very_many_that_were_made_together_is_looked_at_in_full) {
  std::vector<Named> named;
  for (int i = 0; i < 30'000; ++i) named.push_back({Role::kSubject, order(i)});
  tell({event(EventType::kObject, Action::kAdd, named)});
  const CodePage page = look(order(7));
  EXPECT_EQ(page.verdict, Verdict::kNormal);
  EXPECT_FALSE(page.steps_unfinished);
}

TEST_F(PageBounds, a_tangled_world) {
  constexpr int kThings = 300;
  std::mt19937_64 dice(7);
  const auto below = [&](int n) { return static_cast<int>(dice() % static_cast<std::uint64_t>(n)); };
  std::vector<trace::Event> events;
  for (int i = 0; i < 6000; ++i) {
    const int from = below(kThings), to = (from + 1 + below(kThings - 1)) % kThings;
    if (below(3) == 0) {
      events.push_back(
          event(EventType::kTransformation, Action::kNone, {{Role::kInput, order(from)}, {Role::kOutput, order(to)}}));
    } else {
      events.push_back(event(EventType::kAggregation, below(2) == 0 ? Action::kAdd : Action::kDelete,
                             {{Role::kParent, box(from)}, {Role::kChild, below(2) == 0 ? order(to) : box(to)}}));
    }
  }
  tell(std::move(events));
  for (int i = 0; i < kThings; i += 10) EXPECT_TRUE(look(order(i)).steps_unfinished);
}

TEST_F(PageBounds, what_was_not_read_is_not_called_normal) {
  std::vector<trace::Event> events;
  for (int i = 0; i < 500; ++i)
    events.push_back(event(EventType::kObject, Action::kObserve, {{Role::kSubject, order(1)}}));
  tell(std::move(events));
  EXPECT_EQ(look(order(1)).verdict, Verdict::kNormal);
  trace::Event returned = event(EventType::kObject, Action::kObserve, {{Role::kSubject, order(1)}});
  returned.disposition = "https://ref.gs1.org/cbv/Disp-returned";
  tell({returned});
  EXPECT_EQ(look(order(1)).verdict, Verdict::kUndecided);
}

}  // namespace suyuan::test
