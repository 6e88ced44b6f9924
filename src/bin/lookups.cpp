// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <cstdio>
#include <filesystem>

#include "adapters/warehouse/sqlite_warehouse.h"
#include "bin/cli.h"

namespace suyuan::cli {

namespace {

std::string_view verdict_of(const LookupCheck& check) {
  if (check.is_damaged) return "damaged";
  return check.is_same ? "same" : "different";
}

void print(const std::vector<LookupCheck>& checks, bool json) {
  std::string lines;
  for (const LookupCheck& check : checks) {
    lines += json ? fmt::format(R"({}{{"lookup":"{}","in_tables":{},"in_lookup":{},"verdict":"{}"}})",
                                lines.empty() ? "" : ",", check.name, check.expected, check.found, verdict_of(check))
                  : fmt::format("{:<12} {:>14} in the tables {:>14} in the lookup   {}\n", check.name, check.expected,
                                check.found, verdict_of(check));
  }
  std::printf("%s", json ? ("[" + lines + "]\n").c_str() : lines.c_str());
}

int run(const Common& common, bool rebuild) {
  const StorePlace place = place_of(common);
  if (!place.url.empty()) {
    return fail(
        {ErrorKind::kUnsupported, "store.no_lookups",
         fmt::format("The store in {} has no lookups of its own: PostgreSQL keeps its indexes itself. Check them "
                     "with its extension amcheck, make them anew with REINDEX.",
                     place.shown())});
  }
  if (!std::filesystem::exists(std::filesystem::path(place.folder) / "suyuan.db"))
    return fail(open_store(place, false).error());
  const auto checks = check_sqlite_lookups(place.folder, rebuild);
  if (!checks) return fail(checks.error());
  print(*checks, common.json);
  if (rebuild) {
    auto store = open_store(place, false);
    if (!store) return fail(store.error());
    auto kept = audit_command(**store, "lookups.rebuild", place.folder, "lookups", std::to_string(checks->size()));
    if (!kept) return fail(kept.error());
  }
  for (const LookupCheck& check : *checks) {
    if (check.is_same) continue;
    std::fprintf(stderr,
                 "The lookups are not what the tables say. Make them anew: suyuan lookups --rebuild --data %s\n",
                 place.folder.c_str());
    return kRefused;
  }
  return kDone;
}

}  // namespace

void add_lookups(CLI::App& app, Common& common, Chosen& chosen) {
  auto* command = app.add_subcommand(
      "lookups", "Compare the lookups of a store with its tables, from which they can be made anew at any time");
  auto rebuild = std::make_shared<bool>(false);
  command->add_flag("--rebuild", *rebuild, "Make all of them anew first");
  add_store_options(*command, common);
  add_json_option(*command, common);
  command->callback([rebuild, &common, &chosen] { chosen.run = [rebuild, &common] { return run(common, *rebuild); }; });
}

}  // namespace suyuan::cli
