// SPDX-License-Identifier: Apache-2.0
// Runs every story of tests/access/stories: tests/access/README.md has the language.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <boost/json.hpp>
#include <fstream>
#include <set>

#include "base/text.h"
#include "office.h"
#include "walk.h"

namespace suyuan::access {
namespace {

namespace fs = std::filesystem;

const fs::path kStories = fs::path(SUYUAN_SOURCE_DIR) / "tests/access/stories";

struct Verb {
  std::string words;
  int least, most;  // status
};
// Longer ones first.
const std::vector<Verb>& verbs() {
  static const std::vector<Verb> kAll = {{" must sign in to ", 401, 401},  {" may not ", 403, 403},
                                         {" finds nothing at ", 404, 404}, {" is led on by ", 300, 399},
                                         {" is refused ", 400, 499},       {" may ", 200, 299}};
  return kAll;
}

class Story {
 public:
  explicit Story(fs::path file) : file_(std::move(file)) { office_.tell_the_chain(); }

  void run() {
    names_["item"] = "https:%2F%2Fid.gs1.org%2F01%2F06901234567892%2F21%2F7";
    names_["code"] = kItem;
    for (const auto& [name, job] : office_.jobs) names_["job-" + name] = job;
    std::ifstream lines(file_);
    int number = 0;
    for (std::string line; std::getline(lines, line);) {
      ++number;
      if (line.starts_with("#") || trim(line).empty()) continue;
      SCOPED_TRACE(fmt::format("{}:{}: {}", file_.filename().string(), number, line));
      take(with_names(std::string(trim(line))));
      if (testing::Test::HasFatalFailure()) return;
    }
  }

 private:
  // $name and ${name}; "$person:officer@far" and "$organisation:P" are their numbers.
  std::string with_names(std::string line) {
    for (std::size_t at = line.find('$'); at != std::string::npos; at = line.find('$', at)) {
      const std::size_t end = line.find_first_of(" \"/?&}),;", at + 1);
      const std::string name = line.substr(at + 1, std::min(end, line.size()) - at - 1);
      line.replace(at, name.size() + 1, value_of(name));
    }
    return line;
  }
  std::string value_of(const std::string& name) {
    if (name.starts_with("person:")) return std::to_string(office_.person(name.substr(7)));
    if (name.starts_with("organisation:")) return std::to_string(office_.organisation(name.substr(13)));
    if (name.starts_with("key:")) return office_.key_id(name);
    if (!names_.contains(name)) ADD_FAILURE() << "nothing is called " << name;
    return names_[name];
  }

  void take(const std::string& line) {
    const std::size_t blank = std::min(line.find(' '), line.size());
    const std::string verb = line.substr(0, blank), rest = blank < line.size() ? line.substr(blank + 1) : "";
    if (verb == "shows" || verb == "hides")
      judge(verb == "shows", rest);
    else if (verb == "says")
      EXPECT_THAT(answer_.body, testing::HasSubstr(rest));
    else if (verb == "because")
      EXPECT_EQ(code_of(answer_), rest) << answer_.body;
    else if (verb == "keeps")
      keep(rest);
    else if (verb == "later")
      office_.clock().pass(std::chrono::minutes(std::stoi(rest)));  // "later 31 minutes"
    else if (!asks(line))
      FAIL() << "no such line; tests/access/README.md has the language";
  }

  void judge(bool shows, const std::string& words) {
    for (const std::string_view word : split(words, ' ')) {
      const bool is_there = answer_.body.find(word) != std::string::npos;
      EXPECT_EQ(is_there, shows) << word << " in " << answer_.body.substr(0, 2000);
    }
  }

  // "mark from Location": the last segment of that field. "id from id": that member of the answer.
  void keep(const std::string& words) {
    const std::size_t from = words.find(" from ");
    ASSERT_NE(from, std::string::npos);
    const std::string name = words.substr(0, from), where = words.substr(from + 6);
    if (where == "Location") {
      const std::string location = answer_.header("Location");
      names_[name] = location.substr(location.rfind('/') + 1);
    } else {
      boost::system::error_code error;
      const auto body = boost::json::parse(answer_.body, error);
      const auto* value = error || !body.is_object() ? nullptr : body.as_object().if_contains(where);
      ASSERT_TRUE(value != nullptr) << answer_.body;
      names_[name] = value->is_string() ? std::string(value->as_string()) : boost::json::serialize(*value);
    }
    EXPECT_FALSE(names_[name].empty());
  }

  bool asks(const std::string& line) {
    const std::size_t blank = line.find(' ');
    if (blank == std::string::npos) return false;
    for (const Verb& verb : verbs()) {
      if (line.compare(blank, verb.words.size(), verb.words) != 0) continue;
      send(line.substr(0, blank), line.substr(blank + verb.words.size()));
      EXPECT_GE(answer_.status, verb.least) << answer_.body.substr(0, 1000);
      EXPECT_LE(answer_.status, verb.most) << answer_.body.substr(0, 1000);
      return true;
    }
    return false;
  }

  // "GET /path", "POST /path {…}", "report e8".
  void send(const std::string& who, const std::string& what) {
    const std::size_t first = what.find(' '), second = std::min(what.find(' ', first + 1), what.size());
    const std::string method = what.substr(0, first), target = what.substr(first + 1, second - first - 1);
    const std::string body = second < what.size() ? what.substr(second + 1) : "";
    answer_ = method == "report" ? office_.report(who, target) : office_.ask({who, method, target, body});
  }

  const fs::path file_;
  Office office_;
  Answer answer_;
  std::map<std::string, std::string> names_;
};

std::vector<fs::path> stories() {
  std::vector<fs::path> files;
  for (const auto& entry : fs::directory_iterator(kStories))
    if (entry.path().extension() == ".story") files.push_back(entry.path());
  std::sort(files.begin(), files.end());
  return files;
}

class Stories : public testing::TestWithParam<fs::path> {};

TEST_P(Stories, happens_as_it_is_told) {
  Story story(GetParam());
  story.run();
}

INSTANTIATE_TEST_SUITE_P(Access, Stories, testing::ValuesIn(stories()),
                         [](const auto& each) { return each.param.stem().string(); });

// shows: E1, R23
TEST(RolesStories, there_is_one_of_each_roles_day) {
  for (const auto& [role, acts] : read_policy())
    EXPECT_TRUE(role == "machine" || role == "act" || fs::exists(kStories / ("the_day_of_" + role + ".story"))) << role;
}

}  // namespace
}  // namespace suyuan::access
