// SPDX-License-Identifier: Apache-2.0
#include "adapters/warehouse/move_store.h"

#include <fmt/format.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <boost/json.hpp>
#include <cstdio>
#include <cstdlib>
#include <filesystem>

#include "adapters/clock/system_clock.h"
#include "bin/cli.h"

namespace suyuan::cli {

namespace {

StoreAddress address_of(const StorePlace& place) { return {place.folder, place.url}; }

void show(const std::string& what, std::int64_t done, std::int64_t all) {
  if (all == 0)
    std::fprintf(stderr, "suyuan: move: %s …\n", what.c_str());
  else if (done == all)
    std::fprintf(stderr, "suyuan: move: %s %lld/%lld\n", what.c_str(), static_cast<long long>(done),
                 static_cast<long long>(all));
  else if (isatty(STDERR_FILENO) != 0)
    std::fprintf(stderr, "suyuan: move: %s %lld/%lld\r", what.c_str(), static_cast<long long>(done),
                 static_cast<long long>(all));
}

std::int64_t rows_of(const MoveReport& report, std::string_view name) {
  for (const MoveReport::Part& part : report.parts)
    if (part.name == name) return part.rows;
  return 0;
}

void print(const MoveReport& report, const Common& common) {
  if (common.json) {
    boost::json::array parts;
    for (const MoveReport::Part& part : report.parts)
      parts.push_back({{"table", part.name}, {"rows", part.rows}, {"sha256", part.sha256}});
    std::printf("%s\n", boost::json::serialize(boost::json::object{{"from", report.from},
                                                                   {"to", report.to},
                                                                   {"events", rows_of(report, "event")},
                                                                   {"documents", rows_of(report, "submission")},
                                                                   {"root", report.root},
                                                                   {"parts", std::move(parts)}})
                            .c_str());
    return;
  }
  const std::int64_t events = rows_of(report, "event"), documents = rows_of(report, "submission"),
                     objects = rows_of(report, "object"), queries = rows_of(report, "named_query"),
                     subscriptions = rows_of(report, "subscription");
  std::printf(
      "%s\n",
      common.english
          ? fmt::format("Moved {} events, {} documents, {} objects, {} queries, {} subscriptions to the {}; root "
                        "{} on both sides. The {} is closed.",
                        events, documents, objects, queries, subscriptions, report.to, report.root, report.from)
                .c_str()
          : fmt::format(
                "已迁移 {} 个事件、{} 份文件、{} 个对象、{} 个命名查询、{} 个订阅到 {}；两边的根一致：{}。{} 已关闭。",
                events, documents, objects, queries, subscriptions, report.to, report.root, report.from)
                .c_str());
}

// What the moved store opens with, too: it has the same wrapped keys. "": nobody has needed one.
std::filesystem::path key_of(const StorePlace& from) {
  const char* named = std::getenv("SUYUAN_SECRETS_KEY_FILE");
  if (named != nullptr && *named != '\0') return named;
  const auto own = std::filesystem::path(from.folder) / "secrets" / "master.key";
  std::error_code ignored;
  return from.url.empty() && std::filesystem::exists(own, ignored) ? own : std::filesystem::path();
}

int run(const std::string& target, const Common& common) {
  SystemClock clock;
  const bool is_url = target.find("://") != std::string::npos;
  const StorePlace to = is_url ? StorePlace{"", target} : StorePlace{target, ""};
  MoveOptions options;
  options.progress = show;
  const auto report = move_store(address_of(place_of(common)), address_of(to), clock, options);
  if (!report) return fail(report.error());
  print(*report, common);
  const std::filesystem::path key = key_of(place_of(common));
  if (!key.empty())
    std::fprintf(stderr, "suyuan: move: the keys of values about people are wrapped by \"%s\": secrets.key_file\n",
                 key.c_str());
  if (const std::int64_t files = rows_of(*report, "evidence"); files > 0)
    std::fprintf(stderr,
                 "suyuan: move: the %lld files of evidence stay where they are: name that folder in "
                 "evidence.folder, or copy it\n",
                 static_cast<long long>(files));
  auto moved = open_store(to, false, key);
  if (!moved) return fail(moved.error());
  auto kept = audit_command(**moved, "store.move", to.shown(), "from", place_of(common).shown());
  return kept ? kDone : fail(kept.error());
}

}  // namespace

void add_move(CLI::App& app, Common& common, Chosen& chosen) {
  auto* command = app.add_subcommand(
      "move", "Move a store to another engine or place, compare both, and close the old one; begun again after a stop");
  auto target = std::make_shared<std::string>();
  command->add_option("--to", *target, "An empty or new folder, or an empty database: postgresql://USER@HOST/DATABASE")
      ->required();
  add_store_options(*command, common);
  add_json_option(*command, common);
  command->callback([target, &common, &chosen] { chosen.run = [target, &common] { return run(*target, common); }; });
}

}  // namespace suyuan::cli
