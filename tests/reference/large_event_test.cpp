// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>

#include "adapters/clock/system_clock.h"
#include "adapters/warehouse/sqlite_warehouse.h"
#include "app/trace/recall.h"
#include "domain/codes/check_digit.h"

// One event may name more things than sixteen bits count.
namespace suyuan::reference {

namespace {

using trace::Action;
using trace::EventType;
using trace::Role;

constexpr int kThings = 70'000;

std::string with_check(std::string digits) {
  digits += '0';
  digits.back() = codes::gs1_check_digit(digits);
  return digits;
}

codes::Identity read(const std::string& path) { return codes::read_epcis_id("https://id.gs1.org" + path)->id; }

trace::Event event(int number, EventType type, Action action) {
  trace::Event e;
  e.type = type;
  e.action = action;
  e.id = fmt::format("https://large.example/{}", number);
  e.content = sha256(e.id);
  e.time = {parse_instant("2026-03-01T00:00:00Z")->at + std::chrono::hours(number), std::chrono::minutes(0)};
  return e;
}

class LargeEvent : public testing::Test {
 protected:
  LargeEvent() : folder_(std::filesystem::temp_directory_path() / fmt::format("suyuan-large-{}", ::getpid())) {
    auto opened = open_sqlite_warehouse(folder_, clock_, SqliteWarehouseOptions{});
    CHECK(opened.ok());
    warehouse_ = std::move(*opened);
  }
  ~LargeEvent() override {
    warehouse_.reset();
    std::filesystem::remove_all(folder_);
  }

  static std::vector<trace::Object> things(Role role) {
    std::vector<trace::Object> all;
    for (int i = 0; i < kThings; ++i)
      all.push_back({role, read(fmt::format("/01/{}/21/{}", with_check("0691234567891"), i)), {}, "", false, ""});
    return all;
  }
  static trace::Event shipping(int number, std::vector<trace::Object> objects) {
    trace::Event shipped = event(number, EventType::kObject, Action::kObserve);
    shipped.biz_step = "https://ref.gs1.org/cbv/BizStep-shipping";
    shipped.objects = std::move(objects);
    shipped.objects.push_back({Role::kDestinationOwner,
                               read("/417/" + with_check("691234500000")),
                               {},
                               "",
                               false,
                               "https://ref.gs1.org/cbv/SDT-owning_party"});
    return shipped;
  }
  void tell(std::vector<trace::Event> events) {
    NewSubmission submission;
    submission.public_id = "00000000-0000-7000-8000-000000000001";
    submission.original = "{}";
    for (trace::Event& each : events) submission.events.push_back({std::move(each), 0, 2});
    ASSERT_TRUE(warehouse_->append(std::move(submission)).ok());
  }
  void expect_all_at_the_buyer() {
    RecallRequest request;
    request.start = {lot_};
    const auto answer = recall(at_this_machine(), request, *warehouse_);
    ASSERT_TRUE(answer.ok());
    EXPECT_EQ(answer->items, kThings);
    ASSERT_EQ(answer->holdings.size(), 1U);
    EXPECT_EQ(answer->holdings[0].items, kThings);
    ASSERT_EQ(answer->to_tell.size(), 1U);
    EXPECT_EQ(answer->to_tell[0].objects, kThings);
  }

  ManualClock clock_{parse_instant("2026-11-21T00:00:00Z")->at};
  std::filesystem::path folder_;
  std::unique_ptr<Warehouse> warehouse_;
  codes::Identity lot_ = read("/01/" + with_check("0691234567890") + "/10/L1");
};

}  // namespace

// shows: X3
TEST_F(LargeEvent, all_things_made_at_once_are_recalled) {
  trace::Event made = event(1, EventType::kTransformation, Action::kNone);
  made.objects = things(Role::kOutput);
  made.objects.push_back({Role::kInput, lot_, Decimal(7), "KGM", true, ""});
  tell({std::move(made), shipping(2, things(Role::kSubject))});
  expect_all_at_the_buyer();
}

TEST_F(LargeEvent, all_things_on_one_pallet_are_recalled) {
  const trace::Object pallet{Role::kSubject, read("/00/" + with_check("36912345000000001")), {}, "", false, ""};
  trace::Event made = event(1, EventType::kTransformation, Action::kNone);
  made.objects = things(Role::kOutput);
  made.objects.push_back({Role::kInput, lot_, Decimal(7), "KGM", true, ""});
  trace::Event packed = event(2, EventType::kAggregation, Action::kAdd);
  packed.objects = things(Role::kChild);
  packed.objects.push_back(pallet);
  packed.objects.back().role = Role::kParent;
  tell({std::move(made), std::move(packed), shipping(3, {pallet})});
  expect_all_at_the_buyer();
}

}  // namespace suyuan::reference
