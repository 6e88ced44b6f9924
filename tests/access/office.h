// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <atomic>
#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "../http/client.h"
#include "../http/listening_log.h"
#include "adapters/http/router.h"
#include "bin/serving.h"

// The server as `suyuan serve` puts it together, over a store with organisations in two provinces. People sign in over
// the socket, as everybody does. Only the clock and the log are the test's.
namespace suyuan::access {

using test::Answer;

class OfficeClock final : public Clock {
 public:
  Instant now() override { return Instant(std::chrono::microseconds(micros_.load())); }
  void pass(std::chrono::microseconds time) { micros_ += time.count(); }

 private:
  std::atomic<std::int64_t> micros_{std::int64_t{1'795'219'200} * 1'000'000};  // 2026-11-21, 08:00 in China
};

// What one request says. `who`: "officer@county-a" is a person with that role of that organisation, made when first
// named; "key:seller@D" a key of it; "public" nobody.
struct Asking {
  std::string who = "public", method = "GET", target = "/", body = {}, headers = {}, type = "application/json";
};

class Office {
 public:
  // `more`: routes beside those of the product.
  explicit Office(std::vector<http::Route> more = {});
  ~Office();
  Office(const Office&) = delete;
  Office& operator=(const Office&) = delete;

  Answer ask(const Asking& asking);
  Answer get(const std::string& who, const std::string& target) { return ask({.who = who, .target = target}); }
  Answer post(const std::string& who, const std::string& target, const std::string& body) {
    return ask({.who = who, .method = "POST", .target = target, .body = body});
  }
  // Header fields that prove who it is: "Cookie: …\r\n" or "Authorization: …\r\n".
  const std::string& credential(const std::string& who);
  std::string sign_in(const std::string& login);  // a fresh session's header field
  std::int64_t organisation(const std::string& name) const { return organisations_.at(name); }
  std::int64_t person(const std::string& name);
  std::string key_id(const std::string& who);  // of "key:seller@D"

  // An event of the chain of docs/who-sees-what.md, e1 … e7, or another one with that id, sent in by `who`; the job.
  Answer report(const std::string& who, const std::string& event, const std::string& more = "");
  // e1 … e7 by P, D, R and Q. `jobs`: of each.
  void tell_the_chain();
  std::map<std::string, std::string> jobs;

  // Every route that the server serves, as the router has them, in its order.
  const std::vector<http::Route>& routes() const { return routes_; }
  int port() const { return port_; }
  OfficeClock& clock() { return clock_; }
  test::ListeningLog& log() { return log_; }
  AccountStore& accounts() { return *serving_->services().accounts; }
  const http::Services& services() const { return serving_->services(); }
  const LoginServices& login() { return serving_->login().services(); }
  const std::filesystem::path& folder() const { return folder_; }

 private:
  void add_organisations();
  std::string make_key(const std::string& role, const std::string& org);

  const std::filesystem::path folder_;
  OfficeClock clock_;
  test::ListeningLog log_;
  http::ServerOptions options_;
  std::unique_ptr<Store> store_;
  std::unique_ptr<cli::Serving> serving_;
  std::unique_ptr<http::RunningServer> server_;
  std::vector<http::Route> routes_;
  std::map<std::string, std::int64_t> organisations_, people_;
  std::map<std::string, std::string> credentials_;
  std::string hash_;
  int port_ = 0;
};

inline constexpr const char* kPassword = "kzvw7q2-mond";
inline const std::string kItem = "https://id.gs1.org/01/06901234567892/21/7";

std::string code_of(const Answer& answer);  // of a problem document; "" without one
std::string header_of_cookie(const Answer& answer);

}  // namespace suyuan::access
