// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>

#include "../support/program_key.h"
#include "run_binary.h"

namespace suyuan {
namespace {

namespace fs = std::filesystem;

class UserLogin : public testing::Test {
 protected:
  UserLogin() { fs::remove_all(folder_); }
  ~UserLogin() override { fs::remove_all(folder_); }

  const fs::path folder_ = fs::temp_directory_path() / fmt::format("suyuan-user-login-{}", ::getpid());
  const std::string store_ = fmt::format("--data '{}'", folder_.string());
};

// shows: T10
TEST_F(UserLogin, a_key_is_printed_once_and_its_store_has_only_its_hash) {
  const std::string header = test::key_header(store_, "producer", "producer");
  ASSERT_TRUE(header.starts_with("Authorization: Bearer sk_")) << header;
  const std::string secret = header.substr(header.size() - 45, 43);
  EXPECT_EQ(
      test::said_by_program("user key --org 2 --role producer --act event.capture --days 1 " + store_).substr(0, 3),
      "sk_");
  const Ran found = run("lookups " + store_);
  EXPECT_EQ(found.exit, 0) << found.out;
  EXPECT_NE(::system(fmt::format("grep -rqF -e '{}' '{}'", secret, folder_.string()).c_str()), 0);
  struct stat file {};
  ASSERT_EQ(::stat((folder_ / "login-key").c_str(), &file), 0);
  EXPECT_EQ(file.st_mode & 0777U, 0600U) << "nobody else reads it";
  EXPECT_EQ(file.st_size, 32);
}

TEST_F(UserLogin, what_does_not_fit_is_refused_with_what_to_do) {
  static_cast<void>(test::key_header(store_, "producer", "producer"));
  const auto refused = [&](const std::string& words) {
    const Ran ran = run("user " + words + " " + store_);
    EXPECT_EQ(ran.exit, 1) << words;
    return ran.out;
  };
  EXPECT_NE(refused("key --org 2 --role secadmin").find("key.role"), std::string::npos);
  EXPECT_NE(refused("key --org 2 --role seller").find("role.wrong_organisation"), std::string::npos);
  EXPECT_NE(refused("key --org 2 --role king").find("key.role"), std::string::npos);
  EXPECT_NE(refused("key --org 2 --role producer --act account.own").find("key.acts"), std::string::npos);
  EXPECT_NE(refused("key --org 99 --role producer").find("organisation.unknown"), std::string::npos);
  EXPECT_NE(refused("password nobody").find("login.unknown"), std::string::npos);
  fs::resize_file(folder_ / "login-key", 31);
  EXPECT_NE(refused("password nobody").find("login.bad_key_file"), std::string::npos);
}

TEST_F(UserLogin, a_password_comes_by_a_link_or_from_the_terminal_and_never_from_the_line) {
  static_cast<void>(test::key_header(store_, "producer", "producer"));
  static_cast<void>(test::said_by_program("user add --login wang --name x --org 2 " + store_));
  const std::string link = test::said_by_program("user password wang " + store_);
  EXPECT_TRUE(link.starts_with("/setup/")) << link;
  EXPECT_EQ(link.size(), 7U + 43U);
  const auto typed = [&](const std::string& lines) {
    return ::system(
        fmt::format("printf '{}' | '{}' user password wang --terminal {} >/dev/null 2>&1", lines, SUYUAN_BINARY, store_)
            .c_str());
  };
  EXPECT_EQ(typed("kzvw7q2-mond\\nkzvw7q2-mond\\n"), 0);
  EXPECT_NE(typed("kzvw7q2-mond\\nother-mond-7\\n"), 0);
  EXPECT_NE(typed("12345678\\n12345678\\n"), 0);
  EXPECT_EQ(run("user password wang kzvw7q2-mond " + store_).exit, 2);
}

}  // namespace
}  // namespace suyuan
