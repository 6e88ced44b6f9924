// SPDX-License-Identifier: Apache-2.0
#include "walk.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

namespace suyuan::access {
namespace {

using testing::Contains;
using testing::HasSubstr;
using testing::IsEmpty;

std::string lines_of(const std::set<std::string>& words) {
  std::string text;
  for (const std::string& word : words) text += word + "\n";
  return text;
}

// shows: R1, R23, E1, T3, T10
TEST(EveryRoute, asks_who_it_is_lets_in_whom_the_policy_names_and_tells_nobody_else_what_there_is) {
  Office office;
  office.tell_the_chain();
  const auto endpoints = read_endpoints();
  const Walked walked = walk(office, endpoints);
  for (const std::string& finding : walked.findings) ADD_FAILURE() << finding;

  const std::filesystem::path file = std::filesystem::path(SUYUAN_SOURCE_DIR) / "tests/access/untested-endpoints.txt";
  if (std::getenv("SUYUAN_TEST_WRITE") != nullptr) std::ofstream(file) << lines_of(walked.untested);
  std::stringstream agreed;
  agreed << std::ifstream(file).rdbuf();
  EXPECT_EQ(lines_of(walked.untested), agreed.str())
      << "Routes without a permission test. Give each a row in tests/access/endpoints.txt.";
  EXPECT_EQ(agreed.str(), "") << "no route goes without";

  std::set<std::string> served;
  for (const http::Route& route : office.routes()) served.insert(route.operation_id);
  for (const auto& [name, endpoint] : endpoints)
    EXPECT_TRUE(served.contains(name)) << "no such route any more: " << name;
  EXPECT_EQ(served.size(), office.routes().size()) << "every route has a name of its own";
}

http::Route planted(std::string name, std::string path, http::Handler handler) {
  http::Route route{
      .method = "GET", .path = std::move(path), .operation_id = std::move(name), .act = identity::Act::kEventRead};
  if (route.path.find("{id}") != std::string::npos)
    route.parameters.push_back({.name = "id", .in = http::Parameter::In::kPath});
  route.handler = std::move(handler);
  return route;
}

// The walk itself, by routes that do what none may.
TEST(EveryRoute, a_new_one_without_a_test_is_listed_and_one_that_does_wrong_is_found) {
  const auto nothing = [](http::Request&) { return http::reply(404, "application/json", "{}"); };
  std::vector<http::Route> more;
  more.push_back(planted("new", "/planted/new", nothing));
  more.push_back(planted("newWithId", "/planted/new/{id}", nothing));
  more.push_back(planted("sound", "/planted/sound/{id}", nothing));
  more.push_back(planted("telling", "/planted/telling/{id}", [](http::Request& request) {
    const bool is_there = request.path_value("id") == "urn:event:e1";
    return http::reply(is_there ? 403 : 404, "application/json", "{}");
  }));
  more.push_back(planted("tellingByETag", "/planted/etag/{id}", [](http::Request& request) {
    http::Response response = http::reply(404, "application/json", "{}");
    if (request.path_value("id") == "urn:event:e1") response.headers.set("ETag", "\"1\"");
    return response;
  }));
  more.push_back(planted("telltale", "/planted/text/{id}", [](http::Request& request) {
    return http::reply(404, "text/plain", request.path_value("id") == "urn:event:e1" ? "not yours" : "none");
  }));
  more.push_back(
      planted("refusing", "/planted/refusing", [](http::Request&) { return http::reply(403, "text/plain", ""); }));
  // Answered on the network thread, where nobody is asked who they are: an officer is refused too.
  http::Route unasked = planted("unasked", "/planted/unasked", nothing);
  unasked.is_instant = true;
  more.push_back(std::move(unasked));

  Office office(std::move(more));
  office.tell_the_chain();
  auto endpoints = read_endpoints();
  for (const char* name : {"sound", "telling", "tellingByETag", "telltale"}) endpoints[name].things = {{"id", "event"}};
  endpoints["refusing"], endpoints["unasked"];
  const Walked walked = walk(office, endpoints);
  EXPECT_EQ(walked.untested, (std::set<std::string>{"new", "newWithId"}));
  for (const char* name : {"telling", "tellingByETag", "telltale", "refusing", "unasked"})
    EXPECT_THAT(walked.findings, Contains(testing::StartsWith(std::string(name) + " "))) << name;
  for (const std::string& finding : walked.findings)
    EXPECT_THAT(finding, testing::Not(testing::StartsWith("sound "))) << "a false alarm";
}

}  // namespace
}  // namespace suyuan::access
