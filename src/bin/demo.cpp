// SPDX-License-Identifier: Apache-2.0
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <cstdio>
#include <cstdlib>
#include <filesystem>

#include "adapters/clock/system_clock.h"
#include "adapters/http/demo_routes.h"
#include "adapters/http/page_routes.h"
#include "adapters/log/json_log.h"
#include "app/demo/seat_cast.h"
#include "app/demo/tell_story.h"
#include "app/login/keys.h"
#include "bin/demo_tamper.h"
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
  std::printf("打开 open  %s\n页面上方可切换演示身份 choose who looks at the top of the page\nCtrl+C 停止 stops\n",
              url.c_str());
  std::fflush(stdout);
}

// Each firm sends in what comes from it, with a key of its own. Of a firm that sends nothing: "".
Result<std::vector<std::string>> keys_of(const SeatedCast& cast, const LoginServices& login) {
  std::vector<std::string> keys;
  for (const SeatedFirm& firm : cast.firms) {
    const auto acts = acts_for_keys(firm.role);
    if (!acts.has(identity::Act::kEventCapture)) {
      keys.emplace_back();
      continue;
    }
    auto key = make_key(at_this_machine(),
                        {firm.org, firm.role, acts, "demo", login.clock.now() + std::chrono::days(1)}, login);
    if (!key) return std::move(key.error());
    keys.push_back(std::move(key->text));
  }
  return keys;
}

// Once the port is open: the demonstration's own people and documents.
Status begin(int port, const std::string& url, const LoginServices& login, const SeatedCast& cast) {
  const auto keys = keys_of(cast, login);
  if (!keys) return keys.error();
  const auto told = tell_story(
      [&](std::size_t sender, const std::string& document) { return post_document(port, (*keys)[sender], document); });
  if (!told) return told.error();
  greet(*told, url);
  return Done{};
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
  const http::Services& services = (*serving)->services();
  DemoTampering tampering(folder.path(), *services.tlog, clock);
  const http::Tamper tamper = [&](std::string_view deed) { return tampering.try_it(deed); };
  const auto cast = seat_cast({*services.accounts, *services.tasks, clock});
  if (!cast) return fail(cast.error());
  http::ServerOptions options;
  options.settings = *settings;
  options.version = SUYUAN_VERSION;
  options.ports_tried = kPortsTried;
  // Every page says who looks, so none is kept for others.
  options.add_routes.push_back([&](http::Router& router) { http::add_page_routes(router, services, 0, &story); });
  options.add_routes.push_back([&](http::Router& router) { (*serving)->add_routes(router); });
  options.add_routes.push_back([&](http::Router& router) {
    http::add_demo_routes(router, {story, cast->people, login});
    http::add_tamper_routes(router, tamper);
  });
  return serve_until_stopped(options, services, signals, [&](http::RunningServer& server) {
    return begin(server.port(), server.url(), login, *cast);
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
