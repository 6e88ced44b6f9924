// SPDX-License-Identifier: Apache-2.0
#include "adapters/warehouse/sqlite_file.h"

#include <fmt/format.h>

#include "adapters/warehouse/migrations.h"
#include "base/check.h"
#include "base/text.h"

namespace suyuan {

namespace {

// synchronous=FULL is what "acknowledged means durable" rests on, so it is asked back.
Status assert_durable(sql::Connection& connection) {
  auto pragma = connection.prepare("PRAGMA synchronous");
  if (!pragma) return std::move(pragma.error());
  const sql::Reset reset(**pragma);
  auto row = (*pragma)->step();
  if (!row) return std::move(row.error());
  CHECK(*row && (*pragma)->integer(0) == 2);
  return Done{};
}

}  // namespace

std::string sqlite_place(const std::filesystem::path& folder) {
  return fmt::format("store in the folder \"{}\"", excerpt(folder.string(), 200));
}

Result<std::unique_ptr<sql::Connection>> open_sqlite_file(const std::filesystem::path& folder) {
  auto connection = sql::open_sqlite(folder / "suyuan.db", sql::Mode::kWrite);
  if (!connection) return connection;
  auto ready = (*connection)
                   ->execute(
                       "PRAGMA page_size = 8192; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA "
                       "secure_delete = OFF; PRAGMA cache_size = -262144; "
                       "PRAGMA temp_store = MEMORY; PRAGMA journal_size_limit = 67108864");
  if (ready) ready = assert_durable(**connection);
  if (ready) ready = migrate(**connection);
  if (!ready) return std::move(ready.error());
  return connection;
}

Result<std::vector<LookupCheck>> check_sqlite_file(const std::filesystem::path& folder, sql::Connection& connection,
                                                   bool rebuild) {
  auto builder = sql::open_sqlite(folder / "suyuan.db", sql::Mode::kRead);
  if (!builder) return std::move(builder.error());
  Lookups lookups{LookupOptions{}};
  if (auto opened = lookups.open(connection, std::move(*builder), [] {}); !opened) return std::move(opened.error());
  if (auto made = rebuild ? lookups.rebuild(connection) : Status(Done{}); !made) return std::move(made.error());
  return check_lookups(lookups, connection);
}

}  // namespace suyuan
