// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <atomic>
#include <boost/json.hpp>
#include <filesystem>
#include <latch>
#include <mutex>

#include "../http/client.h"
#include "../support/fake_accounts.h"
#include "adapters/clock/system_clock.h"
#include "adapters/files/epcis.h"
#include "adapters/files/epcis_writer.h"
#include "adapters/http/login_routes.h"
#include "adapters/http/serve.h"
#include "adapters/records/audit_store.h"
#include "adapters/records/credential_store.h"
#include "adapters/records/emergency_store.h"
#include "adapters/warehouse/sqlite_warehouse.h"
#include "app/login/keys.h"
#include "app/login/links.h"
#include "app/login/login.h"
#include "app/login/own_account.h"
#include "base/text.h"
#include "domain/credential/totp.h"

// A store with people and a clock that stands, and the server's routes over it.
namespace suyuan::test {

using namespace std::chrono_literals;

class StandingClock : public Clock {
 public:
  Instant now() override { return Instant(std::chrono::microseconds(micros_.load())); }
  void pass(std::chrono::microseconds time) { micros_ += time.count(); }

 private:
  std::atomic<std::int64_t> micros_ = std::int64_t{1'800'000'000} * 1'000'000;
};

// Hashes nothing, counts everything; may be made to wait.
class CountingHasher : public PasswordHasher {
 public:
  Result<std::string> hash(std::string_view password) override { return cost + ":" + hex(sha256(password)); }
  bool matches(const std::string& hash, std::string_view password) override {
    ++asked;
    if (gate != nullptr) gate->wait();
    return hash.ends_with(":" + hex(sha256(password)));
  }
  bool is_current(const std::string& hash) override { return hash.starts_with(cost + ":"); }
  const std::string& nobodys_hash() override { return nobodys_; }

  std::string cost = "cheap";
  std::atomic<int> asked = 0;
  std::latch* gate = nullptr;

 private:
  const std::string nobodys_ = "cheap:nobody";
};

class RememberingLog : public Log {
 public:
  void write(LogLevel, std::string_view event, std::string_view, std::vector<LogField> fields) override {
    const std::lock_guard lock(mutex_);
    text_ += event;
    for (const LogField& field : fields) {
      text_.append(" ").append(field.name).append("=");
      if (const auto* text = std::get_if<std::string>(&field.value)) text_ += *text;
      if (const auto* number = std::get_if<std::int64_t>(&field.value)) text_ += std::to_string(*number);
    }
    text_ += "\n";
  }
  std::string text() {
    const std::lock_guard lock(mutex_);
    return text_;
  }

 private:
  std::mutex mutex_;
  std::string text_;
};

inline constexpr const char* kPassword = "kzvw7q2-mond";

class LoginWorld : public testing::Test {
 protected:
  LoginWorld() {
    std::filesystem::remove_all(folder_);
    auto store = open_sqlite_warehouse(folder_, clock_, SqliteWarehouseOptions{});
    CHECK(store.ok());
    store_ = std::move(*store);
    credentials_ = make_credential_store(store_->records());
    audit_store_ = make_audit_store(store_->records());
    emergencies_ = make_emergency_store(store_->records());
    audit_ = std::make_unique<Audit>(*audit_store_, clock_, log_);
    services_ = std::make_unique<LoginServices>(
        LoginServices{accounts_, *credentials_, hasher_, sealer_, clock_, log_, *audit_, LoginRules{}});
  }
  ~LoginWorld() override {
    stop();
    services_.reset();
    audit_.reset();
    emergencies_.reset();
    audit_store_.reset();
    credentials_.reset();
    store_.reset();
    std::filesystem::remove_all(folder_);
  }

  void stop() {
    server_.reset();
    context_.reset();
    last_seen_.reset();
  }

  int start() {
    stop();
    last_seen_ = start_last_seen(*services_);
    context_ =
        std::make_unique<http::LoginContext>(http::LoginContext{*services_, authorizer_, *last_seen_, *emergencies_});
    http::ServerOptions options;
    CHECK(options.settings.set("server.port", "0", SettingSource::kCommandLine).ok());
    for (const auto& [name, value] : settings_)
      CHECK(options.settings.set(name, value, SettingSource::kCommandLine).ok());
    options.add_routes.push_back([this](http::Router& router) {
      http::add_login_routes(router, *context_);
      for (const auto& route : more_routes_) router.add(route);
    });
    http::Services services{*store_, clock_, log_, read_epcis, epcis_writer()};
    services.gate = http::sign_in_gate(*context_);
    auto server = http::start_server(options, services);
    CHECK(server.ok());
    server_ = std::move(*server);
    return port_ = server_->port();
  }

  OrgId organisation(identity::OrgKind kind, std::string name = "云起贸易", std::optional<OrgId> superior = {}) {
    identity::Organisation made;
    made.name = std::move(name);
    made.kind = kind;
    made.superior = superior;
    made.jurisdiction = {440300};
    return accounts_.add(made)->id;
  }
  Account person(OrgId org, std::vector<identity::Role> roles, const std::string& login,
                 const std::string& password = kPassword) {
    Account account;
    account.member.org = org;
    account.member.roles = std::move(roles);
    account.login = login;
    account.name = "某某";
    account = *accounts_.add(account);
    CHECK(credentials_->set_password(account.member.id, *hasher_.hash(password), clock_.now(), 0, arranged()).ok());
    return account;
  }

  // Of what a test arranges.
  static AuditEntry arranged() {
    AuditEntry entry;
    entry.act = "arranged";
    return entry;
  }
  // What was written down of an act, oldest first; of all but what was arranged when none is named.
  std::vector<AuditEntry> entries(const std::string& act = "") {
    CHECK(audit_->flush().ok());
    AuditStore::Search search;
    search.act = act;
    search.limit = 100'000;
    auto found = audit_store_->search(search);
    CHECK(found.ok());
    std::vector<AuditEntry> oldest(found->entries.rbegin(), found->entries.rend());
    std::erase_if(oldest, [](const AuditEntry& each) { return each.act == "arranged"; });
    std::sort(oldest.begin(), oldest.end(), [](const AuditEntry& a, const AuditEntry& b) { return a.id < b.id; });
    return oldest;
  }

  static Permit<identity::Act::kPageRead> everybody() { return *Authorizer::grant_public(identity::Act::kPageRead); }
  Result<SignedIn> sign_in_as(const std::string& login, const std::string& password = kPassword,
                              const std::string& code = "", const std::string& address = "192.0.2.1",
                              const std::string& device = "") {
    wait_ = 0s;
    return sign_in(everybody(), {login, password, code, address, device, ""}, *services_, wait_);
  }
  // What the session may do now.
  Granted granted(const SignedIn& signed_in, identity::Act act) {
    const auto bearer = bearer_of_session(signed_in.token, "192.0.2.1", *services_);
    CHECK(bearer.ok());
    auto given = authorizer_.grant(bearer->who, act);
    CHECK(given.ok());
    return *given;
  }
  // Of now, or some steps away.
  std::string totp_of(const TotpOffer& offer, int steps = 0) {
    return credential::hotp(from_base32(offer.secret),
                            static_cast<std::uint64_t>(credential::totp_step(clock_.now()) + steps));
  }
  static std::string from_base32(std::string_view text) {
    std::string bytes;
    std::uint32_t held = 0;
    int bits = 0;
    for (const char c : text) {
      held = held << 5U | static_cast<std::uint32_t>(c >= 'A' ? c - 'A' : c - '2' + 26);
      if ((bits += 5) >= 8) bytes.push_back(static_cast<char>(held >> (bits -= 8) & 0xFFU));
    }
    return bytes;
  }

  const std::filesystem::path folder_ =
      std::filesystem::temp_directory_path() / ("suyuan-login-" + std::to_string(::getpid()));
  StandingClock clock_;
  RememberingLog log_;
  FakeAccounts accounts_;
  FakeAccounts::Source source_{accounts_};
  const Authorizer authorizer_{source_, clock_};
  CountingHasher hasher_;
  const Sealer sealer_{std::string(32, 'k')};
  std::unique_ptr<Store> store_;
  std::unique_ptr<CredentialStore> credentials_;
  std::unique_ptr<AuditStore> audit_store_;
  std::unique_ptr<EmergencyStore> emergencies_;
  std::unique_ptr<Audit> audit_;
  std::unique_ptr<LoginServices> services_;
  std::unique_ptr<LastSeen> last_seen_;
  std::unique_ptr<http::LoginContext> context_;
  std::unique_ptr<http::RunningServer> server_;
  std::vector<std::pair<std::string, std::string>> settings_;
  std::vector<http::Route> more_routes_;
  std::chrono::seconds wait_{0};
  int port_ = 0;
};

}  // namespace suyuan::test
