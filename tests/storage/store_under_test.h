// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <fmt/format.h>
#include <unistd.h>

#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <string>

#include "adapters/clock/system_clock.h"
#include "adapters/files/epcis.h"
#include "adapters/warehouse/postgres_warehouse.h"
#include "adapters/warehouse/sqlite_warehouse.h"
#include "app/capture/capture.h"
#include "tests/support/postgres_server.h"

// What the conformance suite needs of an engine: open a store in a folder, and again. Another engine joins by another
// maker in conformance_test.cpp.
namespace suyuan::storage {

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

inline Engine postgres(const std::string& name, const PostgresWarehouseOptions& options) {
  return {name, [options](const std::filesystem::path& folder, Clock& clock) {
            return open_postgres_warehouse(database_of(folder), clock, options);
          }};
}

class Folder {
 public:
  Folder() {
    static int count = 0;
    path_ = std::filesystem::temp_directory_path() / fmt::format("suyuan-storage-{}-{}", ::getpid(), ++count);
    std::filesystem::create_directories(path_);
  }
  ~Folder() {
    std::error_code ignored;
    std::filesystem::permissions(path_, std::filesystem::perms::owner_all, ignored);
    std::filesystem::remove_all(path_, ignored);
  }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

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
