// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>

#include "../http/client.h"
#include "adapters/clock/system_clock.h"
#include "adapters/files/epcis.h"
#include "adapters/files/epcis_writer.h"
#include "adapters/http/demo_routes.h"
#include "adapters/http/login_routes.h"
#include "adapters/http/page_routes.h"
#include "adapters/http/serve.h"
#include "adapters/records/account_store.h"
#include "adapters/records/credential_store.h"
#include "adapters/records/task_store.h"
#include "adapters/warehouse/sqlite_warehouse.h"
#include "app/account/account_directory.h"
#include "app/demo/seat_cast.h"
#include "app/demo/tell_story.h"
#include "app/login/keys.h"
#include "app/login/last_seen.h"

// The demonstration with its organisations and people, each document sent in with its sender's key; told once for all
// tests of a program.
namespace suyuan::test {

// Nobody in the demonstration has a password.
class NoPasswords : public PasswordHasher {
 public:
  Result<std::string> hash(std::string_view) override { return std::string("none"); }
  bool matches(const std::string&, std::string_view) override { return false; }
  bool is_current(const std::string&) override { return true; }
  const std::string& nobodys_hash() override { return nobodys_; }

 private:
  const std::string nobodys_ = "none";
};

struct CastWorld {
  CastWorld() {
    std::filesystem::remove_all(folder);
    auto opened = open_sqlite_warehouse(folder, clock, {});
    CHECK(opened.ok());
    store = std::move(*opened);
    accounts = make_account_store(store->records(), seal);
    tasks = make_task_store(store->records());
    credentials = make_credential_store(store->records());
    directory = std::make_unique<AccountDirectory>(*accounts, log);
    authorizer = std::make_unique<Authorizer>(*directory, clock);
    login = std::make_unique<LoginServices>(LoginServices{*accounts, *credentials, hasher, sealer, clock, log});
    last_seen = start_last_seen(*login);
    context = std::make_unique<http::LoginContext>(http::LoginContext{*login, *authorizer, *last_seen});
    auto seated = seat_cast({*accounts, *tasks, clock});
    CHECK(seated.ok());
    cast = std::move(*seated);
    const auto told =
        tell_story([this](std::size_t sender, std::string document) { return submit(sender, std::move(document)); });
    CHECK(told.ok());
  }
  ~CastWorld() {
    context.reset();
    last_seen.reset();
    store.reset();
    std::filesystem::remove_all(folder);
  }

  // As the gate would let it in: nobody's document comes in without the permit of its sender's key.
  Result<CaptureOutcome> submit(std::size_t sender, std::string document) {
    const SeatedFirm& firm = cast.firms[sender];
    const auto key =
        make_key(at_this_machine(),
                 {firm.org, firm.role, acts_for_keys(firm.role), "test", clock.now() + std::chrono::days(1)}, *login);
    if (!key) return key.error();
    const auto bearer = bearer_of_key(key->text, "192.0.2.1", *login);
    if (!bearer) return bearer.error();
    const auto permit = authorizer->grant(bearer->who, identity::Act::kEventCapture);
    if (!permit) return permit.error();
    return capture_document(*permit, std::move(document), {}, read_epcis, *store, clock);
  }

  const std::filesystem::path folder =
      std::filesystem::temp_directory_path() / ("suyuan-cast-test-" + std::to_string(::getpid()));
  SystemClock clock;
  SilentLog log;
  PlainFields seal;
  NoPasswords hasher;
  const Sealer sealer{std::string(Sealer::kKeyBytes, 'k')};
  std::unique_ptr<Store> store;
  std::unique_ptr<AccountStore> accounts;
  std::unique_ptr<TaskStore> tasks;
  std::unique_ptr<CredentialStore> credentials;
  std::unique_ptr<AccountDirectory> directory;
  std::unique_ptr<Authorizer> authorizer;
  std::unique_ptr<LoginServices> login;
  std::unique_ptr<LastSeen> last_seen;
  std::unique_ptr<http::LoginContext> context;
  SeatedCast cast;
  const DemoStory story = demo_story();
};

class CastStore : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    if (!world_) world_ = std::make_unique<CastWorld>();
  }
  static void TearDownTestSuite() { world_.reset(); }
  static CastWorld& world() { return *world_; }

  // `is_demo`: with the role switch; else the routes of `suyuan serve`.
  void start(bool is_demo) {
    http::Services services{*world_->store, world_->clock, world_->log, read_epcis, epcis_writer()};
    services.gate = http::sign_in_gate(*world_->context);
    services.accounts = world_->accounts.get();
    services.authorizer = world_->authorizer.get();
    http::ServerOptions options;
    ASSERT_TRUE(options.settings.set("server.port", "0", SettingSource::kCommandLine).ok());
    options.add_routes.push_back([=](http::Router& router) {
      http::add_page_routes(router, services, is_demo ? 0 : 1U << 20U, is_demo ? &world_->story : nullptr);
      http::add_login_routes(router, *world_->context);
      if (is_demo) http::add_demo_routes(router, {world_->story, world_->cast.people, *world_->login});
    });
    auto server = http::start_server(options, services);
    ASSERT_TRUE(server.ok()) << server.error().text;
    server_ = std::move(*server);
  }

  // What a browser sends from the page itself; "" is the public, who has no cookie.
  Answer switch_to(const std::string& word, const std::string& back = "/", const std::string& cookie = "") {
    return post(server_->port(), "/demo/role", "application/x-www-form-urlencoded",
                fmt::format("as={}&carried_target={}", word, back), "Origin: http://test\r\n" + cookie);
  }
  std::string cookie_of(const std::string& word) {
    const std::string line = switch_to(word).header("Set-Cookie");
    return word == "public" ? "" : "Cookie: " + line.substr(0, line.find(';')) + "\r\n";
  }
  Answer open(std::string_view target, const std::string& cookie) {
    return get(server_->port(), target, "Accept: text/html\r\n" + cookie);
  }
  // Without the head, where the switch names firms.
  static std::string main_of(const Answer& answer) { return answer.body.substr(answer.body.find("<main")); }

  std::unique_ptr<http::RunningServer> server_;

 private:
  inline static std::unique_ptr<CastWorld> world_;
};

}  // namespace suyuan::test
