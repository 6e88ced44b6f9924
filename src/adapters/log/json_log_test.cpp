// SPDX-License-Identifier: Apache-2.0
#include "adapters/log/json_log.h"

#include <gtest/gtest.h>

namespace suyuan {
namespace {

TEST(JsonLog, what_a_user_sent_cannot_forge_a_line) {
  EXPECT_EQ(json_log_line("2026-03-01T00:00:00.000Z", LogLevel::kInfo, "http.request", "abc",
                          {{"path", std::string("/x\n{\"level\":\"error\"}\"")}, {"status", std::int64_t{404}}}),
            R"({"time":"2026-03-01T00:00:00.000Z","level":"info","event":"http.request","trace_id":"abc",)"
            R"("path":"/x\n{\"level\":\"error\"}\"","status":404})");
}

TEST(JsonLog, bytes_that_are_no_text_are_shown_escaped) {
  const std::string line = json_log_line("t", LogLevel::kWarning, "e", "", {{"path", std::string("a\xff\x1b")}});
  EXPECT_EQ(line.find('\xff'), std::string::npos);
  EXPECT_NE(line.find("\\\\xff"), std::string::npos) << line;
}

}  // namespace
}  // namespace suyuan
