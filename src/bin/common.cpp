// SPDX-License-Identifier: Apache-2.0
#include <CLI/CLI.hpp>
#include <cstdio>
#include <cstdlib>
#include <filesystem>

#include "adapters/clock/system_clock.h"
#include "adapters/records/audit_store.h"
#include "adapters/warehouse/postgres_warehouse.h"
#include "adapters/warehouse/sqlite_warehouse.h"
#include "app/audit/audit.h"
#include "app/codes/identify.h"
#include "base/secrets.h"
#include "bin/cli.h"

namespace suyuan::cli {

void add_store_options(CLI::App& command, Common& common) {
  auto* data = command.add_option("--data", common.data, "Folder of the store")->default_str(kDefaultFolder);
  command
      .add_option("--database", common.database,
                  "PostgreSQL database of the store instead: postgresql://USER@HOST:PORT/DATABASE; the password from "
                  "PGPASSWORD or ~/.pgpass")
      ->excludes(data);
}

std::string StorePlace::shown() const { return url.empty() ? folder : without_passwords(url); }

StorePlace place_of(const Common& common) {
  if (!common.database.empty()) return {"", common.database};
  const char* environment = std::getenv("SUYUAN_STORE_DATABASE");
  if (common.data.empty() && environment != nullptr && *environment != '\0') return {"", environment};
  return {common.data.empty() ? kDefaultFolder : common.data, ""};
}

void add_json_option(CLI::App& command, Common& common) {
  command.add_flag("--json", common.json, "Answer as JSON");
  command.add_flag("--english", common.english, "Answer in English (default: Chinese)");
}

int fail(const Error& error) {
  std::fprintf(stderr, "suyuan: %s [%s]\n", error.text.c_str(), error.code.c_str());
  for (const Finding& finding : error.findings) {
    std::fprintf(stderr, "  %s: %s [%s]\n", finding.path.empty() ? "/" : finding.path.c_str(), finding.text.c_str(),
                 finding.code.c_str());
  }
  return kRefused;
}

Status audit_command(Store& store, std::string_view act, const std::string& target, const std::string& after_name,
                     const std::string& after_value) {
  SystemClock clock;
  const AuditField after{after_name, after_value};
  const AuditEntry entry = with_fields(
      audit_entry(at_this_machine().grant(identity::Act::kStoreMaintain), act, {"store", target}, "", clock.now()), {},
      std::span(&after, 1));
  return make_audit_store(store.records())->append({entry});
}

Result<codes::Identity> the_code(const std::string& text, Clock& clock) {
  auto found = identify_text(at_this_machine(), text, clock);
  if (!found) return std::move(found.error());
  if (found->candidates.size() == 1) return found->candidates.front().id;
  Error error{ErrorKind::kInvalid, "code.unreadable", "\"" + text + "\" is no code that we know how to read."};
  error.findings = found->findings;
  if (!found->candidates.empty()) {
    error.code = "code.ambiguous";
    error.text = "\"" + text + "\" can be read in " + std::to_string(found->candidates.size()) +
                 " ways. Write it as a link, or with its prefix:";
    for (const auto& candidate : found->candidates) {
      error.findings.push_back({codes::canonical_uri(candidate.id), "code.candidate", candidate.reason});
    }
  }
  return error;
}

Result<std::unique_ptr<Store>> open_store(const StorePlace& place, bool create, const Settings* settings) {
  const char* environment = std::getenv("SUYUAN_SECRETS_KEY_FILE");
  const std::filesystem::path key_file =
      settings != nullptr ? settings->text("secrets.key_file") : std::string(environment == nullptr ? "" : environment);
  return open_store(place, create, key_file, settings);
}

Result<std::unique_ptr<Store>> open_store(const StorePlace& place, bool create, const std::filesystem::path& key_file,
                                          const Settings* settings) {
  static SystemClock clock;
  if (!place.url.empty()) return open_postgres_warehouse(place.url, clock, {.make = create, .key_file = key_file});
  const std::filesystem::path folder(place.folder);
  if (!create && !std::filesystem::exists(folder / "suyuan.db")) {
    return Error{ErrorKind::kNotFound, "store.none",
                 "There is no store in \"" + place.folder +
                     "\" (no file suyuan.db). Name its folder with --data DIR or its database with --database URL, or "
                     "make one with `suyuan capture FILE --data DIR` or `suyuan serve --data DIR`."};
  }
  SqliteWarehouseOptions options;
  options.key_file = key_file;
  if (settings != nullptr) options.lookups.spill = static_cast<std::size_t>(settings->number("store.spill_entries"));
  return open_sqlite_warehouse(folder, clock, options);
}

}  // namespace suyuan::cli
