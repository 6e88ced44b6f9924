// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <boost/json.hpp>
#include <fstream>
#include <map>
#include <sstream>

#include "base/text.h"

namespace suyuan::test {
namespace {

struct Row {
  std::string audited_as, why_not;
};

std::string text_of(const std::string& path) {
  std::ostringstream text;
  text << std::ifstream(std::string(SUYUAN_SOURCE_DIR) + path, std::ios::binary).rdbuf();
  return text.str();
}

std::map<std::string, Row> rows_of(std::string_view where) {
  std::map<std::string, Row> rows;
  std::ifstream file(SUYUAN_SOURCE_DIR "/policy/audited.csv");
  for (std::string line; std::getline(file, line);) {
    const auto cells = split(line, ',');
    if (line.starts_with("#") || cells[0] != where) continue;
    EXPECT_EQ(cells.size(), 5U) << line;
    EXPECT_NE(cells[2].empty(), cells[4].empty()) << "an act or a reason, not both: " << line;
    EXPECT_EQ(cells[3] == "audit", !cells[2].empty()) << "an entry of the audit is a leaf: " << line;
    EXPECT_TRUE(cells[3] == "audit" || cells[3] == "event" || cells[3] == "none") << line;
    EXPECT_TRUE(rows.emplace(cells[1], Row{std::string(cells[2]), std::string(cells[4])}).second) << line;
  }
  return rows;
}

// The description is compared with what the program serves, signing in included, by openapi_test.
// shows: R1, T10
TEST(AuditedRoutes, every_route_that_may_change_something_has_an_act_in_the_audit_or_a_reason_why_not) {
  auto rows = rows_of("route");
  ASSERT_GE(rows.size(), 10U);
  const auto document = boost::json::parse(text_of("/api/openapi.json")).as_object();
  for (const auto& [path, operations] : document.at("paths").as_object()) {
    for (const auto& [method, operation] : operations.as_object()) {
      if (method == "get" || method == "head" || method == "options") continue;
      const std::string name(operation.at("operationId").as_string());
      EXPECT_EQ(rows.erase(name), 1U) << name << " has no row in policy/audited.csv: " << method << " " << path;
    }
  }
  for (const auto& [name, row] : rows) ADD_FAILURE() << "no such route any more: " << name;
}

// shows: R1, T10
TEST(AuditedRoutes, every_act_is_described_and_nothing_is_left_for_later) {
  const std::string described = text_of("/docs/audit.md");
  for (const char* where : {"route", "redirect", "command"}) {
    const auto rows = rows_of(where);
    EXPECT_FALSE(rows.empty()) << where;
    for (const auto& [name, row] : rows) {
      EXPECT_EQ(row.why_not.find("no entry yet"), std::string::npos) << name;
      if (row.audited_as.empty()) continue;
      for (const std::string_view act : split(row.audited_as, ' '))
        EXPECT_NE(described.find("`" + std::string(act) + "`"), std::string::npos)
            << name << " leaves \"" << act << "\", of which docs/audit.md says nothing";
    }
  }
}

}  // namespace
}  // namespace suyuan::test
