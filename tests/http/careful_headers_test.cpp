// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "adapters/http/server.h"
#include "base/text.h"
#include "client.h"
#include "listening_log.h"

// What browsers are told on every answer, and what a hostile request can write into headers and the log: nothing.
namespace suyuan::http {
namespace {

using test::Answer;
using test::Client;
using testing::HasSubstr;

class HeaderTest : public testing::Test {
 protected:
  HeaderTest() {
    add("/ok", [](Request&) { return reply(200, "application/json", "{}"); });
    add("/throws", [](Request&) -> Response { throw std::runtime_error("x"); });
    add("/own", [](Request&) {
      Response response = reply(200, "text/html", "x");
      response.headers.set("content-security-policy", "default-src 'self'");
      return response;
    });
    // As a careless handler would: what it was given goes where it should not.
    add("/mirror", [](Request& request) {
      Response response = reply(303, "text/plain", "x");
      response.headers.set("Location", "/" + std::string(request.query_value("to").value_or("")));
      response.headers.set("Content-Disposition",
                           "attachment; filename=\"" + std::string(request.query_value("name").value_or("")) + "\"");
      response.headers.set(std::string(request.query_value("name").value_or("")), "x");
      return response;
    });
    const auto kept = std::make_shared<const Response>(reply(200, "text/html", "kept"));
    Route memory{.method = "GET", .path = "/kept", .act = identity::Act::kPageRead, .handler = [](Request&) {
                   return Response{};
                 }};
    memory.from_memory = [kept](const Request& request) {
      if (!request.headers.has("If-None-Match")) return kept;
      auto same = std::make_shared<Response>();
      same->status = 304;
      return std::shared_ptr<const Response>(same);
    };
    router_.add(std::move(memory));
    limits_.header_bytes = 2048;
  }

  void add(std::string path, Handler handler) {
    router_.add({.method = "GET",
                 .path = std::move(path),
                 .act = identity::Act::kPageRead,
                 .answers = {{200, "x", {"application/json", "text/html", "text/plain"}}},
                 .handler = std::move(handler)});
  }

  int start() {
    auto server = listen({}, limits_, router_, metrics_, log_, state_);
    EXPECT_TRUE(server.ok());
    server_ = std::move(*server);
    return server_->port();
  }

  Limits limits_;
  Router router_;
  Metrics metrics_;
  test::ListeningLog log_;
  ServerState state_;
  std::unique_ptr<Server> server_;
};

// shows: T10
TEST_F(HeaderTest, every_kind_of_answer_tells_browsers_to_be_careful) {
  limits_.connections = 1;
  const int port = start();
  const auto ask = [&](const std::string& request) {
    Answer answer;
    for (int i = 0; i < 500 && (answer.status == 0 || answer.status == 503); ++i) answer = test::ask(port, request);
    return answer;
  };
  const struct {
    std::string request;
    int status;
  } kAnswers[] = {
      {"GET /ok HTTP/1.1\r\nHost: t\r\n\r\n", 200},
      {"HEAD /ok HTTP/1.1\r\nHost: t\r\n\r\n", 200},
      {"OPTIONS /ok HTTP/1.1\r\nHost: t\r\n\r\n", 204},
      {"GET /mirror HTTP/1.1\r\nHost: t\r\n\r\n", 303},
      {"GET /kept HTTP/1.1\r\nHost: t\r\n\r\n", 200},
      {"GET /kept HTTP/1.1\r\nHost: t\r\nIf-None-Match: *\r\n\r\n", 304},
      {"GET /ok HTTP/1.1\r\n\r\n", 400},
      {"nonsense\r\n\r\n", 400},
      {"GET /%FF HTTP/1.1\r\nHost: t\r\n\r\n", 400},
      {"GET /absent HTTP/1.1\r\nHost: t\r\n\r\n", 404},
      {"DELETE /ok HTTP/1.1\r\nHost: t\r\n\r\n", 405},
      {"GET /ok HTTP/1.1\r\nHost: t\r\nAccept: image/png\r\n\r\n", 406},
      {"GET /" + std::string(5000, 'a') + " HTTP/1.1\r\nHost: t\r\n\r\n", 414},
      {"GET /ok HTTP/1.1\r\nHost: t\r\nX: " + std::string(5000, 'a') + "\r\n\r\n", 431},
      {"GET /throws HTTP/1.1\r\nHost: t\r\n\r\n", 500},
  };
  const auto judge = [](const Answer& answer, const std::string& about) {
    EXPECT_EQ(answer.header("X-Content-Type-Options"), "nosniff") << about;
    EXPECT_EQ(answer.header("X-Frame-Options"), "DENY") << about;
    EXPECT_EQ(answer.header("Referrer-Policy"), "same-origin") << about;
    EXPECT_EQ(answer.header("Cross-Origin-Opener-Policy"), "same-origin") << about;
    EXPECT_EQ(answer.header("Cross-Origin-Resource-Policy"), "same-origin") << about;
    EXPECT_THAT(answer.header("Content-Security-Policy"),
                testing::AllOf(HasSubstr("default-src 'none'"), HasSubstr("frame-ancestors 'none'"),
                               testing::Not(HasSubstr("unsafe")), testing::Not(HasSubstr("script-src"))))
        << about;
    EXPECT_EQ(answer.header("Strict-Transport-Security"), "") << about;
  };
  for (const auto& [request, status] : kAnswers) {
    const Answer answer = ask(request);
    EXPECT_EQ(answer.status, status) << request.substr(0, 60);
    judge(answer, request.substr(0, 60));
  }
  Client first(port), second(port);  // one connection too many
  first.send("GET /ok HTTP/1.1\r\nHost: t\r\n\r\n");
  const Answer full = second.receive();
  if (full.status == 503) judge(full, "too many connections");
}

TEST_F(HeaderTest, a_policy_of_the_answer_s_own_stays_alone) {
  const Answer answer = test::get(start(), "/own");
  EXPECT_EQ(answer.header("Content-Security-Policy"), "default-src 'self'");
  EXPECT_THAT(answer.head, testing::Not(HasSubstr("default-src 'none'")));
}

std::set<std::string> names_in(const Answer& answer) {
  std::set<std::string> names;
  for (std::string_view line : split(answer.head, '\n')) {
    line = trim(line);
    if (!line.empty() && !line.starts_with("HTTP/")) names.insert(ascii_lower(line.substr(0, line.find(':'))));
  }
  return names;
}

// shows: T10
TEST_F(HeaderTest, a_hostile_request_writes_no_header_and_no_line_of_the_log) {
  const int port = start();
  const std::set<std::string> known = {"content-type",
                                       "server",
                                       "date",
                                       "trace-id",
                                       "x-content-type-options",
                                       "content-security-policy",
                                       "x-frame-options",
                                       "referrer-policy",
                                       "cross-origin-opener-policy",
                                       "cross-origin-resource-policy",
                                       "content-length",
                                       "connection",
                                       "location",
                                       "content-disposition",
                                       "allow"};
  const std::string evil = "%0D%0ASet-Cookie:%20stolen=1%0D%0A%0D%0A%00", utf8 = "%C2%85%E2%80%A8%E2%80%AE%1B[31m%7F";
  const std::string evil_text = "%0D%0ASet-Cookie:%20stolen=1%0D%0A%0D%0A";
  const std::string requests[] = {
      "GET /mirror?to=" + evil_text + "&name=" + evil_text + " HTTP/1.1\r\nHost: t\r\n\r\n",
      "GET /mirror?to=" + utf8 + "&name=" + utf8 + "%22 HTTP/1.1\r\nHost: t\r\n\r\n",
      "GET /mirror?to=" + evil + " HTTP/1.1\r\nHost: t\r\n\r\n",
      "GET /mirror?name=Set-Cookie:x HTTP/1.1\r\nHost: t\r\n\r\n",
      "GET /" + evil + " HTTP/1.1\r\nHost: t\r\n\r\n",
      "GET /" + evil_text + utf8 + " HTTP/1.1\r\nHost: t\r\n\r\n",
      "GET /\x1B[2J\r\x01 HTTP/1.1\r\nHost: t\r\n\r\n",
      "GET /\xC2\x85\xE2\x80\xA8{\"level\":\"error\"} HTTP/1.1\r\nHost: t\r\n\r\n",
      "GET /ok HTTP/1.1\r\nHost: t\r\ntraceparent: 00-\r\n 4bf92f3577b34da6a3ce929d0e0e4736\r\n\r\n",
      "GET /ok HTTP/1.1\r\nHost: t\r\ntraceparent: "
      "00-4bf92f3577b34da6a3ce929d\rSet-Cookie:1-00f067aa0ba902b7-01\r\n\r\n",
      "GET /ok HTTP/1.1\r\nHost: t\r\ntraceparent: 00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01\r\n\r\n",
      "GET /ok HTTP/1.1\r\nHost: t\r\nX-Forwarded-For: 1.2.3.4\rSet-Cookie: x\r\n\r\n",
      "GET /ok HTTP/1.1\r\nHost: t\r\nX-Forwarded-For: evil\x1B[31m, \"},{\"a\":\"\r\n\r\n",
      "GET /ok HTTP/1.1\r\nHost: t\r\nAccept: a/b\x01,\r\n\tfolded\r\n\r\n",
      "GE\x1BT /ok HTTP/1.1\r\nHost: t\r\n\r\n",
  };
  for (const std::string& request : requests) {
    const Answer answer = test::ask(port, request);
    for (const std::string& name : names_in(answer)) EXPECT_TRUE(known.contains(name)) << name << " of " << request;
    EXPECT_EQ(answer.header("Trace-Id").size(), 32u) << request;
    EXPECT_EQ(answer.header("Trace-Id").find_first_not_of("0123456789abcdef"), std::string::npos) << request;
    const std::string location = answer.header("Location") + answer.header("Content-Disposition");
    EXPECT_EQ(location.find_first_of(std::string("\r\n\x1B\x7F\0", 5)), std::string::npos);
  }
  server_->stop(std::chrono::seconds(10));  // a line is written after its answer
  ASSERT_GE(log_.lines().size(), std::size(requests));
  for (const std::string& line : log_.lines()) {
    for (const unsigned char c : line) EXPECT_TRUE(c >= 0x20 && c != 0x7F) << line;
    EXPECT_EQ(line.find("\xC2\x85"), std::string::npos) << line;  // NEL and LINE SEPARATOR end lines for some
    EXPECT_EQ(line.find("\xE2\x80\xA8"), std::string::npos) << line;
    EXPECT_EQ(line.find("\"level\":\"error\""), std::string::npos) << line;
  }
}

}  // namespace
}  // namespace suyuan::http
