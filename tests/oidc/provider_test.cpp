// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "../http/fake_warehouse.h"
#include "../support/machine_gate.h"
#include "adapters/clock/system_clock.h"
#include "adapters/files/epcis.h"
#include "adapters/files/epcis_writer.h"
#include "adapters/http/oidc_routes.h"
#include "adapters/http/serve.h"
#include "adapters/oidc/oidc_client.h"
#include "adapters/records/audit_store.h"
#include "adapters/records/oidc_store.h"
#include "adapters/warehouse/sqlite_warehouse.h"
#include "browser.h"
#include "provider_process.h"

// A real provider, in its own process, and a person who signs in there and comes back.
namespace suyuan::test {
namespace {

using Page = Browser::Page;

int free_port() {
  const int listener = ::socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof(address);
  ::bind(listener, reinterpret_cast<sockaddr*>(&address), size);
  ::getsockname(listener, reinterpret_cast<sockaddr*>(&address), &size);
  ::close(listener);
  return ntohs(address.sin_port);
}

class People final : public DirectorySource {
 public:
  std::shared_ptr<const identity::Directory> directory() override {
    return *identity::Directory::make({}, {{PersonId(7), OrgId(1), {}, true}, {PersonId(8), OrgId(1), {}, false}});
  }
};

// Where an administrator of another organisation is.
class OtherPlace final : public DirectorySource {
 public:
  std::shared_ptr<const identity::Directory> directory() override {
    return *identity::Directory::make({{.id = OrgId(2), .name = "other", .kind = identity::OrgKind::kRegulator}}, {});
  }
};

class Accounts final : public AccountStore {
 public:
  Result<std::shared_ptr<const identity::Directory>> directory() override { return People().directory(); }
  Result<std::optional<identity::Organisation>> organisation(OrgId id) override {
    return std::optional(*directory().operator*()->find(id));
  }
  Result<identity::Organisation> add(identity::Organisation, AuditEntry) override { return refused(); }
  Status change(const identity::Organisation&, const AuditEntry&) override { return refused(); }
  Result<std::optional<Account>> account(PersonId id) override {
    return std::optional(Account{*directory().operator*()->find(id), id == PersonId(7) ? "wang" : "li", ""});
  }
  Result<std::optional<Account>> account_of(const std::string& login) override {
    if (login != "wang" && login != "li") return std::optional<Account>();
    return account(PersonId(login == "wang" ? 7 : 8));
  }
  Result<std::vector<Account>> accounts(OrgId, std::int64_t, std::size_t) override { return refused(); }
  Result<std::vector<Account>> accounts_where(const std::function<bool(PersonId, OrgId)>&, std::int64_t,
                                              std::size_t) override {
    return refused();
  }
  Result<std::int64_t> transfer(const Account&, OrgId, std::optional<PersonId>, const AuditEntry&) override {
    return refused();
  }
  Result<Account> add(Account, AuditEntry) override { return refused(); }
  Status change(const Account&, const AuditEntry&) override { return refused(); }

 private:
  static Error refused() { return {ErrorKind::kInternal, "test.none", "not of this test"}; }
};

class Oidc : public testing::Test {
 protected:
  void SetUp() override {
    std::filesystem::remove_all(folder_);
    std::filesystem::create_directories(folder_);
    std::ofstream(folder_ / "secret") << "a secret + for/tests\n";
    set("server.port", std::to_string(port_));
    set("server.public_url", here_ + "/");
    set("oidc.issuer", provider_.issuer());
    set("oidc.client_id", "suyuan");
    set("oidc.client_secret_file", (folder_ / "secret").string());
    auto store = open_sqlite_warehouse(folder_, clock_, SqliteWarehouseOptions{});
    ASSERT_TRUE(store.ok());
    store_ = std::move(*store);
    states_ = make_oidc_store(store_->records());
    audit_store_ = make_audit_store(store_->records());
    audit_ = std::make_unique<Audit>(*audit_store_, clock_, log_);
    auto client = make_oidc_client(options_.settings, clock_);
    ASSERT_TRUE(client.ok()) << client.error().text;
    client_ = std::move(*client);
    options_.add_routes.push_back([this](http::Router& router) {
      http::add_oidc_routes(router, {{*client_, *states_, people_, clock_, *audit_},
                                     options_.settings.text("server.public_url"),
                                     [this](http::Request&, PersonId person) {
                                       signed_in_.push_back(person);
                                       return http::reply(200, "text/plain", "");
                                     }});
    });
    auto server = http::start_server(options_, http::Services{warehouse_, clock_, log_, read_epcis, epcis_writer(),
                                                              nullptr, nullptr, nullptr, machine_gate()});
    ASSERT_TRUE(server.ok()) << server.error().text;
    server_ = std::move(*server);
  }
  void TearDown() override {
    server_.reset();
    audit_.reset();
    audit_store_.reset();
    states_.reset();
    store_.reset();
    std::filesystem::remove_all(folder_);
  }
  void set(std::string_view name, std::string_view value) {
    ASSERT_TRUE(options_.settings.set(name, value, SettingSource::kCommandLine).ok()) << name;
  }

  std::vector<AuditEntry> entries() {
    EXPECT_TRUE(audit_->flush().ok());
    return audit_store_->search({})->entries;
  }
  void link(const std::string& login, const std::string& subject) {
    const auto granted = Authorizer(one_machine_, clock_).grant(officer(), identity::Act::kPersonChange);
    ASSERT_TRUE(granted.ok()) << granted.error().text;
    const auto done = link_identity(*granted, {login, provider_.issuer(), subject}, {accounts_, *states_, clock_});
    ASSERT_TRUE(done.ok()) << done.error().text;
  }
  static identity::Principal officer() {
    return {.actor = local_actor(), .roles = {identity::Role::kSysadmin}, .via = identity::Via::kSession};
  }

  // From our link to the address with which the provider sends the browser back; that one is not opened.
  std::string sign_in_there(Browser& browser, const std::string& login_form, const std::string& path = "/t/1?lang=en") {
    Page page = browser.open(here_ + "/login/oidc?return=" + http_escaped(path));
    EXPECT_EQ(page.answer.status, 303) << page.answer.head << page.answer.body;
    EXPECT_TRUE(location(page).starts_with(provider_.issuer() + "/auth?"));
    page = browser.follow(page);
    EXPECT_NE(page.answer.body.find("Sign in"), std::string::npos) << page.url << page.answer.head << page.answer.body;
    page = browser.follow(browser.submit(form_action(page), login_form), here_);
    if (page.answer.status == 200) page = browser.follow(browser.submit(form_action(page), "allow=yes"), here_);
    EXPECT_TRUE(location(page).starts_with(here_ + "/login/oidc/callback?")) << page.url << page.answer.head;
    return location(page);
  }
  static std::string http_escaped(const std::string& text) {
    std::string out;
    for (const char c : text) out += fmt::format("%{:02X}", static_cast<unsigned char>(c));
    return out;
  }
  static constexpr const char* kWang = "login=wang&password=%E6%AD%A3%E7%A1%AE+horse";
  static constexpr const char* kLi = "login=li&password=second";

  const int port_ = free_port();
  const std::string here_ = "http://127.0.0.1:" + std::to_string(port_);
  ProviderProcess provider_{here_ + "/login/oidc/callback"};
  const std::filesystem::path folder_ =
      std::filesystem::temp_directory_path() / ("suyuan-oidc-" + std::to_string(getpid()));
  SystemClock clock_;
  SilentLog log_;
  FakeWarehouse warehouse_;
  People people_;
  Accounts accounts_;
  OneMachine one_machine_;
  http::ServerOptions options_;
  std::unique_ptr<Store> store_;
  std::unique_ptr<OidcStore> states_;
  std::unique_ptr<AuditStore> audit_store_;
  std::unique_ptr<Audit> audit_;
  std::unique_ptr<IdentityProvider> client_;
  std::unique_ptr<http::RunningServer> server_;
  std::vector<PersonId> signed_in_;
};

// shows: R1
TEST_F(Oidc, a_person_who_is_linked_signs_in_and_comes_back_to_where_they_were) {
  link("wang", "w-0001");
  Browser browser;
  const std::string back = sign_in_there(browser, kWang);
  ASSERT_EQ(browser.cookies.count("suyuan-oidc"), 1U);
  const Page page = browser.open(back);
  EXPECT_EQ(page.answer.status, 303) << page.answer.body;
  EXPECT_EQ(page.answer.header("Location"), "/t/1?lang=en");
  EXPECT_EQ(page.answer.header("Cache-Control"), "no-store");
  EXPECT_EQ(page.answer.header("Referrer-Policy"), "no-referrer");
  EXPECT_EQ(signed_in_, std::vector{PersonId(7)});
  EXPECT_EQ(browser.cookies.count("suyuan-oidc"), 0U);
}

// shows: R1
TEST_F(Oidc, nobody_gets_an_account_by_it_and_the_line_for_the_administrator_is_safe_to_copy) {
  Browser browser;
  Page page = browser.open(sign_in_there(browser, kWang));
  EXPECT_EQ(page.answer.status, 403);
  EXPECT_NE(page.answer.body.find("oidc.not_linked"), std::string::npos);
  EXPECT_NE(page.answer.body.find("w-0001"), std::string::npos) << page.answer.body;
  EXPECT_NE(page.answer.body.find("suyuan user link LOGIN --issuer"), std::string::npos);
  const AuditEntry refused = entries().at(0);
  EXPECT_EQ(refused.act, "session.open");
  EXPECT_EQ(refused.outcome, AuditOutcome::kRefused);
  EXPECT_EQ(refused.reason, "oidc.not_linked");
  EXPECT_EQ(refused.after.find("w-0001"), std::string::npos);
  EXPECT_TRUE(had_value(refused, refused.after, {"login", provider_.issuer() + " w-0001", true}));
  Browser second;
  page = second.open(sign_in_there(second, kLi));
  EXPECT_EQ(page.answer.status, 403);
  EXPECT_EQ(page.answer.body.find("'l-'0002'"), std::string::npos);
  EXPECT_NE(page.answer.body.find("\\"), std::string::npos) << page.answer.body;
  EXPECT_TRUE(signed_in_.empty());
}

// shows: R1
TEST_F(Oidc, a_link_is_made_by_whoever_may_change_the_person_and_belongs_to_one) {
  const LinkServices services{accounts_, *states_, clock_};
  const auto granted = *Authorizer(one_machine_, clock_).grant(officer(), identity::Act::kPersonChange);
  const auto code_of = [](const Result<PersonId>& done) { return done ? "" : done.error().code; };
  const std::string& issuer = provider_.issuer();
  EXPECT_EQ(code_of(link_identity(granted, {"nobody", issuer, "s"}, services)), "oidc.no_such_login");
  for (const LinkRequest& wrong : {LinkRequest{"wang", "", "s"},
                                   {"wang", "id.example.cn", "s"},
                                   {"wang", issuer, ""},
                                   {"wang", issuer, "a\nb"},
                                   {"wang", issuer, std::string(256, 's')},
                                   {"wang", issuer, "\xE7\x8E\x8B"},
                                   {"wang", "https://a\x01", "s"}})
    EXPECT_EQ(code_of(link_identity(granted, wrong, services)), "oidc.link") << wrong.issuer << wrong.subject;
  EXPECT_EQ(code_of(link_identity(granted, {"wang", issuer, "s"}, services)), "");
  EXPECT_EQ(code_of(link_identity(granted, {"wang", issuer, "s"}, services)), "") << "again";
  EXPECT_EQ(code_of(link_identity(granted, {"li", issuer, "s"}, services)), "oidc.linked");
  EXPECT_EQ(code_of(unlink_identity(granted, {"li", issuer, "s"}, services)), "oidc.no_such_link");
  ASSERT_EQ(entries().size(), 1U);
  EXPECT_EQ(entries()[0].act, "oidc.link");
  EXPECT_EQ(entries()[0].target, "7");
  EXPECT_TRUE(had_value(entries()[0], entries()[0].after, {"subject", "s", true}));

  OtherPlace other;
  identity::Principal stranger = officer();
  stranger.actor = Actor{PersonId(9), OrgId(2), Jurisdiction{}};
  const auto elsewhere = Authorizer(other, clock_).grant(stranger, identity::Act::kPersonChange);
  ASSERT_TRUE(elsewhere.ok()) << elsewhere.error().text;
  EXPECT_EQ(code_of(unlink_identity(*elsewhere, {"wang", issuer, "s"}, services)), "oidc.no_such_login");
  EXPECT_EQ(code_of(link_identity(*elsewhere, {"wang", issuer, "t"}, services)), "oidc.no_such_login");
  EXPECT_EQ(code_of(unlink_identity(granted, {"wang", issuer, "s"}, services)), "");
}

TEST_F(Oidc, a_person_who_no_longer_acts_does_not_get_in) {
  link("li", "l-'0002");
  Browser browser;
  const Page page = browser.open(sign_in_there(browser, kLi));
  EXPECT_EQ(page.answer.status, 403);
  EXPECT_NE(page.answer.body.find("oidc.inactive"), std::string::npos) << page.answer.body;
  EXPECT_TRUE(signed_in_.empty());
}

// shows: R1
TEST_F(Oidc, an_answer_counts_once_and_in_the_browser_that_began) {
  link("wang", "w-0001");
  Browser browser, other;
  const std::string back = sign_in_there(browser, kWang);
  EXPECT_EQ(other.open(back).answer.status, 400) << "no cookie";
  other.cookies["suyuan-oidc"] = "somebody-else";
  EXPECT_EQ(other.open(back).answer.status, 400);
  const auto cookie = browser.cookies["suyuan-oidc"];
  ASSERT_EQ(browser.open(back).answer.status, 303);
  browser.cookies["suyuan-oidc"] = cookie;
  const Page again = browser.open(back);
  EXPECT_EQ(again.answer.status, 400);
  EXPECT_NE(again.answer.body.find("oidc.state"), std::string::npos);
  EXPECT_EQ(signed_in_.size(), 1U);
}

TEST_F(Oidc, a_code_of_another_sign_in_is_not_taken) {
  link("wang", "w-0001");
  Browser attacker, victim;
  const std::string stolen = sign_in_there(attacker, kWang), own = sign_in_there(victim, kWang);
  const auto code_of = [](const std::string& url) {
    const std::size_t at = url.find("code=") + 5;
    return url.substr(at, url.find('&', at) - at);
  };
  std::string mixed = own;
  mixed.replace(mixed.find(code_of(own)), code_of(own).size(), code_of(stolen));
  const Page page = victim.open(mixed);
  EXPECT_EQ(page.answer.status, 403) << "PKCE: the code belongs to another verifier";
  EXPECT_NE(page.answer.body.find("oidc.refused"), std::string::npos) << page.answer.body;
  EXPECT_TRUE(signed_in_.empty());
}

TEST_F(Oidc, what_the_provider_refuses_and_what_nobody_began_is_refused) {
  Browser browser;
  Page page = browser.follow(browser.open(here_ + "/login/oidc"));
  page = browser.follow(browser.submit(form_action(page), "refuse=yes"), here_);
  ASSERT_NE(location(page).find("error=access_denied"), std::string::npos);
  page = browser.open(location(page));
  EXPECT_EQ(page.answer.status, 403);
  EXPECT_NE(page.answer.body.find("access_denied"), std::string::npos);
  for (const char* query : {"", "?code=x", "?state=x", "?code=x&state=x", "?error=%3Cscript%3E&state=x",
                            "?state=%27%22%3C%3E&code=%0D%0ASet-Cookie:a=b"}) {
    browser.cookies["suyuan-oidc"] = "x";
    const Page odd = browser.open(here_ + "/login/oidc/callback" + query);
    EXPECT_EQ(odd.answer.status, 400) << query;
    EXPECT_EQ(odd.answer.body.find("<script"), std::string::npos);
    EXPECT_EQ(odd.answer.header("Set-Cookie"), "");
  }
  EXPECT_TRUE(signed_in_.empty());
}

TEST_F(Oidc, only_a_path_of_this_server_is_returned_to) {
  link("wang", "w-0001");
  for (const char* path : {"https://evil.example/", "//evil.example/", "/\\evil.example", "javascript:alert(1)", "",
                           "t", "/a\r\nX: y", "/login/oidc", "/\t/evil.example"}) {
    Browser browser;
    const Page page = browser.open(sign_in_there(browser, kWang, path));
    EXPECT_EQ(page.answer.status, 303);
    EXPECT_EQ(page.answer.header("Location"), "/") << path;
  }
}

}  // namespace
}  // namespace suyuan::test
