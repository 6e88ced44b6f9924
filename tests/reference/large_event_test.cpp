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

}  // namespace

// shows: X3
TEST(LargeEvent, every_thing_of_a_large_event_is_recalled) {
  ManualClock clock(parse_instant("2026-11-21T00:00:00Z")->at);
  const auto folder = std::filesystem::temp_directory_path() / fmt::format("suyuan-large-{}", ::getpid());
  const auto lot = read("/01/" + with_check("0691234567890") + "/10/L1");
  const auto buyer = read("/417/" + with_check("691234500000"));
  trace::Event made = event(1, EventType::kTransformation, Action::kNone);
  trace::Event shipped = event(2, EventType::kObject, Action::kObserve);
  shipped.biz_step = "https://ref.gs1.org/cbv/BizStep-shipping";
  made.objects.push_back({Role::kInput, lot, Decimal(7), "KGM", true, ""});
  for (int i = 0; i < kThings; ++i) {
    const auto thing = read(fmt::format("/01/{}/21/{}", with_check("0691234567891"), i));
    made.objects.push_back({Role::kOutput, thing, {}, "", false, ""});
    shipped.objects.push_back({Role::kSubject, thing, {}, "", false, ""});
  }
  shipped.objects.push_back(
      {Role::kDestinationOwner, buyer, {}, "", false, "https://ref.gs1.org/cbv/SDT-owning_party"});
  {
    auto opened = open_sqlite_warehouse(folder, clock, SqliteWarehouseOptions{});
    ASSERT_TRUE(opened.ok());
    NewSubmission submission;
    submission.public_id = "00000000-0000-7000-8000-000000000001";
    submission.original = "{}";
    submission.events = {{std::move(made), 0, 2}, {std::move(shipped), 0, 2}};
    ASSERT_TRUE((*opened)->append(std::move(submission)).ok());
    RecallRequest request;
    request.start = {lot};
    const auto answer = recall(local_actor(), request, **opened);
    ASSERT_TRUE(answer.ok());
    EXPECT_EQ(answer->items, kThings);
    ASSERT_EQ(answer->holdings.size(), 1U);
    EXPECT_EQ(answer->holdings[0].items, kThings);
    ASSERT_EQ(answer->to_tell.size(), 1U);
    EXPECT_EQ(answer->to_tell[0].objects, kThings);
  }
  std::filesystem::remove_all(folder);
}

}  // namespace suyuan::reference
