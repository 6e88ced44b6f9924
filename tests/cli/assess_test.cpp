// SPDX-License-Identifier: Apache-2.0
// `suyuan assess` as a person at a terminal meets it.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <sstream>

#include "run_binary.h"

namespace suyuan {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;
using testing::Not;

class AssessCommand : public testing::Test {
 protected:
  AssessCommand() : folder_(fs::temp_directory_path() / fmt::format("suyuan assess 评估 {}", ::getpid())) {
    fs::create_directories(folder_);
  }
  ~AssessCommand() override { fs::remove_all(folder_); }

  std::string file(const std::string& name, const std::string& contents) const {
    std::ofstream(folder_ / name, std::ios::binary) << contents;
    return "'" + (folder_ / name).string() + "'";
  }
  static std::string lamp() { return "'" SUYUAN_SOURCE_DIR "/tests/fixtures/assessment/lamp.json'"; }
  static std::string lamp_text() {
    std::ifstream in(SUYUAN_SOURCE_DIR "/tests/fixtures/assessment/lamp.json", std::ios::binary);
    std::ostringstream bytes;
    bytes << in.rdbuf();
    return bytes.str();
  }

  fs::path folder_;
};

// shows: R9, X2
TEST_F(AssessCommand, says_grade_supervision_and_why_in_chinese) {
  const Ran short_one = run("assess " + lamp());
  EXPECT_EQ(short_one.exit, 0) << short_one.out;
  EXPECT_THAT(short_one.out, HasSubstr("建议等级：B级 · 一般风险 · 黄色预警"));
  EXPECT_THAT(short_one.out, HasSubstr("监管方式：按常规比例和频次开展抽查（抽查比例 ×1，每年 1 次"));
  EXPECT_THAT(short_one.out, HasSubstr("须经专家会商"));
  EXPECT_THAT(short_one.out, HasSubstr("到 0.00216288，则为C级"));
  EXPECT_EQ(short_one.last_line(), "以上由模型建议，须由具名人员决定。");
  EXPECT_THAT(short_one.out, Not(HasSubstr("判断矩阵")));
}

// shows: X2, W5
TEST_F(AssessCommand, explains_every_factor_with_source_and_weight) {
  const Ran all = run("assess " + lamp() + " --explain");
  EXPECT_EQ(all.exit, 0);
  for (const char* part :
       {"判断矩阵一致性比率", "权重 0.4143  〔专家组〕", "基于贝叶斯定理的移动加权平均（本平台实现）",
        "1/100000  合计概率", "未与原文核对，不声称符合", "单独变化不影响等级的", "eu-rapex@1"})
    EXPECT_THAT(all.out, HasSubstr(part));
  EXPECT_THAT(run("assess " + lamp() + " --explain --english").out, HasSubstr("What would change the grade"));
}

// shows: W5, X2
TEST_F(AssessCommand, a_kept_result_replays_and_a_changed_one_does_not) {
  const Ran kept = run("assess " + lamp() + " --json");
  ASSERT_EQ(kept.exit, 0);
  const Ran same = run("assess --replay " + file("kept.json", kept.out));
  EXPECT_EQ(same.exit, 0);
  EXPECT_EQ(same.last_line(), "重算一致：与保存的结果逐位相同。");
  std::string forged = kept.out;
  const std::size_t at = forged.find("\"grade\": \"B\"");
  ASSERT_NE(at, std::string::npos);
  forged.replace(at, 12, "\"grade\": \"A\"");
  const Ran other = run("assess --replay " + file("forged.json", forged));
  EXPECT_EQ(other.exit, 1);
  EXPECT_EQ(other.last_line(), "  /proposal/grade");
}

TEST_F(AssessCommand, refusals_name_the_place) {
  std::string text = lamp_text();
  text.replace(text.find("\"1/4\""), 5, "1.2");
  const Ran refused = run("assess " + file("bad.json", text));
  EXPECT_EQ(refused.exit, 1);
  EXPECT_THAT(refused.out, HasSubstr("[assessment.refused]"));
  EXPECT_THAT(
      refused.out,
      HasSubstr("/hazards/0/scenarios/0/steps/0/probability: probability is 1.2; a probability lies between 0 and 1"));
  EXPECT_EQ(run("assess " + file("nan.json", "{\"format\": NaN}")).exit, 1);
  EXPECT_THAT(run("assess /no/such/file").out, HasSubstr("[file.unreadable]"));
  EXPECT_EQ(run("assess").exit, 2);
  EXPECT_EQ(run("assess a.json --replay b.json").exit, 2);
}

}  // namespace
}  // namespace suyuan
