// SPDX-License-Identifier: Apache-2.0
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <cstdio>
#include <cstdlib>
#include <filesystem>

#include "adapters/clock/system_clock.h"
#include "adapters/http/page_routes.h"
#include "adapters/log/json_log.h"
#include "app/audit/audit.h"
#include "app/demo/tell_story.h"
#include "app/login/keys.h"
#include "bin/operation.h"
#include "bin/post.h"
#include "bin/serving.h"

namespace suyuan::cli {

namespace {

constexpr int kPortsTried = 20;

// A store of its own, gone when the demonstration ends, so that nothing of it meets real data.
class OwnFolder {
 public:
  OwnFolder() {
    std::string pattern = (std::filesystem::temp_directory_path() / "suyuan-demo-XXXXXX").string();
    if (::mkdtemp(pattern.data()) != nullptr) path_ = pattern;
  }
  ~OwnFolder() {
    std::error_code ignored;
    if (!path_.empty()) std::filesystem::remove_all(path_, ignored);
  }
  OwnFolder(const OwnFolder&) = delete;
  OwnFolder& operator=(const OwnFolder&) = delete;
  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

void greet(const DemoSummary& told, const std::string& url) {
  std::printf("溯源 Suyuan %s 演示：%lld 家单位，%lld 批，%lld 件，%lld 条记录（都是编的，退出即删）\n", SUYUAN_VERSION,
              static_cast<long long>(told.parties), static_cast<long long>(told.lots),
              static_cast<long long>(told.serials), static_cast<long long>(told.events));
  std::printf("打开 open  %s\nCtrl+C 停止 stops\n", url.c_str());
  std::fflush(stdout);
}

AuditEntry entry_of_new(Instant now) {
  return audit_entry(identity::machine_principal(), "organisation.add", {"organisation", ""}, "demo", now);
}

// Who tells the story: an organisation of the demonstration's own store, with a key.
Result<std::string> storytellers_key(const LoginServices& login) {
  identity::Organisation teller;
  teller.name = "演示";
  teller.kind = identity::OrgKind::kProducer;
  teller.superior = OrgId(1);
  const auto made = login.accounts.add(teller, entry_of_new(login.clock.now()));
  if (!made) return made.error();
  const auto role = identity::Role::kProducer;
  const auto key =
      make_key(at_this_machine(),
               {made->id, role, acts_for_keys(role), "demo", login.clock.now() + std::chrono::days(1)}, login);
  if (!key) return key.error();
  return key->text;
}

// Nobody has an account here: whoever comes looks at the invented data as an officer of the whole country would.
Result<identity::Principal> visitor_of(AccountStore& accounts, Instant now) {
  identity::Organisation office;
  office.name = "演示监管部门";
  office.kind = identity::OrgKind::kRegulator;
  office.superior = OrgId(1);
  const auto made = accounts.add(office, entry_of_new(now));
  if (!made) return made.error();
  return identity::Principal{.actor = {PersonId(1), made->id, Jurisdiction{0}}, .roles = {identity::Role::kOfficer}};
}

http::Gate visitors_gate(http::Gate inner, identity::Principal visitor, const Authorizer& authorizer) {
  return [inner = std::move(inner), visitor = std::move(visitor), &authorizer](const http::Request& request,
                                                                               identity::Act act) -> Result<Granted> {
    using identity::Act;
    auto granted = inner(request, act);
    const bool is_reading = act == Act::kTraceRead || act == Act::kRecallRead || act == Act::kEventRead ||
                            act == Act::kCodeIdentify || act == Act::kMarkRead;
    if (granted || granted.error().code != "access.sign_in" || !is_reading) return granted;
    return authorizer.grant(visitor, act);
  };
}

int demo(const SettingArguments& arguments) {
  StopSignals signals;
  auto settings = settings_of(arguments);
  if (!settings) return fail(settings.error());
  if (!settings->text("tls.certificate").empty()) {
    return fail(
        {ErrorKind::kUnsupported, "demo.tls",
         "The demonstration tells its story without TLS, on this machine only. Leave tls.certificate and tls.key "
         "out; `suyuan serve` takes them."});
  }
  const OwnFolder folder;
  if (folder.path().empty()) {
    return fail(
        {ErrorKind::kInternal, "store.disk", "There is no room for the demonstration in the temporary folder."});
  }
  auto store = open_store({folder.path(), ""}, true);
  if (!store) return fail(store.error());
  SystemClock clock;
  // A newcomer watches this window: the story, not each request.
  const bool asked = settings->source("log.level") != SettingSource::kDefault;
  const auto log = make_json_log(asked ? settings->text("log.level") : "warning");
  const DemoStory story = demo_story();
  auto serving = Serving::start(**store, clock, *log, *settings, {folder.path(), ""});
  if (!serving) return fail(serving.error());
  const LoginServices& login = (*serving)->login().services();
  const auto visitor = visitor_of(login.accounts, clock.now());
  if (!visitor) return fail(visitor.error());
  (*serving)->set_gate(visitors_gate((*serving)->services().gate, *visitor, (*serving)->authorizer()));
  const auto key = storytellers_key(login);
  if (!key) return fail(key.error());
  const http::Services& services = (*serving)->services();
  http::ServerOptions options;
  options.settings = *settings;
  options.version = SUYUAN_VERSION;
  options.ports_tried = kPortsTried;
  const auto cache_bytes = static_cast<std::size_t>(options.settings.number("page.cache_bytes_max"));
  options.add_routes.push_back(
      [&](http::Router& router) { http::add_page_routes(router, services, cache_bytes, &story); });
  options.add_routes.push_back([&](http::Router& router) { (*serving)->add_routes(router); });
  return serve_until_stopped(options, services, signals, [&](http::RunningServer& server) -> Status {
    auto told = tell_story([&](const std::string& document) { return post_document(server.port(), *key, document); });
    if (!told) return std::move(told.error());
    greet(*told, server.url());
    return Done{};
  });
}

}  // namespace

void add_demo(CLI::App& app, Common&, Chosen& chosen) {
  auto* command = app.add_subcommand("demo", "Show what this does: an invented chain of firms, in a store of its own");
  auto arguments = std::make_shared<SettingArguments>();
  add_setting_options(*command, *arguments);
  command->callback([arguments, &chosen] { chosen.run = [arguments] { return demo(*arguments); }; });
}

}  // namespace suyuan::cli
