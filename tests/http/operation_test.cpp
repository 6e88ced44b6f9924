// SPDX-License-Identifier: Apache-2.0
#include <arpa/inet.h>
#include <ifaddrs.h>
#include <net/if.h>

#include <array>

#include "adapters/http/metrics.h"
#include "product_test.h"

namespace suyuan::test {
namespace {

using testing::HasSubstr;
using testing::Not;
using OperationTest = ProductTest;

// An address of this machine that is not loopback, or "".
std::string outer_address() {
  ifaddrs* list = nullptr;
  if (getifaddrs(&list) != 0) return "";
  std::string found;
  for (const ifaddrs* at = list; at != nullptr && found.empty(); at = at->ifa_next) {
    if (at->ifa_addr == nullptr || at->ifa_addr->sa_family != AF_INET || (at->ifa_flags & IFF_LOOPBACK) != 0) continue;
    char text[INET_ADDRSTRLEN] = {};
    inet_ntop(AF_INET, &reinterpret_cast<const sockaddr_in*>(at->ifa_addr)->sin_addr, text, sizeof(text));
    found = text;
  }
  freeifaddrs(list);
  return found;
}

TEST_F(OperationTest, a_server_that_is_well_says_so) {
  const int port = start();
  EXPECT_EQ(get(port, "/healthz").status, 200);
  EXPECT_EQ(get(port, "/readyz").status, 200);
  EXPECT_EQ(server_->url(), "http://127.0.0.1:" + std::to_string(port));
}

TEST_F(OperationTest, a_server_without_its_store_lives_but_is_not_ready) {
  warehouse_.is_broken = true;
  const int port = start();
  EXPECT_EQ(get(port, "/healthz").status, 200);
  const auto ready = get(port, "/readyz");
  EXPECT_EQ(ready.status, 503);
  EXPECT_THAT(ready.body, HasSubstr("store.disk"));
}

TEST_F(OperationTest, metrics_count_by_route_and_never_by_path) {
  const int port = start();
  get(port, "/api/v1/identify?text=A1");
  get(port, "/no/such/path");
  const auto metrics = get(port, "/metrics");
  EXPECT_EQ(metrics.status, 200);
  EXPECT_THAT(metrics.header("Content-Type"), HasSubstr("text/plain; version=0.0.4"));
  EXPECT_THAT(metrics.body, HasSubstr("route=\"/api/v1/identify\""));
  EXPECT_THAT(metrics.body, HasSubstr("suyuan_http_connections"));
  EXPECT_THAT(metrics.body, HasSubstr("suyuan_store_events 0"));
  EXPECT_THAT(metrics.body, Not(HasSubstr("/no/such/path")));
}

TEST_F(OperationTest, metrics_are_not_for_clients_behind_a_proxy_or_elsewhere) {
  set("server.address", "0.0.0.0");
  const int port = start();
  EXPECT_EQ(get(port, "/metrics").status, 200);
  EXPECT_EQ(get(port, "/metrics", "X-Forwarded-For: 203.0.113.9\r\n").status, 403);
  EXPECT_EQ(get(port, "/metrics", "Forwarded: for=203.0.113.9\r\n").status, 403);
  const std::string outer = outer_address();
  if (outer.empty()) GTEST_SKIP() << "this machine has no address but loopback";
  Client client(port, outer.c_str());
  client.send("GET /metrics HTTP/1.1\r\nHost: t\r\n\r\n");
  const auto answer = client.receive();
  EXPECT_EQ(answer.status, 403);
  EXPECT_THAT(answer.body, HasSubstr("http.loopback_only"));
}

TEST_F(OperationTest, stopping_reports_that_everything_was_finished) {
  const int port = start();
  EXPECT_EQ(get(port, "/healthz").status, 200);
  EXPECT_TRUE(server_->stop());
  EXPECT_EQ(get(port, "/healthz").status, 0);
}

TEST_F(OperationTest, a_code_is_read_and_a_missing_or_mistyped_parameter_is_named) {
  const int port = start();
  const auto read = get(port, "/api/v1/identify?text=%5DC10106901234567892");
  EXPECT_EQ(read.status, 200);
  EXPECT_THAT(read.body, HasSubstr("/01/06901234567892"));
  EXPECT_EQ(get(port, "/api/v1/identify").status, 400);
  const auto mistyped = get(port, "/api/v1/identify?txt=1");
  EXPECT_EQ(mistyped.status, 400);
  EXPECT_THAT(mistyped.body, HasSubstr("did you mean \\\"text\\\"?"));
}

// shows: X8
TEST_F(OperationTest, a_trace_with_a_wrong_parameter_is_refused_with_what_it_takes) {
  const int port = start();
  const std::string id = "id=https://id.gs1.org/01/06901234567892/21/1";
  for (const std::string& query : {std::string(""), id + "&direction=up", id + "&limit=0", id + "&limit=1e9",
                                   id + "&at=yesterday", id + "&direcion=back", std::string("id=(01)06901234567891")}) {
    const auto answer = get(port, "/api/v1/trace?" + query);
    EXPECT_EQ(answer.status, 400) << query << answer.body;
    EXPECT_EQ(answer.header("Content-Type"), "application/problem+json") << query;
  }
  EXPECT_EQ(get(port, "/api/v1/trace?" + id, "Accept: text/html\r\n").status, 406);
}

TEST(Metrics, a_histogram_that_others_count_is_shown_as_it_stands) {
  http::Metrics metrics;
  const std::array<double, 2> bounds = {0.1, 1};
  for (const std::uint64_t some : {1, 4}) {
    const std::array<std::uint64_t, 3> counts = {some, 2, 1};
    metrics.set_histogram("waits", "Waits.", bounds, counts, 5);
  }
  EXPECT_THAT(metrics.text(), HasSubstr("waits_bucket{le=\"0.1\"} 4\nwaits_bucket{le=\"1\"} 6\n"));
  EXPECT_THAT(metrics.text(), HasSubstr("waits_count 7\nwaits_sum 5"));
}

TEST_F(OperationTest, a_code_that_no_event_names_is_404) {
  const auto answer = get(start(), "/api/v1/trace?id=https://id.gs1.org/01/06901234567892/21/1");
  EXPECT_EQ(answer.status, 404);
  EXPECT_THAT(answer.body, HasSubstr("trace.unknown_code"));
}

}  // namespace
}  // namespace suyuan::test
