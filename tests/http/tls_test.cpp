// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <openssl/ssl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <functional>
#include <thread>

#include "adapters/clock/system_clock.h"
#include "adapters/files/epcis.h"
#include "adapters/files/epcis_writer.h"
#include "adapters/http/router.h"
#include "adapters/http/serve.h"
#include "fake_warehouse.h"
#include "listening_log.h"
#include "tls_client.h"

// The server that speaks TLS itself: certificates, who may come in how, and that it is the same server otherwise.
namespace suyuan::test {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;
namespace fs = std::filesystem;

std::string request_of(std::string_view line, std::string_view more = "") {
  return std::string(line) + " HTTP/1.1\r\nHost: test\r\n" + std::string(more) + "\r\n";
}

class TlsTest : public testing::Test {
 protected:
  TlsTest() : folder_(fs::temp_directory_path() / ("suyuan-tls-" + std::to_string(::getpid()))) {
    fs::create_directories(folder_);
    set("server.port", "0");
    set("tls.certificate", certificate());
    set("tls.key", key());
    set("tls.check_seconds", "0");
    put(pem_);
    options_.add_routes.push_back([](http::Router& router) {
      router.add(
          {.method = "GET", .path = "/who", .act = identity::Act::kPageRead, .handler = [](http::Request& request) {
             return http::reply(
                 200, "text/plain",
                 request.client + (request.is_secure ? " secure" : " open") + (request.is_local ? " local" : ""));
           }});
      router.add({.method = "GET", .path = "/big", .act = identity::Act::kPageRead, .handler = [](http::Request&) {
                    std::string body(20'000'000, ' ');
                    for (std::size_t i = 0; i < body.size(); ++i) body[i] = static_cast<char>('a' + i % 23);
                    return http::reply(200, "text/plain", std::move(body));
                  }});
      router.add({.method = "POST",
                  .path = "/echo",
                  .act = identity::Act::kPageRead,
                  .is_capture = true,
                  .handler = [](http::Request& request) { return http::reply(200, "text/plain", request.body); }});
    });
  }
  ~TlsTest() override {
    server_.reset();
    fs::remove_all(folder_);
  }

  std::string certificate() const { return (folder_ / "server.pem").string(); }
  std::string key() const { return (folder_ / "server.key").string(); }
  static void write(const std::string& file, const std::string& text) {
    std::ofstream(file, std::ios::binary | std::ios::trunc) << text;
    ::chmod(file.c_str(), 0600);
  }
  void put(const Pem& pem) const {
    write(certificate(), pem.certificate);
    write(key(), pem.key);
  }
  void set(std::string_view name, std::string_view value) {
    ASSERT_TRUE(options_.settings.set(name, value, SettingSource::kCommandLine).ok());
  }

  Status try_to_start() {
    auto server = http::start_server(options_, http::Services{warehouse_, clock_, log_, read_epcis, epcis_writer()});
    if (!server) return server.error();
    server_ = std::move(*server);
    return Done{};
  }
  int start() {
    const Status started = try_to_start();
    EXPECT_TRUE(started.ok()) << (started.ok() ? "" : started.error().text);
    return server_->port();
  }
  std::string refusal(const std::string& code) {
    const Status started = try_to_start();
    EXPECT_FALSE(started.ok());
    if (started.ok()) return "";
    EXPECT_EQ(started.error().code, code);
    return started.error().text;
  }
  TlsOptions trusting() const { return {.trusted = pem_.certificate}; }

  const Pem pem_ = make_certificate();
  fs::path folder_;
  FakeWarehouse warehouse_;
  SystemClock clock_;
  ListeningLog log_;
  http::ServerOptions options_;
  std::unique_ptr<http::RunningServer> server_;
};

// shows: T10
TEST_F(TlsTest, a_client_that_trusts_the_certificate_is_served) {
  const int port = start();
  EXPECT_EQ(server_->url(), "https://127.0.0.1:" + std::to_string(port));
  for (const auto& [most, version] : {std::pair(0, "TLSv1.3"), std::pair(TLS1_2_VERSION, "TLSv1.2")}) {
    TlsOptions options = trusting();
    options.most_version = most;
    TlsClient client(port, options);
    ASSERT_TRUE(client.is_connected()) << version;
    EXPECT_EQ(client.version(), version);
    EXPECT_EQ(client.protocol(), "http/1.1");
    for (int i = 0; i < 3; ++i) {  // on one connection
      client.send(request_of("GET /who"));
      EXPECT_EQ(client.receive().body, "127.0.0.1 secure local");
    }
  }
  EXPECT_FALSE(TlsClient(port, {.trusted = make_certificate().certificate}).is_connected());
}

// shows: T10
TEST_F(TlsTest, old_versions_weak_ciphers_and_other_protocols_are_refused) {
  const int port = start();
  EXPECT_FALSE(TlsClient(port, {.most_version = TLS1_1_VERSION}).is_connected());
  const Pem rsa = make_certificate({.rsa_bits = 2048});
  put(rsa);
  server_->reload();
  EXPECT_TRUE(
      TlsClient(port, {.most_version = TLS1_2_VERSION, .ciphers = "ECDHE-RSA-AES128-GCM-SHA256"}).is_connected());
  for (const char* cipher : {"AES128-GCM-SHA256", "ECDHE-RSA-AES128-SHA"})  // no forward secrecy; CBC
    EXPECT_FALSE(TlsClient(port, {.most_version = TLS1_2_VERSION, .ciphers = cipher}).is_connected()) << cipher;
  EXPECT_FALSE(TlsClient(port, {.protocols = "h2"}).is_connected());
  EXPECT_TRUE(TlsClient(port, {.protocols = ""}).is_connected());
  EXPECT_THAT(log_.text(), HasSubstr("tls.handshake_failed"));
}

TEST_F(TlsTest, large_bodies_go_both_ways_whole) {
  const int port = start();
  TlsClient client(port, trusting());
  std::string body;
  for (int i = 0; body.size() < 3'000'000; ++i) body += std::to_string(i) + " ";
  client.send(request_of("POST /echo", "Content-Length: " + std::to_string(body.size()) + "\r\n") + body);
  EXPECT_TRUE(client.receive().body == body);
  client.send(request_of("GET /big") + request_of("GET /who") + request_of("GET /who", "Connection: close\r\n"));
  const Answer big = client.receive();
  ASSERT_EQ(big.body.size(), 20'000'000u);
  for (std::size_t i = 0; i < big.body.size(); i += 4999) ASSERT_EQ(big.body[i], static_cast<char>('a' + i % 23)) << i;
  EXPECT_EQ(client.receive().status, 200);
  EXPECT_EQ(client.receive().status, 200);
  EXPECT_TRUE(client.is_closed());
  EXPECT_TRUE(client.was_closed_properly());  // else a cut answer could not be told from a whole one
}

TEST_F(TlsTest, many_clients_at_once_get_their_own_answers) {
  const int port = start();
  std::atomic<int> wrong = 0;
  std::vector<std::thread> threads;
  for (int t = 0; t < 6; ++t) {
    threads.emplace_back([&, t] {
      for (int c = 0; c < 5; ++c) {
        TlsClient client(port, trusting());
        for (int i = 0; i < 20; ++i) {
          const std::string body = std::to_string(t * 1000 + i) + std::string(static_cast<std::size_t>(i) * 1500, 'x');
          client.send(request_of("POST /echo", "Content-Length: " + std::to_string(body.size()) + "\r\n") + body);
          if (client.receive().body != body) ++wrong;
        }
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(wrong, 0);
}

// shows: T10
TEST_F(TlsTest, only_an_encrypted_connection_is_told_to_stay_so) {
  const int port = start();
  TlsClient client(port, trusting());
  for (const char* path : {"/who", "/no/such/path", "/%FF", "/healthz"}) {
    TlsClient each(port, trusting());
    each.send(request_of(std::string("GET ") + path));
    EXPECT_EQ(each.receive().header("Strict-Transport-Security"), "max-age=31536000") << path;
  }
  server_.reset();
  set("tls.certificate", "");
  set("tls.key", "");
  const int open = start();
  EXPECT_EQ(get(open, "/who").header("Strict-Transport-Security"), "");
  EXPECT_EQ(get(open, "/who", "X-Forwarded-For: 203.0.113.9\r\nX-Forwarded-Proto: https\r\n")
                .header("Strict-Transport-Security"),
            "max-age=31536000");
}

TEST_F(TlsTest, who_speaks_plain_http_is_told_and_garbage_ends) {
  const int port = start();
  for (const char* line : {"GET /who", "DELETE /who"}) {
    const Answer answer = ask(port, request_of(line));
    EXPECT_EQ(answer.status, 400);
    EXPECT_THAT(answer.body, HasSubstr("http.tls_wanted"));
    EXPECT_EQ(answer.header("Strict-Transport-Security"), "");
  }
  for (const std::string& garbage :
       {std::string("\x16\x03\x01\xFF\xFF garbage"), std::string(300, '\0'), std::string("\r\n")}) {
    Client client(port);
    client.send(garbage);
    client.finish_sending();
    EXPECT_THAT(client.receive_bytes(1000), testing::Not(HasSubstr("HTTP")));
  }
  EXPECT_TRUE(TlsClient(port, trusting()).is_connected());
}

// shows: X8
TEST_F(TlsTest, who_does_not_finish_the_handshake_takes_a_connection_for_a_bounded_time) {
  set("http.idle_seconds_max", "1");
  set("http.connections_max", "2");
  const int port = start();
  Client silent(port), slow(port);
  slow.send(std::string_view("\x16\x03\x01\x02\x00", 5));
  Client third(port);
  EXPECT_TRUE(third.is_closed());  // the two count
  EXPECT_TRUE(silent.is_closed());
  EXPECT_TRUE(slow.is_closed());
  EXPECT_TRUE(TlsClient(port, trusting()).is_connected());
  EXPECT_THAT(log_.text(), HasSubstr("not finished in time"));
}

TEST_F(TlsTest, a_client_that_is_too_slow_or_too_large_is_told_over_tls) {
  set("http.idle_seconds_max", "1");
  set("http.header_bytes_max", "1024");
  const int port = start();
  TlsClient slow(port, trusting());
  slow.send("GET /who HTT");
  EXPECT_EQ(slow.receive().status, 408);
  EXPECT_TRUE(slow.is_closed());
  TlsClient large(port, trusting());
  large.send(request_of("GET /who", "X: " + std::string(100'000, 'x') + "\r\n"));
  EXPECT_EQ(large.receive().status, 431);
  EXPECT_TRUE(large.is_closed());
  EXPECT_TRUE(large.was_closed_properly());
}

TEST_F(TlsTest, stopping_closes_what_is_idle_and_what_still_shakes_hands) {
  const int port = start();
  Client silent(port);
  TlsClient idle(port, trusting());
  idle.send(request_of("GET /who"));
  EXPECT_EQ(idle.receive().status, 200);
  EXPECT_TRUE(server_->stop());
  EXPECT_TRUE(idle.is_closed());
  EXPECT_TRUE(idle.was_closed_properly());
  EXPECT_TRUE(silent.is_closed());
}

// shows: T10
TEST_F(TlsTest, new_files_are_for_new_connections_and_open_ones_stay) {
  const int port = start();
  TlsClient old(port);
  EXPECT_EQ(old.peer_name(), "suyuan test");
  put(make_certificate({.name = "second"}));
  EXPECT_EQ(TlsClient(port).peer_name(), "suyuan test");  // nobody said that it should look
  server_->reload();
  EXPECT_EQ(TlsClient(port).peer_name(), "second");
  old.send(request_of("GET /who"));
  EXPECT_EQ(old.receive().status, 200);
  EXPECT_THAT(log_.text(), HasSubstr("CN=second"));
}

// shows: T10
TEST_F(TlsTest, broken_new_files_change_nothing_and_are_logged) {
  const int port = start();
  const Pem other = make_certificate({.name = "other"});
  const struct {
    std::string certificate, key, code;
  } kBroken[] = {{other.certificate, pem_.key, "tls.mismatch"},
                 {"nonsense", pem_.key, "tls.certificate"},
                 {other.certificate.substr(0, 200), other.key, "tls.certificate"},
                 {other.certificate, "", "tls.key"}};
  for (const auto& [certificate, key, code] : kBroken) {
    put({certificate, key});
    server_->reload();
    EXPECT_TRUE(TlsClient(port, trusting()).is_connected()) << code;
    EXPECT_THAT(log_.last("tls.not_loaded"), HasSubstr(code));
  }
  fs::remove(key());
  server_->reload();
  EXPECT_THAT(log_.last("tls.not_loaded"), HasSubstr("tls.file"));
  put(other);
  server_->reload();
  EXPECT_EQ(TlsClient(port).peer_name(), "other");
}

TEST_F(TlsTest, changed_files_are_found_without_being_told) {
  set("tls.check_seconds", "1");
  const int port = start();
  put(make_certificate({.name = "renewed"}));
  std::string name;
  for (int i = 0; i < 200 && name != "renewed"; ++i) {
    std::this_thread::sleep_for(50ms);
    name = TlsClient(port).peer_name();
  }
  EXPECT_EQ(name, "renewed");
}

// shows: T10
TEST_F(TlsTest, files_that_do_not_fit_are_refused_by_name_before_the_port_opens) {
  put({pem_.certificate, make_certificate().key});
  EXPECT_THAT(refusal("tls.mismatch"),
              testing::AllOf(HasSubstr(key()), HasSubstr(certificate()), HasSubstr("CN=suyuan test")));
  put({pem_.certificate, make_certificate({.rsa_bits = 2048}).key});
  refusal("tls.mismatch");
  put({pem_.key, pem_.key});
  EXPECT_THAT(refusal("tls.certificate"), HasSubstr("BEGIN CERTIFICATE"));
  put({pem_.certificate + pem_.certificate.substr(0, 300), pem_.key});
  EXPECT_THAT(refusal("tls.certificate"), HasSubstr("number 2"));
  put({pem_.certificate, pem_.certificate});
  EXPECT_THAT(refusal("tls.key"), HasSubstr(key()));
  put({pem_.certificate, make_certificate({.password = "secret"}).key});
  EXPECT_THAT(refusal("tls.key"), HasSubstr("openssl pkey"));
  const Pem weak = make_certificate({.rsa_bits = 1024});
  put(weak);
  EXPECT_THAT(refusal("tls.certificate"), HasSubstr("2048"));
  put(pem_);
  set("tls.key", (folder_ / "absent.key").string());
  EXPECT_THAT(refusal("tls.file"), testing::AllOf(HasSubstr("absent.key"), HasSubstr("No such file")));
  set("tls.key", folder_.string());
  EXPECT_THAT(refusal("tls.file"), HasSubstr("directory"));
  if (::geteuid() != 0) {
    set("tls.key", key());
    ::chmod(key().c_str(), 0);
    EXPECT_THAT(refusal("tls.file"), HasSubstr("Permission"));
  }
}

TEST_F(TlsTest, one_file_without_the_other_is_refused_as_a_setting) {
  const auto settings = read_settings({{"tls.certificate", "/x.pem"}}, {}, {}, "");
  ASSERT_FALSE(settings.ok());
  ASSERT_EQ(settings.error().findings.size(), 1u);
  EXPECT_EQ(settings.error().findings[0].path, "tls.key");
  EXPECT_FALSE(read_settings({{"tls.key", "/x.pem"}}, {}, {}, "").ok());
  EXPECT_TRUE(read_settings({{"tls.key", "/x"}, {"tls.certificate", "/x"}}, {}, {}, "").ok());
}

// shows: T10
TEST_F(TlsTest, what_should_not_stay_so_is_a_warning) {
  put(make_certificate({.from_days = -30, .until_days = -2}));
  ::chmod(key().c_str(), 0644);
  start();
  EXPECT_THAT(log_.text(), testing::AllOf(HasSubstr("has expired"), HasSubstr("others on this machine")));
  server_.reset();
  log_.clear();
  put(make_certificate({.until_days = 5}));
  start();
  EXPECT_THAT(log_.text(), testing::AllOf(HasSubstr("expires on"), testing::Not(HasSubstr("others on this machine"))));
  server_.reset();
  log_.clear();
  put(make_certificate({.from_days = 3}));
  start();
  EXPECT_THAT(log_.text(), HasSubstr("not yet"));
  server_.reset();
  log_.clear();
  put(pem_);
  start();
  EXPECT_EQ(log_.last("tls.warning"), "");
}

// shows: T10
TEST_F(TlsTest, who_a_client_is_cannot_be_claimed_past_the_settings) {
  const std::string claim = "X-Forwarded-For: 203.0.113.9\r\nX-Forwarded-Proto: http\r\nForwarded: for=203.0.113.8\r\n";
  const auto who = [&] {
    server_.reset();
    TlsClient client(start(), trusting());
    client.send(request_of("GET /who", claim));
    return client.receive().body;
  };
  EXPECT_EQ(who(), "203.0.113.9 open");  // a proxy on this machine
  set("http.proxy_header", "forwarded");
  EXPECT_EQ(who(), "203.0.113.8 secure");
  set("http.trusted_proxies", "10.0.0.0/8, 192.0.2.1");
  EXPECT_EQ(who(), "127.0.0.1 secure");
  set("http.trusted_proxies", "");
  EXPECT_EQ(who(), "127.0.0.1 secure");
  server_.reset();
  set("http.trusted_proxies", "proxy.example");
  EXPECT_THAT(refusal("http.trusted_proxies"), HasSubstr("proxy.example"));
}

}  // namespace
}  // namespace suyuan::test
