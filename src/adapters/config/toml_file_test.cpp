// SPDX-License-Identifier: Apache-2.0
#include "adapters/config/toml_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace suyuan {
namespace {

TEST(TomlFile, tables_become_dotted_names_in_file_order) {
  const auto pairs = read_toml("[server]\nport = 8081\naddress = \"::1\"\n[http]\nqueue_max = 7\n", "s.toml");
  ASSERT_TRUE(pairs.ok());
  EXPECT_EQ(*pairs, (SettingPairs{{"server.port", "8081"}, {"server.address", "::1"}, {"http.queue_max", "7"}}));
}

TEST(TomlFile, a_mistake_is_named_with_its_line) {
  const auto pairs = read_toml("[server]\nport = = 1\n", "s.toml");
  ASSERT_FALSE(pairs.ok());
  EXPECT_EQ(pairs.error().code, "config.syntax");
  EXPECT_THAT(pairs.error().text, testing::HasSubstr("s.toml:2:"));
}

TEST(TomlFile, a_list_is_no_setting) {
  const auto pairs = read_toml("[server]\nport = [1, 2]\n", "s.toml");
  ASSERT_FALSE(pairs.ok());
  EXPECT_EQ(pairs.error().code, "config.value");
}

TEST(TomlFile, a_file_that_is_not_there_is_named) {
  const auto pairs = read_toml_file("/nowhere/suyuan.toml");
  ASSERT_FALSE(pairs.ok());
  EXPECT_EQ(pairs.error().code, "config.unreadable");
  EXPECT_THAT(pairs.error().text, testing::HasSubstr("/nowhere/suyuan.toml"));
}

}  // namespace
}  // namespace suyuan
