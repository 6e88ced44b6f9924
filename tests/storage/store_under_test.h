// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <fmt/format.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>
#include <map>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include "adapters/clock/system_clock.h"
#include "adapters/files/epcis.h"
#include "adapters/sql/postgres.h"
#include "adapters/warehouse/postgres_warehouse.h"
#include "adapters/warehouse/sqlite_warehouse.h"
#include "app/capture/capture.h"
#include "tests/support/folder.h"
#include "tests/support/postgres_server.h"

// What the conformance suite needs of an engine: open a store in a folder, and again. Another engine joins by another
// maker in conformance_test.cpp.
namespace suyuan::storage {

using test::Folder;

using Maker = std::function<Result<std::unique_ptr<Store>>(const std::filesystem::path&, Clock&)>;

struct Engine {
  std::string name;
  Maker open;
};

// The same engine with runs so small that a few documents make many, and merge them.
inline SqliteWarehouseOptions small_runs() {
  SqliteWarehouseOptions options;
  options.lookups = {.spill = 40, .fan_in = 3};
  return options;
}

inline Engine sqlite(const std::string& name, const SqliteWarehouseOptions& options) {
  return {name, [options](const std::filesystem::path& folder, Clock& clock) {
            return open_sqlite_warehouse(folder, clock, options);
          }};
}

// A folder stands for a database of its own.
inline std::string database_of(const std::filesystem::path& folder) {
  static std::map<std::filesystem::path, std::string> databases;
  const auto [found, is_new] = databases.try_emplace(folder);
  if (is_new) found->second = testing_support::PostgresServer::own().fresh_database();
  return found->second;
}

// A master key that stores of all engines may share.
inline const std::filesystem::path& key_file();

inline Engine postgres(const std::string& name, PostgresWarehouseOptions options) {
  options.key_file = key_file();
  return {name, [options](const std::filesystem::path& folder, Clock& clock) {
            return open_postgres_warehouse(database_of(folder), clock, options);
          }};
}

// A folder stands for a schema of its own in the database of a cluster, which has Citus and its workers already.
inline std::string citus_schema_of(const std::string& dsn, const std::filesystem::path& folder) {
  static std::map<std::filesystem::path, std::string> schemas;
  const auto [found, is_new] = schemas.try_emplace(folder);
  if (is_new) {
    const std::string name = fmt::format("suyuan_test_{}_{}", ::getpid(), schemas.size());
    auto connection = sql::open_postgres(dsn);
    if (!connection) throw std::runtime_error(connection.error().text);
    if (auto made = (*connection)->execute("CREATE SCHEMA " + name); !made)
      throw std::runtime_error(made.error().for_log);
    found->second =
        fmt::format("{}{}options=-csearch_path%3D{}", dsn, dsn.find('?') == std::string::npos ? "?" : "&", name);
  }
  return found->second;
}

// Citus cannot be made by a test: SUYUAN_TEST_CITUS=postgresql://… names a cluster. Without it there is no such engine.
inline std::string citus_dsn() {
  const char* dsn = std::getenv("SUYUAN_TEST_CITUS");
  return dsn == nullptr ? "" : dsn;
}
inline std::vector<Engine> with_citus(std::vector<Engine> engines) {
  if (const std::string dsn = citus_dsn(); !dsn.empty()) {
    engines.push_back({"citus", [dsn](const std::filesystem::path& folder, Clock& clock) {
                         return open_postgres_warehouse(citus_schema_of(dsn, folder), clock, {.key_file = key_file()});
                       }});
  }
  return engines;
}

inline const std::filesystem::path& key_file() {
  static const Folder folder;
  static const std::filesystem::path file = [] {
    std::ofstream(folder.path() / "key") << std::string(64, 'a') << "\n";
    return folder.path() / "key";
  }();
  return file;
}

// A document with `count` commissioned items, serial numbers from `first` on.
inline std::string items_document(int first, int count, const std::string& extra = "") {
  std::string events;
  for (int i = first; i < first + count; ++i) {
    events += fmt::format(
        R"({}{{"type":"ObjectEvent","eventTime":"2026-03-01T08:00:00+08:00","eventTimeZoneOffset":"+08:00",)"
        R"("action":"ADD","bizStep":"commissioning","epcList":["https://id.gs1.org/01/06901234567892/21/{}"]{}}})",
        i == first ? "" : ",\n   ", i, extra);
  }
  return R"({"@context": ["https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld"], "type": "EPCISDocument",
  "schemaVersion": "2.0", "creationDate": "2026-03-01T00:00:00Z", "epcisBody": {"eventList": [
   )" + events +
         "\n]}}\n";
}

inline codes::Identity item(int serial) {
  return {codes::Scheme::kGs1, fmt::format("/01/06901234567892/21/{}", serial)};
}

}  // namespace suyuan::storage
