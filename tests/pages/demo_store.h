// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <set>

#include "adapters/clock/system_clock.h"
#include "adapters/files/epcis.h"
#include "adapters/warehouse/sqlite_warehouse.h"
#include "app/demo/tell_story.h"

namespace suyuan::test {

// A store that holds the demonstration, told once for all tests of a program.
class DemoStore : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    if (store_) return;
    folder_ = std::filesystem::temp_directory_path() / ("suyuan-demo-test-" + std::to_string(::getpid()));
    auto opened = open_sqlite_warehouse(folder_, clock_, {});
    ASSERT_TRUE(opened.ok()) << opened.error().text;
    store_ = std::move(*opened);
    auto told = tell_story(submit);
    if (!told) {
      for (const Finding& each : told.error().findings)
        std::cerr << each.path << " " << each.code << " " << each.text << "\n";
    }
    ASSERT_TRUE(told.ok()) << told.error().text;
    summary_ = std::move(*told);
  }
  static void TearDownTestSuite() {
    store_.reset();
    std::filesystem::remove_all(folder_);
  }

  static Result<CaptureOutcome> submit(std::size_t, std::string document) {
    return capture_document(at_this_machine(), std::move(document), {}, read_epcis, *store_, clock_);
  }
  static Warehouse& store() { return *store_; }
  static Clock& clock() { return clock_; }
  static const DemoSummary& told() { return summary_; }
  static const DemoStory& story() {
    static const DemoStory story = demo_story();
    return story;
  }

 private:
  inline static SystemClock clock_;
  inline static std::filesystem::path folder_;
  inline static std::unique_ptr<Warehouse> store_;
  inline static DemoSummary summary_;
};

}  // namespace suyuan::test
