// SPDX-License-Identifier: Apache-2.0
// Runs every story of this folder: README.md has the language.
#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

#include "assessing.h"
#include "base/text.h"

namespace suyuan::assess {
namespace {

namespace fs = std::filesystem;
using Words = std::vector<std::string>;

Json without(Json document, std::string_view pointer) {
  const std::size_t slash = pointer.rfind('/');
  Json parent = *at_pointer(document, pointer.substr(0, slash));
  const std::string name(pointer.substr(slash + 1));
  if (parent.kind == Json::Kind::kList)
    parent.items.pop_back();
  else
    std::erase_if(parent.members, [&](const Json::Member& member) { return member.name == name; });
  return changed(document, std::string(pointer.substr(0, slash)), std::move(parent));
}

class Story {
 public:
  explicit Story(fs::path file) : file_(std::move(file)) {}

  void run() {
    std::ifstream lines(file_);
    for (std::string line; std::getline(lines, line);) {
      ++number_;
      if (line.empty() || line.starts_with('#')) continue;
      SCOPED_TRACE(fmt::format("{}:{}: {}", file_.filename().string(), number_, line));
      take(line);
    }
    EXPECT_GT(judged_, 0) << file_ << " judges nothing";
  }

 private:
  static Words words_of(const std::string& line) {
    std::istringstream in(line);
    Words words;
    for (std::string word; in >> word;) words.push_back(word);
    return words;
  }

  static Json value_of(const std::string& text) {
    auto read = read_json("[" + text + "]");
    return read && read->items.size() == 1 ? read->items[0] : Json::of_text(text);
  }

  void take(const std::string& line) {
    const Words words = words_of(line);
    const std::string& verb = words[0];
    if (verb == "start") {
      document_ = fixture(words.at(1));
    } else if (verb == "set") {
      const std::string rest = line.substr(line.find(words.at(1)) + words[1].size() + 1);
      document_ = changed(document_, words[1], value_of(rest));
    } else if (verb == "without") {
      document_ = without(document_, words.at(1));
    } else {
      ++judged_;
      judge(words);
    }
  }

  void judge(const Words& words) {
    auto assessed = assess_document(document_);
    if (words[0] == "refused") {
      refused(words, assessed);
      return;
    }
    ASSERT_TRUE(assessed.ok()) << assessed.error().text << " "
                               << (assessed.error().findings.empty() ? "" : assessed.error().findings[0].text);
    result_ = assessment_result(*assessed);
    auto kept = read_json(json_text(result_));  // what a file would hold
    ASSERT_TRUE(kept.ok());
    auto replayed = replay_assessment(*kept);
    ASSERT_TRUE(replayed.ok()) << replayed.error().text;
    EXPECT_TRUE(replayed->differences.empty()) << replayed->differences[0];
    judge_result(words);
  }

  static void refused(const Words& words, const Result<Assessed>& assessed) {
    ASSERT_FALSE(assessed.ok());
    const auto& findings = assessed.error().findings;
    const bool found = std::any_of(findings.begin(), findings.end(), [&](const Finding& finding) {
      return finding.code == words.at(1) && (words.size() < 4 || finding.path == words[3]);
    });
    EXPECT_TRUE(found || assessed.error().code == words.at(1)) << assessed.error().text;
  }

  std::string at(const std::string& pointer) const {
    const Json* value = at_pointer(result_, pointer);
    return value == nullptr ? "nothing" : value->text;
  }
  void expect_yes(const std::string& pointer, const std::string& word) const {
    EXPECT_EQ(at(pointer), word == "yes" ? "true" : "false");
  }

  void judge_result(const Words& words) {
    const std::string& verb = words[0];
    if (verb == "grade") {
      EXPECT_EQ(at("/proposal/grade"), words.at(1));
      if (words.size() > 2) {
        EXPECT_EQ(at("/proposal/colour"), words[2]);
      }
    } else if (verb == "level") {
      EXPECT_EQ(at("/matrix/level"), words.at(1));
    } else if (verb == "index") {
      index(words);
    } else if (verb == "because") {
      for (std::size_t i = 1; i < words.size(); ++i) EXPECT_TRUE(has_reason(words[i])) << words[i];
    } else if (verb == "not") {
      for (std::size_t i = 2; i < words.size(); ++i) EXPECT_FALSE(has_reason(words[i])) << words[i];
    } else if (verb == "robust" || verb == "tolerable" || verb == "signal") {
      expect_yes("/proposal/" + verb, words.at(1));
    } else if (verb == "complete") {
      complete(words.at(1));
    } else if (verb == "is") {
      EXPECT_EQ(at(words.at(1)), words.at(2));
    } else if (verb == "changing") {
      changing(words.at(1), words.at(3), words.at(5));
    } else if (verb == "nothing") {
      for (const Json& factor : at_pointer(result_, "/proposal/factors")->items)
        for (const Json& change : factor.find("changes")->items) EXPECT_NE(change.find("at")->text, words.at(2));
    } else {
      FAIL() << "no such line";
    }
  }

  void index(const Words& words) const {
    const std::size_t places = words.at(1).size() - words[1].find('.') - 1;
    const auto value = stats::parse_rational(at("/index/value"));
    ASSERT_TRUE(value.ok());
    EXPECT_EQ(fmt::format("{:.{}f}", stats::to_double(*value), places), words[1]);
    EXPECT_EQ(at("/index/colour"), words.at(2));
  }

  void complete(const std::string& word) const {
    const auto& parts = at_pointer(result_, "/proposal/parts")->members;
    const bool all =
        std::all_of(parts.begin(), parts.end(), [](const auto& part) { return part.value.text == "true"; });
    EXPECT_EQ(all, word == "yes");
  }

  bool has_reason(const std::string& code) const {
    const auto& reasons = at_pointer(result_, "/proposal/reasons")->items;
    return std::any_of(reasons.begin(), reasons.end(),
                       [&](const Json& reason) { return reason.find("code")->text == code; });
  }

  void changing(const std::string& pointer, const std::string& to, const std::string& grade) const {
    bool named = false;
    for (const Json& factor : at_pointer(result_, "/proposal/factors")->items)
      for (const Json& change : factor.find("changes")->items)
        named = named || (change.find("at")->text == pointer && change.find("to")->text == to &&
                          change.find("grade")->text == grade);
    EXPECT_TRUE(named) << "the proposal does not name this change";
    EXPECT_EQ(std::string(1, grade_of(changed(document_, pointer, value_of(to)))), grade);
  }

  fs::path file_;
  Json document_, result_;
  int number_ = 0, judged_ = 0;
};

TEST(AssessmentStories, all_go_as_told) {
  std::vector<fs::path> stories;
  for (const auto& entry : fs::directory_iterator(SUYUAN_SOURCE_DIR "/tests/assess"))
    if (entry.path().extension() == ".scn") stories.push_back(entry.path());
  std::sort(stories.begin(), stories.end());
  ASSERT_GE(stories.size(), 8U);
  for (const fs::path& story : stories) Story(story).run();
}

}  // namespace
}  // namespace suyuan::assess
