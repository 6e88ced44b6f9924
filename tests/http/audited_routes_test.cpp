// SPDX-License-Identifier: Apache-2.0
#include <fstream>
#include <map>

#include "base/text.h"
#include "store_fixture.h"

namespace suyuan::test {
namespace {

struct Row {
  std::string audited_as, why_not;
};

std::map<std::string, Row> rows_of(std::string_view where) {
  std::map<std::string, Row> rows;
  std::ifstream file(SUYUAN_SOURCE_DIR "/policy/audited.csv");
  for (std::string line; std::getline(file, line);) {
    const auto cells = split(line, ',');
    if (line.starts_with("#") || cells[0] != where) continue;
    EXPECT_EQ(cells.size(), 4U) << line;
    EXPECT_NE(cells[2].empty(), cells[3].empty()) << "an act or a reason, not both: " << line;
    EXPECT_TRUE(rows.emplace(cells[1], Row{std::string(cells[2]), std::string(cells[3])}).second) << line;
  }
  return rows;
}

using AuditedRoutes = StoreFixture;

// shows: R1
TEST_F(AuditedRoutes, every_route_that_may_change_something_has_an_act_in_the_audit_or_a_reason_why_not) {
  auto rows = rows_of("route");
  ASSERT_GE(rows.size(), 10U);
  const auto document = boost::json::parse(get(start(), "/openapi.json").body).as_object();
  for (const auto& [path, operations] : document.at("paths").as_object()) {
    for (const auto& [method, operation] : operations.as_object()) {
      if (method == "get" || method == "head" || method == "options") continue;
      const std::string name(operation.at("operationId").as_string());
      EXPECT_EQ(rows.erase(name), 1U) << name << " has no row in policy/audited.csv: " << method << " " << path;
    }
  }
  for (const auto& [name, row] : rows) ADD_FAILURE() << "no such route any more: " << name;
}

}  // namespace
}  // namespace suyuan::test
