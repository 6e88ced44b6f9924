// SPDX-License-Identifier: Apache-2.0
// `suyuan backtest` as a person at a terminal meets it.
#include <gtest/gtest.h>
#include <unistd.h>

#include <boost/json.hpp>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "run_binary.h"

namespace suyuan {
namespace {

namespace fs = std::filesystem;
namespace json = boost::json;

class BacktestCommand : public testing::Test {
 protected:
  BacktestCommand() : folder_(fs::temp_directory_path() / fmt::format("suyuan backtest 回溯 {}", ::getpid())) {
    fs::create_directories(folder_);
  }
  ~BacktestCommand() override { fs::remove_all(folder_); }
  static std::string story(const std::string& name) {
    return "'" + std::string(SUYUAN_SOURCE_DIR) + "/tests/detection/stories/" + name + "'";
  }
  std::string kettles(const std::string& words) const {
    return "backtest " + story("kettles.csv") + " --mapping " + story("kettles.json") + " " + words;
  }
  fs::path folder_;
};

// shows: X7
TEST_F(BacktestCommand, tells_draws_and_answers_as_json) {
  const fs::path chart = folder_ / "图.svg";
  const Ran told = run(kettles("--chart '" + chart.string() + "'"));
  EXPECT_EQ(told.exit, 0) << told.out;
  EXPECT_NE(told.out.find("截至 2026-04-05 的一周，电热水壶 × 烫伤 报告 6 例"), std::string::npos) << told.out;
  EXPECT_NE(told.out.find("误报率是上限"), std::string::npos) << "no known events were named";
  std::ostringstream svg;
  svg << std::ifstream(chart, std::ios::binary).rdbuf();
  EXPECT_TRUE(svg.str().starts_with("<svg ")) << svg.str();
  const Ran answered = run(kettles("--json --method ears-c2,cusum --events " + story("kettles-known.csv")));
  ASSERT_EQ(answered.exit, 0) << answered.out;
  const auto value = json::parse(answered.out);
  EXPECT_EQ(value.at("runs").as_array().size(), 2U);
  EXPECT_EQ(value.at("files").as_array().size(), 3U);
}

TEST_F(BacktestCommand, refuses_what_it_cannot_use) {
  const auto refused = [&](const std::string& words, const std::string& code) {
    const Ran ran = run(words);
    EXPECT_EQ(ran.exit, 1) << words;
    EXPECT_NE(ran.out.find("[" + code + "]"), std::string::npos) << ran.out;
  };
  refused(kettles("--method ears-c4"), "detection.method");
  refused(kettles("--method scan-eb"), "detection.dimensions");
  refused(kettles("--events " + story("kettles.json")), "csv.width");
  refused(kettles("--chart /nowhere/a.svg"), "detection.file");
  refused(kettles("--chart '" + (folder_ / "a.svg").string() + "' --series 没有"), "detection.series");
  refused("backtest " + story("kettles.csv"), "detection.mapping");
  refused("backtest /nowhere/a.csv", "detection.file");
  EXPECT_EQ(run("backtest").exit, 2);
}

}  // namespace
}  // namespace suyuan
