// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>

#include "adapters/clock/system_clock.h"
#include "adapters/files/epcis.h"
#include "adapters/warehouse/sqlite_warehouse.h"
#include "app/page/code_page.h"
#include "domain/codes/check_digit.h"

// An empty store in a folder of its own, told things event by event.
namespace suyuan::test {

inline codes::Identity code_at(const std::string& path) {
  return codes::read_epcis_id("https://id.gs1.org" + path)->id;
}

inline std::string with_check_digit(std::string digits) {
  digits += '0';
  digits.back() = codes::gs1_check_digit(digits);
  return digits;
}

struct Named {
  trace::Role role;
  codes::Identity id;
  bool is_quantity = false;
};

class PageWorld : public testing::Test {
 protected:
  PageWorld() : folder_(std::filesystem::temp_directory_path() / fmt::format("suyuan-page-world-{}", ::getpid())) {
    auto opened = open_sqlite_warehouse(folder_, clock_, SqliteWarehouseOptions{});
    CHECK(opened.ok());
    store_ = std::move(*opened);
  }
  ~PageWorld() override {
    store_.reset();
    std::filesystem::remove_all(folder_);
  }

  trace::Event event(trace::EventType type, trace::Action action, const std::vector<Named>& named) {
    trace::Event e;
    e.type = type;
    e.action = action;
    e.id = fmt::format("https://world.example/{}", ++events_);
    e.content = sha256(e.id);
    e.time = {parse_instant("2026-03-01T00:00:00Z")->at + std::chrono::minutes(events_), std::chrono::minutes(0)};
    for (const Named& each : named) e.objects.push_back({each.role, each.id, {}, "", each.is_quantity, ""});
    return e;
  }

  void tell(std::vector<trace::Event> events, std::vector<trace::MasterDatum> master_data = {}) {
    NewSubmission submission;
    submission.public_id = fmt::format("00000000-0000-7000-8000-{:012}", ++submissions_);
    submission.original = "{}";
    for (trace::Event& each : events) submission.events.push_back({std::move(each), 0, 2});
    submission.master_data = std::move(master_data);
    const auto receipt = store_->append(std::move(submission));
    CHECK(receipt.ok());
  }

  ManualClock clock_{parse_instant("2026-11-21T00:00:00Z")->at};
  std::filesystem::path folder_;
  std::unique_ptr<Warehouse> store_;
  int events_ = 0, submissions_ = 0;
};

}  // namespace suyuan::test
