// SPDX-License-Identifier: Apache-2.0
#include "adapters/http/server.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <condition_variable>
#include <functional>
#include <mutex>
#include <thread>

#include "client.h"

// A real server on a free loopback port, with routes made for the test.
namespace suyuan::http {
namespace {

using namespace std::chrono_literals;
using test::Client;
using testing::HasSubstr;
using testing::StartsWith;

// Handlers wait at it until it opens.
class Barrier {
 public:
  void pass() {
    std::unique_lock lock(mutex_);
    ++waiting_;
    changed_.notify_all();
    changed_.wait(lock, [&] { return open_; });
  }
  void wait_for(int count) {
    std::unique_lock lock(mutex_);
    ASSERT_TRUE(changed_.wait_for(lock, 10s, [&] { return waiting_ >= count; }));
  }
  void open() {
    const std::lock_guard lock(mutex_);
    open_ = true;
    changed_.notify_all();
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  int waiting_ = 0;
  bool open_ = false;
};

class ServerTest : public testing::Test {
 protected:
  ServerTest() {
    limits_.network_threads = 2;
    limits_.worker_threads = 2;
    const auto show = [](Request& request) {
      std::string body = request.method + " " + std::to_string(request.body.size());
      for (const std::string& segment : request.segments) body += "[" + segment + "]";
      for (const auto& [name, value] : request.query) body += "{" + name + "=" + value + "}";
      return reply(200, "text/plain", body);
    };
    add("GET", "/show/{rest...}", show, {{.name = "rest", .in = Parameter::In::kPath}});
    add("POST", "/show", show);
    add("GET", "/slow", [this](Request&) {
      gate_.pass();
      return reply(200, "text/plain", "done");
    });
    add("GET", "/throws", [](Request&) -> Response { throw std::runtime_error("secret detail"); });
    add("GET", "/injects", [](Request&) {
      Response response = reply(200, "text/plain", "x");
      response.headers.add("Location", "/a\r\nSet-Cookie: stolen=1\r\n\r\nbody");
      response.headers.add("Bad\r\nName", "x");
      return response;
    });
    add("GET", "/big", [](Request&) { return reply(200, "text/plain", std::string(64 * 1024 * 1024, 'x')); });
    Route live{
        .method = "GET", .path = "/live", .act = identity::Act::kPageRead, .is_instant = true, .handler = [](Request&) {
          return Response{};
        }};
    router_.add(std::move(live));
    Route capture{
        .method = "POST", .path = "/capture", .act = identity::Act::kPageRead, .is_capture = true, .handler = show};
    router_.add(std::move(capture));
  }

  ~ServerTest() override { gate_.open(); }

  void add(std::string method, std::string path, Handler handler, std::vector<Parameter> parameters = {}) {
    router_.add({.method = std::move(method),
                 .path = std::move(path),
                 .act = identity::Act::kPageRead,
                 .parameters = std::move(parameters),
                 .handler = std::move(handler)});
  }

  int start() {
    auto server = listen({}, limits_, router_, metrics_, log_, state_);
    EXPECT_TRUE(server.ok());
    server_ = std::move(*server);
    return server_->port();
  }

  Limits limits_;
  Barrier gate_;
  Router router_;
  Metrics metrics_;
  SilentLog log_;
  ServerState state_;
  std::unique_ptr<Server> server_;
};

std::string request_of(std::string_view line, std::string_view more = "") {
  return std::string(line) + " HTTP/1.1\r\nHost: test\r\n" + std::string(more) + "\r\n";
}

TEST_F(ServerTest, answers_a_request_with_segments_and_query_decoded) {
  const auto answer = test::get(start(), "/show/A%2F1/%E5%86%9C?q=a+b%2Bc&flag");
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.body, "GET 0[show][A/1][农]{q=a b+c}{flag=}");
  EXPECT_EQ(answer.header("Connection"), "keep-alive");
  EXPECT_EQ(answer.header("Trace-Id").size(), 32u);
  EXPECT_THAT(answer.header("Date"), HasSubstr("GMT"));
}

TEST_F(ServerTest, keeps_the_trace_id_that_a_client_sends_and_replaces_a_bad_one) {
  const int port = start();
  const std::string id = "4bf92f3577b34da6a3ce929d0e0e4736";
  EXPECT_EQ(test::get(port, "/show/x", "traceparent: 00-" + id + "-00f067aa0ba902b7-01\r\n").header("Trace-Id"), id);
  EXPECT_NE(test::get(port, "/show/x", "traceparent: 00-" + std::string(32, '0') + "-00f067aa0ba902b7-01\r\n")
                .header("Trace-Id"),
            std::string(32, '0'));
}

TEST_F(ServerTest, a_head_request_gets_the_head_alone) {
  Client client(start());
  client.send(request_of("HEAD /show/x"));
  client.send(request_of("GET /show/x"));
  const auto head = client.receive(false);
  EXPECT_EQ(head.status, 200);
  EXPECT_EQ(head.header("Content-Length"), "14");
  EXPECT_EQ(client.receive().body, "GET 0[show][x]");
}

TEST_F(ServerTest, options_lists_the_methods_of_a_path) {
  const int port = start();
  EXPECT_EQ(test::ask(port, request_of("OPTIONS /show")).header("Allow"), "OPTIONS, POST");
  EXPECT_EQ(test::ask(port, request_of("OPTIONS /show/x")).header("Allow"), "GET, HEAD, OPTIONS");
  EXPECT_EQ(test::ask(port, request_of("OPTIONS *")).status, 204);
  EXPECT_EQ(test::ask(port, request_of("OPTIONS /nothing")).status, 404);
}

TEST_F(ServerTest, an_unknown_path_is_a_problem_that_names_the_nearest) {
  const auto answer = test::get(start(), "/slw");
  EXPECT_EQ(answer.status, 404);
  EXPECT_EQ(answer.header("Content-Type"), "application/problem+json");
  EXPECT_THAT(answer.body, HasSubstr("\"code\":\"http.no_such_path\""));
  EXPECT_THAT(answer.body, HasSubstr("did you mean /slow?"));
  EXPECT_THAT(answer.body, HasSubstr("\"traceId\":\"" + answer.header("Trace-Id")));
}

TEST_F(ServerTest, another_method_is_405_with_the_methods_that_work) {
  const auto answer = test::ask(start(), request_of("DELETE /slow", "Content-Length: 0\r\n"));
  EXPECT_EQ(answer.status, 405);
  EXPECT_EQ(answer.header("Allow"), "GET, HEAD, OPTIONS");
}

// shows: X8
TEST_F(ServerTest, what_is_no_request_gets_400_and_the_connection_ends) {
  const int port = start();
  const std::vector<std::string> malformed = {
      "hello\r\n\r\n",
      "GET /show/x HTTP/9.9\r\nHost: t\r\n\r\n",
      "GET  /show/x HTTP/1.1\r\nHost: t\r\n\r\n",
      "GET /show/x HTTP/1.1\r\n\r\n",
      "GET /show/x HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
      "GET /show/x HTTP/1.1\r\nHost : t\r\n\r\n",
      "GET /show/x HTTP/1.1\r\nHost: t\r\nno colon here\r\n\r\n",
      "POST /show HTTP/1.1\r\nHost: t\r\nContent-Length: -1\r\n\r\n",
      "POST /show HTTP/1.1\r\nHost: t\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\nabcd",
      "POST /show HTTP/1.1\r\nHost: t\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
      "POST /show HTTP/1.1\r\nHost: t\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n",
      std::string("\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", 11) + std::string(200, '\x7f'),
      std::string("GET /a\0b HTTP/1.1\r\nHost: t\r\n\r\n", 31),
  };
  for (const std::string& bytes : malformed) {
    Client client(port);
    client.send(bytes);
    EXPECT_EQ(client.receive().status, 400) << bytes;
    EXPECT_TRUE(client.is_closed()) << bytes;
  }
  EXPECT_EQ(test::get(port, "/show/x").status, 200);
}

TEST_F(ServerTest, tricks_with_paths_are_refused) {
  const int port = start();
  for (const std::string target :
       {"/show/..", "/show/%2e%2E/x", "/show/./x", "/./show/x", "/.//show/x", "/show/%00", "/show/a%", "/show/%zz",
        "/show/%ff%fe", "/show/x?q=%00", "/show/x?q=%ff", "show/x", "/show/\xc3\x28"}) {
    const auto answer = test::get(port, target);
    EXPECT_EQ(answer.status, 400) << target;
    EXPECT_THAT(answer.body, HasSubstr("http.")) << target;
  }
  EXPECT_EQ(test::get(port, "/show/a%2F..%2Fb").body, "GET 0[show][a/../b]");
  EXPECT_EQ(test::get(port, "http://test/show/x").body, "GET 0[show][x]");
  EXPECT_EQ(test::get(port, "/show//x").status, 404);
  EXPECT_EQ(test::get(port, "/slow%2Fx").status, 404);
}

// shows: X8
TEST_F(ServerTest, a_header_above_the_limit_is_431) {
  limits_.header_bytes = 2048;
  const int port = start();
  const auto answer = test::get(port, "/show/x", "X-Long: " + std::string(4000, 'a') + "\r\n");
  EXPECT_EQ(answer.status, 431);
  EXPECT_THAT(answer.body, HasSubstr("2048 bytes (http.header_bytes_max)"));
  EXPECT_EQ(test::get(port, "/show/" + std::string(4000, 'a')).status, 414);
}

// shows: X8
TEST_F(ServerTest, a_body_above_the_limit_is_413_before_it_is_read) {
  limits_.body_bytes = 1000;
  limits_.capture_bytes = 2000;
  const int port = start();
  Client client(port);
  client.send(request_of("POST /show", "Content-Length: 1001\r\nExpect: 100-continue\r\n"));
  EXPECT_THAT(client.receive_bytes(12), StartsWith("HTTP/1.1 413"));
  EXPECT_EQ(test::post(port, "/show", "text/plain", std::string(1000, 'x')).body, "POST 1000[show]");
  EXPECT_EQ(test::post(port, "/capture", "text/plain", std::string(2000, 'x')).body, "POST 2000[capture]");
  const auto answer = test::post(port, "/capture", "text/plain", std::string(2001, 'x'));
  EXPECT_EQ(answer.status, 413);
  EXPECT_THAT(answer.body, HasSubstr("capture.bytes_max"));
}

TEST_F(ServerTest, a_chunked_body_is_read_and_bounded_too) {
  limits_.body_bytes = 1000;
  const int port = start();
  const std::string head = request_of("POST /show", "Transfer-Encoding: chunked\r\n");
  EXPECT_EQ(test::ask(port, head + "3\r\nabc\r\n2;x=y\r\nde\r\n0\r\n\r\n").body, "POST 5[show]");
  EXPECT_EQ(test::ask(port, head + "3e9\r\n" + std::string(1001, 'x') + "\r\n0\r\n\r\n").status, 413);
  EXPECT_EQ(test::ask(port, request_of("POST /show", "Transfer-Encoding: gzip, chunked\r\n") + "0\r\n\r\n").status,
            501);
}

TEST_F(ServerTest, a_hundred_megabytes_get_an_answer_although_nobody_reads_them) {
  const int port = start();
  Client client(port);
  client.send(request_of("POST /show", "Content-Length: 104857600\r\n"));
  const std::string piece(1024 * 1024, 'x');
  for (int i = 0; i < 100 && client.send(piece); ++i) {
  }
  EXPECT_EQ(client.receive().status, 413);
}

TEST_F(ServerTest, a_client_that_waits_for_100_continue_gets_it) {
  Client client(start());
  client.send(request_of("POST /show", "Content-Length: 3\r\nExpect: 100-continue\r\n"));
  EXPECT_EQ(client.receive_bytes(25), "HTTP/1.1 100 Continue\r\n\r\n");
  client.send("abc");
  EXPECT_EQ(client.receive().body, "POST 3[show]");
}

TEST_F(ServerTest, a_packed_body_is_refused_and_not_misread) {
  EXPECT_EQ(test::post(start(), "/show", "text/plain", "abc", "Content-Encoding: gzip\r\n").status, 415);
}

TEST_F(ServerTest, pipelined_requests_are_answered_in_order) {
  Client client(start());
  std::string requests;
  for (int i = 0; i < 50; ++i) requests += request_of("GET /show/" + std::to_string(i));
  client.send(requests + request_of("POST /show", "Content-Length: 4\r\n") + "body" + request_of("GET /show/last"));
  for (int i = 0; i < 50; ++i) EXPECT_EQ(client.receive().body, "GET 0[show][" + std::to_string(i) + "]");
  EXPECT_EQ(client.receive().body, "POST 4[show]");
  EXPECT_EQ(client.receive().body, "GET 0[show][last]");
}

TEST_F(ServerTest, http_1_0_and_connection_close_end_the_connection) {
  const int port = start();
  for (const std::string request :
       {"GET /show/x HTTP/1.0\r\n\r\n", "GET /show/x HTTP/1.1\r\nHost: t\r\nConnection: close\r\n\r\n"}) {
    Client client(port);
    client.send(request);
    EXPECT_EQ(client.receive().header("Connection"), "close");
    EXPECT_TRUE(client.is_closed());
  }
}

// shows: X8
TEST_F(ServerTest, a_client_that_sends_too_slowly_gets_408) {
  limits_.idle = 150ms;
  const int port = start();
  Client paused(port);
  paused.send("GET /show/x HTT");
  EXPECT_EQ(paused.receive().status, 408);
  EXPECT_TRUE(paused.is_closed());
  Client silent(port);
  EXPECT_TRUE(silent.is_closed());
}

TEST_F(ServerTest, a_client_that_drips_a_byte_at_a_time_is_stopped_by_the_total) {
  limits_.idle = 2000ms;
  limits_.transfer = 300ms;
  Client client(start());
  client.send("GET /show/x HTTP/1.1\r\nHost: t\r\nX: ");
  for (int i = 0; i < 60 && client.send("a"); ++i) std::this_thread::sleep_for(10ms);
  EXPECT_EQ(client.receive().status, 408);
}

TEST_F(ServerTest, a_client_that_does_not_read_is_dropped) {
  limits_.idle = 200ms;
  Client client(start());
  client.send(request_of("GET /big"));
  std::this_thread::sleep_for(1000ms);
  EXPECT_LT(client.receive_bytes(70 * 1024 * 1024).size(), 64u * 1024 * 1024);
}

// shows: X8
TEST_F(ServerTest, a_full_queue_answers_503_with_retry_after_and_recovers) {
  limits_.queue = 3;
  const int port = start();
  std::vector<std::unique_ptr<Client>> clients;
  for (int i = 0; i < 3; ++i) {
    clients.push_back(std::make_unique<Client>(port));
    clients.back()->send(request_of("GET /slow"));
  }
  for (int i = 0; i < 1000 && metrics_.text().find("suyuan_http_requests_in_flight 3") == std::string::npos; ++i) {
    std::this_thread::sleep_for(10ms);
  }
  const test::Answer refused = test::get(port, "/show/x");
  EXPECT_EQ(refused.status, 503);
  EXPECT_EQ(refused.header("Retry-After"), "2");
  EXPECT_THAT(refused.body, HasSubstr("http.queue_max"));
  EXPECT_EQ(test::get(port, "/live").status, 200);
  gate_.open();
  for (auto& client : clients) EXPECT_EQ(client->receive().body, "done");
  EXPECT_EQ(test::get(port, "/show/x").status, 200);
  EXPECT_THAT(metrics_.text(), HasSubstr("suyuan_http_refused_total{why=\"queue\"}"));
}

// shows: X8
TEST_F(ServerTest, one_client_with_too_much_in_flight_gets_429_and_others_are_answered) {
  limits_.client_queue = 2;
  limits_.worker_threads = 3;
  const int port = start();
  std::vector<std::unique_ptr<Client>> clients;
  for (int i = 0; i < 2; ++i) {
    clients.push_back(std::make_unique<Client>(port));
    clients.back()->send(request_of("GET /slow", "X-Forwarded-For: 10.0.0.1\r\n"));
  }
  gate_.wait_for(2);
  const test::Answer refused = test::get(port, "/show/x", "X-Forwarded-For: 10.0.0.2, 10.0.0.1\r\n");
  EXPECT_EQ(refused.status, 429);
  EXPECT_EQ(refused.header("Retry-After"), "2");
  EXPECT_THAT(refused.body, HasSubstr("http.client_queue_max"));
  EXPECT_EQ(test::get(port, "/show/x", "X-Forwarded-For: 10.0.0.1, 10.0.0.2\r\n").status, 200);
  EXPECT_EQ(test::get(port, "/show/x").status, 200);
  gate_.open();
  for (auto& client : clients) EXPECT_EQ(client->receive().body, "done");
  EXPECT_EQ(test::get(port, "/show/x", "X-Forwarded-For: 10.0.0.1\r\n").status, 200);
  EXPECT_THAT(metrics_.text(), HasSubstr("suyuan_http_refused_total{why=\"client\"}"));
}

TEST_F(ServerTest, one_connection_too_many_is_told_so) {
  limits_.connections = 2;
  const int port = start();
  Client first(port), second(port);
  first.send(request_of("GET /show/1"));
  second.send(request_of("GET /show/2"));
  EXPECT_EQ(first.receive().status, 200);
  EXPECT_EQ(second.receive().status, 200);
  Client third(port);
  EXPECT_EQ(third.receive().status, 503);
}

TEST_F(ServerTest, bodies_share_one_bounded_memory) {
  limits_.body_memory_bytes = 1500;
  const int port = start();
  Client first(port);
  first.send(request_of("POST /show", "Content-Length: 1000\r\nExpect: 100-continue\r\n"));
  EXPECT_EQ(first.receive_bytes(25), "HTTP/1.1 100 Continue\r\n\r\n");
  EXPECT_EQ(test::post(port, "/show", "text/plain", std::string(1000, 'x')).status, 503);
  EXPECT_EQ(test::post(port, "/show", "text/plain", std::string(400, 'x')).status, 200);
  first.send(std::string(1000, 'x'));
  EXPECT_EQ(first.receive().status, 200);
  EXPECT_EQ(test::post(port, "/show", "text/plain", std::string(1000, 'x')).status, 200);
}

// shows: X8
TEST_F(ServerTest, an_answer_that_is_late_is_a_503_that_says_so) {
  limits_.request = 100ms;
  Client client(start());
  client.send(request_of("GET /slow"));
  const auto answer = client.receive();
  EXPECT_EQ(answer.status, 503);
  EXPECT_THAT(answer.body, HasSubstr("http.deadline"));
  client.send(request_of("GET /show/x"));
  EXPECT_EQ(client.receive().status, 200);
}

TEST_F(ServerTest, a_handler_that_throws_is_a_500_without_its_secrets) {
  const auto answer = test::get(start(), "/throws");
  EXPECT_EQ(answer.status, 500);
  EXPECT_THAT(answer.body, HasSubstr("http.internal"));
  EXPECT_THAT(answer.body, testing::Not(HasSubstr("secret")));
}

TEST_F(ServerTest, a_value_cannot_add_a_header_field) {
  const auto answer = test::get(start(), "/injects");
  EXPECT_EQ(answer.header("Set-Cookie"), "");
  EXPECT_EQ(answer.body, "x");
  EXPECT_THAT(answer.head, testing::Not(HasSubstr("Bad")));
}

TEST_F(ServerTest, stopping_finishes_what_is_in_flight_and_closes_what_is_idle) {
  const int port = start();
  Client busy(port), idle(port);
  idle.send(request_of("GET /show/x"));
  EXPECT_EQ(idle.receive().status, 200);
  busy.send(request_of("GET /slow"));
  gate_.wait_for(1);
  bool drained = false;
  std::thread stopper([&] { drained = server_->stop(10s); });
  EXPECT_TRUE(idle.is_closed());
  EXPECT_TRUE(state_.draining);
  gate_.open();
  const auto answer = busy.receive();
  EXPECT_EQ(answer.body, "done");
  EXPECT_EQ(answer.header("Connection"), "close");
  stopper.join();
  EXPECT_TRUE(drained);
  EXPECT_EQ(test::get(port, "/show/x").status, 0);
}

TEST_F(ServerTest, stopping_does_not_wait_for_a_client_for_ever) {
  Client client(start());
  client.send("GET /show/x HTTP/1.1\r\nHost: ");
  std::this_thread::sleep_for(50ms);
  const auto begun = std::chrono::steady_clock::now();
  EXPECT_FALSE(server_->stop(200ms));
  EXPECT_LT(std::chrono::steady_clock::now() - begun, 5s);
}

TEST_F(ServerTest, a_taken_port_is_named_or_the_next_one_is_taken) {
  const int port = start();
  ServerState state;
  const auto refused = listen({"127.0.0.1", port, 1}, limits_, router_, metrics_, log_, state);
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().code, "serve.port_taken");
  EXPECT_THAT(refused.error().text, HasSubstr(std::to_string(port)));
  if (port > 65500) GTEST_SKIP() << "no ports above";
  const auto next = listen({"127.0.0.1", port, 20}, limits_, router_, metrics_, log_, state);
  ASSERT_TRUE(next.ok());
  EXPECT_GT((*next)->port(), port);
}

TEST_F(ServerTest, an_address_that_is_none_is_refused) {
  const auto refused = listen({"localhost", 0, 1}, limits_, router_, metrics_, log_, state_);
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().code, "serve.address");
  EXPECT_EQ(listen({"192.0.2.1", 0, 1}, limits_, router_, metrics_, log_, state_).error().code, "serve.address");
}

TEST_F(ServerTest, many_clients_at_once_get_their_own_answers) {
  const int port = start();
  std::vector<std::thread> threads;
  std::atomic<int> wrong = 0;
  for (int t = 0; t < 8; ++t) {
    threads.emplace_back([&, t] {
      Client client(port);
      for (int i = 0; i < 200; ++i) {
        const std::string name = std::to_string(t) + "-" + std::to_string(i);
        client.send(request_of("GET /show/" + name));
        if (client.receive().body != "GET 0[show][" + name + "]") ++wrong;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(wrong, 0);
}

}  // namespace
}  // namespace suyuan::http
