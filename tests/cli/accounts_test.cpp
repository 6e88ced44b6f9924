// SPDX-License-Identifier: Apache-2.0
// `suyuan org`, `suyuan user` and `suyuan tasks` as whoever runs the server meets them.
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <boost/json.hpp>
#include <filesystem>

#include "run_binary.h"

namespace suyuan {
namespace {

namespace fs = std::filesystem;
namespace json = boost::json;

class AccountsAtTheTerminal : public testing::Test {
 protected:
  AccountsAtTheTerminal() : folder_(fs::temp_directory_path() / fmt::format("suyuan accounts 账号 {}", ::getpid())) {
    fs::remove_all(folder_);
    fs::create_directories(folder_);
  }
  ~AccountsAtTheTerminal() override { fs::remove_all(folder_); }

  Ran suyuan(const std::string& words) { return run(words + " --data '" + (folder_ / "store").string() + "'"); }
  json::object said(const std::string& words) {
    const Ran ran = suyuan(words + " --json");
    EXPECT_EQ(ran.exit, 0) << words << ": " << ran.out;
    boost::system::error_code error;
    auto value = json::parse(ran.out, error);
    EXPECT_FALSE(error) << ran.out;
    return value.is_object() ? value.as_object() : json::object();
  }
  void expect_refused(const std::string& words, const std::string& code) {
    const Ran ran = suyuan(words);
    EXPECT_EQ(ran.exit, 1) << words << ": " << ran.out;
    EXPECT_NE(ran.out.find("[" + code + "]"), std::string::npos) << words << ": " << ran.out;
  }

  fs::path folder_;
};

// shows: R1
TEST_F(AccountsAtTheTerminal, organisations_are_entered_changed_and_closed) {
  EXPECT_EQ(said("org add --name 湖北省局 --kind regulator --division 420000").at("id").as_int64(), 2);
  const auto xiantao = said("org add --name 仙桃市局 --kind regulator --division 429004 --under 2");
  EXPECT_EQ(xiantao.at("superior").as_int64(), 2);
  EXPECT_EQ(xiantao.at("division").as_string(), "429004");
  expect_refused("org add --name 武汉市局 --kind regulator --division 330100 --under 2", "organisation.jurisdiction");
  expect_refused("org add --name 甲 --kind ministry", "organisation.kind");
  expect_refused("org change 2 --under 3", "organisation.cycle");
  expect_refused("org close 2", "organisation.in_use");
  expect_refused("org show 77", "organisation.unknown");
  EXPECT_EQ(suyuan("org").exit, 2);
  EXPECT_EQ(suyuan("org add --name 甲").exit, 2) << "no kind";
  EXPECT_EQ(suyuan("org show x").exit, 2);
  EXPECT_EQ(
      said("org change 3 --name '=1+1' --code https://id.gs1.org/417/6901234000016").at("codes").as_array().size(), 1u);
  EXPECT_EQ(said("org change 3 --no-codes").at("codes").as_array().size(), 0u);
  EXPECT_EQ(said("org change 1 --name 省数据中心").at("version").as_int64(), 2) << "the server's own has a name, too";
  EXPECT_FALSE(said("org close 3").at("active").as_bool());
  EXPECT_EQ(said("org list").at("organisations").as_array().size(), 2u);
  EXPECT_EQ(said("org list --all --limit 1").at("next").as_int64(), 1);
  EXPECT_TRUE(said("org reopen 3").at("active").as_bool());
  const Ran shown = suyuan("org show 3");
  EXPECT_NE(shown.out.find("监管机构"), std::string::npos) << shown.out;
  EXPECT_NE(suyuan("org show 3 --english").out.find("regulator"), std::string::npos);
}

// shows: R1, T10
TEST_F(AccountsAtTheTerminal, people_get_roles_go_and_hand_over) {
  said("org add --name 甲市局 --kind regulator --division 420100");
  said("org add --name 乙市局 --kind regulator --division 420200");
  EXPECT_EQ(said("user add --login Zhang.San --org 2 --name 张三丰 --mobile 13812345678").at("id").as_int64(), 2);
  said("user add --login li --org 2 --name 李四");
  EXPECT_EQ(said("user grant zhang.san officer").at("roles").as_array().size(), 1u);
  expect_refused("user grant li producer", "role.wrong_organisation");
  expect_refused("user grant li machine", "role.unknown");
  expect_refused("user add --login LI --org 2 --name 李五", "account.login_taken");
  expect_refused("user add --login wu --org 2 --name 吴 --mobile 110", "person.mobile");
  expect_refused("user show nobody", "person.unknown");
  EXPECT_EQ(suyuan("user promote li").exit, 2);
  for (const char* words : {"user list", "user list --json", "user show 2", "user show zhang.san --json"}) {
    const Ran ran = suyuan(words);
    EXPECT_EQ(ran.out.find("三丰"), std::string::npos) << ran.out;
    EXPECT_EQ(ran.out.find("1381234"), std::string::npos) << ran.out;
  }
  EXPECT_NE(suyuan("user show 2").out.find("138****5678"), std::string::npos);
  EXPECT_NE(run("tasks --data nowhere-at-all").out.find("[store.none]"), std::string::npos);
  EXPECT_EQ(suyuan("mark '(01)06901234567892(10)A1' --reason 过热").exit, 0);
  const auto tasks = said("tasks").at("tasks").as_array();
  ASSERT_EQ(tasks.size(), 1u) << "of who is at the machine";
  EXPECT_EQ(tasks[0].at("kind").as_string(), "mark.lift");
  EXPECT_EQ(suyuan("mark --lift " + std::string(tasks[0].at("subject").as_string()) + " --reason 查清").exit, 0);
  EXPECT_EQ(said("tasks").at("tasks").as_array().size(), 0u);
  EXPECT_EQ(said("tasks --all").at("tasks").as_array().size(), 1u);
  expect_refused("user transfer li --to 9", "organisation.unknown");
  expect_refused("user transfer zhang.san --to 3 --deputy 2", "person.deputy");
  EXPECT_EQ(said("user transfer zhang.san --to 3 --deputy 3").at("org").as_int64(), 3);
  EXPECT_EQ(said("user show zhang.san").at("roles").as_array().size(), 0u);
  EXPECT_FALSE(said("user suspend li").at("active").as_bool());
  EXPECT_TRUE(said("user resume li").at("active").as_bool());
  EXPECT_EQ(said("user list --org 3").at("people").as_array().size(), 1u);
}

}  // namespace
}  // namespace suyuan
