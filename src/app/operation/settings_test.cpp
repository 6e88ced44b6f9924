// SPDX-License-Identifier: Apache-2.0
#include "app/operation/settings.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace suyuan {
namespace {

using testing::HasSubstr;

TEST(Settings, every_default_is_within_its_own_range) {
  for (const Setting& setting : all_settings()) {
    EXPECT_EQ(problem_with(setting, setting.fallback), std::nullopt) << setting.name;
    EXPECT_FALSE(setting.meaning.empty()) << setting.name;
    EXPECT_EQ(setting.meaning.back(), '.') << setting.name;
  }
  EXPECT_TRUE(read_settings({}, {}, {}, "none").ok());
}

TEST(Settings, an_unknown_name_is_refused_with_the_nearest) {
  const auto settings = read_settings({{"http.quue_max", "3"}}, {}, {}, "none");
  ASSERT_FALSE(settings.ok());
  EXPECT_EQ(settings.error().code, "settings.refused");
  ASSERT_EQ(settings.error().findings.size(), 1u);
  EXPECT_EQ(settings.error().findings[0].code, "settings.unknown");
  EXPECT_THAT(settings.error().findings[0].text, HasSubstr("did you mean \"http.queue_max\"?"));
}

TEST(Settings, a_value_outside_its_range_is_refused_with_range_meaning_and_default) {
  Settings settings;
  const auto status = settings.set("http.queue_max", "0", SettingSource::kCommandLine);
  ASSERT_FALSE(status.ok());
  EXPECT_EQ(
      status.error().text,
      "http.queue_max = 0 requests is outside 1..100000 requests. Requests that wait or run; one more is answered "
      "503. Default: 256.");
  EXPECT_FALSE(settings.set("http.queue_max", "12x", SettingSource::kCommandLine).ok());
  EXPECT_FALSE(settings.set("http.queue_max", "99999999999999999999", SettingSource::kCommandLine).ok());
  EXPECT_FALSE(settings.set("log.level", "loud", SettingSource::kCommandLine).ok());
  EXPECT_EQ(settings.number("http.queue_max"), 256);
}

TEST(Settings, the_command_line_goes_before_the_environment_before_the_file) {
  const std::vector<std::string> environment = {"SUYUAN_SERVER_PORT=2", "SUYUAN_HTTP_QUEUE_MAX=22", "PATH=/bin",
                                                "SUYUAN_TEST_DATA=/x"};
  const SettingPairs file = {{"server.port", "3"}, {"http.queue_max", "33"}, {"http.worker_threads", "9"}};
  const auto settings = read_settings({{"server.port", "1"}}, environment, file, "suyuan.toml");
  ASSERT_TRUE(settings.ok());
  EXPECT_EQ(settings->number("server.port"), 1);
  EXPECT_EQ(settings->number("http.queue_max"), 22);
  EXPECT_EQ(settings->number("http.worker_threads"), 9);
  EXPECT_EQ(settings->source("http.queue_max"), SettingSource::kEnvironment);
  EXPECT_EQ(settings->number("http.connections_max"), 1024);
}

TEST(Settings, an_unknown_variable_of_ours_is_refused_and_a_strangers_is_not) {
  const std::vector<std::string> environment = {"SUYUAN_SERVER_PRT=1", "OTHER=1"};
  const auto settings = read_settings({}, environment, {}, "none");
  ASSERT_FALSE(settings.ok());
  ASSERT_EQ(settings.error().findings.size(), 1u);
  EXPECT_THAT(settings.error().findings[0].text, HasSubstr("SUYUAN_SERVER_PORT"));
}

TEST(Settings, every_wrong_value_is_listed_with_its_place) {
  const auto settings =
      read_settings({{"server.port", "70000"}}, {}, {{"log.level", "x"}, {"nix", "1"}}, "suyuan.toml");
  ASSERT_FALSE(settings.ok());
  ASSERT_EQ(settings.error().findings.size(), 3u);
  EXPECT_EQ(settings.error().findings[1].path, "suyuan.toml: log.level");
}

TEST(Settings, a_body_limit_above_the_memory_for_bodies_is_refused) {
  const auto settings = read_settings({{"capture.bytes_max", "536870912"}}, {}, {}, "none");
  ASSERT_FALSE(settings.ok());
  EXPECT_EQ(settings.error().findings[0].path, "http.body_memory_bytes_max");
}

TEST(Settings, the_text_names_every_setting) {
  const std::string text = settings_text(Settings());
  const std::string json = settings_json(Settings());
  for (const Setting& setting : all_settings()) {
    EXPECT_THAT(text, HasSubstr(std::string(setting.name) + " = "));
    EXPECT_THAT(text, HasSubstr(environment_name(setting.name)));
    EXPECT_THAT(json, HasSubstr(setting.name));
  }
}

}  // namespace
}  // namespace suyuan
