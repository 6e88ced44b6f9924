// SPDX-License-Identifier: Apache-2.0
#include "adapters/http/router.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace suyuan::http {
namespace {

using testing::HasSubstr;

class RouterTest : public testing::Test {
 protected:
  void add(const std::string& path, std::vector<std::string> names = {}) {
    Route route{.method = "GET", .path = path, .act = identity::Act::kPageRead};
    for (const std::string& name : names) route.parameters.push_back({.name = name, .in = Parameter::In::kPath});
    route.handler = [path](Request&) { return reply(200, "text/plain", path); };
    router_.add(std::move(route));
  }

  Response ask(std::string_view target, std::string_view accept = "", const std::string& method = "GET") {
    Request request;
    std::string why;
    EXPECT_TRUE(read_target(target, request, why)) << why;
    request.method = method;
    if (!accept.empty()) request.headers.add("Accept", std::string(accept));
    return router_.answer(request);
  }

  Router router_;
};

TEST_F(RouterTest, a_literal_goes_before_a_name_before_the_rest) {
  add("/01/{rest...}", {"rest"});
  add("/{any}/{thing}", {"any", "thing"});
  add("/01/list");
  add("/");
  EXPECT_EQ(ask("/01/list").body, "/01/list");
  EXPECT_EQ(ask("/01/x").body, "/01/{rest...}");
  EXPECT_EQ(ask("/01/x/21/1").body, "/01/{rest...}");
  EXPECT_EQ(ask("/02/x").body, "/{any}/{thing}");
  EXPECT_EQ(ask("/").body, "/");
  EXPECT_EQ(ask("/01").status, 404);
}

TEST_F(RouterTest, a_browser_gets_the_page_for_an_unknown_path_and_a_program_the_problem) {
  router_.set_not_found_page([](Request&) { return reply(404, "text/html", "<p>"); });
  router_.add_family({"/epcis/v2", true, {{"GS1-EPCIS-Version", "2.0.0"}}});
  const std::string browser = "text/html,application/xhtml+xml,*/*;q=0.8";
  EXPECT_EQ(ask("/nothing", browser).body, "<p>");
  EXPECT_THAT(ask("/nothing").body, HasSubstr("http.no_such_path"));
  const Response epcis = ask("/epcis/v2/nothing", browser);
  EXPECT_THAT(epcis.body, HasSubstr("epcisException:NoSuchResourceException"));
  EXPECT_EQ(epcis.headers.get("GS1-EPCIS-Version"), "2.0.0");
  EXPECT_EQ(ask("/epcis/v20").headers.get("GS1-EPCIS-Version"), "");
}

TEST_F(RouterTest, every_kind_of_error_has_its_status) {
  EXPECT_EQ(status_of(ErrorKind::kInvalid), 400);
  EXPECT_EQ(status_of(ErrorKind::kForbidden), 403);
  EXPECT_EQ(status_of(ErrorKind::kNotFound), 404);
  EXPECT_EQ(status_of(ErrorKind::kConflict), 409);
  EXPECT_EQ(status_of(ErrorKind::kTooLarge), 413);
  EXPECT_EQ(status_of(ErrorKind::kUnsupported), 415);
  EXPECT_EQ(status_of(ErrorKind::kBusy), 503);
  EXPECT_EQ(status_of(ErrorKind::kDeadline), 503);
  EXPECT_EQ(status_of(ErrorKind::kCorrupt), 500);
  EXPECT_EQ(status_of(ErrorKind::kInternal), 500);
}

TEST_F(RouterTest, a_problem_never_shows_what_is_for_the_log) {
  const Error error{ErrorKind::kInternal, "store.disk", "The store failed.", "secret path /root"};
  EXPECT_THAT(problem(500, error, false, "t").body, testing::Not(HasSubstr("secret")));
}

}  // namespace
}  // namespace suyuan::http
