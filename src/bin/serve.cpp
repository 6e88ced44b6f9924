// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <cstdio>

#include "adapters/clock/system_clock.h"
#include "adapters/http/page_routes.h"
#include "adapters/log/json_log.h"
#include "base/secrets.h"
#include "bin/operation.h"
#include "bin/serving.h"

namespace suyuan::cli {

namespace {

// As the other commands, and from settings too: the command line is stronger than a file.
Result<StorePlace> place_of(const Common& common, const Settings& settings) {
  const std::string& url = settings.text("store.database");
  const bool is_said = settings.source("store.database") == SettingSource::kCommandLine && !url.empty();
  if (is_said && (!common.data.empty() || !common.database.empty())) {
    return Error{ErrorKind::kInvalid, "store.two_named",
                 fmt::format("Two stores are named: --set store.database={} and {}. Name one.", without_passwords(url),
                             common.data.empty() ? "--database" : "--data")};
  }
  if (!url.empty() && common.data.empty() && common.database.empty()) return StorePlace{"", url};
  return cli::place_of(common);
}

int serve(const SettingArguments& arguments, const Common& common) {
  StopSignals signals;
  auto settings = settings_of(arguments);
  if (!settings) return fail(settings.error());
  if (!settings->text("tls.certificate").empty()) signals.add_reload();
  auto place = place_of(common, *settings);
  if (!place) return fail(place.error());
  auto store = open_store(*place, true, &*settings);
  if (!store) return fail(store.error());
  SystemClock clock;
  const auto log = make_json_log(settings->text("log.level"));
  auto serving = Serving::start(**store, clock, *log, *settings, *place);
  if (!serving) return fail(serving.error());
  const http::Services& services = (*serving)->services();
  http::ServerOptions options;
  options.settings = *settings;
  options.version = SUYUAN_VERSION;
  const auto cache_bytes = static_cast<std::size_t>(settings->number("page.cache_bytes_max"));
  options.add_routes.push_back([&](http::Router& router) { http::add_page_routes(router, services, cache_bytes); });
  options.add_routes.push_back([&](http::Router& router) { (*serving)->add_routes(router); });
  return serve_until_stopped(options, services, signals, [&](http::RunningServer& server) -> Status {
    std::printf("溯源 Suyuan %s  %s  (%s)\n", SUYUAN_VERSION, server.url().c_str(), place->shown().c_str());
    std::fflush(stdout);
    return print_set_up_link((*serving)->login().services(), server.url());
  });
}

}  // namespace

void add_serve(CLI::App& app, Common& common, Chosen& chosen) {
  auto* command = app.add_subcommand("serve", "Serve the store: capture, trace and the pages of codes");
  auto arguments = std::make_shared<SettingArguments>();
  add_setting_options(*command, *arguments);
  add_store_options(*command, common);
  command->callback(
      [arguments, &common, &chosen] { chosen.run = [arguments, &common] { return serve(*arguments, common); }; });
}

}  // namespace suyuan::cli
