// SPDX-License-Identifier: Apache-2.0
#include "adapters/warehouse/sqlite_file.h"

#include <fmt/format.h>

#include "adapters/warehouse/fact_blocks.h"
#include "adapters/warehouse/migrations.h"
#include "base/text.h"

namespace suyuan {

namespace {

Result<std::string> answer_of(sql::Connection& connection, std::string_view pragma) {
  auto query = connection.prepare(pragma);
  if (!query) return std::move(query.error());
  const sql::Reset reset(**query);
  auto row = (*query)->step();
  if (!row) return std::move(row.error());
  return std::string(*row ? (*query)->text(0) : "");
}

// These two are what "acknowledged means durable" rests on, so they are asked back. A file system that cannot share
// memory between processes refuses the log without an error.
Status assert_durable(sql::Connection& connection, const std::filesystem::path& folder) {
  auto mode = answer_of(connection, "PRAGMA journal_mode");
  if (!mode) return std::move(mode.error());
  auto synchronous = answer_of(connection, "PRAGMA synchronous");
  if (!synchronous) return std::move(synchronous.error());
  if (*mode == "wal" && *synchronous == "2") return Done{};
  return Error{ErrorKind::kUnsupported, "store.not_durable",
               fmt::format("The {} cannot be kept safely: SQLite answers journal_mode {} and synchronous {}, and wal "
                           "and 2 are needed. Its folder has to be on a local disk, not on a network share.",
                           sqlite_place(folder), *mode, *synchronous)};
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
  if (ready) ready = assert_durable(**connection, folder);
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
  FactBlocks facts(connection);
  auto made = rebuild ? lookups.rebuild(connection) : Status(Done{});
  if (made) made = rebuild ? facts.rebuild() : facts.catch_up();
  if (!made) return std::move(made.error());
  return check_lookups(lookups, connection);
}

}  // namespace suyuan
