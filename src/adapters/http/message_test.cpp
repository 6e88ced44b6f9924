// SPDX-License-Identifier: Apache-2.0
#include "adapters/http/message.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "adapters/http/wire.h"
#include "base/text.h"

namespace suyuan::http {
namespace {

TEST(Negotiate, takes_the_best_quality_and_the_first_offer_among_equals) {
  const std::vector<std::string> offered = {"text/html", "application/json", "application/linkset+json"};
  EXPECT_EQ(negotiate("", offered), "text/html");
  EXPECT_EQ(negotiate("*/*", offered), "text/html");
  EXPECT_EQ(negotiate("application/json", offered), "application/json");
  EXPECT_EQ(negotiate("text/html;q=0.5, application/*;q=0.8", offered), "application/json");
  EXPECT_EQ(negotiate("text/*;q=0, */*", offered), "application/json");
  EXPECT_EQ(negotiate("Text/HTML ; level=1 ; Q=0.1", offered), "text/html");
  EXPECT_EQ(negotiate("image/png", offered), "");
  EXPECT_EQ(negotiate("text/html;q=x", offered), "");
}

TEST(MediaType, drops_parameters_and_case) {
  EXPECT_EQ(media_type("Application/JSON ; charset=utf-8"), "application/json");
  EXPECT_EQ(media_type(""), "");
}

TEST(Headers, names_compare_without_case) {
  Headers headers;
  headers.add("X-A", "1");
  headers.add("x-a", "2");
  EXPECT_EQ(headers.get("X-a"), "1");
  EXPECT_EQ(headers.count("x-A"), 2u);
  headers.set("X-A", "3");
  EXPECT_EQ(headers.count("x-a"), 1u);
}

TEST(ReadTarget, takes_what_people_type_and_browsers_send) {
  Request request;
  std::string why;
  ASSERT_TRUE(read_target("/a/\xE5\x8F\x91?EQ_bizStep=shipping|receiving&x={\xE8\xB4\xA7}[0]^`\\", request, why))
      << why;
  EXPECT_EQ(request.path, "/a/%E5%8F%91");
  EXPECT_EQ(request.segments, (std::vector<std::string>{"a", "\xE5\x8F\x91"}));
  EXPECT_EQ(request.query, (Pairs{{"EQ_bizStep", "shipping|receiving"}, {"x", "{\xE8\xB4\xA7}[0]^`\\"}}));
  for (const char* bad :
       {"/a|b", "/?a=%zz", "/?a=%4", "/?a=<b>", "/?a=\"b\"", "/?a=b c", "/?a=\x01", "/?a=\xFF", "/?a=%00", "/a/../b"})
    EXPECT_FALSE(read_target(bad, request, why)) << bad;
}

RC_GTEST_PROP(ReadTarget, never_lets_bad_text_through, (const std::string& bytes)) {
  Request request;
  std::string why;
  if (!read_target("/" + bytes, request, why)) {
    RC_ASSERT(!why.empty());
    return;
  }
  for (const std::string& segment : request.segments) {
    RC_ASSERT(is_utf8(segment) && segment.find('\0') == std::string::npos && segment != "." && segment != "..");
  }
  for (const auto& [name, value] : request.query) RC_ASSERT(is_utf8(name) && is_utf8(value));
}

RC_GTEST_PROP(ResponseHead, has_as_many_lines_as_fields_whatever_they_hold, (const std::string& value)) {
  Response response;
  response.headers.add("Location", value);
  const std::string head = response_head(response, "", true, false);
  Response plain;
  plain.headers.add("Location", "x");
  const auto lines = [](const std::string& text) { return split(text, '\n').size(); };
  RC_ASSERT(lines(head) == lines(response_head(plain, "", true, false)));
}

}  // namespace
}  // namespace suyuan::http
